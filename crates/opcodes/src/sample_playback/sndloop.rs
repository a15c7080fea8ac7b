//! `sndloop`: a loop recorded from a signal.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `sndloop`.
pub static SNDLOOP: OpDef =
    OpDef::new("sndloop", "Records a signal into a loop with crossfaded ends and repeats it.")
        .quiet_init()
        .sigs(&[sig("ak", "akkii", Make::Unit(unit::<Sndloop>))])
        .outs(&[
            port("asig", "the input while off or recording, then the loop"),
            port("krec", "1 while recording, else 0"),
        ])
        .ins(&[
            port("ain", "signal"),
            port("kpitch", "speed of the loop; negative plays backwards"),
            port("ktrig", "records and then loops while not 0, rounded towards 0; at 0 the input passes"),
            port("idur", "length of the loop in seconds"),
            port("ifad", "length of the crossfade in seconds, up to idur"),
        ])
        .source("Manual: sndloop");

#[derive(Default)]
struct Sndloop {
    buffer: Vec<f64>,
    /// Samples of the crossfade.
    fade: usize,
    step: f64,
    /// Amplitude of the fade that goes on.
    level: f64,
    write: usize,
    read: f64,
    /// Whether switching on records.
    fresh: bool,
}

impl Sndloop {
    /// Records a sample; false when that was the last one.
    fn record(&mut self, x: f64) -> bool {
        let len = self.buffer.len();
        match self.write {
            n if n < self.fade => {
                self.buffer[n] = x * self.level;
                self.level += self.step;
            }
            n if n < len => self.buffer[n] = x,
            n => {
                self.buffer[n - len] += x * self.level;
                self.level -= self.step;
            }
        }
        self.write += 1;
        self.write < len + self.fade
    }
}

impl Ugen for Sndloop {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let len = (cx.k(3) * cx.clock.sr) as usize;
        self.fade = (cx.k(4) * cx.clock.sr) as usize;
        if self.fade > len || len == 0 {
            return Err("sndloop: the loop must be longer than nothing and than its crossfade".into());
        }
        cx.world.ask_memory(len.saturating_mul(8), "sndloop")?;
        self.buffer.resize(len, 0.0);
        (self.step, self.level) = (1.0 / self.fade as f64, 0.0);
        (self.write, self.fresh) = (0, true);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, pitch, on) = (io.x(0), io.k(1), io.k(2).trunc() != 0.0);
        let len = self.buffer.len() as f64;
        let mut recording = on && self.fresh;
        for (n, out) in io.out(0).iter().enumerate() {
            let x = x.at(n);
            if recording {
                recording = self.record(x);
                self.fresh = recording;
                out.set(x);
            } else if on {
                out.set(self.buffer.get(self.read as usize).copied().unwrap_or(0.0));
                self.read = orchestrion_dsp::math::fmod(self.read + pitch, len);
                if self.read < 0.0 {
                    self.read += len;
                }
            } else {
                out.set(x);
                (self.fresh, self.write) = (true, 0);
            }
        }
        io.set(1, f64::from(recording));
        Ok(())
    }
}
