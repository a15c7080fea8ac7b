//! What happens to a section once it is read: order, tempo, dependent fields.

use super::cell::Cell;
use super::read::Reader;
use super::resolve::Special;
use super::tempo::TempoMap;
use super::{End, Event, Kind, Section, resolve, sort};
use orchestrion_base::diag::{Diagnostic, codes};
use std::collections::BTreeMap;

impl Reader<'_> {
    /// Sorts, applies the tempo and works out what depends on neighbours.
    pub(super) fn finish(&mut self, end: End, end_time: Option<f64>) -> Section {
        self.keep_typed();
        self.settle_times();
        // Where a statement ends early, its p3 counts for the order all the same.
        let cuts: BTreeMap<u32, u32> =
            self.cuts.iter().map(|(&id, &n)| (self.events[id as usize].first, n)).collect();
        sort::sort(&mut self.events, &self.cells);
        if !cuts.is_empty() {
            for e in &mut self.events {
                e.count = cuts.get(&e.first).map_or(e.count, |&n| e.count.min(n));
            }
        }
        self.events.retain(|e| e.count > 0 && !matches!(e.kind, Kind::Tempo | Kind::Warp | Kind::Seed));
        let in_beats = self.times_in_beats();
        let tempo = self.apply_tempo();
        resolve::resolve(self);
        for e in &self.events {
            let first = e.first as usize;
            if e.count >= 2 {
                self.cells[first + 1] = Cell::of(e.time);
            }
            if e.count >= 3 && e.kind != Kind::Table {
                self.cells[first + 2] = Cell::of(e.duration(&self.cells));
            }
        }
        for (e, (time, duration)) in self.events.iter_mut().zip(in_beats) {
            e.time = time;
            if e.kind == Kind::Note && duration > 0.0 {
                e.set_duration(&mut self.cells, duration);
            }
        }
        let end_time = end_time.map(|beat| {
            let seconds = tempo.as_ref().map_or(beat, |map| map.time(beat));
            // The reference passes this time on with six decimals.
            (six_decimals(beat), six_decimals(seconds))
        });
        if let Some((beat, seconds)) = end_time {
            let time = if self.options.beats { beat } else { seconds };
            let id = self.push_event(Kind::Table);
            self.cells.extend([Cell::of(0.0), Cell::of(seconds)]);
            let e = &mut self.events[id];
            (e.count, e.time) = (2, time);
        }
        let (events, cells) = (std::mem::take(&mut self.events), std::mem::take(&mut self.cells));
        Section { events, cells, end, end_time, tempo }
    }

    /// Keeps p3 as it was typed before it becomes seconds, where a field may refer to it.
    fn keep_typed(&mut self) {
        if self.specials.iter().any(Special::refers_to_p3) {
            for e in self.events.iter().filter(|e| e.count >= 3) {
                let at = e.first + 2;
                self.typed.entry(at).or_insert(self.cells[at as usize]);
            }
        }
    }

    /// Puts the times that `w` gives in the place of beats, and the sizes of tables into their fields.
    fn settle_times(&mut self) {
        for e in self.events.iter().filter(|e| e.kind == Kind::Table && e.count >= 3) {
            // A table's size is an integer of 32 bits.
            self.cells[e.first as usize + 2] = Cell::of(f64::from(e.duration(&self.cells) as i32));
        }
        if self.options.beats {
            return;
        }
        for (&id, &[time, duration]) in &self.pairs {
            let e = &mut self.events[id as usize];
            e.time = time.unwrap_or(e.time);
            // p3 of a table is its size.
            if let (Some(duration), Kind::Note) = (duration, e.kind) {
                e.set_duration(&mut self.cells, duration);
            }
        }
    }

    /// Times and durations of all events before the tempo is applied, if they are to stay in beats.
    fn times_in_beats(&self) -> Vec<(f64, f64)> {
        let events = self.events.iter().filter(|_| self.options.beats);
        events.map(|e| (e.time, e.duration(&self.cells))).collect()
    }

    pub(super) fn apply_tempo(&mut self) -> Option<TempoMap> {
        let (points, span) = self.tempo.take()?;
        let map = match TempoMap::new(&points) {
            Ok(map) => map?,
            Err(text) => {
                self.report(Diagnostic::warning(codes::SCORE_SYNTAX, span, text).label("ignored"));
                return None;
            }
        };
        let mut off = None;
        for e in &mut self.events {
            match e.kind {
                Kind::Note => {
                    let beats = e.duration(&self.cells);
                    let end = map.time(e.time + beats.abs());
                    e.time = map.time(e.time);
                    let seconds = end - e.time;
                    e.set_duration(&mut self.cells, if beats < 0.0 { -seconds } else { seconds });
                }
                Kind::Advance => {
                    let end = e.time + e.duration(&self.cells);
                    e.time = map.time(e.time);
                    e.set_duration(&mut self.cells, map.since(e.time, end));
                }
                Kind::Table | Kind::Mute => e.time = map.time(e.time),
                // The reference leaves `d` where it is. [measured]
                Kind::Off => off = self.offs.get(&e.line).copied(),
                Kind::Tempo | Kind::Warp | Kind::Seed => {}
            }
        }
        if let Some(span) = off {
            let text = "the tempo does not apply to `d`: its p2 is in seconds";
            self.report(Diagnostic::warning(codes::SCORE_SYNTAX, span, text));
        }
        Some(map)
    }
}

impl Event {
    /// p3; while the section is read and sorted it is in beats, and then in seconds.
    pub(super) fn duration(&self, cells: &[Cell]) -> f64 {
        if self.count < 3 { 0.0 } else { cells.get(self.first as usize + 2).map_or(0.0, |p3| p3.number()) }
    }

    pub(super) fn set_duration(&self, cells: &mut [Cell], duration: f64) {
        if self.count >= 3
            && let Some(p3) = cells.get_mut(self.first as usize + 2)
        {
            *p3 = Cell::raw(duration);
        }
    }
}

fn six_decimals(value: f64) -> f64 {
    format!("{value:.6}").parse().unwrap_or(value)
}
