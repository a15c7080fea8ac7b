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
    /// Signals that keep their samples from one cycle to the next.
    pub carried: BTreeSet<Var>,
    /// Signals of one sample a cycle that live in a cell, because only arithmetic in ranges that run
    /// cycle by cycle writes them.
    pub numbers: BTreeSet<Var>,
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
    let ops = &body.perf;
    let carried = carried_signals(body);
    if !ops.iter().all(can_run_ahead) || fails_after_output(body) {
        return Plan { ranges: vec![(0, ops.len(), false)], carried, ..Plan::default() };
    }
    let mut ranges = first_ranges(body, &carried);
    let writes = changing_writes(body);
    // An opcode need not write its output in every cycle. The value that then stays is its own of the cycle before (see
    // `Io::keep_outputs`), unless others write the variable, too.
    let is_unit = |&i: &usize| matches!(ops[i].kind, OpKind::Unit(_));
    for (v, places) in &writes {
        if let ([first, .., last], true) = (&places[..], body.ty(*v) != Ty::A)
            && places.iter().any(is_unit)
        {
            ranges.push((*first, *last));
        }
    }
    loop {
        ranges = merge(ranges);
        // One variable is changed either in blocks or in a single range.
        let more: Vec<(usize, usize)> = writes
            .values()
            .filter(|w| {
                let places: BTreeSet<Option<usize>> = w.iter().map(|&i| range_of(&ranges, i)).collect();
                places.len() > 1
            })
            .filter_map(|w| Some((*w.first()?, *w.last()?)))
            .collect();
        if more.is_empty() {
            break;
        }
        ranges.extend(more);
    }
    let mut plan = Plan { blockable: true, ..Plan::default() };
    if body.one_sample {
        plan.numbers = signals_as_numbers(body, &|i| range_of(&ranges, i).is_some());
    }
    plan.carried = carried.difference(&plan.numbers).copied().collect();
    for (v, writes) in &writes {
        let Some(&first) = writes.first() else { continue };
        let home = range_of(&ranges, first);
        let signal = body.ty(*v) == Ty::A;
        if signal && !plan.numbers.contains(v) {
            continue;
        }
        let elsewhere = |(i, op): (usize, &Op)| op.ins.contains(v) && range_of(&ranges, i) != home;
        if home.is_none() {
            plan.streams.insert(*v);
        } else if body.params.1.contains(v) && signal || ops.iter().enumerate().any(elsewhere) {
            plan.spilled.insert(*v);
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

/// Whether an operation lets its note run some cycles ahead of the others: it ends nothing and changes nothing but
/// what the note has to itself.
fn can_run_ahead(op: &Op) -> bool {
    !matches!(
        op.kind,
        OpKind::CheckEnd
            | OpKind::Reinit(..)
            | OpKind::Child(_)
            | OpKind::Subinstr(_)
            | OpKind::StoreGlobal(_)
    )
}

/// Whether an operation that may fail stands behind one that adds to the output. Where one fails, what stands behind it
/// runs for the cycles before only; what stands before it has run for the whole block, which nobody must hear.
fn fails_after_output(body: &Body) -> bool {
    let adds = |op: &Op| match op.kind {
        OpKind::Unit(u) => body.units[usize::from(u)].def.writes.meets(Res::OUT),
        _ => false,
    };
    let first = body.perf.iter().position(adds);
    first.is_some_and(|first| body.perf[first..].iter().any(|op| may_fail(body, op)))
}

fn may_fail(body: &Body, op: &Op) -> bool {
    match op.kind {
        OpKind::Word(_) | OpKind::ArrayMap1(_) => true,
        OpKind::Bin(BinaryOp::Pow) => {
            !op.ins.iter().any(|v| matches!(body.home(*v), Home::Const(x) if *x != 0.0))
        }
        OpKind::Unit(u) => body.units[usize::from(u)].def.may_fail,
        _ => false,
    }
}

/// Whether an operation touches what has no value for each cycle: strings, arrays, spectral frames, signals of all notes.
fn by_reference(body: &Body, op: &Op) -> bool {
    let reference = |v: &Var| {
        let ty = body.ty(*v);
        let reference = ty.is_array() || matches!(ty.base, Base::S | Base::F | Base::W);
        reference && !matches!(body.home(*v), Home::Literal(_))
    };
    let global_signal =
        matches!(op.kind, OpKind::LoadGlobal(_)) && op.outs.iter().any(|v| body.ty(*v) == Ty::A);
    global_signal
        || matches!(op.kind, OpKind::Word(_) | OpKind::ArrayMap1(_))
        || op.ins.iter().chain(&op.outs).any(reference)
}

/// The cycle-by-cycle range (both ends included) around an operation.
fn range_of(ranges: &[(usize, usize)], i: usize) -> Option<usize> {
    ranges.iter().position(|&(a, b)| a <= i && i <= b)
}

/// Positions at which control-rate variables are written, in order; signals too where they have one
/// sample a cycle.
fn changing_writes(body: &Body) -> BTreeMap<Var, Vec<usize>> {
    let mut writes: BTreeMap<Var, Vec<usize>> = BTreeMap::new();
    for (i, op) in body.perf.iter().enumerate() {
        if matches!(op.kind, OpKind::LoadGlobal(_)) {
            continue; // Nobody changes it within a block.
        }
        for v in &op.outs {
            let ty = body.ty(*v);
            if matches!(ty, Ty::K | Ty::BOOL_K) || body.one_sample && ty == Ty::A {
                writes.entry(*v).or_default().push(i);
            }
        }
    }
    writes
}

/// First write of every variable outside jumps, and last write anywhere.
fn writes_of(body: &Body) -> (BTreeMap<Var, usize>, BTreeMap<Var, usize>) {
    let jumps = jump_ranges(&body.perf);
    let inside_jump = |i: usize| jumps.iter().any(|&(a, b)| a < i && i < b);
    let (mut settled, mut last) = (BTreeMap::new(), BTreeMap::new());
    for (i, op) in body.perf.iter().enumerate() {
        for v in &op.outs {
            last.insert(*v, i);
            if !inside_jump(i) {
                settled.entry(*v).or_insert(i);
            }
        }
    }
    (settled, last)
}

/// Signals that are read before they are written in each cycle, or written on one side of a branch.
fn carried_signals(body: &Body) -> BTreeSet<Var> {
    let (settled, _) = writes_of(body);
    let mut carried = BTreeSet::new();
    for (i, op) in body.perf.iter().enumerate() {
        for v in op.ins.iter().chain(&op.outs) {
            let own = !matches!(body.home(*v), Home::Temp | Home::Shadow(_)) && !body.params.0.contains(v);
            let before =
                |w: &usize| if op.outs.contains(v) && !op.ins.contains(v) { *w <= i } else { *w < i };
            if body.ty(*v) == Ty::A && own && !settled.get(v).is_some_and(before) {
                carried.insert(*v);
            }
        }
    }
    carried
}

/// Signals of one sample that only arithmetic in cycle-by-cycle ranges writes, and that no opcode in
/// such a range needs as a signal.
fn signals_as_numbers(body: &Body, inside: &impl Fn(usize) -> bool) -> BTreeSet<Var> {
    let mut good = BTreeSet::new();
    let mut bad: BTreeSet<Var> = body.params.0.iter().copied().collect();
    for (i, op) in body.perf.iter().enumerate() {
        let arithmetic = is_arithmetic(&op.kind);
        for v in op.outs.iter().filter(|v| body.ty(**v) == Ty::A) {
            if inside(i) && arithmetic {
                good.insert(*v)
            } else {
                bad.insert(*v)
            };
        }
        for v in op.ins.iter().filter(|v| body.ty(**v) == Ty::A) {
            if inside(i) && !arithmetic {
                bad.insert(*v);
            }
        }
    }
    good.difference(&bad).copied().collect()
}

/// Whether an operation is done by instructions on numbers.
pub(crate) fn is_arithmetic(kind: &OpKind) -> bool {
    matches!(
        kind,
        OpKind::Copy | OpKind::Bin(_) | OpKind::Neg | OpKind::Map1(_) | OpKind::Map2(_) | OpKind::Map3(_)
    )
}

/// Ranges that must run cycle by cycle: what jumps skip or repeat, values that are read before they are
/// written, opcodes that share state within the note, strings, arrays and spectral frames.
fn first_ranges(body: &Body, carried: &BTreeSet<Var>) -> Vec<(usize, usize)> {
    let ops = &body.perf;
    let mut ranges: Vec<(usize, usize)> = jump_ranges(ops)
        .iter()
        .map(|&(a, b)| {
            // The comparison that decides belongs to its jump.
            let decides = a > 0 && ops[a - 1].outs.iter().any(|v| ops[a].ins.contains(v));
            (a - usize::from(decides), b)
        })
        .collect();
    let (settled, last) = writes_of(body);
    for (i, op) in ops.iter().enumerate() {
        for v in &op.ins {
            let control = matches!(body.ty(*v), Ty::K | Ty::BOOL_K);
            if !control || settled.get(v).is_some_and(|&w| w < i) {
                continue;
            }
            if let Some(&last) = last.get(v).filter(|&&l| l >= i) {
                ranges.push((i, last));
            }
        }
    }
    let span_of =
        |touches: &dyn Fn(&Op) -> bool| Some((ops.iter().position(touches)?, ops.iter().rposition(touches)?));
    for v in carried {
        ranges.extend(span_of(&|op| op.ins.contains(v) || op.outs.contains(v)));
    }
    ranges.extend(span_of(&|op| by_reference(body, op)));
    let powers = |op: &Op| matches!(op.kind, OpKind::Bin(BinaryOp::Pow)) && may_fail(body, op);
    ranges.extend((0..ops.len()).filter(|&i| powers(&ops[i])).map(|i| (i, i)));
    ranges.extend(span_of(&|op| match op.kind {
        OpKind::Unit(u) => {
            let def = body.units[usize::from(u)].def;
            def.reads.and(def.writes).meets(Res::NOTE)
        }
        _ => false,
    }));
    ranges
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
            if !matches!(op.kind, OpKind::Unit(_)) {
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
