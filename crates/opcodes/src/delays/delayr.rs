//! `delayr`, `delayw`, `deltap`, `deltapn`, `deltapi`, `deltap3`: a delay line of the note with taps.
//!
//! The line lies in the note, where all of them find it. `delayr` opens it at init and puts it into a
//! queue, taps take the last opened line or the one they name, and `delayw` takes the first out of the
//! queue. Within a k-cycle taps see what was written up to the last `delayw`.

use crate::lookup::nearest;
use orchestrion_base::error::OpResult;
use orchestrion_base::note::SharedLine;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::marker::PhantomData;

/// Definition of `delayr`.
pub static DELAYR: OpDef = OpDef::new("delayr", "Opens a delay line and reads its end.")
    .quiet_init()
    .sigs(&[sig("aX", "io", Make::Unit(unit::<Delayr>))])
    .outs(&[port("ares", "signal idlt seconds ago"), port("indx", "number of the line for taps, optional")])
    .ins(&[
        port("idlt", "length in seconds, at least one k-cycle"),
        port("iskip", "nonzero keeps the content of the previous note; default 0"),
    ])
    .source("Manual: delayr; semantics K8")
    .reads(Res::NOTE);

/// Definition of `delayw`.
pub static DELAYW: OpDef = OpDef::new("delayw", "Writes into the delay line that was opened first.")
    .sigs(&[sig("", "a", Make::Unit(unit::<Delayw>))])
    .ins(&[port("asig", "signal to delay")])
    .source("Manual: delayw")
    .quiet_init()
    .writes(Res::NOTE);

const OUTS: &[Port] = &[port("ares", "delayed signal")];
const LINE: Port = port(
    "indx",
    "which line: 0 the last opened, negative as delayr gave it, positive counts back; default 0",
);
const TIMED: &[Port] = &[port("xdlt", "delay in seconds, up to the length of the line"), LINE];
const COUNTED: &[Port] = &[port("xnumsamps", "delay in samples, up to the length of the line"), LINE];

/// Definition of `deltap`.
pub static DELTAP: OpDef = OpDef::new("deltap", "Taps a delay line at whole samples.")
    .sigs(&[sig("a", "ko", Make::Unit(unit::<Deltap>))])
    .outs(OUTS)
    .ins(TIMED)
    .source("Manual: deltap; semantics K8")
    .quiet_init()
    .reads(Res::NOTE);

/// Definition of `deltapn`.
pub static DELTAPN: OpDef = OpDef::new("deltapn", "Taps a delay line by a number of samples.")
    .sigs(&[sig("a", "xo", Make::Unit(unit::<Tap<Samples>>))])
    .outs(OUTS)
    .ins(COUNTED)
    .source("Manual: deltapn")
    .quiet_init()
    .reads(Res::NOTE);

/// Definition of `deltapi`.
pub static DELTAPI: OpDef = OpDef::new("deltapi", "Taps a delay line with linear interpolation.")
    .sigs(&[sig("a", "xo", Make::Unit(unit::<Tap<Linear>>))])
    .outs(OUTS)
    .ins(TIMED)
    .source("Manual: deltapi; semantics K8")
    .quiet_init()
    .reads(Res::NOTE)
    .may_fail();

/// Definition of `deltap3`.
pub static DELTAP3: OpDef = OpDef::new("deltap3", "Taps a delay line with cubic interpolation.")
    .sigs(&[sig("a", "xo", Make::Unit(unit::<Tap<Cubic>>))])
    .outs(OUTS)
    .ins(TIMED)
    .source("Manual: deltap3; Lagrange's polynomial through four samples")
    .quiet_init()
    .reads(Res::NOTE)
    .may_fail();

#[derive(Default)]
struct Delayr {
    line: Option<usize>,
}

