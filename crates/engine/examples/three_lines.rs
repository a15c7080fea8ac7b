//! Renders a piece given as text: `cargo run --example three_lines -p orchestrion`.
#![expect(clippy::print_stdout, reason = "an example shows what it did")]

use orchestrion::{Render, RenderError, Rendering};

const PIECE: &str = "
<CsoundSynthesizer>
<CsInstruments>
sr = 44100
ksmps = 32
nchnls = 2
0dbfs = 1
instr Pluck
  acut = pluck:a(0.4, p4, p4, 0, 1)
  outs acut, acut * 0.5
endin
</CsInstruments>
<CsScore>
i \"Pluck\" 0.0 0.5 220
i \"Pluck\" 0.2 0.5 330
</CsScore>
</CsoundSynthesizer>";

/// The three lines.
pub fn sound() -> Result<Rendering, RenderError> {
    Render::new().option("-m0").text(PIECE)
}

fn main() -> Result<(), RenderError> {
    let sound = sound()?;
    println!("{:.2} s, {} channels, peaks {:.3?}", sound.seconds(), sound.channels, sound.peaks);
    Ok(())
}
