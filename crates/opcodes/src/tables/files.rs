//! `ftsave`, `ftload` and their k-rate forms: tables to and from files, in the reference's two formats.

use crate::tables::lookup::find;
use bstr::ByteSlice;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::host::{OpenMode, Purpose};
use orchestrion_base::limits::Limit;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::table::{SoundLoop, Table};
use orchestrion_base::world::World;
use std::fmt::Write as _;
use std::io::Write as _;

const IN: &[Port] = &[
    port("Sfilename", "file; a number n means ftsave.n"),
    port("iflag", "0: binary; otherwise text"),
    port("ifn1...", "table numbers"),
];
const IN_K: &[Port] = &[
    port("Sfilename", "file; a number n means ftsave.n"),
    port("ktrig", "acts in each k-cycle where this is not 0"),
    port("iflag", "0: binary; otherwise text"),
    port("ifn1...", "table numbers"),
];

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig], ins: &'static [Port]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .ins(ins)
        .source("Manual: ftsave, ftload; format seen in the reference's files")
}

/// Definition of `ftsave`.
pub static FTSAVE: OpDef = def(
    "ftsave",
    "Saves tables to a file at init.",
    &[
        sig("", "iim", Make::Init(|cx| save(&cx.io, cx.world, 1))),
        sig("", "Sim", Make::Init(|cx| save(&cx.io, cx.world, 1))),
    ],
    IN,
);
/// Definition of `ftload`.
pub static FTLOAD: OpDef = def(
    "ftload",
    "Loads tables from a file at init.",
    &[
        sig("", "iim", Make::Init(|cx| load(&cx.io, cx.world, 1))),
        sig("", "Sim", Make::Init(|cx| load(&cx.io, cx.world, 1))),
    ],
    IN,
);
/// Definition of `ftsavek`.
pub static FTSAVEK: OpDef = def(
    "ftsavek",
    "Saves tables to a file on a trigger.",
    &[
        sig("", "ikim", Make::Unit(world_unit::<OnTrigger<true>>)),
        sig("", "Skim", Make::Unit(world_unit::<OnTrigger<true>>)),
    ],
    IN_K,
)
.reads(Res::TABLES)
.writes(Res::FILES)
.may_fail();
/// Definition of `ftloadk`.
pub static FTLOADK: OpDef = def(
    "ftloadk",
    "Loads tables from a file on a trigger.",
    &[
        sig("", "ikim", Make::Unit(world_unit::<OnTrigger<false>>)),
        sig("", "Skim", Make::Unit(world_unit::<OnTrigger<false>>)),
    ],
    IN_K,
)
.reads(Res::FILES)
.writes(Res::TABLES)
.may_fail();

/// Bytes of the reference's binary header (its structure on 64-bit machines without name and pointer).
const HEADER: usize = 16088;
/// Greatest table of the fixed-point oscillators, whose number of bits the text header mentions.
const MAX_LOG2: u32 = 28;

fn name(io: &Io<'_>) -> String {
    if io.is_str(0) { io.text(0) } else { format!("ftsave.{}", io.int(0)) }
}

fn save(io: &Io<'_>, world: &mut World, flag: usize) -> OpResult {
    let mut bytes = Vec::new();
    let text = io.k(flag) > 0.0;
    for i in flag + 1..io.n_ins() {
        let table = find(world, "ftsave", io.k(i))?;
        let number = io.k(i) as i32;
        if text {
            write_text(&mut bytes, table, number);
        } else {
            write_binary(&mut bytes, table, number);
        }
    }
    let host = world.host.as_ref().ok_or("ftsave: there are no files here")?;
    let failed = |e: &dyn std::fmt::Display| OpError::new(format!("ftsave: {e}"));
    let mut file = host.create(&name(io), Purpose::DataOut, OpenMode::Replace).map_err(|e| failed(&e))?;
    file.write_all(&bytes).and_then(|()| file.flush()).map_err(|e| failed(&e))
}

