//! The interpreter's loop.

use super::call::call;
use super::frame::{FrameMem, note_part, view};
use super::{Context, Flow, Frame, RunError, contained, trace, vector, word};
use crate::arith;
use crate::code::{Code, Inst, UnitCode};
use orchestrion_base::error::OpError;
use orchestrion_base::limits::Limit;
use orchestrion_base::op::{RunResult, Unit, WorldRef};
use orchestrion_base::port::{Io, Place};
use orchestrion_base::source::Span;
use orchestrion_parser::tree::BinaryOp;
use std::cell::Cell;
use std::ops::Range;

/// What a call of an opcode counts against the limit of steps, so that loops over calls end in a time like that of
/// loops over numbers.
const CALL_STEPS: u64 = 16;

/// Which list is run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    Init,
    Perf,
}

/// What an instruction answers that is not plain arithmetic.
pub(super) enum Step {
    Next,
    Jump(u32),
    Stop(Flow),
}

/// Runs the init code of a frame, or the part of it between two positions.
pub(super) fn init(
    frame: &mut Frame,
    code: &Code,
    cx: &mut Context<'_>,
    range: Range<usize>,
    cycle: usize,
) -> Result<Flow, RunError> {
    if !cx.note.reinit.get() {
        frame.keep_signals(cycle);
        frame.last_cycle = cycle;
    }
    let mut pc = range.start;
    run(frame, code, cx, Pass::Init, &mut pc, range.end, cycle, 1)
}

/// Runs the instructions from `*pc` to `end` once; units and signal instructions for `cycles` k-cycles from `cycle`.
/// With an error `*pc` is the position of what failed.
#[inline]
pub(super) fn run(
    frame: &mut Frame,
    code: &Code,
    cx: &mut Context<'_>,
    pass: Pass,
    pc: &mut usize,
    end: usize,
    cycle: usize,
    cycles: usize,
) -> Result<Flow, RunError> {
    if cx.world.get().trace.is_some() {
        return trace::run(frame, code, cx, pass, *pc..end, cycle, cycles);
    }
    let list = if pass == Pass::Init { &code.init[..] } else { &code.perf[..] };
    let list = &list[..end.min(list.len())];
    loop {
        let stop = match pass {
            Pass::Init => run_numbers::<false>(frame, code, cx, list, pc, cycle),
            Pass::Perf => run_units::<false>(frame, code, cx, list, pc, cycle, cycles)?,
        };
        match stop {
            Stop::End => return Ok(Flow::Done),
            Stop::Call => cx.steps = cx.steps.saturating_sub(CALL_STEPS),
            Stop::Pow => return Err(bad_power(code, pass, *pc, cycle)),
            Stop::Limit => return Err(endless(code, pass, *pc, cycle)),
        }
        match call(frame, code, cx, pass, *pc, list[*pc], cycle, cycles)? {
            Step::Next => *pc += 1,
            Step::Jump(to) => *pc = to as usize,
            Step::Stop(flow) => return Ok(flow),
        }
    }
}

/// Runs arithmetic and jumps from `*pc` until something else is met.
#[inline(never)]
pub(super) fn run_numbers<const ONE: bool>(
    frame: &Frame,
    code: &Code,
    cx: &mut Context<'_>,
    list: &[Inst],
    pc: &mut usize,
    cycle: usize,
) -> Stop {
    numbers(&frame.parts(), frame.clock.ksmps, code, cx, cycle).run::<ONE>(list, pc, &mut cx.steps)
}

pub(super) fn numbers<'a>(
    frame: &FrameMem<'a>,
    ksmps: usize,
    code: &'a Code,
    cx: &Context<'a>,
    cycle: usize,
) -> Numbers<'a> {
    Numbers {
        code,
        cells: frame.cells,
        streams: frame.streams,
        audio: frame.audio,
        scratch: cx.scratch,
        block_len: frame.block_len,
        ksmps,
        block_cycles: frame.block_cycles,
        cycle,
        globals: &cx.globals.cells,
    }
}

