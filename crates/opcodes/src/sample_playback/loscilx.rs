//! `loscilx`: sound of any number of channels from a table, with a choice of interpolations and one loop.

use crate::lookup::any_table;
use crate::sound::Outputs;
use crate::window::{Reader, Window};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::table::Table;
use orchestrion_base::world::World;

/// Definition of `loscilx`.
pub static LOSCILX: OpDef = OpDef::new("loscilx", "Plays sampled sound from a table with a choice of interpolations.")
    .sigs(
        const {
            &[
                sig("mmmmmmmmmmmmmmmm", "xkioojjoo", Make::Unit(unit::<Loscilx>)),
                sig("a[]", "xkioojjoo", Make::Unit(unit::<Loscilx>)),
            ]
        },
    )
    .outs(&[port("ar1, ...", "one signal for each channel of the sound, or an array of them")])
    .ins(&[
        port("xamp", "amplitude"),
        port("kcps", "frequency in Hz, relative to ibas; negative reads backwards"),
        port("ifn", "table with the sound"),
        port(
            "iwsize",
            "frames to interpolate between: 1 the one before, 2 line, 4 cubic, 8 to 256 in steps of 4 sinc; default 4",
        ),
        port("ibas", "frequency in Hz at which the sound was recorded; default that of the file, else 1"),
        port("istrt", "frame to start at; negative starts at 0; default -1"),
        port("imod", "loop: 0 none, 1 forward, 2 and 3 back and forth, 2 only at the end; default that of the file"),
        port("ibeg", "start of the loop in frames"),
        port("iend", "its end in frames; the same as ibeg loops the whole table"),
    ])
    .source("Manual: loscilx; positions, loops and window measured on the reference")
    .reads(Res::TABLES);

/// Frames of a position in units of 2^-32 (measured on the reference).
const FRAME: f64 = 4_294_967_296.0;

fn units(frames: f64) -> i64 {
    (frames * FRAME).round_ties_even() as i64
}

/// How the loop is left at its ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Loop {
    /// There is none.
    #[default]
    Off,
    /// Both ends lead to the other one.
    Forward,
    /// The end turns back, the start leads to the end.
    EndTurns,
    /// Both ends turn.
    BothTurn,
}

impl Loop {
    fn from_mode(mode: i32) -> OpResult<Self> {
        Ok(match mode {
            0 => Self::Off,
            1 => Self::Forward,
            2 => Self::EndTurns,
            3 => Self::BothTurn,
            _ => return Err(OpError::new(format!("loscilx: there is no loop mode {mode}"))),
        })
    }
}

#[derive(Default)]
struct Loscilx {
    table: f64,
    /// Frames, with the point after the last one.
    frames: i64,
    window: Window,
    /// Steps in units of 2^-32 frames for a frequency of 1 Hz.
    per_hertz: f64,
    cps: f64,
    step: i64,
    position: i64,
    backward: bool,
    kind: Loop,
    start: i64,
    end: i64,
    /// Whether the loop is the whole sound, whose ends then are neighbours for the interpolation.
    endless: bool,
    /// Sums of one frame.
    sums: Vec<f64>,
}

impl Loscilx {
    fn set_loop(&mut self, io: &Io<'_>, table: &Table) -> OpResult {
        let mode = io.int(6);
        if mode >= 0 {
            self.kind = Loop::from_mode(mode)?;
            (self.start, self.end) = (units(io.k(7)), units(io.k(8)));
        } else if let Some(found) = table.sound_loop {
            self.kind = if found.alternating { Loop::BothTurn } else { Loop::Forward };
            (self.start, self.end) = (units(found.start as f64), units(found.end as f64));
        } else {
            self.kind = Loop::Off;
        }
        let whole = self.frames << 32;
        if self.kind == Loop::Off || self.start == self.end {
            (self.start, self.end) = (0, whole);
        } else if self.start > self.end {
            std::mem::swap(&mut self.start, &mut self.end);
        }
        let nearest = |position: i64| position.saturating_add(1 << 31) >> 32;
        self.endless =
            self.kind == Loop::Forward && nearest(self.start) == 0 && nearest(self.end) == self.frames;
        Ok(())
    }

    #[inline(always)]
    fn advance(&mut self) {
        let before = self.position;
        let step = if self.backward { self.step.wrapping_neg() } else { self.step };
        self.position = before.wrapping_add(step);
        let length = self.end.wrapping_sub(self.start);
        if self.position < self.start && before >= self.start {
            match self.kind {
                Loop::Off => {}
                Loop::Forward | Loop::EndTurns => self.position = self.position.wrapping_add(length),
                Loop::BothTurn => self.turn(self.start),
            }
        } else if self.position >= self.end && before < self.end {
            match self.kind {
                Loop::Off => {}
                Loop::Forward => self.position = self.position.wrapping_sub(length),
                Loop::EndTurns | Loop::BothTurn => self.turn(self.end),
            }
        }
    }

    fn turn(&mut self, at: i64) {
        self.position = at.wrapping_add(at.wrapping_sub(self.position));
        self.backward = !self.backward;
    }
}

impl Ugen for Loscilx {
    const SEAMLESS: Option<&'static [usize]> = Some(&[0, 1]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.table = any_table(cx.world, cx.k(2))?;
        let table = cx.world.tables.get(self.table).ok_or("loscilx: table not found")?;
        let channels = table.channels.max(1);
        Outputs::prepare(&cx.io, "loscilx", 0, channels)?;
        self.sums = vec![0.0; channels];
        self.frames = table.frame_count() as i64 + 1;
        let ratio = if table.sr > 0.0 { table.sr / cx.clock.sr } else { 1.0 };
        let base = if cx.k(4) > 0.0 { cx.k(4) } else { table.base_frequency };
        self.per_hertz = ratio / if base > 0.0 { base } else { 1.0 } * FRAME;
        self.set_loop(&cx.io, table)?;
        self.position = units(cx.k(5).max(0.0));
        (self.backward, self.cps, self.step) = (false, 0.0, 0);
        self.window = Window::new(Reader::Table, cx.k(3));
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let mut outs = Outputs::of(io, 0);
        let points = world.tables.get(self.table).map_or(&[][..], |table| &table.data);
        let (amp, cps, frames, endless) = (io.x(0), io.x(1), self.frames, self.endless);
        for n in 0..io.samples_len() {
            let cps = cps.at(n);
            if cps != self.cps {
                self.cps = cps;
                self.step = (cps * self.per_hertz).round_ties_even() as i64;
                self.window.set_step(self.step as f64 / FRAME);
            }
            let fraction = (self.position & 0xffff_ffff) as f64 / FRAME;
            let first = (self.position >> 32) + self.window.weigh(fraction);
            self.window.gather(points, &mut self.sums, first, frames, |frame| {
                let frame = if endless { frame.rem_euclid(frames) } else { frame };
                usize::try_from(frame).ok().filter(|_| frame < frames)
            });
            let amp = amp.at(n);
            for (c, sum) in self.sums.iter().enumerate() {
                outs.set(c, n, sum * amp);
            }
            self.advance();
        }
        Ok(())
    }
}
