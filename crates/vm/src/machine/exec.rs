//! The interpreter.

use super::frame::{FrameMem, mem};
use super::{Context, Flow, Frame, RunError, vector, word};
use crate::arith;
use crate::code::{Code, Inst};
use crate::ir::Run;
use orchestrion_base::error::OpError;
use orchestrion_base::op::{Init, WorldRef};
use orchestrion_base::port::{Arg, Clock, Io};
use orchestrion_base::source::Span;
use std::cell::Cell;

/// Which list is run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    Init,
    Perf,
}

/// What an instruction answers that is not plain arithmetic.
enum Step {
    Next,
    Jump(u32),
    Stop(Flow),
}

/// Runs the performance code of a frame for the k-cycles `start .. start + cycles` of the block.
pub(super) fn perform(
    frame: &mut Frame,
    code: &Code,
    cx: &mut Context<'_>,
    start: usize,
    cycles: usize,
) -> Result<Flow, RunError> {
    if !code.blockable || cycles == 1 {
        for cycle in start..start + cycles {
            if run(frame, code, cx, Pass::Perf, 0..code.perf.len(), cycle, 1)? == Flow::Ended {
                return Ok(Flow::Ended);
            }
        }
        frame.keep_last(start + cycles - 1);
        return Ok(Flow::Done);
    }
    for segment in &code.plan {
        let range = segment.start as usize..segment.end as usize;
        if segment.blocked {
            run(frame, code, cx, Pass::Perf, range, start, cycles)?;
        } else {
            for cycle in start..start + cycles {
                run(frame, code, cx, Pass::Perf, range.clone(), cycle, 1)?;
            }
        }
    }
    frame.keep_last(start + cycles - 1);
    Ok(Flow::Done)
}

/// Runs the init code of a frame, or the part of it between two positions.
pub(super) fn init(
    frame: &mut Frame,
    code: &Code,
    cx: &mut Context<'_>,
    range: std::ops::Range<usize>,
    cycle: usize,
) -> Result<Flow, RunError> {
    run(frame, code, cx, Pass::Init, range, cycle, 1)
}

/// Runs a range of instructions once; units and signal instructions for `cycles` k-cycles from `cycle`.
fn run(
    frame: &mut Frame,
    code: &Code,
    cx: &mut Context<'_>,
    pass: Pass,
    range: std::ops::Range<usize>,
    cycle: usize,
    cycles: usize,
) -> Result<Flow, RunError> {
    let list = if pass == Pass::Init { &code.init } else { &code.perf };
    let end = range.end.min(list.len());
    let mut pc = range.start;
    while pc < end {
        let cells: &[Cell<f64>] = &frame.cells;
        let get = |s: u16| cells[usize::from(s)].get();
        let set = |d: u16, x: f64| cells[usize::from(d)].set(x);
        let inst = list[pc];
        pc += 1;
        let target = match inst {
            Inst::Copy { d, s } => {
                set(d, get(s));
                continue;
            }
            Inst::Add { d, a, b } => {
                set(d, get(a) + get(b));
                continue;
            }
            Inst::Sub { d, a, b } => {
                set(d, get(a) - get(b));
                continue;
            }
            Inst::Mul { d, a, b } => {
                set(d, get(a) * get(b));
                continue;
            }
            Inst::Div { d, a, b } => {
                set(d, get(a) / get(b));
                continue;
            }
            Inst::MulAdd { d, a, b, c } => {
                set(d, get(a) * get(b) + get(c));
                continue;
            }
            Inst::MulSub { d, a, b, c } => {
                set(d, get(a) * get(b) - get(c));
                continue;
            }
            Inst::SubMul { d, a, b, c } => {
                set(d, get(c) - get(a) * get(b));
                continue;
            }
            Inst::Neg { d, s } => {
                set(d, -get(s));
                continue;
            }
            Inst::Bin { op, d, a, b } => {
                let (x, y) = (get(a), get(b));
                if op == orchestrion_parser::tree::BinaryOp::Pow && arith::pow_fails(x, y) {
                    return Err(fault(code, pass, pc - 1, cycle, "^", OpError::new("NaN in pow")));
                }
                set(d, arith::binary(op, x, y));
                continue;
            }
            Inst::Not { d, s } => {
                set(d, f64::from(u8::from(get(s) == 0.0)));
                continue;
            }
            Inst::BitNot { d, s } => {
                set(d, arith::bit_not(get(s)));
                continue;
            }
            Inst::Map1 { d, a, f } => {
                set(d, code.map1[usize::from(f)](get(a)));
                continue;
            }
            Inst::Map2 { d, a, b, f } => {
                set(d, code.map2[usize::from(f)](get(a), get(b)));
                continue;
            }
            Inst::Map3 { d, a, b, c, f } => {
                set(d, code.map3[usize::from(f)](get(a), get(b), get(c)));
                continue;
            }
            Inst::LoadGlobal { d, g } => {
                set(d, cx.globals.cells[usize::from(g)].get());
                continue;
            }
            Inst::StoreGlobal { g, s } => {
                cx.globals.cells[usize::from(g)].set(get(s));
                continue;
            }
            Inst::Jump { to } => to,
            Inst::JumpIf { c, to } if get(c) != 0.0 => to,
            Inst::JumpUnless { c, to } if get(c) == 0.0 => to,
            Inst::JumpUnlessCmp { op, a, b, to } if !compare(op, get(a), get(b)) => to,
            Inst::JumpIfCmp { op, a, b, to } if compare(op, get(a), get(b)) => to,
            Inst::JumpIf { .. }
            | Inst::JumpUnless { .. }
            | Inst::JumpUnlessCmp { .. }
            | Inst::JumpIfCmp { .. } => continue,
            Inst::JumpIfTied { to } if cx.note.tied.get() => to,
            Inst::JumpIfReinit { to } if cx.note.reinit.get() => to,
            Inst::JumpIfTied { .. } | Inst::JumpIfReinit { .. } => continue,
            _ => match call(frame, code, cx, pass, pc - 1, inst, cycle, cycles)? {
                Step::Next => continue,
                Step::Jump(to) => to,
                Step::Stop(flow) => return Ok(flow),
            },
        } as usize;
        if target < pc {
            let cost = (pc - target) as u64;
            if cx.steps < cost {
                let limit = if pass == Pass::Init { "init_steps" } else { "cycle_steps" };
                let error = OpError::Limit { limit, text: "a loop does not end".to_owned() };
                return Err(fault(code, pass, pc - 1, cycle, "goto", error));
            }
            cx.steps -= cost;
        }
        pc = target;
    }
    Ok(Flow::Done)
}

