//! `lpcanal`: coefficients, level, error and pitch of a table or of a signal by linear prediction.

use super::frame::{Analysis, ORDER, SIZE, Stream, WINDOW};
use crate::lookup::any_table;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `lpcanal`.
pub static LPCANAL: OpDef = OpDef::new("lpcanal", "Linear prediction of a table or of a signal.")
    .sigs(&[
        sig("k[]kkk", "kkiiio", Make::Unit(unit::<FromTable>)),
        sig("k[]kkk", "akkiio", Make::Unit(unit::<FromSignal>)),
        sig("i[]iii", "iiii", Make::Init(refuse)),
    ])
    .outs(&[
        port("xCoef[]", "coefficients of an all-pole filter"),
        port("xrms", "root mean square of the frame"),
        port("xerr", "error of the prediction, relative to the frame"),
        port("xcps", "fundamental frequency in Hz by autocorrelation"),
    ])
    .ins(&[
        port("xsrc", "signal that is analysed, or (xoff) where the frame begins in the table, in samples"),
        port("xflg", "nonzero analyses, 0 keeps the results"),
        port("xprd", "samples between analyses, or (ifn) number of the table"),
        SIZE,
        ORDER,
        WINDOW,
    ])
    .source("Makhoul 1975; manual: lpcanal; its pitch of loud frames measured on the reference")
    .reads(Res::TABLES)
    .differences(&["At init it is refused: its signature has no place for iord, and the reference crashes."]);

fn refuse(_: &mut Init<'_>) -> OpResult {
    Err("lpcanal at init has no argument for iord: assign its outputs to k-variables".into())
}

/// Puts the results out.
fn show(io: &Io<'_>, analysis: &Analysis) {
    let Some(p) = &analysis.predictor else { return };
    if let Some(mut array) = io.array_out(0) {
        for (slot, c) in array.nums_mut().iter_mut().zip(p.coefficients()) {
            *slot = *c;
        }
    }
    io.set(1, p.rms());
    io.set(2, p.error().sqrt());
    io.set(3, io.clock.sr / p.period());
}

fn size_array(cx: &Init<'_>, analysis: &Analysis) {
    if let Some(mut array) = cx.array_out(0) {
        array.resize(&[analysis.order as u32], cx.clock.ksmps);
    }
}

#[derive(Default)]
struct FromTable {
    analysis: Analysis,
    table: f64,
}

impl Ugen for FromTable {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.table = any_table(cx.world, cx.k(2))?;
        let len = cx.world.tables.get(self.table).map_or(1, |t| t.len);
        self.analysis.prepare(cx, [3, 4, 5], len)?;
        size_array(cx, &self.analysis);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        if io.k(1) != 0.0 {
            self.analysis.table(world, self.table, io.k(0));
        }
        show(io, &self.analysis);
        Ok(())
    }
}

#[derive(Default)]
struct FromSignal {
    analysis: Analysis,
    stream: Stream,
}

impl Ugen for FromSignal {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.analysis.prepare(cx, [3, 4, 5], usize::MAX)?;
        self.stream = Stream::new(self.analysis.len);
        size_array(cx, &self.analysis);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (x, on) = (io.x(0), io.k(1) as i32 != 0);
        for n in 0..io.samples_len() {
            self.stream.take(x.at(n), on, io.k(2), &mut self.analysis, world);
        }
        show(io, &self.analysis);
        Ok(())
    }
}
