//! The examples run and sound as they should.
#![allow(dead_code, reason = "the examples' main functions")]

use std::time::Duration;

#[path = "../examples/three_lines.rs"]
mod three_lines;
#[path = "../examples/watched.rs"]
mod watched;

/// Energy of the part of a signal that repeats with this period, in frames, as a share of all of it.
fn periodicity(signal: &[f64], period: usize) -> f64 {
    let energy: f64 = signal.iter().map(|x| x * x).sum();
    signal.iter().zip(&signal[period..]).map(|(a, b)| a * b).sum::<f64>() / energy
}

#[test]
fn three_lines_give_two_plucked_strings() {
    let sound = three_lines::sound().unwrap();
    assert_eq!((sound.channels, sound.frames, sound.errors), (2, 30880, 0));
    assert!((sound.peaks[0] - 2.0 * sound.peaks[1]).abs() < 1e-12 && sound.peaks[0] > 0.3);
    let left: Vec<f64> = sound.channel(0).collect();
    // 0.7 s in whole k-cycles of 32 frames. The first string alone: 220 Hz are 200 frames and a half.
    assert!(periodicity(&left[2000..8000], 200) > 0.8, "{}", periodicity(&left[2000..8000], 200));
    assert!(sound.diagnostics.is_empty() && sound.messages.is_empty());
}

#[test]
fn the_bells_ring_and_are_drawn() {
    let sound = watched::bells(Duration::from_secs(600)).unwrap();
    assert!(
        !sound.cancelled && sound.seconds() > 8.0 && sound.peaks.iter().all(|peak| (0.1..0.3).contains(peak))
    );
    assert!(watched::picture(&sound).unwrap().starts_with(b"\x89PNG"));
}

#[test]
fn without_patience_the_bells_stop() {
    let sound = watched::bells(Duration::ZERO).unwrap();
    assert!(sound.cancelled && sound.seconds() < 8.0);
}
