//! `pvsynth`: resynthesis of a spectral signal by overlapping inverse transforms.

use super::frames::{check_format, input, sizes, window};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::spectrum::SpectrumFormat;
use orchestrion_base::world::World;
use orchestrion_dsp::vocoder::{SlidingSynthesis, Synthesis};

/// Definition of `pvsynth`.
pub static PVSYNTH: OpDef = OpDef::new("pvsynth", "Resynthesis of a spectral signal by overlap-add.")
    .sigs(&[sig("a", "fo", Make::Unit(unit::<Pvsynth>))])
    .outs(&[port("ares", "signal, late by a window and two hops")])
    .ins(&[port("fsrc", "spectral signal"), port("iinit", "not used")])
    .source("Manual: pvsynth; Crochiere 1980; scale and beginning measured on the reference")
    .differences(&["Where half the window is no multiple of the hop, the reference repeats what lies before the beginning of the signal four windows later."]);

#[derive(Default)]
enum Pvsynth {
    #[default]
    Idle,
    Hops(Box<Synthesis>),
    Sliding(Box<SlidingSynthesis>),
}

impl Ugen for Pvsynth {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let layout = input(cx, 0)?.layout;
        check_format(&layout, &[SpectrumFormat::AmpFreq, SpectrumFormat::AmpPhase, SpectrumFormat::Complex])?;
        *self = if layout.sliding {
            Self::Sliding(Box::new(SlidingSynthesis::new(layout.size as usize, cx.clock.sr)))
        } else {
            let sizes = sizes(&layout, cx.world)?;
            let shape = window(cx.world, layout.window_type)?;
            Self::Hops(Box::new(Synthesis::new(sizes, shape, cx.clock.sr)))
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let Some(s) = io.spectrum(0) else { return Ok(()) };
        match self {
            Self::Idle => {}
            Self::Hops(synthesis) => {
                for y in io.out(0) {
                    y.set(synthesis.pull(&s.frame));
                }
            }
            Self::Sliding(synthesis) => {
                for (n, y) in io.out(0).iter().enumerate() {
                    y.set(synthesis.pull(s.slice(io.first + n)));
                }
            }
        }
        Ok(())
    }
}
