//! `trighold` and `trigphasor` (also `sc_trig` and `sc_phasor`): holding a trigger, and a ramp that a
//! trigger sets back.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Sig, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const HOLD: &[Sig] = &[sig("k", "kk", Make::Unit(unit::<Hold>)), sig("a", "ak", Make::Unit(unit::<Hold>))];
const HOLD_OUT: &[Port] = &[port("xout", "the trigger's value while it is held, else 0")];
const HOLD_IN: &[Port] =
    &[port("xin", "trigger: acts when it rises above 0"), port("kdur", "time to hold in seconds")];

/// Definition of `trighold`.
pub static TRIGHOLD: OpDef = OpDef::new("trighold", "Holds a trigger's value for a time.")
    .sigs(HOLD)
    .outs(HOLD_OUT)
    .ins(HOLD_IN)
    .source("Manual: trighold; SuperCollider's Trig")
    .quiet_init();
/// Definition of `sc_trig`.
pub static SC_TRIG: OpDef = OpDef::new("sc_trig", "Holds a trigger's value for a time; same as trighold.")
    .sigs(HOLD)
    .outs(HOLD_OUT)
    .ins(HOLD_IN)
    .source("Manual: sc_trig; SuperCollider's Trig")
    .quiet_init();

const PHASOR: &[Sig] = &[
    sig("k", "kkkkO", Make::Unit(unit::<Phasor>)),
    sig("a", "akkkO", Make::Unit(unit::<Phasor>)),
    sig("a", "aakkO", Make::Unit(unit::<Phasor>)),
    sig("a", "kkkkO", Make::Unit(unit::<Phasor>)),
];
const PHASOR_OUT: &[Port] = &[port("xindex", "kstart to kend")];
const PHASOR_IN: &[Port] = &[
    port("xtrig", "trigger: acts when it rises above 0"),
    port("xrate", "step per sample or k-cycle"),
    port("kstart", "start of the ramp"),
    port("kend", "end of the ramp, where it starts again"),
    port("kresetPos", "where a trigger sets it; default 0"),
];

/// Definition of `trigphasor`.
pub static TRIGPHASOR: OpDef = OpDef::new("trigphasor", "A ramp that a trigger sets back.")
    .sigs(PHASOR)
    .outs(PHASOR_OUT)
    .ins(PHASOR_IN)
    .source("Manual: trigphasor; SuperCollider's Phasor")
    .quiet_init();
/// Definition of `sc_phasor`.
pub static SC_PHASOR: OpDef = OpDef::new("sc_phasor", "A ramp that a trigger sets back; same as trigphasor.")
    .sigs(PHASOR)
    .outs(PHASOR_OUT)
    .ins(PHASOR_IN)
    .source("Manual: sc_phasor; SuperCollider's Phasor")
    .quiet_init();

#[derive(Default)]
struct Hold {
    remaining: u64,
    last: f64,
    level: f64,
}

impl Hold {
    fn step(&mut self, x: f64, steps: f64) -> f64 {
        let y = if self.remaining > 0 {
            self.remaining -= 1;
            if self.remaining > 0 { self.level } else { 0.0 }
        } else if x > 0.0 && self.last <= 0.0 {
            self.remaining = ((steps + 0.5) as u64).max(1);
            self.level = x;
            x
        } else {
            0.0
        };
        self.last = x;
        y
    }
}

impl Ugen for Hold {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        *self = Self::default();
        // The reference takes a first step at init, at control rate.
        let y = self.step(cx.k(0), cx.k(1) * cx.clock.kr);
        if !cx.is_audio_out() {
            cx.set(0, y);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, steps) = (io.x(0), io.k(1) * io.rate());
        for (n, out) in io.out(0).iter().enumerate() {
            out.set(self.step(x.at(n), steps));
        }
        Ok(())
    }
}

/// Brings a place that stepped out of a range back into it.
fn wrap(x: f64, low: f64, high: f64) -> f64 {
    let range = high - low;
    let moved = if x >= high {
        x - range
    } else if x < low {
        x + range
    } else {
        return x;
    };
    if (low..high).contains(&moved) {
        return moved;
    }
    if high == low { low } else { moved - range * ((moved - low) / range).floor() }
}

#[derive(Default)]
struct Phasor {
    last: f64,
    level: f64,
}

impl Ugen for Phasor {
    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        *self = Self::default();
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (trigger, rate, start, end, reset) = (io.x(0), io.x(1), io.k(2), io.k(3), io.k(4));
        // The control-rate form resets exactly and wraps before it puts out.
        if !io.is_audio_out() {
            let x = io.k(0);
            if self.last <= 0.0 && x > 0.0 {
                self.level = reset;
            }
            self.level = wrap(self.level, start, end);
            self.last = x;
            io.set(0, self.level);
            self.level += rate.at(0);
            return Ok(());
        }
        // A control-rate trigger holds the ramp for the whole k-cycle.
        let held = !trigger.is_audio();
        let before = self.last;
        for (n, out) in io.out(0).iter().enumerate() {
            let (x, step) = (trigger.at(n), rate.at(n));
            let last = if held { before } else { self.last };
            if last <= 0.0 && x > 0.0 {
                self.level = reset + (1.0 - last / (x - last)) * step;
            }
            out.set(self.level);
            self.level = wrap(self.level + step, start, end);
            self.last = x;
        }
        Ok(())
    }
}
