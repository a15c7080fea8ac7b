//! Opcodes and GEN routines that read files: tables, numbers, lines, analyses, sounds. The first byte chooses one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use orchestrion::host::MemoryHost;
use orchestrion_tests::hostile::{READERS, perform, reading};

fuzz_target!(|bytes: &[u8]| {
    let Some((&chosen, content)) = bytes.split_first() else { return };
    let host = MemoryHost::default();
    host.insert("file", content);
    perform(&reading(READERS[usize::from(chosen) % READERS.len()]), host);
});
