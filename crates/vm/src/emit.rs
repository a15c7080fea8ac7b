//! From operations on variables to instructions on places.

use crate::blocks;
use crate::code::{ChildCode, Code, Inst, Slot, UnitCode, WordCode, WordKind};
use crate::ir::{Body, Home, LabelId, Op, OpKind, Run, Var};
use orchestrion_base::diag::{Diagnostic, codes};
use orchestrion_base::op::{OpDef, Res};
use orchestrion_base::port::{Arg, Place};
use orchestrion_base::source::Span;
use orchestrion_base::ty::{Base, Ty};
use orchestrion_parser::tree::BinaryOp;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Makes the code of a body. `own_frame` is set for opcodes that run inside another note, whose
/// temporaries must not share the scratch memory of the caller.
///
/// # Errors
/// When the instrument has more variables or operations than instructions can address.
pub fn emit(body: &Body, name: &str, span: Span, own_frame: bool) -> Result<Code, Diagnostic> {
    let mut e = Emitter::new(body, name, own_frame);
    e.allocate();
    e.pass(true);
    e.pass(false);
    e.effects();
    let largest = [
        e.code.cells,
        e.code.args.len(),
        e.code.units.len(),
        e.code.words.len(),
        e.code.audio,
        e.code.arrays.len(),
    ];
    if largest.iter().any(|&n| n > usize::from(u16::MAX)) {
        return Err(Diagnostic::error(codes::TOO_LARGE, span, format!("instr {name} is too large"))
            .help("split it into several instruments or opcodes"));
    }
    Ok(e.code)
}

struct Emitter<'a> {
    body: &'a Body,
    code: Code,
    places: Vec<Option<Arg>>,
    labels: Vec<u32>,
    plan: blocks::Plan,
    own_frame: bool,
    unit_ids: BTreeMap<u16, u16>,
    /// Cells that stand for streams in ranges that run cycle by cycle.
    shadow_cells: BTreeMap<Var, Slot>,
    /// Streams of variables that live in cells.
    shadow_streams: BTreeMap<Var, Slot>,
    /// Signals of variables that live in cells.
    signals: BTreeMap<Var, Arg>,
    /// Cells that stand for signals of one sample in ranges that run cycle by cycle.
    samples: BTreeMap<Var, Slot>,
    /// Where the operation being emitted runs.
    mode: Mode,
    /// Opcodes that perform in ranges that run cycle by cycle.
    scalar_units: BTreeSet<u16>,
    map1: BTreeMap<usize, u16>,
}

/// Where an operation runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Init,
    /// For all cycles of a block at once.
    Block,
    /// Cycle by cycle.
    Cycle,
}

impl<'a> Emitter<'a> {
    fn new(body: &'a Body, name: &str, own_frame: bool) -> Self {
        let plan = blocks::analyse(body);
        let unit = |(i, op): (usize, &Op)| match op.kind {
            OpKind::Unit(u) if plan.scalar_range(i).is_some() => Some(u),
            _ => None,
        };
        let scalar_units = body.perf.iter().enumerate().filter_map(unit).collect();
        Self {
            body,
            code: Code {
                name: name.to_owned(),
                pfields: body.pfields,
                timouts: usize::from(body.timouts),
                ..Code::default()
            },
            places: vec![None; body.vars.len()],
            labels: vec![0; body.labels as usize],
            plan,
            own_frame,
            unit_ids: BTreeMap::new(),
            shadow_cells: BTreeMap::new(),
            shadow_streams: BTreeMap::new(),
            signals: BTreeMap::new(),
            samples: BTreeMap::new(),
            mode: Mode::Init,
            scalar_units,
            map1: BTreeMap::new(),
        }
    }

