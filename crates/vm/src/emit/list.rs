//! One list of operations as instructions, with what crosses the borders of its ranges.

use super::{Emitter, Mode};
use crate::blocks;
use crate::code::{Inst, Slot};
use crate::ir::{Body, Home, Op, OpKind, Var};
use orchestrion_base::port::Place;
use orchestrion_base::source::Span;
use orchestrion_base::ty::Base;
use orchestrion_parser::tree::BinaryOp;
use std::collections::{BTreeMap, BTreeSet};

impl Emitter<'_> {
    /// Emits one list; jumps are patched at the end.
    pub(super) fn pass(&mut self, init: bool) {
        let ops: &[Op] = if init { &self.body.init } else { &self.body.perf };
        let live = live_ops(self.body, ops);
        let mut list: Vec<Inst> = Vec::with_capacity(ops.len());
        let mut spans = Vec::with_capacity(ops.len());
        let single = single_use_temps(self.body, ops);
        let mut i = 0;
        let mut marks = Vec::new();
        let mut range: Option<(usize, usize)> = None;
        if !init && !self.plan.blockable {
            for v in self.plan.carried.clone() {
                list.push(Inst::Carry { d: self.push_arg(v) });
                spans.push(Span::NONE);
            }
        }
        while i < ops.len() {
            if !init {
                if range.is_some_and(|r| i >= r.1) {
                    self.store_streams(ops, range, &mut list, &mut spans);
                    range = None;
                }
                marks.push((i, list.len() as u32));
                if range.is_none() {
                    range = self.plan.scalar_range(i).filter(|_| self.plan.blockable);
                    self.mode =
                        if range.is_some() || !self.plan.blockable { Mode::Cycle } else { Mode::Block };
                    self.load_streams(ops, range, &mut list, &mut spans);
                }
            }
            if !live[i] {
                i += 1;
                continue;
            }
            let op = &ops[i];
            let same = |j: usize| {
                init || range.is_none_or(|r| j < r.1)
                    && (range.is_some() || self.plan.scalar_range(j).is_none() || !self.plan.blockable)
            };
            let fused = ops
                .get(i + 1)
                .filter(|_| live[i + 1] && same(i + 1))
                .and_then(|next| self.fuse(op, next, &single));
            let (inst, used) = match fused {
                Some(inst) => (Some(inst), 2),
                None => (self.inst(op, list.len() as u32, init), 1),
            };
            if let Some(inst) = inst {
                list.push(inst);
                spans.push(op.span);
            }
            if init {
                // Opcodes read the stream at init, too.
                for v in &op.outs {
                    if let Some(&d) = self.shadow_streams.get(v) {
                        let s = self.arg(*v).slot;
                        list.push(Inst::StreamStore { d, s });
                        spans.push(op.span);
                    }
                }
            }
            i += used;
        }
        if !init {
            self.store_streams(ops, range, &mut list, &mut spans);
        }
        self.mode = Mode::Init;
        for inst in &mut list {
            patch(inst, &self.labels);
        }
        if init {
            self.code.init = list;
            self.code.init_spans = spans;
        } else {
            marks.push((ops.len(), list.len() as u32));
            self.code.plan = self.plan.segments(&marks);
            self.code.blockable = self.plan.blockable;
            self.code.perf = list;
            self.code.perf_spans = spans;
            // Reinit refers to init positions, which the init pass has left in `init_labels`.
        }
    }

    /// At the start of a range that runs cycle by cycle: this cycle's values of streams that it reads.
    pub(super) fn load_streams(
        &mut self,
        ops: &[Op],
        range: Option<(usize, usize)>,
        list: &mut Vec<Inst>,
        spans: &mut Vec<Span>,
    ) {
        self.samples.clear();
        let Some((a, b)) = range else { return };
        let mut push = |inst| {
            list.push(inst);
            spans.push(ops[a].span);
        };
        let read: BTreeSet<Var> = ops[a..b].iter().flat_map(|op| op.ins.iter().copied()).collect();
        let written: BTreeSet<Var> = ops[a..b].iter().flat_map(|op| op.outs.iter().copied()).collect();
        for &v in self.plan.carried.clone().iter().filter(|v| read.contains(v) || written.contains(v)) {
            push(Inst::Carry { d: self.push_arg(v) });
        }
        for v in read {
            // Written in another range, which has run all its cycles: each cycle's value is kept outside.
            if let (Some(&s), false) = (self.shadow_streams.get(&v), written.contains(&v)) {
                push(Inst::StreamLoad { d: self.arg(v).slot, s });
            }
            if let (Some(&signal), false) = (self.signals.get(&v), written.contains(&v)) {
                self.code.args.push(signal);
                let s = (self.code.args.len() - 1).min(usize::from(u16::MAX)) as u16;
                push(Inst::SampleLoad { d: self.arg(v).slot, s });
            }
            if let Some(&d) = self.shadow_cells.get(&v) {
                push(Inst::StreamLoad { d, s: self.arg(v).slot });
            }
            // Signals of one sample that arithmetic reads here and that nothing here writes.
            let signal = matches!(self.arg(v).place, Place::Audio | Place::Scratch);
            let by_arithmetic =
                ops[a..b].iter().any(|op| op.ins.contains(&v) && blocks::is_arithmetic(&op.kind));
            if self.body.one_sample && signal && by_arithmetic && !written.contains(&v) {
                let s = self.push_arg(v);
                self.code.cells += 1;
                let d = (self.code.cells - 1).min(usize::from(u16::MAX)) as Slot;
                self.samples.insert(v, d);
                push(Inst::SampleLoad { d, s });
            }
        }
    }

    /// At its end: what later operations read as streams.
    pub(super) fn store_streams(
        &mut self,
        ops: &[Op],
        range: Option<(usize, usize)>,
        list: &mut Vec<Inst>,
        spans: &mut Vec<Span>,
    ) {
        self.samples.clear();
        let Some((a, b)) = range else { return };
        let written: BTreeSet<Var> = ops[a..b].iter().flat_map(|op| op.outs.iter().copied()).collect();
        for v in written {
            if let Some(&d) = self.shadow_streams.get(&v) {
                list.push(Inst::StreamStore { d, s: self.arg(v).slot });
                spans.push(ops[a].span);
            }
            if let Some(&signal) = self.signals.get(&v) {
                self.code.args.push(signal);
                let d = (self.code.args.len() - 1).min(usize::from(u16::MAX)) as u16;
                list.push(Inst::SampleStore { d, s: self.arg(v).slot });
                spans.push(ops[a].span);
            }
        }
    }
}

