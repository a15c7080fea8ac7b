//! `lposcil`, `lposcil3`, `lposcila`, `lposcilsa`, `lposcilsa2`: tables read in a loop whose ends may move.

use crate::lookup::any_table;
use crate::oscillators::poscil::{Cubic, Line, Reading};
use crate::tables::lookup::point;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::marker::PhantomData;

const SPEED: Port =
    port("kfreqratio", "speed; 1 is that of the recording, for tables without one a point a sample");
const TABLE: Port = port("ifn", "table");
const PHASE: Port =
    port("iphs", "point to start at; negative goes on where the instance's previous note was");
const INS: &[Port] = &[
    port("kamp", "amplitude"),
    SPEED,
    port("kloop", "start of the loop in points, at least 0"),
    port("kend", "its end in points; 0 or beyond the table is the end of the table"),
    TABLE,
    PHASE,
];
const AUDIO_INS: &[Port] = &[
    port("aamp", "amplitude"),
    SPEED,
    port("kloop", "start of the loop in frames, rounded down, up to 3 before the end of the table"),
    port("kend", "its end in frames, rounded down, at least 2 after its start"),
    TABLE,
    PHASE,
];

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig], ins: &'static [Port]) -> OpDef {
    OpDef::new(name, summary)
        .quiet_init()
        .sigs(sigs)
        .outs(const { &[port("ares", "signal; lposcilsa and lposcilsa2 have two, of an interleaved table")] })
        .ins(ins)
        .source("Manual: lposcil, lposcila, lposcilsa, lposcilsa2; order of steps measured on the reference")
        .reads(Res::TABLES)
        .differences(&["before the table there is silence; the reference reads what lies there in memory"])
}

/// Definition of `lposcil`.
pub static LPOSCIL: OpDef = def(
    "lposcil",
    "Reads a table in a loop, interpolating linearly.",
    &[sig("a", "kkkkjo", Make::Unit(unit::<Lposcil<Line, false>>))],
    INS,
);
/// Definition of `lposcil3`.
pub static LPOSCIL3: OpDef = def(
    "lposcil3",
    "Reads a table in a loop, interpolating cubically.",
    &[sig("a", "kkkkjo", Make::Unit(unit::<Lposcil<Cubic, true>>))],
    INS,
);
/// Definition of `lposcila`.
pub static LPOSCILA: OpDef = def(
    "lposcila",
    "Reads a table in a loop, interpolating linearly, with an audio-rate amplitude.",
    &[sig("a", "akkkio", Make::Unit(unit::<Whole<1, true>>))],
    AUDIO_INS,
);
/// Definition of `lposcilsa`.
pub static LPOSCILSA: OpDef = def(
    "lposcilsa",
    "Reads a stereo table in a loop, interpolating linearly.",
    &[sig("aa", "akkkio", Make::Unit(unit::<Whole<2, true>>))],
    AUDIO_INS,
);
/// Definition of `lposcilsa2`.
pub static LPOSCILSA2: OpDef = def(
    "lposcilsa2",
    "Reads a stereo table in a loop at a whole-numbered speed.",
    &[sig("aa", "akkkio", Make::Unit(unit::<Whole<2, false>>))],
    AUDIO_INS,
);

/// A position moved by whole loops until it is below the end; by repeated subtraction where a few will do,
/// as the reference has it.
fn below(position: f64, end: f64, length: f64) -> f64 {
    let mut position = position;
    for _ in 0..4 {
        if !(position >= end && length > 0.0) {
            return position;
        }
        position -= length;
    }
    if position >= end { end - length + math::fmod(position - end, length) } else { position }
}

/// A position moved by whole loops until it is not before the start.
fn from_start(position: f64, start: f64, length: f64) -> f64 {
    if !(position < start && length > 0.0) {
        return position;
    }
    if position + length >= start {
        return position + length;
    }
    let rest = math::fmod(position - start, length);
    start + if rest < 0.0 { rest + length } else { rest }
}

/// Speed of a table's recording in points per sample.
fn ratio(cx: &Init<'_>, number: f64) -> f64 {
    let table_sr = cx.world.tables.get(number).map_or(0.0, |table| table.sr);
    if table_sr > 0.0 { table_sr / cx.clock.sr } else { 1.0 }
}

/// `AGAIN`: whether several loops are taken off a position that is far beyond the end.
#[derive(Default)]
struct Lposcil<R, const AGAIN: bool> {
    table: f64,
    ratio: f64,
    position: f64,
    reading: PhantomData<R>,
}

