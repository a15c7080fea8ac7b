//! `loscil`, `loscil3`, `loscilphs`, `loscil3phs`: instruments' samples from a table, with a loop while the
//! note is held and another one while it is released.

use crate::sound::Outputs;
use crate::tables::lookup::point;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::table::{SoundLoop, Table};
use orchestrion_base::world::World;
use std::marker::PhantomData;

const SOUND: Port = port("ar1 [, ar2]", "one signal for a mono table, two for a stereo one");
const PHASE: Port = port(
    "aph",
    "position of the read point, 0 to 1 over all points of the table; stays where the sound ends",
);
const INS: &[Port] = &[
    port("xamp", "amplitude"),
    port("kcps", "frequency in Hz; its sign does not matter"),
    port("ifn", "table that GEN01 made, mono or stereo"),
    port("ibas", "frequency in Hz at which the sound was recorded; default that of the file, else 261.626"),
    port(
        "imod1",
        "loop while the note is held: 0 none, 1 forward, 2 back and forth, 3 the same from its end on; default that of the file",
    ),
    port("ibeg1", "first frame of that loop"),
    port("iend1", "its end, one past its last frame; 0 for both is the whole table"),
    port("imod2", "loop while the note is released; default that of the file"),
    port("ibeg2", "first frame of that loop"),
    port("iend2", "its end, one past its last frame"),
];
const SOURCE: &str = "Manual: loscil; positions and interpolation measured on the reference";
const DIFFERENCES: &[&str] = &[
    "where a mono sound ends or leaves a loop within a k-cycle, the rest of the cycle is what follows; the \
     reference leaves there what the variable held before",
    "loscil3phs tells the position in all loops; the reference not while it reads a stereo sound forward in a \
     loop of mode 2 or 3",
    "loops shorter than a step are silent at once; in the reference from the next k-cycle on",
];

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, summary).sigs(sigs).ins(INS).source(SOURCE).reads(Res::TABLES).differences(DIFFERENCES)
}

/// Definition of `loscil`.
pub static LOSCIL: OpDef = def(
    "loscil",
    "Plays a sampled sound with loops, interpolating linearly.",
    const { &[sig("mm", "xkjojoojoo", Make::Unit(unit::<Loscil<Line, 0>>))] },
)
.outs(&[SOUND]);
/// Definition of `loscil3`.
pub static LOSCIL3: OpDef = def(
    "loscil3",
    "Plays a sampled sound with loops, interpolating cubically.",
    const { &[sig("mm", "xkjojoojoo", Make::Unit(unit::<Loscil<Cubic, 0>>))] },
)
.outs(&[SOUND]);
/// Definition of `loscilphs`.
pub static LOSCILPHS: OpDef = def(
    "loscilphs",
    "Plays a sampled sound with loops, interpolating linearly, and tells its position.",
    const { &[sig("amm", "xkjojoojoo", Make::Unit(unit::<Loscil<Line, 1>>))] },
)
.outs(&[PHASE, SOUND]);
/// Definition of `loscil3phs`.
pub static LOSCIL3PHS: OpDef = def(
    "loscil3phs",
    "Plays a sampled sound with loops, interpolating cubically, and tells its position.",
    const { &[sig("amm", "xkjojoojoo", Make::Unit(unit::<Loscil<Cubic, 1>>))] },
)
.outs(&[PHASE, SOUND]);

/// Reading between frames.
trait Reading: Default + Send + 'static {
    /// Weights of four frames from the one before the position on.
    fn weights(fraction: f64) -> [f64; 4];
}

#[derive(Default)]
struct Line;
#[derive(Default)]
struct Cubic;

impl Reading for Line {
    #[inline(always)]
    fn weights(fraction: f64) -> [f64; 4] {
        [1.0 - fraction, fraction, 0.0, 0.0]
    }
}

