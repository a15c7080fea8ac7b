//! Formatted text in files: `fprints`, `fprintks`.

use bstr::BString;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::host::{OpenMode, Purpose, SeekWrite};
use orchestrion_base::limits::Limit;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::sync::Mutex;

use super::format::{self, values};

const PORTS: &[Port] = &[
    port("Sfilename", "name of the file, which is replaced when it is first written in a run; or its number"),
    port("Sfmt", "text with directives %d %i %u %x %o %c %f %e %g %s"),
    port("xval1, ...", "numbers and strings for the directives, in order"),
];

/// Definition of `fprints`.
pub static FPRINTS: OpDef = OpDef::new("fprints", "Writes formatted text to a file at init.")
    .sigs(&[sig("", "SSN", Make::Init(fprints)), sig("", "iSN", Make::Init(fprints))])
    .ins(PORTS)
    .source("Manual: fprints");

/// Definition of `fprintks`.
pub static FPRINTKS: OpDef = OpDef::new("fprintks", "Writes formatted text to a file in every k-cycle.")
    .sigs(&[
        sig("", "SSN", Make::Unit(world_unit::<Fprintks>)),
        sig("", "iSN", Make::Unit(world_unit::<Fprintks>)),
    ])
    .ins(PORTS)
    .writes(Res::FILES)
    .may_fail()
    .source("Manual: fprintks");

/// Text files that opcodes write, each opened once a run unless it is closed. A closed one keeps its number.
#[derive(Default)]
pub(crate) struct TextFiles {
    files: Vec<Option<TextFile>>,
}

struct TextFile {
    name: String,
    writer: Mutex<Box<dyn SeekWrite>>,
}

impl TextFiles {
    /// Number of the file with this name, which is opened, empty, if it is not open.
    ///
    /// # Errors
    /// If the host cannot open it.
    pub(crate) fn open(world: &mut World, name: &str) -> OpResult<usize> {
        if let Some(i) = Self::number(world, name) {
            return Ok(i);
        }
        let host = world.host.as_ref().ok_or_else(|| OpError::new("there are no files here"))?;
        let writer = host
            .create(name, Purpose::DataOut, OpenMode::Replace)
            .map_err(|e| OpError::new(e.to_string()))?;
        let files = &mut world.shared::<Self>().files;
        let at = files.iter().position(Option::is_none).unwrap_or(files.len());
        if at == files.len() {
            files.push(None);
        }
        files[at] = Some(TextFile { name: name.to_string(), writer: Mutex::new(writer) });
        Ok(at)
    }

    /// Number of the open file with this name.
    pub(crate) fn number(world: &mut World, name: &str) -> Option<usize> {
        let files = &world.shared::<Self>().files;
        files.iter().position(|file| file.as_ref().is_some_and(|file| file.name == name))
    }

    /// Closes a file; whether it was open.
    pub(crate) fn close(world: &mut World, file: usize) -> bool {
        world.shared::<Self>().files.get_mut(file).and_then(Option::take).is_some()
    }

    /// Writes to an open file.
    ///
    /// # Errors
    /// If there is no such file, or the system's error.
    pub(crate) fn write(world: &mut World, file: usize, text: &[u8]) -> OpResult {
        let file = world.shared::<Self>().files.get_mut(file).and_then(Option::as_mut);
        let file = file.ok_or_else(|| OpError::new("invalid file handle"))?;
        let writer = file.writer.get_mut().map_err(|_| OpError::new("the file broke in another note"))?;
        writer
            .write_all(text)
            .and_then(|()| writer.flush())
            .map_err(|e| OpError::new(format!("cannot write \"{}\": {e}", file.name)))
    }
}

/// File and decoded format of inputs 0 and 1.
fn prepare(io: &Io<'_>, world: &mut World) -> OpResult<(usize, BString)> {
    let file = if io.is_str(0) {
        TextFiles::open(world, &io.text(0))?
    } else {
        usize::try_from(io.int(0)).map_err(|_| OpError::new("invalid file handle"))?
    };
    Ok((file, format::decode(&io.str(1))))
}

fn write(io: &Io<'_>, world: &mut World, file: usize, format: &[u8]) -> OpResult {
    let text = format::prints(format, &values(io, 2), world.limits.size(Limit::StringBytes))?;
    TextFiles::write(world, file, &text)
}

fn fprints(cx: &mut Init<'_>) -> OpResult {
    let (file, format) = prepare(&cx.io, cx.world)?;
    write(&cx.io, cx.world, file, &format)
}

/// State of `fprintks`: the file and the format at init.
#[derive(Default)]
struct Fprintks {
    file: usize,
    format: BString,
}

impl WorldUgen for Fprintks {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        (self.file, self.format) = prepare(&cx.io, cx.world)?;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        write(io, world, self.file, &self.format)
    }
}
