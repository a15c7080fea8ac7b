//! Fields that depend on other notes: ramps `<` `(`, random `~`, `npN` and `ppN`.
//!
//! Neighbours are notes with exactly the same p1, fraction included, in sorted order; a ramp is
//! proportional to p2 in seconds. Notes of named instruments have no neighbours. [all measured]
//! All is linear in the number of notes: ends of ramps and of chains of references are remembered.

use super::cell::Cell;
use super::random::between;
use super::read::Reader;
use super::{Event, Kind};
use orchestrion_base::diag::{Diagnostic, codes};
use orchestrion_base::source::Span;
use std::collections::BTreeMap;

/// What `z` stands for, in seconds.
pub(super) const FOREVER: f64 = 800_000_000_000.0;

const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug, PartialEq)]
enum What {
    Linear,
    Exponential,
    Random,
    Next(u32),
    Previous(u32),
    /// No number, though it may begin like one.
    Malformed(f64),
    /// A number and `z`: as the end of a ramp a very long time, else the number.
    Forever(f64),
}

/// Something to be worked out after sorting.
#[derive(Clone, Debug)]
pub(super) struct Special {
    what: What,
    /// Notes that a ramp lies between; for references the note and field at the end of the chain.
    back: u32,
    ahead: u32,
    /// Where the statement stands.
    pub place: Span,
}

impl Special {
    fn new(what: What) -> Self {
        Self { what, back: NONE, ahead: NONE, place: Span::NONE }
    }

    pub(super) fn linear() -> Self {
        Self::new(What::Linear)
    }

    pub(super) fn exponential() -> Self {
        Self::new(What::Exponential)
    }

    pub(super) fn random() -> Self {
        Self::new(What::Random)
    }

    pub(super) fn next(field: u32) -> Self {
        Self::new(What::Next(field))
    }

    pub(super) fn previous(field: u32) -> Self {
        Self::new(What::Previous(field))
    }

    pub(super) fn malformed(value: f64) -> Self {
        Self::new(What::Malformed(value))
    }

    pub(super) fn forever(value: f64) -> Self {
        Self::new(What::Forever(value))
    }

    pub(super) fn refers_to_p3(&self) -> bool {
        matches!(self.what, What::Next(3) | What::Previous(3))
    }

    fn is_ramp(&self) -> bool {
        matches!(self.what, What::Linear | What::Exponential | What::Random)
    }
}

/// Replaces every special field of the sorted section by its value.
pub(super) fn resolve(r: &mut Reader) {
    if r.specials.is_empty() {
        return;
    }
    let (previous, next) = neighbours(r);
    let mut state = State { r, previous, next, current: 0 };
    state.ramp_ends();
    let mut values = Vec::new();
    for i in 0..state.r.events.len() {
        let e = state.r.events[i];
        state.current = i as u32;
        for n in 4..=e.count {
            if state.cell(i as u32, n).special().is_some() {
                let value = state.value(i as u32, n);
                values.push((e.first + n - 1, value));
            }
        }
    }
    let r = state.r;
    for (at, value) in values {
        r.cells[at as usize] = value;
    }
}

/// For every statement the note before and after it with the same p1.
fn neighbours(r: &Reader) -> (Vec<u32>, Vec<u32>) {
    let n = r.events.len();
    let (mut previous, mut next) = (vec![NONE; n], vec![NONE; n]);
    let key = |e: &Event| {
        let p1 = r.cells.get(e.first as usize).copied().unwrap_or(Cell::BAD);
        p1.text().is_none().then(|| (p1.number() + 0.0).to_bits())
    };
    // Any statement may refer to a note, but only notes are referred to.
    let visit = |order: &mut dyn Iterator<Item = usize>, found: &mut [u32]| {
        let mut last: BTreeMap<u64, u32> = BTreeMap::new();
        for i in order {
            let Some(key) = key(&r.events[i]) else { continue };
            found[i] = last.get(&key).copied().unwrap_or(NONE);
            if r.events[i].kind == Kind::Note {
                last.insert(key, i as u32);
            }
        }
    };
    visit(&mut (0..n), &mut previous);
    visit(&mut (0..n).rev(), &mut next);
    (previous, next)
}

struct State<'r, 'a> {
    r: &'r mut Reader<'a>,
    previous: Vec<u32>,
    next: Vec<u32>,
    /// The statement whose fields are being worked out.
    current: u32,
}

impl State<'_, '_> {
    fn event(&self, i: u32) -> &Event {
        &self.r.events[i as usize]
    }

    fn cell(&self, i: u32, n: u32) -> Cell {
        let e = self.event(i);
        if n == 0 || n > e.count {
            return Cell::BAD;
        }
        self.r.cell_at(e.first + n - 1)
    }

    fn special(&self, i: u32, n: u32) -> Option<(usize, &Special)> {
        let s = self.cell(i, n).special()? as usize;
        self.r.specials.get(s).map(|special| (s, special))
    }

