//! `flooper2`: a loop in a table whose ends and crossfade may change from round to round.

use crate::tables::lookup::point;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::table::Table;
use orchestrion_base::world::World;

/// Definition of `flooper2`.
pub static FLOOPER2: OpDef =
    OpDef::new("flooper2", "Loops over a table with crossfades, ends and crossfade set anew in every round.")
        .sigs(&[sig("mm", "kkkkkiooooO", Make::Unit(unit::<Flooper2>))])
        .outs(&[port("asig1 [, asig2]", "one signal for a mono table, two for a stereo one")])
        .ins(&[
            port("kamp", "amplitude"),
            port("kpitch", "speed, 1 for that of the recording; below 0 stands still"),
            port("kloopstart", "start of the loop in seconds"),
            port("kloopend", "its end in seconds"),
            port("kcrossfade", "length of the crossfade in seconds, up to the loop's; 0 keeps the last one"),
            port("ifn", "table of one or two channels"),
            port("istart", "seconds to start at in modes 0 and 2; default 0"),
            port("imode", "0 forward, 1 backward, 2 back and forth; default 0"),
            port("ifenv", "table of the crossfade's shape; 0 is linear; default 0"),
            port("iskip", "nonzero goes on where the instance's previous note stopped; default 0"),
            port("ijump", "in mode 0, 1 and 2 take a new start at the next or at once; default 0"),
        ])
        .source("Manual: flooper2; order of steps measured on the reference")
        .reads(Res::TABLES)
        .differences(&[
            "in mode 2 both channels of a stereo table are played alike; the reference mixes them up",
        ]);

/// How the loop is passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Forward,
    Backward,
    BackAndForth,
}

#[derive(Default)]
struct Flooper2 {
    mode: Mode,
    stereo: bool,
    /// Ends of the loop in frames.
    start: f64,
    end: f64,
    /// Frames of the crossfade, and how far it is.
    fade: f64,
    count: f64,
    /// The reading point, and the one that takes over.
    at: [f64; 2],
    /// Ends as the inputs had them when the loop was set.
    given: [f64; 2],
    /// The loop has to be set first.
    first: bool,
    /// Before the first round there is nothing to fade in, in mode 2.
    fresh: bool,
}

/// What a k-cycle reads from.
struct Source<'a> {
    table: &'a Table,
    shape: Option<&'a Table>,
    channels: usize,
}

impl Source<'_> {
    /// Both channels at a position in frames.
    #[inline]
    fn at(&self, position: f64) -> [f64; 2] {
        let frame = position.max(0.0) as usize;
        let fraction = position - frame as f64;
        [0, 1].map(|c| {
            let i = frame.saturating_mul(self.channels).saturating_add(c);
            let a = point(self.table, i);
            a + fraction * (point(self.table, i.saturating_add(self.channels)) - a)
        })
    }

    /// Level of a fade at `x` from 0 to 1.
    #[inline]
    fn level(&self, x: f64) -> f64 {
        self.shape.map_or(x, |shape| point(shape, (shape.len as f64 * x) as usize))
    }

    /// Levels of what comes and of what goes, `x` of the way from the one to the other.
    #[inline]
    fn levels(&self, x: f64) -> (f64, f64) {
        match self.shape {
            None => (x, 1.0 - x),
            Some(shape) => {
                let i = (shape.len as f64 * x) as usize;
                (point(shape, i), point(shape, shape.len.saturating_sub(i)))
            }
        }
    }
}

impl Flooper2 {
    /// Takes the loop as the inputs have it now.
    fn set_loop(&mut self, io: &Io<'_>, table: &Table) {
        let frames = table.frame_count() as f64;
        let (start, end) = ((io.k(2) * table.sr).trunc(), (io.k(3) * table.sr).trunc());
        self.start = start.max(0.0);
        self.end = if end > frames { frames } else { end.max(self.start) };
        if io.k(4) > 0.0 {
            self.fade = (io.k(4) * table.sr).trunc();
        }
        let size = self.end - self.start;
        self.fade = match self.mode {
            Mode::BackAndForth if self.fade > (size / 2.0).trunc() => (size / 2.0).trunc() - 1.0,
            // The reference leaves a frame between crossfades, except in the first round.
            Mode::Forward if !self.first && self.fade > size => size - 1.0,
            Mode::Forward | Mode::Backward if self.fade > size => size,
            _ => self.fade,
        };
        self.given = [io.k(2), io.k(3)];
    }

    fn begin(&mut self, io: &Io<'_>, table: &Table) {
        if self.mode == Mode::Backward && io.k(4) > 0.0 {
            self.count = (io.k(4) * table.sr).trunc();
        } else if self.mode == Mode::Backward {
            self.count = self.fade;
        }
        self.set_loop(io, table);
        self.at = match self.mode {
            Mode::Forward => [self.at[0], self.start],
            Mode::Backward => [self.end, self.end],
            Mode::BackAndForth => [self.at[0], self.start - 1.0],
        };
        self.first = false;
    }

