//! A MIDI file that plays along with the score: its notes start and end notes, its controllers set the
//! state of the channels.
//!
//! All behaviour was measured on the reference: which instrument a channel plays, when a note is released,
//! that "all notes off" ends the notes of all channels, and that `-T` ends a render one k-cycle after the
//! end of the file.

use super::Performance;
use super::life::Start;
use crate::midi::{Message, MidiEvent, MidiFile};
use crate::options::MidiValue;
use orchestrion_base::event::PField;
use orchestrion_base::midi::MidiChannel;
use orchestrion_base::note::MidiNote;
use orchestrion_base::world::{Header, MessageKind};
use orchestrion_dsp::pitch;
use orchestrion_vm::code::Program;
use std::collections::BTreeMap;

/// How a MIDI file is played.
#[derive(Clone, Debug, Default)]
pub struct MidiSetup {
    /// What notes hand to p-fields: value and p-field number.
    pub map: Vec<(MidiValue, u32)>,
    /// Whether the performance ends with the file (`-T`).
    pub end: bool,
    /// Whether aftertouch starts at 0 instead of 127.
    pub aftertouch_zero: bool,
    /// Whether pedal, reset and all-notes-off are plain controllers.
    pub raw_controllers: bool,
}

/// A key that is down, or held by the pedal.
struct Sounding {
    channel: u8,
    key: u8,
    id: u32,
    serial: u64,
    /// The key is up; the pedal holds the note.
    pedal: bool,
}

/// What plays the file.
#[derive(Default)]
pub(super) struct Player {
    events: Vec<(u64, MidiEvent)>,
    next: usize,
    end: Option<u64>,
    /// k-cycle after the end of the file.
    last: u64,
    /// k-cycles of tempo changes, and beats per minute.
    tempos: Vec<(u64, f64)>,
    setup: MidiSetup,
    /// Instrument of each channel; 0 for none.
    channels: [u32; 16],
    /// Instrument that a channel's program chooses; 0 for none. Without an entry it is the program's number.
    programs: BTreeMap<(u8, u8), u32>,
    sounding: Vec<Sounding>,
    /// The registered parameter that each channel has chosen: coarse and fine part of its number.
    parameters: [(Option<u8>, Option<u8>); 16],
}

impl Player {
    /// Channels play the instrument of their number, or the lowest one there is.
    pub fn assign_defaults(&mut self, program: &Program) {
        let lowest = program.by_number.keys().copied().find(|&n| n > 0).unwrap_or(0);
        for (i, channel) in self.channels.iter_mut().enumerate() {
            let own = i as u32 + 1;
            *channel = if program.by_number.contains_key(&own) { own } else { lowest };
        }
    }

    /// Takes a file.
    pub fn set(&mut self, file: MidiFile, setup: MidiSetup, kr: f64) {
        // The nearest k-cycle, halves upward.
        let cycle = |time: f64| (time * kr + 0.5).clamp(0.0, 9e15) as u64;
        self.last = cycle(file.end) + 1;
        self.end = setup.end.then_some(self.last);
        self.tempos = file.tempos.into_iter().map(|(time, tempo)| (cycle(time), tempo)).collect();
        self.events = file.events.into_iter().map(|e| (cycle(e.time), e)).collect();
        self.setup = setup;
    }

    /// How the file is played.
    pub fn setup(&self) -> &MidiSetup {
        &self.setup
    }

    /// When the next event happens, or the file's end ends the performance.
    pub fn next_cycle(&self) -> Option<u64> {
        let event = self.events.get(self.next).map(|e| e.0);
        event.into_iter().chain(self.end).min()
    }

    /// Whether an event is due.
    pub fn is_due(&self, cycle: u64) -> bool {
        self.events.get(self.next).is_some_and(|e| e.0 <= cycle)
    }

    /// Tempo in beats per minute at a k-cycle, and whether the file still plays; `None` without a file.
    pub fn state(&self, cycle: u64) -> Option<(f64, bool)> {
        let begun = self.tempos.partition_point(|tempo| tempo.0 <= cycle);
        let tempo = self.tempos.get(begun.checked_sub(1)?)?.1;
        Some((tempo, cycle < self.last))
    }

