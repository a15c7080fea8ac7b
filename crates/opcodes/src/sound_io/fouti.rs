//! `fiopen`, `ficlose`, `fouti`, `foutir`: numbers written to text files at init and at release.

use crate::print::files::TextFiles;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::host::Purpose;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::fmt::Write;

/// Definition of `fiopen`.
pub static FIOPEN: OpDef =
    OpDef::new("fiopen", "Opens a file for text or numbers and answers with its number.")
        .sigs(&[sig("i", "Si", Make::Init(fiopen)), sig("i", "ii", Make::Init(fiopen))])
        .outs(&[port("ihandle", "number of the file, for fouti, foutir, fprints, fprintks and ficlose")])
        .ins(&[
            port("ifilename", "name of the file; it is replaced unless it is open already"),
            port("imode", "0 text to write, 1 text to read, 2 binary to write, 3 binary to read"),
        ])
        .source("Manual: fiopen")
        .differences(&["files to read are only looked for: nothing reads through their numbers"]);

/// Definition of `ficlose`.
pub static FICLOSE: OpDef = OpDef::new("ficlose", "Closes a file that fiopen opened.")
    .sigs(&[sig("", "S", Make::Init(ficlose)), sig("", "i", Make::Init(ficlose))])
    .ins(&[port("ihandle", "number or name of the file; a warning tells if it is not open")])
    .source("Manual: ficlose");

const INS: &[Port] = &[
    port("ihandle", "number of the file"),
    port("iformat", "0 text, else 64-bit floats"),
    port(
        "iflag",
        "prefix in text: 0 none, 1 the start of a score line, 2 the same counting time from the first line on; 3 only sets that time back",
    ),
    port("iout1, ...", "numbers"),
];

/// Definition of `fouti`.
pub static FOUTI: OpDef = OpDef::new("fouti", "Writes numbers to a file at init.")
    .sigs(&[sig("", "iiim", Make::Init(fouti))])
    .ins(INS)
    .source("Manual: fouti; score lines measured on the reference");

/// Definition of `foutir`.
pub static FOUTIR: OpDef = OpDef::new("foutir", "Writes numbers to a file when the note is released.")
    .sigs(&[sig("", "iiim", Make::Unit(world_unit::<Foutir>))])
    .ins(INS)
    .writes(Res::FILES)
    .may_fail()
    .source("Manual: foutir; score lines measured on the reference");

fn fiopen(cx: &mut Init<'_>) -> OpResult {
    if !cx.io.is_str(0) {
        return Err("fiopen: invalid file handle".into());
    }
    let name = cx.io.text(0);
    if name.is_empty() {
        return Err("fiopen: the file has no name".into());
    }
    if matches!(cx.io.int(1), 1 | 3) {
        let host = cx.world.host.as_ref().ok_or("there are no files here")?;
        if host.find(&name, Purpose::Data).is_none() {
            return Err(OpError::new(format!("fiopen: cannot find \"{name}\"")));
        }
        return Ok(());
    }
    let number = TextFiles::open(cx.world, &name)?;
    cx.io.set(0, number as f64);
    Ok(())
}

fn ficlose(cx: &mut Init<'_>) -> OpResult {
    let number = match cx.io.is_str(0) {
        true => TextFiles::number(cx.world, &cx.io.text(0)),
        false => usize::try_from(cx.io.int(0)).ok(),
    };
    if !number.map_or(Ok(false), |number| TextFiles::close(cx.world, number))? {
        cx.world.warn("ficlose: there is no such open file");
    }
    Ok(())
}

/// k-cycle from which the score lines of prefix 2 count time.
#[derive(Default)]
struct TimeZero(Option<u64>);

fn file(io: &Io<'_>) -> OpResult<usize> {
    usize::try_from(io.int(0)).map_err(|_| OpError::new("fouti: invalid file handle"))
}

/// The numbers behind a prefix, for a note that begins at a k-cycle and lasts so many seconds.
fn line(io: &Io<'_>, world: &mut World, begin: u64, seconds: f64) -> Vec<u8> {
    let numbers = (3..io.n_ins()).map(|i| io.k(i));
    if io.k(1) != 0.0 {
        return numbers.flat_map(f64::to_le_bytes).collect();
    }
    let from = match io.int(2) {
        3 => {
            world.shared::<TimeZero>().0 = None;
            return Vec::new();
        }
        2 => *world.shared::<TimeZero>().0.get_or_insert(begin),
        _ => 0,
    };
    let mut text = String::new();
    // Writing to a string cannot fail.
    if matches!(io.int(2), 1 | 2) {
        let at = begin.saturating_sub(from) as f64 / world.header.kr;
        let _ = write!(text, "i {} {at:.6} ", io.pfield(1).trunc());
        let _ = if seconds > 0.0 { write!(text, "{seconds:.6} ") } else { write!(text, ". ") };
    }
    for number in numbers {
        let _ = write!(text, " {number:.6}");
    }
    text.push('\n');
    text.into_bytes()
}

fn fouti(cx: &mut Init<'_>) -> OpResult {
    let (begin, seconds) = (cx.world.cycle, cx.io.pfield(3));
    let line = line(&cx.io, cx.world, begin, seconds);
    TextFiles::append_now(cx.world, file(&cx.io)?, &line)
}

/// State of `foutir`.
#[derive(Default)]
struct Foutir {
    begin: u64,
    written: bool,
}

impl WorldUgen for Foutir {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        cx.io.note.ask_extra_cycles(1);
        (self.begin, self.written) = (cx.world.cycle, false);
        if cx.io.int(2) == 2 {
            cx.world.shared::<TimeZero>().0.get_or_insert(self.begin);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        if self.written || !io.note.releasing.get() {
            return Ok(());
        }
        self.written = true;
        // The k-cycle of the release counts (measured on the reference).
        let seconds = (world.cycle + 1).saturating_sub(self.begin) as f64 / world.header.kr;
        let line = line(io, world, self.begin, seconds);
        TextFiles::append(world, file(io)?, &line)
    }
}
