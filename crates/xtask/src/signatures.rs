//! `cargo xtask signatures`: the reference's opcodes with their signatures, as `csound -z1` lists them.
//!
//! That list is sorted, but which signature is tried first matters where several fit: the file's own order,
//! which was measured, is kept.

use orchestrion_tests::signatures::{self, Listed};
use std::collections::BTreeMap;
use std::process::{Command, Stdio};

/// Writes `tests/signatures.txt`.
pub fn run() -> Result<(), String> {
    let known = signatures::stored()?;
    let mut listed = listed()?;
    for (name, signatures) in &mut listed {
        in_order_of(known.get(name).map(Vec::as_slice).unwrap_or_default(), signatures);
    }
    // Names that the reference takes though it hides them.
    for (name, signatures) in known {
        listed.entry(name).or_insert(signatures);
    }
    signatures::store(&listed)
}

/// Puts what is `known` first, in its order. The same signature may be there more than once.
fn in_order_of(known: &[(String, String)], signatures: &mut Vec<(String, String)>) {
    let mut rest = std::mem::take(signatures);
    for one in known {
        if let Some(at) = rest.iter().position(|other| other == one) {
            signatures.push(rest.remove(at));
        }
    }
    signatures.append(&mut rest);
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
