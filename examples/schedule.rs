//! Text as an argument, a p-field that is set again and again, and events at absolute times: csoundengine's example
//! of `sched`.

use orchestrion::offline::{EngineError, Event, OfflineEngine};

/// Schedules, changes and ends.
///
/// # Errors
/// None that is expected.
pub fn main() -> Result<(), EngineError> {
    let mut engine = OfflineEngine::builder().memory().build()?;
    engine.compile(
        r#"
instr 100
  pset 0, 0, 0, 1000, 2000, 0, 9.0
  kfreq = p4
  kcutoff = p5
  Smode strget p6
  iq = p7
  asig vco2 0.1, kfreq
  if strcmp(Smode, "lowpass") == 0 then
    asig moogladder2 asig, kcutoff, 0.95
  else
    asig K35_hpf asig, kcutoff, iq
  endif
  outch 1, asig
endin
"#,
    )?;
    let event = engine.sched(Event::new(100).dur(4.0).arg(200.0).arg(400.0).arg("lowpass").unique())?;
    // A sweep of the filter, by hand.
    for (n, cutoff) in (400..3000).step_by(10).enumerate() {
        engine.setp(&event, [(5, f64::from(cutoff))], n as f64 * 0.01)?;
    }
    engine.unsched(&event, 2.6)?;
    // Absolute times keep events together, however long it takes to schedule them.
    let now = engine.elapsed_time();
    for n in 0..10 {
        let at = now + 4.0 + f64::from(n) * 0.2;
        engine.sched(Event::new(100).delay(at).absolute().dur(0.1).set("p7", 8.0))?;
    }
    engine.perform()?;

    let left: Vec<f64> = engine.samples().iter().step_by(2).copied().collect();
    let level = |from: f64, to: f64| {
        let part = &left[(from * 44100.0) as usize..(to * 44100.0) as usize];
        (part.iter().map(|x| x * x).sum::<f64>() / part.len() as f64).sqrt()
    };
    assert!(level(2.4, 2.5) > 1.05 * level(0.1, 0.2), "the filter opens");
    assert_eq!(level(2.7, 3.9), 0.0, "the note was ended");
    assert!(level(4.0, 4.1) > 0.01 && level(4.12, 4.19) == 0.0, "short notes with pauses");
    Ok(())
}
