//! Where files are looked for.

use crate::options::Options;
use orchestrion_base::host::Purpose;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Variables that hold search paths.
const VARIABLES: [&str; 5] = ["SSDIR", "SFDIR", "SADIR", "INCDIR", "MFDIR"];

/// The directory of the piece and the search paths, separated by `;` as Csound has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchPaths {
    /// Directory of the piece, looked into first; empty for the current directory.
    pub piece: PathBuf,
    /// Whether the piece's directory counts (`--no-default-paths` switches it off).
    pub use_piece: bool,
    variables: BTreeMap<String, String>,
}

impl SearchPaths {
    /// No variables; files are looked for beside a piece in `piece`, then in the current directory.
    pub fn beside(piece: impl Into<PathBuf>) -> Self {
        Self { piece: piece.into(), use_piece: true, variables: BTreeMap::new() }
    }

    /// The search paths of a render: beside the piece that the options name; variables from the environment,
    /// which `variable` reads, then from the options.
    pub fn of(options: &Options, variable: impl Fn(&str) -> Option<String>) -> Self {
        let piece = options.files.first().and_then(|name| Path::new(name).parent()).unwrap_or(Path::new(""));
        let mut paths = Self { use_piece: options.default_paths, ..Self::beside(piece) };
        for name in VARIABLES {
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

    /// Sets a variable, as `--env:NAME=VALUE` does.
    pub fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_string(), value.to_string());
    }

    /// Appends to a variable, as `--env:NAME+=VALUE` does.
    pub fn append(&mut self, name: &str, value: &str) {
        let entry = self.variables.entry(name.to_string()).or_default();
        if !entry.is_empty() {
            entry.push(';');
        }
        entry.push_str(value);
    }

    /// The directories in which a relative name is looked for, in order.
    pub fn directories(&self, purpose: Purpose) -> Vec<PathBuf> {
        let variables: &[&str] = match purpose {
            Purpose::Piece | Purpose::SoundOut | Purpose::DataOut => &[],
            Purpose::Include => &["INCDIR"],
            Purpose::Sound | Purpose::Data => &["SSDIR", "SFDIR"],
            Purpose::Analysis => &["SADIR"],
            Purpose::Midi => &["MFDIR", "SSDIR", "SFDIR"],
        };
        let mut out = vec![PathBuf::new()];
        if self.use_piece && purpose != Purpose::Piece && !self.piece.as_os_str().is_empty() {
            out.push(self.piece.clone());
        }
        for name in variables {
            // "If a file is found in multiple directories, the last will be used" (manual, --env).
            out.extend(self.list(name).into_iter().rev());
        }
        out
    }

    /// Where a file that is to be written goes.
    pub fn output(&self, name: &str, purpose: Purpose) -> PathBuf {
        let path = Path::new(name);
        match self.list("SFDIR").pop() {
            Some(dir) if purpose == Purpose::SoundOut && is_bare(path) => dir.join(path),
            _ => path.to_path_buf(),
        }
    }

    fn list(&self, name: &str) -> Vec<PathBuf> {
        let value = self.variables.get(name).map_or("", String::as_str);
        value.split(';').map(str::trim).filter(|s| !s.is_empty()).map(PathBuf::from).collect()
    }
}

/// Whether a name says nothing about its directory: neither absolute nor starting with a dot.
fn is_bare(path: &Path) -> bool {
    path.is_relative() && !path.to_string_lossy().starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flags::{FlagSource, parse};

    #[test]
    fn sound_is_sought_beside_the_piece_then_in_ssdir_then_sfdir() {
        let mut paths = SearchPaths::beside("/piece");
        paths.set("SSDIR", "/s1");
        paths.append("SSDIR", "/s2");
        paths.set("SFDIR", "/f");
        let got: Vec<String> =
            paths.directories(Purpose::Sound).iter().map(|p| p.display().to_string()).collect();
        assert_eq!(got, ["", "/piece", "/s2", "/s1", "/f"]);
        paths.use_piece = false;
        assert!(!paths.directories(Purpose::Sound).contains(&PathBuf::from("/piece")));
    }

    #[test]
    fn flags_come_after_the_environment() {
        let words = ["sub/p.csd", "--env:SSDIR+=/b", "--env:SFDIR=/c"].map(String::from);
        let (flags, _) = parse(&words, FlagSource::CommandLine);
        let paths = SearchPaths::of(&flags.options(), |name| (name != "INCDIR").then(|| "/a".to_string()));
        let dirs: Vec<_> =
            paths.directories(Purpose::Sound).iter().map(|d| d.display().to_string()).collect();
        assert_eq!(dirs, ["", "sub", "/b", "/a", "/c"]);
    }

    #[test]
    fn sound_is_written_to_sfdir_unless_the_name_has_a_place() {
        let mut paths = SearchPaths::beside("/piece");
        assert_eq!(paths.output("a.wav", Purpose::SoundOut), PathBuf::from("a.wav"));
        paths.set("SFDIR", "/f");
        assert_eq!(paths.output("a.wav", Purpose::SoundOut), PathBuf::from("/f/a.wav"));
        assert_eq!(paths.output("./a.wav", Purpose::SoundOut), PathBuf::from("./a.wav"));
        assert_eq!(paths.output("a.txt", Purpose::DataOut), PathBuf::from("a.txt"));
    }
}
