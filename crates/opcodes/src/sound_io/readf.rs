//! `readf`, `readfi`: text files line by line.

use crate::sound::named_or_numbered;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::host::Purpose;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::sync::Arc;

const INS: &[Port] = &[port("ifilname", "name of the file, or number n for input.n")];
const DIFFERENCES: &[&str] = &["the line number stays -1 after the end; in the reference it counts on"];

/// Definition of `readf`.
pub static READF: OpDef = OpDef::new("readf", "Reads a line of a text file in every k-cycle.")
    .sigs(&[sig("Sk", "i", Make::Unit(unit::<Readf>)), sig("Sk", "S", Make::Unit(unit::<Readf>))])
    .outs(&[
        port("Sres", "the line with its end, or 1022 bytes of a longer one"),
        port("kline", "number of the line, -1 after the end"),
    ])
    .ins(INS)
    .source("Manual: readf")
    .differences(DIFFERENCES);

/// Definition of `readfi`.
pub static READFI: OpDef = OpDef::new("readfi", "Reads the next line of a text file at init.")
    .sigs(&[sig("Si", "i", Make::Unit(unit::<Readfi>)), sig("Si", "S", Make::Unit(unit::<Readfi>))])
    .outs(&[
        port("Sres", "the line with its end, or 1022 bytes of a longer one"),
        port("iline", "number of the line, -1 after the end"),
    ])
    .ins(INS)
    .source("Manual: readfi")
    .differences(&["a new note begins anew, where the reference crashes"]);

/// What stands before the number of a file without a name.
const PREFIX: &str = "input.";

/// Longest piece of a line (measured on the reference).
const LONGEST: usize = 1022;

/// A text file being read.
#[derive(Default)]
pub(super) struct Lines {
    bytes: Option<Arc<[u8]>>,
    at: usize,
    number: u32,
}

impl Lines {
    /// Opens the file that input 0 names, as text or by number after `prefix`.
    pub fn open(&mut self, cx: &Init<'_>, prefix: &str) -> OpResult {
        let name = named_or_numbered(&cx.io, cx.world, 0, prefix);
        let host = cx.world.host.as_ref().ok_or("there are no files here")?;
        let bytes = host.read(&name, Purpose::Data).map_err(|e| OpError::new(e.to_string()))?;
        *self = Self { bytes: Some(bytes), at: 0, number: 0 };
        Ok(())
    }

    /// The next line with its end, or as much of it as a string takes; empty after the last one.
    pub fn line(&mut self) -> &[u8] {
        let rest = self.bytes.as_deref().and_then(|bytes| bytes.get(self.at..)).unwrap_or(&[]);
        let len = rest.iter().position(|&c| c == b'\n').map_or(rest.len(), |end| end + 1).min(LONGEST);
        self.at += len;
        &rest[..len]
    }

    /// Sets the outputs to the next line; false after the last one.
    fn next(&mut self, io: &Io<'_>) -> bool {
        self.number = self.number.saturating_add(1);
        let number = f64::from(self.number);
        let line = self.line();
        io.set_str(0, line);
        io.set(1, if line.is_empty() { -1.0 } else { number });
        !line.is_empty()
    }
}

#[derive(Default)]
struct Readf(Lines);

impl Ugen for Readf {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.open(cx, PREFIX)
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        self.0.next(io);
        Ok(())
    }
}

#[derive(Default)]
struct Readfi {
    lines: Lines,
    note: u64,
}

impl Ugen for Readfi {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let note = cx.note.serial.get();
        if self.lines.bytes.is_none() || self.note != note {
            self.lines.open(cx, PREFIX)?;
            self.note = note;
        }
        if !self.lines.next(&cx.io) {
            // The next call begins anew.
            self.lines = Lines::default();
        }
        Ok(())
    }

    fn perform(&mut self, _: &Io<'_>, _: &World) -> OpResult {
        Ok(())
    }
}
