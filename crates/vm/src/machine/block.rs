//! Performance code over a block of k-cycles: which part runs for all of them, and which cycle by cycle.

use super::exec::{Pass, Stop, numbers, run};
use super::{Context, Flow, Frame, RunError};
use crate::code::Code;
use std::ops::Range;

/// Runs the performance code of a frame for the k-cycles `start .. start + cycles` of the block.
pub(super) fn perform(
    frame: &mut Frame,
    code: &Code,
    cx: &mut Context<'_>,
    start: usize,
    cycles: usize,
) -> Result<Flow, RunError> {
    let mut flow = Flow::Done;
    frame.run_start = start;
    if code.blockable && cycles > 1 {
        perform_block(frame, code, cx, start, cycles)?;
    } else {
        flow = repeat(frame, code, cx, 0..code.perf.len(), start, cycles)?;
    }
    frame.last_cycle = start + cycles - 1;
    frame.keep_last(start + cycles - 1);
    Ok(flow)
}

/// Runs the performance code part by part, each for all cycles. What stands behind an instruction that fails runs for the
/// cycles before that one, as if all had gone cycle by cycle.
fn perform_block(
    frame: &mut Frame,
    code: &Code,
    cx: &mut Context<'_>,
    start: usize,
    cycles: usize,
) -> Result<(), RunError> {
    let mut end = start + cycles;
    let mut failed = None;
    for segment in &code.plan {
        let range = segment.start as usize..segment.end as usize;
        let mut pc = range.start;
        while pc < range.end && start < end {
            let cycles = end - start;
            let result = if segment.blocked {
                run(frame, code, cx, Pass::Perf, &mut pc, range.end, start, cycles)
            } else {
                repeat(frame, code, cx, range.clone(), start, cycles)
            };
            match result {
                Ok(_) => break,
                Err(error) => {
                    end = error.cycle.clamp(start, end);
                    failed = Some(error);
                    pc = if segment.blocked { pc + 1 } else { range.end };
                }
            }
        }
    }
    failed.map_or(Ok(()), Err)
}

/// Runs a range of the performance code cycle by cycle.
fn repeat(
    frame: &mut Frame,
    code: &Code,
    cx: &mut Context<'_>,
    range: Range<usize>,
    start: usize,
    cycles: usize,
) -> Result<Flow, RunError> {
    // The limit of steps is one for each cycle.
    let steps = cx.steps;
    // One cycle is not worth a loop of its own.
    let (done, mut from) = match cycles {
        1 => (0, range.start),
        _ => repeat_arithmetic(frame, code, cx, &range, start, cycles),
    };
    for cycle in start + done..start + cycles {
        cx.steps = steps;
        if run(frame, code, cx, Pass::Perf, &mut from, range.end, cycle, 1)? == Flow::Ended {
            return Ok(Flow::Ended);
        }
        from = range.start;
    }
    Ok(Flow::Done)
}

/// Runs a range cycle by cycle as long as there is nothing in it but arithmetic. Answers with the number of whole
/// cycles done and the position at which the next one stopped.
#[inline(never)]
fn repeat_arithmetic(
    frame: &Frame,
    code: &Code,
    cx: &mut Context<'_>,
    range: &Range<usize>,
    start: usize,
    cycles: usize,
) -> (usize, usize) {
    if cx.world.get().trace.is_some() {
        return (0, range.start);
    }
    let list = &code.perf[..range.end.min(code.perf.len())];
    let mut numbers = numbers(&frame.parts(), frame.clock.ksmps, code, cx, start);
    for done in 0..cycles {
        numbers.cycle = start + done;
        let (mut pc, mut steps) = (range.start, cx.steps);
        if !matches!(numbers.run::<false>(list, &mut pc, &mut steps), Stop::End) {
            return (done, pc);
        }
    }
    (cycles, range.start)
}
