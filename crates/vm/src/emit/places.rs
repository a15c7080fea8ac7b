//! Where variables live.

use super::{Emitter, Mode};
use crate::blocks;
use crate::code::Slot;
use crate::ir::{Home, Var};
use orchestrion_base::port::{Arg, Place};
use orchestrion_base::ty::{Base, Ty};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

impl Emitter<'_> {
    /// Gives every variable that is used its place.
    pub(super) fn allocate(&mut self) {
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

    pub(super) fn place(&mut self, var: Var, ty: Ty) -> Arg {
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

    pub(super) fn arg(&self, v: Var) -> Arg {
        self.places[v.0 as usize].unwrap_or(Arg { place: Place::Label, base: Base::I, slot: 0 })
    }

    pub(super) fn new_stream(&mut self) -> Slot {
        self.code.streams += 1;
        (self.code.streams - 1).min(usize::from(u16::MAX)) as Slot
    }

    /// Where an instruction finds a variable: in ranges that run cycle by cycle numbers are in cells.
    pub(super) fn operand(&self, v: Var) -> Arg {
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
    pub(super) fn streamed(&self, v: Var) -> Arg {
        let arg = self.arg(v);
        if let Some(&signal) = self.signals.get(&v) {
            return signal;
        }
        match self.shadow_streams.get(&v) {
            Some(&slot) => Arg { place: Place::Stream, slot, ..arg },
            None => arg,
        }
    }

    pub(super) fn slot(&self, v: Var) -> Slot {
        self.operand(v).slot
    }

    pub(super) fn push_arg(&mut self, v: Var) -> u16 {
        let arg = self.operand(v);
        self.code.args.push(arg);
        (self.code.args.len() - 1).min(usize::from(u16::MAX)) as u16
    }

    pub(super) fn push_args(&mut self, outs: &[Var], ins: &[Var], streamed: bool) -> Range<usize> {
        let start = self.code.args.len();
        for v in outs.iter().chain(ins) {
            let arg = if streamed { self.streamed(*v) } else { self.arg(*v) };
            self.code.args.push(arg);
        }
        start..self.code.args.len()
    }
}
