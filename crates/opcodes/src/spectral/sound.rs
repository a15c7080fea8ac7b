//! Sounds in function tables and files, as the phase vocoders that stretch them read them.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::host::SoundFile;
use orchestrion_base::table::Table;
use orchestrion_base::world::World;

/// Frames of channels.
#[derive(Clone, Copy)]
pub(super) struct Sound<'a> {
    points: &'a [f64],
    len: usize,
    channels: usize,
    /// Its sample rate over that of the orchestra.
    pub speed: f64,
    /// Where the samples of its two halves are in `points`, if they are only a part of them.
    halves: Option<[usize; 2]>,
    scale: f64,
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
        Ok(Self { points: &table.data, len: table.len, channels, speed, halves: None, scale: 1.0 })
    }

    /// Two parts of a file, of `half` samples each, one after the other as if they were all of it. Silence
    /// follows the file. `zero_dbfs` is the orchestra's full scale.
    pub fn of_file(file: &'a SoundFile, halves: [usize; 2], half: usize, sr: f64, zero_dbfs: f64) -> Self {
        Self {
            points: &file.samples,
            len: 2 * half,
            channels: file.channels.max(1),
            speed: file.sr / sr,
            halves: Some(halves),
            scale: zero_dbfs,
        }
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
        let (here, next) = (self.point(at), at + self.channels);
        if next >= self.len && !guard {
            return here;
        }
        here + fraction * (self.point(next) - here)
    }

    #[inline]
    fn point(&self, at: usize) -> f64 {
        let half = self.len / 2;
        let at = match self.halves {
            Some([first, _]) if at < half => first.saturating_add(at),
            Some([_, second]) => second.saturating_add(at - half),
            None => at,
        };
        self.points.get(at).copied().unwrap_or(0.0) * self.scale
    }
}