    /// Gives every variable that is used its place.
    fn allocate(&mut self) {
        self.code.cells = usize::from(self.body.pfields) + 1;
        let mut used: BTreeSet<Var> = BTreeSet::new();
        for op in self.body.init.iter().chain(&self.body.perf) {
            used.extend(op.outs.iter().chain(&op.ins).copied());
        }
        used.extend(self.body.params.0.iter().chain(&self.body.params.1).copied());
        let scratch = if self.own_frame { BTreeMap::new() } else { blocks::scratch_slots(self.body) };
        self.code.scratch = scratch.values().map(|s| usize::from(*s) + 1).max().unwrap_or(0);
        for var in used {
            let ty = self.body.ty(var);
            let arg = match scratch.get(&var) {
                Some(&slot) => Arg { place: Place::Scratch, base: Base::A, slot },
                None => self.place(var, ty),
            };
            self.places[var.0 as usize] = Some(arg);
            if self.plan.numbers.contains(&var) {
                // A signal of one sample a cycle, kept as a number; a signal only where others read it.
                self.code.cells += 1;
                let slot = (self.code.cells - 1).min(usize::from(u16::MAX)) as Slot;
                self.places[var.0 as usize] = Some(Arg { place: Place::Cell, base: Base::A, slot });
                if self.plan.spilled.contains(&var) {
                    self.signals.insert(var, arg);
                }
                continue;
            }
            if self.plan.streams.contains(&var) {
                self.shadow_cells.insert(var, arg.slot);
                let slot = self.new_stream();
                self.places[var.0 as usize] = Some(Arg { place: Place::Stream, base: arg.base, slot });
            } else if self.plan.spilled.contains(&var) {
                let slot = self.new_stream();
                self.shadow_streams.insert(var, slot);
            }
        }
        self.code.params = (
            self.body.params.0.iter().map(|v| self.arg(*v)).collect(),
            self.body.params.1.iter().map(|v| self.streamed(*v)).collect(),
        );
    }

    fn place(&mut self, var: Var, ty: Ty) -> Arg {
        let base = ty.base;
        let at = |place, slot: usize| Arg { place, base, slot: slot.min(usize::from(u16::MAX)) as u16 };
        let code = &mut self.code;
        match self.body.home(var) {
            Home::PField(n) => return at(Place::PField, usize::from(*n)),
            Home::Literal(s) => {
                code.literals.push(s.clone());
                return at(Place::Literal, code.literals.len() - 1);
            }
            Home::Global(g) => {
                let place = match base {
                    _ if ty.is_array() => Place::GlobalArray,
                    Base::S => Place::GlobalStr,
                    _ => Place::GlobalSpectrum,
                };
                return at(place, usize::from(g.0));
            }
            _ => {}
        }
        if ty.is_array() {
            code.arrays.push(base);
            return at(Place::Array, code.arrays.len() - 1);
        }
        match base {
            Base::A => {
                code.audio += 1;
                at(Place::Audio, code.audio - 1)
            }
            Base::S => {
                code.strings += 1;
                at(Place::Str, code.strings - 1)
            }
            Base::F | Base::W => {
                code.spectra += 1;
                at(Place::Spectrum, code.spectra - 1)
            }
            _ => {
                code.cells += 1;
                let slot = code.cells - 1;
                match self.body.home(var) {
                    Home::Const(x) => code.consts.push((slot as Slot, *x)),
                    Home::LocalKr => code.local_kr = Some(slot as Slot),
                    Home::LocalKsmps => code.local_ksmps = Some(slot as Slot),
                    _ => {}
                }
                at(Place::Cell, slot)
            }
        }
    }

    fn arg(&self, v: Var) -> Arg {
        self.places[v.0 as usize].unwrap_or(Arg { place: Place::Label, base: Base::I, slot: 0 })
    }

    fn new_stream(&mut self) -> Slot {
        self.code.streams += 1;
        (self.code.streams - 1).min(usize::from(u16::MAX)) as Slot
    }

    /// Where an instruction finds a variable: in ranges that run cycle by cycle numbers are in cells.
    fn operand(&self, v: Var) -> Arg {
        let arg = self.arg(v);
        match self.mode {
            Mode::Init => arg,
            Mode::Block => self.streamed(v),
            Mode::Cycle if self.samples.contains_key(&v) => {
                Arg { place: Place::Cell, slot: self.samples[&v], ..arg }
            }
            Mode::Cycle if arg.place == Place::Stream => match self.shadow_cells.get(&v) {
                Some(&slot) => Arg { place: Place::Cell, slot, ..arg },
                None => arg,
            },
            Mode::Cycle => arg,
        }
    }

