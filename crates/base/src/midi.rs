//! State of the MIDI channels: what controllers, bends and pressures last said.
//!
//! The engine's MIDI player keeps it up to date; opcodes read it. Values at the start are those of the
//! reference (its source says so: volume and expression 127, balance and pan 64, pressure 127).

/// One of sixteen MIDI channels.
#[derive(Clone, Debug, PartialEq)]
pub struct MidiChannel {
    /// Controllers, 0 to 127; opcodes may set fractions.
    pub controllers: [f64; 128],
    /// Channel pressure, 0 to 127.
    pub pressure: f64,
    /// Key pressures, 0 to 127.
    pub key_pressure: [f64; 128],
    /// Pitch bend, -1 to 1.
    pub bend: f64,
    /// Range of the pitch bend in semitones.
    pub bend_range: f64,
    /// Last program, from 0; -1 before the first.
    pub program: i32,
}

impl Default for MidiChannel {
    fn default() -> Self {
        let mut channel = Self {
            controllers: [0.0; 128],
            pressure: 127.0,
            key_pressure: [127.0; 128],
            bend: 0.0,
            bend_range: 2.0,
            program: -1,
        };
        channel.reset(false);
        channel
    }
}

impl MidiChannel {
    /// What a reset of all controllers does: everything but the program returns to its start. With
    /// `raw` (option `--raw-controller-mode`) no controller is an exception from 0.
    pub fn reset(&mut self, raw: bool) {
        self.controllers[1..].fill(0.0);
        if raw {
            self.controllers[0] = 0.0;
        } else {
            for (number, value) in [(7, 127.0), (8, 64.0), (10, 64.0), (11, 127.0)] {
                self.controllers[number] = value;
            }
        }
        self.bend_range = 2.0;
        self.bend = 0.0;
        self.pressure = 127.0;
        self.key_pressure = [127.0; 128];
    }
}

/// All MIDI channels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MidiState {
    /// Channels, from 0.
    pub channels: [MidiChannel; 16],
    /// All messages that have come in so far.
    pub received: Vec<MidiMessage>,
    /// Tempo of the MIDI file in beats per minute; `None` without a file.
    pub tempo: Option<f64>,
    /// Whether the MIDI file still plays.
    pub playing: bool,
}

/// A channel message. A note-on with velocity 0 stays what it is; it means note-off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MidiMessage {
    /// Kind of message in the upper four bits (0x80 note off ... 0xE0 pitch bend), channel from 0 in
    /// the lower ones.
    pub status: u8,
    /// First data byte, 0..127.
    pub data1: u8,
    /// Second data byte, 0..127; 0 for messages that have one.
    pub data2: u8,
}

impl MidiMessage {
    /// Channel, 0..15.
    pub fn channel(self) -> u8 {
        self.status & 0x0f
    }

    /// Kind of message: the upper four bits of the status.
    pub fn kind(self) -> u8 {
        self.status & 0xf0
    }

    /// Whether this starts a note.
    pub fn is_note_on(self) -> bool {
        self.status & 0xf0 == 0x90 && self.data2 > 0
    }

    /// Whether this ends a note.
    pub fn is_note_off(self) -> bool {
        self.status & 0xf0 == 0x80 || (self.status & 0xf0 == 0x90 && self.data2 == 0)
    }
}
