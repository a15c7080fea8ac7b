//! Which parts of an instrument may be run many k-cycles at a time, and which audio temporaries can
//! share memory.

use crate::code::Segment;
use crate::ir::{Body, Home, Op, OpKind, Var};
use orchestrion_base::op::Res;
use orchestrion_base::ty::{Base, Ty};
use orchestrion_parser::tree::BinaryOp;
use std::collections::{BTreeMap, BTreeSet};

/// How the performance list is cut.
#[derive(Debug, Default)]
pub struct Plan {
    /// Whether notes may be run in blocks at all.
    pub blockable: bool,
    /// Ranges of operations and whether each is run in blocks.
    pub ranges: Vec<(usize, usize, bool)>,
    /// k-variables that operations in blocked ranges write: one value per cycle.
    pub streams: BTreeSet<Var>,
    /// k-variables that live in a cell and are read in blocked ranges.
    pub spilled: BTreeSet<Var>,
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

    /// The cycle-by-cycle range that an operation belongs to.
    pub fn scalar_range(&self, op: usize) -> Option<(usize, usize)> {
        self.ranges.iter().find(|r| r.0 <= op && op < r.1 && !r.2).map(|r| (r.0, r.1))
    }
}

/// Cuts the performance list of a body: each operation runs for all cycles of a block before the next
/// one, except where values flow from one cycle to the next or jumps decide. Those ranges run cycle by
/// cycle; everything in them that is needed outside goes through streams.
pub fn analyse(body: &Body) -> Plan {
    let whole = |blockable| Plan { blockable, ranges: vec![(0, body.perf.len(), false)], ..Plan::default() };
    if !body.perf.iter().all(|op| can_run_ahead(body, op)) {
        return whole(false);
    }
    let ops = &body.perf;
    let Some(mut ranges) = first_ranges(body) else { return whole(false) };
    loop {
        ranges = merge(ranges);
        let inside = |i: usize| ranges.iter().any(|&(a, b)| a <= i && i <= b);
        let mut more = Vec::new();
        for (_, writes) in control_writes(body) {
            let mixed = writes.iter().any(|&i| inside(i)) && writes.iter().any(|&i| !inside(i));
            if let (true, Some(&first), Some(&last)) = (mixed, writes.first(), writes.last()) {
                more.push((first, last));
            }
        }
        if more.is_empty() {
            break;
        }
        ranges.extend(more);
    }
    let inside = |i: usize| ranges.iter().any(|&(a, b)| a <= i && i <= b);
    let mut plan = Plan { blockable: true, ..Plan::default() };
    for (v, writes) in control_writes(body) {
        if writes.iter().any(|&i| !inside(i)) {
            plan.streams.insert(v);
        } else if ops.iter().enumerate().any(|(i, op)| !inside(i) && op.ins.contains(&v)) {
            plan.spilled.insert(v);
        }
    }
    let mut at = 0;
    for &(a, b) in &ranges {
        if at < a {
            plan.ranges.push((at, a, true));
        }
        plan.ranges.push((a, b + 1, false));
        at = b + 1;
    }
    if at < ops.len() {
        plan.ranges.push((at, ops.len(), true));
    }
    plan
}

/// Whether an operation can run some cycles ahead of the rest of its note: it cannot fail, ends
/// nothing and touches nothing but numbers and signals of its own.
fn can_run_ahead(body: &Body, op: &Op) -> bool {
    let plain = |v: &Var| {
        let ty = body.ty(*v);
        let reference = ty.is_array() || matches!(ty.base, Base::S | Base::F | Base::W);
        !reference || matches!(body.home(*v), Home::Literal(_))
    };
    let kind = match op.kind {
        OpKind::CheckEnd
        | OpKind::Reinit(..)
        | OpKind::Child(_)
        | OpKind::Word(_)
        | OpKind::ArrayMap1(_)
        | OpKind::StoreGlobal(_) => false,
        OpKind::LoadGlobal(_) => op.outs.iter().all(|v| body.ty(*v) != Ty::A),
        OpKind::Bin(BinaryOp::Pow) => {
            op.ins.iter().any(|v| matches!(body.home(*v), Home::Const(x) if *x != 0.0))
        }
        OpKind::Unit(u) => !body.units[usize::from(u)].def.may_fail,
        _ => true,
    };
    kind && op.ins.iter().chain(&op.outs).all(plain)
}

