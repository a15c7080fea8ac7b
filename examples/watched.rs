//! A file is rendered while another thread watches the time, and what was rendered is drawn:
//! `cargo run -p orchestrion --example watched`.
#![expect(clippy::print_stdout, reason = "an example shows what it did")]

use orchestrion::cancel::Cancel;
use orchestrion::host::MemoryHost;
use orchestrion::picture::{Picture, draw};
use orchestrion::{Render, RenderError, Rendering};
use std::sync::Arc;
use std::time::Duration;

/// Renders the bells, but gives up if that takes longer than `patience`.
fn bells(patience: Duration) -> Result<Rendering, RenderError> {
    // A set of files in memory, so that it does not matter where the example runs.
    let files = MemoryHost::default();
    files.insert("bells.csd", *include_bytes!("bells.csd"));
    let cancel = Cancel::default();
    let stop = cancel.clone();
    std::thread::spawn(move || {
        std::thread::sleep(patience);
        stop.cancel();
    });
    Render::new()
        .option("-m0")
        .host(Arc::new(files))
        .cancel(&cancel)
        .on_progress(|p| println!("{:.1} s, peak {:.3}", p.seconds, p.peak))
        .file("bells.csd")
}

/// Renders the bells twice: with patience, and without.
///
/// # Errors
/// None that is expected.
pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sound = bells(Duration::from_secs(600))?;
    assert!(sound.seconds() > 8.0 && sound.peaks.iter().all(|peak| (0.1..0.3).contains(peak)));
    let picture = Picture { title: "Bells".to_owned(), ..Picture::default() };
    let png = draw(&sound.samples, sound.channels, sound.sr, &picture)?;
    assert!(png.starts_with(b"\x89PNG"));

    match bells(Duration::ZERO) {
        Err(RenderError::Cancelled(begun)) => assert!(begun.seconds() < sound.seconds()),
        other => panic!("{other:?}"),
    }
    Ok(())
}
