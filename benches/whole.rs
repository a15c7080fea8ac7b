//! The beginnings of the pieces under `benches/pieces`, compiled and performed: `piece/NAME`.
#![allow(missing_docs, reason = "criterion's macros write functions without")]
#![allow(clippy::disallowed_methods, reason = "reads the pieces")]

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use orchestrion_benches::{brief, prepared};
use orchestrion_tests::root;

/// Seconds that are performed of each.
const SECONDS: f64 = 0.2;

fn pieces() -> Vec<(String, String)> {
    let folder = root().join("benches/pieces");
    let mut pieces = Vec::new();
    for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if let (Some(name), Ok(text)) = (path.file_stem(), std::fs::read_to_string(&path)) {
            pieces.push((name.to_string_lossy().into_owned(), text));
        }
    }
    pieces.sort();
    pieces
}

fn whole(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("piece");
    for (name, text) in pieces() {
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                || prepared(&text).unwrap_or_else(|why| panic!("{why}")),
                |mut performance| {
                    while performance.seconds() < SECONDS && performance.step().is_some() {}
                    performance
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group! { name = all; config = brief(); targets = whole }
criterion_main!(all);
