//! `phaser1`, `phaser2`: all-pass filters in series, with feedback.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::{PI, TAU};

const OUTS: &[Port] = &[port("ares", "output of the chain; mix it with the signal for notches")];
const SIGNAL: Port = port("asig", "signal");
const ORDER: Port = port("kord", "number of filters, read at init");
const FEEDBACK: Port = port("kfeedback", "share of the output that is fed back, -1 to 1");

/// Definition of `phaser1`.
pub static PHASER1: OpDef = OpDef::new("phaser1", "First-order all-pass filters in series.")
    .quiet_init()
    .sigs(&[sig("a", "akkko", Make::Unit(unit::<Phaser1>))])
    .outs(OUTS)
    .ins(&[
        SIGNAL,
        port("kfreq", "frequency in Hz where each filter shifts by a quarter of a period"),
        ORDER,
        FEEDBACK,
        port("iskip", "nonzero keeps the state of the previous note; default 0"),
    ])
    .source("Costello 1999; Hartmann, Flanging and Phasers (1978); manual: phaser1");

/// Definition of `phaser2`.
pub static PHASER2: OpDef = OpDef::new("phaser2", "Second-order all-pass filters in series.")
    .quiet_init()
    .sigs(&[sig("a", "akkkkkk", Make::Unit(unit::<Phaser2>))])
    .outs(OUTS)
    .ins(&[
        SIGNAL,
        port("kfreq", "frequency in Hz of the first notch"),
        port("kq", "quality of the notches"),
        ORDER,
        port("kmode", "1 notches a multiple of ksep apart, 2 (or 0) powers of ksep; read at init"),
        port("ksep", "separation of the notches"),
        FEEDBACK,
    ])
    .source("Costello 1999; manual: phaser2");

/// Number of filters from the input with number `i`.
fn order(cx: &Init<'_>, i: usize) -> OpResult<usize> {
    let order = usize::try_from(cx.int(i)).unwrap_or(0);
    cx.world.ask_memory(order.saturating_mul(32), "phaser")?;
    Ok(order)
}

#[derive(Default)]
struct Phaser1 {
    stages: Vec<[f64; 2]>,
    /// The last output, which a new note finds as it was.
    last: f64,
}

impl Ugen for Phaser1 {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let order = order(cx, 2)?;
        if cx.k(4) == 0.0 {
            self.stages.clear();
        }
        self.stages.resize(order, [0.0; 2]);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, feedback) = (io.x(0), io.k(3));
        let angle = PI / io.clock.sr * io.k(1).abs();
        let beta = (1.0 - angle) / (1.0 + angle);
        for (n, out) in io.out(0).iter().enumerate() {
            let mut y = x.at(n) + self.last * feedback;
            for [x1, y1] in &mut self.stages {
                let x = y;
                y = beta * (x + *y1) - *x1;
                (*x1, *y1) = (x, y);
            }
            self.last = if self.stages.is_empty() { 0.0 } else { y };
            out.set(self.last);
        }
        Ok(())
    }
}

/// A second-order all-pass filter in direct form II.
#[derive(Clone, Copy, Default)]
struct Stage {
    a: f64,
    b: f64,
    past: [f64; 2],
}

#[derive(Default)]
struct Phaser2 {
    harmonic: bool,
    stages: Vec<Stage>,
    last: f64,
}

impl Phaser2 {
    fn tune(&mut self, io: &Io<'_>) {
        let (base, q, separation) = (io.k(1).abs(), io.k(2), io.k(5).abs());
        let mut power = 1.0;
        for (j, stage) in self.stages.iter_mut().enumerate() {
            let frequency = if self.harmonic { base + base * separation * j as f64 } else { base * power };
            power *= separation;
            let radius = math::exp(-(frequency * (PI / io.clock.sr) / q));
            stage.b = -2.0 * radius * math::cos(frequency * (TAU / io.clock.sr));
            stage.a = radius * radius;
        }
    }
}

impl Ugen for Phaser2 {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let mode = cx.k(4) as i32;
        if !(0..=2).contains(&mode) {
            return Err(OpError::new(format!("Phaser mode must be either 1 or 2, not {mode}")));
        }
        self.harmonic = mode == 1;
        let order = order(cx, 3)?;
        self.stages.clear();
        self.stages.resize(order, Stage::default());
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        self.tune(io);
        let (x, feedback) = (io.x(0), io.k(6));
        for (n, out) in io.out(0).iter().enumerate() {
            let mut y = x.at(n) + self.last * feedback;
            for stage in &mut self.stages {
                let [w1, w2] = stage.past;
                let w = y - stage.b * w1 - stage.a * w2;
                y = stage.a * w + stage.b * w1 + w2;
                stage.past = [w, w1];
            }
            self.last = if self.stages.is_empty() { 0.0 } else { y };
            out.set(self.last);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn chains_keep_the_level() {
        for (op, settings) in [
            (&PHASER1, &[(1, 1000.0), (2, 4.0)][..]),
            (&PHASER2, &[(1, 1000.0), (2, 1.0), (3, 4.0), (4, 1.0), (5, 1.0)]),
        ] {
            let mut bench = Bench::new(op, 0);
            bench.audio_in(0, |n| math::sin(n as f64 * 0.1));
            for &(i, x) in settings {
                bench.set(i, x);
            }
            let out = bench.render(20000);
            let power = out[10000..].iter().map(|y| y * y).sum::<f64>() / 10000.0;
            assert!((power - 0.5).abs() < 0.01, "{} {power}", op.name);
        }
    }
}