/// Positions at which control-rate variables are written, in order.
fn control_writes(body: &Body) -> BTreeMap<Var, Vec<usize>> {
    let mut writes: BTreeMap<Var, Vec<usize>> = BTreeMap::new();
    for (i, op) in body.perf.iter().enumerate() {
        if matches!(op.kind, OpKind::LoadGlobal(_)) {
            continue; // Nobody changes it within a block.
        }
        for v in &op.outs {
            if matches!(body.ty(*v), Ty::K | Ty::BOOL_K) {
                writes.entry(*v).or_default().push(i);
            }
        }
    }
    writes
}

/// Ranges that must run cycle by cycle: what jumps skip or repeat, values that are read before they are
/// written, opcodes that share state within the note. `None` if a signal flows from cycle to cycle.
fn first_ranges(body: &Body) -> Option<Vec<(usize, usize)>> {
    let ops = &body.perf;
    let jumps = jump_ranges(ops);
    let mut ranges: Vec<(usize, usize)> = jumps
        .iter()
        .map(|&(a, b)| {
            // The comparison that decides belongs to its jump.
            let decides = a > 0 && ops[a - 1].outs.iter().any(|v| ops[a].ins.contains(v));
            (a - usize::from(decides), b)
        })
        .collect();
    let inside_jump = |i: usize| jumps.iter().any(|&(a, b)| a < i && i < b);
    let mut first_write: BTreeMap<Var, usize> = BTreeMap::new();
    let mut any_write: BTreeMap<Var, usize> = BTreeMap::new();
    for (i, op) in ops.iter().enumerate() {
        for v in &op.outs {
            any_write.insert(*v, i);
            if !inside_jump(i) {
                first_write.entry(*v).or_insert(i);
            }
        }
    }
    for (i, op) in ops.iter().enumerate() {
        for v in &op.ins {
            let ty = body.ty(*v);
            let control = matches!(ty, Ty::K | Ty::BOOL_K);
            if !control && ty != Ty::A {
                continue;
            }
            let settled = first_write.get(v).is_some_and(|&w| w < i);
            match any_write.get(v) {
                _ if settled => {}
                // A signal that keeps its samples from the cycle before.
                _ if ty == Ty::A => return None,
                Some(&last) if last >= i => ranges.push((i, last)),
                _ => {}
            }
        }
        // Signals assigned on one side of a branch keep their samples on the other.
        if inside_jump(i)
            && op.outs.iter().any(|v| body.ty(*v) == Ty::A && first_write.get(v).is_none_or(|&w| w > i))
        {
            return None;
        }
    }
    let shares = |op: &Op| match op.kind {
        OpKind::Unit(u) => {
            let def = body.units[usize::from(u)].def;
            def.reads.and(def.writes).meets(Res::NOTE)
        }
        _ => false,
    };
    if let (Some(a), Some(b)) = (ops.iter().position(shares), ops.iter().rposition(shares)) {
        ranges.push((a, b));
    }
    Some(ranges)
}

/// Joins ranges (both ends included) that overlap or touch.
fn merge(mut ranges: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    ranges.sort_unstable();
    let mut result: Vec<(usize, usize)> = Vec::new();
    for (a, b) in ranges {
        match result.last_mut() {
            Some(last) if a <= last.1 + 1 => last.1 = last.1.max(b),
            _ => result.push((a, b)),
        }
    }
    result
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
