//! `panstereo`: balance of a stereo signal.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::FRAC_PI_2;

/// Definition of `panstereo`.
pub static PANSTEREO: OpDef = OpDef::new("panstereo", "Balances a stereo signal with equal power.")
    .quiet_init()
    .sigs(&[sig("aa", "aakP", Make::Unit(unit::<Balance>))])
    .outs(&[port("aleft", "left channel"), port("aright", "right channel")])
    .ins(&[
        port("aleft", "left channel"),
        port("aright", "right channel"),
        port("kpan", "0 left, 0.5 both channels at -3 dB, 1 right; it moves in a line over each k-cycle"),
        port("klevel", "gain; default 1"),
    ])
    .extension()
    .source(
        "Manual of csound-plugins: panstereo, after SuperCollider's Balance2: gains are quarters of a sine",
    );

#[derive(Default)]
struct Balance {
    gains: [f64; 2],
}

fn gains(pan: f64, level: f64) -> [f64; 2] {
    let pan = pan.clamp(0.0, 1.0);
    [1.0 - pan, pan].map(|part| level * math::sin(FRAC_PI_2 * part))
}

impl Ugen for Balance {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.gains = gains(cx.k(2), cx.k(3));
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let next = gains(io.k(2), io.k(3));
        let steps = [0, 1].map(|side: usize| (next[side] - self.gains[side]) / io.clock.ksmps as f64);
        for n in 0..io.samples_len() {
            // Both are read before either is written: an output may be the other input.
            let x = [0, 1].map(|side| io.x(side).at(n));
            for side in 0..2 {
                if let Some(out) = io.out(side).get(n) {
                    out.set(x[side] * (self.gains[side] + n as f64 * steps[side]));
                }
            }
        }
        self.gains = next;
        Ok(())
    }
}
