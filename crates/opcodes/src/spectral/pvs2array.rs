//! `pvs2array`, `pvs2tab`, `pvsfromarray`, `tab2pvs`: frames to and from arrays of numbers.

use super::frames::{Seen, WITH_AMPLITUDES, output, plain_input};
use super::pvsinit::{self, HOP, TYPE, WINDOW};
use crate::arrays::first_dim;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Sig, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::spectrum::{Spectrum, SpectrumLayout};
use orchestrion_base::world::World;

const TO: &[Sig] =
    &[sig("k", "k[]f", Make::Unit(unit::<ToArray>)), sig("k", "k[]k[]f", Make::Unit(unit::<ToArrays>))];
const TO_OUTS: &[Port] = &[port("kframe", "number of the frame, from 1")];
const TO_INS: &[Port] = &[
    port(
        "kvar[]",
        "amplitudes and frequencies in turn, as many as there is room for; with a second array amplitudes",
    ),
    port("kfreq[]", "frequencies in Hz"),
    port("fsig", "spectral signal"),
];
const FROM: &[Sig] = &[
    sig("f", "k[]oop", Make::Unit(unit::<FromArray>)),
    sig("f", "k[]k[]oop", Make::Unit(unit::<FromArrays>)),
];
const FROM_OUTS: &[Port] = &[port("fsig", "spectral signal, with a frame every hop")];
const FROM_INS: &[Port] = &[
    port("kvar[]", "amplitudes and frequencies in turn, the FFT size plus 2; with a second array amplitudes"),
    port("kfreq[]", "frequencies in Hz"),
    HOP,
    WINDOW,
    TYPE,
];

/// Definition of `pvs2array`.
pub static PVS2ARRAY: OpDef = OpDef::new("pvs2array", "Copies a frame to one array, or to two.")
    .sigs(TO)
    .outs(TO_OUTS)
    .ins(TO_INS)
    .changes(0b11)
    .source("Manual: pvs2array")
    .quiet_init();

/// Definition of `pvs2tab`.
pub static PVS2TAB: OpDef =
    OpDef::new("pvs2tab", "Copies a frame to one array, or to two: the old name of pvs2array.")
        .sigs(TO)
        .outs(TO_OUTS)
        .ins(TO_INS)
        .changes(0b11)
        .source("Manual: pvs2tab")
        .quiet_init();

/// Definition of `pvsfromarray`.
pub static PVSFROMARRAY: OpDef = OpDef::new("pvsfromarray", "Makes frames from one array, or from two.")
    .sigs(FROM)
    .outs(FROM_OUTS)
    .ins(FROM_INS)
    .source("Manual: pvsfromarray")
    .quiet_init();

/// Definition of `tab2pvs`.
pub static TAB2PVS: OpDef =
    OpDef::new("tab2pvs", "Makes frames from one array, or from two: the old name of pvsfromarray.")
        .sigs(FROM)
        .outs(FROM_OUTS)
        .ins(FROM_INS)
        .source("Manual: tab2pvs")
        .quiet_init();

/// Demands that the first inputs are arrays with a size.
fn check_arrays(io: &Io<'_>, arrays: usize) -> OpResult {
    if (0..arrays).all(|i| io.array(i).is_some_and(|a| a.is_sized())) {
        return Ok(());
    }
    Err("array-variable not initialised".into())
}

#[derive(Default)]
struct ToArray;

impl Ugen for ToArray {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        plain_input(cx, 1, WITH_AMPLITUDES)?;
        check_arrays(cx, 1)
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (Some(s), Some(mut all)) = (io.spectrum(1), io.array_in_mut(0)) else { return Ok(()) };
        for (to, from) in all.nums_mut().iter_mut().zip(s.frame.as_flattened()) {
            *to = f64::from(*from);
        }
        io.set(0, f64::from(s.frame_count));
        Ok(())
    }
}

#[derive(Default)]
struct ToArrays;

impl Ugen for ToArrays {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        plain_input(cx, 2, WITH_AMPLITUDES)?;
        check_arrays(cx, 2)
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let Some(s) = io.spectrum(2) else { return Ok(()) };
        for part in 0..2 {
            let Some(mut array) = io.array_in_mut(part) else { continue };
            for (to, bin) in array.nums_mut().iter_mut().zip(&s.frame) {
                *to = f64::from(bin[part]);
            }
        }
        io.set(0, f64::from(s.frame_count));
        Ok(())
    }
}

/// A signal that takes a frame from arrays every hop, counted in k-cycles.
#[derive(Default)]
struct Pace {
    seen: Seen,
    samples: usize,
}

impl Pace {
    /// Counts a k-cycle; whether a frame is due, which the signal's count then numbers.
    fn is_due(&mut self, io: &Io<'_>, out: &mut Spectrum) -> bool {
        let hop = out.layout.hop as usize;
        self.samples += io.clock.ksmps;
        if self.samples > hop {
            out.frame_count = out.frame_count.wrapping_add(1);
            self.samples -= hop;
        }
        self.seen.is_news(out.frame_count)
    }
}

/// The output of an FFT size with hop, window and type from input `i` on.
fn prepare(cx: &Init<'_>, size: usize, i: usize) -> OpResult {
    let layout = SpectrumLayout { sliding: false, ..pvsinit::layout(cx, size as f64, i)? };
    output(cx, 0, layout).map(drop)
}

#[derive(Default)]
struct FromArray(Pace);

impl Ugen for FromArray {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        check_arrays(cx, 1)?;
        self.0 = Pace::default();
        prepare(cx, first_dim(cx, 0).saturating_sub(2), 1)
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (Some(all), Some(mut out)) = (io.array(0), io.spectrum_out(0)) else { return Ok(()) };
        if self.0.is_due(io, &mut out) {
            for (to, from) in out.frame.as_flattened_mut().iter_mut().zip(all.nums()) {
                *to = *from as f32;
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct FromArrays(Pace);

impl Ugen for FromArrays {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        check_arrays(cx, 2)?;
        if first_dim(cx, 0) != first_dim(cx, 1) {
            return Err("the arrays of amplitudes and frequencies differ in size".into());
        }
        self.0 = Pace::default();
        prepare(cx, (first_dim(cx, 0) * 2).saturating_sub(2), 2)
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let Some(mut out) = io.spectrum_out(0) else { return Ok(()) };
        if self.0.is_due(io, &mut out) {
            for part in 0..2 {
                let Some(array) = io.array(part) else { continue };
                for (bin, from) in out.frame.iter_mut().zip(array.nums()) {
                    bin[part] = *from as f32;
                }
            }
        }
        Ok(())
    }
}
