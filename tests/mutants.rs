//! Damaged pieces end: no panic, no hang, no memory without bound, whatever a slip of the hand makes of them.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test that watches the clock")]

use orchestrion::midi;
use orchestrion::soundfile::{self, Limits};
use orchestrion_tests::hostile::{self, perform, reading};
use orchestrion_tests::{in_parallel, in_process, mutate};
use std::alloc::System;
use std::cell::Cell;
use std::sync::Once;
use std::sync::atomic::{AtomicIsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;
use tracking_allocator::{AllocationGroupId, AllocationRegistry, AllocationTracker, Allocator};

/// How many damaged pieces are rendered unless the variable `MUTANTS` says another number.
const PIECES: usize = 600;
/// How many damaged files are read unless the variable says another number.
const FILES: usize = 1000;
/// The first of their seeds.
const SEED: u64 = 20_261_125;
/// What one may take.
const TIME: Duration = Duration::from_secs(20);
/// What all that run at a time may take together, in bytes.
const MEMORY: isize = 2 << 30;
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

fn count(usual: usize) -> usize {
    std::env::var("MUTANTS").map_or(usual, |count| count.parse().unwrap())
}

thread_local! {
    static PANICKED: Cell<bool> = const { Cell::new(false) };
}

/// Has panics noted, those that somebody catches included.
fn note_panics() {
    static NOTED: Once = Once::new();
    NOTED.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            PANICKED.set(true);
            usual(info);
        }));
    });
}

/// What became of work that did not simply end.
fn fate(work: impl FnOnce() + Send + 'static) -> Option<&'static str> {
    note_panics();
    let (done, wait) = channel();
    std::thread::spawn(move || {
        work();
        let _ = done.send(PANICKED.get());
    });
    match wait.recv_timeout(TIME) {
        Ok(false) => None,
        Ok(true) | Err(RecvTimeoutError::Disconnected) => Some("panicked"),
        Err(RecvTimeoutError::Timeout) => Some("does not end"),
    }
}

/// What became of a document that did not simply end, with the document.
fn fate_of(csd: String) -> Option<String> {
    let document = csd.clone();
    fate(move || perform(&document, in_process::host())).map(|fate| format!("{fate}:\n{csd}"))
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
        assert_eq!(fate_of(csd), None);
    }
}

#[test]
#[ignore = "takes ten minutes and more"]
fn every_number_may_be_extreme() {
    let pieces = in_process::pieces().unwrap();
    let faults: Vec<String> = in_parallel(&pieces, |(name, csd)| {
        let forms = mutate::extremes(csd).into_iter();
        forms.filter_map(|csd| fate_of(csd).map(|fate| format!("{name} {fate}"))).collect::<Vec<_>>()
    })
    .concat();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn damaged_pieces_end() {
    let pieces = in_process::pieces().unwrap();
    // Another test may have set it.
    let _ = AllocationRegistry::set_global_tracker(Tracker);
    AllocationRegistry::enable_tracking();
    let numbers: Vec<usize> = (0..count(PIECES)).collect();
    let faults: Vec<String> = in_parallel(&numbers, |&n| {
        let (name, csd) = &pieces[n * 7 % pieces.len()];
        let csd = mutate::mutant(csd, SEED + n as u64);
        fate_of(csd).map(|fate| format!("mutant {n} of {name} {fate}"))
    })
    .into_iter()
    .flatten()
    .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_memory();
}

#[test]
fn damaged_files_are_refused_or_read() {
    let files = hostile::files();
    let numbers: Vec<usize> = (0..count(FILES)).collect();
    let faults = in_parallel(&numbers, |&n| {
        let bytes = mutate::mutant_bytes(&files[n % files.len()], SEED + n as u64);
        let reader = hostile::READERS[n / files.len() % hostile::READERS.len()];
        let fate = fate(move || {
            let _ = midi::read(&bytes, "01");
            let _ = soundfile::read(bytes.as_slice().into(), &Limits::default());
            let host = in_process::host();
            host.insert("file", bytes);
            perform(&reading(reader), host);
        });
        fate.map(|fate| format!("mutant {n} of a file {fate}, read by {reader}"))
    });
    let faults: Vec<String> = faults.into_iter().flatten().collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_memory();
}

fn assert_memory() {
    let most = MOST.load(Ordering::Relaxed);
    assert!(most < MEMORY, "{most} bytes were held at a time");
}
