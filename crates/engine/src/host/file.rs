//! Files on disk.
#![expect(
    clippy::disallowed_methods,
    reason = "the one place in the library that touches files and standard output"
)]

use super::{Host, HostError, OpenMode, Purpose, SearchPaths, SeekWrite};
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The largest file that is read into memory, in bytes.
pub const READ_LIMIT: u64 = 4 << 30;

/// The host of the command line: the file system with Csound's search paths.
#[derive(Clone, Debug, Default)]
pub struct FileHost {
    paths: SearchPaths,
}

impl FileHost {
    /// A host that looks for files in these places.
    pub fn new(paths: SearchPaths) -> Self {
        Self { paths }
    }

    /// The places in which files are looked for.
    pub fn paths(&self) -> &SearchPaths {
        &self.paths
    }

    /// The places, to change them.
    pub fn paths_mut(&mut self) -> &mut SearchPaths {
        &mut self.paths
    }

    fn locate(&self, name: &str, purpose: Purpose) -> Option<PathBuf> {
        let path = Path::new(name);
        if path.is_absolute() {
            return path.is_file().then(|| path.to_path_buf());
        }
        self.paths.directories(purpose).iter().map(|dir| dir.join(path)).find(|p| p.is_file())
    }

    fn not_found(&self, name: &str, purpose: Purpose) -> HostError {
        let path = Path::new(name);
        let tried = if path.is_relative() { self.paths.directories(purpose) } else { Vec::new() };
        let shown = |p: &PathBuf| {
            if p.as_os_str().is_empty() { ".".to_string() } else { p.display().to_string() }
        };
        HostError::NotFound { name: name.to_string(), tried: tried.iter().map(shown).collect() }
    }
}

impl Host for FileHost {
    fn read(&self, name: &str, purpose: Purpose) -> Result<Arc<[u8]>, HostError> {
        let path = self.locate(name, purpose).ok_or_else(|| self.not_found(name, purpose))?;
        let refused = |e: io::Error| refused("read", name, &e);
        let file = File::open(&path).map_err(refused)?;
        let size = file.metadata().map_err(refused)?.len();
        if size > READ_LIMIT {
            return Err(HostError::TooLarge { name: name.to_string(), size, limit: READ_LIMIT });
        }
        let mut bytes = Vec::new();
        file.take(READ_LIMIT).read_to_end(&mut bytes).map_err(refused)?;
        Ok(bytes.into())
    }

    fn find(&self, name: &str, purpose: Purpose) -> Option<String> {
        self.locate(name, purpose).map(|p| p.display().to_string())
    }

    fn create(&self, name: &str, purpose: Purpose, mode: OpenMode) -> Result<Box<dyn SeekWrite>, HostError> {
        let path = self.paths.output(name, purpose);
        let mut options = OpenOptions::new();
        match mode {
            OpenMode::Replace => options.write(true).create(true).truncate(true),
            OpenMode::Append => options.append(true).create(true),
        };
        let file = options.open(&path).map_err(|e| refused("write", name, &e))?;
        Ok(Box::new(BufWriter::with_capacity(1 << 16, file)))
    }

    fn remove(&self, name: &str) -> Result<(), HostError> {
        let path = self.paths.output(name, Purpose::SoundOut);
        std::fs::remove_file(path).map_err(|e| refused("remove", name, &e))
    }

    fn create_folder(&self, name: &str) -> Result<(), HostError> {
        std::fs::create_dir_all(name).map_err(|e| refused("create the folder", name, &e))
    }

    fn current_folder(&self) -> Option<String> {
        std::env::current_dir().ok().map(|p| p.display().to_string())
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, HostError> {
        let refused = |e: io::Error| refused("list", folder, &e);
        let mut names = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(refused)? {
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

fn refused(action: &'static str, name: &str, error: &io::Error) -> HostError {
    HostError::Refused { action, name: name.to_string(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::SeekFrom;

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
