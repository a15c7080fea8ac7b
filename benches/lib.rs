//! Timing: `benches/pieces` holds whole pieces for `cargo xtask versus`; `cargo bench -p orchestrion-benches NAME` times with
//! criterion what its name contains NAME: `opcode/filters/tone`, `parser`, `compile`, `scheduler`, `piece`, `math`.
//! What benches share stands here; [`drivers`] finds a call of every opcode.

pub mod drivers;

use criterion::Criterion;
use orchestrion::flags::{FlagSet, FlagSource, parse};
use orchestrion::opcodes::registry;
use orchestrion::perform::{Performance, Setup};
use orchestrion::piece::compile_text;
use orchestrion::soundfile::{HostSounds, Limits};
use orchestrion_tests::in_process;
use std::sync::Arc;
use std::time::Duration;

/// `count` numbers spread evenly from `from` up to, not including, `to`: input for kernels.
pub fn spread(from: f64, to: f64, count: usize) -> Vec<f64> {
    (0..count).map(|n| from + (to - from) * n as f64 / count as f64).collect()
}

/// Criterion with short times, so that thousands of benches end within minutes.
pub fn brief() -> Criterion {
    Criterion::default()
        .warm_up_time(Duration::from_millis(20))
        .measurement_time(Duration::from_millis(100))
        .sample_size(10)
        .nresamples(1000)
}

/// A document around an orchestra and a score.
pub fn document(orchestra: &str, score: &str) -> String {
    format!(
        "<CsoundSynthesizer>\n<CsInstruments>\nsr = 44100\nksmps = 32\nnchnls = 1\n0dbfs = 1\n{orchestra}</CsInstruments>\n\
         <CsScore>\n{score}</CsScore>\n</CsoundSynthesizer>\n"
    )
}

/// A document with the files of `tests/assets`, ready to be performed.
///
/// # Errors
///
/// If it does not compile or its instrument 0 fails.
pub fn prepared(document: &str) -> Result<Performance, String> {
    let host = Arc::new(in_process::host());
    let compiled = compile_text("bench.csd", document, &*host, no_flags(), registry());
    let errors = compiled.diagnostics.iter().filter(|d| d.is_error()).map(|d| d.message.clone());
    let Some(piece) = compiled.piece else {
        return Err(errors.take(1).collect());
    };
    let sounds = Arc::new(HostSounds::new(host.clone(), Limits::of(&piece.options.limits)));
    let setup = Setup {
        host: Some(host),
        sounds: Some(sounds.clone()),
        sound_writer: Some(sounds),
        ..Setup::default()
    };
    Performance::new(piece, setup).map_err(|_| "instrument 0 fails".to_owned())
}

/// What a command line without flags says.
pub fn no_flags() -> FlagSet {
    parse(&[], FlagSource::CommandLine).0
}
