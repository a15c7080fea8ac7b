//! The signatures of the reference's opcodes, in the order in which it tries them: `tests/signatures.txt`,
//! written by `cargo xtask signatures`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Signatures by name: letters of the outputs and of the inputs.
pub type Listed = BTreeMap<String, Vec<(String, String)>>;

/// Names on the reference's list that are syntax.
pub const SYNTAX: [&str; 4] = ["instr", "endin", "opcode", "endop"];

const HEAD: &str = "\
# Opcodes of csound 6.18.1 and their signatures, OUTS=INS, in the order of registration.
# Written by `cargo xtask signatures` from `csound -z1`, which is sorted; the order was measured through the
# API, as were the signatures of names that csound takes but does not list.
";

fn path() -> PathBuf {
    crate::root().join("tests/signatures.txt")
}

/// Reads the file.
///
/// # Errors
///
/// If it cannot be read.
pub fn stored() -> Result<Listed, String> {
    let text = std::fs::read_to_string(path()).map_err(|e| format!("{}: {e}", path().display()))?;
    let signature = |cell: &str| cell.split_once('=').map(|(outs, ins)| (outs.to_owned(), ins.to_owned()));
    let row = |line: &str| {
        let mut cells = line.split(' ');
        Some((cells.next()?.to_owned(), cells.filter_map(signature).collect()))
    };
    Ok(text.lines().filter(|line| !line.starts_with('#')).filter_map(row).collect())
}

/// Writes the file.
///
/// # Errors
///
/// If it cannot be written.
pub fn store(listed: &Listed) -> Result<(), String> {
    let mut text = HEAD.to_owned();
    for (name, signatures) in listed {
        text.push_str(name);
        for (outs, ins) in signatures {
            // Writing to a string cannot fail.
            let _ = write!(text, " {outs}={ins}");
        }
        text.push('\n');
    }
    std::fs::write(path(), text).map_err(|e| format!("{}: {e}", path().display()))
}
