//! Function tables.

use crate::round::nearest;
use std::collections::BTreeMap;

/// A function table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// `len` points and one guard point.
    pub data: Vec<f64>,
    /// Number of points without the guard point (`ftlen`).
    pub len: usize,
    /// GEN number that made it, negative when not normalised; 0 for empty ones.
    pub gen_number: i32,
    /// Arguments of the GEN (for `tableinfo`-like queries and export).
    pub args: Vec<f64>,
    /// Sample rate of the sound it was read from, else 0 (`ftsr`).
    pub sr: f64,
    /// Channels of the sound it was read from, else 1 (`ftchnls`).
    pub channels: usize,
    /// Frames of the sound it was read from (`nsamp`).
    pub frames: usize,
    /// Base frequency in Hz of sampled sounds (`ftcps`), 0 if unknown.
    pub base_frequency: f64,
    /// Loop of sampled sounds while the note is held.
    pub sound_loop: Option<SoundLoop>,
    /// Loop of sampled sounds while the note is released.
    pub release_loop: Option<SoundLoop>,
}

/// A loop of a sampled sound, in frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SoundLoop {
    /// First frame.
    pub start: usize,
    /// One past the last frame.
    pub end: usize,
    /// Whether it runs forward and back in turn; otherwise always forward.
    pub alternating: bool,
}

impl Table {
    /// A table from points and guard point.
    pub fn new(data: Vec<f64>) -> Self {
        let len = data.len().saturating_sub(1);
        Self { data, len, channels: 1, ..Self::default() }
    }

    /// Bytes of its points.
    pub fn bytes(&self) -> u64 {
        8 * self.data.len() as u64
    }

    /// Number of frames: points divided by the channels that take turns in them.
    pub fn frame_count(&self) -> usize {
        self.len / self.channels.max(1)
    }

    /// Whether the number of points is a power of two, as the oscillators with a fixed-point phase need.
    pub fn is_power_of_two(&self) -> bool {
        self.len.is_power_of_two()
    }
}

/// Largest table number that is found by index; beyond it lookup is by search tree.
const DIRECT: usize = 1 << 16;

/// All function tables of an engine, by number.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    direct: Vec<Option<Box<Table>>>,
    far: BTreeMap<u32, Box<Table>>,
    /// The sine that opcodes use when the table number is -1.
    sine: Table,
    /// Bytes of all numbered tables.
    bytes: u64,
}

/// Points of the built-in sine (semantics I11, measured bit by bit on the reference).
pub const BUILTIN_SINE_POINTS: usize = 16384;

impl Tables {
    /// Sets the built-in sine; `sine` maps an angle in radians.
    pub fn set_builtin_sine(&mut self, sine: fn(f64) -> f64) {
        let n = BUILTIN_SINE_POINTS;
        let step = std::f64::consts::TAU / n as f64;
        let mut data: Vec<f64> = (0..n).map(|i| sine(i as f64 * step)).collect();
        data.push(data[0]);
        self.sine = Table { gen_number: 10, args: vec![1.0], ..Table::new(data) };
    }

    /// Table number `n`, rounded to the nearest as the reference does (measured with `tablekt`); -1 is
    /// the built-in sine.
    #[inline]
    pub fn get(&self, n: f64) -> Option<&Table> {
        let i = nearest(n);
        match usize::try_from(i).ok().and_then(|i| self.direct.get(i)) {
            Some(table) => table.as_deref(),
            None => self.get_other(i),
        }
    }

    #[inline(never)]
    fn get_other(&self, i: i64) -> Option<&Table> {
        if i == -1 {
            return Some(&self.sine);
        }
        self.far.get(&u32::try_from(i).ok()?).map(|t| &**t)
    }

    /// Table number `n`, to change. The built-in sine cannot be changed.
    #[inline]
    pub fn get_mut(&mut self, n: f64) -> Option<&mut Table> {
        let i = usize::try_from(nearest(n)).ok()?;
        match self.direct.get_mut(i) {
            Some(table) => table.as_deref_mut(),
            None => self.far.get_mut(&u32::try_from(i).ok()?).map(|t| &mut **t),
        }
    }

    /// Puts a table under a number, replacing what was there. Number 0 is ignored.
    pub fn insert(&mut self, n: u32, table: Table) {
        let i = n as usize;
        if i == 0 {
            return;
        }
        self.bytes += table.bytes();
        let old = if i < DIRECT {
            if self.direct.len() <= i {
                self.direct.resize_with(i + 1, || None);
            }
            self.direct[i].replace(Box::new(table))
        } else {
            self.far.insert(n, Box::new(table))
        };
        self.bytes -= old.map_or(0, |table| table.bytes());
    }

    /// Removes a table; whether there was one.
    pub fn remove(&mut self, n: u32) -> bool {
        let i = n as usize;
        let old =
            if i < DIRECT { self.direct.get_mut(i).and_then(Option::take) } else { self.far.remove(&n) };
        self.bytes -= old.as_ref().map_or(0, |table| table.bytes());
        old.is_some()
    }

    /// Gives a table another length; new points are 0. Whether there is such a table.
    pub fn resize(&mut self, n: u32, len: usize) -> bool {
        let Some(table) = self.get_mut(f64::from(n)) else { return false };
        let before = table.bytes();
        table.data.resize(len + 1, 0.0);
        table.len = len;
        let now = table.bytes();
        self.bytes = self.bytes - before + now;
        true
    }

    /// Bytes of all numbered tables.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The lowest free number from 101 up, as `ftgen 0` takes it (semantics I1).
    pub fn free_number(&self) -> u32 {
        (101..DIRECT)
            .find(|&i| self.direct.get(i).is_none_or(Option::is_none))
            .unwrap_or_else(|| (DIRECT..).find(|i| !self.far.contains_key(&(*i as u32))).unwrap_or(DIRECT))
            as u32
    }

    /// Numbers of all tables, ascending.
    pub fn numbers(&self) -> impl Iterator<Item = u32> + '_ {
        let near = self.direct.iter().enumerate().filter(|(_, t)| t.is_some()).map(|(i, _)| i as u32);
        near.chain(self.far.keys().copied())
    }
}
