//! `framebuffer`, `olabuffer`: between signals and arrays that hold frames of them.

use super::common::{check_size, not_initialised};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::cell::Cell;

/// Definition of `framebuffer`.
pub static FRAMEBUFFER: OpDef =
    OpDef::new("framebuffer", "A signal as an array of its last samples, or back.")
        .sigs(&[
            sig("k[]", "ai", Make::Unit(unit::<IntoFrames>)),
            sig("a", "k[]i", Make::Unit(unit::<OutOfFrames>)),
        ])
        .outs(&[port("xout", "the last isize samples, oldest first; or the oldest samples of the buffer")])
        .ins(&[
            port("xin", "signal; or samples that are written behind one another, at most isize"),
            port("isize", "samples of the buffer, at least ksmps"),
        ])
        .source("Manual: framebuffer; csound -z1 lists `*` for both signatures");
/// Definition of `olabuffer`.
pub static OLABUFFER: OpDef = OpDef::new("olabuffer", "Overlaps and adds frames.")
    .sigs(&[sig("a", "k[]i", Make::Unit(unit::<OverlapAdd>))])
    .outs(&[port("aout", "signal")])
    .ins(&[
        port("kin[]", "frame, read once every hop of size / ioverlap samples, which must be at least ksmps"),
        port("ioverlap", "frames that overlap, a whole divisor of the frame's size"),
    ])
    .source("Manual: olabuffer; order of reading and writing measured on the reference");

/// A ring of samples.
#[derive(Default)]
struct Ring {
    samples: Vec<f64>,
    at: usize,
}

impl Ring {
    fn open(&mut self, cx: &mut Init<'_>) -> OpResult {
        let size = cx.k(1) as usize;
        check_size(size, cx.world)?;
        if size < cx.clock.ksmps {
            return Err(OpError::new("framebuffer: the size is less than ksmps"));
        }
        self.samples.clear();
        self.samples.resize(size, 0.0);
        self.at = 0;
        Ok(())
    }

    /// Writes samples from the current place on; whether they went around the end.
    fn write(&mut self, values: impl Iterator<Item = f64>) -> bool {
        let mut at = self.at;
        let mut around = false;
        for x in values {
            around |= at == self.samples.len();
            at %= self.samples.len();
            self.samples[at] = x;
            at += 1;
        }
        if around {
            self.at = at;
        }
        around
    }

    fn oldest_first(&self) -> impl Iterator<Item = &f64> {
        let (newer, older) = self.samples.split_at(self.at);
        older.iter().chain(newer)
    }

    /// After values that did not go around, the place goes on by one k-cycle, however many they were.
    fn go_on(&mut self, ksmps: usize) {
        self.at = (self.at + ksmps) % self.samples.len();
    }
}

#[derive(Default)]
struct IntoFrames(Ring);

impl Ugen for IntoFrames {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.open(cx)?;
        if let Some(mut array) = cx.io.array_out(0) {
            array.resize(&[self.0.samples.len() as u32], cx.io.clock.ksmps);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        if !self.0.write(io.a(0).iter().map(Cell::get)) {
            self.0.go_on(io.clock.ksmps);
        }
        let Some(mut array) = io.array_out(0) else { return Ok(()) };
        for (y, x) in array.nums_mut().iter_mut().zip(self.0.oldest_first()) {
            *y = *x;
        }
        Ok(())
    }
}

#[derive(Default)]
struct OutOfFrames(Ring);

impl Ugen for OutOfFrames {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.open(cx)?;
        let len = cx.io.array(0).map_or(0, |a| a.nums().len());
        if len > self.0.samples.len() {
            return Err(OpError::new("framebuffer: the array is larger than the buffer"));
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let array = io.array(0).ok_or_else(not_initialised)?;
        let most = self.0.samples.len();
        if !self.0.write(array.nums().iter().copied().take(most)) {
            self.0.go_on(io.clock.ksmps);
        }
        for (y, x) in io.out(0).iter().zip(self.0.oldest_first()) {
            y.set(*x);
        }
        Ok(())
    }
}

#[derive(Default)]
struct OverlapAdd {
    /// The frames that overlap, each turned so that equal places sound together.
    frames: Vec<Vec<f64>>,
    /// Which of them is written next.
    next: usize,
    hop: usize,
    /// Place of reading.
    at: usize,
    /// Place within the hop; at first its end.
    phase: usize,
}

impl OverlapAdd {
    fn write(&mut self, frame: &[f64]) {
        let place = self.hop * self.next;
        if let Some(to) = self.frames.get_mut(self.next) {
            let (end, start) = frame.split_at(frame.len() - place.min(frame.len()));
            for (y, x) in to.iter_mut().zip(start.iter().chain(end)) {
                *y = *x;
            }
        }
        self.next = (self.next + 1) % self.frames.len().max(1);
    }

    fn read(&self, out: &[Cell<f64>]) {
        for (n, y) in out.iter().enumerate() {
            let at = |frame: &Vec<f64>| frame.get((self.at + n) % frame.len().max(1)).copied().unwrap_or(0.0);
            y.set(self.frames.iter().map(at).sum());
        }
    }
}

impl Ugen for OverlapAdd {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let size = cx.io.array(0).map_or(0, |a| if a.dims.len() == 1 { a.nums().len() } else { 0 });
        let overlap = cx.k(1);
        if overlap < 1.0 || overlap.trunc() != overlap || size <= overlap as usize {
            return Err(OpError::new(
                "olabuffer: ioverlap must be whole and less than the size of the frame",
            ));
        }
        let overlap = overlap as usize;
        if !size.is_multiple_of(overlap) || size / overlap < cx.clock.ksmps {
            return Err(OpError::new("olabuffer: a frame must be ioverlap hops of at least ksmps samples"));
        }
        check_size(size.saturating_mul(overlap), cx.world)?;
        self.frames = vec![vec![0.0; size]; overlap];
        self.hop = size / overlap;
        (self.next, self.at, self.phase) = (0, 0, self.hop);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let array = io.array(0).ok_or_else(not_initialised)?;
        let (out, ksmps, frame) = (io.out(0), io.clock.ksmps, array.nums());
        let following = (self.at + ksmps) % self.hop;
        if following == 0 {
            self.write(frame);
            self.read(out);
        } else if following < self.phase {
            let (before, after) = out.split_at((self.hop - self.phase).min(out.len()));
            self.read(before);
            self.write(frame);
            // The second part is read from the same place as the first.
            self.read(after);
        } else {
            self.read(out);
        }
        self.phase = (self.phase + ksmps) % self.hop;
        self.at = (self.at + ksmps) % frame.len().max(1);
        Ok(())
    }
}
