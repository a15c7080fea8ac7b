//! `locsig`, `locsend`: a signal at an angle and a distance, for two or four loudspeakers.

use super::send::{self, CHANNELS, Distance, Sends};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, WorldUgen, port, sig, unit, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

/// Definition of `locsig`.
pub static LOCSIG: OpDef = OpDef::new("locsig", "Distributes a signal by angle and distance.")
    .sigs(&[sig("mmmm", "akkk", Make::Unit(world_unit::<Locsig>))])
    .outs(&[port("a1 ...", "two or four channels, a quarter of a circle apart")])
    .ins(&[
        port("asig", "signal"),
        port("kdegree", "angle in degrees; 0 is the first channel, 90 the second"),
        port("kdistance", "distance, from 1"),
        port("kreverbsend", "share of the signal for locsend"),
    ])
    .source("Karpen 1998; Chowning 1971; manual: locsig")
    .writes(Res::FAMILY);

/// Definition of `locsend`.
pub static LOCSEND: OpDef = OpDef::new("locsend", "What the last locsig leaves for reverberation.")
    .sigs(&[sig("mmmm", "", Make::Unit(unit::<Locsend>))])
    .outs(&[port("a1 ...", "as many channels as the locsig has")])
    .source("Karpen 1998; manual: locsend")
    .reads(Res::FAMILY);

#[derive(Default)]
struct Locsig {
    number: Option<usize>,
}

impl WorldUgen for Locsig {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let channels = cx.n_outs();
        if channels != 2 && channels != CHANNELS {
            return Err("Wrong number of outputs in locsig; must be 2 or 4".into());
        }
        let samples = cx.clock.ksmps;
        self.number = Some(send::announce::<Locsig>(cx.world, self.number, channels, samples));
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let (signal, channels) = (io.x(0), io.n_outs());
        let turn = io.k(1) / 360.0;
        let (sin, cos) = math::sin_cos(TAU * turn);
        let (opposite_sin, opposite_cos) = math::sin_cos(TAU * (turn + 0.5));
        let gains = [cos, sin, opposite_cos, opposite_sin].map(|g| if g < 0.0 { 0.0 } else { g });
        let distance = Distance::new(io.k(2), io.k(3));
        let sends = send::write::<Locsig>(world, self.number.unwrap_or(usize::MAX));
        for (n, send) in sends.iter_mut().enumerate().take(io.samples_len()) {
            let x = signal.at(n);
            for (o, &gain) in gains.iter().enumerate().take(channels) {
                let (y, reverberation) = distance.channel(x, gain);
                send[o] = reverberation;
                if let Some(out) = io.out(o).get(n) {
                    out.set(y);
                }
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct Locsend {
    number: usize,
}

impl Ugen for Locsend {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let last = cx.world.shared_ref::<Sends<Locsig>>().and_then(|s| s.last);
        let (number, channels) = last.ok_or("locsend needs a locsig before it")?;
        if channels != cx.n_outs() {
            return Err("Number of outputs must be the same as the previous locsig".into());
        }
        self.number = number;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let sends = send::read::<Locsig>(world, self.number);
        for o in 0..io.n_outs() {
            for (n, out) in io.out(o).iter().enumerate() {
                out.set(sends.get(n).map_or(0.0, |s| s[o]));
            }
        }
        Ok(())
    }
}