impl Ugen for Delayr {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if !cx.is_audio_out() {
            return Err("delayr: invalid outarg type".into());
        }
        let mut shared = cx.note.lines.borrow_mut();
        let lines = &mut *shared;
        if lines.serial != cx.note.serial.get() {
            lines.serial = cx.note.serial.get();
            lines.open.clear();
        }
        let index = self.line.filter(|&i| i < lines.lines.len()).unwrap_or_else(|| {
            lines.lines.push(SharedLine::default());
            lines.lines.len() - 1
        });
        self.line = Some(index);
        if !lines.open.contains(&index) {
            lines.open.push_back(index);
        }
        if cx.n_outs() > 1 {
            cx.set(1, -(lines.open.len() as f64));
        }
        let line = &mut lines.lines[index];
        if cx.k(1) != 0.0 && !line.samples.is_empty() {
            return Ok(());
        }
        let len = nearest(cx.k(0) * cx.clock.sr);
        let Some(len) = usize::try_from(len).ok().filter(|&n| n >= cx.clock.ksmps) else {
            return Err("illegal delay time".into());
        };
        cx.world.ask_memory(len * 8, "delayr")?;
        line.samples.clear();
        line.samples.resize(len, 0.0);
        line.at = 0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let shared = io.note.lines.borrow();
        let Some(line) = self.line.and_then(|i| shared.lines.get(i)) else { return Ok(()) };
        let mut at = line.at;
        for out in io.out(0) {
            out.set(line.samples.get(at).copied().unwrap_or(0.0));
            at += 1;
            if at >= line.samples.len() {
                at = 0;
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct Delayw {
    line: Option<usize>,
}

impl Ugen for Delayw {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let mut shared = cx.note.lines.borrow_mut();
        if shared.serial != cx.note.serial.get() {
            shared.open.clear();
        }
        let line = shared.open.pop_front().ok_or("delayw: associated delayr not found")?;
        self.line = Some(line);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let mut shared = io.note.lines.borrow_mut();
        let Some(line) = self.line.and_then(|i| shared.lines.get_mut(i)) else { return Ok(()) };
        let mut at = line.at;
        for x in io.a(0) {
            if let Some(sample) = line.samples.get_mut(at) {
                *sample = x.get();
            }
            at += 1;
            if at >= line.samples.len() {
                at = 0;
            }
        }
        line.at = at;
        Ok(())
    }
}

/// The line that a tap names at init.
///
/// # Errors
/// No line is open, or none has this number.
pub(super) fn find(cx: &Init<'_>, name: f64) -> OpResult<usize> {
    let shared = cx.note.lines.borrow();
    if shared.open.is_empty() || shared.serial != cx.note.serial.get() {
        return Err("deltap: associated delayr not found".into());
    }
    let depth = shared.open.len() as i64;
    let number = match i64::from(nearest(name)) {
        0 => depth,
        n if n > 0 => depth - n,
        n => -n,
    };
    usize::try_from(number - 1)
        .ok()
        .and_then(|i| shared.open.get(i).copied())
        .ok_or_else(|| format!("deltap: delayr index {name:.0} is out of range").into())
}

/// Brings a position back into a ring of `len` samples.
#[inline(always)]
pub(super) fn wrap(at: i64, len: i64) -> usize {
    if at >= 0 && at < len {
        at as usize
    } else if at < 0 && at >= -len {
        (at + len) as usize
    } else {
        at.checked_rem_euclid(len).unwrap_or(0) as usize
    }
}

#[derive(Default)]
struct Deltap {
    line: usize,
}

impl Ugen for Deltap {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.line = find(cx, cx.k(1))?;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let shared = io.note.lines.borrow();
        let Some(line) = shared.lines.get(self.line) else { return Ok(()) };
        let len = line.samples.len();
        let delay = nearest(io.k(0) * io.clock.sr);
        let mut at = wrap(line.at as i64 - i64::from(delay), len as i64);
        for out in io.out(0) {
            out.set(line.samples.get(at).copied().unwrap_or(0.0));
            at += 1;
            if at >= len {
                at = 0;
            }
        }
        Ok(())
    }
}

/// How a tap reads at a delay that need not be whole.
trait Reading: Default + Send + 'static {
    /// Whether the delay is in seconds.
    const SECONDS: bool;
    /// What a fraction of a sample means for all samples of a k-cycle.
    type Weights: Copy;
    /// Weights for a fraction; `audio` if it changes with every sample.
    fn weights(fraction: f64, audio: bool) -> Self::Weights;
    /// The value `weights` of the way from sample `at` to the one before.
    fn read(samples: &[f64], at: usize, weights: Self::Weights) -> f64;
}

