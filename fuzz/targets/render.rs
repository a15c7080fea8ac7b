//! Whole documents compiled and rendered for a few milliseconds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use orchestrion::host::MemoryHost;

fuzz_target!(|text: &str| {
    orchestrion_fuzz::perform(text, MemoryHost::default());
});
