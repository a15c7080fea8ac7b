//! What a running note knows about itself.

use crate::event::PField;
use crate::world::World;
use bstr::BString;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

/// MIDI data of a note that a MIDI event started.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MidiNote {
    /// Channel, 0 to 15.
    pub channel: u8,
    /// Key, 0 to 127.
    pub key: u8,
    /// Velocity, 1 to 127.
    pub velocity: u8,
}

/// State of one note (instrument instance), shared by all its opcodes.
///
/// p-fields p1 to p*n*, as far as the instrument's text names them, live in the frame's first cells;
/// what lies beyond is kept here.
#[derive(Debug, Default)]
pub struct Note {
    /// Number of the instrument.
    pub instrument: Cell<u32>,
    /// Last p-field the event gave (`pcount`).
    pub pcount: Cell<u32>,
    /// All p-fields as given, p1 at index 0; a string p-field is NaN here.
    pub given: RefCell<Vec<f64>>,
    /// String p-fields: number of the p-field and text.
    pub strings: RefCell<Vec<(u16, BString)>>,
    /// Extra time after the end, in k-cycles of the engine; opcodes raise it at init.
    pub extra_cycles: Cell<u32>,
    /// Whether the note is in its release phase.
    pub releasing: Cell<bool>,
    /// Length of the release phase in k-cycles of the engine, known once `releasing` is set.
    pub release_cycles: Cell<u32>,
    /// Whether this init pass belongs to a tied note.
    pub tied: Cell<bool>,
    /// Whether this init pass is a `reinit`.
    pub reinit: Cell<bool>,
    /// Set by `turnoff`: the note ends as soon as the machine sees it.
    pub turned_off: Cell<bool>,
    /// Set by `ihold`: the note goes on until something ends it.
    pub held: Cell<bool>,
    /// k-cycle of the engine in which the note was started.
    pub start_cycle: Cell<u64>,
    /// Tables to remove when the note is over (`ftgentmp`, `ftfree`); the engine does it.
    pub free_tables: RefCell<Vec<u32>>,
    /// What the engine does when the note is over, its release included.
    pub at_end: RefCell<Vec<AtEnd>>,
    /// Numbers that stay with the instance from note to note (`writescratch`).
    pub scratchpad: Cell<[f64; 4]>,
    /// Writers of sound files to release when the note is over; see [`crate::outfile::OutFiles`].
    pub writers: RefCell<Vec<usize>>,
    /// MIDI data, for notes that MIDI started.
    pub midi: Cell<Option<MidiNote>>,
    /// Number that tells this note from every other of the engine.
    pub serial: Cell<u64>,
    /// Delay lines that several opcodes of the note share. They stay with the instance when another note
    /// uses it.
    pub lines: RefCell<DelayLines>,
    /// How deep in calls of opcodes, `subinstr` and compiled texts it runs just now.
    pub depth: Cell<usize>,
}

/// Something to do when a note is over, however it ends.
#[derive(Clone, Debug)]
pub enum AtEnd {
    /// An `i` event: its p-fields from p1, p2 in seconds from the end of the note.
    Event(Vec<PField>),
    /// A call with a number, for what a family of opcodes shares.
    Call(fn(&mut World, f64), f64),
}

/// A unit's own action among those at the end of its note. However often the unit is initialised in one
/// note, the note has one action of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct EndAction {
    serial: u64,
    place: Option<usize>,
}

impl EndAction {
    /// Sets the action for this note.
    pub fn set(&mut self, note: &Note, action: AtEnd) {
        let mut actions = note.at_end.borrow_mut();
        if self.serial != note.serial.get() {
            *self = Self { serial: note.serial.get(), place: None };
        }
        match self.place.and_then(|at| actions.get_mut(at)) {
            Some(slot) => *slot = action,
            None => {
                self.place = Some(actions.len());
                actions.push(action);
            }
        }
    }

    /// Changes the action, if this note has it.
    pub fn change(&self, note: &Note, change: impl FnOnce(&mut AtEnd)) {
        let own = self.serial == note.serial.get();
        let mut actions = note.at_end.borrow_mut();
        if let Some(action) = self.place.filter(|_| own).and_then(|at| actions.get_mut(at)) {
            change(action);
        }
    }
}

/// A delay line that `delayr` reads, `deltap` and its relatives tap, and `delayw` writes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SharedLine {
    /// The samples, a ring.
    pub samples: Vec<f64>,
    /// Where the next sample goes; the oldest one is there.
    pub at: usize,
}

/// The delay lines of an instance.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DelayLines {
    /// All lines; opcodes keep their index.
    pub lines: Vec<SharedLine>,
    /// Lines that were opened during this init pass and wait for the opcode that writes them, oldest
    /// first.
    pub open: VecDeque<usize>,
    /// The note that `open` belongs to.
    pub serial: u64,
}

impl Note {
    /// Raises the extra time to at least `cycles` k-cycles.
    pub fn ask_extra_cycles(&self, cycles: u32) {
        self.extra_cycles.set(self.extra_cycles.get().max(cycles));
    }

    /// Text of string p-field `p`, if it is one.
    pub fn string(&self, p: u16) -> Option<BString> {
        self.strings.borrow().iter().find(|(n, _)| *n == p).map(|(_, s)| s.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_has_one_action_a_note_however_often_it_is_initialised() {
        let event = |x: f64| AtEnd::Event(vec![PField::Num(x)]);
        let p1 = |note: &Note| match note.at_end.borrow()[..] {
            [AtEnd::Event(ref p)] => p[0].num(),
            _ => f64::NAN,
        };
        let (first, second) = (Note::default(), Note::default());
        first.serial.set(1);
        second.serial.set(2);
        let mut action = EndAction::default();
        action.set(&first, event(1.0));
        action.set(&first, event(2.0));
        assert_eq!(p1(&first), 2.0);
        action.set(&second, event(3.0));
        action.change(&first, |_| panic!("it belongs to the other note now"));
        action.change(&second, |action| *action = event(4.0));
        assert_eq!((p1(&first), p1(&second)), (2.0, 4.0));
    }
}
