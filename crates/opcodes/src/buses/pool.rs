//! The buses themselves: who holds them, what they carry.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::world::World;
use std::collections::BTreeMap;

/// Audio buses that there may be at a time unless [`configure`] says otherwise: csoundengine's default.
const AUDIO_BUSES: usize = 64;
/// Control buses, likewise.
const CONTROL_BUSES: usize = 512;

/// What a bus carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One k-cycle of samples; silent again after each cycle.
    Audio,
    /// One number that stays until the next one is written.
    Control,
}

#[derive(Debug)]
enum Content {
    Audio(Vec<f64>),
    Control(Option<f64>),
}

impl Content {
    fn kind(&self) -> Kind {
        match self {
            Content::Audio(_) => Kind::Audio,
            Content::Control(_) => Kind::Control,
        }
    }
}

/// A bus in use: it goes when nobody holds it any more.
#[derive(Debug)]
struct Bus {
    holders: u64,
    /// Whether one of the holders is nobody's note: the bus persists.
    kept: bool,
    content: Content,
}

/// All buses in use, by token. Tokens count from 0, shared by both kinds, and never come back.
#[derive(Debug)]
struct Pool {
    buses: BTreeMap<u64, Bus>,
    next: u64,
    audio: usize,
    control: usize,
    cleared_each_cycle: bool,
}

impl Default for Pool {
    fn default() -> Self {
        Self {
            buses: BTreeMap::new(),
            next: 0,
            audio: AUDIO_BUSES,
            control: CONTROL_BUSES,
            cleared_each_cycle: false,
        }
    }
}

impl Pool {
    fn find(&mut self, token: f64) -> OpResult<&mut Bus> {
        key(token).and_then(|key| self.buses.get_mut(&key)).ok_or_else(|| unknown(token))
    }

    fn assign(&mut self, kind: Kind, holders: u64, content: Content) -> OpResult<f64> {
        let capacity = if kind == Kind::Audio { self.audio } else { self.control };
        if self.buses.values().filter(|bus| bus.content.kind() == kind).count() >= capacity {
            let name = if kind == Kind::Audio { "audio" } else { "control" };
            return Err(OpError::new(format!(
                "all {capacity} {name} buses are in use; ask for more, or let notes that hold buses end"
            )));
        }
        let token = self.next;
        self.next += 1;
        self.buses.insert(token, Bus { holders, kept: false, content });
        Ok(token as f64)
    }

    fn release(&mut self, token: f64) -> OpResult {
        let bus = self.find(token)?;
        bus.holders = bus.holders.saturating_sub(1);
        if bus.holders == 0 {
            self.buses.remove(&(token as u64));
        }
        Ok(())
    }
}

/// A token as a key; `None` for what cannot be one.
fn key(token: f64) -> Option<u64> {
    (token >= 0.0 && token.fract() == 0.0).then_some(token as u64)
}

fn unknown(token: f64) -> OpError {
    OpError::new(format!("there is no bus {token}; it has been released, or busassign never gave it"))
}

fn mismatch(token: f64, wanted: Kind) -> OpError {
    let (is, wanted) = match wanted {
        Kind::Audio => ("control", "audio"),
        Kind::Control => ("audio", "control"),
    };
    OpError::new(format!("bus {token} carries {is}, not {wanted}"))
}

/// Sets how many buses of each kind there may be at a time. Those in use stay.
pub fn configure(world: &mut World, audio: usize, control: usize) {
    let pool = world.shared::<Pool>();
    pool.audio = audio;
    pool.control = control;
}

/// Takes a bus into use and answers its token. With `persist` it stays until [`release`]; otherwise until
/// the last note that uses it has ended. A control bus without a value is unset.
///
/// # Errors
/// All buses of the kind are in use, or an audio bus was given a value.
pub fn assign(world: &mut World, kind: Kind, value: Option<f64>, persist: bool) -> OpResult<f64> {
    if kind == Kind::Audio && value.is_some() {
        return Err(OpError::new("an audio bus has no value to start with; ask for a control bus"));
    }
    let token = take(world, kind, value, u64::from(persist))?;
    world.shared::<Pool>().find(token)?.kept = persist;
    Ok(token)
}

/// As [`assign`], with a number of holders.
pub(super) fn take(world: &mut World, kind: Kind, value: Option<f64>, holders: u64) -> OpResult<f64> {
    let ksmps = world.header.ksmps;
    if !std::mem::replace(&mut world.shared::<Pool>().cleared_each_cycle, true) {
        world.at_cycle_end.push(clear);
    }
    let content = match kind {
        Kind::Audio => Content::Audio(vec![0.0; ksmps]),
        Kind::Control => Content::Control(value),
    };
    world.shared::<Pool>().assign(kind, holders, content)
}

/// Lets go of a bus once. It is free when nobody holds it: notes that use it still do until they end.
///
/// # Errors
/// There is no such bus.
pub fn release(world: &mut World, token: f64) -> OpResult {
    world.shared::<Pool>().release(token)
}

