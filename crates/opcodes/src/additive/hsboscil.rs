//! `hsboscil`: octaves of a tone that can be moved in tone and brightness apart from each other.

use crate::lookup::{Line, PERIOD, PHASE_MASK, Reading, Wave, any_table, power_of_two_table, truncated};
use crate::math::rounding::floor;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::table::Table;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `hsboscil`.
pub static HSBOSCIL: OpDef = OpDef::new("hsboscil", "Oscillator with separate tone and brightness.")
    .quiet_init()
    .sigs(&[sig("a", "kkkiiioo", Make::Unit(unit::<Hsboscil>))])
    .outs(&[port("ares", "signal")])
    .ins(&[
        port("kamp", "amplitude"),
        port("ktone", "tone: octaves above the base frequency, of which only the fraction counts"),
        port("kbrite", "brightness: octaves by which the middle of the mixture moves"),
        port("ibasfreq", "base frequency in Hz"),
        port("iwfn", "table of the wave, a power of two long"),
        port("ioctfn", "table that weighs the octaves"),
        port("ioctcnt", "number of octaves, 2 to 10; below 2 means 3; default 0"),
        port("iphs", "start phase, 0 to 1; negative keeps those of the previous note; default 0"),
    ])
    .source("Manual: hsboscil (P. Neubäcker); R. Shepard, J. Acoust. Soc. Am. 36, 1964; phases of 28 bits")
    .reads(Res::TABLES);

/// Most octaves.
const MOST: usize = 10;

#[derive(Default)]
struct Hsboscil {
    wave: f64,
    weights: f64,
    octaves: usize,
    phases: [i32; MOST],
    /// Weight of the lowest octave in the last cycle: a jump means that an octave has moved round.
    seen: f64,
}

fn weight(table: &Table, place: f64) -> f64 {
    table.data.get((place * table.len as f64) as usize).copied().unwrap_or(0.0)
}

impl Ugen for Hsboscil {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.wave = power_of_two_table(cx.world, cx.k(4))?;
        self.weights = any_table(cx.world, cx.k(5))?;
        self.octaves = if cx.k(6) < 2.0 { 3 } else { (cx.k(6) as usize).min(MOST) };
        if cx.k(7) >= 0.0 {
            self.phases[..self.octaves].fill(truncated(cx.k(7) * PERIOD) & PHASE_MASK);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        io.set(0, 0.0);
        let tables = (world.tables.get(self.wave).and_then(Wave::of), world.tables.get(self.weights));
        let (Some(wave), Some(weights)) = tables else { return Ok(()) };
        let (count, sr) = (self.octaves as f64, io.clock.sr);
        let tone = io.k(1) - floor(io.k(1));
        let lowest = io.k(2) - tone - count * 0.5;
        let base = floor(floor(lowest) + 1.5);
        let offset = base - lowest;
        let mut frequency = io.k(3) * math::pow(2.0, tone + base);
        let first = weight(weights, offset / count);
        let jump = weight(weights, 1.0 / count) * 0.5;
        let shift = if first - self.seen > jump {
            1
        } else if first - self.seen < -jump {
            self.octaves - 1
        } else {
            0
        };
        self.seen = first;
        self.phases[..self.octaves].rotate_left(shift % self.octaves.max(1));
        let total: f64 = (0..self.octaves).map(|i| weight(weights, i as f64 / count)).sum();
        for (i, phase) in self.phases[..self.octaves].iter_mut().enumerate() {
            let mut amp = weight(weights, (offset + i as f64) / count) * (io.k(0) / total);
            if frequency > sr / 2.0 {
                amp = 0.0;
            }
            let step = truncated(frequency * (PERIOD / sr));
            for out in io.out(0) {
                out.set(out.get() + Line::at(&wave, *phase) * amp);
                *phase = phase.wrapping_add(step) & PHASE_MASK;
            }
            frequency *= 2.0;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn equal_weights_share_the_amplitude() {
        let mut bench = Bench::new(&HSBOSCIL, 0);
        bench.world.tables.insert(1, Table::new(vec![1.0; 9]));
        for (i, x) in [2.0, 0.25, 3.0, 100.0, 1.0, 1.0, 4.0].into_iter().enumerate() {
            bench.set(i, x);
        }
        assert!(bench.render(64).iter().all(|&y| (y - 2.0).abs() < 1e-12));
    }
}
