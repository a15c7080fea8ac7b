//! Names for temporary files.
#![expect(clippy::disallowed_methods, reason = "the host is where files are touched")]

use super::HostError;
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::sync::atomic::{AtomicU32, Ordering};

/// Makes an empty file in the system's folder for temporary ones and answers with its path. Whoever asks for it
/// keeps or removes it.
///
/// # Errors
/// The folder cannot be written to.
pub(super) fn temporary(start: &str, end: &str) -> Result<String, HostError> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("{start}{}-{number}{end}", std::process::id()));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(_) => return Ok(path.display().to_string()),
            // Left behind by an earlier process of this number.
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
            Err(e) => {
                let (name, reason) = (path.display().to_string(), e.to_string());
                return Err(HostError::Refused { action: "write", name, reason });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_new() {
        let (a, b) = (
            temporary("orchestrion-test-", ".wav").unwrap(),
            temporary("orchestrion-test-", ".wav").unwrap(),
        );
        assert_ne!(a, b);
        assert!(a.ends_with(".wav"));
        std::fs::remove_file(a).unwrap();
        std::fs::remove_file(b).unwrap();
    }
}
