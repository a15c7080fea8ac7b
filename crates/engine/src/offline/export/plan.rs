//! What has to be known of the whole history before a piece is written.

use crate::offline::OfflineEngine;
use crate::offline::history::Record;
use crate::offline::ids::Value;
use crate::perform::{Sink, Target};
use bstr::BString;
use std::collections::{BTreeMap, BTreeSet};

/// First number of tables that only the written piece has.
const FIRST_TABLE: u32 = 10_001;

/// The p-fields of an instrument that change while its notes play.
struct Dynamic {
    /// Their numbers, ascending: the points of a note's table.
    fields: Vec<u16>,
    /// The p-field that holds the number of the note's table.
    holder: u16,
}

/// A note whose p-fields change while it plays.
struct Held {
    p1: f64,
    /// First k-cycle.
    cycle: u64,
    table: u32,
}

/// What has to be known of the whole history before anything is written.
pub(super) struct Plan {
    dynamic: BTreeMap<u32, Dynamic>,
    /// By index of the note's record.
    held: BTreeMap<usize, Held>,
    next_table: u32,
    /// Strings with an index.
    pub texts: Vec<(i64, BString)>,
    /// The table of control buses.
    pub bus_table: u32,
    /// Number of buses the history knows.
    pub buses: usize,
}

impl Plan {
    pub fn new(engine: &OfflineEngine) -> Self {
        let records = engine.history.records();
        let used = records.iter().filter_map(|r| match r {
            Record::Table { number, .. } | Record::Soundfile { number, .. } => Some(*number),
            _ => None,
        });
        let used = used.chain(engine.performance.shared().tables.numbers());
        let bus_table = used.max().map_or(FIRST_TABLE, |n| FIRST_TABLE.max(n.saturating_add(1)));
        let mut plan = Self {
            dynamic: BTreeMap::new(),
            held: BTreeMap::new(),
            next_table: bus_table.saturating_add(1),
            texts: Vec::new(),
            bus_table,
            buses: 0,
        };
        let targets = plan.find_dynamic(engine, records);
        for (index, record) in records.iter().enumerate() {
            match record {
                Record::Note { time, id, .. } if targets.iter().any(|t| t.fits(id.p1())) => {
                    let cycle = engine.performance.live_cycle(*time);
                    plan.held.insert(index, Held { p1: id.p1(), cycle, table: plan.next_table });
                    plan.next_table += 1;
                }
                Record::Text(index, text) => plan.texts.push((*index, text.clone())),
                Record::Bus { token, .. } => {
                    plan.buses = plan.buses.max(usize::try_from(*token).unwrap_or(0) + 1);
                }
                _ => {}
            }
        }
        plan
    }

    /// Finds the p-fields that change; the notes that are meant.
    fn find_dynamic(&mut self, engine: &OfflineEngine, records: &[Record]) -> Vec<Target> {
        let mut targets = Vec::new();
        let mut fields: BTreeMap<u32, BTreeSet<u16>> = BTreeMap::new();
        for record in records {
            match record {
                Record::SetP { target, pairs, .. } => {
                    targets.push(*target);
                    fields
                        .entry(engine.performance.first_number(target.p1 as u32))
                        .or_default()
                        .extend(pairs.iter().map(|(n, _)| *n));
                }
                Record::Automation { automation, .. } => {
                    if let Sink::PField(target, n) = automation.sink {
                        targets.push(target);
                        fields
                            .entry(engine.performance.first_number(target.p1 as u32))
                            .or_default()
                            .insert(n);
                    }
                }
                _ => {}
            }
        }
        for (number, fields) in fields {
            let given = records.iter().filter_map(|r| match r {
                Record::Note { id, fields, .. }
                    if engine.performance.first_number(id.p1() as u32) == number =>
                {
                    Some(fields.len() + 3)
                }
                _ => None,
            });
            let named = engine.performance.highest_pfield(number);
            let highest = given.max().unwrap_or(0).max(named).max(engine.performance.pset(number).len());
            let highest = fields.last().map_or(highest, |n| highest.max(usize::from(*n)));
            let holder = u16::try_from(highest + 1).unwrap_or(u16::MAX);
            self.dynamic.insert(number, Dynamic { fields: fields.into_iter().collect(), holder });
        }
        targets
    }

    /// The p-fields of an instrument that change, and the one that holds the table.
    pub fn dynamic_fields(&self, engine: &OfflineEngine, number: u32) -> Option<(&[u16], u16)> {
        self.dynamic.get(&engine.performance.first_number(number)).map(|d| (d.fields.as_slice(), d.holder))
    }

    /// For a note whose p-fields change: its table and the points of it. Its p-fields are completed, the last one being
    /// the table.
    pub fn holder(
        &self,
        engine: &OfflineEngine,
        index: usize,
        fields: &mut Vec<Value>,
    ) -> Option<(u32, Vec<f64>)> {
        let held = self.held.get(&index)?;
        let number = held.p1 as u32;
        let dynamic = self.dynamic.get(&engine.performance.first_number(number))?;
        let pset = engine.performance.pset(number);
        for n in fields.len() + 4..usize::from(dynamic.holder) {
            fields.push(Value::Number(pset.get(n - 1).copied().unwrap_or(0.0)));
        }
        fields.push(Value::Number(f64::from(held.table)));
        let point = |n: &u16| match fields.get(usize::from(*n) - 4) {
            Some(Value::Number(x)) => *x,
            _ => 0.0,
        };
        Some((held.table, dynamic.fields.iter().map(point).collect()))
    }

    /// Tables of the notes that are meant and have begun by `cycle`, with the p-fields in them.
    pub fn tables_of(&self, engine: &OfflineEngine, target: Target, cycle: u64) -> Vec<(u32, &[u16])> {
        let number = engine.performance.first_number(target.p1 as u32);
        let Some(dynamic) = self.dynamic.get(&number) else { return Vec::new() };
        let meant = self.held.values().filter(|held| target.fits(held.p1) && held.cycle <= cycle);
        meant.map(|held| (held.table, dynamic.fields.as_slice())).collect()
    }

    /// First number of a table that nobody has.
    pub fn first_free_table(&self) -> u32 {
        self.next_table
    }
}