fn load(io: &Io<'_>, world: &mut World, flag: usize) -> OpResult {
    let host = world.host.as_ref().ok_or("ftload: there are no files here")?;
    let file = host.read(&name(io), Purpose::Data).map_err(|e| OpError::new(format!("ftload: {e}")))?;
    let text = io.k(flag) > 0.0;
    let mut rest: &[u8] = &file;
    for i in flag + 1..io.n_ins() {
        let limit = world.limits.size(Limit::TablePoints);
        let table = if text { read_text(&mut rest, limit) } else { read_binary(&mut rest, limit) };
        let table = table.ok_or("ftload: the file is not one that ftsave wrote, or too short")?;
        let number = u32::try_from(io.int(i)).ok().filter(|n| *n > 0).ok_or("ftload: bad table number")?;
        world.add_table(number, table)?;
    }
    Ok(())
}

/// Mask and shift that the fixed-point oscillators use, as the header keeps them.
fn bits(table: &Table) -> (i32, u32) {
    if !table.is_power_of_two() {
        return (-1, 0);
    }
    (table.len as i32 - 1, MAX_LOG2.saturating_sub(table.len.trailing_zeros()))
}

/// How the header counts loops: 0 none, 1 forward, 2 alternating.
fn loop_mode(sound_loop: Option<SoundLoop>) -> i32 {
    sound_loop.map_or(0, |l| if l.alternating { 2 } else { 1 })
}

fn sound_loop(mode: f64, start: f64, end: f64) -> Option<SoundLoop> {
    (mode != 0.0).then_some(SoundLoop { start: start as usize, end: end as usize, alternating: mode == 2.0 })
}

fn write_text(out: &mut Vec<u8>, t: &Table, number: i32) {
    let (mask, shift) = bits(t);
    let low = (1_i64 << shift) - 1;
    let SoundLoop { start: first, end, .. } = t.sound_loop.unwrap_or_default();
    let gen01 = if t.gen_number.abs() == 1 { f64::from(t.gen_number) } else { 0.0 };
    let mut s = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        s,
        "======= TABLE {number} size: {} values ======\nflen: {}\nlenmask: {mask}\nlobits: {shift}\n\
         lomask: {low}\nlodiv: {:.6}\ncvtbas: {:.6}\ncpscvt: {:.6}\nloopmode1: {}\nloopmode2: 0\n\
         begin1: {first}\nend1: {end}\nbegin2: 0\nend2: 0\nsoundend: {}\nflenfrms: {}\nnchnls: {}\nfno: {number}\n\
         gen01args.gen01: {gen01:.6}\ngen01args.ifilno: 0.000000\ngen01args.iskptim: 0.000000\n\
         gen01args.iformat: 0.000000\ngen01args.channel: 0.000000\ngen01args.sample_rate: {:.6}\n\
         ---------END OF HEADER--------------\n",
        t.len,
        t.len,
        1.0 / (1_u64 << shift) as f64,
        0.0,
        0.0,
        loop_mode(t.sound_loop),
        t.frames,
        t.len / t.channels.max(1),
        t.channels,
        t.sr,
    );
    for x in &t.data {
        let _ = writeln!(s, "{x:.6}");
    }
    s.push_str("---------END OF TABLE---------------\n");
    out.extend_from_slice(s.as_bytes());
}

fn write_binary(out: &mut Vec<u8>, t: &Table, number: i32) {
    let (mask, shift) = bits(t);
    let mut header = vec![0_u8; HEADER];
    let mut int = |at: usize, x: i32| header[at..at + 4].copy_from_slice(&x.to_le_bytes());
    let SoundLoop { start: first, end, .. } = t.sound_loop.unwrap_or_default();
    int(0, t.len as i32);
    int(4, mask);
    int(8, shift as i32);
    int(12, ((1_i64 << shift) - 1) as i32);
    int(40, loop_mode(t.sound_loop));
    int(44, first as i32);
    int(48, end as i32);
    int(60, t.frames as i32);
    int(64, (t.len / t.channels.max(1)) as i32);
    int(68, t.channels as i32);
    int(72, number);
    header[16..24].copy_from_slice(&(1.0 / (1_u64 << shift) as f64).to_le_bytes());
    header[HEADER - 8..].copy_from_slice(&t.sr.to_le_bytes());
    out.extend_from_slice(&header);
    for x in &t.data {
        out.extend_from_slice(&x.to_le_bytes());
    }
}

