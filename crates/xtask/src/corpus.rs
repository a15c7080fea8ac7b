//! `cargo xtask corpus`: inputs that the fuzz targets start from, made of what the tree has anyway.

use orchestrion::base::source::SourceMap;
use orchestrion::flags::{FlagSource, parse};
use orchestrion::host::MemoryHost;
use orchestrion::parser::csd;
use orchestrion::piece::compile_text;
use orchestrion::render::{Progress, Watch, render};
use orchestrion_tests::{assets, in_process, root};
use std::path::Path;
use std::sync::Arc;

/// A piece that writes files of the kinds that opcodes read.
const WRITER: &str = "\
<CsoundSynthesizer>
<CsInstruments>
sr = 44100
ksmps = 32
nchnls = 1
0dbfs = 1
gitable ftgen 1, 0, 16, 10, 1
instr 1
ftsave \"table\", 0, 1
ftsave \"table.txt\", 1, 1
a1 oscili .5, 441
f1 pvsanal a1, 128, 32, 128, 1
pvsfwrite f1, \"analysis.pvx\"
dumpk a1, \"numbers\", 8, .001
fout \"sound.aif\", 24, a1
endin
</CsInstruments>
<CsScore>
i 1 0 .02
</CsScore>
</CsoundSynthesizer>
";

/// A standard MIDI file: one track with two notes, a tempo, a controller and a bend.
const MIDI: &[u8] = b"MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk\0\0\0\x23\
    \0\xff\x51\x03\x07\xa1\x20\0\x90\x3c\x40\0\xb0\x07\x50\x10\xe0\0\x40\x20\x80\x3c\0\0\x90\x40\x40\x20\x40\0\0\xff\x2f\0";

/// Instruments of the target `data_file`: its first byte chooses one of them.
const READERS: u8 = 28;

struct Nobody;

impl Watch for Nobody {
    fn message(&mut self, _: &orchestrion::base::world::Message) {}

    fn progress(&mut self, _: &Progress) -> bool {
        true
    }
}

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
    write("midi_file", 0, MIDI)?;
    for (i, bytes) in files()?.iter().enumerate() {
        write("sound_file", i, bytes)?;
        for reader in 0..READERS {
            write(
                "data_file",
                i * usize::from(READERS) + usize::from(reader),
                &[&[reader][..], bytes].concat(),
            )?;
        }
    }
    Ok(())
}

/// Files of the tests and files that a piece writes.
fn files() -> Result<Vec<Vec<u8>>, String> {
    let mut files = vec![b"1 2.5 -3e2\n\n4".to_vec(), MIDI.to_vec()];
    for entry in std::fs::read_dir(assets()).map_err(|e| e.to_string())? {
        files.push(read(&entry.map_err(|e| e.to_string())?.path())?);
    }
    let host = MemoryHost::default();
    let (flags, _) = parse(&["-n".to_owned()], FlagSource::CommandLine);
    let piece = compile_text("writer", WRITER, &host, flags, orchestrion::opcodes::registry()).piece;
    render(piece.ok_or("the piece that writes files does not compile")?, Arc::new(host.clone()), &mut Nobody);
    files.extend(host.names().iter().filter_map(|name| host.get(name)).map(|bytes| bytes.to_vec()));
    Ok(files)
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))
}

fn write(target: &str, number: usize, bytes: &[u8]) -> Result<(), String> {
    let folder = root().join("fuzz/corpus").join(target);
    let path = folder.join(format!("seed-{number}"));
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&path, bytes))
        .map_err(|e| format!("{}: {e}", path.display()))
}
