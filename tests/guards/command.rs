//! The command line in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder that is removed in the end.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("orchestrion-guards-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        // As the sandbox sees it, where the folder for temporary files is a link.
        Self(path.canonicalize().unwrap())
    }

    /// Writes a file and answers with its full name.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }

    pub fn at(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs `orchestrion render` with these words in a folder; answers with its status and what it said.
pub fn render(folder: &Path, words: &[&str]) -> (i32, String) {
    let orchestrion_tests::render::Program::Orchestrion(program) =
        orchestrion_tests::render::Program::ours().unwrap()
    else {
        unreachable!("ours is Orchestrion")
    };
    let output = Command::new(program).arg("render").args(words).current_dir(folder).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&said).into_owned())
}

/// A document of an orchestra and a score, with `options` as its `<CsOptions>`.
pub fn document(options: &str, orchestra: &str, score: &str) -> String {
    format!(
        "<CsoundSynthesizer>\n<CsOptions>\n{options}\n</CsOptions>\n<CsInstruments>\nsr = 8000\nksmps = 10\n\
         nchnls = 1\n0dbfs = 1\n{orchestra}\n</CsInstruments>\n<CsScore>\n{score}\n</CsScore>\n</CsoundSynthesizer>\n"
    )
}
