//! Pieces of the tree for tests that render them without starting programs, and the files they read, in memory.

use crate::{assets, case, conformance, experiments, root};
use orchestrion::base::world::Message;
use orchestrion::flags::{FlagSource, parse};
use orchestrion::host::MemoryHost;
use orchestrion::options::Output;
use orchestrion::perform::Manner;
use orchestrion::piece::{Piece, compile_text};
use orchestrion::render::{Progress, Watch, is_shown, render};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A host in memory that holds the files of `tests/assets`.
pub fn host() -> MemoryHost {
    let host = MemoryHost::default();
    for path in files(&assets()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Ok(bytes) = std::fs::read(&path) {
            host.insert(name, bytes);
        }
    }
    host
}

/// All cases, benchmark pieces, examples and experiments: name and document.
///
/// # Errors
///
/// If a file cannot be read or a case is malformed.
pub fn pieces() -> Result<Vec<(String, String)>, String> {
    let shown = |path: &Path| path.strip_prefix(root()).unwrap_or(path).display().to_string();
    let mut list = Vec::new();
    for file in case::load_all(&conformance())? {
        list.extend(file.cases.into_iter().map(|c| (format!("{}:{}", shown(&file.path), c.name), c.csd)));
    }
    let others = ["benches/pieces", "examples"].map(|folder| files(&root().join(folder))).concat();
    for path in others.iter().filter(|path| path.extension().is_some_and(|end| end == "csd")) {
        let bytes = std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
        list.push((shown(path), String::from_utf8_lossy(&bytes).into_owned()));
    }
    list.extend(experiments::load()?.into_iter().map(|e| (e.name, e.csd)));
    Ok(list)
}

/// What a render let hear and said.
#[derive(Default, PartialEq)]
pub struct Heard {
    /// The bits of all samples, interleaved.
    pub samples: Vec<u64>,
    /// The messages.
    pub said: Vec<u8>,
    level: u32,
}

impl Watch for Heard {
    fn message(&mut self, message: &Message) {
        if is_shown(message.kind, self.level) {
            self.said.extend_from_slice(&message.text);
        }
    }

    fn progress(&mut self, _: &Progress) -> bool {
        true
    }

    fn block(&mut self, interleaved: &[f64]) {
        self.samples.extend(interleaved.iter().map(|x| x.to_bits()));
    }
}

impl Heard {
    /// The messages, for comparing ways to run a piece: what failing notes say comes in the order of the notes of a
    /// block, not in that of its k-cycles, and samples that are not finite are found at its end, so then the order of
    /// lines does not count.
    pub fn told(&self) -> Vec<u8> {
        let says = |text: &[u8]| self.said.windows(text.len()).any(|part| part == text);
        if !says(b"PERF ERROR") && !says(b"no finite numbers") {
            return self.said.clone();
        }
        let mut lines: Vec<&[u8]> = self.said.split(|&b| b == b'\n').collect();
        lines.sort_unstable();
        lines.join(&b'\n')
    }
}

/// Compiles a document with flags as typed to csound. Nothing if it does not compile.
pub fn compile(document: &str, flags: &[String]) -> Option<Piece> {
    let (flags, _) = parse(flags, FlagSource::CommandLine);
    compile_text("<text>", document, &host(), flags, orchestrion::opcodes::registry()).piece
}

/// Renders a document with flags as typed to csound and the files of the tests, notes in some manner. Nothing if it
/// does not compile.
pub fn hear(document: &str, flags: &[String], manner: Manner) -> Option<Heard> {
    let host = Arc::new(host());
    let mut piece = compile(document, flags)?;
    piece.options.output = Some(Output::Memory);
    piece.options.manner = manner;
    let mut heard = Heard { level: piece.options.message_level, ..Heard::default() };
    // A thread of its own, since a performance takes no other threads on one of rayon's.
    std::thread::scope(|scope| scope.spawn(|| render(piece, host, &mut heard)).join()).ok()?;
    Some(heard)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<_> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    files.sort();
    files
}