fn compare(op: orchestrion_parser::tree::BinaryOp, a: f64, b: f64) -> bool {
    use orchestrion_parser::tree::BinaryOp::*;
    match op {
        Eq => a == b,
        Ne => a != b,
        Lt => a < b,
        Le => a <= b,
        Gt => a > b,
        _ => a >= b,
    }
}

fn fault(code: &Code, pass: Pass, at: usize, cycle: usize, opcode: &'static str, error: OpError) -> RunError {
    let spans = if pass == Pass::Init { &code.init_spans } else { &code.perf_spans };
    RunError {
        error,
        opcode,
        span: spans.get(at).copied().unwrap_or(Span::NONE),
        cycle,
        init: pass == Pass::Init,
    }
}

/// Instructions that call something.
fn call(
    frame: &mut Frame,
    code: &Code,
    cx: &mut Context<'_>,
    pass: Pass,
    at: usize,
    inst: Inst,
    cycle: usize,
    cycles: usize,
) -> Result<Step, RunError> {
    match inst {
        Inst::Unit { unit } => {
            call_unit(frame, code, cx, pass, usize::from(unit), cycle, cycles)
                .map_err(|(c, e)| fault(code, pass, at, c, code.units[usize::from(unit)].def.name, e))?;
        }
        Inst::Word { word } => {
            let w = &code.words[usize::from(word)];
            let limits = cx.world.get().limits;
            for c in cycle..cycle + cycles {
                with_io(frame, code, cx, &code.args[w.args.clone()], w.outs, c, |io, _| {
                    word::run(w.kind, io, &limits)
                })
                .map_err(|e| fault(code, pass, at, c, word::name(w.kind), e))?;
            }
        }
        Inst::Child { child } => {
            for c in cycle..cycle + cycles {
                call_child(frame, code, cx, pass, usize::from(child), c, at)?;
            }
        }
        Inst::CheckEnd => {
            // With a release to play the note goes on; the release begins in the next cycle (F10).
            let note = cx.note;
            if note.turned_off.get() && (note.extra_cycles.get() == 0 || note.releasing.get()) {
                return Ok(Step::Stop(Flow::Ended));
            }
        }
        Inst::ReinitReturn => {
            if cx.note.reinit.get() {
                return Ok(Step::Stop(Flow::Done));
            }
        }
        Inst::Reinit { start, end } => {
            cx.note.reinit.set(true);
            let result = init(frame, code, cx, start as usize..end as usize, cycle);
            cx.note.reinit.set(false);
            result?;
        }
        Inst::Timout { id, start, dur, to } => return Ok(timout(frame, pass, id, start, dur, to)),
        Inst::SetKsmps { s } => {
            set_ksmps(frame, code, s).map_err(|e| fault(code, pass, at, cycle, "setksmps", e))?
        }
        Inst::LoadGlobalAudio { d, g } => {
            let io = block_args(frame, code, cx, cycle, cycles);
            vector::load(&io, code.args[usize::from(d)], cx.globals.signal(g));
        }
        Inst::StoreGlobalAudio { g, s } => {
            let io = block_args(frame, code, cx, cycle, cycles);
            vector::store(&io, cx.globals.signal(g), code.args[usize::from(s)]);
        }
        Inst::StreamLoad { d, s } => {
            let x = frame.streams[usize::from(s) * frame.block_cycles + cycle].get();
            frame.cells[usize::from(d)].set(x);
        }
        Inst::StreamStore { d, s } => {
            let x = frame.cells[usize::from(s)].get();
            frame.streams[usize::from(d) * frame.block_cycles + cycle].set(x);
        }
        _ => {
            let io = block_args(frame, code, cx, cycle, cycles);
            vector::run(&io, code, inst).map_err(|e| fault(code, pass, at, cycle, "^", e))?;
        }
    }
    Ok(Step::Next)
}

