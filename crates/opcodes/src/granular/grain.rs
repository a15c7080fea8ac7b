//! `grain`: grains of a table at random places, frequencies and strengths.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::random::Rand31;
use orchestrion_base::table::Table;
use orchestrion_base::world::World;

use crate::lookup::{PERIOD, PHASE_MASK, Reading, Step, Wave, any_table, truncated};

/// Definition of `grain`.
pub static GRAIN: OpDef = OpDef::new("grain", "Grains of a table at random places.")
    .sigs(&[sig("a", "xxxkkkiiio", Make::Unit(world_unit::<Grain>))])
    .outs(&[port("ares", "signal")])
    .ins(&[
        port("xamp", "amplitude of a grain"),
        port("xpitch", "frequency in Hz at which a grain reads its table"),
        port("xdens", "grains per second in Hz"),
        port("kampoff", "greatest random addition to the amplitude"),
        port("kpitchoff", "greatest random addition to the frequency in Hz"),
        port("kgdur", "duration of a grain in seconds, up to imgdur"),
        port("igfn", "table of the sound, of any length"),
        port("iwfn", "table of the envelope, of any length"),
        port("imgdur", "longest duration of a grain in seconds"),
        port("igrnd", "0 grains start anywhere in the sound, else at its beginning; default 0"),
    ])
    .source("Manual: grain (P. Smaragdis); order of random draws and overlap measured on the reference")
    .reads(Res::TABLES.and(Res::RANDOM))
    .writes(Res::RANDOM)
    .may_fail()
    .differences(&["Density at audio rate is taken as the reference takes it, one sample late, but the \
                    last one of a cycle counts as 0 where the reference reads past the signal."]);

#[derive(Default)]
struct Grain {
    sound: f64,
    envelope: f64,
    longest: f64,
    random_place: bool,
    /// Grains due: one starts when this reaches 1.
    due: f64,
    /// Grains of this cycle.
    fresh: Vec<f64>,
    /// What is to come, the first samples of it for this cycle.
    ahead: Vec<f64>,
}

impl WorldUgen for Grain {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.sound = any_table(cx.world, cx.k(6))?;
        self.envelope = any_table(cx.world, cx.k(7))?;
        self.longest = cx.k(8);
        self.random_place = cx.k(9) == 0.0;
        self.due = 1.0;
        let longest = (cx.clock.sr * self.longest).max(0.0) as usize;
        let len = longest.saturating_add(2 * cx.clock.ksmps);
        cx.world.ask_memory(len.saturating_mul(16), "grain")?;
        for buffer in [&mut self.fresh, &mut self.ahead] {
            buffer.clear();
            buffer.resize(len, 0.0);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        if io.k(5) <= 0.0 {
            return Err("grain: kgdur has to be above 0".into());
        }
        let duration = io.k(5).min(self.longest);
        let samples = (io.clock.sr * duration).max(0.0) as usize;
        let ksmps = io.clock.ksmps;
        let len = (ksmps + samples).min(self.fresh.len());
        self.fresh[..len].fill(0.0);
        let (sound, envelope) = (world.tables.get(self.sound), world.tables.get(self.envelope));
        if let (Some(sound), Some(envelope)) = (sound, envelope) {
            let tables = Tables { sound, envelope, duration, sr: io.clock.sr };
            self.start_grains(io, &tables, samples, &mut world.random.rand31);
        }
        for i in 0..len {
            self.ahead[i] = self.fresh[i] + self.ahead.get(i + ksmps).copied().unwrap_or(0.0);
        }
        for (out, &y) in io.out(0).iter().zip(&self.ahead) {
            out.set(y);
        }
        Ok(())
    }
}

impl Grain {
    /// Mixes the grains of this cycle into `fresh`.
    fn start_grains(&mut self, io: &Io<'_>, tables: &Tables<'_>, samples: usize, random: &mut Rand31) {
        let (amp, frequency, density) = (io.x(0), io.x(1), io.x(2));
        let frames = io.samples_len();
        for n in 0..frames {
            if self.due >= 1.0 {
                self.due = 0.0;
                let amp = amp.at(n) + random.unit() * io.k(3);
                let place = random.unit() * if self.random_place { tables.places() } else { 0.0 };
                let frequency = frequency.at(n) + random.unit() * io.k(4);
                let end = (n + samples).min(self.fresh.len());
                tables.mix(&mut self.fresh[n..end], amp, place.trunc(), frequency);
            }
            let next = if density.is_audio() { n + 1 } else { n };
            self.due += if next < frames { density.at(next) } else { 0.0 } / io.clock.sr;
        }
    }
}

/// What all grains of a cycle share.
struct Tables<'a> {
    sound: &'a Table,
    envelope: &'a Table,
    duration: f64,
    sr: f64,
}

impl Tables<'_> {
    /// Range of places where a grain may start: phase steps, or points where the length is no power of two.
    fn places(&self) -> f64 {
        if self.sound.is_power_of_two() { PERIOD } else { self.sound.len as f64 }
    }

    fn mix(&self, out: &mut [f64], amp: f64, place: f64, frequency: f64) {
        if let (Some(sound), Some(envelope)) = (Wave::of(self.sound), Wave::of(self.envelope)) {
            let (mut phase, mut along) = (place as i32, 0);
            let step = truncated(frequency * (PERIOD / self.sr));
            let along_step = truncated(PERIOD / self.sr / self.duration);
            for y in out {
                *y += amp * Step::at(&sound, phase) * Step::at(&envelope, along);
                phase = phase.wrapping_add(step) & PHASE_MASK;
                along = along.wrapping_add(along_step) & PHASE_MASK;
            }
            return;
        }
        let (points, width) = (self.sound.len as f64, self.envelope.len as f64);
        let start = if self.sound.is_power_of_two() { place / PERIOD * points } else { place };
        let (mut at, mut along) = (start, 0.0);
        let (step, along_step) = (frequency * points / self.sr, width / self.sr / self.duration);
        let point = |table: &Table, at: f64| table.data.get(at as usize).copied().unwrap_or(0.0);
        for y in out {
            *y += amp * point(self.sound, at) * point(self.envelope, along);
            at = wrapped(at + step, points);
            along = wrapped(along + along_step, width);
        }
    }
}

/// `x` brought to 0 up to `len`.
#[inline]
fn wrapped(x: f64, len: f64) -> f64 {
    if x >= 0.0 && x < len { x } else { x.rem_euclid(len) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn grains_follow_each_other_at_the_density() {
        let mut bench = Bench::new(&GRAIN, 0);
        bench.world.tables.insert(1, Table::new(vec![1.0; 9]));
        let duration = 20.5 / 44100.0;
        for (i, x) in [1.0, 100.0, 441.0, 0.0, 0.0, duration, 1.0, 1.0, duration].into_iter().enumerate() {
            bench.set(i, x);
        }
        let out = bench.render(240);
        let on = |n: usize| n % 101 < 20;
        assert!((0..100).all(|n| (out[n] == 1.0) == on(n)), "{out:?}");
    }
}
