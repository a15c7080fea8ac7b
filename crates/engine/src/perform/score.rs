//! The score while it is performed: sections, and the k-cycle of each event (semantics G1, G6).

use super::beats::BeatClock;
use orchestrion_base::event::PField;
use orchestrion_base::world::Header;
use orchestrion_parser::score::{End, Event, Field, Kind, Score, Section};

/// Reads a score event by event.
pub struct Reader {
    score: Option<Score>,
    section: usize,
    next: usize,
    kr: f64,
    sr: f64,
    ksmps: f64,
    sample_accurate: bool,
    /// The clock of a score that is performed in beats (`-t`).
    pub beats: Option<BeatClock>,
    /// Then the k-cycle of the next event, found when it comes to be the next: no change of tempo moves it.
    ahead: Option<u64>,
}

/// The sample of a time in seconds: cut off, as in the reference (G4). A time that is a sum of `queued` times
/// is first freed from the rounding errors of the sum.
pub fn sample_of(time: f64, sr: f64, queued: bool) -> u64 {
    let samples = time * sr + if queued { 1e-6 } else { 0.0 };
    samples.clamp(0.0, 9e15) as u64
}

/// What the score has for a moment.
pub enum Next {
    /// The next event happens in this k-cycle.
    At(u64),
    /// The section has no more events.
    SectionDone,
    /// There is no score, or it holds nothing at all: run until stopped.
    Endless,
    /// The score is over.
    Over,
}

impl Reader {
    /// `tempo` is that of a score in beats (`-t`), in beats per minute.
    pub fn new(score: Option<Score>, header: &Header, sample_accurate: bool, tempo: Option<f64>) -> Self {
        let (kr, sr, ksmps) = (header.kr, header.sr, header.ksmps as f64);
        let beats = tempo.map(|tempo| BeatClock::new(tempo, header));
        Self { score, section: 0, next: 0, kr, sr, ksmps, sample_accurate, beats, ahead: None }
    }

    fn current(&self) -> Option<&Section> {
        self.score.as_ref()?.sections.get(self.section)
    }

    /// The current section, from 0.
    pub fn section(&self) -> Option<usize> {
        self.current().map(|_| self.section)
    }

    /// Where the score stands; `start` is the section's first k-cycle.
    pub fn peek(&mut self, start: u64) -> Next {
        match &self.score {
            None => return Next::Endless,
            Some(s) if s.sections.is_empty() => return Next::Endless,
            _ => {}
        }
        let Some(section) = self.current() else { return Next::Over };
        let Some(&Event { time, .. }) = section.events.get(self.next) else { return Next::SectionDone };
        Next::At(match &self.beats {
            Some(beats) => *self.ahead.get_or_insert_with(|| beats.start(time, self.sample_accurate)),
            None => self.cycle_of(start, time),
        })
    }

    /// Lets the clock of a score in beats go on to a k-cycle.
    pub fn reach(&mut self, cycle: u64) {
        if let Some(beats) = &mut self.beats {
            beats.reach(cycle);
        }
    }

    /// k-cycle of a section-relative time: half a cycle rounds up (G1); that of its sample, if notes are exact
    /// to the sample (G4).
    pub fn cycle_of(&self, start: u64, time: f64) -> u64 {
        if self.sample_accurate {
            return start.saturating_add(sample_of(time, self.sr, false) / self.ksmps as u64);
        }
        // Halves go as the rounding of the section's start in seconds makes them, as in the reference.
        let section = start as f64 * self.ksmps / self.sr;
        let cycles = (section + time) * self.sr / self.ksmps;
        (cycles + 0.5).floor().max(start as f64) as u64
    }

    /// k-cycle before which a note of this end time ends (G2).
    pub fn end_cycle(&self, start: u64, time: f64) -> u64 {
        let cycles = (start as f64 / self.kr + time) * self.kr + 0.5;
        cycles.floor().clamp(0.0, 9e15) as u64
    }

    /// The event after `n` others of the section: its k-cycle, and p1 if it is a note of some length.
    pub fn upcoming(&self, n: usize, start: u64) -> Option<(u64, Option<f64>)> {
        let score = self.score.as_ref()?;
        let section = self.current()?;
        let event = section.events.get(self.next + n)?;
        let p1 = match section.fields(event).first().map(|cell| score.value(*cell)) {
            Some(Field::Number(p1)) if event.kind == Kind::Note && section.duration(event) > 0.0 => Some(p1),
            _ => None,
        };
        Some((self.cycle_of(start, event.time), p1))
    }

    /// Takes the next event: its statement and its time; `p` gets its p-fields.
    pub fn take(&mut self, p: &mut Vec<PField>) -> Option<(Kind, f64)> {
        let event = self.read(0, p)?;
        self.skip(1);
        Some(event)
    }

    /// Reads the event after `n` others.
    pub fn read(&self, n: usize, p: &mut Vec<PField>) -> Option<(Kind, f64)> {
        let score = self.score.as_ref()?;
        let section = self.current()?;
        let event: &Event = section.events.get(self.next + n)?;
        p.clear();
        p.extend(section.fields(event).iter().map(|c| match score.value(*c) {
            Field::Number(x) => PField::Num(x),
            Field::Text(s) => PField::Str(s.into()),
        }));
        if let (Some(beats), Some(PField::Num(p3)), Kind::Note) = (&self.beats, p.get_mut(2), event.kind)
            && *p3 > 0.0
        {
            *p3 = beats.seconds(*p3);
        }
        Some((event.kind, event.time))
    }

    /// Leaves the next events out.
    pub fn skip(&mut self, events: usize) {
        (self.next, self.ahead) = (self.next + events, None);
    }

    /// Whether the current section ends the score.
    pub fn is_last(&self) -> bool {
        self.current().is_none_or(|s| s.end == End::Score)
            || self.score.as_ref().is_none_or(|s| self.section + 1 >= s.sections.len())
    }

    /// Goes on with the next section.
    pub fn advance(&mut self) {
        self.section += 1;
        (self.next, self.ahead) = (0, None);
        if let Some(beats) = &mut self.beats {
            beats.begin_section();
        }
    }

    /// Goes back to the first event.
    pub fn rewind(&mut self) {
        (self.section, self.next, self.ahead) = (0, 0, None);
        if let Some(beats) = &mut self.beats {
            beats.rewind();
        }
    }

    /// Ends the score here.
    pub fn stop(&mut self) {
        self.section = usize::MAX;
    }

    /// Length of the score in seconds, if no opcode changes it.
    pub fn expected(&self) -> Option<f64> {
        let score = self.score.as_ref().filter(|s| !s.sections.is_empty())?;
        let length = |s: &Section| {
            let notes = s.events.iter().map(|e| match e.kind {
                Kind::Note | Kind::Advance => e.time + s.duration(e).max(0.0),
                _ => e.time,
            });
            notes.fold(0.0, f64::max)
        };
        let length = score.sections.iter().map(length).sum();
        Some(self.beats.as_ref().map_or(length, |beats| beats.seconds(length)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_a_cycle_go_as_the_sum_in_seconds_is_rounded() {
        let header = Header { sr: 44_100.0, kr: 44_100.0 / 32.0, ksmps: 32, ..Header::default() };
        let reader = Reader::new(None, &header, false, None);
        // 5512.5 cycles after the start of the score and of a later section, measured on the reference.
        assert_eq!(reader.cycle_of(0, 4.0), 5_513);
        assert_eq!(reader.cycle_of(23_429, 4.0), 28_941);
    }
}
