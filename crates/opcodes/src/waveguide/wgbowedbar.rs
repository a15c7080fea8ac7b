//! `wgbowedbar`: a bowed bar of metal or wood, four banded waveguides.

use crate::physical::{Adsr, BiQuad, bow_friction, line_for};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::PI;

/// Definition of `wgbowedbar`.
pub static WGBOWEDBAR: OpDef = OpDef::new("wgbowedbar", "Bowed bar by banded waveguides.")
    .quiet_init()
    .sigs(&[sig("a", "kkkkkoooo", Make::Unit(unit::<BowedBar>))])
    .outs(&[port("ares", "signal")])
    .ins(&[
        port("kamp", "amplitude"),
        port("kfreq", "frequency in Hz, up to 1568"),
        port("kpos", "place of the bow along the bar, 0 to 1"),
        port("kbowpres", "pressure of the bow"),
        port("kgain", "gain of the waveguides, about 0.809"),
        port("iconst", "how much of the velocity stays from sample to sample; default 0"),
        port("itvel", "0 the bow's velocity is an envelope, else it follows ibowpos; default 0"),
        port("ibowpos", "place of the bow that the velocity follows; default 0"),
        port("ilow", "lowest frequency in Hz; 0 for the first kfreq; default 0"),
    ])
    .source("Manual: wgbowedbar; G. Essl and P. Cook, \"Banded waveguides\", ICMC 1999")
    .may_fail();

/// Frequencies of a uniform bar's modes relative to the first (Essl and Cook 1999).
const MODES: [f64; 4] = [1.0, 2.756, 5.404, 8.933];
/// Highest frequency in Hz.
const HIGHEST: f64 = 1568.0;

/// A delay of whole samples around a resonance.
#[derive(Clone, Default)]
struct Band {
    ring: Vec<f64>,
    write: usize,
    read: usize,
    delayed: f64,
    resonance: BiQuad,
    gain: f64,
}

impl Band {
    fn new(longest: usize, delay: usize) -> Self {
        let mut band = Self { ring: vec![0.0; longest + 1], ..Self::default() };
        band.set_delay(delay);
        band
    }

    fn set_delay(&mut self, delay: usize) {
        let len = self.ring.len();
        self.read = if delay >= len { self.write + 1 } else { (self.write + len - delay) % len };
    }

    /// Feeds the resonance and the delay; gives the resonance's output.
    #[inline]
    fn next(&mut self, x: f64) -> f64 {
        let y = self.resonance.next(x);
        if let Some(place) = self.ring.get_mut(self.write) {
            *place = y;
        }
        let after = |i: usize| if i + 1 < self.ring.len() { i + 1 } else { 0 };
        self.delayed = self.ring.get(self.read).copied().unwrap_or(0.0);
        (self.write, self.read) = (after(self.write), after(self.read));
        y
    }
}

#[derive(Default)]
struct BowedBar {
    bands: Vec<Band>,
    longest: usize,
    /// Modes that fit below half the sample rate.
    modes: usize,
    bow: Adsr,
    frequency: f64,
    place: f64,
    followed: f64,
    /// Velocity on its way into the bow's.
    target: f64,
    bow_velocity: f64,
    velocity: f64,
}

impl BowedBar {
    fn set_frequency(&mut self, frequency: f64, sr: f64) -> OpResult {
        self.frequency = frequency.min(HIGHEST);
        let period = (sr / self.frequency) as i32;
        self.modes = MODES.iter().position(|m| (f64::from(period) / m) as i32 <= 4).unwrap_or(MODES.len());
        if self.modes == 0 {
            return Err("wgbowedbar: kfreq leaves no mode below half the sample rate".into());
        }
        for (band, mode) in self.bands.iter_mut().zip(MODES).take(self.modes) {
            band.set_delay((f64::from(period) / mode) as usize);
            let radius = 1.0 - self.frequency * mode * (PI / sr);
            let gain = (1.0 - radius * radius) * 0.5;
            band.resonance = BiQuad::new(gain, [0.0, -1.0]);
            band.resonance.resonance(self.frequency * mode, radius, sr);
        }
        Ok(())
    }

    fn set_place(&mut self, place: f64) {
        self.place = place;
        for (i, band) in self.bands.iter_mut().enumerate() {
            let half_waves = (i + 1) as f64 * 0.5;
            band.gain = (math::sin(place * PI * half_waves) * math::powi(0.9, i as i32)).abs();
        }
    }

    fn follow_bow(&mut self, place: f64) {
        if place != self.followed {
            self.target += 0.02 * (place - self.followed);
            self.followed = place;
            self.bow.go_to(place);
        }
    }
}

impl Ugen for BowedBar {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let sr = cx.clock.sr;
        let longest = if cx.k(8) >= 0.0 { line_for(cx.k(8), cx.k(1), sr).0 } else { self.longest };
        cx.world.ask_memory(longest.saturating_mul(32), "wgbowedbar")?;
        let mut bow = Adsr::new(0.02, 0.005, 0.9, 0.01, sr);
        bow.skip_attack();
        let bands = MODES.map(|m| Band::new(longest, (longest as f64 / m) as usize)).to_vec();
        *self =
            Self { bands, longest, bow, modes: MODES.len(), frequency: -1.0, place: -1.0, ..Self::default() };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let full = world.header.zero_dbfs;
        let (amp, pressure, gain) = (io.k(0) / full, io.k(3), io.k(4));
        let (kept, tracks) = (io.k(5), io.k(6) != 0.0);
        if io.k(1) != self.frequency {
            self.set_frequency(io.k(1), io.clock.sr)?;
        }
        if io.k(2) != self.place {
            self.set_place(io.k(2));
        }
        self.follow_bow(io.k(7));
        let greatest = 0.03 + 0.5 * amp;
        for out in io.out(0) {
            let bands = &mut self.bands[..self.modes];
            self.velocity = if kept == 0.0 { 0.0 } else { kept * self.velocity };
            self.velocity += bands.iter().map(|b| gain * b.delayed).sum::<f64>();
            if tracks {
                self.bow_velocity = self.bow_velocity * 0.9995 + self.target;
                self.target *= 0.995;
            } else {
                self.bow_velocity = self.bow.next() * greatest;
            }
            let difference = self.bow_velocity - self.velocity;
            let pushed = difference * bow_friction(difference, pressure) / bands.len() as f64;
            let mut sum = 0.0;
            for band in bands {
                let fed_back = gain * band.delayed;
                sum += band.next(pushed * band.gain + fed_back);
            }
            out.set(sum * full * 20.0);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn bowing_sounds() {
        let mut bench = Bench::new(&WGBOWEDBAR, 0);
        bench.world.header.zero_dbfs = 1.0;
        for (i, x) in [0.8, 440.0, 0.2, 3.0, 0.809].into_iter().enumerate() {
            bench.set(i, x);
        }
        let peak = bench.render(8000).iter().fold(0.0f64, |m, y| m.max(y.abs()));
        assert!((0.01..20.0).contains(&peak), "{peak}");
    }
}
