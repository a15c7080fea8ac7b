//! Sounds in function tables, as the phase vocoders that stretch them read them.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::table::Table;
use orchestrion_base::world::World;

/// A table of frames of channels.
#[derive(Clone, Copy)]
pub(super) struct Sound<'a> {
    points: &'a [f64],
    len: usize,
    channels: usize,
    /// Its sample rate over that of the orchestra.
    pub speed: f64,
}

impl<'a> Sound<'a> {
    /// Table `number` with as many channels as there are outputs.
    ///
    /// # Errors
    /// There is no such table, or it has other channels.
    pub fn find(world: &'a World, number: f64, channels: usize, sr: f64) -> OpResult<Self> {
        let table: &Table = world
            .tables
            .get(number)
            .filter(|t| t.len > 0)
            .ok_or_else(|| OpError::new(format!("could not find table number {number}")))?;
        if table.channels.max(1) != channels {
            let text = format!("{channels} outputs do not fit the {} channels of the sound", table.channels);
            return Err(OpError::new(text));
        }
        let speed = if table.sr > 0.0 { table.sr / sr } else { 1.0 };
        Ok(Self { points: &table.data, len: table.len, channels, speed })
    }

    /// Frames of the sound.
    pub fn frames(&self) -> f64 {
        (self.len / self.channels) as f64
    }

    /// A channel `fraction` of the way from a frame to the next; frames wrap. After the last one the guard
    /// point comes if `guard` is set, else the same again.
    pub fn at(&self, frame: f64, fraction: f64, channel: usize, guard: bool) -> f64 {
        let at = (frame as i64).saturating_mul(self.channels as i64).saturating_add(channel as i64);
        let at = at.rem_euclid(self.len as i64) as usize;
        let (here, next) = (self.points[at], at + self.channels);
        if next >= self.len && !guard {
            return here;
        }
        here + fraction * (self.points.get(next).copied().unwrap_or(0.0) - here)
    }
}