impl Reading for Cubic {
    /// The cubic through four frames, read between the first two instead of the middle ones: the
    /// reference's sound comes a frame late (measured).
    #[inline(always)]
    fn weights(fraction: f64) -> [f64; 4] {
        crate::window::cubic(fraction)
    }
}

/// How a part of the sound is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Way {
    /// To its end.
    #[default]
    Once,
    /// From the start again after its end.
    Forward,
    /// Forward, to turn round at the end.
    There,
    /// Backward, to turn round at the start.
    Back,
}

/// A part of the sound: the loop of a held or of a released note.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    way: Way,
    start: f64,
    end: f64,
}

impl Part {
    /// From the arguments for the mode and the two ends from `first` on, or from the file. A loop that is
    /// empty is none; `fallback` then ends the part.
    fn new(io: &Io<'_>, first: usize, file: Option<SoundLoop>, frames: f64, held: bool) -> OpResult<Self> {
        let (mode, start, end) = (io.k(first).trunc(), io.k(first + 1), io.k(first + 2));
        let whole = Self { way: Way::Once, start: 0.0, end: frames };
        let mut part = if mode < 0.0 {
            let Some(found) = file else { return Ok(whole) };
            let way = if found.alternating { Way::There } else { Way::Forward };
            Self { way, start: found.start as f64, end: found.end as f64 }
        } else {
            let way = match mode as u32 {
                0 => Way::Once,
                1 => Way::Forward,
                2 => Way::There,
                3 => Way::Back,
                _ => return Err(OpError::new(format!("loscil: there is no loop mode {mode}"))),
            };
            if held && start == 0.0 && end == 0.0 {
                return Ok(Self { way, ..whole });
            }
            if !(start >= 0.0 && start < end && end <= frames) {
                return Err(OpError::new(format!(
                    "loscil: a loop from frame {start} to {end} is not inside the {frames} frames of the table"
                )));
            }
            Self { way, start, end }
        };
        part.end = part.end.min(frames);
        Ok(if part.start < part.end { part } else { whole })
    }
}

/// Hertz that the reference assumes for a sound that says nothing: middle C.
const MIDDLE_C: f64 = 261.625_565_300_598_62;

#[derive(Default)]
struct Loscil<R, const FIRST: usize> {
    table: f64,
    stereo: bool,
    /// Frames per sample and Hz.
    per_hertz: f64,
    held: Part,
    released: Part,
    /// The part being read.
    part: Part,
    in_release: bool,
    looping: bool,
    position: f64,
    reading: PhantomData<R>,
}

impl<R: Reading, const FIRST: usize> Loscil<R, FIRST> {
    /// Whether there is nothing more to read.
    #[inline(always)]
    fn is_over(&self) -> bool {
        self.position >= self.part.end && self.part.way != Way::Back
    }

    /// Goes on by `step` frames.
    #[inline(always)]
    fn advance(&mut self, step: f64) {
        let Part { way, start, end } = self.part;
        if way == Way::Back {
            self.position -= step;
            if self.position < start {
                self.position += (start - self.position) * 2.0;
                self.part.way = Way::There;
            }
            return;
        }
        self.position += step;
        if self.position < end {
            return;
        }
        match way {
            Way::Forward if self.looping => self.position -= end - start,
            Way::There if self.looping => {
                self.position -= (self.position - end) * 2.0;
                self.part.way = Way::Back;
            }
            _ if !self.in_release => {
                self.in_release = true;
                self.part = self.released;
                self.looping = self.part.way != Way::Once;
            }
            _ => {}
        }
    }

    /// The sound of a channel at the position. What lies beyond the last frame is held.
    #[inline(always)]
    fn read(&self, table: &Table, channel: usize) -> f64 {
        let frame = self.position.max(0.0) as usize;
        let weights = R::weights(self.position - frame as f64);
        let mut sum = 0.0;
        for (j, weight) in weights.into_iter().enumerate() {
            let i = match (self.stereo, frame + j) {
                (false, frame) => frame.min(table.len),
                (true, frame) if 2 * frame > table.len => table.len.saturating_sub(1) + channel,
                (true, frame) => 2 * frame + channel,
            };
            sum += weight * point(table, i);
        }
        sum
    }
}