impl<R: Reading, const AGAIN: bool> Lposcil<R, AGAIN> {
    /// Start and end of the loop.
    fn ends(io: &Io<'_>, len: f64) -> (f64, f64) {
        let end = io.k(3);
        (io.k(2).max(0.0), if end > len || end <= 0.0 { len } else { end })
    }
}

impl<R: Reading, const AGAIN: bool> Ugen for Lposcil<R, AGAIN> {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.table = any_table(cx.world, cx.k(4))?;
        self.ratio = ratio(cx, self.table);
        let len = cx.world.tables.get(self.table).map_or(0.0, |table| table.len as f64);
        if cx.k(5) >= 0.0 {
            self.position = cx.k(5);
        }
        let (start, end) = Self::ends(&cx.io, len);
        self.position = below(self.position, end, end - start);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(table) = world.tables.get(self.table) else {
            io.set(0, 0.0);
            return Ok(());
        };
        let (amp, step) = (io.k(0), io.k(1) * self.ratio);
        let (start, end) = Self::ends(io, table.len as f64);
        let mut position = self.position;
        for out in io.out(0) {
            out.set(if position >= 0.0 { amp * R::at(&table.data, table.len, position) } else { 0.0 });
            position += step;
            if AGAIN {
                position = below(position, end, end - start);
            } else if position >= end {
                position -= end - start;
            }
        }
        self.position = position;
        Ok(())
    }
}

/// Loops between whole frames. `LINE` draws lines between frames; otherwise all steps are whole.
#[derive(Default)]
struct Whole<const CHANNELS: usize, const LINE: bool> {
    table: f64,
    ratio: f64,
    position: f64,
}

impl<const CHANNELS: usize, const LINE: bool> Whole<CHANNELS, LINE> {
    /// Start and end of the loop in a table of `frames`.
    fn ends(start: f64, end: f64, frames: f64) -> (f64, f64) {
        let start = start.min(frames - 3.0).max(0.0);
        (start, end.min(frames - 1.0).max(2.0).max(start + 2.0))
    }
}

impl<const CHANNELS: usize, const LINE: bool> Ugen for Whole<CHANNELS, LINE> {
    const SEAMLESS: Option<&'static [usize]> = Some(&[0]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.table = any_table(cx.world, cx.k(4))?;
        self.ratio = if LINE { ratio(cx, self.table) } else { 1.0 };
        let frames = cx.world.tables.get(self.table).map_or(0, |table| table.len / CHANNELS) as f64;
        if cx.k(5) >= 0.0 {
            self.position = cx.k(5);
        }
        let (start, end) = if CHANNELS == 1 {
            Lposcil::<Line, false>::ends(&cx.io, frames)
        } else {
            Self::ends(cx.k(2), cx.k(3), frames)
        };
        self.position = below(self.position, end, end - start);
        if !LINE {
            self.position = self.position.trunc();
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(table) = world.tables.get(self.table) else {
            (0..CHANNELS).for_each(|o| io.set(o, 0.0));
            return Ok(());
        };
        let step = if LINE { io.k(1) * self.ratio } else { io.k(1).trunc() };
        let frames = (table.len / CHANNELS) as f64;
        let (start, end) = Self::ends(io.k(2).trunc(), io.k(3).trunc(), frames);
        let (amp, outs, mut position) = (io.x(0), [0, CHANNELS - 1].map(|o| io.out(o)), self.position);
        for n in 0..outs[0].len() {
            let (amp, frame) = (amp.at(n), position.max(0.0) as usize);
            let fraction = position - frame as f64;
            for (c, out) in outs.iter().enumerate().take(CHANNELS) {
                let i = frame.saturating_mul(CHANNELS).saturating_add(c);
                let a = point(table, i);
                let rest = if LINE { (point(table, i.saturating_add(CHANNELS)) - a) * fraction } else { 0.0 };
                out[n].set(amp * (a + rest));
            }
            position = from_start(below(position + step, end, end - start), start, end - start);
        }
        self.position = position;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_come_back_into_the_loop() {
        assert_eq!(below(9.0, 10.0, 4.0), 9.0);
        assert_eq!(below(10.5, 10.0, 4.0), 6.5);
        assert_eq!(below(1e6 + 0.5, 10.0, 4.0), 8.5);
        assert_eq!(below(10.0, 10.0, 0.0), 10.0);
        assert_eq!(from_start(5.0, 6.0, 4.0), 9.0);
        assert_eq!(from_start(-1e6, 6.0, 4.0), 8.0);
        assert_eq!(from_start(7.0, 6.0, 4.0), 7.0);
        assert!(below(f64::NAN, 1.0, 1.0).is_nan());
    }
}
