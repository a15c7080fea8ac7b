//! `adsyn`: partials as a heterodyne analysis found them.

use crate::analysis::load;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;
use std::sync::Arc;

/// Definition of `adsyn`.
pub static ADSYN: OpDef = OpDef::new("adsyn", "Partials from a file of the heterodyne analysis.")
    .sigs(&[sig("a", "kkkSo", Make::Unit(unit::<Adsyn>)), sig("a", "kkkio", Make::Unit(unit::<Adsyn>))])
    .outs(&[port("ares", "sum of the partials")])
    .ins(&[
        port("kamod", "amplitude factor"),
        port("kfmod", "frequency factor"),
        port("ksmod", "speed: 1 as analysed, 0 stays"),
        port("ifilcod", "name of a file that hetro wrote, or a number for adsyn.N"),
        port("iunused", "not used"),
    ])
    .source("Manual: adsyn, hetro (file format); integers of oscillators and time measured on the reference")
    .differences(&["With ksmod 0 the sound stays as it is; the reference crashes."]);

/// Points of the sine, a power of two (measured on the reference).
const SINE: usize = 32768;
/// Marks in a file (manual: hetro).
const AMPLITUDES: i16 = -1;
const FREQUENCIES: i16 = -2;
const END: i16 = 32767;
/// Times are kept in parts of a millisecond, 2 to this power.
const PARTS: u32 = 10;

/// A time in milliseconds and a value.
type Breakpoint = [i16; 2];

/// The course of a partial.
#[derive(Debug, Default, PartialEq)]
struct Track {
    amplitudes: Vec<Breakpoint>,
    frequencies: Vec<Breakpoint>,
}

/// What a file holds.
type Tracks = Vec<Track>;

/// The sine that all read, in whole numbers of 16 bits.
struct Sine(Arc<[f64]>);

impl Default for Sine {
    fn default() -> Self {
        Self((0..SINE).map(|i| (math::sin(TAU * i as f64 / SINE as f64) * 32767.0).trunc()).collect())
    }
}

/// Reads a file, of 16-bit numbers or of text.
fn parse(bytes: &[u8]) -> Option<Tracks> {
    let words: Vec<i16> = match bytes.strip_prefix(b"HETRO") {
        Some(text) => {
            let text = std::str::from_utf8(text).ok()?;
            let numbers = text.split([',', '\n', ' ']).filter(|word| !word.is_empty());
            numbers.map(|word| word.trim().parse::<i16>().ok()).collect::<Option<_>>()?
        }
        None => bytes.as_chunks::<2>().0.iter().map(|&b| i16::from_le_bytes(b)).collect(),
    };
    // The number of partials may be missing.
    let words = if words.first()? == &AMPLITUDES { &words[..] } else { &words[1..] };
    let (mut amplitudes, mut frequencies) = (Vec::new(), Vec::new());
    for (i, mark) in words.iter().enumerate() {
        match *mark {
            AMPLITUDES => amplitudes.push(breakpoints(&words[i + 1..])?),
            FREQUENCIES => frequencies.push(breakpoints(&words[i + 1..])?),
            mark if mark < 0 => return None,
            _ => {}
        }
    }
    if amplitudes.len() != frequencies.len() {
        return None;
    }
    let pairs = amplitudes.into_iter().zip(frequencies);
    Some(pairs.map(|(amplitudes, frequencies)| Track { amplitudes, frequencies }).collect())
}

/// The breakpoints of a track, at least one.
fn breakpoints(words: &[i16]) -> Option<Vec<Breakpoint>> {
    let track: Vec<Breakpoint> =
        words.as_chunks::<2>().0.iter().copied().take_while(|[time, _]| (0..END).contains(time)).collect();
    if track.is_empty() { None } else { Some(track) }
}

/// A value that goes along a track.
#[derive(Clone, Copy, Default)]
struct Course {
    value: i16,
    /// Number of the breakpoint it has passed.
    at: usize,
}

