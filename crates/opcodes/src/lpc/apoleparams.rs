//! `apoleparams`: frequencies and bandwidths of the poles of an all-pole filter.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::fft::Bin;
use orchestrion_dsp::math;
use orchestrion_dsp::roots::find_roots;
use std::f64::consts::TAU;

/// Definition of `apoleparams`.
pub static APOLEPARAMS: OpDef = OpDef::new("apoleparams", "Resonances of an all-pole filter.")
    .quiet_init()
    .sigs(&[sig("k[]", "k[]", Make::Unit(unit::<Apoleparams>))])
    .outs(&[port(
        "kPar[]",
        "frequency and bandwidth in Hz of each pair of poles in turns, frequencies rising",
    )])
    .ins(&[port("kCoef[]", "coefficients of the filter, as allpole takes them")])
    .source("Manual: apoleparams; Aberth's method");

#[derive(Default)]
struct Apoleparams {
    poles: Vec<Bin>,
    /// Phase and magnitude of the poles.
    polar: Vec<(f64, f64)>,
    /// Sum of the coefficients for which the output stands.
    sum: f64,
}

impl Ugen for Apoleparams {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let order = cx.array(0).map_or(0, |a| a.nums().len());
        self.poles.resize(order, Bin::default());
        self.polar = Vec::with_capacity(order);
        self.sum = 0.0;
        if let Some(mut array) = cx.array_out(0) {
            array.resize(&[order as u32], cx.clock.ksmps);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (Some(array), Some(mut out)) = (io.array(0), io.array_out(0)) else { return Ok(()) };
        let order = self.poles.len().min(array.nums().len());
        let coefficients = &array.nums()[..order];
        let sum: f64 = coefficients.iter().sum();
        if sum == self.sum {
            return Ok(());
        }
        self.sum = sum;
        find_roots(coefficients, &mut self.poles[..order]);
        self.polar.clear();
        self.polar.extend(self.poles.iter().map(|z| (math::atan2(z.im, z.re), math::hypot(z.re, z.im))));
        self.polar.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let hertz = io.clock.sr / TAU;
        let pairs =
            self.polar.iter().map(|(phase, magnitude)| [phase * hertz, -math::ln(*magnitude) * 2.0 * hertz]);
        // Real poles lie on the borders but for rounding.
        let border = 1e-9 * io.clock.sr;
        let inside = pairs.filter(|[f, _]| *f > border && *f < io.clock.sr / 2.0 - border);
        let slots = out.nums_mut();
        slots.fill(0.0);
        for (slot, value) in slots.iter_mut().zip(inside.flatten()) {
            *slot = value;
        }
        Ok(())
    }
}
