//! Rendering what nobody vouches for: limits that keep it short, and the opcodes that read files.

use crate::in_process;
use orchestrion::base::world::Message;
use orchestrion::flags::{FlagSource, parse};
use orchestrion::host::MemoryHost;
use orchestrion::options::Output;
use orchestrion::piece::{Compiled, compile_text};
use orchestrion::render::{Progress, Watch, render};
use std::sync::Arc;

/// Flags that keep a piece short: what it may use is limited, not what it may try.
const LIMITS: &[&str] = &[
    "--end=0.05",
    "--limit:init-steps=1000000",
    "--limit:cycle-steps=1000000",
    "--limit:instances=1000",
    "--limit:events=100000",
    "--limit:cycle-events=1000",
    "--limit:table-bytes=100000000",
    "--limit:note-bytes=100000000",
    "--limit:message-bytes=10000000",
    "--limit:text-bytes=10000000",
    "--limit:output-seconds=0.1",
];

/// Instruments that read the file `file`, of whatever kind it is.
pub const READERS: &[&str] = &[
    "ir ftgen 1, 0, 0, -1, \"file\", 0, 0, 0\naL, aR loscil 1, 1, 1, 1",
    "ir ftgen 1, 0, 0, -1, \"file\", 0, 0, 0\na1 lposcil 1, 1, 0, 0, 1\na2 flooper2 1, 1, 0, .1, .05, 1\ni1 ftsr 1",
    "ir ftgen 1, 0, 0, -23, \"file\"",
    "ir ftgen 1, 0, 16, -23, \"file\"",
    "ir ftgen 1, 0, 0, -28, \"file\"",
    "ir ftgen 1, 0, 64, -43, \"file\", 0",
    "ir ftgen 1, 0, 0, -49, \"file\", 0, 0, 0",
    "ir ftgen 1, 0, 8, 10, 1\nftload \"file\", 0, 1\na1, a2 loscil 1, 1, 1, 1\na3 lposcil 1, 1, 0, 0, 1\nk1 tableng 1",
    "ir ftgen 1, 0, 8, 10, 1\nftload \"file\", 1, 1\na1, a2 loscil3 1, 1, 1, 1\na3 flooper 1, 1, 0, .01, .005, 1",
    "a1 diskin2 \"file\", 1.5, 0, 1\nout a1",
    "a1, a2 diskin \"file\", -1, 0.1\nout a1",
    "a1, a2 soundin \"file\"\nout a1",
    "S1, k1 readf \"file\"",
    "k1, k2 readk2 \"file\", 8, 0.001",
    "k1 readk \"file\", 7, 0.001",
    "iA[] fillarray \"file\"",
    "f1 pvsfread 0.001, \"file\"\na1 pvsynth f1\nout a1",
    "f1 pvsdiskin \"file\", 1, 1\na1 pvsynth f1\nout a1",
    "a1 mp3in \"file\"\nout a1",
    "i1 filelen \"file\"\ni2 filesr \"file\"\ni3 filenchnls \"file\"\ni4 filepeak \"file\"\ni5 filebit \"file\"",
    "a1 init 0\na2 pconvolve a1, \"file\"\nout a2",
    "ires compileorc \"file\"",
    "ires compilecsd \"file\"",
];

/// The document in which a reader reads the file.
pub fn reading(reader: &str) -> String {
    format!(
        "<CsoundSynthesizer>\n<CsInstruments>\nsr = 44100\nksmps = 32\nnchnls = 1\n0dbfs = 1\ninstr 1\n{reader}\nendin\n\
         </CsInstruments>\n<CsScore>\ni 1 0 0.01\n</CsScore>\n</CsoundSynthesizer>\n"
    )
}

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
k1 downsamp a1
dumpk k1, \"numbers\", 8, .001
fout \"sound.aif\", 24, a1
endin
</CsInstruments>
<CsScore>
i 1 0 .02
</CsScore>
</CsoundSynthesizer>
";

/// A standard MIDI file: one track with a tempo, two notes, a controller and a bend.
pub const MIDI: &[u8] = b"MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk\0\0\0\x23\
    \0\xff\x51\x03\x07\xa1\x20\0\x90\x3c\x40\0\xb0\x07\x50\x10\xe0\0\x40\x20\x80\x3c\0\0\x90\x40\x40\x20\x40\0\0\xff\x2f\0";

/// Files of all kinds that are read: those of the tests, and those that our own opcodes write.
pub fn files() -> Vec<Vec<u8>> {
    let host = in_process::host();
    perform(WRITER, host.clone());
    let read = host.names();
    let mut files: Vec<Vec<u8>> = read.iter().filter_map(|name| host.get(name)).map(|b| b.to_vec()).collect();
    files.extend([b"1 2.5 -3e2\n\n4".to_vec(), MIDI.to_vec()]);
    files
}

struct Nobody;

impl Watch for Nobody {
    fn message(&mut self, _: &Message) {}

    fn progress(&mut self, _: &Progress) -> bool {
        true
    }
}

/// Compiles a document with files that it may read.
pub fn compile(document: &str, host: &MemoryHost) -> Compiled {
    let words: Vec<String> = LIMITS.iter().map(|word| (*word).to_owned()).collect();
    let (flags, _) = parse(&words, FlagSource::CommandLine);
    compile_text("hostile", document, host, flags, orchestrion::opcodes::registry())
}

/// Compiles and renders a document.
pub fn perform(document: &str, host: MemoryHost) {
    let Some(mut piece) = compile(document, &host).piece else { return };
    piece.options.output = Some(Output::Null);
    render(piece, Arc::new(host), &mut Nobody);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_compile_and_files_are_written() {
        for reader in READERS {
            let compiled = compile(&reading(reader), &MemoryHost::default());
            assert!(compiled.piece.is_some(), "{reader}: {:?}", compiled.diagnostics);
        }
        assert!(files().len() >= in_process::host().names().len() + 7);
    }
}
