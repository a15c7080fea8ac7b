//! `pvsceps`, `pvsenvftw`: cepstrum and envelope of a spectral signal.

use super::formants::{Formants, Lifter};
use super::frames::{Seen, WITH_AMPLITUDES, plain_input};
use crate::arrays::fit;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, WorldUgen, port, sig, unit, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::fft::{Bin, RealFft, pack};
use orchestrion_dsp::math;

/// Definition of `pvsceps`.
pub static PVSCEPS: OpDef = OpDef::new("pvsceps", "Cepstrum of a spectral signal.")
    .sigs(&[sig("k[]", "fo", Make::Unit(unit::<Pvsceps>))])
    .outs(&[port("keps[]", "cepstrum, half the FFT size and one")])
    .ins(&[
        port("fsrc", "spectral signal, its FFT size a power of two"),
        port("icoefs", "coefficients that are kept; default 0, all"),
    ])
    .may_fail()
    .source("Manual: pvsceps; last element measured on the reference");

/// Definition of `pvsenvftw`.
pub static PVSENVFTW: OpDef = OpDef::new("pvsenvftw", "Writes the envelope of new frames to a table.")
    .sigs(&[sig("k", "fkPPO", Make::Unit(world_unit::<Pvsenvftw>))])
    .outs(&[port("kflag", "1 when a new frame was written, else 0")])
    .ins(&[
        port("fsig", "spectral signal"),
        port("kfn", "table, which takes as many bins as it has points"),
        port("kmeth", "method: 1 cepstral smoothing, 2 true envelopes, 3 a running mean; default 1"),
        port("kgain", "factor of the envelope; default 1"),
        port("kcoefs", "cepstral coefficients of the envelope; default 80"),
    ])
    .writes(Res::TABLES)
    .may_fail()
    .source("Manual: pvsenvftw");

/// Stands for the amplitude of silent bins.
const NEXT_TO_NOTHING: f64 = 1e-20;

struct Pvsceps {
    seen: Seen,
    fft: RealFft,
    logs: Vec<f64>,
    bins: Vec<Bin>,
}

impl Default for Pvsceps {
    fn default() -> Self {
        Self { seen: Seen::default(), fft: RealFft::new(1), logs: Vec::new(), bins: Vec::new() }
    }
}

impl Ugen for Pvsceps {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let layout = plain_input(cx, 0, WITH_AMPLITUDES)?.layout;
        if !layout.size.is_power_of_two() || layout.size < 4 {
            return Err("non-pow-of-two case not implemented yet".into());
        }
        let points = layout.size as usize / 2;
        let fft = RealFft::new(points);
        let bins = vec![Bin::default(); fft.bins()];
        *self = Self { seen: Seen::default(), fft, logs: vec![0.0; points], bins };
        cx.array_out(0).map_or(Ok(()), |mut out| fit(&mut out, points + 1, cx, cx.world))
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (Some(s), Some(mut out)) = (io.spectrum(0), io.array_out(0)) else { return Ok(()) };
        let n = self.logs.len();
        let (true, Some(out)) = (self.seen.is_news(s.frame_count), out.nums_mut().get_mut(..=n)) else {
            return Ok(());
        };
        for (log, bin) in self.logs.iter_mut().zip(&s.frame) {
            let amp = f64::from(bin[0]);
            *log = math::ln(if amp > 0.0 { amp } else { NEXT_TO_NOTHING });
        }
        self.fft.forward(&self.logs, &mut self.bins);
        pack(&self.bins, &mut out[..n]);
        // The reference takes the bin in the middle for the highest.
        out[n] = s.frame.get(n / 2).map_or(0.0, |bin| f64::from(bin[0]));
        let kept = io.k(1);
        if kept != 0.0 {
            out[((kept * 2.0) as usize).min(n)..].fill(0.0);
        }
        Ok(())
    }
}

#[derive(Default)]
struct Pvsenvftw {
    seen: Seen,
    formants: Formants,
}

impl WorldUgen for Pvsenvftw {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let layout = plain_input(cx, 0, WITH_AMPLITUDES)?.layout;
        *self = Self { seen: Seen::default(), formants: Formants::new(&layout, Lifter::Complex) };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let Some(s) = io.spectrum(0) else { return Ok(()) };
        let table = world.tables.get_mut(io.k(1)).ok_or("could not find the table")?;
        let news = self.seen.is_news(s.frame_count);
        if news {
            self.formants.follow(&s.frame, io.k(2), io.k(4));
            let gain = f64::from(io.k(3) as f32);
            for (point, envelope) in table.data.iter_mut().zip(&self.formants.envelope) {
                *point = envelope * gain;
            }
        }
        io.set(0, f64::from(u8::from(news)));
        Ok(())
    }
}