fn block_args<'a>(
    frame: &'a Frame,
    code: &Code,
    cx: &Context<'a>,
    cycle: usize,
    cycles: usize,
) -> vector::Block<'a> {
    let _ = code;
    vector::Block {
        cells: &frame.cells,
        streams: &frame.streams,
        audio: &frame.audio,
        scratch: cx.scratch,
        block_cycles: frame.block_cycles,
        block_len: frame.block_len,
        ksmps: frame.clock.ksmps,
        cycle,
        cycles,
    }
}

/// Counts the cycles of a `timout` (D7): `start` cycles before, then `dur` cycles within.
fn timout(frame: &mut Frame, pass: Pass, id: u16, start: u16, dur: u16, to: u32) -> Step {
    let kr = frame.clock.kr;
    let cycles = |s: u16| (frame.cells[usize::from(s)].get() * kr + 0.5).clamp(0.0, 1e18) as u64;
    let counts = (cycles(start), cycles(dur));
    let Some(slot) = frame.timouts.get_mut(usize::from(id)) else { return Step::Next };
    if pass == Pass::Init {
        *slot = counts;
    } else if slot.0 > 0 {
        slot.0 -= 1;
    } else if slot.1 > 0 {
        slot.1 -= 1;
        return Step::Jump(to);
    }
    Step::Next
}

fn set_ksmps(frame: &mut Frame, code: &Code, s: u16) -> Result<(), OpError> {
    let n = frame.cells[usize::from(s)].get();
    let outer = frame.clock.ksmps * frame.subdivision as usize;
    if n == 0.0 {
        return Ok(());
    }
    let ksmps = n as usize;
    if !(n >= 1.0 && n <= outer as f64) || outer % ksmps != 0 {
        return Err(OpError::new(format!("local ksmps {n} does not divide the parent's ksmps {outer}")));
    }
    let sr = frame.clock.sr;
    frame.set_clock(code, Clock { sr, kr: sr / ksmps as f64, ksmps }, (outer / ksmps) as u32);
    Ok(())
}

/// Calls `f` with the arguments as an opcode sees them.
fn with_io<R>(
    frame: &Frame,
    code: &Code,
    cx: &mut Context<'_>,
    args: &[Arg],
    outs: usize,
    cycle: usize,
    f: impl FnOnce(&mut Io<'_>, &mut WorldRef<'_>) -> R,
) -> R {
    let parts = FrameMem {
        cells: &frame.cells,
        streams: &frame.streams,
        audio: &frame.audio,
        strings: &frame.strings,
        arrays: &frame.arrays,
        spectra: &frame.spectra,
        block_cycles: frame.block_cycles,
        block_len: frame.block_len,
    };
    let (first, end) = sub_range(frame.clock, frame.subdivision, cx, cycle);
    let mut io = Io {
        args,
        outs,
        mem: mem(&parts, code, cx.globals, cx.scratch),
        bus: cx.bus,
        note: cx.note,
        clock: frame.clock,
        cycle,
        first,
        end,
        block_start: cx.block_start * u64::from(frame.subdivision),
        subdivision: frame.subdivision,
    };
    f(&mut io, &mut cx.world)
}

