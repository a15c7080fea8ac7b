//! MIDI files: what is played, and when.
//!
//! Read with `midly`. Events of all tracks are merged by tick; events of one tick keep the order
//! of the tracks, then of the file, as the reference performs them (measured with two and three
//! tracks; tempo changes count for all tracks wherever they stand). The reference starts a note in
//! the control cycle nearest to its time, halves upward (measured: 64, 65, 66 ms at kr = 100).

pub use orchestrion_base::midi::MidiMessage as Message;

use midly::{MetaMessage, Smf, Timing, TrackEventKind};

/// A channel message at its time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MidiEvent {
    /// Seconds from the start of the file.
    pub time: f64,
    /// What happens.
    pub message: Message,
}

/// A MIDI file, ready to be played.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MidiFile {
    /// Channel messages in the order they are performed.
    pub events: Vec<MidiEvent>,
    /// Tempo changes: seconds and beats per minute.
    pub tempos: Vec<(f64, f64)>,
    /// Seconds at which the last track ends.
    pub end: f64,
}

/// Why a MIDI file cannot be played.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MidiError {
    /// The bytes are no MIDI file.
    #[error("not a MIDI file: {0}")]
    Damaged(String),
    /// Format 2, independent sequences, which the reference refuses too.
    #[error("MIDI file format 2 is not supported")]
    Format2,
    /// No time passes.
    #[error("the MIDI file has a time division of 0")]
    NoDivision,
}

/// Microseconds per quarter note before the first tempo change (Standard MIDI Files 1.0).
const DEFAULT_TEMPO: u32 = 500_000;

/// What stands at one tick of one track.
enum Item {
    Message(Message),
    /// Microseconds per quarter note.
    Tempo(u32),
}

/// Reads a file of format 0 or 1. `mute` has one `0` or `1` per track; the events of tracks with a
/// `1` are left out, their tempo changes are not (`-+mute_tracks`).
pub fn read(bytes: &[u8], mute: &str) -> Result<MidiFile, MidiError> {
    // Midly negates this byte of every header in eight bits; -128 frames per second are no rate anyway.
    if bytes.windows(13).any(|w| w.starts_with(b"MThd") && w[12] == 0x80) {
        return Err(MidiError::NoDivision);
    }
    let file = Smf::parse(bytes).map_err(|e| MidiError::Damaged(e.to_string()))?;
    if file.header.format == midly::Format::Sequential {
        return Err(MidiError::Format2);
    }
    let clock = Clock::new(file.header.timing)?;
    let mut items: Vec<(u64, Item)> = Vec::new();
    let mut last = 0;
    for (i, track) in file.tracks.iter().enumerate() {
        let muted = mute.as_bytes().get(i) == Some(&b'1');
        let mut tick = 0u64;
        for event in track {
            tick += u64::from(event.delta.as_int());
            if let Some(item) = item(&event.kind)
                && !(muted && matches!(item, Item::Message(_)))
            {
                items.push((tick, item));
            }
        }
        last = last.max(tick);
    }
    // A stable sort keeps the order of tracks within a tick.
    items.sort_by_key(|&(tick, _)| tick);
    Ok(play(&items, last, clock))
}

fn play(items: &[(u64, Item)], last: u64, mut clock: Clock) -> MidiFile {
    let mut events = Vec::new();
    let mut tempos = vec![(0.0, beats_per_minute(DEFAULT_TEMPO))];
    for (tick, item) in items {
        let time = clock.advance(*tick);
        match *item {
            Item::Message(message) => events.push(MidiEvent { time, message }),
            Item::Tempo(tempo) => {
                clock.set_tempo(tempo);
                tempos.push((time, beats_per_minute(tempo)));
            }
        }
    }
    MidiFile { events, tempos, end: clock.advance(last) }
}

fn beats_per_minute(microseconds: u32) -> f64 {
    60e6 / f64::from(microseconds.max(1))
}

fn item(kind: &TrackEventKind<'_>) -> Option<Item> {
    match *kind {
        TrackEventKind::Midi { channel, message } => {
            use midly::MidiMessage::*;
            let (status, data1, data2) = match message {
                NoteOff { key, vel } => (0x80, key.as_int(), vel.as_int()),
                NoteOn { key, vel } => (0x90, key.as_int(), vel.as_int()),
                Aftertouch { key, vel } => (0xa0, key.as_int(), vel.as_int()),
                Controller { controller, value } => (0xb0, controller.as_int(), value.as_int()),
                ProgramChange { program } => (0xc0, program.as_int(), 0),
                ChannelAftertouch { vel } => (0xd0, vel.as_int(), 0),
                PitchBend { bend } => {
                    let bend = bend.0.as_int();
                    (0xe0, (bend & 0x7f) as u8, (bend >> 7) as u8)
                }
            };
            Some(Item::Message(Message { status: status | channel.as_int(), data1, data2 }))
        }
        TrackEventKind::Meta(MetaMessage::Tempo(tempo)) => Some(Item::Tempo(tempo.as_int())),
        _ => None,
    }
}

/// Ticks into seconds.
struct Clock {
    /// Ticks per quarter note; 0 if ticks are fractions of a second.
    division: f64,
    /// Seconds of one tick at the current tempo.
    tick_seconds: f64,
    tick: u64,
    seconds: f64,
}

impl Clock {
    fn new(timing: Timing) -> Result<Self, MidiError> {
        let mut clock = Self { division: 0.0, tick_seconds: 0.0, tick: 0, seconds: 0.0 };
        match timing {
            Timing::Metrical(division) if division.as_int() > 0 => {
                clock.division = f64::from(division.as_int());
                clock.set_tempo(DEFAULT_TEMPO);
            }
            Timing::Timecode(fps, parts) if parts > 0 => {
                // 29 means 29.97; measured on the reference to a millisecond per second.
                let fps = if fps.as_int() == 29 { 29.97 } else { f64::from(fps.as_int()) };
                clock.tick_seconds = 1.0 / (fps * f64::from(parts));
            }
            _ => return Err(MidiError::NoDivision),
        }
        Ok(clock)
    }

    fn advance(&mut self, tick: u64) -> f64 {
        self.seconds += (tick - self.tick) as f64 * self.tick_seconds;
        self.tick = tick;
        self.seconds
    }

    fn set_tempo(&mut self, microseconds: u32) {
        if self.division > 0.0 {
            self.tick_seconds = f64::from(microseconds) / (1e6 * self.division);
        }
    }
}

#[cfg(test)]
#[path = "midi_tests.rs"]
mod tests;
