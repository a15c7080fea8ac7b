//! Example 1 of csoundengine's page on the offline engine: a chord of oscillators through filters, each of which
//! glides to another pitch while its filter opens.
//!
//! `cargo run --release --example vco` writes vco.wav, a picture of it, and vco.csd, which csound renders to the
//! same sound.

#![allow(clippy::print_stdout, reason = "an example: it prints")]

use orchestrion::offline::{Automation, EngineError, Event, OfflineEngine};

/// Transpositions that Python's `random.uniform(0.92, 1.08)` might give.
const TRANSPOSITIONS: [f64; 5] = [1.032, 0.937, 1.071, 0.985, 1.003];

/// Renders the example to `outfile`, or to memory, and answers with the engine before it is stopped.
///
/// # Errors
/// The file cannot be written.
pub fn render(outfile: Option<&str>) -> Result<OfflineEngine, EngineError> {
    let builder = OfflineEngine::builder();
    let builder = match outfile {
        Some(path) => builder.outfile(path),
        None => builder.memory(),
    };
    let mut engine = builder.build()?;
    engine.compile(
        r"
instr vco
    pset 0, 0, 0, 263, 0.1, 1, 1000, 0.1, 0.5
    ifreq = p4
    iamp = p5
    ktransp = p6
    kcutoff = p7
    ifade = p8
    ifilterq = p9
    kfreq = ifreq * ktransp
    aout = vco2:a(iamp, kfreq)
    iresonance = 0.6
    idistortion = 0.
    aout = lpf18(aout, kcutoff, iresonance, idistortion)
    aout *= linsegr:a(0, ifade, 1, ifade, 0)
    outch 1, aout
endin
",
    )?;
    let f0 = 130.0;
    for (factor, transposition) in [1.0, 2.76, 5.3, 5.4, 8.93].into_iter().zip(TRANSPOSITIONS) {
        let freq = f0 * factor;
        // A unique event gets a p1 of its own, by which it can be automated.
        let event = engine.sched(
            Event::new("vco")
                .dur(8.0)
                .unique()
                .set("ifreq", freq)
                .set("iamp", 0.1)
                .set("kcutoff", freq * 3.0)
                .set("ifade", freq / f0 * 0.5)
                .set("ifilterq", 0.8),
        )?;
        // From 2 s on p6, the transposition, goes from 1 to its end within 5 s.
        engine.automatep(&event, 6, Automation::new([(0.0, 1.0), (5.0, transposition)]).delay(2.0))?;
        // p-fields have names. `overtake` starts from the value that is there.
        let opening = Automation::new([(0.0, 0.0), (3.0, freq * 1.1)]).overtake();
        engine.automatep(&event, "kcutoff", opening.delay(2.0 + factor * 0.3))?;
    }
    // Some time more than the events, for their fades.
    engine.perform_extra(5.0)?;
    Ok(engine)
}

/// Writes the sound, and the piece for csound.
///
/// # Errors
/// A file cannot be written.
pub fn main() -> Result<(), EngineError> {
    let mut engine = render(Some("vco.wav"))?;
    engine.write("vco.csd")?;
    if let Some(job) = engine.stop()? {
        job.picture("vco.png")?;
        println!("{:.2} s of sound in {}", job.duration(), job.outfile().unwrap_or_default());
    }
    Ok(())
}
