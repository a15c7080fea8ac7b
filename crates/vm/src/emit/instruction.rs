//! One operation as one instruction.

use super::{Emitter, is_cell};
use crate::code::{ChildCode, Inst, Slot, UnitCode, WordCode, WordKind};
use crate::ir::{LabelId, Op, OpKind, Run, Var};
use orchestrion_base::port::Place;
use orchestrion_parser::tree::BinaryOp;
use std::collections::BTreeSet;

impl Emitter<'_> {
    /// Two operations as one instruction, where the first one's result serves only the second.
    pub(super) fn fuse(&self, op: &Op, next: &Op, single: &BTreeSet<Var>) -> Option<Inst> {
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
            OpKind::Bin(second) if first == BinaryOp::Mul && next.ins.contains(&out) => {
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

    pub(super) fn inst(&mut self, op: &Op, at: u32, init: bool) -> Option<Inst> {
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
            OpKind::Subinstr(id) => self.subinstr(id),
            OpKind::SetKsmps => Inst::SetKsmps { s: cell(0) },
        })
    }

    pub(super) fn init_label(&self, l: LabelId) -> u32 {
        self.code.init_labels.get(&l.0).copied().unwrap_or(self.code.init.len() as u32)
    }

    pub(super) fn function1(&mut self, f: fn(f64) -> f64) -> u16 {
        let key = f as usize;
        if let Some(&i) = self.map1.get(&key) {
            return i;
        }
        self.code.map1.push(f);
        let i = (self.code.map1.len() - 1) as u16;
        self.map1.insert(key, i);
        i
    }

    pub(super) fn word(&mut self, kind: WordKind, op: &Op) -> Inst {
        let args = self.push_args(&op.outs, &op.ins, false);
        self.code.words.push(WordCode { kind, args, outs: op.outs.len() });
        Inst::Word { word: (self.code.words.len() - 1) as u16 }
    }

    pub(super) fn unit(&mut self, id: u16) -> u16 {
        if let Some(&u) = self.unit_ids.get(&id) {
            return u;
        }
        let u = &self.body.units[usize::from(id)];
        let args = self.push_args(&u.outs, &u.ins, !self.scalar_units.contains(&id));
        let state = self.code.states.len() as u16;
        if let Run::Unit(make) = u.run {
            self.code.states.push(make);
        }
        let outs = u.outs.len();
        let streams = self.code.args[args.clone()][..outs].iter().any(|arg| arg.place == Place::Stream);
        self.code.units.push(UnitCode {
            def: u.def,
            run: u.run,
            state,
            args,
            outs,
            foreign: u.foreign,
            streams,
        });
        let index = (self.code.units.len() - 1) as u16;
        self.unit_ids.insert(id, index);
        index
    }

    pub(super) fn child(&mut self, id: u16) -> Inst {
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

    fn subinstr(&mut self, id: u16) -> Inst {
        while self.code.subs.len() <= usize::from(id) {
            let (outs, ins) = self.body.subs[self.code.subs.len()].clone();
            let args = self.push_args(&outs, &ins, false);
            self.code.subs.push((args, outs.len()));
        }
        Inst::Subinstr { sub: id }
    }
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
