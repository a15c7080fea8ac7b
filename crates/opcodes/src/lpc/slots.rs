//! Predictors of the moment, as `lpread` leaves them for `lpreson` and its relatives, and their slots.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::note::{AtEnd, EndAction};
use orchestrion_base::op::Init;
use orchestrion_base::world::World;
use std::collections::BTreeMap;

/// Most poles of a predictor (measured on the reference).
pub(super) const MOST_POLES: usize = 5000;

/// A pole: magnitude and phase in radians.
pub(super) type Pole = [f64; 2];

/// What predicts a sample from those before.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Predictor {
    /// Factors of the samples before, the oldest first.
    Coefficients(Vec<f64>),
    /// Poles of the filter that resynthesises.
    Poles(Vec<Pole>),
}

impl Predictor {
    /// Number of poles.
    pub fn order(&self) -> usize {
        match self {
            Self::Coefficients(list) => list.len(),
            Self::Poles(list) => list.len(),
        }
    }
}

/// All predictors of an engine, by the number of the unit that keeps them current.
#[derive(Default)]
struct Slots {
    predictors: BTreeMap<u64, Predictor>,
    by_slot: BTreeMap<i64, u64>,
    current: i64,
    units: u64,
}

/// The predictor of a unit that keeps one current.
pub(super) fn get_mut(world: &mut World, unit: u64) -> Option<&mut Predictor> {
    world.shared::<Slots>().predictors.get_mut(&unit)
}

/// The predictor of a unit; `None` when its note is over.
pub(super) fn get(world: &World, unit: u64) -> Option<&Predictor> {
    world.shared_ref::<Slots>()?.predictors.get(&unit)
}

/// Selects the slot that what follows writes and reads.
pub(super) fn select(world: &mut World, slot: i64) {
    world.shared::<Slots>().current = slot;
}

/// Puts a predictor into the selected slot for as long as the note plays; gives the number of the unit.
pub(super) fn put(cx: &mut Init<'_>, end: &mut EndAction, predictor: Predictor) -> u64 {
    let slots = cx.world.shared::<Slots>();
    slots.units += 1;
    slots.predictors.insert(slots.units, predictor);
    slots.by_slot.insert(slots.current, slots.units);
    end.set(cx.io.note, AtEnd::Call(remove, slots.units as f64));
    slots.units
}

/// Removes the predictor of a unit.
pub(super) fn remove(world: &mut World, unit: f64) {
    world.shared::<Slots>().predictors.remove(&(unit as u64));
}

/// Number of the unit whose predictor is in a slot, the selected one without a number.
///
/// # Errors
/// There is none.
pub(super) fn unit_in(world: &mut World, slot: Option<i64>) -> OpResult<u64> {
    let slots = world.shared::<Slots>();
    let slot = slot.unwrap_or(slots.current);
    let unit = slots.by_slot.get(&slot).copied().filter(|unit| slots.predictors.contains_key(unit));
    unit.ok_or_else(|| OpError::new(format!("no lpread before this fills slot {slot}")))
}

/// Poles between two frames, `part` of the way: poles of each are paired in the order of their angles. Sorts
/// the frames.
pub(super) fn between(a: &mut [Pole], b: &mut [Pole], part: f64, out: &mut [Pole]) {
    sort(a);
    sort(b);
    for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
        *out = [0, 1].map(|i| a[i] + (b[i] - a[i]) * part);
    }
}

fn sort(poles: &mut [Pole]) {
    for [magnitude, phase] in poles.iter_mut() {
        // A pole on the negative real axis moves through zero, not around it.
        if (phase.abs() - std::f64::consts::PI).abs() < 1e-5 {
            (*magnitude, *phase) = (-*magnitude, 0.0);
        }
    }
    for i in 1..poles.len() {
        for j in 0..i {
            if comes_after(poles[j], poles[i]) {
                poles.swap(i, j);
            }
        }
    }
}

/// Whether `a` comes after `b`: by angle from the real axis, magnitude, sign of the angle (tolerances measured
/// on the reference).
fn comes_after(a: Pole, b: Pole) -> bool {
    let differs = |difference: f64| if difference.abs() <= 1e-10 { None } else { Some(difference > 0.0) };
    differs(a[1].abs() - b[1].abs()).or_else(|| differs(a[0] - b[0])).unwrap_or(a[1] > b[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poles_are_paired_by_their_angles() {
        let mut a = [[0.9, 2.0], [0.9, -2.0], [0.5, -0.1], [0.5, 0.1]];
        let mut b = [[0.7, 0.3], [0.7, -0.3], [0.8, -1.8], [0.8, 1.8]];
        let mut out = [[0.0; 2]; 4];
        between(&mut a, &mut b, 0.5, &mut out);
        let near = |got: f64, want: f64| (got - want).abs() < 1e-12;
        for (got, want) in out.iter().zip([[0.6, -0.2], [0.6, 0.2], [0.85, -1.9], [0.85, 1.9]]) {
            assert!(near(got[0], want[0]) && near(got[1], want[1]), "{out:?}");
        }
    }
}
