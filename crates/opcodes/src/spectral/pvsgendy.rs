//! `pvsgendy`: frequencies at random.

use super::frames::{Seen, WITH_AMPLITUDES, output, plain_input};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::random::LibcRandom;
use orchestrion_base::world::World;

/// Definition of `pvsgendy`.
pub static PVSGENDY: OpDef = OpDef::new("pvsgendy", "Moves the frequencies of a spectral signal at random.")
    .sigs(&[sig("f", "fkk", Make::Unit(world_unit::<Pvsgendy>))])
    .outs(&[port("fsig", "spectral signal; the bin at the Nyquist frequency is silent")])
    .ins(&[
        port("fsigin", "spectral signal"),
        port("kmrate", "not used"),
        port("kfrate", "width in Hz of the lowest bin's range; those of others are ever narrower"),
    ])
    .writes(Res::RANDOM)
    .source("Manual: pvsgendy; the C library's random numbers, measured on the reference");

#[derive(Default)]
struct Pvsgendy(Seen);

impl WorldUgen for Pvsgendy {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0 = Seen::default();
        cx.world.shared::<LibcRandom>();
        let layout = plain_input(cx, 0, WITH_AMPLITUDES)?.layout;
        output(cx, 0, layout).map(drop)
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let (Some(from), Some(mut out)) = (io.spectrum(0), io.spectrum_out(0)) else { return Ok(()) };
        if !self.0.is_news(from.frame_count) {
            return Ok(());
        }
        let random = world.shared::<LibcRandom>();
        let last = out.frame.len() - 1;
        for (i, (out, &[amp, frequency])) in out.frame[..last].iter_mut().zip(&from.frame).enumerate() {
            let step = io.k(2) * random.bipolar() / (2 * i + 1) as f64;
            *out = [amp, (f64::from(frequency) + step) as f32];
        }
        out.frame_count = from.frame_count;
        Ok(())
    }
}
