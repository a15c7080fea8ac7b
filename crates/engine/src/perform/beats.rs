//! The clock of a score that is performed in beats (flag `-t`): the opcode `tempo` changes how fast it goes.
//!
//! Events of the score and the ends of notes are times on this clock; k-cycles follow from where it stands and from
//! the tempo. How the times are rounded is measured on the reference.

use super::notes::End;
use orchestrion_base::world::{Header, beat_samples};

/// Beats are added up one k-cycle after the other, as in the reference, since the rounding of the sum decides on
/// which side of a half an event comes. Jumps of more k-cycles (`a` statements) multiply.
const MOST_ADDITIONS: u64 = 1 << 24;

/// What part of a k-cycle a note may leave unplayed: a little more than half.
const UNPLAYED: f64 = 0.505;

/// Counts beats.
pub struct BeatClock {
    sr: f64,
    kr: f64,
    ksmps: f64,
    first_tempo: f64,
    /// Beats per minute.
    tempo: f64,
    /// Beats in a k-cycle.
    step: f64,
    /// The k-cycle that was reached.
    cycle: u64,
    /// Beats from the start of the performance to the start of that k-cycle.
    beat: f64,
    /// Beats from the start of the performance to the start of the section.
    section: f64,
}

impl BeatClock {
    pub fn new(tempo: f64, h: &Header) -> Self {
        let (sr, kr, ksmps) = (h.sr, h.kr, h.ksmps as f64);
        let mut clock =
            Self { sr, kr, ksmps, first_tempo: tempo, tempo, step: 0.0, cycle: 0, beat: 0.0, section: 0.0 };
        clock.set_tempo(tempo);
        clock
    }

    /// Beats per minute.
    pub fn tempo(&self) -> f64 {
        self.tempo
    }

    /// Changes the tempo from the k-cycle on that was reached.
    pub fn set_tempo(&mut self, tempo: f64) {
        (self.tempo, self.step) = (tempo, tempo / 60.0 / self.kr);
    }

    /// Goes on to a k-cycle.
    pub fn reach(&mut self, cycle: u64) {
        let cycles = cycle.saturating_sub(self.cycle);
        if cycles > MOST_ADDITIONS {
            self.beat += cycles as f64 * self.step;
        } else {
            self.beat = (0..cycles).fold(self.beat, |beat, _| beat + self.step);
        }
        self.cycle += cycles;
    }

    /// A section of the score starts here.
    pub fn begin_section(&mut self) {
        self.section = self.beat;
    }

    /// Everything starts again, with the tempo that was the first.
    pub fn rewind(&mut self) {
        (self.cycle, self.beat, self.section) = (0, 0.0, 0.0);
        self.set_tempo(self.first_tempo);
    }

    /// Seconds that some beats last at the present tempo, a beat being whole samples.
    pub fn seconds(&self, beats: f64) -> f64 {
        beats * beat_samples(self.tempo, self.sr) / self.sr
    }

    /// k-cycle in which an event starts that the score has at `beat` of the section: half a cycle rounds up, unless
    /// events are exact to the sample.
    pub fn start(&self, beat: f64, sample_accurate: bool) -> u64 {
        let cycles = self.cycles_to(self.section + beat);
        self.after(if sample_accurate { cycles.trunc() } else { cycles.round() })
    }

    /// The end of a note that starts `p2` seconds after k-cycle `section` and lasts `p3` seconds at the present tempo.
    pub fn end(&self, section: u64, p2: f64, p3: f64) -> End {
        let seconds = section as f64 * self.ksmps / self.sr + p2 + p3;
        let samples = seconds * self.sr - self.cycle as f64 * self.ksmps;
        let beat = samples / beat_samples(self.tempo, self.sr) + self.beat;
        let turn = (seconds * self.kr + 0.5).clamp(0.0, 9e15) as u64;
        End { cycle: self.end_cycle(beat), turn, beat: Some(beat) }
    }

    /// The end of a note before a k-cycle.
    pub fn end_before(&self, cycle: u64) -> End {
        let cycles = cycle.saturating_sub(self.cycle);
        End { beat: Some(self.beat + cycles as f64 * self.step), ..End::before(cycle) }
    }

    /// k-cycle before which a note ends whose end is at `beat` of the performance: half a cycle rounds down.
    pub fn end_cycle(&self, beat: f64) -> u64 {
        self.after((self.cycles_to(beat) - UNPLAYED).ceil())
    }

    /// k-cycle until which a section waits for a note that ends at `beat` of the performance: half a cycle rounds up.
    pub fn wait(&self, beat: f64) -> u64 {
        self.after(self.cycles_to(beat).round())
    }

    /// k-cycles to a beat of the performance at the present tempo.
    fn cycles_to(&self, beat: f64) -> f64 {
        (beat - self.beat) / self.step
    }

    fn after(&self, cycles: f64) -> u64 {
        self.cycle.saturating_add(cycles.clamp(0.0, 9e15) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 100 k-cycles a second.
    fn clock(tempo: f64) -> BeatClock {
        BeatClock::new(tempo, &Header { sr: 1000.0, kr: 100.0, ksmps: 10, ..Header::default() })
    }

    #[test]
    fn what_is_to_come_follows_the_tempo_from_where_the_clock_is() {
        let mut clock = clock(60.0);
        assert_eq!((clock.start(1.0, false), clock.end_cycle(1.0)), (100, 100));
        clock.reach(50);
        clock.set_tempo(120.0);
        assert_eq!((clock.start(1.0, false), clock.end_cycle(1.0)), (75, 75));
        clock.set_tempo(30.0);
        assert_eq!((clock.start(1.0, false), clock.end_cycle(1.0)), (150, 150));
        clock.begin_section();
        assert_eq!(clock.start(1.0, false), 250);
    }

    #[test]
    fn halves_of_a_cycle_start_up_and_end_down() {
        let clock = clock(240.0);
        assert_eq!((clock.start(0.1, false), clock.start(0.1, true)), (3, 2));
        assert_eq!((clock.end_cycle(0.1), clock.wait(0.1)), (2, 3));
    }

    #[test]
    fn a_beat_is_whole_samples() {
        let clock = clock(97.3);
        assert_eq!(clock.seconds(2.0), 2.0 * 616.0 / 1000.0);
        assert_eq!(clock.end(0, 0.0, 0.616), End { cycle: 62, turn: 62, beat: Some(1.0) });
    }

    #[test]
    fn what_is_past_comes_now_and_what_never_comes_waits() {
        let mut clock = clock(1e-300);
        clock.reach(1 << 60);
        assert_eq!(clock.start(1.0, false), (1 << 60) + 9_000_000_000_000_000);
        assert_eq!((clock.start(-1.0, false), clock.end_cycle(f64::NAN)), (1 << 60, 1 << 60));
        clock.rewind();
        assert_eq!(clock.end_before(0).beat, Some(0.0));
    }
}
