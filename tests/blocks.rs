//! Notes that run many k-cycles at a time sound, bit for bit, as when they run one at a time: every
//! case, every experiment and the first moments of every benchmark piece, both ways.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test that reads the pieces")]

use orchestrion::base::world::Message;
use orchestrion::flags::{FlagSource, parse};
use orchestrion::host::MemoryHost;
use orchestrion::options::Output;
use orchestrion::piece::compile_text;
use orchestrion::render::{Progress, Watch, render};
use orchestrion_tests::{assets, case, conformance, experiments, in_parallel, root};
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
    let host = Arc::new(MemoryHost::default());
    for entry in std::fs::read_dir(assets()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        host.insert(name, std::fs::read(path).unwrap());
    }
    let (flags, _) = parse(&[SECONDS.to_owned()], FlagSource::CommandLine);
    let mut piece = compile_text(name, csd, &*host, flags, orchestrion::opcodes::registry()).piece?;
    piece.options.output = Some(Output::Memory);
    piece.options.per_cycle = per_cycle;
    piece.options.keep_nan = true;
    let mut heard = Heard::default();
    render(piece, host, &mut heard);
    Some(heard)
}

fn pieces() -> Vec<(String, String)> {
    let mut list = Vec::new();
    for file in case::load_all(&conformance()).unwrap() {
        list.extend(file.cases.into_iter().map(|c| (format!("{}:{}", file.path.display(), c.name), c.csd)));
    }
    let benches = std::fs::read_dir(root().join("benches/pieces")).unwrap();
    let files = benches.map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "csd"));
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        list.push((path.display().to_string(), String::from_utf8_lossy(&bytes).into_owned()));
    }
    list.extend(experiments::load().unwrap().into_iter().map(|e| (e.name, e.csd)));
    list
}

#[test]
fn blocks_change_nothing() {
    let pieces = pieces();
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
