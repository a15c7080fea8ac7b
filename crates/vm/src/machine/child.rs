//! Calls of opcodes that have a frame of their own.

use super::block::perform;
use super::call::with_io;
use super::exec::{Pass, fault, init};
use super::{Context, Frame, GlobalMem, RunError};
use crate::code::Code;
use bstr::BString;
use orchestrion_base::error::OpError;
use orchestrion_base::limits::Limit;
use orchestrion_base::port::{Arg, Place};
use orchestrion_base::spectrum::Spectrum;
use orchestrion_base::text::set_text;
use orchestrion_base::ty::Base;
use orchestrion_base::value::ArrayVal;
use std::cell::RefCell;

/// Calls an opcode that has a frame of its own for one k-cycle of the caller.
pub(super) fn call_child(
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
    let limit = cx.world.get().limits.size(Limit::Recursion);
    if cx.note.depth.get() >= limit {
        let error = Limit::Recursion.error(format!("calls of {} nest more than {limit} deep", callee.name));
        return Err(fault(code, pass, at, cycle, "opcode", error));
    }
    let mut child = match frame.children[index].take() {
        Some(child) => child,
        None if pass == Pass::Perf && !callee.performs => return Ok(()),
        None if pass == Pass::Perf => {
            let error = OpError::new(format!("{}: not initialised", callee.name));
            return Err(fault(code, pass, at, cycle, "opcode", error));
        }
        None => Box::new(Frame::new(callee, frame.clock, frame.block_cycles)),
    };
    if pass == Pass::Init {
        let room = cx.world.get().ask_memory(child.bytes(), &callee.name);
        room.map_err(|error| fault(code, pass, at, cycle, "opcode", error))?;
    }
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
            transfer((&*frame, code), *from, (&child, callee), *to, cx, cycle);
        }
        let depth = cx.note.depth.get();
        cx.note.depth.set(depth + 1);
        let outcome = run_child(&mut child, callee, cx, pass, cycle);
        cx.note.depth.set(depth);
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
) -> Result<(), RunError> {
    let ratio = child.subdivision as usize;
    if pass == Pass::Init {
        init(child, callee, cx, 0..callee.init.len(), cycle * ratio)?;
        return Ok(());
    }
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
) {
    let ratio = to.0.subdivision as usize;
    copy_value(from, source, cycle, to, dest, cycle * ratio, cx);
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
    let number = matches!(source.base, Base::K | Base::A) && !is_reference(source);
    if number && pass == Pass::Init {
        return;
    }
    let ratio = from.0.subdivision as usize;
    copy_value(from, source, cycle * ratio + ratio - 1, to, dest, cycle, cx);
}

fn is_reference(a: Arg) -> bool {
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
) {
    if matches!(dest.place, Place::Audio | Place::Scratch) {
        // Same samples of the block, whatever the local k-cycle.
        let outer = from.0.clock.ksmps.max(to.0.clock.ksmps);
        let at = if from.0.clock.ksmps == outer { from_cycle } else { to_cycle } * outer;
        let slab = |f: &Frame, a: Arg| usize::from(a.slot) * f.block_len + at;
        let (a, b) = (slab(from.0, source), slab(to.0, dest));
        let source = if source.place == Place::Scratch { cx.scratch } else { &from.0.audio[..] };
        let dest = if dest.place == Place::Scratch { cx.scratch } else { &to.0.audio[..] };
        let (source, dest) = (source.get(a..a + outer), dest.get(b..b + outer));
        for (to, from) in dest.unwrap_or(&[]).iter().zip(source.unwrap_or(&[])) {
            to.set(from.get());
        }
        return;
    }
    if !is_reference(dest) {
        let x = with_io(from.0, from.1, cx, &[source], 0, from_cycle, |io, _| io.k(0));
        with_io(to.0, to.1, cx, &[dest], 1, to_cycle, |io, _| io.set(0, x));
        return;
    }
    let globals = cx.globals;
    if let (Some(source), Some(dest)) = (array(from.0, globals, source), array(to.0, globals, dest)) {
        if !std::ptr::eq(source, dest) {
            dest.borrow_mut().copy_from(&source.borrow());
        }
    } else if let Some(dest) = string(to.0, globals, dest) {
        match string(from.0, globals, source) {
            Some(source) if std::ptr::eq(source, dest) => {}
            Some(source) => set_text(&mut dest.borrow_mut(), &source.borrow()),
            None => with_io(from.0, from.1, cx, &[source], 0, from_cycle, |io, _| {
                set_text(&mut dest.borrow_mut(), &io.str(0));
            }),
        }
    } else if let (Some(source), Some(dest)) =
        (spectrum(from.0, globals, source), spectrum(to.0, globals, dest))
        && !std::ptr::eq(source, dest)
    {
        dest.borrow_mut().clone_from(&source.borrow());
    }
}

fn array<'a>(frame: &'a Frame, globals: &'a GlobalMem, a: Arg) -> Option<&'a RefCell<ArrayVal>> {
    match a.place {
        Place::Array => frame.arrays.get(usize::from(a.slot)),
        Place::GlobalArray => globals.arrays.get(usize::from(a.slot)),
        _ => None,
    }
}

fn string<'a>(frame: &'a Frame, globals: &'a GlobalMem, a: Arg) -> Option<&'a RefCell<BString>> {
    match a.place {
        Place::Str => frame.strings.get(usize::from(a.slot)),
        Place::GlobalStr => globals.strings.get(usize::from(a.slot)),
        _ => None,
    }
}

fn spectrum<'a>(frame: &'a Frame, globals: &'a GlobalMem, a: Arg) -> Option<&'a RefCell<Spectrum>> {
    let spectra = if a.place == Place::GlobalSpectrum { &globals.spectra } else { &frame.spectra };
    spectra.get(usize::from(a.slot))
}
