//! Code run one instruction at a time to find those that make numbers which are not finite.

use super::call::{call, with_io};
use super::exec::{Pass, Step, Stop, bad_power, endless, run_numbers, run_units};
use super::{Context, Flow, Frame, RunError};
use crate::code::{Code, Inst, Slot};
use orchestrion_base::port::{Arg, Io, Place};
use orchestrion_base::source::Span;
use orchestrion_base::trace::Origin;
use orchestrion_base::ty::Base;
use std::ops::Range;

/// As the machine's usual loop.
pub(super) fn run(
    frame: &mut Frame,
    code: &Code,
    cx: &mut Context<'_>,
    pass: Pass,
    range: Range<usize>,
    cycle: usize,
    cycles: usize,
) -> Result<Flow, RunError> {
    let list = if pass == Pass::Init { &code.init[..] } else { &code.perf[..] };
    let list = &list[..range.end.min(list.len())];
    let mut pc = range.start;
    while let Some(&inst) = list.get(pc) {
        let at = pc;
        let sound = is_finite(frame, code, cx, inst, Side::Ins, cycle);
        let part = &list[..=at];
        let stop = match pass {
            Pass::Init => run_numbers::<true>(frame, code, cx, part, &mut pc, cycle),
            Pass::Perf => run_units::<true>(frame, code, cx, part, &mut pc, cycle, cycles)?,
        };
        match stop {
            Stop::End => {}
            Stop::Call => match call(frame, code, cx, pass, at, inst, cycle, cycles)? {
                Step::Next => pc += 1,
                Step::Jump(to) => pc = to as usize,
                Step::Stop(flow) => return Ok(flow),
            },
            Stop::Pow => return Err(bad_power(code, pass, pc, cycle)),
            Stop::Limit => return Err(endless(code, pass, pc, cycle)),
        }
        if sound && !is_finite(frame, code, cx, inst, Side::Outs, cycle) {
            note(code, cx, pass, at, inst);
        }
    }
    Ok(Flow::Done)
}

fn note(code: &Code, cx: &Context<'_>, pass: Pass, at: usize, inst: Inst) {
    let spans = if pass == Pass::Init { &code.init_spans } else { &code.perf_spans };
    let span = spans.get(at).copied().unwrap_or(Span::NONE);
    let opcode = match inst {
        Inst::Unit { unit } => code.units[usize::from(unit)].def.name,
        _ => "expression",
    };
    if let Some(trace) = &cx.world.get().trace {
        trace.note(Origin { opcode, span });
    }
}

/// Which arguments of an instruction are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Ins,
    Outs,
}

/// Whether all numbers that an instruction reads, or those that it writes, are finite.
fn is_finite(frame: &Frame, code: &Code, cx: &mut Context<'_>, inst: Inst, side: Side, cycle: usize) -> bool {
    if let Inst::Unit { unit } = inst {
        let unit = &code.units[usize::from(unit)];
        let (outs, ins) = code.args[unit.args.clone()].split_at(unit.outs);
        return signals_are_finite(frame, code, cx, if side == Side::Ins { ins } else { outs }, cycle);
    }
    let (cells, signals) = operands(inst, side);
    let slots = cells.iter().flatten();
    let finite = slots.copied().all(|slot| frame.cells[usize::from(slot)].get().is_finite());
    let args: Vec<Arg> = signals.iter().flatten().map(|arg| code.args[usize::from(*arg)]).collect();
    finite && signals_are_finite(frame, code, cx, &args, cycle)
}

fn signals_are_finite(frame: &Frame, code: &Code, cx: &mut Context<'_>, args: &[Arg], cycle: usize) -> bool {
    with_io(frame, code, cx, args, 0, cycle, |io, _| (0..io.n_ins()).all(|i| input_is_finite(io, i)))
}

/// Whether an input holds finite numbers, or none at all.
fn input_is_finite(io: &Io<'_>, i: usize) -> bool {
    let number = matches!(io.base(i), Base::I | Base::K | Base::A);
    let holder = matches!(
        io.args[i].place,
        Place::Cell | Place::PField | Place::Stream | Place::Audio | Place::Scratch
    );
    if !number || !holder || io.is_str(i) {
        return true;
    }
    let samples = if io.is_audio_in(i) { io.samples_len() } else { 1 };
    let x = io.x(i);
    (0..samples).all(|n| x.at(n).is_finite())
}

type Slots = [Option<Slot>; 3];
type Args = [Option<u16>; 3];

/// Cells and signal arguments of plain arithmetic.
fn operands(inst: Inst, side: Side) -> (Slots, Args) {
    const NONE: (Slots, Args) = ([None; 3], [None; 3]);
    let cells =
        |d: Slot, ins: Slots| if side == Side::Ins { (ins, NONE.1) } else { ([Some(d), None, None], NONE.1) };
    let signals =
        |d: u16, ins: Args| if side == Side::Ins { (NONE.0, ins) } else { (NONE.0, [Some(d), None, None]) };
    match inst {
        Inst::Neg { d, s } => cells(d, [Some(s), None, None]),
        Inst::Add { d, a, b }
        | Inst::Sub { d, a, b }
        | Inst::Mul { d, a, b }
        | Inst::Div { d, a, b }
        | Inst::Bin { d, a, b, .. }
        | Inst::Map2 { d, a, b, .. } => cells(d, [Some(a), Some(b), None]),
        Inst::MulAdd { d, a, b, c }
        | Inst::MulSub { d, a, b, c }
        | Inst::SubMul { d, a, b, c }
        | Inst::Map3 { d, a, b, c, .. } => cells(d, [Some(a), Some(b), Some(c)]),
        Inst::Map1 { d, a, .. } => cells(d, [Some(a), None, None]),
        Inst::VNeg { d, s } => signals(d, [Some(s), None, None]),
        Inst::VMap1 { d, a, .. } => signals(d, [Some(a), None, None]),
        Inst::VBin { d, a, b, .. } | Inst::VMap2 { d, a, b, .. } => signals(d, [Some(a), Some(b), None]),
        Inst::VMap3 { d, a, b, c, .. } => signals(d, [Some(a), Some(b), Some(c)]),
        // What only moves numbers, jumps, or calls code that is traced itself.
        _ => NONE,
    }
}
