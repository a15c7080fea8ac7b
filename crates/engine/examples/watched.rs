//! Renders a file while another thread watches the time, and draws what was rendered:
//! `cargo run --example watched -p orchestrion`.
#![expect(clippy::print_stdout, reason = "an example shows what it did")]
#![expect(clippy::disallowed_methods, reason = "it writes the picture to a file")]

use orchestrion::cancel::Cancel;
use orchestrion::picture::{Picture, PictureError, draw};
use orchestrion::{Render, RenderError, Rendering};
use std::time::Duration;

const BELLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/bells.csd");

/// Renders the bells, but gives up if that takes longer than `patience`.
pub fn bells(patience: Duration) -> Result<Rendering, RenderError> {
    let cancel = Cancel::default();
    let stop = cancel.clone();
    std::thread::spawn(move || {
        std::thread::sleep(patience);
        stop.cancel();
    });
    Render::new()
        .option("-m0")
        .cancel(&cancel)
        .on_progress(|p| println!("{:.1} s, peak {:.3}", p.seconds, p.peak))
        .file(BELLS)
}

/// Waveform and spectrogram as a PNG file.
pub fn picture(sound: &Rendering) -> Result<Vec<u8>, PictureError> {
    let picture = Picture { title: "Bells".to_owned(), ..Picture::default() };
    draw(&sound.samples, sound.channels, sound.sr, &picture)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sound = bells(Duration::from_secs(60))?;
    std::fs::write("bells.png", picture(&sound)?)?;
    println!("{:.1} s rendered, drawn into bells.png", sound.seconds());
    Ok(())
}
