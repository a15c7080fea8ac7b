//! A channel that sets the gain from outside while a note plays: the page's example of `initChannel`.

use orchestrion::offline::{ChannelMode, EngineError, OfflineEngine};

/// Halves the gain after a second.
///
/// # Errors
/// None that is expected.
pub fn main() -> Result<(), EngineError> {
    let mut engine = OfflineEngine::builder().nchnls(1).memory().build()?;
    engine.init_channel("mastergain", 1.0, ChannelMode::Read)?;
    engine.compile(
        r#"
instr 100
  asig oscili 0.1, 1000
  kmastergain = chnget:k("mastergain")
  asig *= interp(kmastergain)
  outch 1, asig
endin
"#,
    )?;
    engine.sched(100)?;
    engine.perform_until(1.0)?;
    let loud = engine.take_samples();
    engine.set_channel("mastergain", 0.5, 0.0)?;
    engine.perform_until(2.0)?;
    let peak = |samples: &[f64]| samples.iter().fold(0.0f64, |peak, x| peak.max(x.abs()));
    assert!((peak(&loud) - 0.1).abs() < 1e-3);
    assert!((peak(&engine.samples()[100..]) - 0.05).abs() < 1e-3);
    assert_eq!(engine.get_control_channel("mastergain")?, 0.5);
    Ok(())
}