    /// When [`Player::state`] next changes after a k-cycle.
    pub fn next_change(&self, cycle: u64) -> Option<u64> {
        let tempos = self.tempos.iter().map(|tempo| tempo.0);
        tempos.chain([self.last]).filter(|change| *change > cycle).min()
    }

    /// Plays the file from its start.
    pub fn rewind(&mut self) {
        self.next = 0;
        self.sounding.clear();
    }

    /// Whether the performance is over (`-T`).
    pub fn is_over(&self, cycle: u64) -> bool {
        self.end.is_some_and(|end| end <= cycle)
    }

    /// `massign`: channel from 0, or -1 for all.
    pub fn assign(&mut self, channel: i32, instrument: u32) {
        match usize::try_from(channel) {
            Ok(n) => self.channels[n.min(15)] = instrument,
            Err(_) => self.channels.fill(instrument),
        }
    }

    /// `pgmassign`: program and channel from 0, or -1 for all.
    pub fn assign_program(&mut self, program: i32, channel: i32, instrument: u32) {
        let range = |n: i32, count: u8| match u8::try_from(n) {
            Ok(n) => n..n.saturating_add(1),
            Err(_) => 0..count,
        };
        for c in range(channel, 16) {
            for p in range(program, 128) {
                self.programs.insert((c, p), instrument);
            }
        }
    }

    /// p-fields of a note, p1 first.
    fn fields(&self, p1: u32, time: f64, note: MidiNote, h: &Header, pset: &[f64]) -> Vec<PField> {
        // A default of `pset` for p3 is seen by the instrument; the note is held all the same (measured).
        let mut p = vec![f64::from(p1), time, pset.get(2).copied().unwrap_or(-1.0)];
        let octave = f64::from(note.key) / 12.0 + 3.0;
        let velocity = f64::from(note.velocity);
        for &(value, field) in &self.setup.map {
            let field = (field as usize).clamp(1, 1000);
            p.resize(p.len().max(field), 0.0);
            p[field - 1] = match value {
                MidiValue::Key => f64::from(note.key),
                MidiValue::KeyCps => pitch::cpsoct(octave, h.a4),
                MidiValue::KeyOct => octave,
                MidiValue::KeyPch => octave.trunc() + octave.fract() * 0.12,
                MidiValue::Velocity => velocity,
                // Measured on the reference at velocities 20 to 127.
                MidiValue::VelocityAmp => velocity * velocity / 16239.0 * h.zero_dbfs,
            };
        }
        p.into_iter().map(PField::Num).collect()
    }
}

const DATA_ENTRY: u8 = 6;
const PEDAL: u8 = 64;
const RESET: u8 = 121;
const ALL_NOTES_OFF: u8 = 123;

impl Performance {
    /// Plays the next event of the MIDI file.
    pub(super) fn play_midi(&mut self) {
        let Some(&(_, event)) = self.midi.events.get(self.midi.next) else { return };
        self.midi.next += 1;
        let message = event.message;
        self.world.midi.received.push(message);
        let channel = message.channel();
        if message.is_note_on() {
            self.midi_note_on(channel, message);
            return;
        }
        if message.is_note_off() {
            self.midi_note_off(channel, message.data1);
            return;
        }
        match message.status & 0xf0 {
            0xa0 => {
                let key = usize::from(message.data1 & 127);
                self.midi_channel(channel).key_pressure[key] = f64::from(message.data2);
            }
            0xb0 => self.midi_controller(channel, message.data1, message.data2),
            0xc0 => self.midi_program(channel, message.data1),
            0xd0 => self.midi_channel(channel).pressure = f64::from(message.data1),
            0xe0 => {
                let bend = f64::from(message.data2) * 128.0 + f64::from(message.data1) - 8192.0;
                self.midi_channel(channel).bend = bend / 8192.0;
            }
            _ => {}
        }
    }

    fn midi_channel(&mut self, channel: u8) -> &mut MidiChannel {
        &mut self.world.midi.channels[usize::from(channel & 15)]
    }

