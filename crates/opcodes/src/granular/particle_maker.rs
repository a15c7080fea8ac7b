//! What the parameters of `partikkel` make of a grain.

use super::masks::{Masks, next, value};
use super::particle::{Envelope, Particle, Shapes, Sweep, Trainlet, Voice};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::port::Io;
use orchestrion_base::random::Mt19937;
use orchestrion_base::signal::Signal;
use orchestrion_base::world::World;

/// Grains start between samples where the clock makes more than this many in a sample (measured on the
/// reference).
const FAST: f64 = 0.0032;
/// Sounds with less gain are left out (measured on the reference).
const INAUDIBLE: f64 = 1e-8;
/// Values of a grain in the table of mixes.
const MIX: usize = 5;

const CONSTANT: &[f64] = &[1.0, 1.0];
const ZEROS: &[f64] = &[0.0, 0.0, 0.0];
const ONE: &[f64] = &[0.0, 0.0, 1.0];
const EQUAL_MIX: &[f64] = &[0.0, 0.0, 0.5, 0.5, 0.5, 0.5, 0.0];

/// When a grain is made.
pub(super) struct Moment {
    /// Sample of this k-cycle.
    pub sample: usize,
    /// Delay in seconds.
    pub delay: f64,
    /// Phase of the grain clock, which has just begun anew.
    pub phase: f64,
    /// What the clock's phase has just grown by.
    pub step: f64,
}

/// Makes the grains of a k-cycle.
pub(super) struct Maker<'a> {
    io: &'a Io<'a>,
    /// What all grains share.
    pub shapes: Shapes<'a>,
    /// Delays.
    pub delays: &'a [f64],
    gains: &'a [f64],
    starts: &'a [f64],
    ends: &'a [f64],
    modulations: &'a [f64],
    channels: &'a [f64],
    mixes: &'a [f64],
    pan: Option<&'a [f64]>,
    /// Lengths of the waveforms; `None` for silent ones.
    waves: [Option<f64>; 4],
    positions: [Signal<'a>; 4],
}

/// What the masking tables say of a grain.
struct Mask {
    gain: f64,
    start: f64,
    end: f64,
    modulation: f64,
    channel: f64,
    mix: usize,
}

/// The table that input `i` names, with its guard point.
fn table<'a>(io: &Io<'_>, world: &'a World, i: usize, default: &'a [f64]) -> OpResult<&'a [f64]> {
    let number = io.k(i);
    if number < 0.0 {
        return Ok(default);
    }
    let table = world.tables.get(number).filter(|table| table.len > 0);
    let table = table.ok_or_else(|| OpError::new(format!("partikkel: there is no table {number}")))?;
    Ok(&table.data[..table.data.len().min(table.len + 1)])
}

impl<'a> Maker<'a> {
    /// Finds the tables of this k-cycle.
    ///
    /// # Errors
    /// One of them is missing.
    pub fn new(io: &'a Io<'a>, world: &'a World) -> OpResult<Self> {
        let find = |i: usize, default| table(io, world, i, default);
        let mut waves = [None; 4];
        for (i, length) in waves.iter_mut().enumerate() {
            if io.k(26 + i) >= 0.0 {
                *length = Some(find(26 + i, ZEROS)?.len() as f64 - 1.0);
            }
        }
        // Grains take the number of their modulation's envelope with them.
        find(19, CONSTANT)?;
        Ok(Self {
            io,
            shapes: Shapes {
                attack: find(6, CONSTANT)?,
                decay: find(7, CONSTANT)?,
                second: find(5, CONSTANT)?,
                cosine: find(20, ZEROS)?,
            },
            delays: find(2, ZEROS)?,
            gains: find(12, ONE)?,
            starts: find(15, ONE)?,
            ends: find(16, ONE)?,
            modulations: find(18, ONE)?,
            channels: find(24, ZEROS)?,
            mixes: find(30, EQUAL_MIX)?,
            pan: if io.k(41) < 0.0 { None } else { Some(find(41, ZEROS)?) },
            waves,
            positions: [31, 32, 33, 34].map(|i| io.x(i)),
        })
    }

