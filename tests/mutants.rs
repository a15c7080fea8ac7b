//! Damaged pieces end: no panic, no hang, no memory without bound, whatever a slip of the hand makes of them.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test that watches the clock")]

use orchestrion::base::world::Message;
use orchestrion::flags::{FlagSource, parse};
use orchestrion::options::Output;
use orchestrion::piece::compile_text;
use orchestrion::render::{Progress, Watch, render};
use orchestrion_tests::{in_parallel, in_process, mutate};
use std::alloc::System;
use std::sync::Arc;
use std::sync::atomic::{AtomicIsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;
use tracking_allocator::{AllocationGroupId, AllocationRegistry, AllocationTracker, Allocator};

/// How many are made unless the variable `MUTANTS` says another number.
const MUTANTS: usize = 600;
/// The first of their seeds.
const SEED: u64 = 20_261_125;
/// What one may take.
const TIME: Duration = Duration::from_secs(20);
/// What all that run at a time may take together, in bytes.
const MEMORY: isize = 2 << 30;
/// Limits that a mutant meets before it meets those above.
const FLAGS: &[&str] = &[
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

#[global_allocator]
static ALLOCATOR: Allocator<System> = Allocator::system();

static HELD: AtomicIsize = AtomicIsize::new(0);
static MOST: AtomicIsize = AtomicIsize::new(0);

struct Tracker;

impl AllocationTracker for Tracker {
    fn allocated(&self, _: usize, bytes: usize, _: usize, _: AllocationGroupId) {
        let held = HELD.fetch_add(bytes as isize, Ordering::Relaxed) + bytes as isize;
        MOST.fetch_max(held, Ordering::Relaxed);
    }

    fn deallocated(&self, _: usize, bytes: usize, _: usize, _: AllocationGroupId, _: AllocationGroupId) {
        HELD.fetch_sub(bytes as isize, Ordering::Relaxed);
    }
}

struct Nobody;

impl Watch for Nobody {
    fn message(&mut self, _: &Message) {}

    fn progress(&mut self, _: &Progress) -> bool {
        true
    }
}

fn perform(csd: &str) {
    let host = Arc::new(in_process::host());
    let words: Vec<String> = FLAGS.iter().map(|flag| (*flag).to_owned()).collect();
    let (flags, _) = parse(&words, FlagSource::CommandLine);
    let compiled = compile_text("mutant", csd, &*host, flags, orchestrion::opcodes::registry());
    let Some(mut piece) = compiled.piece else { return };
    piece.options.output = Some(Output::Null);
    render(piece, host, &mut Nobody);
}

/// What became of a mutant that did not simply end.
fn fate(csd: &str) -> Option<&'static str> {
    let (done, wait) = channel();
    let csd = csd.to_owned();
    std::thread::spawn(move || {
        perform(&csd);
        let _ = done.send(());
    });
    match wait.recv_timeout(TIME) {
        Ok(()) => None,
        Err(RecvTimeoutError::Disconnected) => Some("panicked"),
        Err(RecvTimeoutError::Timeout) => Some("does not end"),
    }
}

/// What once panicked or did not end, in its smallest form: instruments, and the score after a line `--`.
const ONCE: &[&str] = &[
    "instr 1\na1 oscils .3, 1200, 0\nf1 pvsanal a1, 256, 64, 256, 1\nf2 pvshift f1, (1/0), 17000\nendin\n--\ni 1 0 .05",
    "instr 1\nprints \"x\"\nendin\ninstr 11\nsetscorepos .005\nendin\n--\ni 11 .005 .214\ni 1 .02 .01",
    "instr 1\nk1 lastcycle\nendin\n--\ni 1 0 1e300",
    "gi1 ftgen 1, 0, 8, -2, 1e300\ngi2 ftgen 2, 0, 8, -2, 1\ninstr 1\nvmap 1, 2, 4, 0, 3\nendin\n--\ni 1 0 .01",
    "massign -1e300, 1\npgmassign 1, 1, -1e300\ninstr 1\nendin\n--\ni 1 0 .01",
    "gi1 ftgen 1, 0, -8, -2, 1, 2, 261, -1e300, 1\ninstr 1\ni1 cpstmid 1\nendin\n--\ni 1 0 .01",
    "gi1 ftgen 1, 0, 8, -2, 1\ninstr 1\ni1 ftresizei 1, 1e300\nendin\n--\ni 1 0 .01",
];

#[test]
fn what_was_mended_stays_mended() {
    for once in ONCE {
        let (orchestra, score) = once.split_once("\n--\n").unwrap();
        let csd = format!(
            "<CsoundSynthesizer>\n<CsInstruments>\nsr = 44100\nksmps = 16\n{orchestra}\n</CsInstruments>\n\
             <CsScore>\n{score}\n</CsScore>\n</CsoundSynthesizer>\n"
        );
        assert_eq!(fate(&csd), None, "{csd}");
    }
}

#[test]
fn damaged_pieces_end() {
    let pieces = in_process::pieces().unwrap();
    AllocationRegistry::set_global_tracker(Tracker).unwrap();
    AllocationRegistry::enable_tracking();
    let count = std::env::var("MUTANTS").map_or(MUTANTS, |count| count.parse().unwrap());
    let numbers: Vec<usize> = (0..count).collect();
    let faults: Vec<String> = in_parallel(&numbers, |&n| {
        let (name, csd) = &pieces[n * 7 % pieces.len()];
        let csd = mutate::mutant(csd, SEED + n as u64);
        fate(&csd).map(|fate| format!("mutant {n} of {name} {fate}:\n{csd}"))
    })
    .into_iter()
    .flatten()
    .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let most = MOST.load(Ordering::Relaxed);
    assert!(most < MEMORY, "{most} bytes were held at a time");
}
