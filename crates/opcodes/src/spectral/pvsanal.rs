//! `pvsanal`: phase-vocoder analysis of a signal.

use super::frames::{output, sizes, slides, window};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::spectrum::{SpectrumFormat, SpectrumLayout};
use orchestrion_base::world::World;
use orchestrion_dsp::vocoder::{Analysis, SlidingAnalysis, SlidingWindow};

/// Definition of `pvsanal`.
pub static PVSANAL: OpDef = OpDef::new("pvsanal", "Phase-vocoder analysis: amplitude and frequency per bin.")
    .sigs(&[sig("f", "aiiiioo", Make::Unit(unit::<Pvsanal>))])
    .outs(&[port("fsig", "spectral signal")])
    .ins(&[
        port("ain", "signal"),
        port("ifftsize", "FFT size in samples, above 32; odd numbers are rounded up"),
        port("ioverlap", "hop in samples, up to half the FFT size; below 11 or ksmps the analysis slides"),
        port("iwinsize", "window in samples, at least ifftsize"),
        port("iwintype", "0 Hamming, 1 Hann, 2 Kaiser, or minus the number of a table"),
        port("iformat", "not used; amplitude and frequency"),
        port("iinit", "not used"),
    ])
    .source("Manual: pvsanal; Dolson 1986; hop, window and single-precision factors measured on the reference")
    .differences(&["A sliding analysis has a Hamming or Hann window, or none: the reference's others are wrong near 0 Hz and Nyquist."]);

#[derive(Default)]
enum Pvsanal {
    #[default]
    Idle,
    Hops(Box<Analysis>),
    Sliding(Box<SlidingAnalysis>),
}

/// Smallest FFT size that is refused.
const TOO_SMALL: u32 = 32;

impl Ugen for Pvsanal {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let hop = cx.k(2) as u32;
        let mut layout = SpectrumLayout {
            size: (cx.k(1) as u32).saturating_add(1) & !1,
            hop,
            window: cx.k(3) as u32,
            window_type: cx.k(4) as i32,
            format: SpectrumFormat::AmpFreq,
            sliding: slides(hop as usize, cx),
        };
        if layout.sliding {
            layout.size = layout.window.saturating_add(1) & !1;
            return self.init_sliding(cx, layout);
        }
        if layout.size <= TOO_SMALL {
            return Err("pvsanal: fftsize of 32 is too small".into());
        }
        if layout.window < layout.size {
            cx.world.warn("pvsanal: window size too small for fftsize");
            layout.window = layout.size;
        }
        if hop > layout.size / 2 {
            return Err("pvsanal: overlap too big for fft size: at most half of it".into());
        }
        let sizes = sizes(&layout, cx.world)?;
        let analysis = Analysis::new(sizes, window(cx.world, layout.window_type)?, cx.clock.sr);
        *self = Self::Hops(Box::new(analysis));
        output(cx, 0, layout).map(drop)
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let Some(mut out) = io.spectrum_out(0) else { return Ok(()) };
        match self {
            Self::Idle => {}
            Self::Hops(analysis) => {
                for x in io.a(0) {
                    if analysis.push(x.get(), &mut out.frame) {
                        out.frame_count = out.frame_count.wrapping_add(1);
                    }
                }
            }
            Self::Sliding(analysis) => {
                for (n, x) in io.a(0).iter().enumerate() {
                    analysis.push(x.get(), out.slice_mut(io.first + n));
                }
            }
        }
        Ok(())
    }
}

impl Pvsanal {
    fn init_sliding(&mut self, cx: &mut Init<'_>, layout: SpectrumLayout) -> OpResult {
        if layout.size == 0 {
            return Err("pvsanal: invalid window size".into());
        }
        let window = match layout.window_type {
            0 => SlidingWindow::Hamming,
            1 => SlidingWindow::Hann,
            _ => {
                cx.world.warn("pvsanal: unknown window type for a sliding analysis; replaced by rectangular");
                SlidingWindow::Rectangular
            }
        };
        output(cx, 0, layout)?;
        *self = Self::Sliding(Box::new(SlidingAnalysis::new(layout.size as usize, window, cx.clock.sr)));
        Ok(())
    }
}
