//! `pconvolve`: convolution with a sound file, in partitions.

use super::partitioned::Partitioned;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::fft::Bin;
use std::collections::VecDeque;

/// Definition of `pconvolve`.
pub static PCONVOLVE: OpDef = OpDef::new("pconvolve", "Partitioned convolution with a sound file.")
    .sigs(&[
        sig("mmmm", "aSoo", Make::Unit(unit::<Pconvolve>)),
        sig("mmmm", "aioo", Make::Unit(unit::<Pconvolve>)),
    ])
    .outs(&[port("ar1 ...", "one signal for each channel of the file")])
    .ins(&[
        port("ain", "signal"),
        port("ifilcod", "name of the sound file with the response, or N for soundin.N"),
        port("ipartitionsize", "length of the partitions in samples, raised to a power of two; default 256"),
        port("ichannel", "channel of the file from 1; default 0 means all"),
    ])
    .source("Manual: pconvolve; Wefers 2015");

/// Length of partitions where none is given: the reference's output buffer.
const DEFAULT_SIZE: usize = 256;
/// Longest partition.
const MOST: f64 = 16_777_216.0;

struct Channel {
    response: Vec<Bin>,
    tail: Vec<f64>,
    ready: VecDeque<f64>,
}

#[derive(Default)]
struct Pconvolve {
    blocks: Option<Partitioned>,
    result: Vec<f64>,
    channels: Vec<Channel>,
}

fn file_name(cx: &Init<'_>) -> String {
    if cx.is_str(1) { cx.text(1) } else { format!("soundin.{}", cx.int(1)) }
}

impl Ugen for Pconvolve {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let reader = cx.world.sounds.clone().ok_or("there are no sound files here")?;
        let sound = reader.read_sound(&file_name(cx)).map_err(|e| OpError::new(e.to_string()))?;
        let wanted = usize::try_from(cx.k(3) as i64).unwrap_or(0);
        let chosen = if wanted == 0 { 0..sound.channels } else { wanted - 1..wanted };
        if chosen.end > sound.channels || chosen.len() != cx.n_outs() {
            return Err("number of output channels not equal to input channels".into());
        }
        let asked = cx.k(2).min(MOST);
        let size = if asked > 0.0 { (asked.ceil() as usize).next_power_of_two() } else { DEFAULT_SIZE };
        let partitions = sound.frames().div_ceil(size).max(1);
        cx.world.ask_memory(Partitioned::bytes(size, partitions, chosen.len()), "pconvolve")?;
        let mut blocks = Partitioned::new(size, partitions);
        let ksmps = cx.clock.ksmps;
        // Blocks longer than a cycle start late by themselves and a cycle, so that there is always enough.
        let late = if size > ksmps { size + ksmps } else { 0 };
        self.channels.clear();
        for channel in chosen {
            let mut response = blocks.silence();
            for part in 0..partitions {
                let first = part * size * sound.channels + channel;
                let samples = sound.samples.iter().skip(first).step_by(sound.channels).copied();
                blocks.set_partition(&mut response, part, samples);
            }
            let mut ready = VecDeque::with_capacity(late + 2 * (size + ksmps));
            ready.resize(late, 0.0);
            self.channels.push(Channel { response, tail: vec![0.0; size], ready });
        }
        self.blocks = Some(blocks);
        self.result.clear();
        self.result.resize(size, 0.0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let Some(blocks) = &mut self.blocks else { return Ok(()) };
        let x = io.x(0);
        for n in 0..io.samples_len() {
            if blocks.push(x.at(n)) {
                for channel in &mut self.channels {
                    blocks.convolve(&channel.response, &mut channel.tail, &mut self.result);
                    channel.ready.extend(&self.result);
                }
            }
        }
        for (o, channel) in self.channels.iter_mut().enumerate() {
            let enough = channel.ready.len() >= io.samples_len();
            for out in io.out(o) {
                out.set(if enough { channel.ready.pop_front().unwrap_or(0.0) } else { 0.0 });
            }
        }
        Ok(())
    }
}
