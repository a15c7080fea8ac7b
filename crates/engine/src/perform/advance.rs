//! Time that goes on without sound: the score's `a`, `setscorepos` and the flag `-+skip_seconds`.
//!
//! The score goes on in the span: sections end and begin, held notes end, tables are made. Notes do not start.

use super::Performance;
use super::notes::resolve_p1;
use orchestrion_base::event::PField;

impl Performance {
    /// `a`: time goes on by p3 without sound (G8). Another within the span can only lengthen it (measured).
    pub(super) fn skip_time(&mut self, p: &[PField]) {
        let cycles = p.get(2).map_or(0.0, PField::num) * self.world.header.kr + 0.5;
        let until = self.cycle.saturating_add(cycles.clamp(0.0, 9e15) as u64);
        self.silent_until = self.silent_until.max(until);
    }

    /// Goes on within the span of an `a` statement: to what happens next there, or to its end.
    pub(super) fn advance_silently(&mut self) {
        let ending = self.notes.next_end().map(|off| off.cycle).filter(|cycle| *cycle > self.cycle);
        let next = self.next_event().into_iter().chain(ending);
        self.cycle = next.fold(self.silent_until, u64::min);
        self.happened = 0;
    }

    /// Whether the span of an `a` statement leaves a statement out: notes do not start there. Others have their
    /// effect, so that tables are made and held notes end, but for `d` (measured).
    pub(super) fn is_left_out(&self, letter: u8, p: &[PField]) -> bool {
        let ends_note = || p.first().and_then(|p1| resolve_p1(&self.program, p1)).is_some_and(|p1| p1 < 0.0);
        self.is_advancing() && (letter == b'd' || letter == b'i' && !ends_note())
    }

    /// Whether an `a` statement lets time go on without sound.
    pub(super) fn is_advancing(&self) -> bool {
        self.cycle < self.silent_until
    }
}
