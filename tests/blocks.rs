//! Notes that run many k-cycles at a time, or on several threads, sound, bit for bit, as when they run one at a
//! time: every case, every experiment and the first moments of every benchmark piece, all ways.
#![allow(clippy::unwrap_used, reason = "a test")]

use orchestrion::base::world::Message;
use orchestrion::flags::{FlagSource, parse};
use orchestrion::options::Output;
use orchestrion::perform::Manner;
use orchestrion::piece::compile_text;
use orchestrion::render::{Progress, Watch, render};
use orchestrion_tests::{in_parallel, in_process};
use std::sync::Arc;

/// Longest render in seconds: endless pieces are cut.
const SECONDS: &str = "--end=0.4";

#[derive(Default, PartialEq)]
struct Heard {
    samples: Vec<u64>,
    printed: Vec<u8>,
}

impl Heard {
    /// Whether notes failed; what they say of it comes in the order of the notes of a block, not of the k-cycles.
    fn failed(&self) -> bool {
        self.printed.windows(10).any(|part| part == b"PERF ERROR")
    }

    fn in_order(&self) -> Vec<&[u8]> {
        let mut lines: Vec<&[u8]> = self.printed.split(|&b| b == b'\n').collect();
        lines.sort_unstable();
        lines
    }
}

impl Watch for Heard {
    fn message(&mut self, message: &Message) {
        self.printed.extend_from_slice(&message.text);
    }
    fn progress(&mut self, _: &Progress) -> bool {
        true
    }
    fn block(&mut self, interleaved: &[f64]) {
        self.samples.extend(interleaved.iter().map(|x| x.to_bits()));
    }
}

fn hear(name: &str, csd: &str, manner: Manner) -> Option<Heard> {
    let host = Arc::new(in_process::host());
    let (flags, _) = parse(&[SECONDS.to_owned()], FlagSource::CommandLine);
    let mut piece = compile_text(name, csd, &*host, flags, orchestrion::opcodes::registry()).piece?;
    piece.options.output = Some(Output::Memory);
    piece.options.manner = manner;
    piece.options.threads = if manner == Manner::Spread { 3 } else { 1 };
    piece.options.keep_nan = true;
    let mut heard = Heard::default();
    render(piece, host, &mut heard);
    Some(heard)
}

/// How a piece sounds otherwise than one k-cycle at a time on one thread.
fn compare(name: &str, csd: &str) -> Result<usize, String> {
    let Some(plain) = hear(name, csd, Manner::PerCycle) else { return Ok(0) };
    for (manner, what) in [(Manner::Fast, "blocks"), (Manner::Spread, "threads")] {
        // A thread of its own, since a performance takes no other threads on one of rayon's.
        let other = std::thread::scope(|s| s.spawn(|| hear(name, csd, manner)).join()).unwrap().unwrap();
        if other.samples != plain.samples {
            return Err(format!("{name}: {what}: samples differ"));
        }
        if other.printed != plain.printed && !(plain.failed() && other.in_order() == plain.in_order()) {
            return Err(format!("{name}: {what}: messages differ"));
        }
    }
    Ok(plain.samples.len())
}

#[test]
fn blocks_and_threads_change_nothing() {
    let pieces = in_process::pieces().unwrap();
    let results = in_parallel(&pieces, |(name, csd)| compare(name, csd));
    let failures: Vec<&String> = results.iter().filter_map(|r| r.as_ref().err()).collect();
    assert!(failures.is_empty(), "{} of {}: {failures:#?}", failures.len(), pieces.len());
    let sounded = results.iter().filter(|r| matches!(r, Ok(samples) if *samples > 0)).count();
    assert!(sounded > 200, "only {sounded} pieces sounded");
}
