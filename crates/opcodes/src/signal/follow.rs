//! Envelope followers: `follow`, `follow2`, `peak`, `max_k`.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `follow`.
pub static FOLLOW: OpDef = OpDef::new("follow", "Peak of a signal in successive spans of time.")
    .quiet_init()
    .sigs(&[sig("a", "ai", Make::Unit(unit::<Follow>))])
    .outs(&[port("ares", "peak of the last whole span")])
    .ins(&[port("asig", "signal"), port("idt", "length of a span in seconds; 0 or less counts as 1")])
    .source("Manual: follow");
/// Definition of `follow2`.
pub static FOLLOW2: OpDef = OpDef::new("follow2", "Envelope of a signal with attack and release.")
    .quiet_init()
    .sigs(&[sig("a", "akk", Make::Unit(unit::<Follow2>))])
    .outs(&[port("ares", "envelope")])
    .ins(&[
        port("asig", "signal"),
        port("katt", "time to rise by 60 dB in seconds; 0 or less is a tenth of a second"),
        port("krel", "time to fall by 60 dB in seconds; 0 or less is a tenth of a second"),
    ])
    .source("Manual: follow2; J.-M. Jot's follower");
/// Definition of `peak`.
pub static PEAK: OpDef = OpDef::new("peak", "Greatest magnitude so far.")
    .quiet_init()
    .sigs(&[sig("k", "k", Make::Unit(unit::<Peak>)), sig("k", "a", Make::Unit(unit::<Peak>))])
    .outs(&[port("kres", "greatest magnitude; what the variable held before counts, too")])
    .ins(&[port("xsig", "signal")])
    .source("Manual: peak");
/// Definition of `max_k`.
pub static MAX_K: OpDef = OpDef::new("max_k", "Extreme or mean of a signal between triggers.")
    .quiet_init()
    .sigs(&[sig("k", "aki", Make::Unit(unit::<MaxK>))])
    .outs(&[port("knumkout", "result, new at each trigger")])
    .ins(&[
        port("asig", "signal"),
        port("ktrig", "not 0 gives the result and starts anew"),
        port("itype", "1 greatest magnitude, 2 maximum, 3 minimum, 4 mean"),
    ])
    .may_fail()
    .source("Manual: max_k");

#[derive(Default)]
struct Follow {
    span: u64,
    remaining: u64,
    greatest: f64,
    shown: f64,
}

impl Ugen for Follow {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        (self.greatest, self.shown) = (0.0, 0.0);
        self.span = (cx.k(1) * cx.clock.sr) as u64;
        if self.span == 0 {
            cx.world.warn("follow: the span is empty, taking one second");
            self.span = (cx.clock.sr as u64).max(1);
        }
        self.remaining = self.span;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        for (out, x) in io.out(0).iter().zip(io.a(0)) {
            let x = x.get().abs();
            if x > self.greatest {
                self.greatest = x;
            }
            self.remaining -= 1;
            if self.remaining == 0 {
                self.shown = std::mem::take(&mut self.greatest);
                self.remaining = self.span;
            }
            out.set(self.shown);
        }
        Ok(())
    }
}

/// Natural logarithm of 1000, with the digits the reference uses.
const LN_1000: f64 = 6.90775527898;

#[derive(Default)]
struct Follow2 {
    times: [f64; 2],
    factors: [f64; 2],
    envelope: f64,
}

impl Follow2 {
    fn factor(time: f64, sr: f64) -> f64 {
        if time <= 0.0 { math::exp(-69.0775527898 * (1.0 / sr)) } else { math::exp(-LN_1000 / (sr * time)) }
    }
}

impl Ugen for Follow2 {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.times = [cx.k(1), cx.k(2)];
        self.factors = self.times.map(|t| Self::factor(t, cx.clock.sr));
        self.envelope = 0.0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        for i in 0..2 {
            let time = io.k(1 + i);
            if self.times[i] != time {
                self.times[i] = time;
                self.factors[i] = Self::factor(time, io.clock.sr);
            }
        }
        let [attack, release] = self.factors;
        let mut envelope = self.envelope;
        for (out, x) in io.out(0).iter().zip(io.a(0)) {
            let x = x.get().abs();
            let factor = if envelope < x { attack } else { release };
            envelope = x + factor * (envelope - x);
            out.set(envelope);
        }
        self.envelope = envelope;
        Ok(())
    }
}

/// Its state is the output variable itself, which nothing but the piece resets.
#[derive(Default)]
struct Peak;

impl Ugen for Peak {
    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let Some(out) = io.out(0).first() else { return Ok(()) };
        let samples = if io.is_audio_in(0) { io.samples_len() } else { 1 };
        let (x, mut peak) = (io.x(0), out.get());
        for n in 0..samples {
            let x = x.at(n).abs();
            if peak < x {
                peak = x;
            }
        }
        out.set(peak);
        Ok(())
    }
}

#[derive(Default)]
struct MaxK {
    kind: i32,
    result: f64,
    count: u64,
}

impl MaxK {
    fn reset(&mut self) {
        self.count = 0;
        // The reference starts from the limits of single precision.
        self.result = match self.kind {
            2 => f64::from(f32::MIN),
            3 => f64::from(f32::MAX),
            _ => 0.0,
        };
    }
}

impl Ugen for MaxK {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.kind = cx.k(2) as i32;
        self.reset();
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let samples = io.a(0);
        match self.kind {
            1 => {
                self.result =
                    samples.iter().fold(self.result, |m, x| if x.get().abs() > m { x.get().abs() } else { m })
            }
            2 => self.result = samples.iter().fold(self.result, |m, x| if x.get() > m { x.get() } else { m }),
            3 => self.result = samples.iter().fold(self.result, |m, x| if x.get() < m { x.get() } else { m }),
            4 => {
                self.count += io.end as u64;
                self.result += samples.iter().fold(0.0, |sum, x| sum + x.get());
            }
            _ => return Err("max_k: the type must be 1 to 4".into()),
        }
        if io.k(1) != 0.0 {
            io.set(0, if self.kind == 4 { self.result / self.count as f64 } else { self.result });
            self.reset();
        }
        Ok(())
    }
}
