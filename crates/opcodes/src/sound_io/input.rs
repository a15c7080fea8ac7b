//! The `in` family: reading the input channels; silence where there is no input (semantics F20).

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Sig, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::cell::Cell;

const OUTS: &[Port] = &[port("ares...", "input channels in order; silence beyond the last")];

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, summary).sigs(sigs).outs(OUTS).source("Manual: in").quiet_init()
}

/// Definition of `in`.
pub static IN: OpDef = def(
    "in",
    "Reads the first input channels.",
    &[
        sig("a", "", Make::Unit(unit::<Direct>)),
        sig("aa", "", Make::Unit(unit::<Direct>)),
        sig("a[]", "", Make::Unit(unit::<Array>)),
        sig("a[]", "", Make::Unit(unit::<Array>)),
    ],
);
/// Definition of `ins`.
pub static INS: OpDef = def("ins", "Reads two input channels.", &[sig("aa", "", Make::Unit(unit::<Direct>))]);
/// Definition of `inq`.
pub static INQ: OpDef =
    def("inq", "Reads four input channels.", &[sig("aaaa", "", Make::Unit(unit::<Direct>))]);
/// Definition of `inh`.
pub static INH: OpDef =
    def("inh", "Reads six input channels.", &[sig("aaaaaa", "", Make::Unit(unit::<Direct>))]);
/// Definition of `ino`.
pub static INO: OpDef =
    def("ino", "Reads eight input channels.", &[sig("aaaaaaaa", "", Make::Unit(unit::<Direct>))]);
/// Definition of `inx`.
pub static INX: OpDef =
    def("inx", "Reads sixteen input channels.", &[sig("aaaaaaaaaaaaaaaa", "", Make::Unit(unit::<Direct>))]);
/// Definition of `in32`.
pub static IN32: OpDef = def(
    "in32",
    "Reads thirty-two input channels.",
    &[sig("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "", Make::Unit(unit::<Direct>))],
);
/// Definition of `inch`.
pub static INCH: OpDef = def(
    "inch",
    "Reads numbered input channels.",
    &[
        sig("a", "k", Make::Unit(unit::<Numbered>)),
        sig("mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm", "z", Make::Unit(unit::<Numbered>)),
    ],
)
.ins(&[port("kchan...", "channels from 1, rounded; silence where there is none")])
.may_fail();
/// Definition of `inrg`.
pub static INRG: OpDef = OpDef::new("inrg", "Reads a range of input channels into variables.")
    .sigs(&[sig("", "ky", Make::Unit(unit::<Range>))])
    .ins(&[port("kstart", "first channel, from 1"), port("ain...", "variables that receive the channels")])
    .changes(!1)
    .may_fail()
    .source("Manual: inrg")
    .quiet_init();

fn copy(io: &Io<'_>, channel: Option<usize>, to: &[Cell<f64>]) {
    let from = channel.and_then(|c| io.spin(c)).unwrap_or(&[]);
    for (n, out) in to.iter().enumerate() {
        out.set(from.get(n).map_or(0.0, Cell::get));
    }
}

/// The channel, from 0, that a number from 1 means.
fn channel(number: f64) -> Option<usize> {
    let n = number.round_ties_even();
    (n >= 1.0).then(|| n as usize - 1)
}

#[derive(Default)]
struct Direct;

impl Ugen for Direct {
    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        for o in 0..io.n_outs() {
            copy(io, Some(o), io.out(o));
        }
        Ok(())
    }
}

#[derive(Default)]
struct Array;

impl Ugen for Array {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if let Some(mut array) = cx.io.array_out(0) {
            array.resize(&[cx.io.bus.nchnls_i as u32], cx.io.clock.ksmps);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let Some(mut array) = io.array_out(0) else { return Ok(()) };
        for c in 0..io.bus.nchnls_i {
            let to = array.audio_mut(c, io.clock.ksmps);
            to.fill(0.0);
            for (to, from) in to.iter_mut().skip(io.first).zip(io.spin(c).unwrap_or(&[])) {
                *to = from.get();
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct Numbered;

impl Ugen for Numbered {
    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        if io.n_ins() != io.n_outs() {
            return Err("inch needs as many outputs as channels".into());
        }
        for o in 0..io.n_outs() {
            copy(io, channel(io.k(o)), io.out(o));
        }
        Ok(())
    }
}

#[derive(Default)]
struct Range;

impl Ugen for Range {
    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let start = io.k(0).trunc();
        if start < 1.0 {
            return Err("inrg: channels count from 1".into());
        }
        for i in 1..io.n_ins() {
            copy(io, Some((start as usize - 1).saturating_add(i - 1)), io.a(i));
        }
        Ok(())
    }
}
