//! `pvsftw`, `pvsftr`: amplitudes and frequencies of a frame to and from function tables.

use super::frames::{Seen, WITH_AMPLITUDES, plain_input};
use crate::lookup::any_table;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, WorldUgen, port, sig, unit, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const IFNA: Port = port("ifna", "table of amplitudes, with a point per bin at least");
const IFNF: Port = port("ifnf", "table of frequencies in Hz, likewise; default 0, none");

/// Definition of `pvsftw`.
pub static PVSFTW: OpDef = OpDef::new("pvsftw", "Writes amplitudes and frequencies of new frames to tables.")
    .sigs(&[sig("k", "fio", Make::Unit(world_unit::<Pvsftw>))])
    .outs(&[port("kflag", "1 when a new frame was written, else 0")])
    .ins(&[port("fsrc", "spectral signal"), IFNA, IFNF])
    .writes(Res::TABLES)
    .source("Manual: pvsftw");

/// Definition of `pvsftr`.
pub static PVSFTR: OpDef =
    OpDef::new("pvsftr", "Replaces amplitudes and frequencies of new frames from tables.")
        .sigs(&[sig("", "fio", Make::Unit(unit::<Pvsftr>))])
        .ins(&[
            port("fsrc", "spectral signal, changed in place"),
            port("ifna", "table of amplitudes, with a point per bin at least; 0 leaves them"),
            IFNF,
        ])
        .changes(1)
        .reads(Res::TABLES)
        .source("Manual: pvsftr");

/// The tables of amplitudes and of frequencies, where they are used.
type Pair = [Option<f64>; 2];

/// The tables that inputs 1 and 2 name for a frame of `bins`; 0 is none.
fn tables(cx: &Init<'_>, bins: usize) -> OpResult<Pair> {
    let mut pair = [None; 2];
    for (i, place) in pair.iter_mut().enumerate() {
        let number = cx.k(i + 1);
        if number < 0.0 {
            return Err(OpError::new(format!("{number} is no table number: 0 for none, or positive")));
        }
        if number >= 1.0 {
            let number = any_table(cx.world, number)?;
            if cx.world.tables.get(number).is_some_and(|t| t.len + 1 < bins) {
                return Err(OpError::new(format!("table {number} is too small: it needs {bins} points")));
            }
            *place = Some(number);
        }
    }
    Ok(pair)
}

#[derive(Default)]
struct Pvsftw {
    seen: Seen,
    tables: Pair,
}

impl Pvsftw {
    fn write(&self, frame: &[[f32; 2]], world: &mut World) {
        for (part, number) in self.tables.iter().enumerate() {
            if let Some(table) = number.and_then(|n| world.tables.get_mut(n)) {
                for (point, bin) in table.data.iter_mut().zip(frame) {
                    *point = f64::from(bin[part]);
                }
            }
        }
    }
}

impl WorldUgen for Pvsftw {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let s = plain_input(cx, 0, WITH_AMPLITUDES)?;
        if cx.k(1) < 1.0 {
            return Err("pvsftw needs a table of amplitudes".into());
        }
        *self = Self { seen: Seen::default(), tables: tables(cx, s.layout.bins())? };
        self.write(&s.frame, cx.world);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let Some(s) = io.spectrum(0) else { return Ok(()) };
        let news = self.seen.is_news(s.frame_count);
        if news {
            self.write(&s.frame, world);
        }
        io.set(0, f64::from(u8::from(news)));
        Ok(())
    }
}

#[derive(Default)]
struct Pvsftr {
    seen: Seen,
    tables: Pair,
}

impl Pvsftr {
    fn read(&self, io: &Io<'_>, world: &World) {
        let Some(mut s) = io.spectrum_in_mut(0) else { return };
        for (part, number) in self.tables.iter().enumerate() {
            if let Some(table) = number.and_then(|n| world.tables.get(n)) {
                for (bin, point) in s.frame.iter_mut().zip(&table.data) {
                    bin[part] = *point as f32;
                }
            }
        }
    }
}

impl Ugen for Pvsftr {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let bins = plain_input(cx, 0, WITH_AMPLITUDES)?.layout.bins();
        *self = Self { seen: Seen::default(), tables: tables(cx, bins)? };
        self.read(cx, cx.world);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        if io.spectrum(0).is_some_and(|s| self.seen.is_news(s.frame_count)) {
            self.read(io, world);
        }
        Ok(())
    }
}