    /// Mode 0, when the ends have changed and `ijump` says not to wait for the end of the round.
    fn jump(&mut self, io: &Io<'_>, table: &Table) {
        if io.k(10).trunc() == 0.0 || self.mode != Mode::Forward || self.given == [io.k(2), io.k(3)] {
            return;
        }
        if io.k(10) > 1.0 {
            self.end = (self.at[0] + self.fade).trunc();
        }
        self.start = (io.k(2) * table.sr).trunc();
        self.given = [io.k(2), io.k(3)];
    }

    fn forward(&mut self, io: &Io<'_>, source: &Source<'_>, step: f64) -> [f64; 2] {
        let now = source.at(self.at[0]);
        let out = if self.at[0] < self.end - self.fade {
            if io.k(10).trunc() != 0.0 {
                self.at[1] = self.start;
            }
            now
        } else {
            let next = source.at(self.at[1]);
            let done = if self.fade > 0.0 { self.count / self.fade } else { 0.0 };
            let (coming, going) = source.levels(done);
            self.at[1] += step;
            self.count += step;
            [0, 1].map(|c| going * now[c] + coming * next[c])
        };
        self.at[0] += step;
        if self.at[0] >= self.end {
            self.set_loop(io, source.table);
            self.at = [self.at[1], self.start];
            self.count = 0.0;
        }
        out
    }

    fn backward(&mut self, io: &Io<'_>, source: &Source<'_>, step: f64) -> [f64; 2] {
        let now = source.at(self.at[0]);
        let out = if self.at[0] > self.fade + self.start {
            now
        } else {
            let next = source.at(self.at[1]);
            let left = if self.fade > 0.0 { self.count / self.fade } else { 0.0 };
            let (going, coming) = source.levels(left);
            self.at[1] -= step;
            self.count -= step;
            [0, 1].map(|c| going * now[c] + coming * next[c])
        };
        self.at[0] -= step;
        if self.at[0] <= self.start {
            self.set_loop(io, source.table);
            self.at = [self.at[1], self.end];
            self.count = self.fade;
        }
        out
    }

    /// Forward reader, then backward reader; each fades in while the other fades out.
    fn back_and_forth(&mut self, io: &Io<'_>, source: &Source<'_>, step: f64) -> [f64; 2] {
        let (low, high) = (self.start + self.fade, self.end - self.fade);
        let mut out = [0.0; 2];
        let add = |out: &mut [f64; 2], level: f64, x: [f64; 2]| (0..2).for_each(|c| out[c] += level * x[c]);
        let there = self.at[0];
        if there < self.end {
            let level = if there < low && self.fresh || (low..high).contains(&there) {
                1.0
            } else if there < low {
                source.level(self.count / self.fade)
            } else {
                source.level(1.0 - self.count / self.fade)
            };
            add(&mut out, level, source.at(there));
            self.at[0] += step;
            if (low..high).contains(&there) {
                self.fresh = false;
                if self.at[0] >= high {
                    self.at[1] = self.end;
                    self.count = 0.0;
                }
            } else if !(there < low && self.fresh) {
                self.count += step;
            }
        }
        let back = self.at[1];
        if back > self.start {
            let level = if back > high {
                source.level(self.count / self.fade)
            } else if back > low {
                out = [0.0; 2];
                1.0
            } else {
                source.level(1.0 - self.count / self.fade)
            };
            add(&mut out, level, source.at(back));
            self.at[1] -= step;
            if back <= high && back > low && self.at[1] <= low {
                self.at[0] = self.start;
                self.count = 0.0;
            } else if back <= low && self.at[1] <= self.start {
                self.set_loop(io, source.table);
                self.at[0] = self.start;
                self.count = 0.0;
            }
        }
        out
    }
}

impl Ugen for Flooper2 {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let table = crate::tables::lookup::find(cx.world, "flooper2", cx.k(5))?;
        self.stereo = cx.io.n_outs() == 2;
        if cx.k(9) == 0.0 {
            self.mode = match cx.k(7).trunc() {
                1.0 => Mode::Backward,
                2.0 => Mode::BackAndForth,
                _ => Mode::Forward,
            };
            if self.mode != Mode::Backward {
                let frames = table.frame_count() as f64;
                let start = (cx.k(6) * table.sr).max(0.0);
                self.at[0] = if start >= frames { frames - 1.0 } else { start };
                self.count = 0.0;
            }
            (self.fresh, self.first, self.fade) = (true, true, 1.0);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(table) = world.tables.get(io.k(5)) else {
            (0..io.n_outs()).for_each(|o| io.set(o, 0.0));
            return Ok(());
        };
        let shape = if io.k(8) != 0.0 { world.tables.get(io.k(8)) } else { None };
        let source = Source { table, shape, channels: table.channels.max(1) };
        let (amp, step) = (io.k(0), io.k(1).max(0.0) * (table.sr / io.clock.sr));
        if self.first {
            self.begin(io, table);
        } else {
            self.jump(io, table);
        }
        for n in 0..io.out(0).len() {
            let out = match self.mode {
                Mode::Forward => self.forward(io, &source, step),
                Mode::Backward => self.backward(io, &source, step),
                Mode::BackAndForth => self.back_and_forth(io, &source, step),
            };
            io.out(0)[n].set(amp * out[0]);
            if self.stereo {
                io.out(1)[n].set(amp * out[1]);
            }
        }
        Ok(())
    }
}
