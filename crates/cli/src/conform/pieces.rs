//! Which pieces are graded, and with which flags.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// One piece.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Piece {
    /// Where it is.
    pub path: PathBuf,
    /// Its path below the folder that was named, or its file name.
    pub name: String,
    /// Flags to pass in place of its own.
    pub flags: Vec<String>,
    /// It is known to render differently each time.
    pub varies: bool,
}

/// The pieces at `paths`: files, and all `.csd` below folders, in the order of their names; with texts in
/// `only` those whose name contains one of them.
pub fn collect(paths: &[PathBuf], only: &[String], options: Option<&Path>) -> Result<Vec<Piece>, String> {
    let table = match options {
        Some(path) => read_table(&fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?),
        None => BTreeMap::new(),
    };
    let mut pieces = Vec::new();
    for path in paths {
        if path.is_dir() {
            below(path, path, &mut pieces)?;
        } else if path.is_file() {
            pieces.push(piece(path, path.parent().unwrap_or(Path::new(""))));
        } else {
            return Err(format!("{}: no such file or folder", path.display()));
        }
    }
    pieces.retain(|piece| only.is_empty() || only.iter().any(|text| piece.name.contains(text.as_str())));
    for piece in &mut pieces {
        if let Some((flags, varies)) = table.get(&piece.name) {
            piece.flags.clone_from(flags);
            piece.varies = *varies;
        }
    }
    if pieces.is_empty() { Err("no .csd file there".into()) } else { Ok(pieces) }
}

fn below(folder: &Path, top: &Path, pieces: &mut Vec<Piece>) -> Result<(), String> {
    let entries = fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        // A link to a folder may lead back up.
        if path.is_dir() && !path.is_symlink() {
            below(&path, top, pieces)?;
        } else if path.extension().is_some_and(|end| end.eq_ignore_ascii_case("csd")) {
            pieces.push(piece(&path, top));
        }
    }
    Ok(())
}

fn piece(path: &Path, top: &Path) -> Piece {
    let name = path.strip_prefix(top).unwrap_or(path).display().to_string();
    Piece { path: path.to_path_buf(), name, ..Piece::default() }
}

/// Flags and whether it varies, by name, from a table whose first line names the columns.
fn read_table(text: &str) -> BTreeMap<String, (Vec<String>, bool)> {
    let mut lines = text.lines();
    let heads: Vec<&str> = lines.next().unwrap_or("").split('\t').collect();
    let column = |name: &str| heads.iter().position(|head| *head == name);
    let (path, flags, steady) = (column("path"), column("options_needed"), column("deterministic"));
    let mut table = BTreeMap::new();
    for line in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |column: Option<usize>| column.and_then(|at| cells.get(at)).copied().unwrap_or("");
        let words = cell(flags).split_whitespace().map(str::to_owned).collect();
        table.insert(cell(path).to_owned(), (words, cell(steady) == "no"));
    }
    table
}

/// The text of a piece with its own options blanked and all its lines kept.
pub fn without_options(text: &[u8]) -> Vec<u8> {
    let find = |from: usize, tag: &[u8]| {
        text.get(from..)?
            .windows(tag.len())
            .position(|bytes| bytes.eq_ignore_ascii_case(tag))
            .map(|at| from + at)
    };
    let Some(open) = find(0, b"<CsOptions>") else { return text.to_vec() };
    let Some(close) = find(open, b"</CsOptions>") else { return text.to_vec() };
    let start = open + b"<CsOptions>".len();
    let mut out = text[..start].to_vec();
    out.extend(text[start..close].iter().filter(|byte| matches!(byte, b'\n' | b'\r')));
    out.extend(&text[close..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_blanked_and_lines_kept() {
        let text = b"<CsoundSynthesizer>\n<CsOptions>\n-odac -n\n</CsOptions>\nx";
        let blank = b"<CsoundSynthesizer>\n<CsOptions>\n\n</CsOptions>\nx";
        assert_eq!(without_options(text), blank);
        assert_eq!(without_options(b"none"), b"none");
        assert_eq!(without_options(b"<csoptions> -n"), b"<csoptions> -n");
    }

    #[test]
    fn the_table_is_read_by_the_names_of_its_columns() {
        let table = read_table("deterministic\tpath\toptions_needed\nno\ta.csd\t-F x.mid -n\nyes\tb.csd\n");
        let flags = ["-F", "x.mid", "-n"].map(str::to_owned).to_vec();
        assert_eq!(table["a.csd"], (flags, true));
        assert_eq!(table["b.csd"], (vec![], false));
    }
}