/// Runs arithmetic, jumps and opcodes from `*pc` until something else is met. What opcodes see of the note is put
/// together once for all of them. Kept out of its caller, whose frame calls of opcodes pile up on the stack.
#[inline(never)]
pub(super) fn run_units<const ONE: bool>(
    frame: &mut Frame,
    code: &Code,
    cx: &mut Context<'_>,
    list: &[Inst],
    pc: &mut usize,
    cycle: usize,
    cycles: usize,
) -> Result<Stop, RunError> {
    let (clock, rates) = (frame.clock, (frame.clock, frame.subdivision));
    let (parts, units) = frame.split();
    let numbers = numbers(&parts, clock.ksmps, code, cx, cycle);
    let (first, end) = note_part(clock, rates.1, cx, cycle);
    let partial = end - first < clock.ksmps;
    let mut io = None;
    loop {
        let stop = numbers.run::<ONE>(list, pc, &mut cx.steps);
        let Stop::Call = stop else { return Ok(stop) };
        let unit = match list[*pc] {
            Inst::Unit { unit } => &code.units[usize::from(unit)],
            Inst::Word { word } if cycles == 1 => {
                cx.steps = cx.steps.saturating_sub(CALL_STEPS);
                let w = &code.words[usize::from(word)];
                let io = io.get_or_insert_with(|| view(&parts, rates, code, cx, cycle));
                (io.args, io.outs) = (&code.args[w.args.clone()], w.outs);
                word::run(w.kind, io, cx.world.get())
                    .map_err(|e| fault(code, Pass::Perf, *pc, cycle, word::name(w.kind), e))?;
                *pc += 1;
                continue;
            }
            inst if inst.is_vector() => {
                cx.steps = cx.steps.saturating_sub(CALL_STEPS);
                vector::run(&parts.block(cx.scratch, clock.ksmps, cycle, cycles), code, inst)
                    .map_err(|e| fault(code, Pass::Perf, *pc, cycle, "^", e))?;
                *pc += 1;
                continue;
            }
            _ => return Ok(stop),
        };
        let io = io.get_or_insert_with(|| view(&parts, rates, code, cx, cycle));
        (io.args, io.outs) = (&code.args[unit.args.clone()], unit.outs);
        if partial {
            vector::silence_outside(io);
        }
        cx.steps = cx.steps.saturating_sub(CALL_STEPS);
        let state = &mut *units[usize::from(unit.state)];
        if cycles == 1 && !unit.foreign && !unit.streams {
            state
                .cycle(io, &mut cx.world)
                .map_err(|e| fault(code, Pass::Perf, *pc, cycle, unit.def.name, e))?;
        } else {
            run_unit(state, unit, io, cycles, &mut cx.world)
                .map_err(|(c, e)| fault(code, Pass::Perf, *pc, c, unit.def.name, e))?;
            (io.cycle, io.end, io.wide) = (cycle, end, false);
            io.clock.ksmps = clock.ksmps;
        }
        *pc += 1;
    }
}

/// Runs an opcode for some k-cycles from `io.cycle` on.
#[inline(never)]
fn run_unit(
    state: &mut dyn Unit,
    unit: &UnitCode,
    io: &mut Io<'_>,
    cycles: usize,
    world: &mut WorldRef<'_>,
) -> RunResult {
    if unit.foreign {
        let cycle = io.cycle;
        return contained(|| run_cycles(state, unit, io, cycles, world))
            .unwrap_or_else(|panic| Err((cycle, panic)));
    }
    run_cycles(state, unit, io, cycles, world)
}

/// Runs the k-cycles of an opcode one by one if it may fail, so that the cycle is known.
fn run_cycles(
    state: &mut dyn Unit,
    unit: &UnitCode,
    io: &mut Io<'_>,
    cycles: usize,
    world: &mut WorldRef<'_>,
) -> RunResult {
    if cycles == 1 || !unit.def.may_fail {
        return state.run(io, cycles, world);
    }
    for cycle in io.cycle..io.cycle + cycles {
        io.cycle = cycle;
        state.run(io, 1, world)?;
    }
    Ok(())
}

/// Why plain arithmetic stopped at an instruction.
pub(super) enum Stop {
    End,
    Call,
    Pow,
    Limit,
}

/// What plain arithmetic works on.
pub(super) struct Numbers<'a> {
    code: &'a Code,
    cells: &'a [Cell<f64>],
    streams: &'a [Cell<f64>],
    audio: &'a [Cell<f64>],
    scratch: &'a [Cell<f64>],
    block_len: usize,
    ksmps: usize,
    block_cycles: usize,
    pub(super) cycle: usize,
    globals: &'a [Cell<f64>],
}