#[inline(always)]
fn sample(samples: &[f64], at: usize) -> f64 {
    samples.get(at).copied().unwrap_or(0.0)
}

/// The sample before, in a ring.
#[inline(always)]
fn before(at: usize, len: usize) -> usize {
    if at == 0 { len.saturating_sub(1) } else { at - 1 }
}

#[derive(Default)]
struct Samples;
#[derive(Default)]
struct Linear;
#[derive(Default)]
struct Cubic;

impl Reading for Samples {
    const SECONDS: bool = false;
    type Weights = ();
    fn weights(_: f64, _: bool) {}
    #[inline(always)]
    fn read(samples: &[f64], at: usize, _: ()) -> f64 {
        sample(samples, at)
    }
}

impl Reading for Linear {
    const SECONDS: bool = true;
    type Weights = f64;
    #[inline(always)]
    fn weights(fraction: f64, _: bool) -> f64 {
        fraction
    }
    #[inline(always)]
    fn read(samples: &[f64], at: usize, fraction: f64) -> f64 {
        let now = sample(samples, at);
        now + (sample(samples, before(at, samples.len())) - now) * fraction
    }
}

impl Reading for Cubic {
    const SECONDS: bool = true;
    type Weights = [f64; 5];

    #[inline(always)]
    fn weights(f: f64, audio: bool) -> [f64; 5] {
        // The reference rounds 1/6 differently in its two versions.
        let sixth = if audio { 0.1666666667 } else { 0.16666666666667 };
        let z = (f * f - 1.0) * sixth;
        let half = (f + 1.0) * 0.5;
        let triple = 3.0 * z;
        [half - 1.0 - z, triple - f, half - triple, z, f]
    }

    #[inline(always)]
    fn read(samples: &[f64], at: usize, [w, x, y, z, f]: [f64; 5]) -> f64 {
        let len = samples.len();
        let previous = before(at, len);
        let next = if at + 1 >= len { 0 } else { at + 1 };
        let now = sample(samples, at);
        (w * sample(samples, next)
            + x * now
            + y * sample(samples, previous)
            + z * sample(samples, before(previous, len)))
            * f
            + now
    }
}

#[derive(Default)]
struct Tap<R> {
    line: usize,
    reading: PhantomData<R>,
}

impl<R: Reading> Ugen for Tap<R> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.line = find(cx, cx.k(1))?;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let shared = io.note.lines.borrow();
        let Some(line) = shared.lines.get(self.line) else { return Ok(()) };
        let (samples, len) = (&line.samples[..], line.samples.len() as i64);
        let unit = if R::SECONDS { io.clock.sr } else { 1.0 };
        if !io.is_audio_in(0) {
            let delay = io.k(0) * unit;
            if R::SECONDS && delay == f64::INFINITY {
                return Err("deltapi: INF delaytime".into());
            }
            let whole = delay as i32;
            let weights = R::weights(delay - f64::from(whole), false);
            let mut at = wrap(line.at as i64 - i64::from(whole), len);
            for out in io.out(0) {
                out.set(R::read(samples, at, weights));
                at += 1;
                if at >= samples.len() {
                    at = 0;
                }
            }
            return Ok(());
        }
        for (n, (out, delay)) in io.out(0).iter().zip(io.a(0)).enumerate() {
            let delay = delay.get() * unit;
            if R::SECONDS && delay == f64::INFINITY {
                return Err("deltapi: INF delaytime".into());
            }
            let whole = delay as i32;
            let at = wrap((line.at + n) as i64 - i64::from(whole), len);
            out.set(R::read(samples, at, R::weights(delay - f64::from(whole), true)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_wrap() {
        assert_eq!([wrap(3, 4), wrap(-1, 4), wrap(4, 4), wrap(-9, 4), wrap(1, 0)], [3, 3, 0, 3, 0]);
    }

    #[test]
    fn cubic_reads_a_line_exactly() {
        let samples: Vec<f64> = (0..8).map(f64::from).collect();
        for fraction in [0.0, 0.25, 0.5] {
            let y = Cubic::read(&samples, 4, Cubic::weights(fraction, false));
            assert!((y - (4.0 - fraction)).abs() < 1e-9);
            assert_eq!(Linear::read(&samples, 4, fraction), 4.0 - fraction);
        }
    }
}
