//! What a call of each opcode costs a sample: `opcode/CHAPTER/NAME/RATE`, the rate being `a` for calls that work on
//! samples and `k` for others. One iteration is one sample.
#![allow(missing_docs, reason = "criterion's macros write functions without")]
#![allow(clippy::disallowed_methods, reason = "takes times")]

use criterion::{Criterion, criterion_group, criterion_main};
use orchestrion::perform::Performance;
use orchestrion_benches::brief;
use orchestrion_benches::drivers::{COPIES, Driver, survey};
use std::time::{Duration, Instant};

/// Seconds after which a document is performed anew.
const SECONDS: f64 = 20.0;

/// A document of a driver that is performed over and over.
struct Player<'a> {
    driver: &'a Driver,
    copies: usize,
    performance: Option<Performance>,
}

impl<'a> Player<'a> {
    fn new(driver: &'a Driver, copies: usize) -> Self {
        Self { driver, copies, performance: None }
    }

    /// Seconds that one sample takes, from performing a block at least.
    fn per_sample(&mut self, samples: u64) -> f64 {
        let mut performed = 0;
        let mut time = Duration::ZERO;
        while performed < samples.max(1) {
            let performance = self.performance.get_or_insert_with(|| {
                self.driver.performance(self.copies, SECONDS).unwrap_or_else(|why| panic!("{why}"))
            });
            let start = Instant::now();
            let frames = performance.step().map(|block| block.frames as u64);
            time += start.elapsed();
            performance.take_messages();
            match frames {
                Some(frames) => performed += frames,
                None => self.performance = None,
            }
        }
        time.as_secs_f64() / performed as f64
    }
}

fn opcodes(criterion: &mut Criterion) {
    let survey = survey().unwrap_or_else(|why| panic!("{why}"));
    for driver in &survey.drivers {
        let mut once = Player::new(driver, 0);
        let mut again = Player::new(driver, COPIES);
        criterion.bench_function(&format!("opcode/{}", driver.id()), |bencher| {
            bencher.iter_custom(|samples| {
                let each = (again.per_sample(samples) - once.per_sample(samples)) / COPIES as f64;
                // Criterion takes no time for a mistake; noise may even give less.
                Duration::from_secs_f64((each * samples as f64).max(1e-9))
            });
        });
    }
}

criterion_group! { name = all; config = brief(); targets = opcodes }
criterion_main!(all);
