//! The patch space itself and `zakinit`.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, port, sig};
use orchestrion_base::world::World;
use std::ops::RangeInclusive;

/// Definition of `zakinit`.
pub static ZAKINIT: OpDef = OpDef::new("zakinit", "Makes the zak patch space; only once in a piece.")
    .sigs(&[sig("", "ii", Make::Init(init))])
    .ins(&[
        port("isizea", "highest number of an audio cell, above 0"),
        port("isizek", "highest number of a control cell, above 0"),
    ])
    .source("Manual: zakinit");

/// Control and audio cells.
#[derive(Default)]
pub(super) struct Zak {
    /// Control cells.
    pub control: Vec<f64>,
    /// Audio cells of one k-cycle each.
    audio: Vec<f64>,
    /// Samples of an audio cell.
    ksmps: usize,
}

impl Zak {
    /// Number of audio cells.
    pub fn audio_cells(&self) -> usize {
        self.audio.len().checked_div(self.ksmps).unwrap_or(0)
    }

    /// Samples `from..to` of an audio cell.
    pub fn audio(&self, cell: usize, from: usize, to: usize) -> &[f64] {
        let at = cell * self.ksmps;
        self.audio.get(at + from..at + to.min(self.ksmps)).unwrap_or(&[])
    }

    /// As [`Zak::audio`], to change.
    pub fn audio_mut(&mut self, cell: usize, from: usize, to: usize) -> &mut [f64] {
        let at = cell * self.ksmps;
        self.audio.get_mut(at + from..at + to.min(self.ksmps)).unwrap_or(&mut [])
    }
}

fn init(cx: &mut Init<'_>) -> OpResult {
    let (audio, control, ksmps) = (cx.io.k(0), cx.io.k(1), cx.io.clock.ksmps);
    if !(audio > 0.0 && control > 0.0) {
        return Err("zakinit: both sizes must be above 0".into());
    }
    if cx.world.shared_ref::<Zak>().is_some() {
        return Err("zakinit may be called only once".into());
    }
    let (audio, control) = (audio as usize, control as usize);
    let points = audio.saturating_add(1).saturating_mul(ksmps).saturating_add(control).saturating_add(1);
    cx.world.ask_memory(points.saturating_mul(8), "zakinit")?;
    *cx.world.shared::<Zak>() =
        Zak { control: vec![0.0; control + 1], audio: vec![0.0; (audio + 1) * ksmps], ksmps };
    Ok(())
}

/// The space, which must have been made.
pub(super) fn space(world: &World) -> OpResult<&Zak> {
    world.shared_ref::<Zak>().ok_or_else(|| OpError::new("no zak space: zakinit was not called"))
}

/// As [`space`], to change.
pub(super) fn space_mut(world: &mut World) -> OpResult<&mut Zak> {
    space(world)?;
    Ok(world.shared::<Zak>())
}

/// The cell with a number, truncated.
pub(super) fn cell(number: f64, cells: usize, op: &str) -> OpResult<usize> {
    let i = number.trunc();
    if i >= 0.0 && i < cells as f64 {
        return Ok(i as usize);
    }
    let side = if i < 0.0 { "negative" } else { "larger than the zak space" };
    Err(OpError::new(format!("{op}: the cell number is {side}")))
}

/// The cells from one number to another, both included.
pub(super) fn cells_from(first: f64, last: f64, cells: usize, op: &str) -> OpResult<RangeInclusive<usize>> {
    let (first, last) = (cell(first, cells, op)?, cell(last, cells, op)?);
    if first > last {
        return Err(OpError::new(format!("{op}: the first cell is beyond the last")));
    }
    Ok(first..=last)
}
