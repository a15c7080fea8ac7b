//! The real world behind [`orchestrion_base::host::Host`]: files on disk, or files in memory.
//!
//! This is the only module of the library that touches the file system, other programs and standard output.

mod app;
mod carried;
mod file;
mod memory;
mod paths;
mod temporary;

pub use app::open_with;
pub use carried::CarriedHost;
pub use file::FileHost;
pub use memory::MemoryHost;
pub use orchestrion_base::host::{Host, HostError, OpenMode, Purpose, SeekWrite};
pub use paths::SearchPaths;
pub use temporary::temporary;
