//! `loscilx`: sound of any number of channels from a table or a file, with a choice of interpolations and one
//! loop.

use crate::lookup::any_table;
use crate::sound::{self, Outputs};
use crate::window::{Frames, Reader, Window};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::host::SoundFile;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::table::SoundLoop;
use orchestrion_base::world::World;
use orchestrion_dsp::pitch::mtof;
use std::sync::Arc;

/// Definition of `loscilx`.
pub static LOSCILX: OpDef = OpDef::new("loscilx", "Plays sampled sound from a table with a choice of interpolations.").quiet_init()
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
        port("ifn", "table with the sound, or a string p-field that names a file"),
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
    .source("Manual: loscilx; positions, loops, window and string p-fields measured on the reference")
    .differences(&[
        "a WAV file with an instrument's data is not 1 dB louder by name than in a table",
        "files of several channels play by name, too; the reference crashes at the end",
    ])
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

/// Where the sound is.
enum Source {
    Table(f64),
    File(Arc<SoundFile>),
}

impl Default for Source {
    fn default() -> Self {
        Self::Table(0.0)
    }
}

impl Source {
    fn points<'a>(&'a self, world: &'a World) -> &'a [f64] {
        match self {
            Self::Table(number) => world.tables.get(*number).map_or(&[], |table| &table.data),
            Self::File(file) => &file.samples,
        }
    }
}

/// What is known of the sound.
struct Facts {
    channels: usize,
    /// Frames; of a table, with the point after the last one.
    frames: usize,
    sr: f64,
    /// Frequency in Hz at which it was recorded, 0 if nothing says so.
    base: f64,
    /// What its points have to be multiplied with: a table has the orchestra's full scale already.
    scale: f64,
    sound_loop: Option<SoundLoop>,
}

/// Where the sound is read, in units of 2^-32 frames, and its loop.
#[derive(Default)]
struct Head {
    position: i64,
    /// What a sample adds, before the direction.
    step: i64,
    backward: bool,
    kind: Loop,
    start: i64,
    end: i64,
}

impl Head {
    /// Sets the loop from the arguments, or from the sound where those leave it open.
    fn set_loop(&mut self, io: &Io<'_>, of_sound: Option<SoundLoop>, frames: i64) -> OpResult {
        let mode = io.int(6);
        if mode >= 0 {
            self.kind = Loop::from_mode(mode)?;
            (self.start, self.end) = (units(io.k(7)), units(io.k(8)));
        } else if let Some(found) = of_sound {
            self.kind = if found.alternating { Loop::BothTurn } else { Loop::Forward };
            (self.start, self.end) = (units(found.start as f64), units(found.end as f64));
        } else {
            self.kind = Loop::Off;
        }
        if self.kind == Loop::Off || self.start == self.end {
            (self.start, self.end) = (0, frames << 32);
        } else if self.start > self.end {
            std::mem::swap(&mut self.start, &mut self.end);
        }
        Ok(())
    }

    /// Whether the loop is the whole sound, whose ends then are neighbours for the interpolation.
    fn is_endless(&self, frames: i64) -> bool {
        let nearest = |position: i64| position.saturating_add(1 << 31) >> 32;
        self.kind == Loop::Forward && nearest(self.start) == 0 && nearest(self.end) == frames
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

#[derive(Default)]
struct Loscilx {
    source: Source,
    scale: f64,
    frames: i64,
    window: Window,
    /// Steps in units of 2^-32 frames for a frequency of 1 Hz.
    per_hertz: f64,
    cps: f64,
    head: Head,
    endless: bool,
    channels: usize,
}

impl Loscilx {
    fn find(&mut self, cx: &Init<'_>) -> OpResult<Facts> {
        if cx.is_str(2) {
            let file = sound::read(cx, 2)?;
            let facts = Facts {
                channels: file.channels.max(1),
                frames: file.frames(),
                sr: file.sr,
                base: file.base_key.map_or(0.0, |key| mtof(key, cx.world.header.a4)),
                scale: cx.world.header.zero_dbfs,
                sound_loop: file.sound_loop,
            };
            self.source = Source::File(file);
            return Ok(facts);
        }
        let number = any_table(cx.world, cx.k(2))?;
        let table = cx.world.tables.get(number).ok_or("loscilx: table not found")?;
        self.source = Source::Table(number);
        Ok(Facts {
            channels: table.channels.max(1),
            frames: table.frame_count() + 1,
            sr: table.sr,
            base: table.base_frequency,
            scale: 1.0,
            sound_loop: table.sound_loop,
        })
    }
}

impl Ugen for Loscilx {
    const SEAMLESS: Option<&'static [usize]> = Some(&[0, 1]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let facts = self.find(cx)?;
        Outputs::prepare(&cx.io, "loscilx", 0, facts.channels)?;
        self.channels = facts.channels;
        (self.frames, self.scale) = (facts.frames as i64, facts.scale);
        let ratio = if facts.sr > 0.0 { facts.sr / cx.clock.sr } else { 1.0 };
        let base = if cx.k(4) > 0.0 { cx.k(4) } else { facts.base };
        self.per_hertz = ratio / if base > 0.0 { base } else { 1.0 } * FRAME;
        self.head = Head { position: units(cx.k(5).max(0.0)), ..Head::default() };
        self.head.set_loop(&cx.io, facts.sound_loop, self.frames)?;
        self.endless = self.head.is_endless(self.frames);
        self.cps = 0.0;
        self.window = Window::new(Reader::Table, cx.k(3));
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let mut outs = Outputs::of(io, 0);
        let points = self.source.points(world);
        let (amp, cps, frames, endless) = (io.x(0), io.x(1), self.frames, self.endless);
        let sound = Frames { samples: points, channels: self.channels, len: frames };
        let place = |frame: i64| {
            let frame = if endless { frame.rem_euclid(frames) } else { frame };
            usize::try_from(frame).ok().filter(|_| frame < frames)
        };
        for n in 0..io.samples_len() {
            let cps = cps.at(n);
            if cps != self.cps {
                self.cps = cps;
                self.head.step = (cps * self.per_hertz).round_ties_even() as i64;
                self.window.set_step(self.head.step as f64 / FRAME);
            }
            let fraction = (self.head.position & 0xffff_ffff) as f64 / FRAME;
            let (at, amp) = (self.head.position >> 32, amp.at(n) * self.scale);
            self.window.read(&sound, at, fraction, place, |c, sum| outs.set(c, n, sum * amp));
            self.head.advance();
        }
        Ok(())
    }
}
