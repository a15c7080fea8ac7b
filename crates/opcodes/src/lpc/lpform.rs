//! `lpform`: a formant of the `lpread` before.

use super::slots::{Pole, Predictor, get, unit_in};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::{PI, TAU};

/// Definition of `lpform`.
pub static LPFORM: OpDef = OpDef::new("lpform", "Formant of a linear predictive analysis.")
    .sigs(&[sig("kk", "k", Make::Unit(unit::<Lpform>))])
    .outs(&[
        port("kcf", "frequency of the pair of poles in Hz, 0 to sr/2"),
        port("kbw", "its bandwidth in Hz, 1 to sr/2"),
    ])
    .ins(&[port("kfor", "number of the pair, from 1 in the order of frequencies; truncated, kept in range")])
    .reads(Res::FAMILY)
    .may_fail()
    .source("No manual page; measured on the reference");

#[derive(Default)]
struct Lpform {
    source: u64,
}

impl Ugen for Lpform {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.source = unit_in(cx.world, None)?;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        match get(world, self.source) {
            Some(Predictor::Poles(list)) => {
                // Of each pair the second pole speaks.
                let pairs = list.as_chunks::<2>().0;
                let number = (io.k(0) as usize).clamp(1, pairs.len().max(1));
                if let Some([_, pole]) = pairs.get(number - 1) {
                    show(io, *pole);
                }
                Ok(())
            }
            Some(Predictor::Coefficients(_)) => Err("lpform needs a file with poles (lpanal -a)".into()),
            None => Ok(()),
        }
    }
}

fn show(io: &Io<'_>, [magnitude, phase]: Pole) {
    let highest = io.clock.sr / 2.0;
    // A negative magnitude, of a pole on the negative axis, has no logarithm.
    let bandwidth = -math::ln(magnitude) * io.clock.sr / PI;
    let frequency = phase * io.clock.sr / TAU;
    io.set(0, if frequency.is_nan() { highest } else { frequency.min(highest).abs() });
    io.set(1, if bandwidth.is_nan() { highest } else { bandwidth.min(highest).max(1.0) });
}
