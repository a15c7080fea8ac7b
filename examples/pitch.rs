//! Pitch tracking: the page's example of `perform`. An instrument follows the pitch of a sample and writes it to a
//! table, which is read after the render.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "an example: it uses Rust's own sine, and prints"
)]

use orchestrion::offline::{EngineError, Event, MakeTable, OfflineEngine};

const TRACKER: &str = r"
instr pitchtrack
  itabnum = p4   ; the sound
  itabfreq = p5  ; where the pitches go, after their count
  itabsize = ftlen(itabfreq)
  ifftsize = 2048
  ifftsize2 = ifftsize * 4  ; a second, longer analysis steadies the result
  iwtype = 0
  kcount init 1
  aouts[] loscilx 1, 1, itabnum, 4, 1
  a0 = aouts[0]
  a0d = delay(a0, ifftsize2 * 0.5 / sr)
  fsig  pvsanal a0d, ifftsize, 512, ifftsize, iwtype
  fsig2 pvsanal a0, ifftsize2, 512, ifftsize2, iwtype
  kfreq, kamp pvspitch fsig, 0.1
  kfreq2, kamp2 pvspitch fsig2, 0.08
  if kcount >= itabsize || detectsilence(a0, db(-90), 0.1) == 1 then
    turnoff
  endif
  if (kfreq2 == 0 ? 1 : kfreq / kfreq2) < 0.5 then
    kfreq = kfreq2
  endif
  tabw kfreq, kcount, itabfreq
  kcount += 1
  tabw kcount, 0, itabfreq
  ; The page forgets the division by sr: 6144 seconds of delay would be a lot.
  outs delay(a0, (ifftsize + ifftsize2 * 0.5) / sr), vco2(kamp, kfreq)
endin
";

/// Tracks a tone of 330 Hz.
///
/// # Errors
/// None that is expected.
pub fn main() -> Result<(), EngineError> {
    let mut engine = OfflineEngine::builder().memory().build()?;
    engine.compile(TRACKER)?;
    let (sr, duration) = (44100.0, 2.0);
    let step = 330.0 * std::f64::consts::TAU / sr;
    let tone: Vec<f64> = (0..(duration * sr) as usize).map(|n| 0.5 * (n as f64 * step).sin()).collect();
    let sound = engine.make_table(MakeTable::new(tone).sr(sr))?;
    let cycles = (duration * engine.sr() / f64::from(engine.ksmps())) as usize;
    let pitches = engine.make_empty_table(cycles + 100, 1, 0.0)?;
    engine.sched(Event::new("pitchtrack").dur(duration + 0.1).arg(sound).arg(pitches))?;
    engine.perform()?;
    let found = engine.table_data(pitches)?;
    let count = found[0] as usize;
    let mut tracked = found[1..count].to_vec();
    tracked.sort_by(f64::total_cmp);
    let median = tracked[tracked.len() / 2];
    assert!((median - 330.0).abs() < 0.01, "{median} Hz");
    println!("{count} pitches, median {median:.4} Hz");
    Ok(())
}
