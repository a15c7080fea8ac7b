//! The experiments about the language: small documents under `tests/experiments`, what the reference
//! did with them, and the list of those that are known to differ.

use crate::store::{self, Entry};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// One experiment.
#[derive(Clone, Debug)]
pub struct Experiment {
    /// Name of its file without the ending.
    pub name: String,
    /// The document.
    pub csd: String,
}

/// The folder of the experiments.
pub fn folder() -> PathBuf {
    crate::root().join("tests/experiments")
}

/// Files that experiments read, copied beside each of them: `tests/experiments/files`.
pub fn files() -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder().join("files")) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    files.sort();
    files
}

/// Where the reference's results are stored.
pub fn store() -> PathBuf {
    folder().join("reference.ref")
}

/// All experiments by name.
///
/// # Errors
///
/// If a file cannot be read.
pub fn load() -> Result<Vec<Experiment>, String> {
    let folder = folder();
    let entries = std::fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut experiments = Vec::new();
    for entry in entries {
        let path = entry.map_err(|e| e.to_string())?.path();
        if path.extension().is_some_and(|end| end == "csd") {
            let bytes = std::fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            experiments.push(Experiment { name, csd: String::from_utf8_lossy(&bytes).into_owned() });
        }
    }
    experiments.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(experiments)
}

/// What the reference did, by name.
///
/// # Errors
///
/// If the store cannot be read.
pub fn references() -> Result<BTreeMap<String, Entry>, String> {
    Ok(store::read(&store())?.into_iter().map(|entry| (entry.name.clone(), entry)).collect())
}

/// The experiments that are known to differ and why: the rows of the last table in
/// `docs/differences.md`.
///
/// # Errors
///
/// If the file cannot be read or a row has no reason.
pub fn known_differences() -> Result<BTreeMap<String, String>, String> {
    let path = crate::root().join("docs/differences.md");
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    rows(&text)
}

fn rows(text: &str) -> Result<BTreeMap<String, String>, String> {
    let table = text.split_once("| experiment | reason |").ok_or("docs/differences.md has lost its table")?.1;
    let mut known = BTreeMap::new();
    for line in table.lines().skip(2).take_while(|line| line.starts_with('|')) {
        let mut cells = line.trim_matches('|').splitn(2, '|').map(str::trim);
        match (cells.next(), cells.next()) {
            (Some(name), Some(reason)) if !name.is_empty() && !reason.is_empty() => {
                known.insert(name.trim_matches('`').to_owned(), reason.to_owned());
            }
            _ => return Err(format!("docs/differences.md: no name or no reason in `{line}`")),
        }
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_differences_is_read_row_by_row() {
        let known = rows("text\n\n| experiment | reason |\n|---|---|\n| `a_b` | why | so |\n\n| c | d |\n");
        assert_eq!(known, Ok(BTreeMap::from([("a_b".to_owned(), "why | so".to_owned())])));
        assert!(rows("| experiment | reason |\n|---|---|\n| a | |\n").is_err());
        assert!(rows("no table").is_err());
    }
}
