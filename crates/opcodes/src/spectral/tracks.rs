//! Frames of partial tracks: up to as many as the analysis has bins, ended by one without a number.

use super::frames::{check_format, output};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::Init;
use orchestrion_base::port::Io;
use orchestrion_base::spectrum::{SpectrumFormat, SpectrumLayout};

/// A partial in one frame.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Track {
    /// Amplitude.
    pub amp: f32,
    /// Frequency in Hz.
    pub frequency: f32,
    /// Phase in radians.
    pub phase: f32,
    /// Number that the partial keeps from frame to frame; [`END`] after the last.
    pub number: f32,
}

/// The number of the track that ends a frame.
pub(super) const END: f32 = -1.0;

impl Track {
    /// Whether the frame ends here. Numbers count without their fraction.
    pub fn ends(&self) -> bool {
        self.number.trunc() == END
    }
}

/// Places for tracks in a frame.
pub(super) fn places(frame: &[[f32; 2]]) -> impl DoubleEndedIterator<Item = Track> + ExactSizeIterator + '_ {
    frame.as_chunks::<2>().0.iter().map(|&[[amp, frequency], [phase, number]]| Track {
        amp,
        frequency,
        phase,
        number,
    })
}

/// The tracks of a frame.
pub(super) fn tracks(frame: &[[f32; 2]]) -> impl Iterator<Item = Track> + '_ {
    places(frame).take_while(|t| !t.ends())
}

/// The tracks of a frame and the place that ends it: opcodes of the reference look at it, too, where it
/// holds what an earlier frame had there.
pub(super) fn with_end(frame: &[[f32; 2]]) -> impl Iterator<Item = Track> + '_ {
    let mut ended = false;
    places(frame).take_while(move |t| !std::mem::replace(&mut ended, t.ends()))
}

/// Writes one track; out of range nothing happens.
pub(super) fn put(frame: &mut [[f32; 2]], i: usize, t: Track) {
    if let Some(place) = frame.as_chunks_mut::<2>().0.get_mut(i) {
        *place = [[t.amp, t.frequency], [t.phase, t.number]];
    }
}

/// Ends a frame before track `i`.
pub(super) fn end(frame: &mut [[f32; 2]], i: usize) {
    if let Some(place) = frame.as_chunks_mut::<2>().0.get_mut(i) {
        place[1][1] = END;
    }
}

/// The layout of input `i`, which must consist of tracks.
///
/// # Errors
/// It has no value yet or another format.
pub(super) fn layout(io: &Io<'_>, i: usize) -> OpResult<SpectrumLayout> {
    let layout = super::frames::input(io, i)?.layout;
    check_format(&layout, &[SpectrumFormat::Tracks])?;
    Ok(layout)
}

/// Prepares output `o` for tracks: none at first.
///
/// # Errors
/// It takes more memory than allowed.
pub(super) fn prepare(cx: &Init<'_>, o: usize, layout: SpectrumLayout) -> OpResult {
    let layout = SpectrumLayout { format: SpectrumFormat::Tracks, sliding: false, ..layout };
    end(&mut output(cx, o, layout)?.frame, 0);
    Ok(())
}
