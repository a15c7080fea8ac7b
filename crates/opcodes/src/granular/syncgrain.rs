//! `syncgrain`: grains of a sound at a given frequency, each starting a given step after the one before.

use crate::lookup::any_table;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::table::Table;
use orchestrion_base::world::World;

/// Definition of `syncgrain`.
pub static SYNCGRAIN: OpDef = OpDef::new("syncgrain", "Synchronous granular synthesis.").quiet_init()
    .sigs(&[sig("a", "kkkkkiii", Make::Unit(unit::<Syncgrain>))])
    .outs(&[port("asig", "signal")])
    .ins(&[
        port("kamp", "amplitude"),
        port("kfreq", "grains per second in Hz"),
        port("kpitch", "transposition of grains: 1 plays the sound at its own pitch"),
        port("kgrsize", "duration of a grain in seconds"),
        port("kprate", "step from the start of a grain to the next, in grain durations"),
        port("ifun1", "table of the sound"),
        port("ifun2", "table of the envelope"),
        port("iolaps", "how many grains may overlap"),
    ])
    .source("Manual: syncgrain (V. Lazzarini); place and period kept in single precision (measured on the reference)")
    .reads(Res::TABLES)
    .may_fail();

/// The grain in a place of the list of grains.
#[derive(Clone, Copy, Default)]
pub(super) struct Grain {
    pub on: bool,
    /// Place in the sound, in points.
    pub at: f64,
    /// Place in the envelope, in points.
    pub along: f64,
}

impl Grain {
    /// The grain's sample; its place is brought into the sound first.
    #[inline(always)]
    pub fn sample(&mut self, sound: &Points<'_>, envelope: &Points<'_>) -> f64 {
        self.at = within(self.at, 0.0, sound.len);
        if self.along < envelope.len { sound.at(self.at) * envelope.at(self.along) } else { 0.0 }
    }
}

/// Places for grains in a ring, those in use after one another.
#[derive(Default)]
pub(super) struct Ring {
    grains: Vec<Grain>,
    used: usize,
    first: usize,
}

impl Ring {
    /// A ring with room for so many overlapping grains.
    ///
    /// # Errors
    /// It takes more memory than allowed.
    pub fn new(world: &World, overlaps: f64) -> OpResult<Self> {
        let places = (overlaps as i32).saturating_add(1).max(2) as usize;
        world.ask_memory(places * size_of::<Grain>(), "overlapping grains")?;
        Ok(Self { grains: vec![Grain::default(); places], used: 0, first: 0 })
    }

    /// Whether there are no places.
    pub fn is_empty(&self) -> bool {
        self.grains.is_empty()
    }

    /// Gives back the first place if its grain is over.
    pub fn release(&mut self) {
        if !self.grains[self.first].on && self.used > 0 {
            self.used -= 1;
            self.first = (self.first + 1) % self.grains.len();
        }
    }

    /// Starts a grain in the next place.
    pub fn start(&mut self, at: f64) {
        let place = (self.first + self.used) % self.grains.len();
        self.grains[place] = Grain { on: true, at, along: 0.0 };
        self.used = (self.used + 1).min(self.grains.len());
    }

    /// The grains in use, the oldest first.
    pub fn each(&mut self, mut what: impl FnMut(&mut Grain)) {
        for i in 0..self.used {
            let place = (self.first + i) % self.grains.len();
            what(&mut self.grains[place]);
        }
    }
}

/// A table read between its points, up to the guard point.
pub(super) struct Points<'a> {
    points: &'a [f64],
    /// Points without the guard point.
    pub len: f64,
    /// Sample rate of the sound; that of the engine where the table has none.
    pub sr: f64,
}

impl<'a> Points<'a> {
    /// # Errors
    /// There is no such table.
    pub fn find(world: &'a World, number: f64) -> OpResult<Self> {
        let table: &Table =
            world.tables.get(number).ok_or_else(|| OpError::new(format!("there is no table {number}")))?;
        let sr = if table.sr > 0.0 { table.sr } else { world.header.sr };
        Ok(Self { points: &table.data, len: table.len as f64, sr })
    }

    /// The value at a place between points.
    #[inline(always)]
    pub fn at(&self, at: f64) -> f64 {
        let i = at as u32;
        match self.points.get(i as usize..i as usize + 2) {
            Some(pair) => pair[0] + (at - f64::from(i)) * (pair[1] - pair[0]),
            None => 0.0,
        }
    }
}

/// `x` brought to `start` up to `start + len` by whole lengths.
#[inline]
pub(super) fn within(x: f64, start: f64, len: f64) -> f64 {
    if (start..start + len).contains(&x) {
        return x;
    }
    let y = x - ((x - start) / len).floor() * len;
    if (start..start + len).contains(&y) { y } else { start }
}

