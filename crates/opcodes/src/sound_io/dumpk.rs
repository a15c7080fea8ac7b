//! `dumpk`, `readk` and their relatives for two to four signals: control signals in files.

use crate::sound::{detach, named_or_numbered};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::host::{HostError, Purpose};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, Ugen, WorldUgen, port, sig, unit, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::io::Write;
use std::sync::Arc;

const FILE: Port =
    port("ifilname", "name of the file, or number n for dumpk.n (to write) or readk.n (to read)");
const FORMAT: Port = port(
    "iformat",
    "1 signed bytes, 4 16 bit, 5 32 bit, 6 32-bit floats, 7 whole numbers as text, 8 numbers as text",
);
pub(super) const PERIOD: Port =
    port("iprd", "seconds between values, rounded down to whole k-cycles, at least one");
const SIGNALS: Port = port("ksig, ...", "signals; what a format has no room for is cut off");

const fn dump(name: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, "Writes control signals to a file.")
        .sigs(sigs)
        .ins(const { &[SIGNALS, FILE, FORMAT, PERIOD] })
        .writes(Res::FILES)
        .source("Manual: dumpk")
}

const fn read(name: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, "Reads control signals from a file.")
        .sigs(sigs)
        .outs(const { &[port("kres, ...", "the values; after the end of the file the last ones")] })
        .ins(const { &[FILE, FORMAT, PERIOD] })
        .source("Manual: readk")
        .differences(&[
            "after the end of the file values stay; in the reference they are what lies in memory",
        ])
}

/// Definition of `dumpk`.
pub static DUMPK: OpDef = dump(
    "dumpk",
    &[sig("", "kSii", Make::Unit(world_unit::<Dump<1>>)), sig("", "kiii", Make::Unit(world_unit::<Dump<1>>))],
);
/// Definition of `dumpk2`.
pub static DUMPK2: OpDef = dump(
    "dumpk2",
    &[
        sig("", "kkSii", Make::Unit(world_unit::<Dump<2>>)),
        sig("", "kkiii", Make::Unit(world_unit::<Dump<2>>)),
    ],
);
/// Definition of `dumpk3`.
pub static DUMPK3: OpDef = dump(
    "dumpk3",
    &[
        sig("", "kkkSii", Make::Unit(world_unit::<Dump<3>>)),
        sig("", "kkkiii", Make::Unit(world_unit::<Dump<3>>)),
    ],
);
/// Definition of `dumpk4`.
pub static DUMPK4: OpDef = dump(
    "dumpk4",
    &[
        sig("", "kkkkSii", Make::Unit(world_unit::<Dump<4>>)),
        sig("", "kkkkiii", Make::Unit(world_unit::<Dump<4>>)),
    ],
);
/// Definition of `readk`.
pub static READK: OpDef = read(
    "readk",
    &[sig("k", "Sii", Make::Unit(unit::<Read<1>>)), sig("k", "iii", Make::Unit(unit::<Read<1>>))],
);
/// Definition of `readk2`.
pub static READK2: OpDef = read(
    "readk2",
    &[sig("kk", "Sii", Make::Unit(unit::<Read<2>>)), sig("kk", "iii", Make::Unit(unit::<Read<2>>))],
);
/// Definition of `readk3`.
pub static READK3: OpDef = read(
    "readk3",
    &[sig("kkk", "Sii", Make::Unit(unit::<Read<3>>)), sig("kkk", "iii", Make::Unit(unit::<Read<3>>))],
);
/// Definition of `readk4`.
pub static READK4: OpDef = read(
    "readk4",
    &[sig("kkkk", "Sii", Make::Unit(unit::<Read<4>>)), sig("kkkk", "iii", Make::Unit(unit::<Read<4>>))],
);

/// How values are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Format {
    Byte,
    Short,
    Long,
    #[default]
    Float,
    Whole,
    Text,
}

impl Format {
    fn from_number(number: f64) -> OpResult<Self> {
        Ok(match number as i32 {
            1 => Self::Byte,
            4 => Self::Short,
            5 => Self::Long,
            6 => Self::Float,
            7 => Self::Whole,
            8 => Self::Text,
            other => return Err(OpError::new(format!("{other} is none of the formats 1 and 4 to 8"))),
        })
    }

    /// Bytes of a value; 0 for text.
    fn size(self) -> usize {
        match self {
            Self::Byte => 1,
            Self::Short => 2,
            Self::Long | Self::Float => 4,
            Self::Whole | Self::Text => 0,
        }
    }

    fn put(self, x: f64, last: bool, out: &mut Vec<u8>) {
        let end = if last { '\n' } else { '\t' };
        let done = match self {
            // As the reference: cut to 32 bits, of which the lowest stay.
            Self::Byte => out.write_all(&(x as i32 as i8).to_le_bytes()),
            Self::Short => out.write_all(&(x as i32 as i16).to_le_bytes()),
            Self::Long => out.write_all(&(x as i32).to_le_bytes()),
            Self::Float => out.write_all(&(x as f32).to_le_bytes()),
            Self::Whole => write!(out, "{}{end}", x as i64),
            Self::Text => write!(out, "{x:6.4}{end}"),
        };
        debug_assert!(done.is_ok(), "writing to memory cannot fail");
    }

