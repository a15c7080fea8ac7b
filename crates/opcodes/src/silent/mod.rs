//! Opcodes that only show or send something: a piece that uses them renders without what they would do,
//! and the compiler says so. They are rows of tables; what they yield stands still.
//!
//! What a render could not do without (a plugin, a program, sound from a network) is refused instead: see
//! [`crate::reference`].

mod midi_out;
mod mouse;
mod network;
mod panel;
mod widgets;

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Sig};
use orchestrion_base::ty::Base;

/// The tables with their names.
pub const OPS: &[(&str, &[&OpDef])] = &[
    ("midi_out", &midi_out::OPS),
    ("mouse", &[&mouse::XYIN]),
    ("network", &network::OPS),
    ("panel", PANEL),
    ("widgets", &widgets::OPS),
];

const PANEL: &[&OpDef] = &[&panel::SETCTRL, &panel::CONTROL];

/// A row: an opcode that does nothing because of `why`.
const fn silent(name: &'static str, summary: &'static str, sigs: &'static [Sig], why: &'static str) -> OpDef {
    OpDef::new(name, summary).sigs(sigs).silent(why).source("Manual: the page of this name")
}

/// The rows of a table as a registry wants them.
const fn refs<const N: usize>(table: &'static [OpDef; N]) -> [&'static OpDef; N] {
    let mut rows = [&table[0]; N];
    let mut row = 1;
    while row < N {
        rows[row] = &table[row];
        row += 1;
    }
    rows
}

/// Outputs stay 0.
const NOTHING: Make = Make::Init(nothing);

fn nothing(_: &mut Init<'_>) -> OpResult {
    Ok(())
}

/// The first output is input `A` at init, and the second one input `B` if it is a value, too: all outputs but
/// the handles, which are at i-rate.
const fn starts<const A: usize, const B: usize>() -> Make {
    Make::Init(start::<A, B>)
}

fn start<const A: usize, const B: usize>(cx: &mut Init<'_>) -> OpResult {
    cx.io.set(0, cx.io.k(A));
    if cx.io.out_base(1) == Base::K {
        cx.io.set(1, cx.io.k(B));
    }
    Ok(())
}
