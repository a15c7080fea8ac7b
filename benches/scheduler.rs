//! Events a second: notes that start and end, by the score and by other notes.
#![allow(missing_docs, reason = "criterion's macros write functions without")]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use orchestrion::perform::Performance;
use orchestrion_benches::{brief, document, prepared};

/// Notes of a piece.
const NOTES: usize = 5_000;
/// Notes that start in one k-cycle.
const CHORD: usize = 50;

fn ready(orchestra: &str, score: &str) -> Performance {
    prepared(&document(orchestra, score)).unwrap_or_else(|why| panic!("{why}"))
}

fn perform(mut performance: Performance) -> Performance {
    while performance.step().is_some() {}
    assert_eq!(performance.errors(), 0);
    performance
}

fn scheduler(criterion: &mut Criterion) {
    let lines = |line: &dyn Fn(usize) -> String| (0..NOTES).map(line).collect::<String>();
    let one = lines(&|n| format!("i 1 {} .001\n", n as f64 / 1000.0));
    let chords = lines(&|n| format!("i 1 {} .001\n", (n / CHORD) as f64 / 100.0));
    let held =
        lines(&|n| format!("i 1.{n:05}1 0 -1\ni -1.{n:05}1 {} 0\n", 0.001 + (n / CHORD) as f64 / 1000.0));
    let next = "instr 1\nif p4 > 1 then\nschedule 1, .001, .001, p4 - 1\nendif\nendin\n";
    let empty = "instr 1\nendin\n";
    let chain = format!("i 1 0 .001 {NOTES}\nf 0 {}\n", NOTES as f64 / 500.0);
    let pieces =
        [("notes", empty, one), ("chords", empty, chords), ("held", empty, held), ("scheduled", next, chain)];
    let mut group = criterion.benchmark_group("scheduler");
    group.throughput(Throughput::Elements(NOTES as u64));
    for (name, orchestra, score) in pieces {
        group.bench_function(name, |bencher| {
            bencher.iter_batched(|| ready(orchestra, &score), perform, BatchSize::LargeInput);
        });
    }
    group.finish();
}

criterion_group! { name = all; config = brief(); targets = scheduler }
criterion_main!(all);
