//! `wgpluck2`, `repluck`: a plucked string with a low-pass filter at its bridge.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const OUTS: &[Port] = &[port("ares", "signal")];
const PLUCK: Port = port("iplk", "place of the pluck along the string, above 0 and below 1");
const AMP: Port = port("kamp", "amplitude");
const CPS: Port = port("icps", "frequency in Hz");
const PICK: Port = port("kpick", "place of the pickup along the string, 0 to 1");
const REFLECTION: Port = port("krefl", "reflection at the bridge, above 0 and below 1: the rate of decay");
const SOURCE: &str =
    "Manual: wgpluck2, repluck (J. ffitch); K. Karplus and A. Strong, Computer Music Journal 7(2), 1983";

/// Definition of `wgpluck2`.
pub static WGPLUCK2: OpDef = OpDef::new("wgpluck2", "Plucked string.")
    .sigs(&[sig("a", "ikikk", Make::Unit(unit::<Pluck2>))])
    .outs(OUTS)
    .ins(&[PLUCK, AMP, CPS, PICK, REFLECTION])
    .source(SOURCE)
    .quiet_init();

/// Definition of `repluck`.
pub static REPLUCK: OpDef = OpDef::new("repluck", "Plucked string that a signal excites.")
    .quiet_init()
    .sigs(&[sig("a", "ikikka", Make::Unit(unit::<Pluck2>))])
    .outs(OUTS)
    .ins(&[
        port("iplk", "place of the pluck along the string; outside 0 to 1 there is none"),
        AMP,
        CPS,
        PICK,
        REFLECTION,
        port("axcite", "signal that excites the string"),
    ])
    .source(SOURCE);

/// Shortest period that is run as it is; shorter strings run several steps a sample (measured on the
/// reference).
const SHORTEST: i64 = 512;
/// Parts of a point to which the pickup's place is rounded.
const PARTS: i64 = 256;

/// One direction of travel; place 0 is at the bridge.
#[derive(Default)]
struct Rail {
    ring: Vec<f64>,
    bridge: usize,
}

impl Rail {
    /// Where point `i` is, which is at most as far as the string is long.
    #[inline]
    fn place(&self, i: usize) -> usize {
        let (place, len) = (self.bridge + i, self.ring.len());
        // A division would take longer than all the rest.
        if place < len { place } else { place - len }
    }

    #[inline]
    fn at(&self, i: usize) -> f64 {
        self.ring[self.place(i)]
    }

    #[inline]
    fn add(&mut self, i: usize, x: f64) {
        let place = self.place(i);
        self.ring[place] += x;
    }
}

#[derive(Default)]
struct Pluck2 {
    upper: Rail,
    lower: Rail,
    /// Steps a sample.
    steps: u32,
    reflected: f64,
}

impl Pluck2 {
    /// Moves both waves by one point.
    #[inline]
    fn step(&mut self, reflection: f64) {
        let len = self.upper.ring.len();
        let from_nut = -self.upper.at(len - 2);
        self.reflected = self.reflected * reflection + self.lower.at(1) * (1.0 - reflection);
        self.upper.bridge = self.upper.place(len - 1);
        self.upper.ring[self.upper.bridge] = -self.reflected;
        self.lower.ring[self.lower.bridge] = from_nut;
        self.lower.bridge = self.lower.place(1);
    }
}

impl Ugen for Pluck2 {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let period = (cx.clock.sr / cx.k(2)) as i64;
        if period < 1 {
            return Err("icps has to be above 0 and at most sr".into());
        }
        cx.world.ask_memory((period as usize).saturating_mul(8), "the string")?;
        let steps = if period < SHORTEST { (SHORTEST + period - 1) / period } else { 1 };
        let len = (period * steps / 2) as usize;
        let mut place = cx.k(0);
        if place.is_nan() || place <= 0.0 || place >= 1.0 {
            place = if cx.n_ins() > 5 { 0.0 } else { 0.5 };
        }
        let pluck = ((len as f64 * place) as usize).max(1);
        let down = 1.0 / (len as f64 - pluck as f64 - 1.0);
        let shape = |i: usize| {
            0.5 * match i < pluck {
                _ if place == 0.0 => 0.0,
                true => i as f64 * (1.0 / pluck as f64),
                false => down * (len - 1 - i) as f64,
            }
        };
        let rail = || Rail { ring: (0..len).map(shape).collect(), bridge: 0 };
        *self = Self { upper: rail(), lower: rail(), steps: steps as u32, reflected: 0.0 };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let len = self.upper.ring.len() as i64;
        if len == 0 {
            io.set(0, 0.0);
            return Ok(());
        }
        let mut reflection = io.k(4);
        if reflection.is_nan() || reflection <= 0.0 || reflection >= 1.0 {
            reflection = 0.5;
        }
        let reflection = 1.0 - (1.0 - reflection) / f64::from(self.steps);
        let mut pickup = (PARTS as f64 * io.k(3) * len as f64) as i64;
        if pickup < 0 || pickup / PARTS > len {
            pickup = len * (PARTS / 2);
        }
        let (place, part) = ((pickup / PARTS % len) as usize, (pickup % PARTS) as f64 / PARTS as f64);
        let (amp, excitation) = (io.k(1), io.x(5));
        for (n, out) in io.out(0).iter().enumerate() {
            let fed = 0.5 * excitation.at(n) / amp;
            let heard = |i: usize| self.upper.at(i) + self.lower.at(i);
            let (a, b) = (heard(place), heard(place + 1));
            if io.n_ins() > 5 {
                self.lower.add(1, fed);
                self.upper.add(1, fed);
            }
            out.set((a + (b - a) * part) * amp);
            for _ in 0..self.steps {
                self.step(reflection);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn a_pluck_sounds_and_decays() {
        let mut bench = Bench::new(&WGPLUCK2, 0);
        for (i, x) in [0.25, 0.8, 440.0, 0.5, 0.9].into_iter().enumerate() {
            bench.set(i, x);
        }
        let out = bench.render(20000);
        let peak = |y: &[f64]| y.iter().fold(0.0f64, |m, y| m.max(y.abs()));
        assert!(peak(&out[..1000]) > 0.1 && peak(&out[19000..]) < 0.5 * peak(&out[..1000]));
    }
}
