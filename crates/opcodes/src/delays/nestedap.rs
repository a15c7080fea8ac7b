//! `nestedap`: all-pass filters, plain or with one or two others inside their delay.

use crate::lookup::truncated;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::delay::DelayLine;

/// Definition of `nestedap`.
pub static NESTEDAP: OpDef = OpDef::new("nestedap", "Nested all-pass filters.").quiet_init()
    .sigs(&[sig("a", "aiiiiooooo", Make::Unit(unit::<Nestedap>))])
    .outs(&[port("ares", "filtered signal")])
    .ins(&[
        port("asig", "signal"),
        port("imode", "1 plain, 2 one filter inside, 3 two filters inside in series"),
        port("imaxdel", "not used"),
        port("idel1", "delay of the outer filter in seconds, longer than the inner ones together"),
        port("igain1", "its gain"),
        port("idel2", "delay of the first inner filter in seconds"),
        port("igain2", "its gain"),
        port("idel3", "delay of the second inner filter in seconds"),
        port("igain3", "its gain"),
        port("istor", "nonzero keeps the content of the previous note; default 0"),
    ])
    .source("Gardner, The Virtual Acoustic Room (1992); manual: nestedap; lengths measured on the reference")
    .differences(&[
        "An unknown imode gives silence; the reference leaves the output as it was.",
        "Without istor a note starts in silence; the reference clears only half of what the previous one left.",
    ]);

#[derive(Default)]
struct Nestedap {
    mode: i32,
    lines: [DelayLine; 3],
    gains: [f64; 3],
}

impl Ugen for Nestedap {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.k(9) != 0.0 && !self.lines[0].is_empty() {
            return Ok(());
        }
        let [outer, first, second] = [3, 5, 7].map(|i| i64::from(truncated(cx.k(i) * cx.clock.sr)));
        let own = outer - first - second;
        self.mode = [1, 2, 3].into_iter().find(|&m| cx.k(1) == f64::from(m)).unwrap_or(0);
        let used = self.mode.clamp(1, 3) as usize;
        if own <= 0 || [own, first, second][..used].iter().any(|&len| len <= 0) {
            return Err("illegal delay time: idel1 must be longer than idel2 and idel3 together".into());
        }
        let bytes = usize::try_from(outer).unwrap_or(usize::MAX).saturating_mul(8);
        cx.world.ask_memory(bytes, "nestedap")?;
        // Each line but the last in memory is one sample short, as measured on the reference.
        let lens = [own, first, second];
        self.lines = std::array::from_fn(|i| {
            let last = i + 1 == used;
            let len = if i < used { lens[i] - i64::from(!last) } else { 1 };
            DelayLine::new(len.max(1) as usize)
        });
        self.gains = [4, 6, 8].map(|i| cx.k(i));
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let x = io.x(0);
        let [g1, g2, g3] = self.gains;
        for (n, out) in io.out(0).iter().enumerate() {
            let x = x.at(n);
            let [line1, line2, line3] = &mut self.lines;
            let [old1, old2, old3] = [&*line1, &*line2, &*line3].map(|line| line.read(line.len()));
            let y = match self.mode {
                1 => {
                    let y = old1 - g1 * x;
                    line1.push(x + g1 * y);
                    y
                }
                2 => {
                    let inner = old2 - g2 * old1;
                    let y = inner - g1 * x;
                    line1.push(x + g1 * y);
                    line2.push(x + g1 * y + g2 * inner);
                    y
                }
                3 => {
                    let inner = old2 - g2 * old1;
                    let second = old3 - g3 * inner;
                    let y = second - g1 * x;
                    line1.push(x + g1 * y);
                    line2.push(x + g1 * y + g2 * inner);
                    line3.push(inner + g3 * second);
                    y
                }
                _ => 0.0,
            };
            out.set(y);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn plain_mode_is_an_all_pass() {
        let mut bench = Bench::new(&NESTEDAP, 0);
        bench.audio_in(0, |n| if n == 0 { 1.0 } else { 0.0 });
        for (i, x) in [(1, 1.0), (3, 4.5 / 44100.0), (4, 0.5)] {
            bench.set(i, x);
        }
        let out = bench.render(16);
        assert_eq!([out[0], out[4], out[8]], [-0.5, 0.75, 0.375]);
    }
}