    fn get(self, bytes: &[u8]) -> f64 {
        match (self, bytes) {
            (Self::Byte, [a]) => f64::from(*a as i8),
            (Self::Short, [a, b]) => f64::from(i16::from_le_bytes([*a, *b])),
            (Self::Long, [a, b, c, d]) => f64::from(i32::from_le_bytes([*a, *b, *c, *d])),
            (Self::Float, [a, b, c, d]) => f64::from(f32::from_le_bytes([*a, *b, *c, *d])),
            _ => 0.0,
        }
    }
}

/// What stands before the number of a file to read that has no name.
pub(super) const READ_PREFIX: &str = "readk.";

/// Counts the k-cycles between values.
#[derive(Default)]
pub(super) struct Countdown {
    period: i32,
    left: i32,
}

impl Countdown {
    /// Starts counting; `left` tells whether a period passes before the first value.
    pub fn set(&mut self, seconds: f64, kr: f64, left: bool) {
        self.period = ((seconds * kr) as i32).max(1);
        self.left = if left { self.period } else { 0 };
    }

    /// Counts a k-cycle; whether it has a value.
    pub fn is_due(&mut self) -> bool {
        self.left -= 1;
        if self.left <= 0 {
            self.left = self.period;
            return true;
        }
        false
    }
}

/// Longest line that a k-cycle writes.
const LINE: usize = 128;

#[derive(Default)]
struct Dump<const N: usize> {
    writer: Option<usize>,
    format: Format,
    countdown: Countdown,
}

impl<const N: usize> WorldUgen for Dump<N> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.format = Format::from_number(cx.io.k(N + 1))?;
        self.countdown.set(cx.io.k(N + 2), cx.io.clock.kr, true);
        let error = |e: HostError| OpError::new(e.to_string());
        if let Some(old) = self.writer.take()
            && detach(cx.io.note, old)
        {
            cx.world.out_files.release(old).map_err(error)?;
        }
        let name = named_or_numbered(&cx.io, cx.world, N, "dumpk.");
        let host = cx.world.host.clone().ok_or("there are no files here")?;
        let room = cx.io.mem.block_cycles.saturating_mul(LINE);
        self.writer = Some(cx.world.out_files.open_bytes(&*host, &name, cx.io.note, room).map_err(error)?);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        if self.countdown.is_due()
            && let Some(out) = self.writer.and_then(|writer| world.out_files.bytes(writer))
        {
            (0..N).for_each(|i| self.format.put(io.k(i), i + 1 == N, out));
        }
        Ok(())
    }
}

#[derive(Default)]
struct Read<const N: usize> {
    bytes: Option<Arc<[u8]>>,
    at: usize,
    format: Format,
    countdown: Countdown,
    values: Vec<f64>,
}

impl<const N: usize> Read<N> {
    /// The next values; those that the file has no more stay.
    fn next(&mut self) {
        let Some(bytes) = &self.bytes else { return };
        let size = self.format.size();
        if size > 0 {
            if let Some(frame) = bytes.get(self.at..self.at + N * size) {
                self.at += N * size;
                for (value, bytes) in self.values.iter_mut().zip(frame.chunks(size)) {
                    *value = self.format.get(bytes);
                }
            }
            return;
        }
        for value in &mut self.values {
            let Some((number, at)) = next_number(bytes, self.at) else { return };
            (*value, self.at) = (number, at);
        }
    }
}

/// The number after position `at` of a text, and where it ends. White space and comments are passed over; a
/// number at the very end of the file, without anything after it, does not count, as in the reference.
fn next_number(text: &[u8], mut at: usize) -> Option<(f64, usize)> {
    let mut comment = false;
    loop {
        match *text.get(at)? {
            b'\n' => comment = false,
            b'#' | b';' | b'<' => comment = true,
            c if !comment && !c.is_ascii_whitespace() => break,
            _ => {}
        }
        at += 1;
    }
    let len = text[at..].iter().position(u8::is_ascii_whitespace)?;
    let number = std::str::from_utf8(&text[at..at + len]).ok().and_then(|text| text.parse().ok());
    Some((number.unwrap_or(0.0), at + len))
}

impl<const N: usize> Ugen for Read<N> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.format = Format::from_number(cx.k(1))?;
        self.countdown.set(cx.k(2), cx.clock.kr, false);
        let name = named_or_numbered(&cx.io, cx.world, 0, READ_PREFIX);
        let host = cx.world.host.as_ref().ok_or("there are no files here")?;
        self.bytes = Some(host.read(&name, Purpose::Sound).map_err(|e| OpError::new(e.to_string()))?);
        self.at = 0;
        self.values = vec![0.0; N];
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        if self.countdown.is_due() {
            self.next();
        }
        for (o, value) in self.values.iter().enumerate() {
            io.set(o, *value);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back() {
        for (format, want) in
            [(Format::Byte, -3.0), (Format::Short, -3.0), (Format::Long, -3.0), (Format::Float, -3.75)]
        {
            let mut bytes = Vec::new();
            format.put(-3.75, true, &mut bytes);
            assert_eq!((bytes.len(), format.get(&bytes)), (format.size(), want));
        }
        let mut text = Vec::new();
        Format::Text.put(1.23456, false, &mut text);
        Format::Whole.put(-7.9, true, &mut text);
        assert_eq!(text, b"1.2346\t-7\n");
        assert_eq!(next_number(b"; no\n 1.5 2", 0), Some((1.5, 9)));
        assert_eq!(next_number(b" 2", 0), None);
    }
}
