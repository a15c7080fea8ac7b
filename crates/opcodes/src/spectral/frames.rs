//! What the opcodes on spectral signals share: when a frame is new, whether an analysis can be worked
//! with, outputs, windows.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::Init;
use orchestrion_base::port::Io;
use orchestrion_base::spectrum::{Spectrum, SpectrumFormat, SpectrumLayout};
use orchestrion_base::world::World;
use orchestrion_dsp::vocoder::{Shape, Sizes};
use std::cell::{Ref, RefMut};

/// Hops up to this many samples, or shorter than a k-cycle, mean a sliding analysis (measured on the
/// reference).
const LONGEST_SLIDING_HOP: usize = 10;

/// Whether an analysis with this hop slides.
pub(super) fn slides(hop: usize, io: &Io<'_>) -> bool {
    hop <= LONGEST_SLIDING_HOP || hop < io.clock.ksmps
}

/// The number of the last frame that was dealt with.
#[derive(Clone, Copy, Default)]
pub(super) struct Seen(u32);

impl Seen {
    /// Whether the frame of this number was not dealt with; from now on it counts as dealt with.
    pub fn is_news(&mut self, frame_count: u32) -> bool {
        let news = frame_count > self.0;
        if news {
            self.0 = frame_count;
        }
        news
    }
}

/// Input `i`, which must have been given a value by an analysis or by `pvsinit`.
///
/// # Errors
/// It has no value yet.
pub(super) fn input<'a>(io: &Io<'a>, i: usize) -> OpResult<Ref<'a, Spectrum>> {
    io.spectrum(i).filter(|s| s.layout.size > 0).ok_or_else(|| {
        OpError::new("the f-signal has no value yet: make it with pvsanal or pvsinit before it is read")
    })
}

/// As [`input`], for opcodes that work on frames with one of the formats `accepted` that do not slide.
///
/// # Errors
/// The input has no value yet, another format, or slides.
pub(super) fn plain_input<'a>(
    io: &Io<'a>,
    i: usize,
    accepted: &[SpectrumFormat],
) -> OpResult<Ref<'a, Spectrum>> {
    let s = input(io, i)?;
    check_format(&s.layout, accepted)?;
    if s.layout.sliding {
        return Err("sliding analyses are not supported here: use a hop of at least ksmps and 11".into());
    }
    Ok(s)
}

/// The formats whose first number is an amplitude.
pub(super) const WITH_AMPLITUDES: &[SpectrumFormat] = &[SpectrumFormat::AmpFreq, SpectrumFormat::AmpPhase];

/// Demands one of some formats.
///
/// # Errors
/// The layout has another one.
pub(super) fn check_format(layout: &SpectrumLayout, accepted: &[SpectrumFormat]) -> OpResult {
    if accepted.contains(&layout.format) {
        return Ok(());
    }
    Err(OpError::new(match accepted {
        [SpectrumFormat::Tracks] => "the signal must consist of tracks: make it with partials",
        [SpectrumFormat::AmpFreq] => "the signal's format must be amplitude and frequency",
        _ => "the signal's format must be amplitude and frequency, or amplitude and phase",
    }))
}

/// Spectral output `o`, made silent in a layout.
///
/// # Errors
/// The layout takes more memory than allowed.
pub(crate) fn output<'a>(cx: &Init<'a>, o: usize, layout: SpectrumLayout) -> OpResult<RefMut<'a, Spectrum>> {
    let ksmps = cx.clock.ksmps;
    cx.world.ask_memory(layout.bytes(ksmps), "a spectral signal")?;
    let mut out = cx.spectrum_out(o).ok_or_else(|| OpError::new("the output is no f-signal"))?;
    out.reset(layout, ksmps);
    Ok(out)
}

/// Sizes for the transforms of an analysis that does not slide.
///
/// # Errors
/// A size is too small to work with, or they take more memory than allowed.
pub(super) fn sizes(layout: &SpectrumLayout, world: &World) -> OpResult<Sizes> {
    let sizes = Sizes { fft: layout.size as usize, hop: layout.hop as usize, window: layout.window as usize };
    if sizes.hop < 1 || sizes.window < 2 {
        return Err("the f-signal has no hop or no window: give sizes where it is made".into());
    }
    world.ask_memory(sizes.bytes(), "a phase vocoder")?;
    Ok(sizes)
}

/// The window of a type number: 0 Hamming, 1 Hann, 2 Kaiser, negative for a table.
///
/// # Errors
/// There is no such type or no such table.
pub(super) fn window(world: &World, number: i32) -> OpResult<Shape<'_>> {
    match number {
        0 => Ok(Shape::Hamming),
        1 => Ok(Shape::Hann),
        2 => Ok(Shape::Kaiser),
        n if n > 0 => Err("invalid window type: 0, 1, 2 or minus the number of a table".into()),
        n => {
            let table = world.tables.get(-f64::from(n)).filter(|t| t.len > 0);
            table.map(|t| Shape::Points(&t.data)).ok_or_else(|| OpError::new("ftable for window not found"))
        }
    }
}