impl<R: Reading, const FIRST: usize> Ugen for Loscil<R, FIRST> {
    const SEAMLESS: Option<&'static [usize]> = Some(&[0, 1]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.table = crate::lookup::any_table(cx.world, cx.k(2))?;
        let table = cx.world.tables.get(self.table).ok_or("loscil: table not found")?;
        let channels = table.channels.max(1);
        Outputs::prepare(&cx.io, "loscil", FIRST, channels)?;
        self.stereo = channels == 2;
        // Tables that hold no recording stand still in the reference, unless no frequency is given.
        let recorded = matches!(table.gen_number.abs(), 1 | 49);
        let ratio = if recorded { table.sr / cx.clock.sr } else { 0.0 };
        let base = if cx.k(3) != 0.0 { cx.k(3) } else { table.base_frequency };
        self.per_hertz = if base != 0.0 { ratio / base } else { 1.0 / MIDDLE_C };
        let frames = table.frame_count() as f64;
        self.held = Part::new(&cx.io, 4, table.sound_loop, frames, true)?;
        self.released = Part::new(&cx.io, 7, table.release_loop, frames, false)?;
        self.part = self.held;
        self.looping = self.part.way != Way::Once;
        (self.in_release, self.position) = (false, 0.0);
        if base == 0.0 {
            cx.world.warn("loscil: the sound has no base frequency; middle C is assumed");
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let sound = io.out(FIRST);
        let Some(table) = world.tables.get(self.table) else {
            (0..io.n_outs()).for_each(|o| io.set(o, 0.0));
            return Ok(());
        };
        if !self.in_release && io.note.releasing.get() {
            self.looping = false;
        }
        let (amp, cps, second) = (io.x(0), io.x(1), if self.stereo { io.out(FIRST + 1) } else { &[] });
        let (phase, points) = (if FIRST == 1 { io.out(0) } else { &[] }, table.len as f64);
        for n in 0..sound.len() {
            if let Some(phase) = phase.get(n) {
                phase.set(self.position / points);
            }
            if self.is_over() {
                sound[n].set(0.0);
                if let Some(out) = second.get(n) {
                    out.set(0.0);
                }
                continue;
            }
            let amp = amp.at(n);
            sound[n].set(amp * self.read(table, 0));
            if let Some(out) = second.get(n) {
                out.set(amp * self.read(table, 1));
            }
            self.advance((cps.at(n) * self.per_hertz).abs());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    fn played(op: &'static OpDef, mode: f64, start: f64, end: f64, samples: usize) -> Vec<f64> {
        let mut bench = Bench::new(op, 0);
        let ramp = (0..18).map(|i| f64::from(i / 2)).collect();
        bench.world.tables.insert(1, Table { gen_number: 1, sr: 44100.0, channels: 2, ..Table::new(ramp) });
        for (i, value) in [1.0, 1.0, 1.0, 1.0, mode, start, end, -1.0].into_iter().enumerate() {
            bench.set(i, value);
        }
        bench.render(samples)
    }

    #[test]
    fn loops_go_round_and_back_and_forth() {
        let want = |list: &[u8]| list.iter().map(|&x| f64::from(x)).collect::<Vec<_>>();
        assert_eq!(played(&LOSCIL, 0.0, 0.0, 0.0, 16)[..10], want(&[0, 1, 2, 3, 4, 5, 6, 7, 0, 0]));
        assert_eq!(played(&LOSCIL, 1.0, 2.0, 5.0, 16)[..10], want(&[0, 1, 2, 3, 4, 2, 3, 4, 2, 3]));
        assert_eq!(played(&LOSCIL, 2.0, 2.0, 5.0, 16)[..10], want(&[0, 1, 2, 3, 4, 5, 4, 3, 2, 3]));
    }
}
