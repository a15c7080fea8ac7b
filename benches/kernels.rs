//! Single functions of `orchestrion-dsp`, timed with criterion.
#![allow(missing_docs, reason = "criterion's macros write functions without")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use orchestrion_benches::spread;
use orchestrion_dsp::math;
use std::hint::black_box;

/// Values a run computes.
const COUNT: usize = 1024;

fn maths(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("math");
    group.throughput(Throughput::Elements(COUNT as u64));
    type Function = fn(f64) -> f64;
    let functions: [(&str, Function); 4] =
        [("sin", math::sin), ("exp", math::exp), ("tanh", math::tanh), ("log2", math::log2)];
    for (name, function) in functions {
        let inputs = spread(0.001, 20.0, COUNT);
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(&inputs).iter().map(|&x| function(x)).sum::<f64>());
        });
    }
    group.finish();
}

criterion_group!(kernels, maths);
criterion_main!(kernels);
