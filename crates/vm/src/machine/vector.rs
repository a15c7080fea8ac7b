//! Signal instructions: whole blocks of samples or k-values at a time.

use crate::arith;
use crate::code::{Code, Inst};
use orchestrion_base::error::OpError;
use orchestrion_base::port::{Arg, Io, Place};
use orchestrion_parser::tree::BinaryOp;
use std::cell::Cell;

/// Memory and extent of a block.
pub(super) struct Block<'a> {
    pub cells: &'a [Cell<f64>],
    pub streams: &'a [Cell<f64>],
    pub audio: &'a [Cell<f64>],
    pub scratch: &'a [Cell<f64>],
    pub block_cycles: usize,
    pub block_len: usize,
    pub ksmps: usize,
    pub cycle: usize,
    pub cycles: usize,
}

/// An operand over the block.
#[derive(Clone, Copy)]
enum Operand<'a> {
    /// One value per sample.
    Samples(&'a [Cell<f64>]),
    /// One value per k-cycle.
    Cycles(&'a [Cell<f64>]),
    /// One value.
    One(f64),
}

impl Operand<'_> {
    fn at(self, n: usize) -> f64 {
        match self {
            Operand::Samples(values) | Operand::Cycles(values) => values[n].get(),
            Operand::One(value) => value,
        }
    }
}

impl<'a> Block<'a> {
    fn operand(&self, arg: Arg) -> Operand<'a> {
        let slot = usize::from(arg.slot);
        match arg.place {
            Place::Audio | Place::Scratch => {
                let slab = if arg.place == Place::Scratch { self.scratch } else { self.audio };
                let at = slot * self.block_len + self.cycle * self.ksmps;
                Operand::Samples(slab.get(at..at + self.cycles * self.ksmps).unwrap_or(&[]))
            }
            Place::Stream => {
                let at = slot * self.block_cycles + self.cycle;
                Operand::Cycles(self.streams.get(at..at + self.cycles).unwrap_or(&[]))
            }
            _ => Operand::One(self.cells.get(slot).map_or(0.0, Cell::get)),
        }
    }

    /// Where results go: samples, or one value per k-cycle.
    fn target(&self, arg: Arg) -> (&'a [Cell<f64>], bool) {
        match self.operand(arg) {
            Operand::Samples(s) => (s, true),
            Operand::Cycles(s) => (s, false),
            Operand::One(_) => {
                (self.cells.get(usize::from(arg.slot)).map_or(&[], std::slice::from_ref), false)
            }
        }
    }
}

/// One value of an operand per element of the target, grouped so that the inner loops are plain.
fn map1(b: &Block<'_>, d: Arg, a: Arg, f: impl Fn(f64) -> f64) {
    let (out, samples) = b.target(d);
    match b.operand(a) {
        Operand::One(x) => {
            let y = f(x);
            out.iter().for_each(|o| o.set(y));
        }
        Operand::Samples(x) if samples => {
            for (o, x) in out.iter().zip(x) {
                o.set(f(x.get()));
            }
        }
        Operand::Samples(x) => {
            for (o, x) in out.iter().zip(x.chunks(b.ksmps)) {
                o.set(f(x[0].get()));
            }
        }
        Operand::Cycles(x) if !samples || b.ksmps == 1 => {
            for (o, x) in out.iter().zip(x) {
                o.set(f(x.get()));
            }
        }
        Operand::Cycles(x) => {
            for (chunk, x) in out.chunks(b.ksmps).zip(x) {
                let y = f(x.get());
                chunk.iter().for_each(|o| o.set(y));
            }
        }
    }
}

/// Sets `out` to what `f` makes of two signals. Loading eight of each before any is stored lets the compiler use vectors
/// although outputs may be the same memory as inputs.
fn pair(out: &[Cell<f64>], x: &[Cell<f64>], y: &[Cell<f64>], f: impl Fn(f64, f64) -> f64) {
    let ((out, last), (x, last_x)) = (out.as_chunks::<8>(), x.as_chunks::<8>());
    let (y, last_y) = y.as_chunks::<8>();
    for ((out, x), y) in out.iter().zip(x).zip(y) {
        let r: [f64; 8] = std::array::from_fn(|j| f(x[j].get(), y[j].get()));
        out.iter().zip(r).for_each(|(out, r)| out.set(r));
    }
    for ((out, x), y) in last.iter().zip(last_x).zip(last_y) {
        out.set(f(x.get(), y.get()));
    }
}