fn take<'a>(rest: &mut &'a [u8], n: usize) -> Option<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(n)?;
    *rest = tail;
    Some(head)
}

fn read_binary(rest: &mut &[u8], limit: usize) -> Option<Table> {
    let header = take(rest, HEADER)?;
    let int = |at: usize| Some(i32::from_le_bytes(header.get(at..at + 4)?.try_into().ok()?));
    let float = |b: &[u8]| Some(f64::from_le_bytes(b.try_into().ok()?));
    let len = usize::try_from(int(0)?).ok().filter(|n| *n <= limit)?;
    let points = take(rest, (len + 1) * 8)?;
    let data = points.chunks_exact(8).map(float).collect::<Option<Vec<f64>>>()?;
    Some(Table {
        sr: float(&header[HEADER - 8..])?,
        channels: int(68)?.max(1) as usize,
        frames: int(60)?.max(0) as usize,
        sound_loop: sound_loop(int(40)?.into(), int(44)?.into(), int(48)?.into()),
        ..Table::new(data)
    })
}

fn line<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let end = rest.find_byte(b'\n')?;
    let line = rest.get(..end)?.to_str().ok()?;
    *rest = rest.get(end + 1..)?;
    Some(line.trim())
}

/// The number at the start of a text; 0 if there is none.
fn number(text: &str) -> f64 {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || "+-.eE".contains(c))).unwrap_or(text.len());
    text[..end].parse().unwrap_or(0.0)
}

fn read_text(rest: &mut &[u8], limit: usize) -> Option<Table> {
    let mut table = Table { channels: 1, ..Table::default() };
    let (mut mode, mut first, mut end) = (0.0, 0.0, 0.0);
    line(rest)?;
    loop {
        let line = line(rest)?;
        if line.starts_with("---") {
            break;
        }
        let (key, value) = line.split_once(' ')?;
        let value = number(value);
        match key {
            "flen:" => table.len = (value >= 0.0 && value <= limit as f64).then_some(value as usize)?,
            "loopmode1:" => mode = value,
            "begin1:" => first = value,
            "end1:" => end = value,
            "soundend:" => table.frames = value as usize,
            "nchnls:" => table.channels = (value as usize).max(1),
            "gen01args.sample_rate:" => table.sr = value,
            _ => {}
        }
    }
    for _ in 0..=table.len {
        table.data.push(number(line(rest)?));
    }
    line(rest)?;
    table.sound_loop = sound_loop(mode, first, end);
    Some(table)
}

#[derive(Default)]
struct OnTrigger<const SAVE: bool>;

impl<const SAVE: bool> WorldUgen for OnTrigger<SAVE> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if cx.io.n_ins() < 4 { Err(OpError::new("there are no table numbers")) } else { Ok(()) }
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        if io.k(1) == 0.0 {
            return Ok(());
        }
        if SAVE { save(io, world, 2) } else { load(io, world, 2) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_formats_come_back() {
        let t = Table {
            sr: 48000.0,
            channels: 2,
            frames: 3,
            sound_loop: Some(SoundLoop { start: 1, end: 2, alternating: false }),
            ..Table::new(vec![0.5, -1.25, 3.0])
        };
        let mut bytes = Vec::new();
        write_binary(&mut bytes, &t, 7);
        write_binary(&mut bytes, &t, 8);
        let mut rest = bytes.as_slice();
        assert_eq!(read_binary(&mut rest, 100), Some(t.clone()));
        assert_eq!(read_binary(&mut rest, 100), Some(t.clone()));
        assert_eq!(read_binary(&mut rest, 100), None);
        let mut text = Vec::new();
        write_text(&mut text, &t, 7);
        assert_eq!(read_text(&mut text.as_slice(), 100), Some(t.clone()));
        assert_eq!(read_text(&mut &text[..200], 100), None);
        assert_eq!(read_text(&mut text.as_slice(), 1), None);
    }
}
