//! Samples that were changed outside are played, and slowed down while they play: the page's example of `playSample`.

#![allow(clippy::disallowed_methods, reason = "an example: it uses Rust's own sine")]

use orchestrion::offline::{EngineError, MakeTable, OfflineEngine, PlaySample};

/// Plays a tone at full and at half speed.
///
/// # Errors
/// None that is expected.
pub fn main() -> Result<(), EngineError> {
    let mut engine = OfflineEngine::builder().memory().build()?;
    let sr = 22050.0;
    let mut sample: Vec<f64> = Vec::new();
    for n in 0..sr as usize {
        let x = (n as f64 * 441.0 * std::f64::consts::TAU / sr).sin();
        sample.extend([x, -x]);
    }
    sample.iter_mut().for_each(|x| *x *= 0.5);
    let table = engine.make_table(MakeTable::new(sample).channels(2).sr(sr))?;
    let event = engine.play_sample(PlaySample::new(table).dur(1.5))?;
    // Gain (p4) and speed (p5) can be set while it plays.
    engine.setp(&event, [(5, 0.5)], 0.5)?;
    engine.perform()?;
    let left: Vec<f64> = engine.samples().iter().step_by(2).copied().collect();
    // Two zero crossings a period.
    let pitch = |from: usize, to: usize| {
        let crossings = left[from..to].windows(2).filter(|w| (w[0] < 0.0) != (w[1] < 0.0)).count();
        crossings as f64 * 44100.0 / (to - from) as f64 / 2.0
    };
    assert!((pitch(4410, 13230) - 441.0).abs() < 6.0);
    assert!((pitch(26460, 35280) - 220.5).abs() < 6.0);
    assert!((engine.peaks()[0] - 0.5).abs() < 1e-3);
    Ok(())
}
