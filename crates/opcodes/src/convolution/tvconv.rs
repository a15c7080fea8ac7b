//! `tvconv`: convolution of two signals, both of which can be frozen.

use super::partitioned::Partitioned;
use crate::lookup::truncated;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::signal::Signal;
use orchestrion_base::world::World;
use orchestrion_dsp::fft::Bin;

/// Definition of `tvconv`.
pub static TVCONV: OpDef = OpDef::new("tvconv", "Convolution of two signals as they go.")
    .quiet_init()
    .sigs(&[sig("a", "aaxxii", Make::Unit(unit::<Tvconv>))])
    .outs(&[port("ares", "convolved signal, late by ipart samples")])
    .ins(&[
        port("asig1", "first signal"),
        port("asig2", "second signal, the response"),
        port("xupdate1", "0 or less freezes the first signal"),
        port("xupdate2", "0 or less freezes the second signal"),
        port("ipart", "length of the partitions in samples; 1 convolves directly"),
        port("ifil", "length of the response in samples"),
    ])
    .source("Brandtsegg and Saue, Performing and composing with live convolution (2018); manual: tvconv");

/// The power of two nearest to `n`, at least 2, as the reference finds it.
fn near_power(n: usize) -> usize {
    let above = (n + 1).next_power_of_two().max(2);
    if n - (above / 2).min(n) < above - n { above / 2 } else { above }
}

struct Blocks {
    blocks: Partitioned,
    response: Vec<Bin>,
    /// First and second half of the last block's sound, and what earlier blocks add to it.
    now: Vec<f64>,
    later: Vec<f64>,
    saved: Vec<f64>,
}

impl Blocks {
    /// Sample `n` of the block's sound.
    fn give(&mut self, n: usize) -> f64 {
        self.now[n] + std::mem::replace(&mut self.saved[n], self.later[n])
    }
}

#[derive(Default)]
struct Tvconv {
    /// The last samples of both signals, rings.
    first: Vec<f64>,
    second: Vec<f64>,
    at: usize,
    blocks: Option<Blocks>,
}

impl Tvconv {
    /// Whether the memory fits partitions and a response of these lengths.
    fn is_for(&self, part: usize, len: usize) -> bool {
        self.first.len() == len && self.blocks.as_ref().map_or(1, |blocks| blocks.blocks.size()) == part
    }

    /// Takes over one sample of each signal that is not frozen.
    fn take(&mut self, inputs: &[Signal<'_>; 4], n: usize, full: f64) {
        for (ring, i) in [(&mut self.first, 0), (&mut self.second, 1)] {
            if inputs[i + 2].at(n) > 0.0 {
                ring[self.at] = inputs[i].at(n) / full;
            }
        }
        self.at = if self.at + 1 < self.first.len() { self.at + 1 } else { 0 };
    }

    /// One sample by direct convolution, the oldest of the first signal with the end of the second.
    fn direct(&self) -> f64 {
        let (newer, older) = self.first.split_at(self.at);
        let (start, end) = self.second.split_at(newer.len());
        let products = |x, h| <[f64]>::iter(x).zip(<[f64]>::iter(h).rev()).map(|(x, h)| x * h);
        products(older, end).chain(products(newer, start)).sum()
    }
}

impl Ugen for Tvconv {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let [a, b] = [4, 5].map(|i| truncated(cx.k(i)).max(0) as usize);
        let (part, len) = (a.min(b), a.max(b));
        if len == 0 {
            return Err("ipart and ifil must be at least 1".into());
        }
        let (part, len) = if part > 1 { (near_power(part), near_power(len)) } else { (1, len) };
        cx.world.ask_memory(Partitioned::bytes(part, len / part, 1).saturating_add(len * 16), "tvconv")?;
        self.at = 0;
        // In the memory of an earlier note what that has played is still there (measured).
        if self.is_for(part, len) {
            if let Some(blocks) = &mut self.blocks {
                blocks.blocks.restart();
            }
            return Ok(());
        }
        for ring in [&mut self.first, &mut self.second] {
            ring.clear();
            ring.resize(len, 0.0);
        }
        self.blocks = (part > 1).then(|| {
            let blocks = Partitioned::new(part, len / part);
            let response = blocks.silence();
            let silence = vec![0.0; part];
            Blocks { blocks, response, now: silence.clone(), later: silence.clone(), saved: silence }
        });
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (inputs, full) = ([0, 1, 2, 3].map(|i| io.x(i)), world.header.zero_dbfs);
        for (n, out) in io.out(0).iter().enumerate() {
            let Some(part) = self.blocks.as_ref().map(|b| b.blocks.size()) else {
                self.take(&inputs, n, 1.0);
                out.set(self.direct());
                continue;
            };
            let within = self.at % part;
            let start = self.at - within;
            self.take(&inputs, n, full);
            let Some(blocks) = &mut self.blocks else { continue };
            out.set(blocks.give(within) * full);
            if within + 1 == part {
                let ended = start..start + part;
                blocks.blocks.feed(&self.first[ended.clone()]);
                let second = self.second[ended].iter().copied();
                blocks.blocks.set_partition(&mut blocks.response, start / part, second);
                blocks.later.fill(0.0);
                blocks.blocks.convolve(&blocks.response, &mut blocks.later, &mut blocks.now);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_two_are_near() {
        assert_eq!([2, 3, 5, 6, 7, 8].map(near_power), [2, 4, 4, 8, 8, 8]);
    }
}
