//! Formatted text in files: `fprints`, `fprintks`.

use bstr::BString;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::limits::Limit;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

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

/// Text that one note may write between two blocks before more memory is taken, in bytes.
const ROOM: usize = 4096;

/// Text files that opcodes write, each opened once a run unless it is closed. A closed one keeps its number.
#[derive(Default)]
pub(crate) struct TextFiles {
    files: Vec<Option<TextFile>>,
}

struct TextFile {
    name: String,
    /// Its number in [`World::out_files`].
    writer: usize,
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
        let host = world.host.clone().ok_or_else(|| OpError::new("there are no files here"))?;
        let writer =
            world.out_files.keep_bytes(&*host, name, ROOM).map_err(|e| OpError::new(e.to_string()))?;
        let files = &mut world.shared::<Self>().files;
        let at = files.iter().position(Option::is_none).unwrap_or(files.len());
        if at == files.len() {
            files.push(None);
        }
        files[at] = Some(TextFile { name: name.to_string(), writer });
        Ok(at)
    }

    /// Number of the open file with this name.
    pub(crate) fn number(world: &mut World, name: &str) -> Option<usize> {
        let files = &world.shared::<Self>().files;
        files.iter().position(|file| file.as_ref().is_some_and(|file| file.name == name))
    }

    /// Closes a file; whether it was open.
    ///
    /// # Errors
    /// The system's, about what was still to be written.
    pub(crate) fn close(world: &mut World, file: usize) -> OpResult<bool> {
        let Some(file) = world.shared::<Self>().files.get_mut(file).and_then(Option::take) else {
            return Ok(false);
        };
        world.out_files.release(file.writer).map_err(|e| OpError::new(e.to_string()))?;
        Ok(true)
    }

    /// Appends text to an open file, which has it after the block that plays.
    ///
    /// # Errors
    /// If there is no such file.
    pub(crate) fn append(world: &mut World, file: usize, text: &[u8]) -> OpResult {
        let file = world.shared_ref::<Self>().and_then(|files| files.files.get(file)?.as_ref());
        let pending = file.map(|file| file.writer).and_then(|writer| world.out_files.bytes(writer));
        pending.ok_or_else(|| OpError::new("invalid file handle"))?.extend_from_slice(text);
        Ok(())
    }

    /// Appends text at init: whoever reads the file in the same pass finds it there.
    ///
    /// # Errors
    /// If there is no such file, or the system's error.
    pub(crate) fn append_now(world: &mut World, file: usize, text: &[u8]) -> OpResult {
        Self::append(world, file, text)?;
        world.out_files.write().map_err(|e| OpError::new(e.to_string()))
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

fn formatted(io: &Io<'_>, world: &World, format: &[u8]) -> OpResult<BString> {
    format::prints(format, &values(io, 2), world.limits.size(Limit::StringBytes))
}

fn fprints(cx: &mut Init<'_>) -> OpResult {
    let (file, format) = prepare(&cx.io, cx.world)?;
    let text = formatted(&cx.io, cx.world, &format)?;
    TextFiles::append_now(cx.world, file, &text)
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
        let text = formatted(io, world, &self.format)?;
        TextFiles::append(world, self.file, &text)
    }
}
