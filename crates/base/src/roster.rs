//! The notes that play, as opcodes of other notes may see them.

use std::collections::{BTreeMap, BTreeSet};

/// A note that plays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlayingNote {
    /// p1 with its fraction.
    pub p1: f64,
    /// Its p-fields, p1 first.
    pub fields: Vec<f64>,
}

/// The notes that play, by serial number. The engine keeps it; it stays empty unless [`Roster::kept`].
#[derive(Clone, Debug, Default)]
pub struct Roster {
    /// Whether it is kept.
    pub kept: bool,
    notes: BTreeMap<u64, PlayingNote>,
}

impl Roster {
    /// Notes what is known of a note.
    pub fn enter(&mut self, serial: u64, note: PlayingNote) {
        if self.kept {
            self.notes.insert(serial, note);
        }
    }

    /// Forgets a note.
    pub fn leave(&mut self, serial: u64) {
        if self.kept {
            self.notes.remove(&serial);
        }
    }

    /// Sets p-field `n` (from 1) of a note that has it.
    pub fn set(&mut self, serial: u64, n: u16, value: f64) {
        let field = self.notes.get_mut(&serial).and_then(|note| note.fields.get_mut(usize::from(n) - 1));
        if let Some(field) = field {
            *field = value;
        }
    }

    /// The note with this serial number.
    pub fn get(&self, serial: u64) -> Option<&PlayingNote> {
        self.notes.get(&serial)
    }

    /// Serial number of the oldest note of an instrument; with a fraction in `p1` of the note with exactly
    /// this p1.
    pub fn oldest(&self, p1: f64) -> Option<u64> {
        let fits = |note: &PlayingNote| if is_exact(p1) { note.p1 == p1 } else { note.p1.trunc() == p1 };
        self.notes.iter().find(|(_, note)| fits(note)).map(|(serial, _)| *serial)
    }

    /// The fractions of p1 that notes of an instrument have, as multiples of `1 / parts`.
    pub fn fractions(&self, number: f64, parts: f64) -> BTreeSet<u32> {
        let own = self.notes.values().filter(|note| note.p1.trunc() == number);
        own.map(|note| (note.p1.fract() * parts).round() as u32).filter(|&n| n > 0).collect()
    }
}

/// Whether p1 means one note, not all notes of an instrument.
pub fn is_exact(p1: f64) -> bool {
    p1 != p1.trunc()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_finds_the_oldest_note_and_a_fraction_the_very_note() {
        let mut roster = Roster { kept: true, ..Roster::default() };
        let note = |p1: f64| PlayingNote { p1, fields: vec![p1, 0.0, 1.0] };
        roster.enter(7, note(3.5));
        roster.enter(5, note(3.25));
        assert_eq!((roster.oldest(3.0), roster.oldest(3.5), roster.oldest(3.1)), (Some(5), Some(7), None));
        roster.set(7, 3, 2.0);
        roster.set(7, 4, 2.0);
        assert_eq!(roster.get(7).map(|n| n.fields.clone()), Some(vec![3.5, 0.0, 2.0]));
        roster.leave(5);
        roster.enter(8, note(3.0));
        assert_eq!(roster.fractions(3.0, 100.0), BTreeSet::from([50]));
    }
}
