//! Changes to frames of the phase vocoder by amplitude and by the steadiness of their frequencies (R.
//! Karpen's additions to `pvoc`, after T. Erbe's SoundHack; manual: pvoc).

use super::vocoder::Frames;
use crate::lookup::any_table;
use orchestrion_base::error::OpResult;
use orchestrion_base::world::World;

/// Frames whose frequencies are compared (measured on the reference).
const AHEAD: usize = 6;

/// The table of gains with a number, `None` for a number up to 0.
///
/// # Errors
/// There is no such table.
pub(super) fn table(world: &World, number: f64) -> OpResult<Option<&[f64]>> {
    if number.is_nan() || number <= 0.0 {
        return Ok(None);
    }
    let number = any_table(world, number)?;
    Ok(world.tables.get(number).map(|table| &table.data[..]))
}

/// The largest amplitude of a file.
pub(super) fn loudest(frames: &Frames) -> f64 {
    let all = (0..frames.count()).flat_map(|i| frames.frame(i)).map(|bin| f64::from(bin[0]));
    all.fold(0.0, f64::max) * frames.full_scale
}

/// Multiplies amplitudes by what a table says of them.
pub(super) fn gate(frame: &mut [[f64; 2]], gains: &[f64], loudest: f64) {
    let last = gains.len().saturating_sub(1);
    for [amplitude, _] in frame {
        let at = (*amplitude / loudest * last as f64) as usize;
        *amplitude *= gains.get(at.min(last)).copied().unwrap_or(0.0);
    }
}

/// Takes away what is steady (mode 1) or noisy (mode 2), where frequencies change by more than `limit` Hz a
/// frame.
pub(super) fn extract(frames: &mut Frames, mode: f64, limit: f64) {
    if mode != 1.0 && mode != 2.0 {
        return;
    }
    let (bins, last) = (frames.bins(), frames.count() - 1);
    // The last frame counts as silence at 0 Hz (measured on the reference).
    let mut all: Vec<[f32; 2]> = (0..last).flat_map(|i| frames.frame(i)).copied().collect();
    all.resize((last + 1) * bins, [0.0; 2]);
    for i in 0..last {
        let ahead = AHEAD.min(last - i);
        for bin in 0..bins {
            let frequency = |k: usize| f64::from(all[(i + k) * bins + bin][1]);
            let change = (0..ahead)
                .fold(0.0, |sum, k| sum + (frequency(k) - frequency(k + 1)).abs() * (1.0 / ahead as f64));
            let part = if mode == 2.0 {
                ((limit - change) / limit).max(0.0)
            } else if change <= limit {
                0.0
            } else {
                ((change - limit) / limit).min(1.0)
            };
            let amplitude = &mut all[i * bins + bin][0];
            *amplitude = (f64::from(*amplitude) * part) as f32;
        }
    }
    frames.changed = Some(all);
}
