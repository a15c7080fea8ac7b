//! MIDI notes by name.

use bstr::BString;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{OpDef, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::pitch;

use crate::step::{Step, at_both, at_init};

const NAME: &str = "octave, letter, # or b, then cents: 4A, 4C#, 8A-31, 7Bb+30; + or - alone is 50";

/// Definition of `ntom`.
pub static NTOM: OpDef = OpDef::new("ntom", "Note name to MIDI note.")
    .sigs(&[sig("i", "S", at_init::<NameNote>()), sig("k", "S", at_both::<NameNote>())])
    .outs(&[port("note", "MIDI note with fraction")])
    .ins(&[port("Snote", NAME)])
    .may_fail()
    .source("Manual: ntom");

/// Definition of `ntof`.
pub static NTOF: OpDef = OpDef::new("ntof", "Note name to frequency.")
    .sigs(&[sig("i", "S", at_init::<NameCps>()), sig("k", "S", at_both::<NameCps>())])
    .outs(&[port("cps", "Hz")])
    .ins(&[port("Snote", NAME)])
    .may_fail()
    .source("Manual: ntof");

/// Definition of `mton`.
pub static MTON: OpDef = OpDef::new("mton", "MIDI note to note name.")
    .sigs(&[sig("S", "i", at_init::<NoteName>()), sig("S", "k", at_both::<NoteName>())])
    .outs(&[port("Snote", NAME)])
    .ins(&[port("note", "MIDI note with fraction")])
    .source("Manual: mton");

struct NameNote;

impl Step for NameNote {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let note = note_of(&io.str(0)).ok_or_else(|| bad_name(io))?;
        io.set(0, note);
        Ok(())
    }
}

struct NameCps;

impl Step for NameCps {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let note = note_of(&io.str(0)).ok_or_else(|| bad_name(io))?;
        io.set(0, pitch::mtof(note, world.header.a4));
        Ok(())
    }
}

struct NoteName;

impl Step for NoteName {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        io.set_str(0, &name_of(io.k(0)));
        Ok(())
    }
}

fn bad_name(io: &Io<'_>) -> OpError {
    OpError::new(format!("\"{}\" is no note name such as 4A, 4C# or 7Bb+30", io.text(0)))
}

/// Semitone above C of the letters A to G.
const LETTERS: [i32; 7] = [9, 11, 0, 2, 4, 5, 7];

fn digit(c: u8) -> i32 {
    i32::from(c) - i32::from(b'0')
}

fn note_of(name: &[u8]) -> Option<f64> {
    let [octave, letter, rest @ ..] = name else { return None };
    let semitone = LETTERS.get(usize::from(letter.checked_sub(b'A')?))?;
    let (shift, rest) = match rest {
        [b'#', rest @ ..] => (1, rest),
        [b'b', rest @ ..] => (-1, rest),
        _ => (0, rest),
    };
    let cents = match rest {
        [] => 0,
        [_] => 50,
        [_, ones] => digit(*ones),
        [_, tens, ones] => 10 * digit(*tens) + digit(*ones),
        _ => return None,
    };
    let cents = if rest.first() == Some(&b'+') { cents } else { -cents };
    Some(f64::from((digit(*octave) + 1) * 12 + semitone + shift) + f64::from(cents) / 100.0)
}

/// Names of the semitones as the reference spells them.
const NAMES: [&str; 12] = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "Bb", "B"];

fn name_of(note: f64) -> BString {
    let mut octave = (note / 12.0 - 1.0) as i32;
    let mut semitone = (note as i32).rem_euclid(12);
    let mut cents = ((note - note.floor()) * 100.0).round() as i32;
    let sign = match cents {
        0 => "",
        1..=50 => "+",
        _ => {
            cents = 100 - cents;
            semitone = (semitone + 1) % 12;
            octave = octave.saturating_add(i32::from(semitone == 0));
            "-"
        }
    };
    let cents = if cents == 0 && sign.is_empty() || cents == 50 { String::new() } else { cents.to_string() };
    format!("{octave}{}{sign}{cents}", NAMES[semitone as usize]).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_there_and_back() {
        for (name, note) in [("4A", 69.0), ("4C#", 61.0), ("8A-31", 116.69), ("7Bb+30", 106.3), ("4D+", 62.5)]
        {
            assert_eq!(note_of(name.as_bytes()), Some(note), "{name}");
            assert_eq!(name_of(note), name);
        }
        assert_eq!(
            (name_of(59.75), note_of(b"4H"), note_of(b""), note_of(b"4A+123")),
            ("4C-25".into(), None, None, None)
        );
        assert_eq!(name_of(0.0), "-1C");
    }
}
