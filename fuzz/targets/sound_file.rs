//! Readers of sound files: WAV, RF64, AIFF, AU, FLAC, Ogg Vorbis, MP3.
#![no_main]

use libfuzzer_sys::fuzz_target;
use orchestrion::soundfile::{Limits, read};

fuzz_target!(|bytes: &[u8]| {
    for trimmed in [true, false] {
        if let Ok(sound) = read(bytes.into(), &Limits { samples: 1 << 20, trimmed }) {
            assert!(sound.frames.len() <= 1 << 20);
        }
    }
});
