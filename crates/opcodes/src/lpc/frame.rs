//! What the opcodes of this chapter share: frames of a table or of a signal, windowed and analysed.

use crate::lookup::{any_table, truncated};
use orchestrion_base::error::{OpError, OpResult};

use orchestrion_base::op::{Init, Port, port};
use orchestrion_base::table::Table;
use orchestrion_base::world::World;
use orchestrion_dsp::lpc::LinearPredictor;

/// A length, an order or a window that makes no sense.
fn positive(value: f64, name: &str) -> OpResult<usize> {
    usize::try_from(truncated(value))
        .ok()
        .filter(|&n| n > 0)
        .ok_or_else(|| OpError::new(format!("{name} must be at least 1, not {value}")))
}

/// A predictor with the length of its frames and its window.
#[derive(Default)]
pub(super) struct Analysis {
    pub predictor: Option<LinearPredictor>,
    pub len: usize,
    pub order: usize,
    /// Number of the window's table; 0 for none.
    window: f64,
}

/// Steps through a window's table for frames of `len` samples: whole ones, as in the reference.
fn weight(window: Option<&Table>, len: usize, i: usize) -> f64 {
    window.map_or(1.0, |w| w.data.get(i * (w.len / len)).copied().unwrap_or(0.0))
}

impl Analysis {
    /// Takes over length, order and window from the inputs of these numbers; frames are no longer than `most`.
    ///
    /// # Errors
    /// Length or order is below 1, or there is no such window.
    pub fn prepare(&mut self, cx: &Init<'_>, at: [usize; 3], most: usize) -> OpResult {
        let [len, order, window] = at.map(|input| cx.k(input));
        self.len = positive(len, "isiz")?.min(most);
        self.order = positive(order, "iord")?;
        self.window = if window == 0.0 { 0.0 } else { any_table(cx.world, window)? };
        cx.world.ask_memory(LinearPredictor::bytes(self.len, self.order), "linear prediction")?;
        self.predictor = Some(LinearPredictor::new(self.len, self.order));
        Ok(())
    }

    fn window<'a>(&self, world: &'a World) -> Option<&'a Table> {
        world.tables.get(self.window).filter(|_| self.window != 0.0)
    }

    /// Analyses the frame of a table that begins at `offset`, moved back where it would pass the end.
    pub fn table(&mut self, world: &World, number: f64, offset: f64) {
        let (Some(table), window, len) = (world.tables.get(number), self.window(world), self.len) else {
            return;
        };
        let first = usize::try_from(truncated(offset)).unwrap_or(0).min(table.len.saturating_sub(len));
        let frame = table.data.iter().skip(first).take(len);
        if let Some(predictor) = &mut self.predictor {
            predictor.analyse(frame.enumerate().map(|(i, x)| x * weight(window, len, i)));
        }
    }

    fn samples<'a>(&mut self, world: &World, samples: impl Iterator<Item = &'a f64>) {
        let (window, len) = (self.window(world), self.len);
        if let Some(predictor) = &mut self.predictor {
            predictor.analyse(samples.enumerate().map(|(i, x)| x * weight(window, len, i)));
        }
    }
}

/// The last samples of a signal, analysed every so often.
#[derive(Default)]
pub(super) struct Stream {
    past: Vec<f64>,
    at: usize,
    /// Samples until the next analysis.
    countdown: usize,
}

impl Stream {
    /// For frames of some length, at rest; the first sample is analysed at once.
    pub fn new(len: usize) -> Self {
        Self { past: vec![0.0; len], at: 0, countdown: 1 }
    }

    /// Begins again, for frames of some length. Where that is the same the past stays.
    pub fn restart(&mut self, len: usize) {
        let past = std::mem::take(&mut self.past);
        *self = Self::new(0);
        self.past = if past.len() == len { past } else { vec![0.0; len] };
    }

    /// Takes a sample; when `period` of them have come, analyses if `on`. Whether it did.
    pub fn take(&mut self, x: f64, on: bool, period: f64, analysis: &mut Analysis, world: &World) -> bool {
        self.past[self.at] = x;
        self.at = if self.at + 1 < self.past.len() { self.at + 1 } else { 0 };
        self.countdown -= 1;
        if self.countdown > 0 {
            return false;
        }
        self.countdown = if period > 1.0 { period as usize } else { 1 };
        if on {
            let (newer, older) = self.past.split_at(self.at);
            analysis.samples(world, older.iter().chain(newer));
        }
        on
    }
}

pub(super) const SIZE: Port = port("isiz", "length of the frames in samples");
pub(super) const ORDER: Port = port("iord", "number of coefficients");
pub(super) const WINDOW: Port = port("iwin", "table with a window for the frames; default 0 is none");