/// The note's part of a local k-cycle.
fn sub_range(clock: Clock, subdivision: u32, cx: &Context<'_>, cycle: usize) -> (usize, usize) {
    if subdivision == 1 {
        return (cx.first, cx.end);
    }
    let base = (cycle % subdivision as usize) * clock.ksmps;
    let clip = |x: usize| x.saturating_sub(base).min(clock.ksmps);
    (clip(cx.first), clip(cx.end))
}

fn call_unit(
    frame: &mut Frame,
    code: &Code,
    cx: &mut Context<'_>,
    pass: Pass,
    unit: usize,
    cycle: usize,
    cycles: usize,
) -> Result<(), (usize, OpError)> {
    let u = &code.units[unit];
    let Frame { cells, streams, audio, strings, arrays, spectra, units, .. } = frame;
    let parts = FrameMem {
        cells,
        streams,
        audio,
        strings,
        arrays,
        spectra,
        block_cycles: frame.block_cycles,
        block_len: frame.block_len,
    };
    let (first, end) = sub_range(frame.clock, frame.subdivision, cx, cycle);
    let mut io = Io {
        args: &code.args[u.args.clone()],
        outs: u.outs,
        mem: mem(&parts, code, cx.globals, cx.scratch),
        bus: cx.bus,
        note: cx.note,
        clock: frame.clock,
        cycle,
        first,
        end,
        block_start: cx.block_start * u64::from(frame.subdivision),
        subdivision: frame.subdivision,
    };
    if pass == Pass::Perf {
        if end - first < frame.clock.ksmps {
            vector::silence_outside(&io);
        }
        let state = &mut units[usize::from(u.state)];
        return state.run(&mut io, cycles, &mut cx.world);
    }
    let WorldRef::Exclusive(world) = &mut cx.world else {
        return Err((cycle, OpError::new("init ran in parallel")));
    };
    let mut init = Init { io, world };
    match u.run {
        Run::Init(f) => f(&mut init),
        Run::Unit(_) => units[usize::from(u.state)].init(&mut init),
    }
    .map_err(|e| (cycle, e))
}

/// Calls an opcode that has a frame of its own for one k-cycle of the caller.
fn call_child(
    frame: &mut Frame,
    code: &Code,
    cx: &mut Context<'_>,
    pass: Pass,
    index: usize,
    cycle: usize,
    at: usize,
) -> Result<(), RunError> {
    let call = &code.children[index];
    let program = cx.program;
    let Some(callee) = program.udos.get(call.udo) else { return Ok(()) };
    let limit = cx.world.get().limits.recursion;
    if cx.depth >= limit {
        let error = OpError::Limit { limit: "recursion", text: format!("opcode calls nest {limit} deep") };
        return Err(fault(code, pass, at, cycle, "opcode", error));
    }
    let mut child = match frame.children[index].take() {
        Some(child) => child,
        None => Box::new(Frame::new(callee, frame.clock, frame.block_cycles)),
    };
    let (outs, ins) = code.args[call.args.clone()].split_at(call.outs);
    let result = (|| {
        if pass == Pass::Init {
            child.set_clock(callee, frame.clock, 1);
            let p = frame.cells.len().min(usize::from(callee.pfields.min(code.pfields)) + 1);
            for n in 1..p {
                child.cells[n].set(frame.cells[n].get());
            }
        }
        for (from, to) in ins.iter().zip(&callee.params.0) {
            transfer((&*frame, code), *from, (&child, callee), *to, cx, cycle, pass);
        }
        cx.depth += 1;
        let outcome = run_child(&mut child, callee, cx, pass, cycle, frame.subdivision);
        cx.depth -= 1;
        outcome?;
        for (from, to) in callee.params.1.iter().zip(outs) {
            transfer_back((&child, callee), *from, (&*frame, code), *to, cx, cycle, pass);
        }
        Ok(())
    })();
    frame.children[index] = Some(child);
    result
}

