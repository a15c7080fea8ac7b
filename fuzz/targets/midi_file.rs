//! The reader of standard MIDI files.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = orchestrion::midi::read(bytes, "01");
});