impl Numbers<'_> {
    /// First sample of a signal argument in this cycle.
    #[inline]
    fn sample(&self, arg: u16) -> &Cell<f64> {
        let arg = self.code.args[usize::from(arg)];
        let slab = if arg.place == Place::Scratch { self.scratch } else { self.audio };
        &slab[usize::from(arg.slot) * self.block_len + self.cycle * self.ksmps]
    }

    /// Runs arithmetic and jumps from `*pc` until something else is met; `*pc` is then its position.
    /// Only jumps backwards count against `steps`. With `ONE` it goes no further than one jump.
    #[inline(always)]
    pub(super) fn run<const ONE: bool>(&self, list: &[Inst], at: &mut usize, steps: &mut u64) -> Stop {
        let (code, cells) = (self.code, self.cells);
        let get = |s: u16| cells[usize::from(s)].get();
        let set = |d: u16, x: f64| cells[usize::from(d)].set(x);
        let mut pc = *at;
        let stop = loop {
            let Some(&inst) = list.get(pc) else { break Stop::End };
            let target = match inst {
                Inst::Copy { d, s } => {
                    set(d, get(s));
                    pc += 1;
                    continue;
                }
                Inst::Add { d, a, b } => {
                    set(d, get(a) + get(b));
                    pc += 1;
                    continue;
                }
                Inst::Sub { d, a, b } => {
                    set(d, get(a) - get(b));
                    pc += 1;
                    continue;
                }
                Inst::Mul { d, a, b } => {
                    set(d, get(a) * get(b));
                    pc += 1;
                    continue;
                }
                Inst::Div { d, a, b } => {
                    set(d, get(a) / get(b));
                    pc += 1;
                    continue;
                }
                Inst::MulAdd { d, a, b, c } => {
                    set(d, get(a) * get(b) + get(c));
                    pc += 1;
                    continue;
                }
                Inst::MulSub { d, a, b, c } => {
                    set(d, get(a) * get(b) - get(c));
                    pc += 1;
                    continue;
                }
                Inst::SubMul { d, a, b, c } => {
                    set(d, get(c) - get(a) * get(b));
                    pc += 1;
                    continue;
                }
                Inst::Neg { d, s } => {
                    set(d, -get(s));
                    pc += 1;
                    continue;
                }
                Inst::Bin { op, d, a, b } => {
                    let (x, y) = (get(a), get(b));
                    if op == BinaryOp::Pow && arith::pow_fails(x, y) {
                        break Stop::Pow;
                    }
                    set(d, arith::binary(op, x, y));
                    pc += 1;
                    continue;
                }
                Inst::Not { d, s } => {
                    set(d, f64::from(u8::from(get(s) == 0.0)));
                    pc += 1;
                    continue;
                }
                Inst::BitNot { d, s } => {
                    set(d, arith::bit_not(get(s)));
                    pc += 1;
                    continue;
                }
                Inst::Map1 { d, a, f } => {
                    set(d, code.map1[usize::from(f)](get(a)));
                    pc += 1;
                    continue;
                }
                Inst::Map2 { d, a, b, f } => {
                    set(d, code.map2[usize::from(f)](get(a), get(b)));
                    pc += 1;
                    continue;
                }
                Inst::Map3 { d, a, b, c, f } => {
                    set(d, code.map3[usize::from(f)](get(a), get(b), get(c)));
                    pc += 1;
                    continue;
                }
                Inst::LoadGlobal { d, g } => {
                    set(d, self.globals[usize::from(g)].get());
                    pc += 1;
                    continue;
                }
                Inst::StoreGlobal { g, s } => {
                    self.globals[usize::from(g)].set(get(s));
                    pc += 1;
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
                | Inst::JumpIfCmp { .. } => {
                    pc += 1;
                    continue;
                }
                Inst::SampleLoad { d, s } => {
                    set(d, self.sample(s).get());
                    pc += 1;
                    continue;
                }
                Inst::SampleStore { d, s } => {
                    self.sample(d).set(get(s));
                    pc += 1;
                    continue;
                }
                Inst::StreamLoad { d, s } => {
                    set(d, self.streams[usize::from(s) * self.block_cycles + self.cycle].get());
                    pc += 1;
                    continue;
                }
                Inst::StreamStore { d, s } => {
                    self.streams[usize::from(d) * self.block_cycles + self.cycle].set(get(s));
                    pc += 1;
                    continue;
                }
                _ => break Stop::Call,
            } as usize;
            if target <= pc {
                let cost = (pc - target) as u64 + 1;
                if *steps < cost {
                    break Stop::Limit;
                }
                *steps -= cost;
            }
            pc = target;
            if ONE {
                break Stop::End;
            }
        };
        *at = pc;
        stop
    }
}

pub(super) fn bad_power(code: &Code, pass: Pass, at: usize, cycle: usize) -> RunError {
    RunError { init: false, ..fault(code, pass, at, cycle, "^", OpError::new("NaN in pow")) }
}

pub(super) fn endless(code: &Code, pass: Pass, at: usize, cycle: usize) -> RunError {
    let limit = if pass == Pass::Init { Limit::InitSteps } else { Limit::CycleSteps };
    fault(code, pass, at, cycle, "goto", limit.error("a loop does not end"))
}

fn compare(op: BinaryOp, a: f64, b: f64) -> bool {
    use BinaryOp::*;
    match op {
        Eq => a == b,
        Ne => a != b,
        Lt => a < b,
        Le => a <= b,
        Gt => a > b,
        _ => a >= b,
    }
}

#[cold]
pub(super) fn fault(
    code: &Code,
    pass: Pass,
    at: usize,
    cycle: usize,
    opcode: &'static str,
    error: OpError,
) -> RunError {
    let spans = if pass == Pass::Init { &code.init_spans } else { &code.perf_spans };
    RunError {
        error,
        opcode,
        span: spans.get(at).copied().unwrap_or(Span::NONE),
        cycle,
        init: pass == Pass::Init,
    }
}
