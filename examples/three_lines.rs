//! A piece given as text goes in, its sound comes out: `cargo run -p orchestrion --example three_lines`.
#![expect(clippy::print_stdout, reason = "an example shows what it did")]

use orchestrion::{Render, RenderError};

const PIECE: &str = r#"
<CsoundSynthesizer>
<CsInstruments>
sr = 44100
ksmps = 32
nchnls = 2
0dbfs = 1
instr Pluck
  aout = pluck:a(0.4, p4, p4, 0, 1)
  outs aout, aout * 0.5
endin
</CsInstruments>
<CsScore>
i "Pluck" 0.0 0.5 220
i "Pluck" 0.2 0.5 330
</CsScore>
</CsoundSynthesizer>
"#;

/// Renders two plucked strings.
///
/// # Errors
/// None that is expected.
pub fn main() -> Result<(), RenderError> {
    let sound = Render::new().option("-m0").text(PIECE)?;
    println!("{:.2} s, {} channels, peaks {:.3?}", sound.seconds(), sound.channels, sound.peaks);

    // 0.7 s in whole k-cycles.
    assert_eq!((sound.channels, sound.frames, sound.errors), (2, 30880, 0));
    assert!(sound.peaks[0] > 0.3 && (sound.peaks[0] - 2.0 * sound.peaks[1]).abs() < 1e-12);
    // The first string alone repeats after 200 frames and a half: 220 Hz.
    let string: Vec<f64> = sound.channel(0).skip(2000).take(6000).collect();
    let energy: f64 = string.iter().map(|x| x * x).sum();
    let repeated: f64 = string.iter().zip(&string[200..]).map(|(a, b)| a * b).sum();
    assert!(repeated > 0.8 * energy, "{}", repeated / energy);
    Ok(())
}
