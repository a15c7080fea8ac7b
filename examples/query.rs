//! Asking for variables and the values of expressions: the page's examples of `queryVariable` and `call`.

use orchestrion::offline::{EngineError, Event, OfflineEngine};

/// Asks.
///
/// # Errors
/// None that is expected.
pub fn main() -> Result<(), EngineError> {
    let mut engine = OfflineEngine::builder().memory().build()?;
    engine.compile("gkfoo init 0\ninstr 100\n  gkfoo = p4\nendin")?;
    // The page gives a duration of 0, which runs the init pass alone: `gkfoo = p4` would never happen.
    engine.sched(Event::new(100).dur(0.01).arg(314.0))?;
    engine.perform()?;
    assert_eq!(engine.query_variable("gkfoo")?, 314.0);
    engine.compile("i0 = ftgen(200, 0, 100, 2, 0)")?;
    assert_eq!(engine.call("ftlen(200)")?, 100.0);
    Ok(())
}