/// [`pair`] with a number on the right.
fn left(out: &[Cell<f64>], x: &[Cell<f64>], y: f64, f: impl Fn(f64, f64) -> f64) {
    let ((out, last), (x, last_x)) = (out.as_chunks::<8>(), x.as_chunks::<8>());
    for (out, x) in out.iter().zip(x) {
        let r: [f64; 8] = std::array::from_fn(|j| f(x[j].get(), y));
        out.iter().zip(r).for_each(|(out, r)| out.set(r));
    }
    for (out, x) in last.iter().zip(last_x) {
        out.set(f(x.get(), y));
    }
}

fn map2(b: &Block<'_>, d: Arg, x: Arg, y: Arg, f: impl Fn(f64, f64) -> f64 + Copy) {
    use Operand::{Cycles, One, Samples};
    let (out, samples) = b.target(d);
    let same = |o: Operand<'_>| match o {
        Samples(_) => samples,
        Cycles(_) => !samples || b.ksmps == 1,
        One(_) => true,
    };
    let (ox, oy) = (b.operand(x), b.operand(y));
    if same(ox) && same(oy) {
        match (ox, oy) {
            (Samples(x) | Cycles(x), Samples(y) | Cycles(y)) => pair(out, x, y, f),
            (Samples(x) | Cycles(x), One(y)) => left(out, x, y, f),
            (One(x), Samples(y) | Cycles(y)) => left(out, y, x, |y, x| f(x, y)),
            (One(x), One(y)) => {
                let r = f(x, y);
                out.iter().for_each(|o| o.set(r));
            }
        }
        return;
    }
    // Mixed rates: cycle by cycle.
    for c in 0..b.cycles {
        let chunk = if samples { &out[c * b.ksmps..(c + 1) * b.ksmps] } else { &out[c..c + 1] };
        let at = |o: Operand<'_>, n: usize| match o {
            Samples(s) => s[c * b.ksmps + n].get(),
            Cycles(s) => s[c].get(),
            One(v) => v,
        };
        match (ox, oy) {
            (Samples(s), o) if samples => left(chunk, &s[c * b.ksmps..(c + 1) * b.ksmps], at(o, 0), f),
            (o, Samples(s)) if samples => {
                left(chunk, &s[c * b.ksmps..(c + 1) * b.ksmps], at(o, 0), |y, x| f(x, y));
            }
            _ => {
                let r = f(at(ox, 0), at(oy, 0));
                chunk.iter().for_each(|o| o.set(r));
            }
        }
    }
}

/// Part by part, in each of which slower operands do not change.
fn map3(b: &Block<'_>, d: Arg, args: [Arg; 3], f: impl Fn(f64, f64, f64) -> f64) {
    use Operand::{Cycles, One, Samples};
    let (out, samples) = b.target(d);
    let ops = args.map(|a| b.operand(a));
    let part = match ops {
        _ if !samples => 1,
        ops if ops.iter().any(|o| matches!(o, Cycles(_))) => b.ksmps,
        _ => out.len().max(1),
    };
    for (c, out) in out.chunks(part).enumerate() {
        let [x, y, z] = ops.map(|o| match o {
            Samples(s) if samples => Samples(&s[c * part..c * part + out.len()]),
            Samples(s) => One(s[c * b.ksmps].get()),
            Cycles(s) => One(s[c].get()),
            One(x) => One(x),
        });
        match (x, y, z) {
            (Samples(x), One(y), One(z)) => {
                out.iter().zip(x).for_each(|(o, x)| o.set(f(x.get(), y, z)));
            }
            (One(x), Samples(y), One(z)) => {
                out.iter().zip(y).for_each(|(o, y)| o.set(f(x, y.get(), z)));
            }
            (Samples(x), Samples(y), One(z)) => {
                out.iter().zip(x).zip(y).for_each(|((o, x), y)| o.set(f(x.get(), y.get(), z)));
            }
            (x, y, z) => {
                for (n, o) in out.iter().enumerate() {
                    o.set(f(x.at(n), y.at(n), z.at(n)));
                }
            }
        }
    }
}

