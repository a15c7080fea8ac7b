//! The score of a written piece.

use super::assets::Assets;
use super::orchestra::quoted;
use super::plan::Plan;
use crate::offline::history::Record;
use crate::offline::ids::{EventId, Value};
use crate::offline::{EngineError, OfflineEngine, automate, samples};
use crate::perform::{self, PField, Sink, Target, samples_between};
use orchestrion_dsp::curve::Shape;
use std::fmt::Write;

/// Seconds by which an event is moved so that csound's sorted score keeps the order of scheduling.
const NUDGE: f64 = 1e-9;

/// One line, not yet settled in time.
struct Line {
    /// k-cycle in which it happens.
    cycle: u64,
    /// Instrument number, which sorts lines of one time; 0 for tables, which come first anyway.
    number: u32,
    /// Statement and p1.
    head: String,
    time: f64,
    /// Duration as it was given; `None` for statements without one.
    dur: Option<f64>,
    /// First k-cycle after it, where that has to be met.
    end: Option<u64>,
    /// The rest.
    tail: String,
    /// Number of the automation that it is.
    automation: Option<f64>,
}

/// All lines, in order.
pub(super) fn lines(engine: &OfflineEngine, plan: &Plan, assets: &mut Assets) -> Result<String, EngineError> {
    let mut writer = Writer { engine, plan, assets, lines: Vec::new(), next_table: plan.first_free_table() };
    for (index, record) in engine.history.records().iter().enumerate() {
        writer.record(index, record)?;
    }
    Ok(writer.finish())
}

struct Writer<'a> {
    engine: &'a OfflineEngine,
    plan: &'a Plan,
    assets: &'a mut Assets,
    lines: Vec<Line>,
    next_table: u32,
}

