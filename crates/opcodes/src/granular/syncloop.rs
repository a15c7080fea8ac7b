//! `syncloop`: synchronous granular synthesis whose grains start within a loop of the sound.

use super::syncgrain::{Asked, Points, Ring, Starts, within};
use crate::lookup::any_table;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `syncloop`.
pub static SYNCLOOP: OpDef = OpDef::new("syncloop", "Synchronous granular synthesis within a loop.")
    .sigs(&[sig("a", "kkkkkkkiiioo", Make::Unit(unit::<Syncloop>))])
    .outs(&[port("asig", "signal")])
    .ins(&[
        port("kamp", "amplitude"),
        port("kfreq", "grains per second in Hz"),
        port("kpitch", "transposition of grains: 1 plays the sound at its own pitch"),
        port("kgrsize", "duration of a grain in seconds"),
        port("kprate", "step from the start of a grain to the next, in grain durations"),
        port("klstart", "start of the loop in seconds"),
        port("klend", "end of the loop in seconds"),
        port("ifun1", "table of the sound"),
        port("ifun2", "table of the envelope"),
        port("iolaps", "how many grains may overlap"),
        port("istart", "where the first grain starts, in seconds; default 0"),
        port("iskip", "nonzero keeps the state of the instance's previous note; default 0"),
    ])
    .source("Manual: syncloop (V. Lazzarini); place and period kept in single precision (measured on the reference)")
    .reads(Res::TABLES)
    .may_fail();

#[derive(Default)]
struct Syncloop {
    sound: f64,
    envelope: f64,
    grains: Ring,
    starts: Starts,
    /// Where the next grain starts.
    place: f32,
    /// Whether the place has been past the end of the loop.
    looped: bool,
}

impl Ugen for Syncloop {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.sound = any_table(cx.world, cx.k(7))?;
        self.envelope = any_table(cx.world, cx.k(8))?;
        if cx.k(11) != 0.0 && !self.grains.is_empty() {
            return Ok(());
        }
        let grains = Ring::new(cx.world, cx.k(9))?;
        let place = (cx.k(10) * Points::find(cx.world, self.sound)?.sr) as f32;
        *self = Self { sound: self.sound, envelope: self.envelope, grains, place, ..Self::default() };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (sound, envelope) = (Points::find(world, self.sound)?, Points::find(world, self.envelope)?);
        let asked = Asked::read(io, &sound, &envelope, "syncloop")?;
        let start = (io.k(5) * sound.sr).trunc().clamp(0.0, (sound.len - 1.0).max(0.0));
        let end = (io.k(6) * sound.sr).trunc().max(start);
        let length = if end > start { end - start } else { asked.size.trunc() };
        for out in io.out(0) {
            self.grains.release();
            if self.starts.due(asked.period) {
                self.grains.start(f64::from(self.place));
                self.place = (f64::from(self.place) + asked.step) as f32;
                self.bring_into_loop(start, end, length);
            }
            let mut sum = 0.0;
            self.grains.each(|grain| {
                sum += grain.sample(&sound, &envelope);
                if grain.along < envelope.len {
                    grain.at += asked.pitch;
                    grain.along += asked.along_step;
                }
                grain.on &= grain.along <= envelope.len;
            });
            self.starts.advance();
            out.set(sum * asked.amp);
        }
        Ok(())
    }
}

impl Syncloop {
    /// Past the end the place goes back by whole lengths; before the start it goes on, once it has looped.
    fn bring_into_loop(&mut self, start: f64, end: f64, length: f64) {
        let place = f64::from(self.place);
        if place >= end {
            self.looped = true;
            self.place = within(place, end - length, length) as f32;
        }
        if self.looped && f64::from(self.place) < start {
            self.place = within(f64::from(self.place), start, length) as f32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;
    use orchestrion_base::table::Table;

    #[test]
    fn grains_stay_in_the_loop() {
        let mut bench = Bench::new(&SYNCLOOP, 0);
        bench.world.header.sr = 44100.0;
        bench.world.tables.insert(1, Table::new((0..=1000).map(f64::from).collect()));
        bench.world.tables.insert(2, Table::new(vec![1.0; 9]));
        let period = 100.5 / 44100.0;
        let inputs = [1.0, 441.0, 1.0, 100.0 / 44100.0, 1.0, period, 3.0 * period, 1.0, 2.0, 1.0];
        for (i, x) in inputs.into_iter().enumerate() {
            bench.set(i, x);
        }
        let out = bench.render(2000);
        assert!((out[50] - 50.0).abs() < 1.0 && out[600..].iter().all(|&y| y < 410.0), "{out:?}");
    }
}
