//! The folders that a piece's files must be in.
#![expect(clippy::disallowed_methods, reason = "asks the file system where names lead")]

use super::HostError;
use orchestrion_base::lock::lock;
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Longest name that is looked at; systems take no longer ones.
const LONGEST: usize = 4096;

/// Folders, and single files beside them, that may be read and written. Names are judged by where they lead, once
/// symbolic links and `..` are followed, and files are opened under that name. Hard links into a folder count as files
/// of the folder.
#[derive(Clone, Debug, Default)]
pub struct Sandbox {
    roots: Vec<PathBuf>,
    granted: Arc<Mutex<BTreeSet<PathBuf>>>,
}

impl Sandbox {
    /// Allows these folders and all in them.
    ///
    /// # Errors
    /// One of them is no folder.
    pub fn new(folders: &[String]) -> Result<Self, HostError> {
        let root = |name: &String| match std::fs::canonicalize(name) {
            Ok(path) if path.is_dir() => Ok(path),
            Ok(_) => Err(refused(name, "it is no folder")),
            Err(e) => Err(refused(name, &e.to_string())),
        };
        Ok(Self { roots: folders.iter().map(root).collect::<Result<_, _>>()?, granted: Arc::default() })
    }

    /// Allows one more file, which whoever renders has named, wherever it is.
    pub fn grant(&self, path: &Path) {
        if let Some(real) = real(path) {
            lock(&self.granted).insert(real);
        }
    }

    /// Where a name leads if that is allowed.
    pub fn admit(&self, path: &Path) -> Option<PathBuf> {
        let real = real(path)?;
        let granted = || lock(&self.granted).contains(&real);
        (self.roots.iter().any(|root| real.starts_with(root)) || granted()).then_some(real)
    }

    /// The error about a name that leads elsewhere. It is the same whether there is such a file or not.
    pub fn outside(&self, action: &'static str, name: &str) -> HostError {
        let roots: Vec<String> = self.roots.iter().map(|root| root.display().to_string()).collect();
        let reason =
            format!("it is outside the sandbox ({}); --sandbox=DIR allows a folder", roots.join(", "));
        HostError::Refused { action, name: name.to_owned(), reason }
    }
}

fn refused(name: &str, reason: &str) -> HostError {
    HostError::Refused { action: "make a sandbox of", name: name.to_owned(), reason: reason.to_owned() }
}

/// Full path without links and `..`. The last parts may be missing from the file system, unless one of them is a
/// link that leads nowhere.
fn real(path: &Path) -> Option<PathBuf> {
    if path.as_os_str().is_empty() || path.as_os_str().len() > LONGEST {
        return None;
    }
    let mut there = std::env::current_dir().ok()?.join(path);
    let mut missing = Vec::new();
    loop {
        if let Ok(found) = std::fs::canonicalize(&there) {
            return Some(missing.iter().rev().fold(found, |path, name| path.join(name)));
        }
        if std::fs::symlink_metadata(&there).is_ok() {
            return None;
        }
        match there.components().next_back() {
            Some(Component::Normal(name)) => missing.push(name.to_owned()),
            _ => return None,
        }
        there.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_judged_by_where_they_lead() {
        let base = std::env::temp_dir().join(format!("orchestrion-sandbox-{}", std::process::id()));
        let (root, other) = (base.join("root"), base.join("root-not"));
        std::fs::create_dir_all(root.join("deep")).unwrap();
        std::fs::create_dir_all(&other).unwrap();
        std::fs::write(other.join("secret"), "x").unwrap();
        let sandbox = Sandbox::new(&[root.display().to_string()]).unwrap();
        let admits = |name: &str| sandbox.admit(&root.join(name)).is_some();
        assert!(admits("new") && admits("deep/../new") && admits("a/b/new") && admits("."));
        for bad in [
            "..",
            "../root-not/secret",
            "deep/../../root-not/new",
            "none/../../root-not/secret",
            "/etc/passwd",
        ] {
            assert!(!admits(bad), "{bad}");
        }
        assert!(!admits(&"a/".repeat(5000)) && sandbox.admit(Path::new("")).is_none());
        #[cfg(unix)]
        {
            let link = |to: &Path, name: &str| std::os::unix::fs::symlink(to, root.join(name)).unwrap();
            link(&other, "out");
            link(&other.join("new"), "dangling");
            link(&root.join("deep"), "in");
            link(&root.join("loop"), "loop");
            assert!(admits("in/new"));
            for bad in ["out", "out/secret", "out/new", "dangling", "loop", "in/../../root-not/secret"] {
                assert!(!admits(bad), "{bad}");
            }
        }
        sandbox.grant(&other.join("secret"));
        assert!(admits("../root-not/secret") && !admits("../root-not/other"));
        assert!(Sandbox::new(&[other.join("secret").display().to_string()]).is_err());
        assert!(Sandbox::new(&["/nonexistent".to_owned()]).is_err());
        std::fs::remove_dir_all(&base).unwrap();
    }
}
