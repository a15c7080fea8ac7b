//! `pvsinit`: a silent spectral signal.

use super::frames::{output, slides};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::spectrum::{SpectrumFormat, SpectrumLayout};

/// Definition of `pvsinit`.
pub static PVSINIT: OpDef = OpDef::new("pvsinit", "A silent spectral signal.")
    .sigs(&[sig("f", "ioopo", Make::Init(init))])
    .outs(&[port("fsig", "spectral signal")])
    .ins(&[port("isize", "FFT size in samples"), HOP, WINDOW, TYPE, FORMAT])
    .source("Manual: pvsinit; frequencies of the silent bins measured on the reference");

/// Documentation of the inputs that opcodes share which make signals from nothing.
pub(super) const HOP: Port = port("iolap", "hop in samples; 0 means a quarter of the size");
/// As [`HOP`].
pub(super) const WINDOW: Port = port("iwinsize", "window in samples; 0 means the size");
/// As [`HOP`].
pub(super) const TYPE: Port = port("iwintype", "window type as of pvsanal; default 1, Hann");
/// As [`HOP`].
pub(super) const FORMAT: Port =
    port("iformat", "0 amplitude and frequency, 1 amplitude and phase, 2 complex, 3 tracks");

/// The layout that hop, window, type and format from input `i` on describe for an FFT size.
///
/// # Errors
/// The size is not positive, or another number is negative.
pub(super) fn layout(io: &Io<'_>, size: f64, i: usize) -> OpResult<SpectrumLayout> {
    let whole = size as i32;
    let or = |i: usize, default: i32| if io.k(i) == 0.0 { default } else { io.k(i) as i32 };
    let (hop, window) = (or(i, whole / 4), or(i + 1, whole));
    let count = |n: i32, what: &str| {
        u32::try_from(n)
            .map_err(|_| OpError::new(format!("{n} is no {what}: give a positive number of samples")))
    };
    if whole < 1 {
        return Err(OpError::new(format!("{size} is no FFT size: give a positive number of samples")));
    }
    let hop = count(hop, "hop")?;
    Ok(SpectrumLayout {
        size: count(whole, "FFT size")?,
        hop,
        window: count(window, "window")?,
        window_type: io.k(i + 2) as i32,
        format: SpectrumFormat::AmpFreq,
        sliding: slides(hop as usize, io),
    })
}

fn init(cx: &mut Init<'_>) -> OpResult {
    let format = SpectrumFormat::from_number(cx.k(4) as i32);
    let layout = SpectrumLayout { format, ..layout(cx, cx.k(0), 1)? };
    let step = f64::from(layout.size) / cx.clock.sr;
    let bins = layout.bins();
    let mut out = output(cx, 0, layout)?;
    for (i, bin) in out.frame.iter_mut().enumerate() {
        bin[1] = (i as f64 * step) as f32;
    }
    for (i, bin) in out.slices.iter_mut().enumerate() {
        bin[1] = (i % bins) as f64 * step;
    }
    Ok(())
}