/// Takes back the hold that `persist` has on a bus. Notes that use it keep it until they end; without any it is free.
///
/// # Errors
/// There is no such bus.
pub fn release_kept(world: &mut World, token: f64) -> OpResult {
    let pool = world.shared::<Pool>();
    let bus = pool.find(token)?;
    if std::mem::take(&mut bus.kept) || bus.holders == 0 { pool.release(token) } else { Ok(()) }
}

/// Holds a bus for somebody who will [`release`] it.
///
/// # Errors
/// There is no such bus, or it is of the other kind.
pub(super) fn hold(world: &mut World, token: f64, kind: Kind) -> OpResult {
    check(world, token, kind)?;
    world.shared::<Pool>().find(token)?.holders += 1;
    Ok(())
}

/// Whether there is a bus of this kind.
///
/// # Errors
/// There is no such bus, or it is of the other kind.
pub(super) fn check(world: &mut World, token: f64, kind: Kind) -> OpResult {
    let bus = world.shared::<Pool>().find(token)?;
    if bus.content.kind() == kind { Ok(()) } else { Err(mismatch(token, kind)) }
}

/// Writes the value of a control bus.
///
/// # Errors
/// There is no such bus, or it carries audio.
pub fn write(world: &mut World, token: f64, value: f64) -> OpResult {
    match &mut world.shared::<Pool>().find(token)?.content {
        Content::Control(slot) => *slot = Some(value),
        Content::Audio(_) => return Err(mismatch(token, Kind::Control)),
    }
    Ok(())
}

/// The value of a control bus; `None` if none was ever written.
///
/// # Errors
/// There is no such bus, or it carries audio.
pub fn read(world: &World, token: f64) -> OpResult<Option<f64>> {
    match bus(world, token).ok_or_else(|| unknown(token))? {
        Content::Control(value) => Ok(*value),
        Content::Audio(_) => Err(mismatch(token, Kind::Control)),
    }
}

fn bus(world: &World, token: f64) -> Option<&Content> {
    world.shared_ref::<Pool>()?.buses.get(&key(token)?).map(|bus| &bus.content)
}

/// Samples of this k-cycle of an audio bus; empty if there is no such bus.
pub(super) fn samples(world: &World, token: f64) -> &[f64] {
    match bus(world, token) {
        Some(Content::Audio(samples)) => samples,
        _ => &[],
    }
}

/// As [`samples`], to change.
pub(super) fn samples_mut(world: &mut World, token: f64) -> &mut [f64] {
    match world.shared::<Pool>().find(token) {
        Ok(Bus { content: Content::Audio(samples), .. }) => samples,
        _ => &mut [],
    }
}

/// Silences all audio buses.
fn clear(world: &mut World) {
    for bus in world.shared::<Pool>().buses.values_mut() {
        if let Content::Audio(samples) = &mut bus.content {
            samples.fill(0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bus_goes_with_its_last_holder_and_its_token_never_comes_back() {
        let world = &mut World::default();
        let a = assign(world, Kind::Control, Some(2.0), false).unwrap();
        let b = assign(world, Kind::Audio, None, true).unwrap();
        assert_eq!((a, b), (0.0, 1.0));
        hold(world, a, Kind::Control).unwrap();
        hold(world, a, Kind::Control).unwrap();
        hold(world, b, Kind::Audio).unwrap();
        release(world, a).unwrap();
        assert_eq!(read(world, a), Ok(Some(2.0)));
        release(world, a).unwrap();
        assert!(read(world, a).is_err() && release(world, a).is_err());
        release(world, b).unwrap();
        assert_eq!(samples(world, b).len(), world.header.ksmps);
        release(world, b).unwrap();
        assert_eq!(samples(world, b).len(), 0);
        assert_eq!(assign(world, Kind::Control, None, false), Ok(2.0));
        assert_eq!(read(world, 2.0), Ok(None));
    }

    #[test]
    fn whatever_is_asked_amiss_is_an_error() {
        let world = &mut World::default();
        configure(world, 1, 0);
        let bus = assign(world, Kind::Audio, None, false).unwrap();
        assert!(assign(world, Kind::Audio, None, false).unwrap_err().to_string().contains("all 1 audio"));
        assert!(assign(world, Kind::Control, None, false).is_err());
        assert!(assign(world, Kind::Audio, Some(1.0), false).is_err());
        assert!(write(world, bus, 1.0).unwrap_err().to_string().contains("carries audio"));
        for token in [-1.0, 0.5, 7.0, f64::NAN, f64::INFINITY] {
            assert!(write(world, token, 1.0).is_err() && release(world, token).is_err(), "{token}");
            assert!(read(world, token).is_err(), "{token}");
        }
    }

    #[test]
    fn audio_buses_are_silent_after_each_cycle() {
        let world = &mut World::default();
        let bus = assign(world, Kind::Audio, None, false).unwrap();
        samples_mut(world, bus).fill(0.5);
        assert_eq!(world.at_cycle_end.len(), 1);
        let hook = world.at_cycle_end[0];
        hook(world);
        assert!(samples(world, bus).iter().all(|x| *x == 0.0));
    }
}