/// What the control inputs of `syncgrain` and `syncloop` ask of all grains.
pub(super) struct Asked {
    pub amp: f64,
    /// Points that a grain moves on by in a sample.
    pub pitch: f64,
    /// Samples from the start of a grain to the next.
    pub period: f64,
    /// Duration of a grain in points.
    pub size: f64,
    /// Points of the sound from the start of a grain to the next.
    pub step: f64,
    /// Points of the envelope that a grain moves on by in a sample.
    pub along_step: f64,
}

impl Asked {
    /// # Errors
    /// The grains of `opcode` are shorter than a sample.
    pub fn read(io: &Io<'_>, sound: &Points<'_>, envelope: &Points<'_>, opcode: &str) -> OpResult<Self> {
        let scale = sound.sr / io.clock.sr;
        let size = sound.sr * io.k(3);
        if size.is_nan() || size < 1.0 {
            return Err(OpError::new(format!("{opcode}: kgrsize has to be at least a sample")));
        }
        Ok(Self {
            amp: io.k(0),
            pitch: io.k(2) * scale,
            period: (sound.sr / io.k(1)).abs(),
            size,
            step: io.k(4) * scale * size,
            along_step: envelope.len / size,
        })
    }
}

/// When grains start: counts samples against the period of a frequency.
#[derive(Default)]
pub(super) struct Starts {
    count: f64,
    /// What the last count exceeded the period by.
    over: f32,
}

impl Starts {
    /// Whether a grain starts at this sample. `period` is in samples.
    pub fn due(&mut self, period: f64) -> bool {
        let period = period - f64::from(self.over);
        if self.count != 0.0 && self.count < period {
            return false;
        }
        if self.count != 0.0 {
            self.over = (self.count - period) as f32;
        }
        self.count = 0.0;
        true
    }

    /// To the next sample.
    pub fn advance(&mut self) {
        self.count += 1.0;
    }
}

#[derive(Default)]
struct Syncgrain {
    sound: f64,
    envelope: f64,
    grains: Vec<Grain>,
    /// Sounding grains.
    sounding: i64,
    first: usize,
    starts: Starts,
    /// Where the next grain starts.
    place: f32,
}

impl Ugen for Syncgrain {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (sound, envelope) = (any_table(cx.world, cx.k(5))?, any_table(cx.world, cx.k(6))?);
        let overlaps = (cx.k(7) as i32).saturating_add(2).max(2) as usize;
        cx.world.ask_memory(overlaps * size_of::<Grain>(), "the grains of syncgrain")?;
        *self = Self { sound, envelope, grains: vec![Grain::default(); overlaps], ..Self::default() };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (sound, envelope) = (Points::find(world, self.sound)?, Points::find(world, self.envelope)?);
        let asked = Asked::read(io, &sound, &envelope, "syncgrain")?;
        let overlaps = self.grains.len();
        for out in io.out(0) {
            if !self.grains[self.first].on && self.sounding != 0 {
                self.first = (self.first + 1) % overlaps;
            }
            if self.starts.due(asked.period) {
                let place = (self.first as i64 + self.sounding).rem_euclid(overlaps as i64) as usize;
                self.grains[place] = Grain { on: true, at: f64::from(self.place), along: 0.0 };
                self.sounding += 1;
                self.place = (f64::from(self.place) + asked.step) as f32;
                self.place = within(f64::from(self.place), 0.0, sound.len) as f32;
            }
            let mut sum = 0.0;
            // The oldest first; most places of the ring are empty.
            let (young, old) = self.grains.split_at_mut(self.first);
            let sounding = usize::try_from(self.sounding).unwrap_or(0);
            for grain in old.iter_mut().chain(young).filter(|g| g.on).take(sounding) {
                sum += grain.sample(&sound, &envelope);
                grain.at += asked.pitch;
                grain.along += asked.along_step;
                if grain.along >= envelope.len {
                    grain.on = false;
                    self.sounding -= 1;
                }
            }
            self.starts.advance();
            out.set(sum * asked.amp);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn one_grain_after_the_other_is_the_sound() {
        let mut bench = Bench::new(&SYNCGRAIN, 0);
        bench.world.header.sr = 44100.0;
        bench.world.tables.insert(1, Table::new((0..=1000).map(f64::from).collect()));
        bench.world.tables.insert(2, Table::new(vec![1.0; 9]));
        for (i, x) in [1.0, 441.0, 1.0, 100.0 / 44100.0, 1.0, 1.0, 2.0, 1.0].into_iter().enumerate() {
            bench.set(i, x);
        }
        let out = bench.render(800);
        assert!(out.iter().enumerate().all(|(n, &y)| (y - n as f64).abs() < 1e-3), "{out:?}");
    }

    #[test]
    fn places_wrap_whatever_they_are() {
        assert_eq!((within(-1.0, 0.0, 8.0), within(17.0, 0.0, 8.0), within(3.0, 2.0, 4.0)), (7.0, 1.0, 3.0));
        assert_eq!(
            (within(f64::NAN, 1.0, 8.0), within(f64::INFINITY, 1.0, 8.0), within(5.0, 2.0, 0.0)),
            (1.0, 1.0, 2.0)
        );
    }
}
