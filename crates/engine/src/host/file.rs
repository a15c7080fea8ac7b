//! Files on disk.
#![expect(
    clippy::disallowed_methods,
    reason = "the one place in the library that touches files and standard output"
)]

use super::{Host, HostError, OpenMode, Purpose, Sandbox, SearchPaths, SeekWrite};
use crate::options::{Options, Output};
use orchestrion_base::limits::{Limit, Limits};
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The host of the command line: the file system with Csound's search paths.
#[derive(Clone, Debug, Default)]
pub struct FileHost {
    paths: SearchPaths,
    limits: Limits,
    sandbox: Option<Sandbox>,
    /// Files open for writing.
    open: Arc<AtomicU64>,
}

/// What became of a name that is to be read.
enum Found {
    At(PathBuf),
    Nowhere,
    /// All places where it could be are outside the sandbox.
    Outside,
}

impl FileHost {
    /// A host that looks for files in these places.
    pub fn new(paths: SearchPaths) -> Self {
        Self { paths, ..Self::default() }
    }

    /// The host that these options ask for; `variable` reads the environment. In a sandbox the files that the options
    /// name themselves are allowed, too: options are those of whoever renders, not of a piece.
    ///
    /// # Errors
    /// A folder of the sandbox is none.
    pub fn of(options: &Options, variable: impl Fn(&str) -> Option<String>) -> Result<Self, HostError> {
        let mut host = Self { limits: options.limits, ..Self::new(SearchPaths::of(options, variable)) };
        if options.sandbox.is_empty() {
            return Ok(host);
        }
        host.sandbox = Some(Sandbox::new(&options.sandbox)?);
        for name in &options.files {
            host.grant(name, Purpose::Piece);
        }
        for (name, purpose) in [(&options.input, Purpose::Sound), (&options.midi_file, Purpose::Midi)] {
            if let Some(name) = name {
                host.grant(name, purpose);
            }
        }
        let output = match &options.output {
            Some(Output::File(name)) => Some(name.clone()),
            None => Some(crate::soundfile::default_name(options.container).to_owned()),
            _ => None,
        };
        for name in output.iter().chain(&options.picture) {
            host.grant(name, Purpose::SoundOut);
        }
        Ok(host)
    }

    /// Allows one file beside those of the sandbox, if there is one. Only for names that whoever renders gives.
    pub fn grant(&self, name: &str, purpose: Purpose) {
        let Some(sandbox) = &self.sandbox else { return };
        if matches!(purpose, Purpose::SoundOut | Purpose::DataOut) {
            sandbox.grant(&self.paths.output(name, purpose));
        } else if let Some(path) = self.candidates(name, purpose).into_iter().find(|path| path.is_file()) {
            sandbox.grant(&path);
        }
    }

    /// The places in which files are looked for.
    pub fn paths(&self) -> &SearchPaths {
        &self.paths
    }

    /// The places, to change them.
    pub fn paths_mut(&mut self) -> &mut SearchPaths {
        &mut self.paths
    }

    /// Where a file of this name may be, in order.
    fn candidates(&self, name: &str, purpose: Purpose) -> Vec<PathBuf> {
        let path = Path::new(name);
        if path.is_absolute() {
            return vec![path.to_path_buf()];
        }
        self.paths.directories(purpose).iter().map(|dir| dir.join(path)).collect()
    }

    fn locate(&self, name: &str, purpose: Purpose) -> Found {
        let mut candidates = self.candidates(name, purpose);
        if let Some(sandbox) = &self.sandbox {
            candidates = candidates.iter().filter_map(|path| sandbox.admit(path)).collect();
            if candidates.is_empty() {
                return Found::Outside;
            }
        }
        candidates.into_iter().find(|path| path.is_file()).map_or(Found::Nowhere, Found::At)
    }

    /// Where a path leads, if that is allowed.
    fn admit(&self, action: &'static str, name: &str, path: PathBuf) -> Result<PathBuf, HostError> {
        match &self.sandbox {
            None => Ok(path),
            Some(sandbox) => sandbox.admit(&path).ok_or_else(|| sandbox.outside(action, name)),
        }
    }

    fn not_found(&self, name: &str, purpose: Purpose) -> HostError {
        let path = Path::new(name);
        let tried = if path.is_relative() { self.paths.directories(purpose) } else { Vec::new() };
        let shown = |p: &PathBuf| {
            if p.as_os_str().is_empty() { ".".to_string() } else { p.display().to_string() }
        };
        HostError::NotFound { name: name.to_string(), tried: tried.iter().map(shown).collect() }
    }

    /// Counts one more file that is open for writing.
    fn take_place(&self, name: &str) -> Result<Place, HostError> {
        let limit = self.limits.get(Limit::OpenFiles);
        let place = Place(self.open.clone());
        if self.open.fetch_add(1, Ordering::Relaxed) < limit {
            return Ok(place);
        }
        let reason = Limit::OpenFiles.reached(format!("{limit} files are open for writing"));
        Err(HostError::Refused { action: "write", name: name.to_owned(), reason })
    }
}