/// Runs one signal instruction.
pub(super) fn run(b: &Block<'_>, code: &Code, inst: Inst) -> Result<(), OpError> {
    let arg = |i: u16| code.args[usize::from(i)];
    match inst {
        Inst::VCopy { d, s } => map1(b, arg(d), arg(s), |x| x),
        Inst::VNeg { d, s } => map1(b, arg(d), arg(s), |x| -x),
        Inst::VBitNot { d, s } => map1(b, arg(d), arg(s), arith::bit_not),
        Inst::VMap1 { d, a, f } => {
            let f = code.map1[usize::from(f)];
            map1(b, arg(d), arg(a), f);
        }
        Inst::VMap2 { d, a, b: y, f } => {
            let f = code.map2[usize::from(f)];
            map2(b, arg(d), arg(a), arg(y), f);
        }
        Inst::VMap3 { d, a, b: y, c, f } => {
            map3(b, arg(d), [arg(a), arg(y), arg(c)], code.map3[usize::from(f)]);
        }
        Inst::VBin { op, d, a, b: y } => return binary(b, op, arg(d), arg(a), arg(y)),
        _ => {}
    }
    Ok(())
}

fn binary(b: &Block<'_>, op: BinaryOp, d: Arg, x: Arg, y: Arg) -> Result<(), OpError> {
    match op {
        BinaryOp::Add => map2(b, d, x, y, |x, y| x + y),
        BinaryOp::Sub => map2(b, d, x, y, |x, y| x - y),
        BinaryOp::Mul => map2(b, d, x, y, |x, y| x * y),
        BinaryOp::Div => map2(b, d, x, y, |x, y| x / y),
        BinaryOp::Pow => {
            let failed = Cell::new(false);
            map2(b, d, x, y, |x, y| {
                if arith::pow_fails(x, y) {
                    failed.set(true);
                }
                arith::binary(BinaryOp::Pow, x, y)
            });
            if failed.get() {
                return Err(OpError::new("NaN in pow"));
            }
        }
        op => map2(b, d, x, y, |x, y| arith::binary(op, x, y)),
    }
    Ok(())
}

/// Copies a signal's samples of one cycle to another cycle.
pub(super) fn carry(then: &Block<'_>, now: &Block<'_>, arg: Arg) {
    if let (Operand::Samples(from), Operand::Samples(to)) = (then.operand(arg), now.operand(arg)) {
        for (to, from) in to.iter().zip(from) {
            to.set(from.get());
        }
    }
}

/// Copies a global signal into an audio argument.
pub(super) fn load(b: &Block<'_>, d: Arg, signal: &[Cell<f64>]) {
    let (out, _) = b.target(d);
    for (o, x) in out.iter().zip(signal) {
        o.set(x.get());
    }
}

/// Copies an audio argument into a global signal.
pub(super) fn store(b: &Block<'_>, signal: &[Cell<f64>], s: Arg) {
    if let Operand::Samples(x) = b.operand(s) {
        for (o, x) in signal.iter().zip(x) {
            o.set(x.get());
        }
    }
}

/// Silences the audio outputs of an opcode outside the note's part of the cycle.
pub(super) fn silence_outside(io: &Io<'_>) {
    for arg in &io.args[..io.outs] {
        let slab = match arg.place {
            Place::Audio => io.mem.audio,
            Place::Scratch => io.mem.scratch,
            _ => continue,
        };
        let at = usize::from(arg.slot) * io.mem.block_len + io.cycle * io.clock.ksmps;
        if let Some(cycle) = slab.get(at..at + io.clock.ksmps) {
            for cell in cycle[..io.first].iter().chain(&cycle[io.end..]) {
                cell.set(0.0);
            }
        }
    }
}
