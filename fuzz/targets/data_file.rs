//! Opcodes and GEN routines that read files: tables, numbers, lines, analyses, sounds. The first byte chooses one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use orchestrion::host::MemoryHost;

/// Instruments that read `file`, one a case.
const READERS: &[&str] = &[
    "ir ftgen 1, 0, 0, -1, \"file\", 0, 0, 0\naL, aR loscil 1, 1, 1, 1",
    "ir ftgen 1, 0, 0, -23, \"file\"",
    "ir ftgen 1, 0, 16, -23, \"file\"",
    "ir ftgen 1, 0, 0, -28, \"file\"",
    "ir ftgen 1, 0, 64, -43, \"file\", 0",
    "ir ftgen 1, 0, 0, -49, \"file\", 0, 0, 0",
    "ir ftgen 1, 0, 8, 10, 1\nftload \"file\", 0, 1",
    "ir ftgen 1, 0, 8, 10, 1\nftload \"file\", 1, 1",
    "a1 diskin2 \"file\", 1.5, 0, 1\nout a1",
    "a1, a2 soundin \"file\"\nout a1",
    "S1, k1 readf \"file\"",
    "a1, a2 fin 1\nk1, k2 readk2 \"file\", 8, 0.001",
    "k1 readk \"file\", 7, 0.001",
    "iA[] fillarray \"file\"",
    "f1 pvsfread 0.001, \"file\"\na1 pvsynth f1\nout a1",
    "f1 pvsdiskin \"file\", 1, 1\na1 pvsynth f1\nout a1",
    "a1 mp3in \"file\"\nout a1",
    "i1 filelen \"file\"\ni2 filesr \"file\"\ni3 filenchnls \"file\"\ni4 filepeak \"file\"\ni5 filebit \"file\"",
    "a1, a2 diskin \"file\", -1, 0.1\nout a1",
    "ar lpread 0.001, \"file\"",
    "a1 pvoc 0.001, 1, \"file\"\nout a1",
    "a1 convolve a1, \"file\"\nout a1",
    "a1 pconvolve a1, \"file\"\nout a1",
    "ires compileorc \"file\"",
    "ires compilecsd \"file\"",
    "ir ftgen 1, 0, 8, 10, 1\nftload \"file\", 0, 1\na1, a2 loscil 1, 1, 1, 1\na3 lposcil 1, 1, 0, 0, 1\nk1 tableng 1",
    "ir ftgen 1, 0, 8, 10, 1\nftload \"file\", 1, 1\na1, a2 loscil3 1, 1, 1, 1\na3 flooper 1, 1, 0, .01, .005, 1\nk1 tableng 1",
    "ir ftgen 1, 0, 0, -1, \"file\", 0, 0, 0\na1 lposcil 1, 1, 0, 0, 1\na2 flooper2 1, 1, 0, .1, .05, 1\ni1 ftsr 1",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((&chosen, content)) = bytes.split_first() else { return };
    let reader = READERS[usize::from(chosen) % READERS.len()];
    let document = format!(
        "<CsoundSynthesizer>\n<CsInstruments>\nsr = 44100\nksmps = 32\nnchnls = 1\n0dbfs = 1\ninstr 1\n{reader}\nendin\n\
         </CsInstruments>\n<CsScore>\ni 1 0 0.01\n</CsScore>\n</CsoundSynthesizer>\n"
    );
    let host = MemoryHost::default();
    host.insert("file", content);
    orchestrion_fuzz::perform(&document, host);
});
