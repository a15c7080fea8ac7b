//! The one place where the command line meets the engine.

use crate::args::Emit;
use crate::progress::Progress;
use orchestrion::base::diag::{Diagnostic, codes};
use orchestrion::base::source::{SourceMap, Span};
use orchestrion::flags::FlagSet;
use orchestrion::host::{FileHost, SearchPaths};
use orchestrion::options::Options;
use orchestrion::soundfile::Levels;
use std::path::Path;

/// What the engine is asked to do.
pub struct Job {
    /// Flags of the command line; the engine lays them over the piece's `<CsOptions>` with
    /// [`orchestrion::flags::combine`].
    #[expect(dead_code, reason = "read once the engine is connected")]
    pub flags: FlagSet,
    /// The files named: one `.csd`, or an orchestra and perhaps a score.
    #[cfg_attr(not(test), expect(dead_code, reason = "read once the engine is connected"))]
    pub files: Vec<String>,
    /// The file system, with the piece's directory and the search paths of environment and flags.
    #[expect(dead_code, reason = "read once the engine is connected")]
    pub host: FileHost,
}

/// What the engine tells while it works.
#[cfg_attr(not(test), expect(dead_code, reason = "called once the engine is connected"))]
pub trait Watch {
    /// A message for the user, with its newline.
    fn message(&mut self, text: &str);
    /// Some time was rendered.
    fn progress(&mut self, progress: &Progress);
}

/// What came of it.
#[derive(Default)]
pub struct Outcome {
    /// The texts that diagnostics point into.
    pub sources: SourceMap,
    /// Everything found, in order.
    pub diagnostics: Vec<Diagnostic>,
    /// Figures of a render that ran.
    pub summary: Option<Summary>,
    /// Text asked for with `--emit`.
    pub emitted: Option<String>,
}

/// Figures of a render.
pub struct Summary {
    /// What was written: a file's name, `stdout`, or nothing.
    pub output: String,
    /// Seconds of sound.
    pub seconds: f64,
    /// Peaks and samples out of range.
    pub levels: Levels,
}

/// The engine as the command line sees it.
pub trait Engine {
    /// Renders a piece.
    fn render(&mut self, job: &Job, watch: &mut dyn Watch) -> Outcome;
    /// Compiles a piece.
    fn check(&mut self, job: &Job, emit: Option<Emit>) -> Outcome;
}

/// Variables that hold search paths.
const PATHS: [&str; 5] = ["SSDIR", "SFDIR", "SADIR", "INCDIR", "MFDIR"];

impl Job {
    /// A job for these flags: search paths come from the environment, then from `--env`.
    pub fn new(flags: FlagSet) -> Self {
        let options = flags.options();
        let host = FileHost::new(search_paths(&options, |name| std::env::var(name).ok()));
        Self { flags, files: options.files, host }
    }
}

fn search_paths(options: &Options, variable: impl Fn(&str) -> Option<String>) -> SearchPaths {
    let piece = options.files.first().and_then(|name| Path::new(name).parent()).unwrap_or(Path::new(""));
    let mut paths = SearchPaths::beside(piece);
    paths.use_piece = options.default_paths;
    for name in PATHS {
        if let Some(value) = variable(name) {
            paths.set(name, &value);
        }
    }
    for change in &options.env {
        if change.append {
            paths.append(&change.name, &change.value);
        } else {
            paths.set(&change.name, &change.value);
        }
    }
    paths
}

/// The engine of this build.
pub fn engine() -> impl Engine {
    Unconnected
}

/// Until the engine's interface is there. TO THE LEAD: replace this by an implementation over
/// `OfflineEngine`; nothing else in this crate has to change.
struct Unconnected;

impl Unconnected {
    fn outcome() -> Outcome {
        let message = "this build of the command line has no engine";
        let diagnostic = Diagnostic::error(codes::CSD_REFUSED, Span::NONE, message);
        Outcome { diagnostics: vec![diagnostic], ..Outcome::default() }
    }
}

impl Engine for Unconnected {
    fn render(&mut self, _: &Job, _: &mut dyn Watch) -> Outcome {
        Self::outcome()
    }

    fn check(&mut self, _: &Job, _: Option<Emit>) -> Outcome {
        Self::outcome()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use orchestrion::flags::{FlagSource, parse};
    use orchestrion::host::Purpose;

    #[test]
    fn flags_come_after_the_environment() {
        let words = ["sub/p.csd", "--env:SSDIR+=/b", "--env:SFDIR=/c"].map(String::from);
        let (flags, _) = parse(&words, FlagSource::CommandLine);
        let paths = search_paths(&flags.options(), |name| (name != "INCDIR").then(|| "/a".to_string()));
        let dirs: Vec<_> =
            paths.directories(Purpose::Sound).iter().map(|d| d.display().to_string()).collect();
        assert_eq!(dirs, ["", "sub", "/b", "/a", "/c"]);
    }
}
