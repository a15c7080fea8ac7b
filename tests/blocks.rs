//! Notes that run many k-cycles at a time sound, bit for bit, as when they run one at a time: every
//! case, every experiment and the first moments of every benchmark piece, both ways.
#![allow(clippy::unwrap_used, reason = "a test")]

use orchestrion::base::world::Message;
use orchestrion::flags::{FlagSource, parse};
use orchestrion::options::Output;
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

fn hear(name: &str, csd: &str, per_cycle: bool) -> Option<Heard> {
    let host = Arc::new(in_process::host());
    let (flags, _) = parse(&[SECONDS.to_owned()], FlagSource::CommandLine);
    let mut piece = compile_text(name, csd, &*host, flags, orchestrion::opcodes::registry()).piece?;
    piece.options.output = Some(Output::Memory);
    piece.options.per_cycle = per_cycle;
    piece.options.keep_nan = true;
    let mut heard = Heard::default();
    render(piece, host, &mut heard);
    Some(heard)
}

#[test]
fn blocks_change_nothing() {
    let pieces = in_process::pieces().unwrap();
    let results = in_parallel(&pieces, |(name, csd)| match (hear(name, csd, true), hear(name, csd, false)) {
        (Some(a), Some(b)) => Some((a.samples == b.samples, a.printed == b.printed, a.samples.len())),
        _ => None,
    });
    let mut compared = 0;
    let mut failures = Vec::new();
    for ((name, _), result) in pieces.iter().zip(results) {
        match result {
            Some((true, true, n)) => compared += usize::from(n > 0),
            Some((samples, _, _)) => {
                failures.push(format!("{name}: {} differ", if samples { "messages" } else { "samples" }));
            }
            None => {}
        }
    }
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), pieces.len(), failures.join("\n"));
    assert!(compared > 200, "only {compared} pieces sounded");
}
