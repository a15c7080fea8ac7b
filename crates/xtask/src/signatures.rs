//! `cargo xtask signatures`: the reference's opcodes with their signatures, as `csound -z1` lists them.
//!
//! That list is sorted, but which signature is tried first matters where several fit. The order comes
//! from a table of the order of registration where one is given, and else from the file itself.

use orchestrion_tests::signatures::{self, Listed};
use std::collections::BTreeMap;
use std::process::{Command, Stdio};

/// Writes `tests/signatures.txt`.
pub fn run(words: &[String]) -> Result<(), String> {
    let order = match words {
        [] => signatures::stored()?,
        [table] => registration(&std::fs::read_to_string(table).map_err(|e| format!("{table}: {e}"))?),
        _ => return Err("signatures takes one table at most".into()),
    };
    let mut listed = listed()?;
    for (name, signatures) in &mut listed {
        let known = order.get(name).map(Vec::as_slice).unwrap_or_default();
        // What is not known keeps its place among its kind, behind what is.
        signatures.sort_by_key(|one| known.iter().position(|other| other == one).unwrap_or(known.len()));
    }
    // Names that the reference takes though it hides them.
    for (name, signatures) in order {
        listed.entry(name).or_insert(signatures);
    }
    signatures::store(&listed)
}

/// What the installed csound lists.
fn listed() -> Result<Listed, String> {
    let output = Command::new("csound")
        .arg("-z1")
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("csound: {e}"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    let mut listed = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_graphic())) {
        if let [name, outs, ins] = *line.split_ascii_whitespace().collect::<Vec<_>>()
            && !signatures::SYNTAX.contains(&name)
        {
            let letters = |text: &str| if text == "(null)" { String::new() } else { text.to_owned() };
            let list: &mut Vec<_> = listed.entry(name.to_owned()).or_default();
            list.push((letters(outs), letters(ins)));
        }
    }
    if listed.len() < 1600 { Err(format!("`csound -z1` lists no opcodes:\n{text}")) } else { Ok(listed) }
}

/// Reads a table of lines `NAME TAB FULLNAME THREAD [OUTS]<-[INS] | ...`.
fn registration(text: &str) -> Listed {
    let signature = |cell: &str| {
        let (outs, ins) = cell.split_once("]<-[")?;
        let (_, outs) = outs.split_once('[')?;
        Some((outs.to_owned(), ins.strip_suffix(']')?.to_owned()))
    };
    let row = |line: &str| {
        let (name, cells) = line.split_once('\t')?;
        Some((name.to_owned(), cells.split(" | ").filter_map(signature).collect()))
    };
    // Operators are words of the language, not opcodes.
    let named = |line: &&str| line.starts_with(|first: char| first.is_ascii_alphanumeric());
    text.lines().filter(named).filter_map(row).collect()
}
