//! A p-field that follows a curve: the page's examples of `automatep` and `setp`.

use orchestrion::offline::{EngineError, Event, OfflineEngine};

/// A tone whose frequency falls from 1000 to 200 Hz in three seconds, and one that gets louder.
///
/// # Errors
/// None that is expected.
pub fn main() -> Result<(), EngineError> {
    let mut engine = OfflineEngine::builder().nchnls(1).memory().build()?;
    engine.compile(
        "
instr 100
  kfreq = p4
  outch 1, oscili:a(0.1, kfreq)
endin
instr foo
  kamp = p5
  kfreq = p6
  a0 oscili kamp, kfreq
  outch 1, a0
endin
",
    )?;
    let event = engine.sched(Event::new(100).dur(10.0).arg(1000.0).unique())?;
    engine.automatep(&event, 4, [(0.0, 1000.0), (3.0, 200.0), (5.0, 200.0)])?;
    engine.perform()?;
    let glide = engine.take_samples();
    let pitch = |from: f64, to: f64| {
        let part = &glide[(from * 44100.0) as usize..(to * 44100.0) as usize];
        part.windows(2).filter(|w| (w[0] < 0.0) != (w[1] < 0.0)).count() as f64 / 2.0 / (to - from)
    };
    assert!((pitch(1.4, 1.6) - 600.0).abs() < 10.0, "{}", pitch(1.4, 1.6));
    assert!((pitch(4.0, 9.0) - 200.0).abs() < 1.0, "{}", pitch(4.0, 9.0));

    let tone = engine.sched(Event::new("foo").dur(1.0).args([0.0, 0.1, 440.0]).unique())?;
    assert_eq!(tone.as_str(), "foo.0002");
    engine.setp(&tone, [(5, 0.2)], 0.5)?;
    engine.perform()?;
    let peak = |part: &[f64]| part.iter().fold(0.0f64, |peak, x| peak.max(x.abs()));
    let (soft, loud) = engine.samples().split_at(22050);
    assert!((peak(&soft[..21000]) - 0.1).abs() < 1e-3 && (peak(loud) - 0.2).abs() < 1e-3);
    Ok(())
}