fn run_child(
    child: &mut Frame,
    callee: &Code,
    cx: &mut Context<'_>,
    pass: Pass,
    cycle: usize,
    outer: u32,
) -> Result<(), RunError> {
    // The child's rates are relative to the engine's: `outer` is what the caller already divides by.
    let ratio = child.subdivision as usize;
    if pass == Pass::Init {
        init(child, callee, cx, 0..callee.init.len(), cycle * ratio)?;
        return Ok(());
    }
    let _ = outer;
    perform(child, callee, cx, cycle * ratio, ratio)?;
    Ok(())
}

/// Copies an argument into the callee's parameter.
fn transfer(
    from: (&Frame, &Code),
    source: Arg,
    to: (&Frame, &Code),
    dest: Arg,
    cx: &mut Context<'_>,
    cycle: usize,
    pass: Pass,
) {
    let ratio = to.0.subdivision as usize;
    copy_value(from, source, cycle, to, dest, cycle * ratio, cx, pass);
}

/// Copies a result to the caller's variable: k-values from the last local cycle.
fn transfer_back(
    from: (&Frame, &Code),
    source: Arg,
    to: (&Frame, &Code),
    dest: Arg,
    cx: &mut Context<'_>,
    cycle: usize,
    pass: Pass,
) {
    use orchestrion_base::ty::Base;
    let number = matches!(source.base, Base::K | Base::A) && !is_reference(source);
    if number && pass == Pass::Init {
        return;
    }
    let ratio = from.0.subdivision as usize;
    copy_value(from, source, cycle * ratio + ratio - 1, to, dest, cycle, cx, pass);
}

fn is_reference(a: Arg) -> bool {
    use orchestrion_base::port::Place;
    !matches!(a.place, Place::Cell | Place::PField | Place::Stream | Place::Audio | Place::Scratch)
}

fn copy_value(
    from: (&Frame, &Code),
    source: Arg,
    from_cycle: usize,
    to: (&Frame, &Code),
    dest: Arg,
    to_cycle: usize,
    cx: &mut Context<'_>,
    _pass: Pass,
) {
    use orchestrion_base::port::Place;
    if matches!(dest.place, Place::Audio | Place::Scratch) {
        // Same samples of the block, whatever the local k-cycle.
        let outer = from.0.clock.ksmps.max(to.0.clock.ksmps);
        let at = if from.0.clock.ksmps == outer { from_cycle } else { to_cycle } * outer;
        let slab = |f: &Frame, a: Arg| usize::from(a.slot) * f.block_len + at;
        let (a, b) = (slab(from.0, source), slab(to.0, dest));
        let pick = |f: &'_ Frame, a: Arg, start: usize| -> Vec<f64> {
            let mem = if a.place == Place::Scratch { cx.scratch } else { &f.audio[..] };
            mem.get(start..start + outer).unwrap_or(&[]).iter().map(Cell::get).collect()
        };
        let samples = pick(from.0, source, a);
        let mem = if dest.place == Place::Scratch { cx.scratch } else { &to.0.audio[..] };
        for (cell, x) in mem.get(b..b + outer).unwrap_or(&[]).iter().zip(samples) {
            cell.set(x);
        }
        return;
    }
    if !is_reference(dest) {
        let x = with_io(from.0, from.1, cx, &[source], 0, from_cycle, |io, _| io.k(0));
        with_io(to.0, to.1, cx, &[dest], 1, to_cycle, |io, _| io.set(0, x));
        return;
    }
    if matches!(dest.place, Place::Array | Place::GlobalArray) {
        let value =
            with_io(from.0, from.1, cx, &[source], 0, from_cycle, |io, _| io.array(0).map(|a| a.clone()));
        with_io(to.0, to.1, cx, &[dest], 1, to_cycle, |io, _| {
            if let (Some(mut out), Some(v)) = (io.array_out(0), value) {
                *out = v;
            }
        });
    } else if matches!(dest.place, Place::Str | Place::GlobalStr) {
        let value = with_io(from.0, from.1, cx, &[source], 0, from_cycle, |io, _| io.str(0).to_vec());
        with_io(to.0, to.1, cx, &[dest], 1, to_cycle, |io, _| io.set_str(0, &value));
    } else {
        let value =
            with_io(from.0, from.1, cx, &[source], 0, from_cycle, |io, _| io.spectrum(0).map(|s| s.clone()));
        with_io(to.0, to.1, cx, &[dest], 1, to_cycle, |io, _| {
            if let (Some(mut out), Some(v)) = (io.spectrum_out(0), value) {
                *out = v;
            }
        });
    }
}