    /// Where an operation that runs in blocks finds a variable.
    fn streamed(&self, v: Var) -> Arg {
        let arg = self.arg(v);
        if let Some(&signal) = self.signals.get(&v) {
            return signal;
        }
        match self.shadow_streams.get(&v) {
            Some(&slot) => Arg { place: Place::Stream, slot, ..arg },
            None => arg,
        }
    }

    fn slot(&self, v: Var) -> Slot {
        self.operand(v).slot
    }

    fn push_arg(&mut self, v: Var) -> u16 {
        let arg = self.operand(v);
        self.code.args.push(arg);
        (self.code.args.len() - 1).min(usize::from(u16::MAX)) as u16
    }

    fn push_args(&mut self, outs: &[Var], ins: &[Var], streamed: bool) -> Range<usize> {
        let start = self.code.args.len();
        for v in outs.iter().chain(ins) {
            let arg = if streamed { self.streamed(*v) } else { self.arg(*v) };
            self.code.args.push(arg);
        }
        start..self.code.args.len()
    }

    /// Emits one list; jumps are patched at the end.
    fn pass(&mut self, init: bool) {
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
    fn load_streams(
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
    fn store_streams(
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

    /// Two operations as one instruction, where the first one's result serves only the second.
    fn fuse(&self, op: &Op, next: &Op, single: &BTreeSet<Var>) -> Option<Inst> {
        let out = *op.outs.first()?;
        if !single.contains(&out) || self.operand(out).place != Place::Cell {
            return None;
        }
        let cells = op.ins.iter().chain(&next.ins).chain(&next.outs).all(|v| is_cell(self.operand(*v)));
        if !cells {
            return None;
        }
        let OpKind::Bin(first) = op.kind else { return None };
        let (a, b) = (self.slot(op.ins[0]), self.slot(op.ins[1]));
        match next.kind {
            OpKind::JumpUnless(l) if next.ins[0] == out && is_compare(first) => {
                Some(Inst::JumpUnlessCmp { op: first, a, b, to: l.0 })
            }
            OpKind::JumpIf(l) if next.ins[0] == out && is_compare(first) => {
                Some(Inst::JumpIfCmp { op: first, a, b, to: l.0 })
            }
            OpKind::Bin(second) if first == BinaryOp::Mul => {
                let d = self.slot(next.outs[0]);
                let (l, r) = (next.ins[0], next.ins[1]);
                if l == r {
                    return None;
                }
                let c = self.slot(if l == out { r } else { l });
                match second {
                    BinaryOp::Add => Some(Inst::MulAdd { d, a, b, c }),
                    BinaryOp::Sub if l == out => Some(Inst::MulSub { d, a, b, c }),
                    BinaryOp::Sub => Some(Inst::SubMul { d, a, b, c }),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn inst(&mut self, op: &Op, at: u32, init: bool) -> Option<Inst> {
        let scalar = op.outs.iter().chain(&op.ins).all(|v| is_cell(self.operand(*v)));
        let out = op.outs.first().copied();
        let d = out.map_or(0, |v| self.slot(v));
        let ins: Vec<Slot> = op.ins.iter().map(|v| self.slot(*v)).collect();
        let cell = |i: usize| ins.get(i).copied().unwrap_or(0);
        Some(match op.kind {
            OpKind::Label(l) => {
                self.labels[l.0 as usize] = at;
                if init {
                    self.code.init_labels.insert(l.0, at);
                }
                return None;
            }
            OpKind::Jump(l) => Inst::Jump { to: l.0 },
            OpKind::JumpIf(l) => Inst::JumpIf { c: cell(0), to: l.0 },
            OpKind::JumpUnless(l) => Inst::JumpUnless { c: cell(0), to: l.0 },
            OpKind::JumpIfTied(l) => Inst::JumpIfTied { to: l.0 },
            OpKind::JumpIfReinit(l) => Inst::JumpIfReinit { to: l.0 },
            OpKind::ReinitReturn => Inst::ReinitReturn,
            OpKind::Reinit(a, b) => Inst::Reinit { start: self.init_label(a), end: self.init_label(b) },
            OpKind::Timout(l, id) => Inst::Timout { id, start: cell(0), dur: cell(1), to: l.0 },
            OpKind::CheckEnd => Inst::CheckEnd,
            OpKind::LoadGlobal(g) if scalar => Inst::LoadGlobal { d, g: g.0 },
            OpKind::LoadGlobal(g) => Inst::LoadGlobalAudio { d: self.push_arg(out?), g: g.0 },
            OpKind::StoreGlobal(g) if scalar => Inst::StoreGlobal { g: g.0, s: cell(0) },
            OpKind::StoreGlobal(g) => Inst::StoreGlobalAudio { g: g.0, s: self.push_arg(op.ins[0]) },
            OpKind::Copy if scalar => Inst::Copy { d, s: cell(0) },
            OpKind::Copy => Inst::VCopy { d: self.push_arg(out?), s: self.push_arg(op.ins[0]) },
            OpKind::Bin(b) if scalar => scalar_bin(b, d, cell(0), cell(1)),
            OpKind::Bin(b) => Inst::VBin {
                op: b,
                d: self.push_arg(out?),
                a: self.push_arg(op.ins[0]),
                b: self.push_arg(op.ins[1]),
            },
            OpKind::Neg if scalar => Inst::Neg { d, s: cell(0) },
            OpKind::Neg => Inst::VNeg { d: self.push_arg(out?), s: self.push_arg(op.ins[0]) },
            OpKind::Not if scalar => Inst::Not { d, s: cell(0) },
            OpKind::Not => {
                let f = self.function1(|x| f64::from(u8::from(x == 0.0)));
                Inst::VMap1 { d: self.push_arg(out?), a: self.push_arg(op.ins[0]), f }
            }
            OpKind::BitNot if scalar => Inst::BitNot { d, s: cell(0) },
            OpKind::BitNot => Inst::VBitNot { d: self.push_arg(out?), s: self.push_arg(op.ins[0]) },
            OpKind::Map1(f) => {
                let f = self.function1(f);
                if scalar {
                    Inst::Map1 { d, a: cell(0), f }
                } else {
                    Inst::VMap1 { d: self.push_arg(out?), a: self.push_arg(op.ins[0]), f }
                }
            }
            OpKind::Map2(f) => {
                self.code.map2.push(f);
                let f = (self.code.map2.len() - 1) as u16;
                if scalar {
                    Inst::Map2 { d, a: cell(0), b: cell(1), f }
                } else {
                    Inst::VMap2 {
                        d: self.push_arg(out?),
                        a: self.push_arg(op.ins[0]),
                        b: self.push_arg(op.ins[1]),
                        f,
                    }
                }
            }
            OpKind::Map3(f) => {
                self.code.map3.push(f);
                let f = (self.code.map3.len() - 1) as u16;
                if scalar {
                    Inst::Map3 { d, a: cell(0), b: cell(1), c: cell(2), f }
                } else {
                    Inst::VMap3 {
                        d: self.push_arg(out?),
                        a: self.push_arg(op.ins[0]),
                        b: self.push_arg(op.ins[1]),
                        c: self.push_arg(op.ins[2]),
                        f,
                    }
                }
            }
            OpKind::ArrayMap1(f) => self.word(WordKind::Map1(f), op),
            OpKind::Word(w) => self.word(WordKind::Word(w), op),
            OpKind::Unit(id) | OpKind::InitFn(id) => Inst::Unit { unit: self.unit(id) },
            OpKind::Child(id) => self.child(id),
            OpKind::SetKsmps => Inst::SetKsmps { s: cell(0) },
        })
    }

    fn init_label(&self, l: LabelId) -> u32 {
        self.code.init_labels.get(&l.0).copied().unwrap_or(self.code.init.len() as u32)
    }

    fn function1(&mut self, f: fn(f64) -> f64) -> u16 {
        let key = f as usize;
        if let Some(&i) = self.map1.get(&key) {
            return i;
        }
        self.code.map1.push(f);
        let i = (self.code.map1.len() - 1) as u16;
        self.map1.insert(key, i);
        i
    }

    fn word(&mut self, kind: WordKind, op: &Op) -> Inst {
        let args = self.push_args(&op.outs, &op.ins, false);
        self.code.words.push(WordCode { kind, args, outs: op.outs.len() });
        Inst::Word { word: (self.code.words.len() - 1) as u16 }
    }

    fn unit(&mut self, id: u16) -> u16 {
        if let Some(&u) = self.unit_ids.get(&id) {
            return u;
        }
        let u = &self.body.units[usize::from(id)];
        let args = self.push_args(&u.outs, &u.ins, !self.scalar_units.contains(&id));
        let state = self.code.states.len() as u16;
        if let Run::Unit(make) = u.run {
            self.code.states.push(make);
        }
        self.code.units.push(UnitCode { def: u.def, run: u.run, state, args, outs: u.outs.len() });
        let index = (self.code.units.len() - 1) as u16;
        self.unit_ids.insert(id, index);
        index
    }

    fn child(&mut self, id: u16) -> Inst {
        // Both passes share the call: the same index in the same order.
        let index = usize::from(id);
        while self.code.children.len() <= index {
            let u = &self.body.children[self.code.children.len()];
            let (outs, ins, udo) = (u.outs.clone(), u.ins.clone(), u.udo);
            let args = self.push_args(&outs, &ins, false);
            self.code.children.push(ChildCode { udo, args, outs: outs.len() });
        }
        Inst::Child { child: id }
    }

    /// Sums up what performance does to shared things.
    fn effects(&mut self) {
        let mut reads = Res::NONE;
        let mut writes = Res::NONE;
        let (mut globals_read, mut globals_written) = (BTreeSet::new(), BTreeSet::new());
        for op in &self.body.perf {
            match op.kind {
                OpKind::Unit(id) => {
                    let def: &OpDef = self.body.units[usize::from(id)].def;
                    reads = reads.and(def.reads);
                    writes = writes.and(def.writes);
                }
                OpKind::Reinit(..) => writes = writes.and(Res::LIFE),
                OpKind::LoadGlobal(g) => {
                    globals_read.insert(g.0);
                }
                OpKind::StoreGlobal(g) => {
                    globals_written.insert(g.0);
                }
                _ => {}
            }
            for v in op.outs.iter().chain(&op.ins) {
                if let Home::Global(g) = self.body.home(*v) {
                    // Arrays and strings may be changed through inputs as well.
                    globals_read.insert(g.0);
                    globals_written.insert(g.0);
                }
            }
        }
        self.code.reads = reads;
        self.code.writes = writes;
        self.code.global_reads = globals_read.into_iter().collect();
        self.code.global_writes = globals_written.into_iter().collect();
    }
}

fn is_cell(a: Arg) -> bool {
    matches!(a.place, Place::Cell | Place::PField)
}

fn is_compare(op: BinaryOp) -> bool {
    use BinaryOp::*;
    matches!(op, Eq | Ne | Lt | Le | Gt | Ge)
}

fn scalar_bin(op: BinaryOp, d: Slot, a: Slot, b: Slot) -> Inst {
    match op {
        BinaryOp::Add => Inst::Add { d, a, b },
        BinaryOp::Sub => Inst::Sub { d, a, b },
        BinaryOp::Mul => Inst::Mul { d, a, b },
        BinaryOp::Div => Inst::Div { d, a, b },
        _ => Inst::Bin { op, d, a, b },
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
        if matches!(op.kind, OpKind::Unit(_) | OpKind::InitFn(_) | OpKind::Child(_) | OpKind::StoreGlobal(_))
        {
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
