//! The order of a section's events.
//!
//! By time; then tempo and mute, releases, tables, notes, advances; notes then by instrument, by p3
//! and by statement. Statements that carried fields share the number of their source, which leaves
//! ties; the order of ties is that of the reference's algorithm (see `smooth`).

use super::cell::Cell;
use super::{Event, Kind, smooth};
use std::cmp::Ordering;

fn class(e: &Event) -> u8 {
    match e.kind {
        Kind::Seed => 0,
        Kind::Mute | Kind::Tempo | Kind::Warp => 1,
        Kind::Note | Kind::Off if e.instrument < 0 => 2,
        Kind::Table => 3,
        Kind::Note | Kind::Off => 4,
        Kind::Advance => 5,
    }
}

/// Whether `a` may stand before `b`; no order in the mathematical sense where kinds mix. (measured)
fn may_precede(a: &Event, b: &Event, cells: &[Cell]) -> bool {
    if a.kind == Kind::Warp {
        return true;
    }
    if matches!(b.kind, Kind::Warp | Kind::Tempo) {
        return false;
    }
    let by_note =
        if a.kind == Kind::Note && b.kind == Kind::Note { note_order(a, b, cells) } else { Ordering::Equal };
    match order(a, b).then(by_note) {
        Ordering::Less => true,
        Ordering::Greater => false,
        Ordering::Equal => a.line < b.line,
    }
}

fn order(a: &Event, b: &Event) -> Ordering {
    compare(a.time, b.time).then(a.class.cmp(&b.class))
}

fn note_order(a: &Event, b: &Event, cells: &[Cell]) -> Ordering {
    a.instrument.cmp(&b.instrument).then_with(|| compare(a.duration(cells), b.duration(cells)))
}

fn compare(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or(Ordering::Equal)
}

/// Sorts events in place; `cells` are their fields.
pub(super) fn sort(events: &mut [Event], cells: &[Cell]) {
    // Kinds whose order is a total one; a lone `t` or `y` sorts first unless times are negative.
    let mut plain = true;
    let (mut firsts, mut negative) = (0, false);
    for e in events.iter_mut() {
        e.class = class(e);
        plain &= !matches!(e.kind, Kind::Off | Kind::Mute | Kind::Warp);
        firsts += usize::from(matches!(e.kind, Kind::Tempo | Kind::Seed));
        negative |= e.time < 0.0;
    }
    plain &= firsts == 0 || firsts == 1 && !negative;
    let full =
        |a: &Event, b: &Event| order(a, b).then_with(|| note_order(a, b, cells)).then(a.line.cmp(&b.line));
    // Tables and advances ignore instrument (0) and p3: only notes may use the quick way with p3.
    let key = |a: &Event, b: &Event| {
        if a.kind == Kind::Note { full(a, b) } else { order(a, b).then(a.line.cmp(&b.line)) }
    };
    if plain {
        if events.is_sorted_by(|a, b| key(a, b) == Ordering::Less) {
            return;
        }
        let mut order: Vec<u32> = (0..events.len() as u32).collect();
        order.sort_unstable_by(|&a, &b| key(&events[a as usize], &events[b as usize]));
        let strict =
            order.is_sorted_by(|&a, &b| key(&events[a as usize], &events[b as usize]) == Ordering::Less);
        if strict {
            apply(events, &mut order);
            return;
        }
    }
    let mut order: Vec<u32> = (0..events.len() as u32).collect();
    smooth::sort(&mut order, |a, b| may_precede(&events[a as usize], &events[b as usize], cells));
    apply(events, &mut order);
}

/// Puts event `order[i]` at place `i`, along each cycle of the permutation in turn; `order` is used up.
fn apply(events: &mut [Event], order: &mut [u32]) {
    for start in 0..order.len() {
        let mut at = start;
        loop {
            let from = std::mem::replace(&mut order[at], at as u32) as usize;
            if from == start {
                break;
            }
            events.swap(at, from);
            at = from;
        }
    }
}
