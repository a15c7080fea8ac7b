//! `subinstr`: another instrument played as part of a note, its output channels being signals
//! (semantics F17).

use super::call::with_io;
use super::exec::{Pass, fault};
use super::instance::{Instance, Span};
use super::{Context, Frame, RunError};
use crate::code::Code;
use orchestrion_base::error::OpError;
use orchestrion_base::event::PField;
use orchestrion_base::limits::Limit;
use orchestrion_base::note::Note;
use orchestrion_base::op::WorldRef;
use orchestrion_base::port::Bus;
use std::cell::Cell;

/// An instrument that plays as part of a note.
pub(super) struct Sub {
    instance: Instance,
    spout: Vec<Cell<f64>>,
    scratch: Vec<Cell<f64>>,
}

/// Starts or plays the instrument of a `subinstr` for one k-cycle.
pub(super) fn call_sub(
    frame: &mut Frame,
    code: &Code,
    cx: &mut Context<'_>,
    pass: Pass,
    index: usize,
    cycle: usize,
    at: usize,
) -> Result<(), RunError> {
    let error = |text: String| fault(code, pass, at, cycle, "subinstr", OpError::new(text));
    let limit = cx.world.get().limits.size(Limit::Recursion);
    if cx.note.depth.get() >= limit {
        let e = Limit::Recursion.error(format!("instruments nest more than {limit} deep"));
        return Err(fault(code, pass, at, cycle, "subinstr", e));
    }
    let mut sub = match frame.subs[index].take() {
        Some(sub) if pass == Pass::Perf => sub,
        None if pass == Pass::Perf => return Ok(()),
        old => prepare(frame, code, cx, index, old).map_err(error)?,
    };
    let result = play(&mut sub, cx, pass, cycle);
    if pass == Pass::Perf {
        let (args, outs) = &code.subs[index];
        let ksmps = cx.program.header.ksmps;
        with_io(frame, code, cx, &code.args[args.clone()], *outs, cycle, |io, _| {
            for channel in 0..*outs {
                let from = sub.spout.get(channel * ksmps + io.first..).unwrap_or(&[]);
                for (out, x) in io.out(channel).iter().zip(from) {
                    out.set(x.get());
                }
            }
        });
    }
    frame.subs[index] = Some(sub);
    result
}

/// Finds the instrument and gives it its p-fields: its own number, the caller's start and length, then
/// the arguments.
fn prepare(
    frame: &Frame,
    code: &Code,
    cx: &mut Context<'_>,
    index: usize,
    old: Option<Box<Sub>>,
) -> Result<Box<Sub>, String> {
    let (args, outs) = &code.subs[index];
    let program = cx.program;
    let (number, fields) = with_io(frame, code, cx, &code.args[args.clone()], *outs, 0, |io, _| {
        let number = if io.is_str(0) {
            program.names.get(&io.text(0)).map(|n| f64::from(*n)).ok_or_else(|| io.text(0))
        } else {
            Ok(io.k(0))
        };
        let fields: Vec<PField> = (1..io.n_ins())
            .map(|i| if io.is_str(i) { PField::Str(io.str(i).to_owned()) } else { PField::Num(io.k(i)) })
            .collect();
        (number, fields)
    });
    let number = number.map_err(|name| format!("there is no instr {name}"))?;
    let Some(&callee) = program.by_number.get(&(number as u32)) else {
        return Err(format!("there is no instr {number}"));
    };
    let ksmps = program.header.ksmps;
    let mut sub = match old {
        Some(sub) if sub.instance.code == callee => sub,
        _ => Box::new(Sub {
            instance: Instance::new(program, callee, 1),
            spout: vec![Cell::new(0.0); program.header.nchnls * ksmps],
            scratch: vec![Cell::new(0.0); program.codes[callee].scratch * ksmps],
        }),
    };
    let mut p = vec![PField::Num(number)];
    p.extend((2..=3).map(|n| PField::Num(frame.cells.get(n).map_or(0.0, Cell::get))));
    p.extend(fields);
    sub.instance.set_pfields(&program.codes[callee], &p);
    sub.instance.note.instrument.set(number as u32);
    sub.instance.note.start_cycle.set(cx.note.start_cycle.get());
    sub.instance.note.serial.set(cx.note.serial.get());
    sub.instance.note.depth.set(cx.note.depth.get() + 1);
    Ok(sub)
}

fn play(sub: &mut Sub, cx: &mut Context<'_>, pass: Pass, cycle: usize) -> Result<(), RunError> {
    let header = cx.program.header;
    sub.spout.iter().for_each(|x| x.set(0.0));
    let bus = Bus { spout: &sub.spout, spin: &[], len: header.ksmps, nchnls: header.nchnls, nchnls_i: 0 };
    let block_start = cx.block_start + cycle as u64;
    let span = Span { block_start, start: 0, cycles: 1, first: cx.first, end: cx.end };
    let world = match &mut cx.world {
        WorldRef::Exclusive(w) => WorldRef::Exclusive(w),
        WorldRef::Shared(w) => WorldRef::Shared(w),
    };
    let note = &sub.instance.note;
    if pass == Pass::Init {
        sub.instance.init(cx.program, cx.globals, world, bus, &sub.scratch, span)?;
        cx.note.ask_extra_cycles(sub.instance.note.extra_cycles.get());
        hand_over(&sub.instance.note, cx.note);
        return Ok(());
    }
    note.releasing.set(cx.note.releasing.get());
    note.release_cycles.set(cx.note.release_cycles.get());
    sub.instance.run(cx.program, cx.globals, world, bus, &sub.scratch, span)?;
    Ok(())
}

/// Gives a note what is to be done when a part of it ends: they end together.
fn hand_over(part: &Note, note: &Note) {
    note.at_end.borrow_mut().append(&mut part.at_end.borrow_mut());
    note.free_tables.borrow_mut().append(&mut part.free_tables.borrow_mut());
    note.writers.borrow_mut().append(&mut part.writers.borrow_mut());
}