impl Host for FileHost {
    fn read(&self, name: &str, purpose: Purpose) -> Result<Arc<[u8]>, HostError> {
        let path = match (self.locate(name, purpose), &self.sandbox) {
            (Found::At(path), _) => path,
            (Found::Outside, Some(sandbox)) => return Err(sandbox.outside("read", name)),
            _ => return Err(self.not_found(name, purpose)),
        };
        let refused = |e: io::Error| refused("read", name, &e);
        let file = File::open(&path).map_err(refused)?;
        let size = file.metadata().map_err(refused)?.len();
        let limit = self.limits.get(Limit::FileBytes);
        if size > limit {
            return Err(HostError::TooLarge { name: name.to_string(), size });
        }
        let mut bytes = Vec::new();
        file.take(limit).read_to_end(&mut bytes).map_err(refused)?;
        Ok(bytes.into())
    }

    fn find(&self, name: &str, purpose: Purpose) -> Option<String> {
        match self.locate(name, purpose) {
            Found::At(path) => Some(path.display().to_string()),
            _ => None,
        }
    }

    fn create(&self, name: &str, purpose: Purpose, mode: OpenMode) -> Result<Box<dyn SeekWrite>, HostError> {
        let path = self.admit("write", name, self.paths.output(name, purpose))?;
        let place = self.take_place(name)?;
        let mut options = OpenOptions::new();
        match mode {
            OpenMode::Replace => options.write(true).create(true).truncate(true),
            OpenMode::Append => options.append(true).create(true),
        };
        let file = options.open(&path).map_err(|e| refused("write", name, &e))?;
        Ok(Box::new(Writing { file: BufWriter::with_capacity(1 << 16, file), _place: place }))
    }

    fn remove(&self, name: &str) -> Result<(), HostError> {
        let path = self.admit("remove", name, self.paths.output(name, Purpose::SoundOut))?;
        std::fs::remove_file(path).map_err(|e| refused("remove", name, &e))
    }

    fn create_folder(&self, name: &str) -> Result<(), HostError> {
        let path = self.admit("create the folder", name, PathBuf::from(name))?;
        std::fs::create_dir_all(path).map_err(|e| refused("create the folder", name, &e))
    }

    fn temporary(&self, start: &str, end: &str) -> Result<String, HostError> {
        let name = super::temporary(start, end)?;
        self.grant(&name, Purpose::SoundOut);
        Ok(name)
    }

    fn current_folder(&self) -> Option<String> {
        std::env::current_dir().ok().map(|p| p.display().to_string())
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, HostError> {
        let refused = |e: io::Error| refused("list", folder, &e);
        let path = self.admit("list", folder, PathBuf::from(folder))?;
        let mut names = Vec::new();
        for entry in std::fs::read_dir(path).map_err(refused)? {
            let entry = entry.map_err(refused)?;
            if entry.path().is_file() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        Ok(names)
    }

    fn stdout(&self) -> Option<Box<dyn Write + Send>> {
        Some(Box::new(BufWriter::with_capacity(1 << 16, io::stdout())))
    }
}

/// A place among the files that may be open, until it is dropped.
struct Place(Arc<AtomicU64>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A file being written.
struct Writing {
    file: BufWriter<File>,
    _place: Place,
}

impl Write for Writing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for Writing {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

fn refused(action: &'static str, name: &str, error: &io::Error) -> HostError {
    HostError::Refused { action, name: name.to_string(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn what_is_written_can_be_found_and_read_again() {
        let dir = std::env::temp_dir().join(format!("orchestrion-host-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let mut host = FileHost::default();
        host.paths_mut().set("SFDIR", &dir.display().to_string());
        let mut out = host.create("x.bin", Purpose::SoundOut, OpenMode::Replace).unwrap();
        out.write_all(b"abcd").unwrap();
        out.seek(SeekFrom::Start(1)).unwrap();
        out.write_all(b"X").unwrap();
        out.flush().unwrap();
        drop(out);
        assert_eq!(&*host.read("x.bin", Purpose::Sound).unwrap(), b"aXcd");
        let mut out = host.create("x.bin", Purpose::SoundOut, OpenMode::Append).unwrap();
        out.write_all(b"e").unwrap();
        drop(out);
        assert_eq!(&*host.read("x.bin", Purpose::Sound).unwrap(), b"aXcde");
        assert!(host.find("x.bin", Purpose::Sound).is_some());
        assert_eq!(host.find("x.bin", Purpose::Include), None);
        let text = host.read("y.bin", Purpose::Sound).unwrap_err().to_string();
        assert!(text.starts_with("cannot find \"y.bin\" (looked in ., "), "{text}");
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
