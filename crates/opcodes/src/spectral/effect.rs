//! The adapter for opcodes that make a frame from a frame, sliding or not.

use super::frames::{Seen, WITH_AMPLITUDES, check_format, input, output, plain_input};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, Ugen, unit};
use orchestrion_base::port::Io;
use orchestrion_base::spectrum::{Spectrum, SpectrumFormat, SpectrumLayout};
use orchestrion_base::world::World;

/// A number of a frame: single precision, or double where the analysis slides.
pub(super) trait Real: Copy + Default + Into<f64> {
    /// The nearest number of the kind.
    fn of(x: f64) -> Self;
}

impl Real for f32 {
    fn of(x: f64) -> Self {
        x as f32
    }
}

impl Real for f64 {
    fn of(x: f64) -> Self {
        x
    }
}

/// What an [`Effect`] has before it for one frame.
pub(super) struct Source<'a, T> {
    /// Arguments.
    pub io: &'a Io<'a>,
    /// What all notes share.
    pub world: &'a World,
    /// The analysis.
    pub layout: &'a SpectrumLayout,
    /// Bins of the first input.
    pub first: &'a [[T; 2]],
    /// Bins of the second spectral input; empty if there is none.
    pub second: &'a [[T; 2]],
    /// Which frame of the k-cycle this is: 0 unless the analysis slides.
    pub slice: usize,
}

impl<T> Source<'_, T> {
    /// Input `i` at the time of the frame; signals only have a say of their own where the analysis slides.
    pub fn x(&self, i: usize) -> f64 {
        self.io.x(i).at(self.slice.saturating_sub(self.io.first))
    }

    /// Input `i` as a number.
    pub fn k(&self, i: usize) -> f64 {
        self.io.k(i)
    }
}

/// Makes frames from the frames of its first input, and perhaps of its second.
pub(super) trait Effect: Default + Send + 'static {
    /// Whether it works on sliding analyses, frame by frame of the k-cycle.
    const SLIDES: bool = true;
    /// Formats of frames it works on.
    const FORMATS: &'static [SpectrumFormat] = WITH_AMPLITUDES;

    /// Prepares for an analysis. The inputs' layouts have been checked.
    ///
    /// # Errors
    /// An error drops the note.
    fn init(&mut self, cx: &mut Init<'_>, layout: &SpectrumLayout) -> OpResult {
        let _ = (cx, layout);
        Ok(())
    }

    /// Makes one frame, which holds the frame before. Frames have a bin at least; all have the same number.
    ///
    /// # Errors
    /// An error removes the note.
    fn frame<T: Real>(&mut self, source: &Source<'_, T>, out: &mut [[T; 2]]) -> OpResult;
}

/// What runs an effect.
pub(super) const fn effect<E: Effect>() -> Make {
    Make::Unit(unit::<Runner<E>>)
}

#[derive(Default)]
struct Runner<E> {
    effect: E,
    seen: Seen,
    layout: SpectrumLayout,
}

fn differ() -> OpError {
    OpError::new("the f-signals come from different analyses: sizes, hop, window and format must be equal")
}

impl<E: Effect> Ugen for Runner<E> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let layout = if E::SLIDES { input(cx, 0)?.layout } else { plain_input(cx, 0, E::FORMATS)?.layout };
        check_format(&layout, E::FORMATS)?;
        output(cx, 0, layout)?;
        (self.seen, self.layout) = (Seen::default(), layout);
        self.effect.init(cx, &layout)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (Some(a), Some(mut out)) = (io.spectrum(0), io.spectrum_out(0)) else { return Ok(()) };
        let b = io.spectrum(1);
        if a.layout != self.layout
            || out.layout != self.layout
            || b.as_ref().is_some_and(|b| b.layout != a.layout)
        {
            return Err(differ());
        }
        let layout = &a.layout;
        let mut source = Source { io, world, layout, first: &a.frame[..], second: &[], slice: 0 };
        if layout.sliding {
            return self.slices(io, world, &a, b.as_deref(), &mut out);
        }
        if self.seen.is_news(a.frame_count) {
            if let Some(b) = &b {
                source.second = &b.frame;
            }
            self.effect.frame(&source, &mut out.frame)?;
            out.frame_count = a.frame_count;
        }
        Ok(())
    }
}

impl<E: Effect> Runner<E> {
    /// The frames of a k-cycle; before and after the note they are silent.
    fn slices(
        &mut self,
        io: &Io<'_>,
        world: &World,
        a: &Spectrum,
        b: Option<&Spectrum>,
        out: &mut Spectrum,
    ) -> OpResult {
        for slice in 0..io.clock.ksmps {
            let frame = out.slice_mut(slice);
            if slice < io.first || slice >= io.end {
                frame.fill([0.0; 2]);
                continue;
            }
            let (first, second) = (a.slice(slice), b.map_or(&[][..], |b| b.slice(slice)));
            self.effect.frame(&Source { io, world, layout: &a.layout, first, second, slice }, frame)?;
        }
        Ok(())
    }
}