/// Replaces label numbers by positions.
fn patch(inst: &mut Inst, labels: &[u32]) {
    match inst {
        Inst::Jump { to }
        | Inst::JumpIf { to, .. }
        | Inst::JumpUnless { to, .. }
        | Inst::JumpUnlessCmp { to, .. }
        | Inst::JumpIfCmp { to, .. }
        | Inst::JumpIfTied { to }
        | Inst::JumpIfReinit { to }
        | Inst::Timout { to, .. } => *to = labels[*to as usize],
        _ => {}
    }
}

/// Which operations have an effect: loads of globals and computations of temporaries that nothing in
/// the list reads are dropped.
fn live_ops(body: &Body, ops: &[Op]) -> Vec<bool> {
    let mut reads: BTreeMap<Var, usize> = BTreeMap::new();
    for op in ops {
        for v in &op.ins {
            *reads.entry(*v).or_default() += 1;
        }
        // Units may leave an output unwritten: a load before them counts as read.
        if matches!(
            op.kind,
            OpKind::Unit(_)
                | OpKind::InitFn(_)
                | OpKind::Child(_)
                | OpKind::Subinstr(_)
                | OpKind::StoreGlobal(_)
        ) {
            for v in &op.outs {
                *reads.entry(*v).or_default() += 1;
            }
        }
    }
    let mut live = vec![true; ops.len()];
    for (i, op) in ops.iter().enumerate().rev() {
        let pure = matches!(
            op.kind,
            OpKind::LoadGlobal(_)
                | OpKind::Bin(_)
                | OpKind::Not
                | OpKind::Neg
                | OpKind::Map1(_)
                | OpKind::Map2(_)
        );
        let dead =
            pure && op.outs.iter().all(|v| {
                matches!(body.home(*v), Home::Temp | Home::Shadow(_))
                    && reads.get(v).copied().unwrap_or(0) == 0
            }) && !matches!(op.kind, OpKind::Bin(BinaryOp::Pow));
        let temp_only = op
            .outs
            .iter()
            .all(|v| matches!(body.home(*v), Home::Temp) || matches!(op.kind, OpKind::LoadGlobal(_)));
        // A number computed at performance may be what an i-time reader of a later reinit sees: only
        // truth values and loads are dropped.
        let droppable = matches!(op.kind, OpKind::LoadGlobal(_))
            || op.outs.iter().all(|v| matches!(body.ty(*v).base, Base::BoolI | Base::BoolK));
        if dead && temp_only && droppable {
            live[i] = false;
            for v in &op.ins {
                if let Some(n) = reads.get_mut(v) {
                    *n -= 1;
                }
            }
        }
    }
    live
}

/// Temporaries that are written once and read once in the whole body.
fn single_use_temps(body: &Body, ops: &[Op]) -> BTreeSet<Var> {
    let mut count: BTreeMap<Var, (u32, u32)> = BTreeMap::new();
    for op in ops {
        for v in &op.outs {
            count.entry(*v).or_default().0 += 1;
        }
        for v in &op.ins {
            count.entry(*v).or_default().1 += 1;
        }
    }
    count
        .into_iter()
        .filter(|(v, (w, r))| matches!(body.home(*v), Home::Temp) && *w == 1 && *r == 1)
        .map(|(v, _)| v)
        .collect()
}
