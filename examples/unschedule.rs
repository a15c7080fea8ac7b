//! Ending an event of indefinite duration: csoundengine's example of `unsched`.

use orchestrion::offline::{EngineError, Event, OfflineEngine};

/// A tone for ten seconds.
///
/// # Errors
/// None that is expected.
pub fn main() -> Result<(), EngineError> {
    let mut engine = OfflineEngine::builder().nchnls(1).memory().build()?;
    engine.compile("instr sine\n  a0 oscili 0.1, 1000\n  outch 1, a0\nendin")?;
    let event = engine.sched(Event::new("sine").unique())?;
    engine.unsched(&event, 10.0)?;
    engine.perform_extra(1.0)?;
    let last = engine.samples().iter().rposition(|x| *x != 0.0).unwrap_or(0);
    let seconds = last as f64 / engine.sr();
    assert!((seconds - 10.0).abs() < engine.one_cycle(), "it ends at {seconds} s");
    Ok(())
}