    /// Finds for every ramp the nearest notes that have something else in that field.
    fn ramp_ends(&mut self) {
        let count = self.r.events.len() as u32;
        for i in 0..count {
            self.ramp_end(i, false);
        }
        for i in (0..count).rev() {
            self.ramp_end(i, true);
        }
    }

    fn ramp_end(&mut self, i: u32, ahead: bool) {
        for n in 4..=self.event(i).count {
            let Some((s, special)) = self.special(i, n) else { continue };
            if !special.is_ramp() {
                continue;
            }
            let what = special.what;
            let other = if ahead { self.next[i as usize] } else { self.previous[i as usize] };
            let end = if other == NONE || self.event(other).count < n {
                NONE
            } else {
                match self.special(other, n) {
                    Some((_, o)) if o.what == what => {
                        if ahead {
                            o.ahead
                        } else {
                            o.back
                        }
                    }
                    _ => other,
                }
            };
            let special = &mut self.r.specials[s];
            *(if ahead { &mut special.ahead } else { &mut special.back }) = end;
        }
    }

    /// The number with which a ramp begins or ends. What is none becomes 0, in its
    /// own statement too if that comes later. (measured)
    fn anchor(&mut self, i: u32, n: u32) -> f64 {
        let cell = self.cell(i, n);
        if cell == Cell::of(cell.number()) {
            return cell.number();
        }
        if let Some((_, Special { what: What::Forever(_), .. })) = self.special(i, n) {
            return FOREVER;
        }
        if i <= self.current {
            return 0.0;
        }
        let at = (self.event(i).first + n - 1) as usize;
        if let Some(cell) = self.r.cells.get_mut(at) {
            *cell = Cell::of(0.0);
        }
        0.0
    }

    /// The value of field `n` of note `i`, which is special.
    fn value(&mut self, i: u32, n: u32) -> Cell {
        let Some((note, field)) = self.target(i, n) else {
            return self.zero(i, n, "refers to a note or field that is not there");
        };
        if field < 4 {
            // The text of p1 to p3 as it was typed; signs are no numbers.
            let cell = self.cell(note, field);
            return if cell.text().is_some() { cell } else { Cell::of(cell.number()) };
        }
        match self.special(note, field).map(|(_, s)| s.clone()) {
            None => self.cell(note, field),
            Some(s) => match s.what {
                What::Malformed(value) | What::Forever(value) => Cell::of(value),
                What::Next(_) | What::Previous(_) => Cell::of(0.0),
                _ => self.ramp(note, field, &s),
            },
        }
    }

    fn ramp(&mut self, i: u32, n: u32, s: &Special) -> Cell {
        if s.back == NONE || s.ahead == NONE {
            return self.zero(i, n, "is a ramp without a value before or after it in the same instrument");
        }
        let (from, to) = (self.anchor(s.back, n), self.anchor(s.ahead, n));
        let span = self.event(s.ahead).time - self.event(s.back).time;
        let passed = self.event(i).time - self.event(s.back).time;
        let value = match s.what {
            What::Random => between(&mut self.r.random, from, to),
            What::Linear if span <= 0.0 => {
                return self.zero(i, n, "is a ramp between notes at the same time");
            }
            What::Linear => (to - from) * passed / span + from,
            _ => from * (self.r.options.pow)(to / from, passed / span),
        };
        if !value.is_finite() {
            return self.zero(i, n, "is an exponential ramp that has no finite value");
        }
        Cell::of(value)
    }

    /// Follows `np` and `pp` to the note and field that hold something else. Chains are shortened on the
    /// way, so that all together take linear time; a circle ends nowhere.
    fn target(&mut self, i: u32, n: u32) -> Option<(u32, u32)> {
        let mut path = Vec::new();
        let (mut note, mut field) = (i, n);
        let end = loop {
            let Some((s, special)) = self.special(note, field) else { break Some((note, field)) };
            if special.back != NONE && !special.is_ramp() {
                break Some((special.back, special.ahead));
            }
            let (other, wanted) = match special.what {
                What::Next(n) => (self.next[note as usize], n),
                What::Previous(n) => (self.previous[note as usize], n),
                _ => break Some((note, field)),
            };
            // A circle comes back to a field that was made to point nowhere when it was met first.
            self.r.specials[s].what = What::Malformed(0.0);
            path.push(s);
            if other == NONE || wanted == 0 || wanted > self.event(other).count {
                break None;
            }
            (note, field) = (other, wanted);
        };
        if let Some((note, field)) = end {
            for s in path {
                (self.r.specials[s].back, self.r.specials[s].ahead) = (note, field);
            }
        }
        end
    }

    fn zero(&mut self, i: u32, n: u32, why: &str) -> Cell {
        let span = self.special(i, n).map_or(Span::NONE, |(_, special)| special.place);
        let text = format!("p{n} {why}; taken as 0");
        self.r.report(Diagnostic::warning(codes::SCORE_REFERENCE, span, text));
        Cell::of(0.0)
    }
}
