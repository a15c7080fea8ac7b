//! Buses carry sound and control values from one instrument to another: the page's examples of `assignBus` and
//! `writeBus`.

use orchestrion::offline::{EngineError, Event, OfflineEngine};

/// Runs the three examples.
///
/// # Errors
/// None that is expected.
pub fn main() -> Result<(), EngineError> {
    audio()?;
    modulation()?;
    written()
}

fn audio() -> Result<(), EngineError> {
    let mut engine = OfflineEngine::builder().nchnls(1).memory().build()?;
    engine.compile(
        "
instr 100
  ibus = p4
  kfreq = 1000
  asig vco2 0.1, kfreq
  busout(ibus, asig)
endin
",
    )?;
    engine.compile(
        "
instr 110
  ibus = p4
  asig = busin(ibus)
  ; do something with asig
  asig *= 0.5
  outch 1, asig
endin
",
    )?;
    let bus = engine.assign_audio_bus(false)?;
    engine.sched(Event::new(100).dur(4.0).arg(bus))?;
    engine.sched(Event::new(110).dur(4.0).arg(bus))?;
    engine.perform()?;
    let through = engine.take_samples();
    // The same wave, without a bus.
    engine.compile("instr 120\n  outch 1, vco2(0.05, 1000)\nendin")?;
    engine.sched(Event::new(120).dur(4.0))?;
    engine.perform()?;
    let differs = through.iter().zip(engine.samples()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(differs < 1e-9 && !through.is_empty(), "{differs}");
    Ok(())
}

fn modulation() -> Result<(), EngineError> {
    let mut engine = OfflineEngine::builder().nchnls(1).memory().build()?;
    engine.compile(
        "
instr 130
  ibus = p4
  ; lfo between -0.5 and 0 at 6 Hz
  kvibr = linlin(lfo:k(1, 6), -0.5, 0, -1, 1)
  busout(ibus, kvibr)
endin

instr 140
  itranspbus = p4
  kpitch = p5
  ktransp = busin:k(itranspbus, 0)
  kpitch += ktransp
  asig vco2 0.1, mtof(kpitch)
  outch 1, asig
  chnset kpitch, \"pitch\"
endin
",
    )?;
    // A control bus: the page's `assignBus()` would make an audio bus.
    let bus = engine.assign_control_bus(0.0, false)?;
    engine.sched(Event::new(140).arg(bus).arg(67.0))?;
    let vibrato = engine.sched(Event::new(130).arg(bus).unique())?;
    let mut pitches = Vec::new();
    for n in 1..100 {
        engine.perform_until(f64::from(n) * 0.01)?;
        pitches.push(engine.get_control_channel("pitch")?);
    }
    let range = |pitches: &[f64]| {
        pitches.iter().fold((f64::MAX, f64::MIN), |(low, high), p| (low.min(*p), high.max(*p)))
    };
    let (low, high) = range(&pitches);
    assert!((low - 66.5).abs() < 0.02 && (high - 67.0).abs() < 0.02, "{low} to {high}");
    engine.unsched(&vibrato, 0.0)?;
    engine.perform_until(1.1)?;
    engine.write_bus(bus, 0.0, 0.0)?;
    engine.perform_until(1.2)?;
    assert_eq!(engine.get_control_channel("pitch")?, 67.0);
    engine.unsched_all()
}

fn written() -> Result<(), EngineError> {
    let mut engine = OfflineEngine::builder().nchnls(1).memory().build()?;
    engine.compile(
        "
instr 100
  ifreqbus = p4
  kfreq = busin:k(ifreqbus)
  outch 1, vco2:a(0.1, kfreq)
endin
",
    )?;
    let bus = engine.assign_control_bus(1000.0, false)?;
    engine.sched(Event::new(100).dur(4.0).arg(bus))?;
    engine.write_bus(bus, 500.0, 0.5)?;
    engine.perform()?;
    let tone = engine.samples();
    let pitch = |from: usize, to: usize| {
        tone[from..to].windows(2).filter(|w| w[0] < 0.0 && w[1] >= 0.0).count() as f64 * 44100.0
            / (to - from) as f64
    };
    assert!((pitch(2205, 19845) - 1000.0).abs() < 10.0);
    assert!((pitch(44100, 132_300) - 500.0).abs() < 5.0);
    Ok(())
}