    fn midi_note_on(&mut self, channel: u8, message: Message) {
        let number = self.midi.channels[usize::from(channel & 15)];
        if number == 0 || self.is_advancing() {
            return;
        }
        let (key, velocity) = (message.data1, message.data2);
        let h = self.world.header;
        let midi = MidiNote { channel, key, velocity };
        let time = (self.cycle - self.world.section_start) as f64 / h.kr;
        if self.midi.sounding.iter().any(|s| s.channel == channel && s.key == key && !s.pedal) {
            self.world.warn(format!("MIDI note overlaps with key {key} on same channel"));
        }
        let code = self.program.by_number.get(&number).and_then(|&code| self.program.codes.get(code));
        let pset = code.map_or(&[][..], |code| &code.pset[..]);
        let fields = self.midi.fields(number, time, midi, &h, pset);
        let p1 = f64::from(number);
        let start = Start { number, p1, time, fields: &fields, midi: Some(midi), queued: false };
        if let Some(id) = self.start_note(&start)
            && let Some(a) = self.notes.get(id)
        {
            self.midi.sounding.push(Sounding { channel, key, id, serial: a.serial, pedal: false });
        }
    }

    /// The oldest note of this key that is down is released, or left to the pedal.
    fn midi_note_off(&mut self, channel: u8, key: u8) {
        let down = |s: &Sounding| s.channel == channel && s.key == key && !s.pedal;
        let Some(at) = self.midi.sounding.iter().position(down) else { return };
        if !self.midi.setup.raw_controllers && self.is_pedal_down(channel) {
            self.midi.sounding[at].pedal = true;
        } else {
            let note = self.midi.sounding.remove(at);
            self.midi_release(&note);
        }
    }

    fn is_pedal_down(&mut self, channel: u8) -> bool {
        self.midi_channel(channel).controllers[usize::from(PEDAL)] >= 64.0
    }

    fn midi_release(&mut self, note: &Sounding) {
        let alive =
            |a: &super::notes::Active| a.serial == note.serial && !a.done && !a.instance.note.releasing.get();
        if self.notes.get(note.id).is_some_and(alive) {
            self.release(note.id, self.cycle);
        }
    }

    /// Releases the notes that `chosen` picks.
    fn midi_release_all(&mut self, chosen: impl Fn(&Sounding) -> bool) {
        let all = std::mem::take(&mut self.midi.sounding);
        let (gone, kept) = all.into_iter().partition(chosen);
        self.midi.sounding = kept;
        let gone: Vec<Sounding> = gone;
        gone.iter().for_each(|note| self.midi_release(note));
    }

    fn midi_controller(&mut self, channel: u8, number: u8, value: u8) {
        let raw = self.midi.setup.raw_controllers;
        match number {
            RESET if !raw => self.midi_channel(channel).reset(false),
            ALL_NOTES_OFF if !raw => self.midi_release_all(|_| true),
            _ => {
                self.midi_parameter(channel, number, value);
                self.midi_channel(channel).controllers[usize::from(number & 127)] = f64::from(value);
                if number == PEDAL && !raw && value < 64 {
                    self.midi_release_all(|s| s.channel == channel && s.pedal);
                }
            }
        }
    }

    /// Registered parameter 0 is the range of the pitch bend; the others change nothing.
    fn midi_parameter(&mut self, channel: u8, number: u8, value: u8) {
        let chosen = &mut self.midi.parameters[usize::from(channel & 15)];
        match number {
            101 => chosen.0 = Some(value),
            100 => chosen.1 = Some(value),
            // A non-registered parameter takes its place.
            98 | 99 => *chosen = (None, None),
            DATA_ENTRY if *chosen == (Some(0), Some(0)) => {
                self.midi_channel(channel).bend_range = f64::from(value);
            }
            _ => {}
        }
    }

    fn midi_program(&mut self, channel: u8, program: u8) {
        self.midi_channel(channel).program = i32::from(program);
        let own = u32::from(program) + 1;
        let number = self.midi.programs.get(&(channel, program)).copied().unwrap_or(own);
        if number > 0 && self.program.by_number.contains_key(&number) {
            self.midi.channels[usize::from(channel & 15)] = number;
            let text = format!("midi channel {} now using instr {number}\n", channel + 1);
            self.world.say(MessageKind::Info, text);
        }
    }
}
