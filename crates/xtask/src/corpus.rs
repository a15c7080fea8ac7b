//! `cargo xtask corpus`: inputs that the fuzz targets start from, made of what the tree has anyway.

use orchestrion::base::source::SourceMap;
use orchestrion::parser::csd;
use orchestrion_tests::{hostile, in_process, root};

/// Writes `fuzz/corpus`.
pub fn run() -> Result<(), String> {
    for (i, (_, document)) in in_process::pieces()?.iter().enumerate() {
        for target in ["document", "compile", "render"] {
            write(target, i, document.as_bytes())?;
        }
        let mut sources = SourceMap::default();
        let file = sources.add("piece", document.as_str());
        let (parts, _) = csd::parse(&sources, file);
        for (target, span) in [("orchestra", parts.orchestra), ("score", parts.score)] {
            let text = span.and_then(|span| document.get(span.start as usize..span.end as usize));
            write(target, i, text.unwrap_or_default().as_bytes())?;
        }
    }
    write("midi_file", 0, hostile::MIDI)?;
    for (i, bytes) in hostile::files().iter().enumerate() {
        write("sound_file", i, bytes)?;
        for reader in 0..hostile::READERS.len() {
            let number = i * hostile::READERS.len() + reader;
            write("data_file", number, &[&[reader as u8][..], bytes].concat())?;
        }
    }
    Ok(())
}

fn write(target: &str, number: usize, bytes: &[u8]) -> Result<(), String> {
    let folder = root().join("fuzz/corpus").join(target);
    let path = folder.join(format!("seed-{number}"));
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&path, bytes))
        .map_err(|e| format!("{}: {e}", path.display()))
}