impl Course {
    /// Passes the breakpoints up to a time.
    fn pass(&mut self, track: &[Breakpoint], time: i16) {
        while track.get(self.at + 1).is_some_and(|next| time >= next[0]) {
            self.at += 1;
        }
    }

    /// One step towards the next breakpoint. Time is in parts of milliseconds.
    fn step(&mut self, track: &[Breakpoint], time: i32, step: i32) {
        let Some(&[then, target]) = track.get(self.at + 1) else { return };
        let difference = target.wrapping_sub(self.value);
        let rest = (i32::from(then) << PARTS).wrapping_sub(time).wrapping_add(step).wrapping_sub(1);
        let steps = rest.wrapping_div(step) as i16;
        let change = if steps == 0 { difference } else { difference.wrapping_div(steps) };
        self.value = self.value.wrapping_add(change);
    }
}

#[derive(Clone, Copy, Default)]
struct Partial {
    amplitude: Course,
    frequency: Course,
    phase: usize,
    over: bool,
}

#[derive(Default)]
struct Adsyn {
    tracks: Arc<Tracks>,
    sine: Arc<[f64]>,
    partials: Vec<Partial>,
    /// In parts of milliseconds.
    time: i32,
}

impl Ugen for Adsyn {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.tracks = load(cx, 3, "adsyn.", "file of the heterodyne analysis", parse)?;
        self.sine = cx.world.shared::<Sine>().0.clone();
        let start = |track: &[Breakpoint]| Course { value: track.first().map_or(0, |point| point[1]), at: 0 };
        let partials = self.tracks.iter().map(|track| Partial {
            amplitude: start(&track.amplitudes),
            frequency: start(&track.frequencies),
            ..Partial::default()
        });
        self.partials = partials.collect();
        self.time = 0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let amplitude = io.k(0) * world.header.zero_dbfs;
        let frequency = io.k(1) * SINE as f64 / io.clock.sr;
        let step = (io.k(2) * f64::from(1000 << PARTS) / io.clock.kr) as i32;
        let now = (self.time >> PARTS) as i16;
        io.set(0, 0.0);
        for (partial, track) in self.partials.iter_mut().zip(self.tracks.iter()) {
            if partial.over {
                continue;
            }
            partial.amplitude.pass(&track.amplitudes, now);
            partial.frequency.pass(&track.frequencies, now);
            if partial.amplitude.value != 0 {
                let step = (f64::from(partial.frequency.value) * frequency) as i64 as usize;
                let level = f64::from(partial.amplitude.value);
                for out in io.out(0) {
                    let sine = self.sine[partial.phase % SINE];
                    out.set(out.get() + amplitude * sine * level / f64::from(i32::MAX));
                    partial.phase = partial.phase.wrapping_add(step) % SINE;
                }
            }
            partial.over = partial.amplitude.at + 1 >= track.amplitudes.len();
            if step != 0 {
                partial.amplitude.step(&track.amplitudes, self.time, step);
                partial.frequency.step(&track.frequencies, self.time, step);
            }
        }
        self.time = self.time.wrapping_add(step);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_file_are_read() {
        let words: [i16; 15] = [1, -1, 0, 5, 10, 900, 32767, -2, 0, 440, 9, 450, 20, 460, 32767];
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        let text = "HETRO 1\n-1,0,5,10,900,32767\n-2,0,440,9,450,20,460,32767\n\n";
        let track =
            Track { amplitudes: vec![[0, 5], [10, 900]], frequencies: vec![[0, 440], [9, 450], [20, 460]] };
        for file in [&bytes[..], &bytes[2..], text.as_bytes()] {
            assert_eq!(parse(file).expect("a file"), std::slice::from_ref(&track));
        }
    }

    #[test]
    fn damaged_files_are_none() {
        for text in ["", "HETRO 1\n-1,0,5,32767", "HETRO 1\n-3,5\n", "HETRO 1\n-1\n-2", "HETRO 1\n-1,x"] {
            assert!(parse(text.as_bytes()).is_none(), "{text}");
        }
    }
}
