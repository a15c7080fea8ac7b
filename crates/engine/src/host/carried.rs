//! Files that a document carries, in front of those of another host.

use super::{Host, HostError, OpenMode, Purpose, SeekWrite};
use std::io::Write;
use std::sync::Arc;

/// Looks at the files of a document first. They are only read; what is written goes to the other host.
#[derive(Clone)]
pub struct CarriedHost {
    files: Vec<(String, Arc<[u8]>)>,
    rest: Arc<dyn Host>,
}

impl CarriedHost {
    /// Puts named files in front of a host.
    pub fn new(files: Vec<(String, Arc<[u8]>)>, rest: Arc<dyn Host>) -> Self {
        Self { files, rest }
    }

    fn carried(&self, name: &str) -> Option<&Arc<[u8]>> {
        self.files.iter().find(|f| f.0 == name).map(|f| &f.1)
    }
}

impl Host for CarriedHost {
    fn read(&self, name: &str, purpose: Purpose) -> Result<Arc<[u8]>, HostError> {
        match self.carried(name) {
            Some(bytes) => Ok(bytes.clone()),
            None => self.rest.read(name, purpose),
        }
    }

    fn find(&self, name: &str, purpose: Purpose) -> Option<String> {
        match self.carried(name) {
            Some(_) => Some(name.to_owned()),
            None => self.rest.find(name, purpose),
        }
    }

    fn current_folder(&self) -> Option<String> {
        self.rest.current_folder()
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, HostError> {
        self.rest.list(folder)
    }

    fn create(&self, name: &str, purpose: Purpose, mode: OpenMode) -> Result<Box<dyn SeekWrite>, HostError> {
        self.rest.create(name, purpose, mode)
    }

    fn remove(&self, name: &str) -> Result<(), HostError> {
        self.rest.remove(name)
    }

    fn temporary(&self, start: &str, end: &str) -> Result<String, HostError> {
        self.rest.temporary(start, end)
    }

    fn create_folder(&self, name: &str) -> Result<(), HostError> {
        self.rest.create_folder(name)
    }

    fn stdout(&self) -> Option<Box<dyn Write + Send>> {
        self.rest.stdout()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::MemoryHost;

    #[test]
    fn carried_files_come_first() {
        let rest = MemoryHost::default();
        rest.insert("a", *b"outside");
        rest.insert("b", *b"outside");
        let host = CarriedHost::new(vec![("a".to_owned(), (*b"inside").into())], Arc::new(rest));
        assert_eq!(&*host.read("a", Purpose::Data).unwrap(), b"inside");
        assert_eq!(&*host.read("b", Purpose::Data).unwrap(), b"outside");
        assert!(host.find("c", Purpose::Data).is_none());
    }
}
