//! What happens to a section once it is read: order, tempo, dependent fields.

use super::cell::Cell;
use super::read::Reader;
use super::tempo::TempoMap;
use super::{End, Kind, Section, resolve, sort};
use orchestrion_base::diag::{Diagnostic, codes};

impl Reader<'_> {
    /// Sorts, applies the tempo and works out what depends on neighbours.
    pub(super) fn finish(&mut self, end: End, end_time: Option<f64>) -> Section {
        for (&id, &n) in &self.cuts {
            self.events[id as usize].count = n;
        }
        self.settle_times();
        sort::sort(&mut self.events);
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
                self.cells[first + 2] = Cell::of(e.duration);
            }
        }
        for (e, (time, duration)) in self.events.iter_mut().zip(in_beats) {
            (e.time, e.duration) = (time, duration);
        }
        let end_time = end_time.map(|beat| {
            let seconds = tempo.as_ref().map_or(beat, |map| map.time(beat));
            // The reference passes this time on with six decimals.
            (six_decimals(beat), six_decimals(seconds))
        });
        if let Some((beat, seconds)) = end_time {
            let time = if self.options.beats { beat } else { seconds };
            let id = self.push_event(Kind::Table, self.pos);
            self.cells.extend([Cell::of(0.0), Cell::of(seconds)]);
            let e = &mut self.events[id];
            (e.count, e.time) = (2, time);
        }
        let (events, cells) = (std::mem::take(&mut self.events), std::mem::take(&mut self.cells));
        Section { events, cells, end, end_time, tempo }
    }

    /// Puts the times that `w` gives in the place of beats, and the sizes of tables into their fields.
    fn settle_times(&mut self) {
        for e in self.events.iter().filter(|e| e.kind == Kind::Table && e.count >= 3) {
            // A table's size is an integer of 32 bits.
            self.cells[e.first as usize + 2] = Cell::of(f64::from(e.duration as i32));
        }
        if self.options.beats {
            return;
        }
        for (&id, &[time, duration]) in &self.pairs {
            let e = &mut self.events[id as usize];
            (e.time, e.duration) = (time.unwrap_or(e.time), duration.unwrap_or(e.duration));
        }
    }

    /// Times and durations of all events before the tempo is applied, if they are to stay in beats.
    fn times_in_beats(&self) -> Vec<(f64, f64)> {
        let events = self.events.iter().filter(|_| self.options.beats);
        events.map(|e| (e.time, e.duration)).collect()
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
                    let negative = e.duration < 0.0;
                    let end = map.time(e.time + e.duration.abs());
                    e.time = map.time(e.time);
                    e.duration = if negative { -(end - e.time) } else { end - e.time };
                }
                Kind::Advance => {
                    let end = e.time + e.duration;
                    e.time = map.time(e.time);
                    e.duration = map.since(e.time, end);
                }
                Kind::Table | Kind::Mute => e.time = map.time(e.time),
                // The reference leaves `d` where it is. [measured]
                Kind::Off => off = Some(*e),
                Kind::Tempo | Kind::Warp | Kind::Seed => {}
            }
        }
        if let Some(e) = off {
            let text = "the tempo does not apply to `d`: its p2 is in seconds";
            self.report(Diagnostic::warning(codes::SCORE_SYNTAX, self.span_of(&e), text));
        }
        Some(map)
    }
}

fn six_decimals(value: f64) -> f64 {
    format!("{value:.6}").parse().unwrap_or(value)
}
