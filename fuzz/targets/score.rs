//! The score reader, its preprocessor included.
#![no_main]

use libfuzzer_sys::fuzz_target;
use orchestrion::base::limits::Limit;
use orchestrion::parser::score::{ScoreOptions, parse_line};
use orchestrion_dsp::math;

fuzz_target!(|text: &str| {
    let mut options = ScoreOptions::new(math::pow);
    options.limits.set(Limit::TextBytes, 100_000);
    // Sections that repeat themselves (`n`) read the same text again.
    options.limits.set(Limit::Events, 10_000);
    let (score, _) = parse_line(text, &options, &|name| (name.len() % 2 == 0).then_some(1.0));
    for section in &score.sections {
        for event in &section.events {
            for cell in section.fields(event) {
                score.value(*cell);
            }
        }
    }
});
