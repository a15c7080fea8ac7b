//! `pvsosc`: a spectral signal of a periodic tone.

use super::frames::{Seen, output};
use super::pvsinit::{self, FORMAT, HOP, TYPE, WINDOW};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::spectrum::{SpectrumFormat, SpectrumLayout};
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `pvsosc`.
pub static PVSOSC: OpDef = OpDef::new("pvsosc", "A spectral signal of a periodic tone.")
    .quiet_init()
    .sigs(&[sig("f", "kkkioopo", Make::Unit(unit::<Pvsosc>))])
    .outs(&[port("fsig", "spectral signal")])
    .ins(&[
        port("kamp", "amplitude"),
        port("kfreq", "frequency in Hz, above 0"),
        port("ktype", "1 sawtooth-like, 2 square-like, 3 pulse, else sine"),
        port("isize", "FFT size in samples"),
        HOP,
        WINDOW,
        TYPE,
        FORMAT,
    ])
    .source("Manual: pvsosc; levels, shape of a partial and pace of frames measured on the reference")
    .differences(&["No tone has more than a million partials."]);

/// Level of a sine (measured on the reference).
const LEVEL: f64 = 1.456;
/// Most partials.
const MOST: i32 = 1 << 20;

#[derive(Default)]
struct Pvsosc {
    seen: Seen,
    frame_count: u32,
    /// Part of a hop that has passed. It doubles with every k-cycle, as in the reference, so that frames
    /// come faster than every hop.
    passed: f64,
}

fn per_cycle(io: &Io<'_>, layout: &SpectrumLayout) -> f64 {
    io.clock.ksmps as f64 / f64::from(layout.hop)
}

impl Ugen for Pvsosc {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let format = SpectrumFormat::from_number(cx.k(7) as i32);
        let layout = SpectrumLayout { format, ..pvsinit::layout(cx, cx.k(3), 4)? };
        if layout.sliding {
            return Err("pvsosc does not slide: use a hop of at least ksmps and 11".into());
        }
        output(cx, 0, layout)?.frame_count = 0;
        *self = Self { seen: Seen::default(), frame_count: 1, passed: per_cycle(cx, &layout) };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let Some(mut out) = io.spectrum_out(0) else { return Ok(()) };
        if self.seen.is_news(self.frame_count) {
            let width = io.clock.sr / f64::from(out.layout.size);
            tone(io, width, &mut out.frame);
            out.frame_count = self.frame_count;
        }
        self.passed += self.passed;
        if self.passed > 1.0 {
            self.passed = per_cycle(io, &out.layout);
            self.frame_count = self.frame_count.wrapping_add(1);
        }
        Ok(())
    }
}

/// Level of the partials against those of a sine, by type and number of partials, and the step from
/// partial to partial.
fn spread(kind: i64, partials: f64) -> (f64, usize) {
    match kind {
        1 => (math::pow(partials, 1.0 / 2.4), 1),
        2 => (math::pow(partials, 0.25), 2),
        _ => (math::pow(partials, 1.0 / 160.0), 1),
    }
}

fn tone(io: &Io<'_>, width: f64, frame: &mut [[f32; 2]]) {
    frame.fill([0.0; 2]);
    let (frequency, kind) = (io.k(1), math::lrint(io.k(2)));
    let mut level = io.k(0) * LEVEL;
    let (partials, step) = if (1..=3).contains(&kind) {
        let partials = ((io.clock.sr / (2.0 * frequency)) as i32).min(MOST);
        let (softer, step) = spread(kind, f64::from(partials));
        level /= softer;
        (partials, step)
    } else {
        (1, 1)
    };
    for n in (1..=partials).step_by(step) {
        let share = if kind == 3 { partials } else { n };
        let amp = f64::from((level / f64::from(share)) as f32);
        partial(amp, f64::from((frequency * f64::from(n)) as f32), width, frame);
    }
}

/// Puts a partial into the four bins around it.
fn partial(amp: f64, frequency: f64, width: f64, frame: &mut [[f32; 2]]) {
    let place = frequency / width;
    let Ok(middle) = usize::try_from(math::lrint(place)) else { return };
    if middle == 0 {
        return;
    }
    for (i, bin) in frame.iter_mut().enumerate().take(middle.saturating_add(3)).skip(middle - 1) {
        let away = i as f64 - place;
        let sinc = if away == 0.0 { 1.0 } else { math::sin(away) / away };
        *bin = [(amp * sinc * sinc * sinc) as f32, frequency as f32];
    }
}
