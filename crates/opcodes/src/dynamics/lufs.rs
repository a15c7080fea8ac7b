//! `lufs`: loudness by EBU R 128: momentary, integrated and short-term.

use crate::section::Section;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::PI;

/// Definition of `lufs`.
pub static LUFS: OpDef = OpDef::new("lufs", "Loudness of a mono or stereo signal.")
    .quiet_init()
    .sigs(&[sig("kkk", "ka", Make::Unit(unit::<Lufs<1>>)), sig("kkk", "kaa", Make::Unit(unit::<Lufs<2>>))])
    .outs(&[
        port("kMomentary", "loudness of the last 400 ms in LUFS; -200 before the first 100 ms"),
        port("kIntegrated", "gated loudness since the start or the last reset in LUFS"),
        port("kShort", "loudness of the last 3 s in LUFS"),
    ])
    .ins(&[
        port("krst", "nonzero resets the integrated loudness"),
        port("ain1", "signal, or its left channel"),
        port("ain2", "right channel"),
    ])
    .source("EBU R 128 and ITU-R BS.1770; manual: lufs");

/// Shown before anything was measured.
const UNKNOWN: f64 = -200.0;
/// Loudness in LUFS below which a block does not count.
const ABSOLUTE_GATE: f64 = -70.0;
/// Blocks of 100 ms in the momentary and in the short-term loudness.
const MOMENTARY: usize = 4;
const SHORT: usize = 30;

/// Loudness in LUFS of a mean square (BS.1770).
fn loudness(power: f64) -> f64 {
    -0.691 + 10.0 * math::log10(power)
}

/// The shelf of the K-weighting (BS.1770; table for 48 kHz, De Man's formula for the others).
fn shelf(sr: f64) -> Section {
    let (b, a) = if sr == 48000.0 {
        ([1.53512485958697, -2.69169618940638, 1.19839281085285], [-1.69065929318241, 0.73248077421585])
    } else if sr == 44100.0 {
        ([1.530841230049836, -2.650979995153699, 1.169079079921068], [-1.663655113256020, 0.712595428073225])
    } else {
        let (k, q) = (math::tan(PI * 1681.9744509555319 / sr), 0.7071752369554193);
        let high = math::pow(10.0, 3.99984385397 / 20.0);
        let band = math::pow(high, 0.499666774155);
        let a0 = 1.0 + k / q + k * k;
        (
            [
                (high + band * k / q + k * k) / a0,
                2.0 * (k * k - high) / a0,
                (high - band * k / q + k * k) / a0,
            ],
            [2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0],
        )
    };
    Section::new(b, a)
}

/// The high-pass of the K-weighting.
fn high_pass(sr: f64) -> Section {
    let a = if sr == 48000.0 {
        [-1.99004745483398, 0.99007225036621]
    } else if sr == 44100.0 {
        [-1.989169673629796, 0.989199035787039]
    } else {
        let (k, q) = (math::tan(PI * 38.13547087613982 / sr), 0.5003270373253953);
        let a0 = 1.0 + k / q + k * k;
        [2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0]
    };
    Section::new([1.0, -2.0, 1.0], a)
}

/// K-weighting and energies of one channel.
#[derive(Clone, Copy, Default)]
struct Channel {
    shelf: Section,
    high_pass: Section,
    /// Energies of the last blocks of 100 ms, the running one last.
    blocks: [f64; SHORT],
    /// The last short-term power; the reference adds it to the next energy.
    short: f64,
}

impl Channel {
    fn momentary(&self, block: f64) -> f64 {
        self.blocks[SHORT - MOMENTARY..].iter().sum::<f64>() / (MOMENTARY as f64 * block)
    }

    fn short(&mut self, block: f64) -> f64 {
        self.short = (self.short + self.blocks.iter().sum::<f64>()) / (SHORT as f64 * block);
        self.short
    }
}

#[derive(Default)]
struct Lufs<const CHANNELS: usize> {
    channels: [Channel; 2],
    /// Samples of the running block.
    count: f64,
    /// Sum and number of blocks above the absolute gate, and above the relative one.
    loud: [f64; 2],
    gated: [f64; 2],
    shown: [f64; 3],
}

impl<const CHANNELS: usize> Lufs<CHANNELS> {
    fn end_block(&mut self, block: f64) {
        let channels = &mut self.channels[..CHANNELS];
        let power: f64 = channels.iter().map(|c| c.momentary(block)).sum();
        let short: f64 = channels.iter_mut().map(|c| c.short(block)).sum();
        for channel in channels {
            channel.blocks.rotate_left(1);
            channel.blocks[SHORT - 1] = 0.0;
        }
        let momentary = loudness(power);
        if momentary >= ABSOLUTE_GATE {
            self.loud = [self.loud[0] + power, self.loud[1] + 1.0];
        }
        let mean = |[sum, count]: [f64; 2]| sum / CHANNELS as f64 / count;
        let relative_gate = loudness(mean(self.loud)) - 10.0;
        if momentary >= relative_gate {
            self.gated = [self.gated[0] + power, self.gated[1] + 1.0];
        }
        self.shown = [momentary, loudness(mean(self.gated)), loudness(short)];
    }
}

impl<const CHANNELS: usize> Ugen for Lufs<CHANNELS> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let sr = cx.clock.sr;
        let channel = Channel { shelf: shelf(sr), high_pass: high_pass(sr), ..Channel::default() };
        *self = Self { channels: [channel; 2], shown: [UNKNOWN; 3], ..Self::default() };
        for o in 0..3 {
            cx.set(o, UNKNOWN);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let block = (io.clock.sr * 0.1).floor();
        let inputs = [io.x(1), io.x(2)];
        for n in 0..io.samples_len() {
            for (channel, x) in self.channels[..CHANNELS].iter_mut().zip(&inputs) {
                let y = channel.high_pass.next(channel.shelf.next(x.at(n)));
                channel.blocks[SHORT - 1] += y * y;
            }
            self.count += 1.0;
            if self.count == block {
                self.count = 0.0;
                self.end_block(block);
            }
        }
        if io.k(0) != 0.0 {
            (self.loud, self.gated) = ([0.0; 2], [0.0; 2]);
            self.shown[1] = UNKNOWN;
        }
        for (o, &value) in self.shown.iter().enumerate() {
            io.set(o, value);
        }
        Ok(())
    }
}
