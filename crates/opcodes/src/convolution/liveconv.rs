//! `liveconv`: convolution with a table whose content is taken over, or forgotten, while it plays.

use super::ftconv::partition_size;
use super::partitioned::Partitioned;
use crate::lookup::{any_table, nearest};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::fft::Bin;
use std::collections::VecDeque;

/// Definition of `liveconv`.
pub static LIVECONV: OpDef = OpDef::new("liveconv", "Convolution with a response that can be replaced.")
    .quiet_init()
    .sigs(&[sig("a", "aiikk", Make::Unit(unit::<Liveconv>))])
    .outs(&[port("ares", "convolved signal, late by iplen samples")])
    .ins(&[
        port("ain", "signal"),
        port("ift", "table with the response"),
        port("iplen", "length of the partitions in samples, a power of two from 4"),
        port("kupdate", "1 starts to take over the table, -1 to forget the response, partition by partition"),
        port("kclear", "nonzero clears the past of the signal"),
    ])
    .source("Brandtsegg and Saue 2018; manual: liveconv")
    .reads(Res::TABLES);

/// A replacement under way.
#[derive(Clone, Copy)]
struct Update {
    /// Whether the response is forgotten instead of taken over.
    forget: bool,
    /// The partition that comes next.
    next: usize,
}

#[derive(Default)]
struct Liveconv {
    table: f64,
    blocks: Option<Partitioned>,
    response: Vec<Bin>,
    tail: Vec<f64>,
    out: Vec<f64>,
    updates: VecDeque<Update>,
    /// An update that begins with the next partition.
    waiting: Option<Update>,
    /// Whether an update has begun in this partition.
    busy: bool,
}

impl Liveconv {
    fn clear(&mut self) {
        if let Some(blocks) = &mut self.blocks {
            blocks.clear();
        }
        self.tail.fill(0.0);
        self.out.fill(0.0);
    }

    fn ask(&mut self, forget: bool) {
        let update = Update { forget, next: 0 };
        self.busy = true;
        if self.blocks.as_ref().is_none_or(|blocks| blocks.at() == 0) {
            self.updates.push_back(update);
        } else {
            self.waiting = Some(update);
        }
    }

    fn end_partition(&mut self, points: &[f64]) {
        let Some(blocks) = &mut self.blocks else { return };
        let size = blocks.size();
        for update in &mut self.updates {
            let first = if update.forget { points.len() } else { (update.next * size).min(points.len()) };
            blocks.set_partition(&mut self.response, update.next, points[first..].iter().copied());
            update.next += 1;
        }
        let partitions = blocks.partitions();
        while self.updates.front().is_some_and(|u| u.next >= partitions) {
            self.updates.pop_front();
        }
        self.busy = false;
        self.updates.extend(self.waiting.take());
        blocks.convolve(&self.response, &mut self.tail, &mut self.out);
    }
}

impl Ugen for Liveconv {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let size = partition_size(cx.k(2))?;
        self.table = any_table(cx.world, cx.k(1))?;
        let points = cx.world.tables.get(self.table).map_or(1, |t| t.len.max(1));
        let partitions = points.div_ceil(size);
        cx.world.ask_memory(Partitioned::bytes(size, partitions, 1), "liveconv")?;
        let blocks = Partitioned::new(size, partitions);
        self.response = blocks.silence();
        self.blocks = Some(blocks);
        for block in [&mut self.tail, &mut self.out] {
            block.clear();
            block.resize(size, 0.0);
        }
        self.updates = VecDeque::with_capacity(partitions + 2);
        (self.waiting, self.busy) = (None, false);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(table) = world.tables.get(self.table) else { return Ok(()) };
        if nearest(io.k(4)) != 0 {
            self.clear();
        }
        let asked = nearest(io.k(3));
        if !self.busy && (asked == 1 || asked == -1) {
            self.ask(asked == -1);
        }
        let x = io.x(0);
        for (n, out) in io.out(0).iter().enumerate() {
            let Some(blocks) = &mut self.blocks else { return Ok(()) };
            out.set(self.out[blocks.at()]);
            if blocks.push(x.at(n)) {
                self.end_partition(&table.data[..table.len.min(table.data.len())]);
            }
        }
        Ok(())
    }
}
