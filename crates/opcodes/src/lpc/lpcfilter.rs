//! `lpcfilter`: filters a signal with the spectral envelope of a table or of another signal.

use super::allpole::AllPole;
use super::frame::{Analysis, ORDER, SIZE, Stream, WINDOW};
use crate::lookup::any_table;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `lpcfilter`.
pub static LPCFILTER: OpDef =
    OpDef::new("lpcfilter", "Filters with a spectral envelope by linear prediction.")
        .sigs(&[
            sig("a", "akkiiio", Make::Unit(unit::<FromTable>)),
            sig("a", "aakkiio", Make::Unit(unit::<FromSignal>)),
        ])
        .outs(&[port("ares", "filtered signal")])
        .ins(&[
            port("asig", "signal to filter"),
            port(
                "xsrc",
                "signal that is analysed, or (koff) where the frame begins in the table, in samples",
            ),
            port("kflg", "nonzero analyses, 0 keeps the coefficients"),
            port("xprd", "samples between analyses, or (ifn) number of the table"),
            SIZE,
            ORDER,
            WINDOW,
        ])
        .source("Makhoul 1975; manual: lpcfilter")
        .reads(Res::TABLES);

#[derive(Default)]
struct Filter {
    analysis: Analysis,
    poles: AllPole,
    /// Gain that gives the output the level of the frame.
    gain: f64,
}

impl Filter {
    fn prepare(&mut self, cx: &Init<'_>, longest: usize) -> OpResult {
        let before = std::mem::take(&mut self.analysis);
        self.analysis.prepare(cx, [4, 5, 6], longest)?;
        // In the memory of an earlier note its coefficients hold until the first analysis (measured).
        if (before.len, before.order) == (self.analysis.len, self.analysis.order) {
            self.analysis.predictor = before.predictor;
        }
        self.poles = AllPole::new(self.analysis.order);
        Ok(())
    }

    fn set_gain(&mut self) {
        if let Some(p) = &self.analysis.predictor {
            self.gain = p.rms() * p.error().sqrt();
        }
    }

    fn next(&mut self, x: f64) -> f64 {
        let coefficients = self.analysis.predictor.as_ref().map_or(&[][..], |p| p.coefficients());
        self.poles.next(x * self.gain, coefficients)
    }
}

#[derive(Default)]
struct FromTable {
    filter: Filter,
    table: f64,
}

impl Ugen for FromTable {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.table = any_table(cx.world, cx.k(3))?;
        let len = cx.world.tables.get(self.table).map_or(1, |t| t.len);
        self.filter.prepare(cx, len)?;
        self.filter.analysis.table(cx.world, self.table, 0.0);
        self.filter.set_gain();
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        if io.k(2) != 0.0 {
            self.filter.analysis.table(world, self.table, io.k(1));
            self.filter.set_gain();
        }
        let x = io.x(0);
        for (n, out) in io.out(0).iter().enumerate() {
            out.set(self.filter.next(x.at(n)));
        }
        Ok(())
    }
}

#[derive(Default)]
struct FromSignal {
    filter: Filter,
    stream: Stream,
}

impl Ugen for FromSignal {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.filter.prepare(cx, usize::MAX)?;
        // In the memory of an earlier note the past is what that has heard (measured).
        self.stream.restart(self.filter.analysis.len);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (x, source, on) = (io.x(0), io.x(1), io.k(2) as i32 != 0);
        for (n, out) in io.out(0).iter().enumerate() {
            if self.stream.take(source.at(n), on, io.k(3), &mut self.filter.analysis, world) {
                self.filter.set_gain();
            }
            out.set(self.filter.next(x.at(n)));
        }
        Ok(())
    }
}
