//! Instructions that call something: opcodes, words, reinit.

use super::child::call_child;
use super::exec::{Pass, Step, fault, init};
use super::frame::view;
use super::sub::call_sub;
use super::vector::Block;
use super::{Context, Flow, Frame, RunError, vector, word};
use crate::code::{Code, Inst};
use crate::ir::Run;
use orchestrion_base::error::OpError;
use orchestrion_base::op::{Init, WorldRef};
use orchestrion_base::port::{Arg, Clock, Io};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Instructions that call something.
pub(super) fn call(
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
            init_unit(frame, code, cx, usize::from(unit), cycle)
                .map_err(|e| fault(code, pass, at, cycle, code.units[usize::from(unit)].def.name, e))?;
        }
        Inst::Word { word } => {
            let w = &code.words[usize::from(word)];
            for c in cycle..cycle + cycles {
                with_io(frame, code, cx, &code.args[w.args.clone()], w.outs, c, |io, world| {
                    word::run(w.kind, io, world.get())
                })
                .map_err(|e| RunError {
                    init: pass == Pass::Init && word::fails_at_init(w.kind),
                    ..fault(code, pass, at, c, word::name(w.kind), e)
                })?;
            }
        }
        Inst::Subinstr { sub } => {
            for c in cycle..cycle + cycles {
                call_sub(frame, code, cx, pass, usize::from(sub), c, at)?;
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
        Inst::JumpIfTied { to } if cx.note.tied.get() => return Ok(Step::Jump(to)),
        Inst::JumpIfReinit { to } if cx.note.reinit.get() => return Ok(Step::Jump(to)),
        Inst::JumpIfTied { .. } | Inst::JumpIfReinit { .. } => {}
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
        Inst::Carry { d } => {
            let before = if cycle == frame.run_start { frame.last_cycle } else { cycle - 1 };
            if before != cycle {
                let now = block_args(frame, cx, cycle, 1);
                let then = block_args(frame, cx, before, 1);
                vector::carry(&then, &now, code.args[usize::from(d)]);
            }
        }
        Inst::LoadGlobalAudio { d, g } => {
            let io = block_args(frame, cx, cycle, cycles);
            vector::load(&io, code.args[usize::from(d)], cx.globals.signal(g));
        }
        Inst::StoreGlobalAudio { g, s } => {
            let io = block_args(frame, cx, cycle, cycles);
            vector::store(&io, cx.globals.signal(g), code.args[usize::from(s)]);
        }
        _ => {
            let io = block_args(frame, cx, cycle, cycles);
            vector::run(&io, code, inst).map_err(|e| fault(code, pass, at, cycle, "^", e))?;
        }
    }
    Ok(Step::Next)
}

fn block_args<'a>(frame: &'a Frame, cx: &Context<'a>, cycle: usize, cycles: usize) -> Block<'a> {
    frame.parts().block(cx.scratch, frame.clock.ksmps, cycle, cycles)
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
    if !(n >= 1.0 && n <= outer as f64 && outer.is_multiple_of(ksmps)) {
        return Err(OpError::new(format!("local ksmps {n} does not divide the parent's ksmps {outer}")));
    }
    let sr = frame.clock.sr;
    frame.set_clock(code, Clock { sr, kr: sr / ksmps as f64, ksmps }, (outer / ksmps) as u32);
    Ok(())
}

/// Calls `f` with the arguments as an opcode sees them.
pub(super) fn with_io<R>(
    frame: &Frame,
    code: &Code,
    cx: &mut Context<'_>,
    args: &[Arg],
    outs: usize,
    cycle: usize,
    f: impl FnOnce(&mut Io<'_>, &mut WorldRef<'_>) -> R,
) -> R {
    let mut io = view(&frame.parts(), (frame.clock, frame.subdivision), code, cx, cycle);
    (io.args, io.outs) = (args, outs);
    f(&mut io, &mut cx.world)
}

/// Runs the init of an opcode; its performance is called by the interpreter's loop itself.
fn init_unit(
    frame: &mut Frame,
    code: &Code,
    cx: &mut Context<'_>,
    unit: usize,
    cycle: usize,
) -> Result<(), OpError> {
    let u = &code.units[unit];
    let rates = (frame.clock, frame.subdivision);
    let (parts, units) = frame.split();
    let mut io = view(&parts, rates, code, cx, cycle);
    (io.args, io.outs) = (&code.args[u.args.clone()], u.outs);
    let WorldRef::Exclusive(world) = &mut cx.world else {
        return Err(OpError::new("init ran in parallel"));
    };
    let mut init = Init { io, world };
    let mut run = || match u.run {
        Run::Init(f) => f(&mut init),
        Run::Unit(_) => units[usize::from(u.state)].init(&mut init),
    };
    if u.foreign { contained(run).unwrap_or_else(Err) } else { run() }
}

/// Calls what may panic; a panic becomes an error. What the call has changed by then stays as it is: nothing of the
/// machine is half done while an opcode runs, and the opcode's own state is not used again (see
/// [`super::Instance::spoiled`]).
pub fn contained<R>(f: impl FnOnce() -> R) -> Result<R, OpError> {
    catch_unwind(AssertUnwindSafe(f)).map_err(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
        OpError::Panic(text.to_owned())
    })
}
