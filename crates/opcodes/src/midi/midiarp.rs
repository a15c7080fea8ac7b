//! `midiarp`: the keys that are held, one after the other.

use super::messages::Inbox;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::random::LibcRandom;
use orchestrion_base::world::World;

/// Definition of `midiarp`.
pub static MIDIARP: OpDef = OpDef::new("midiarp", "Arpeggio of the MIDI keys that are held.")
    .sigs(&[sig("kk", "kO", Make::Unit(unit::<Midiarp>))])
    .outs(&[
        port("kMidiNoteNum", "key number of the present note, 0 to 127; stays until the next note"),
        port("kTrigger", "1 in the k-cycle in which a note begins, else 0"),
    ])
    .ins(&[
        port("kRate", "notes in a second"),
        port("kMode", "0 up and down, 1 up, 2 down, 3 at random; otherwise the note stays; default 0"),
    ])
    .reads(Res::MIDI)
    .source("Manual: midiarp (R. Walsh); order of the notes measured on the reference")
    .differences(&[
        "the random order is the same in each render; the reference takes it from the clock",
        "a note-on with velocity 0 releases its key; the reference takes it for a key that is pressed",
        "without keys the trigger is 0; in the reference it stays what it was",
    ]);

/// Keys that are heeded at a time.
const KEYS: usize = 10;

/// Places of the sorted keys: those that are held are at the end.
#[derive(Default)]
struct Midiarp {
    inbox: Inbox,
    /// Keys as they came, 0 where there is none, and how many are held: -1 after the release of a key that was
    /// pressed before the note, with which it goes on (measured).
    keys: [u8; KEYS],
    held: i32,
    sorted: [u8; KEYS],
    /// Place of the next note, and whether the mode 0 goes up.
    place: i32,
    up: bool,
    phase: f64,
    /// The present note.
    key: f64,
    /// Whether the first note has begun.
    begun: bool,
    random: Option<LibcRandom>,
}

impl Midiarp {
    fn press(&mut self, key: u8) {
        self.keys[(self.held.max(0) as usize).min(KEYS - 1)] = key;
        self.held = (self.held + 1).min(KEYS as i32);
        self.sort();
    }

    fn lift(&mut self, key: u8) {
        for held in self.keys.iter_mut().filter(|held| **held == key) {
            *held = 0;
        }
        self.held = if self.held < 0 { 0 } else { self.held - 1 };
        self.sort();
    }

    fn sort(&mut self) {
        self.sorted = self.keys;
        self.sorted.sort_unstable();
    }

    /// Whether a note begins in this k-cycle.
    fn ticks(&mut self, step: f64) -> bool {
        if self.phase == 0.0 && !self.begun {
            self.begun = true;
            return true;
        }
        self.phase += step;
        let tick = self.phase >= 1.0;
        if tick {
            self.phase -= 1.0;
            self.begun = true;
        }
        tick
    }

    /// Goes to the place of the note after the present one.
    fn go_on(&mut self, mode: i32) {
        let (first, last) = (KEYS as i32 - self.held, KEYS as i32 - 1);
        let above = if self.place < last { self.place + 1 } else { first };
        match mode {
            0 if self.up => {
                self.place = above;
                self.up = self.place != last;
            }
            0 => {
                self.place = if self.place >= first { self.place - 1 } else { last };
                self.up = self.place == first;
            }
            1 => self.place = above,
            2 => self.place = if self.place > first { self.place - 1 } else { last },
            3 => {
                let part = self.random.as_mut().map_or(0, |random| random.draw() % 100);
                self.place = last - part as i32 * self.held / 100;
            }
            _ => {}
        }
    }
}

impl Ugen for Midiarp {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        *self = Self {
            place: KEYS as i32 - 1,
            up: true,
            phase: self.phase,
            key: self.key,
            random: Some(LibcRandom::default()),
            ..Self::default()
        };
        self.inbox.open(cx.world);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        if let Some(message) = self.inbox.take(world) {
            if message.is_note_on() {
                self.press(message.data1);
            } else if message.is_note_off() {
                self.lift(message.data1);
            }
        }
        let tick = self.held != 0 && self.ticks(io.k(0) * (1.0 / io.clock.kr));
        io.set(1, f64::from(u8::from(tick)));
        if tick {
            let key = usize::try_from(self.place).ok().and_then(|place| self.sorted.get(place));
            if let Some(&key) = key.filter(|key| **key != 0) {
                self.key = f64::from(key);
            }
            self.go_on(io.k(1) as i32);
        }
        io.set(0, self.key);
        Ok(())
    }
}