    /// A grain, unless it is masked, silent or shorter than a sample.
    ///
    /// # Errors
    /// The channel mask names an output that there is not.
    pub fn grain(
        &self,
        moment: &Moment,
        masks: &mut Masks,
        random: &mut Mt19937,
    ) -> OpResult<Option<Particle>> {
        let io = self.io;
        let mask = self.mask(masks);
        let amplitude = io.k(11) * mask.gain;
        if amplitude.abs() < INAUDIBLE || f64::from(random.draw()) / f64::from(u32::MAX) > 1.0 - io.k(25) {
            return Ok(None);
        }
        let outs = self.outs(mask.channel)?;
        let duration = io.clock.sr * io.k(10) / 1000.0;
        if duration.is_nan() || duration < 1.0 {
            return Ok(None);
        }
        // The clock has passed 1 a little before this sample: the grain has begun by as much.
        let late = if moment.delay == 0.0 && moment.step > FAST { moment.phase / moment.step } else { 0.0 };
        let start = (moment.sample as f64 + moment.delay * io.clock.sr + late) as u64;
        let attack = (1.0 - io.k(8)) * io.k(9);
        let birth = Birth { mask, amplitude, duration, late, sample: moment.sample };
        Ok(Some(Particle {
            start,
            stop: ((start as f64 + duration - late) as u64).saturating_add(1),
            envelope: Envelope {
                phase: late / duration,
                step: 1.0 / duration,
                attack,
                decay: attack + io.k(8),
                second: io.k(4),
            },
            modulation: birth.mask.modulation,
            modulation_envelope: io.k(19),
            waves: [0, 1, 2, 3].map(|i| self.wave(i, &birth)),
            trainlet: self.trainlet(&birth),
            outs,
        }))
    }

    fn mask(&self, masks: &mut Masks) -> Mask {
        let read = |place: &mut u32, table: &[f64]| value(table, next(place, table));
        Mask {
            gain: read(&mut masks.gain, self.gains),
            channel: read(&mut masks.channel, self.channels),
            start: read(&mut masks.start, self.starts),
            end: read(&mut masks.end, self.ends),
            modulation: read(&mut masks.modulation, self.modulations),
            mix: next(&mut masks.mix, self.mixes).saturating_mul(MIX),
        }
    }

    /// The two outputs beside a channel, and the gains there.
    fn outs(&self, channel: f64) -> OpResult<[(usize, f64); 2]> {
        let (first, count) = (channel as usize, self.io.n_outs());
        if first >= count || channel <= -1.0 || channel.is_nan() {
            let text = format!("ichannelmasks asks for output {channel} of 0 to {}", count - 1);
            return Err(OpError::new(format!("partikkel: {text}")));
        }
        let part = channel - first as f64;
        let gains = match self.pan {
            None => [1.0 - part, part],
            Some(laws) => {
                let points = ((laws.len() - 1) / 8).max(1);
                let at = (part * (points - 1) as f64) as usize;
                [points - 1 - at.min(points - 1), at]
                    .map(|i| laws.get(first * points + i).copied().unwrap_or(0.0))
            }
        };
        Ok([(first, gains[0]), ((first + 1) % count, gains[1])])
    }

    fn wave(&self, i: usize, birth: &Birth) -> Option<(f64, Voice)> {
        let points = self.waves[i]?;
        let gain = value(self.mixes, birth.mask.mix + i) * birth.amplitude;
        let frequency = self.io.k(35 + i) * self.io.k(13);
        let position = self.positions[i].at(birth.sample);
        Some((self.io.k(26 + i), self.voice(birth, frequency, gain, position, points)?))
    }

    fn trainlet(&self, birth: &Birth) -> Option<(Trainlet, Voice)> {
        let frequency = self.io.k(21);
        let highest = (frequency * birth.mask.start).max(frequency * birth.mask.end);
        let (trainlet, factor) = Trainlet::new(highest, self.io.k(22), self.io.k(23), self.io.clock.sr);
        let gain = value(self.mixes, birth.mask.mix + 4) * birth.amplitude;
        // From the middle of a period on: a pulse at the very start would be lost in the attack.
        let mut voice = self.voice(birth, frequency, gain, 0.5, 1.0)?;
        voice.gain *= factor;
        Some((trainlet, voice))
    }

    /// A sound of the grain that starts at a position of its period; `None` if it is too soft.
    fn voice(&self, birth: &Birth, frequency: f64, gain: f64, position: f64, points: f64) -> Option<Voice> {
        if gain.abs() < INAUDIBLE {
            return None;
        }
        let [start, end] = [birth.mask.start, birth.mask.end].map(|mask| frequency * mask / self.io.clock.sr);
        let phase = (position + birth.late * start).clamp(0.0, 1.0);
        let step = start * points;
        let sweep = Sweep::new(step, end * points, self.io.k(14), birth.duration);
        Some(Voice { phase: phase * points, step, sweep, gain })
    }
}

/// A grain that is being made.
struct Birth {
    mask: Mask,
    /// Amplitude of all its sounds.
    amplitude: f64,
    /// Duration in samples.
    duration: f64,
    /// How many samples ago it began.
    late: f64,
    /// Sample of this k-cycle in which it is made.
    sample: usize,
}
