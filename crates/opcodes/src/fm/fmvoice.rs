//! `fmvoice`: a singing voice by FM, one modulator under three formants.

use super::operators::{Operators, Times, ins, level};
use crate::lookup::truncated;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `fmvoice`.
pub static FMVOICE: OpDef = OpDef::new("fmvoice", "Singing voice by FM.").quiet_init()
    .sigs(&[sig("a", "kkkkkkjjjjj", Make::Unit(unit::<FmVoice>))])
    .outs(&[port("ares", "signal")])
    .ins(
        &const {
            ins(
                port("kvowel", "vowel, 0 to 31; every further 32 up to 127 raise the formants by a tenth"),
                port("ktilt", "spectral tilt, 0 to 99"),
            )
        },
    )
    .source("Manual: fmvoice; STK (Cook and Scavone 1999), TX81Z algorithm 6; kamp has no effect on the first formant, \
             kvrate none at all (measured on the reference)")
    .reads(Res::TABLES);

/// Frequencies in Hz of the first three formants of 32 phonemes (STK).
#[rustfmt::skip]
const FORMANTS: [[f64; 3]; 32] = [
    [273.0, 2086.0, 2754.0], [385.0, 2056.0, 2587.0], [515.0, 1805.0, 2526.0], [773.0, 1676.0, 2380.0],
    [770.0, 1153.0, 2450.0], [637.0, 895.0, 2556.0], [637.0, 895.0, 2556.0], [561.0, 1084.0, 2541.0],
    [515.0, 1031.0, 2572.0], [349.0, 918.0, 2350.0], [394.0, 1297.0, 1441.0], [462.0, 1200.0, 2500.0],
    [265.0, 1176.0, 2352.0], [204.0, 1570.0, 2481.0], [204.0, 1570.0, 2481.0], [204.0, 1570.0, 2481.0],
    [1000.0, 2800.0, 7425.0], [0.0, 2000.0, 5257.0], [100.0, 4000.0, 5500.0], [2693.0, 4000.0, 6123.0],
    [1000.0, 2800.0, 7425.0], [273.0, 2086.0, 2754.0], [349.0, 918.0, 2350.0], [770.0, 1153.0, 2450.0],
    [2000.0, 5257.0, 7171.0], [100.0, 4000.0, 5500.0], [2693.0, 4000.0, 6123.0], [2693.0, 4000.0, 6123.0],
    [2000.0, 5257.0, 7171.0], [100.0, 4000.0, 5500.0], [2693.0, 4000.0, 6123.0], [2693.0, 4000.0, 6123.0],
];

/// Envelopes of the three formants and of the modulator (STK).
const TIMES: [Times; 4] =
    [(0.05, 0.05, 1.0, 0.05), (0.05, 0.05, 1.0, 0.05), (0.05, 0.05, 1.0, 0.05), (0.001, 0.01, 1.0, 0.5)];
/// How strongly the modulator acts on each formant (STK).
const DEPTHS: [f64; 3] = [1.0, 1.1, 1.1];

#[derive(Default)]
struct FmVoice {
    ops: Operators,
    /// Frequency and vowel that the ratios are for.
    seen: Option<(f64, f64)>,
    /// Steps of the operators in the last sample, in periods.
    steps: [f64; 4],
}

/// Ratios of the formants to a frequency: the nearest harmonics.
fn ratios(vowel: f64, frequency: f64) -> [f64; 4] {
    let (number, stretch) = match vowel {
        v if v < 32.0 => (v, 0.9),
        v if v < 64.0 => (v - 32.0, 1.0),
        v if v < 96.0 => (v - 64.0, 1.1),
        v if v < 128.0 => (v - 96.0, 1.2),
        _ => (0.0, 0.0),
    };
    let [a, b, c] = FORMANTS[(number.max(0.0) as usize).min(31)]
        .map(|formant| f64::from(truncated(stretch * formant / frequency + 0.5)));
    [a, b, c, 1.0]
}

impl Ugen for FmVoice {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.seen = None;
        self.ops.start(cx, TIMES, 0.0)?;
        // The modulator's first step is as many points as A4 has Hz (measured on the reference).
        let points = cx.world.tables.get(cx.k(9)).map_or(1, |t| t.len);
        self.steps = [0.0, 0.0, 0.0, cx.world.header.a4 / points as f64];
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(waves) = self.ops.waves(world) else {
            io.set(0, 0.0);
            return Ok(());
        };
        let (full, period) = (world.header.zero_dbfs, 1.0 / io.clock.sr);
        let (amp, frequency, vowel, depth) = (io.k(0) / full, io.k(1), io.k(2), io.k(4));
        if self.seen != Some((frequency, vowel)) {
            self.seen = Some((frequency, vowel));
            self.ops.ratios = ratios(vowel, frequency);
        }
        let modulation = level((io.k(3) * 0.78125) as i32);
        // The first formant is as strong as the modulation (measured on the reference).
        let tilt = [modulation, amp * amp, amp * amp * amp];
        for out in io.out(0) {
            let modulator = self.ops.next(&waves, 3, modulation, self.steps[3]);
            // The vibrato stays at the first point of its table (measured on the reference).
            let bend = 1.0 + self.ops.vibrato(&waves, 0.0) * depth * 0.1;
            self.steps = self.ops.ratios.map(|r| bend * frequency * period * r);
            let mut sum = 0.0;
            for i in 0..3 {
                self.ops.modulate(&waves, i, modulator * DEPTHS[i]);
                sum += self.ops.next(&waves, i, tilt[i], self.steps[i]);
            }
            out.set(sum * 0.33 * full * 0.8);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formants_fall_on_harmonics() {
        assert_eq!(ratios(32.0, 100.0), [3.0, 21.0, 28.0, 1.0]);
        assert_eq!(ratios(500.0, 100.0), [0.0, 0.0, 0.0, 1.0]);
        assert_eq!(ratios(f64::NAN, 100.0), [0.0, 0.0, 0.0, 1.0]);
    }
}