impl Writer<'_> {
    fn record(&mut self, index: usize, record: &Record) -> Result<(), EngineError> {
        match record {
            Record::Note { time, id, dur, fields, comment } => {
                self.note(index, *time, id, *dur, fields, comment)?
            }
            Record::Statement { time, letter, p } => self.statement(*time, *letter, p),
            Record::SetP { time, target, pairs } => self.setp(*time, *target, pairs),
            Record::Unsched { time, target } => self.unsched(*time, *target),
            Record::UnschedAll { time } => self.unsched_all(*time),
            Record::Automation { time, automation } => self.automation(*time, automation),
            Record::Channel { time, name, value } => {
                let name = quoted(name.as_bytes());
                match value {
                    Value::Number(x) => self.helper(4, *time, format!("{name} {x}")),
                    Value::Text(text) => self.helper(5, *time, format!("{name} {}", quoted(text))),
                }
            }
            Record::Table { time, number, data, channels, sr } => {
                let plain = *sr == 0.0 && *channels == 1 && data.iter().all(|x| x.is_finite());
                let time = &self.table_time(*time);
                let rate = if *sr > 0.0 { *sr } else { self.engine.sr() };
                let line = if plain {
                    self.assets.table(*number, *time, data)
                } else {
                    self.assets.sound(*number, *time, data, *channels, rate)?
                };
                self.table_line(*time, line);
            }
            Record::Soundfile { time, number, path, skip, channel } => {
                let copy = self.assets.copy(&*self.engine.host, path)?;
                let time = &self.table_time(*time);
                self.table_line(
                    *time,
                    format!("f {number} {time} 0 -1 {} {skip} 0 {channel}", quoted(copy.as_bytes())),
                );
            }
            Record::Fill { time, number, data } => {
                let from = self.new_table(*time, data);
                self.helper(6, *time, format!("{number} {from} {}", data.len()));
            }
            Record::FreeTable { time, number } => self.table_line(*time, format!("f -{number} {time}")),
            Record::Bus { time, token, audio, value, persist: _ } => {
                if !audio {
                    self.helper(3, *time, format!("{} {token} {value}", self.plan.bus_table));
                }
            }
            Record::BusValue { time, token, value } => {
                self.helper(3, *time, format!("{} {token} {value}", self.plan.bus_table));
            }
            Record::Code(_) | Record::Text(..) | Record::BusRelease { .. } | Record::Marker(_) => {}
        }
        Ok(())
    }

    fn cycle(&self, time: f64) -> u64 {
        self.engine.performance.live_cycle(time)
    }

    /// The time for a table's line: the beginning of the k-cycle in which the engine makes the table, so that notes
    /// of that cycle find it.
    fn table_time(&self, time: f64) -> f64 {
        let kr = self.engine.performance.header().kr;
        let early = if self.engine.parameters.sample_accurate { 0.0 } else { 0.499_999 };
        ((self.cycle(time) as f64 - early) / kr).max(0.0)
    }

    fn table_line(&mut self, time: f64, line: String) {
        let cycle = self.cycle(time);
        self.lines.push(Line {
            cycle,
            number: 0,
            head: line,
            time,
            dur: None,
            end: None,
            tail: String::new(),
            automation: None,
        });
    }

    /// A table that only the written piece has.
    fn new_table(&mut self, time: f64, data: &[f64]) -> u32 {
        let number = self.next_table;
        self.next_table += 1;
        let line = self.assets.table(number, time, data);
        self.table_line(time, line);
        number
    }

    fn helper(&mut self, number: u32, time: f64, tail: String) {
        let cycle = self.cycle(time);
        let (head, tail) = (format!("i {number}"), format!(" {tail}"));
        self.lines.push(Line {
            cycle,
            number,
            head,
            time,
            dur: Some(0.0),
            end: None,
            tail,
            automation: None,
        });
    }

    fn note(
        &mut self,
        index: usize,
        time: f64,
        id: &EventId,
        dur: f64,
        fields: &[Value],
        comment: &str,
    ) -> Result<(), EngineError> {
        let number = id.p1() as u32;
        let mut fields = fields.to_vec();
        if number == samples::PLAY_FILE
            && let Some(Value::Text(path)) = fields.get_mut(samples::PATH_FIELD)
        {
            let copy = self.assets.copy(&*self.engine.host, &String::from_utf8_lossy(path))?;
            *path = copy.into();
        }
        if let Some((table, data)) = self.plan.holder(self.engine, index, &mut fields) {
            let line = self.assets.table(table, 0.0, &data);
            self.table_line(0.0, line);
        }
        let mut tail = String::new();
        for field in &fields {
            let _ = match field {
                Value::Number(x) => write!(tail, " {x}"),
                Value::Text(text) => write!(tail, " {}", quoted(text)),
            };
        }
        if !comment.is_empty() {
            let _ = write!(tail, " ; {}", comment.replace(['\n', '\r'], " "));
        }
        let head = match id.as_str().parse::<f64>() {
            Ok(_) => format!("i {id}"),
            Err(_) => format!("i {}", quoted(id.as_str().as_bytes())),
        };
        let end = (dur > 0.0).then(|| self.cycle(time + dur));
        let cycle = self.cycle(time);
        self.lines.push(Line { cycle, number, head, time, dur: Some(dur), end, tail, automation: None });
        Ok(())
    }

    fn statement(&mut self, time: f64, letter: u8, p: &[PField]) {
        let show = |field: &PField| match field {
            PField::Num(x) => x.to_string(),
            PField::Str(text) => quoted(text),
        };
        let number = if letter == b'i' { p.first().map_or(0.0, PField::num) as u32 } else { 0 };
        if letter != b'i' && p.len() < 3 {
            return self.table_line(time, format!("f {} {time}", p.first().map_or_else(String::new, show)));
        }
        let head = format!("{} {}", letter as char, p.first().map_or_else(String::new, show));
        let tail: String = p.iter().skip(3).map(|field| format!(" {}", show(field))).collect();
        let dur = p.get(2).map(PField::num);
        let end = dur.filter(|dur| letter == b'i' && *dur > 0.0).map(|dur| self.cycle(time + dur));
        let cycle = self.cycle(time);
        self.lines.push(Line { cycle, number, head, time, dur, end, tail, automation: None });
    }

    fn setp(&mut self, time: f64, target: Target, pairs: &[(u16, f64)]) {
        let cycle = self.cycle(time);
        for (table, fields) in self.plan.tables_of(self.engine, target, cycle) {
            for (n, value) in pairs {
                if let Some(point) = fields.iter().position(|field| field == n) {
                    self.helper(3, time, format!("{table} {point} {value}"));
                }
            }
        }
    }

    fn unsched(&mut self, time: f64, target: Target) {
        let cycle = self.cycle(time);
        let number = target.p1 as u32;
        if automate::is_automation(number) {
            let stopped = |id: f64| if target.exact { id == target.p1 } else { id as u32 == number };
            let running = |line: &&mut Line| line.cycle <= cycle && line.automation.is_some_and(stopped);
            for line in self.lines.iter_mut().filter(running) {
                line.end = line.end.map(|end| end.min(cycle));
            }
            return;
        }
        let mode = if target.exact { 4 } else { 0 };
        match self.engine.performance.name_of(number) {
            Some(name) => {
                let text = target.p1.to_string();
                let fraction =
                    text.split_once('.').map_or("0".to_owned(), |(_, digits)| format!("0.{digits}"));
                self.helper(2, time, format!("{} {fraction} {mode}", quoted(name.as_bytes())));
            }
            None => self.helper(2, time, format!("\"\" {} {mode}", target.p1)),
        }
    }

    fn unsched_all(&mut self, time: f64) {
        let cycle = self.cycle(time);
        // What was set at once stays; what waits is dropped.
        self.lines.retain(|l| l.cycle < cycle || l.cycle == cycle && matches!(l.number, 0 | 3..=6));
        for line in self.lines.iter_mut().filter(|line| line.automation.is_some()) {
            line.end = line.end.map(|end| end.min(cycle));
        }
        for number in self.engine.performance.instrument_numbers() {
            self.unsched(time, Target::new(f64::from(number)));
        }
    }

    fn automation(&mut self, time: f64, automation: &perform::Automation) {
        let start = self.cycle(time);
        let kr = self.engine.performance.header().kr;
        let length = (automation.curve.seconds() * kr).ceil().clamp(0.0, 9e15) as u64;
        let end = start.saturating_add(length).saturating_add(1);
        let targets: Vec<(u32, usize)> = match automation.sink {
            Sink::Table(table, point) => vec![(table, point)],
            Sink::Bus(token) => vec![(self.plan.bus_table, usize::try_from(token).unwrap_or(0))],
            Sink::PField(target, n) => self
                .plan
                .tables_of(self.engine, target, end)
                .into_iter()
                .filter_map(|(table, fields)| Some((table, fields.iter().position(|field| *field == n)?)))
                .collect(),
        };
        let curve = &automation.curve;
        let (shape, exponent) = shape_number(curve.shape);
        let times = if targets.is_empty() { 0 } else { self.new_table(time, &curve.times) };
        let mut values = 0;
        for (table, point) in targets {
            // A curve that starts from what it finds has values of its own.
            if values == 0 || automation.overtake {
                let finite: Vec<f64> =
                    curve.values.iter().map(|x| if x.is_nan() { 0.0 } else { *x }).collect();
                values = self.new_table(time, &finite);
            }
            let tail = format!(
                " {times} {values} {} {shape} {exponent} {table} {point} {}",
                curve.times.len(),
                u8::from(automation.overtake)
            );
            self.lines.push(Line {
                cycle: start,
                number: 1,
                head: "i 1".to_owned(),
                time,
                dur: Some(f64::NAN),
                end: Some(end),
                tail,
                automation: Some(automation.id),
            });
        }
    }

    /// Settles the times and writes everything down.
    fn finish(mut self) -> String {
        self.lines.sort_by_key(|line| line.cycle);
        let mut out = String::from("C 0\n");
        let exact = self.engine.parameters.sample_accurate;
        let (mut before, mut number, mut cycle) = (0.0f64, 0, u64::MAX);
        for line in &self.lines {
            if line.dur.is_none() && line.number == 0 {
                out.push_str(&line.head);
                out.push('\n');
                continue;
            }
            let mut time = line.time;
            if !exact {
                if self.score_cycle(time) != line.cycle {
                    time = self.engine.seconds(line.cycle);
                }
                if line.cycle == cycle {
                    time = time.max(before);
                    if time == before && line.number < number {
                        time += NUDGE;
                    }
                }
                (before, number, cycle) = (time, line.number, line.cycle);
            }
            let dur = self.duration(line, time, exact);
            let _ = writeln!(
                out,
                "{} {time}{}{}",
                line.head,
                dur.map_or(String::new(), |d| format!(" {d}")),
                line.tail
            );
        }
        let end = self.engine.end_cycles();
        let _ = writeln!(out, "i 7 {} 0 ; end of the render", self.engine.seconds(end));
        out
    }

    /// The duration that ends a line where it ended in the engine.
    fn duration(&self, line: &Line, time: f64, exact: bool) -> Option<f64> {
        let (dur, Some(end)) = (line.dur?, line.end) else { return line.dur };
        if end <= line.cycle && dur.is_nan() {
            return Some(0.0);
        }
        if exact && !dur.is_nan() {
            // csound cuts a duration to samples, but counts the k-cycles to its end before it does: a whole number of
            // samples, but for what multiplying may lose, is what both agree on.
            let sr = self.engine.sr();
            let samples = samples_between(time, dur, sr);
            return Some(if (dur * sr) as u64 == samples { dur } else { (samples as f64 + 1e-3) / sr });
        }
        if !dur.is_nan() && self.score_cycle(time + dur) == end {
            return Some(dur);
        }
        Some(self.engine.seconds(end) - time)
    }

    /// The k-cycle that a time of the score belongs to: halves go up, other than in the engine.
    fn score_cycle(&self, time: f64) -> u64 {
        let h = self.engine.performance.header();
        (time * h.kr + 0.5).floor().max(0.0) as u64
    }
}

/// A shape as the helper instrument numbers it, and its exponent.
fn shape_number(shape: Shape) -> (u8, f64) {
    match shape {
        Shape::Linear => (0, 0.0),
        Shape::Cosine => (1, 0.0),
        Shape::Floor => (2, 0.0),
        Shape::Smooth(more) => (3, more),
        Shape::Smoother => (4, 0.0),
        Shape::Exponential(x) => (5, x),
        Shape::Cubic => (6, 0.0),
    }
}
