//! The real world behind [`orchestrion_base::host::Host`]: files on disk, or files in memory.
//!
//! This is the only module of the library that touches the file system, other programs, standard output and what the
//! machine has.

mod app;
mod carried;
mod file;
mod memory;
mod paths;
mod sandbox;
mod temporary;

pub use app::open_with;
pub use carried::CarriedHost;
pub use file::FileHost;
pub use memory::MemoryHost;
pub use orchestrion_base::host::{Host, HostError, OpenMode, Purpose, SeekWrite};
pub use paths::SearchPaths;
pub use sandbox::Sandbox;
use temporary::temporary;

use std::io::Write;

/// How many threads somebody wants who said `asked`: 0 stands for one per processor.
pub(crate) fn threads(asked: u32) -> usize {
    match asked {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        n => n as usize,
    }
}

/// Writes a whole file, replacing one of its name.
///
/// # Errors
/// Those of the host, and of the system while writing.
pub fn write(host: &dyn Host, name: &str, bytes: &[u8]) -> Result<(), HostError> {
    let mut file = host.create(name, Purpose::DataOut, OpenMode::Replace)?;
    let written = file.write_all(bytes).and_then(|()| file.flush());
    written.map_err(|e| HostError::Refused { action: "write", name: name.to_owned(), reason: e.to_string() })
}
