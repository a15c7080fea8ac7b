//! Files in memory, for tests and the browser.

use super::{Host, HostError, OpenMode, Purpose, SeekWrite};
use orchestrion_base::limits::{Limit, Limits};
use orchestrion_base::lock::lock;
use std::collections::BTreeMap;
use std::io::{self, Cursor, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex};

type Files = BTreeMap<String, Arc<[u8]>>;

/// A flat set of named files. Search paths do not apply; names match exactly.
/// A clone shows the same files.
#[derive(Clone, Debug, Default)]
pub struct MemoryHost {
    files: Arc<Mutex<Files>>,
    limits: Limits,
}

impl MemoryHost {
    /// An empty set whose files become no larger than the limits allow.
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Adds or replaces a file.
    pub fn insert(&self, name: impl Into<String>, bytes: impl Into<Arc<[u8]>>) {
        lock(&self.files).insert(name.into(), bytes.into());
    }

    /// The content of a file, for instance one that a render wrote.
    pub fn get(&self, name: &str) -> Option<Arc<[u8]>> {
        lock(&self.files).get(name).cloned()
    }

    /// All names, sorted.
    pub fn names(&self) -> Vec<String> {
        lock(&self.files).keys().cloned().collect()
    }
}

impl Host for MemoryHost {
    fn read(&self, name: &str, _: Purpose) -> Result<Arc<[u8]>, HostError> {
        self.get(name).ok_or_else(|| HostError::NotFound { name: name.to_string(), tried: Vec::new() })
    }

    fn find(&self, name: &str, _: Purpose) -> Option<String> {
        self.get(name).map(|_| name.to_string())
    }

    fn create(&self, name: &str, _: Purpose, mode: OpenMode) -> Result<Box<dyn SeekWrite>, HostError> {
        let old = if mode == OpenMode::Append { self.get(name) } else { None };
        let mut cursor = Cursor::new(old.map_or_else(Vec::new, |bytes| bytes.to_vec()));
        cursor.set_position(cursor.get_ref().len() as u64);
        let most = self.limits.get(Limit::FileBytes);
        Ok(Box::new(MemoryFile { name: name.to_string(), cursor, most, files: self.files.clone() }))
    }

    fn temporary(&self, start: &str, end: &str) -> Result<String, HostError> {
        let mut files = lock(&self.files);
        let mut name = format!("{start}0{end}");
        let mut number = 0;
        while files.contains_key(&name) {
            number += 1;
            name = format!("{start}{number}{end}");
        }
        files.insert(name.clone(), Arc::new([]));
        Ok(name)
    }

    fn remove(&self, name: &str) -> Result<(), HostError> {
        match lock(&self.files).remove(name) {
            Some(_) => Ok(()),
            None => Err(HostError::NotFound { name: name.to_string(), tried: Vec::new() }),
        }
    }
}

/// A file being written; its content becomes visible on flush and on drop.
struct MemoryFile {
    name: String,
    cursor: Cursor<Vec<u8>>,
    /// Bytes that it may have.
    most: u64,
    files: Arc<Mutex<Files>>,
}

impl Write for MemoryFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.cursor.position().saturating_add(bytes.len() as u64) > self.most {
            let text = format!("\"{}\" would have more than {} bytes", self.name, self.most);
            return Err(io::Error::other(Limit::FileBytes.reached(text)));
        }
        self.cursor.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        lock(&self.files).insert(self.name.clone(), self.cursor.get_ref().as_slice().into());
        Ok(())
    }
}

impl Seek for MemoryFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.cursor.seek(to)
    }
}

impl Drop for MemoryFile {
    fn drop(&mut self) {
        // Publishing into a map cannot fail.
        let _ = self.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_stay_within_their_limit() {
        let host = MemoryHost::new(Limits::default().with(Limit::FileBytes, 10));
        let mut out = host.create("a", Purpose::DataOut, OpenMode::Replace).unwrap();
        assert!(out.write_all(b"0123456789").is_ok());
        assert!(out.write_all(b"x").unwrap_err().to_string().starts_with("limit file-bytes reached"));
        out.seek(SeekFrom::Start(u64::MAX)).unwrap();
        assert!(out.write_all(b"x").is_err());
        let (a, b) = (host.temporary("t", ".wav").unwrap(), host.temporary("t", ".wav").unwrap());
        assert!(a != b && host.get(&a).is_some());
    }

    #[test]
    fn files_appear_when_written() {
        let host = MemoryHost::default();
        let mut out = host.create("a", Purpose::SoundOut, OpenMode::Replace).unwrap();
        out.write_all(b"12").unwrap();
        assert!(host.find("a", Purpose::Sound).is_none());
        drop(out);
        let mut out = host.create("a", Purpose::DataOut, OpenMode::Append).unwrap();
        out.write_all(b"3").unwrap();
        drop(out);
        assert_eq!(&*host.read("a", Purpose::Sound).unwrap(), b"123");
        assert!(matches!(host.read("b", Purpose::Sound), Err(HostError::NotFound { .. })));
        assert_eq!(host.names(), ["a"]);
        host.remove("a").unwrap();
        assert!(host.remove("a").is_err());
    }
}
