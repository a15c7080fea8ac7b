//! Which parts of an instrument may be run many k-cycles at a time, and which audio temporaries can
//! share memory.

use crate::code::Segment;
use crate::ir::{Body, Home, Op, OpKind, Var};
use orchestrion_base::ty::{Base, Ty};
use std::collections::BTreeMap;

/// How the performance list is cut.
#[derive(Debug, Default)]
pub struct Plan {
    /// Whether notes may be run in blocks at all.
    pub blockable: bool,
    /// Ranges of operations and whether each is run in blocks.
    pub ranges: Vec<(usize, usize, bool)>,
}

impl Plan {
    /// The plan over instructions, from the positions of operations among them.
    pub fn segments(&self, marks: &[(usize, u32)]) -> Vec<Segment> {
        let at = |op: usize| {
            let i = marks.partition_point(|(o, _)| *o < op);
            marks.get(i).or(marks.last()).map_or(0, |m| m.1)
        };
        self.ranges
            .iter()
            .map(|&(a, b, blocked)| Segment { start: at(a), end: at(b), blocked })
            .filter(|s| s.end > s.start)
            .collect()
    }
}

/// Cuts the performance list of a body.
pub fn analyse(body: &Body) -> Plan {
    Plan { blockable: false, ranges: vec![(0, body.perf.len(), false)] }
}

/// The ranges of operations that a jump may skip or repeat.
pub fn jump_ranges(ops: &[Op]) -> Vec<(usize, usize)> {
    let mut labels = BTreeMap::new();
    for (i, op) in ops.iter().enumerate() {
        if let OpKind::Label(l) = op.kind {
            labels.insert(l, i);
        }
    }
    ops.iter()
        .enumerate()
        .filter_map(|(i, op)| {
            let (OpKind::Jump(l) | OpKind::JumpIf(l) | OpKind::JumpUnless(l) | OpKind::Timout(l, _)) =
                op.kind
            else {
                return None;
            };
            let t = *labels.get(&l)?;
            Some((i.min(t), i.max(t)))
        })
        .collect()
}

/// Scratch slots for the audio variables that live only within one cycle: each is written, as a whole
/// and in any case, before it is read. Slots are reused once a value is dead.
pub fn scratch_slots(body: &Body) -> BTreeMap<Var, u16> {
    let jumps = jump_ranges(&body.perf);
    let inside_jump = |i: usize| jumps.iter().any(|&(a, b)| a < i && i < b);
    let mut lives: BTreeMap<Var, (usize, usize, bool)> = BTreeMap::new();
    for (i, op) in body.perf.iter().enumerate() {
        for v in &op.ins {
            if body.ty(*v) == Ty::A {
                let life = lives.entry(*v).or_insert((i, i, false));
                life.1 = i;
            }
        }
        for v in &op.outs {
            if body.ty(*v) == Ty::A {
                let whole = matches!(body.home(*v), Home::Temp) || !inside_jump(i);
                let life = lives.entry(*v).or_insert((i, i, whole));
                life.1 = i;
            }
        }
    }
    for op in &body.init {
        for v in op.ins.iter().chain(&op.outs) {
            // Initialised signals keep their value between cycles, unless only a unit's init saw them.
            if !matches!(op.kind, OpKind::Unit(_))
                || op.ins.contains(v) && !matches!(op.kind, OpKind::Unit(_))
            {
                lives.remove(v);
            }
        }
    }
    lives.retain(|v, life| {
        life.2 && matches!(body.home(*v), Home::Temp | Home::Named) && body.ty(*v).base == Base::A
    });
    // A value needed in a loop lives until the loop's end.
    let mut changed = true;
    while changed {
        changed = false;
        for life in lives.values_mut() {
            for &(a, b) in &jumps {
                if life.0 <= b && life.1 >= a && life.1 < b {
                    life.1 = b;
                    changed = true;
                }
            }
        }
    }
    let mut order: Vec<(usize, usize, Var)> = lives.iter().map(|(v, l)| (l.0, l.1, *v)).collect();
    order.sort();
    let mut slots: Vec<usize> = Vec::new();
    let mut result = BTreeMap::new();
    for (start, end, v) in order {
        let free = slots.iter().position(|&until| until < start);
        let slot = free.unwrap_or_else(|| {
            slots.push(0);
            slots.len() - 1
        });
        slots[slot] = end;
        result.insert(v, slot.min(usize::from(u16::MAX)) as u16);
    }
    result
}
