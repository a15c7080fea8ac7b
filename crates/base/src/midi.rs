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
}
