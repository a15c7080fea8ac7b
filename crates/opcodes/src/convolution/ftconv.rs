//! `ftconv`: convolution with a function table, one output for each of its channels.

use super::partitioned::Partitioned;
use crate::lookup::{any_table, nearest};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::fft::Bin;

/// Definition of `ftconv`.
pub static FTCONV: OpDef = OpDef::new("ftconv", "Convolution with a function table.")
    .quiet_init()
    .sigs(&[sig("mmmmmmmm", "aiiooo", Make::Unit(unit::<Ftconv>))])
    .outs(&[port("a1 ...", "one signal for each channel of the table, late by iplen samples")])
    .ins(&[
        port("ain", "signal"),
        port("ift", "table with the response, channels interleaved"),
        port("iplen", "length of the partitions in samples, a power of two from 4"),
        port("iskipsamples", "frames of the table that are skipped; default 0"),
        port("iirlen", "frames that are used; default 0 means all"),
        port("iskipinit", "nonzero keeps the state of the previous note; default 0"),
    ])
    .source("Manual: ftconv; Wefers 2015");

/// Length of partitions from an argument.
///
/// # Errors
/// It is no power of two from 4 on.
pub(super) fn partition_size(argument: f64) -> OpResult<usize> {
    usize::try_from(nearest(argument)).ok().filter(|n| *n >= 4 && n.is_power_of_two()).ok_or_else(|| {
        "invalid impulse response partition length: it must be a power of two from 4 on".into()
    })
}

struct Channel {
    response: Vec<Bin>,
    tail: Vec<f64>,
    out: Vec<f64>,
}

#[derive(Default)]
struct Ftconv {
    blocks: Option<Partitioned>,
    channels: Vec<Channel>,
}

impl Ugen for Ftconv {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let channels = cx.n_outs();
        let size = partition_size(cx.k(2))?;
        let number = any_table(cx.world, cx.k(1))?;
        let Some(table) = cx.world.tables.get(number) else { return Ok(()) };
        let skipped = i64::from(nearest(cx.k(3)));
        let mut frames = (table.len / channels.max(1)) as i64 - skipped;
        let wanted = i64::from(nearest(cx.k(4)));
        if wanted > 0 {
            frames = frames.min(wanted);
        }
        let Some(frames) = usize::try_from(frames).ok().filter(|&n| n > 0) else {
            return Err(OpError::new("invalid length, or insufficient IR data for convolution"));
        };
        let partitions = frames.div_ceil(size);
        let same = self.blocks.as_ref().is_some_and(|b| b.size() == size && b.partitions() == partitions)
            && self.channels.len() == channels;
        if same && cx.k(5) != 0.0 {
            return Ok(());
        }
        cx.world.ask_memory(Partitioned::bytes(size, partitions, channels), "ftconv")?;
        let mut blocks = Partitioned::new(size, partitions);
        let first = skipped * channels as i64;
        let sample =
            |i: i64| usize::try_from(i).ok().filter(|&i| i < table.len).map_or(0.0, |i| table.data[i]);
        self.channels.clear();
        for channel in 0..channels as i64 {
            let mut response = blocks.silence();
            for part in 0..partitions {
                let start = first + channel + (part * size * channels) as i64;
                let samples = (0..size as i64).map(|i| sample(start + i * channels as i64));
                blocks.set_partition(&mut response, part, samples);
            }
            self.channels.push(Channel { response, tail: vec![0.0; size], out: vec![0.0; size] });
        }
        self.blocks = Some(blocks);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let Some(blocks) = &mut self.blocks else { return Ok(()) };
        let x = io.x(0);
        for n in 0..io.samples_len() {
            for (o, channel) in self.channels.iter().enumerate() {
                if let Some(out) = io.out(o).get(n) {
                    out.set(channel.out[blocks.at()]);
                }
            }
            if blocks.push(x.at(n)) {
                for Channel { response, tail, out } in &mut self.channels {
                    blocks.convolve(response, tail, out);
                }
            }
        }
        Ok(())
    }
}
