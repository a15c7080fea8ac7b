//! `binit`: partial tracks as bins.

use super::frames::{Seen, output};
use super::tracks::{Track, layout, tracks};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::spectrum::{SpectrumFormat, SpectrumLayout};
use orchestrion_base::world::World;

/// Definition of `binit`.
pub static BINIT: OpDef = OpDef::new("binit", "Puts partial tracks into bins.")
    .sigs(&[sig("f", "fi", Make::Unit(unit::<Binit>))])
    .outs(&[port("fsig", "spectral signal of amplitudes and frequencies")])
    .ins(&[port("fin", "partial tracks"), port("isize", "FFT size in samples")])
    .source("Manual: binit")
    .quiet_init();

#[derive(Default)]
struct Binit(Seen);

impl Ugen for Binit {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0 = Seen::default();
        let size = cx.k(1);
        if !(size >= 4.0) {
            return Err(OpError::new(format!("binit: {size} is no FFT size: give at least 4")));
        }
        let format = SpectrumFormat::AmpFreq;
        output(cx, 0, SpectrumLayout { size: size as u32, format, ..layout(cx, 0)? }).map(drop)
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (Some(from), Some(mut out)) = (io.spectrum(0), io.spectrum_out(0)) else { return Ok(()) };
        if !self.0.is_news(from.frame_count) {
            return Ok(());
        }
        let width = io.clock.sr / f64::from(out.layout.size);
        let last = out.frame.len() - 1;
        for (i, bin) in out.frame.iter_mut().enumerate() {
            if i == 0 || i == last {
                bin[0] = 0.0;
                continue;
            }
            // The lowest and the highest take what lies beyond them, too.
            let from_hz = if i == 1 { 0.0 } else { i as f64 * width - width / 2.0 };
            let to_hz = if i + 1 == last { 0.5 * io.clock.sr } else { i as f64 * width + width / 2.0 };
            let within = |t: &Track| f64::from(t.frequency) > from_hz && f64::from(t.frequency) <= to_hz;
            let loudest = tracks(&from.frame).filter(within).reduce(|a, b| if b.amp > a.amp { b } else { a });
            *bin = loudest.map_or([0.0; 2], |t| [t.amp, t.frequency]);
        }
        out.frame_count = from.frame_count;
        Ok(())
    }
}
