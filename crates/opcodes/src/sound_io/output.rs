//! The `out` family: adding signals to the output channels.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::round::round_ties_even;
use orchestrion_base::world::World;
use std::cell::Cell;

const SIGNALS: &[Port] =
    &[port("asig...", "signals: the first goes to channel 1, the next to channel 2, ...; excess is ignored")];
const ONE: &[Port] = &[port("asig", "signal")];

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig], ins: &'static [Port]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .ins(ins)
        .writes(Res::OUT)
        .source("Manual: out; measured on the reference (semantics F19)")
        .quiet_init()
}

const LIST: &[Sig] = &[sig("", "y", Make::Unit(unit::<List>))];

/// Definition of `out`.
pub static OUT: OpDef = def(
    "out",
    "Adds signals to the output channels in order.",
    &[
        sig("", "y", Make::Unit(unit::<List>)),
        sig("", "a[]", Make::Unit(unit::<Array>)),
        sig("", "a[]", Make::Unit(unit::<Array>)),
    ],
    SIGNALS,
);
/// Definition of `outs`.
pub static OUTS: OpDef = def("outs", "Adds signals to the output channels in order.", LIST, SIGNALS);
/// Definition of `outq`.
pub static OUTQ: OpDef = def("outq", "Adds signals to the output channels in order.", LIST, SIGNALS);
/// Definition of `outh`.
pub static OUTH: OpDef = def("outh", "Adds signals to the output channels in order.", LIST, SIGNALS);
/// Definition of `outo`.
pub static OUTO: OpDef = def("outo", "Adds signals to the output channels in order.", LIST, SIGNALS);
/// Definition of `outx`.
pub static OUTX: OpDef = def("outx", "Adds signals to the output channels in order.", LIST, SIGNALS);
/// Definition of `out32`.
pub static OUT32: OpDef = def("out32", "Adds signals to the output channels in order.", LIST, SIGNALS);
/// Definition of `outc`.
pub static OUTC: OpDef = def("outc", "Adds signals to the output channels in order.", LIST, SIGNALS);
/// Definition of `outs1`.
pub static OUTS1: OpDef =
    def("outs1", "Adds a signal to channel 1.", &[sig("", "a", Make::Unit(unit::<One<0>>))], ONE);
/// Definition of `outs2`.
pub static OUTS2: OpDef =
    def("outs2", "Adds a signal to channel 2.", &[sig("", "a", Make::Unit(unit::<One<1>>))], ONE);
/// Definition of `outq1`.
pub static OUTQ1: OpDef =
    def("outq1", "Adds a signal to channel 1.", &[sig("", "a", Make::Unit(unit::<One<0>>))], ONE);
/// Definition of `outq2`.
pub static OUTQ2: OpDef =
    def("outq2", "Adds a signal to channel 2.", &[sig("", "a", Make::Unit(unit::<One<1>>))], ONE);
/// Definition of `outq3`.
pub static OUTQ3: OpDef =
    def("outq3", "Adds a signal to channel 3.", &[sig("", "a", Make::Unit(unit::<One<2>>))], ONE);
/// Definition of `outq4`.
pub static OUTQ4: OpDef =
    def("outq4", "Adds a signal to channel 4.", &[sig("", "a", Make::Unit(unit::<One<3>>))], ONE);
/// Definition of `outall`.
pub static OUTALL: OpDef =
    def("outall", "Adds a signal to all channels.", &[sig("", "a", Make::Unit(unit::<All>))], ONE);
/// Definition of `outch`.
pub static OUTCH: OpDef = def(
    "outch",
    "Adds signals to numbered channels.",
    &[sig("", "Z", Make::Unit(unit::<Numbered>))],
    &[
        port("kchan1", "channel from 1, rounded; 0 counts as 1, beyond the last or below 0 is ignored"),
        port("asig1", "signal"),
    ],
)
.differences(&[
    "A channel without a signal is an error at init; the reference plays the first k-cycle up to it.",
]);
/// Definition of `outrg`.
pub static OUTRG: OpDef = def(
    "outrg",
    "Adds signals to a range of channels.",
    &[sig("", "ky", Make::Unit(unit::<Range>))],
    &[port("kstart", "channel of the first signal, from 1"), port("asig...", "signals")],
)
.may_fail();

/// Adds samples to an output channel, if there is such a channel.
fn add(io: &Io<'_>, channel: usize, samples: &[Cell<f64>]) {
    for (sum, x) in io.spout(channel).unwrap_or(&[]).iter().zip(samples) {
        sum.set(sum.get() + x.get());
    }
}

#[derive(Default)]
struct List;

impl Ugen for List {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.io.n_ins() > cx.io.bus.nchnls {
            cx.world.warn("there are more signals than output channels");
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        for i in 0..io.n_ins().min(io.bus.nchnls) {
            add(io, i, io.a(i));
        }
        Ok(())
    }
}

#[derive(Default)]
struct Array;

impl Ugen for Array {
    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let Some(array) = io.array(0) else { return Ok(()) };
        for channel in 0..io.bus.nchnls {
            let samples = array.audio(channel, io.clock.ksmps).iter().skip(io.first);
            for (sum, x) in io.spout(channel).unwrap_or(&[]).iter().zip(samples) {
                sum.set(sum.get() + x);
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct One<const CHANNEL: usize>;

impl<const CHANNEL: usize> Ugen for One<CHANNEL> {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if CHANNEL >= cx.io.bus.nchnls {
            return Err(OpError::new(format!("there is no output channel {}", CHANNEL + 1)));
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        add(io, CHANNEL, io.a(0));
        Ok(())
    }
}

#[derive(Default)]
struct All;

impl Ugen for All {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        for channel in 0..io.bus.nchnls {
            add(io, channel, io.a(0));
        }
        Ok(())
    }
}

#[derive(Default)]
struct Numbered;

impl Ugen for Numbered {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.n_ins().is_multiple_of(2) {
            Ok(())
        } else {
            Err("outch needs pairs of channel and signal".into())
        }
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        for i in (0..io.n_ins()).step_by(2) {
            let channel = round_ties_even(io.k(i));
            if channel >= 0.0 {
                add(io, (channel as usize).saturating_sub(1), io.a(i + 1));
            }
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
            return Err("outrg: channels count from 1".into());
        }
        for i in 1..io.n_ins() {
            add(io, (start as usize - 1).saturating_add(i - 1), io.a(i));
        }
        Ok(())
    }
}
