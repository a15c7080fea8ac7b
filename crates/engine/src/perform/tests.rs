//! Lengths, turning off, exact starts, MIDI: what was measured on the reference, in the smallest pieces.

mod scheduling;

use super::*;
use crate::flags::{FlagSource, parse};
use crate::host::MemoryHost;
use crate::midi::{Message, MidiEvent};
use crate::options::MidiValue;
use crate::piece::compile_text;
use bstr::ByteSlice;
use orchestrion_base::event::Command;
use orchestrion_base::limits::Limit;
use orchestrion_base::world::Message as Said;

const ORCHESTRA: &str = "
sr = 1000
ksmps = 10
nchnls = 1
0dbfs = 1
instr 1
 a1 = p4
 out a1
endin
instr 2
 k1 init 0
 k1 += 1
 if k1 == 3 then
  turnoff
 endif
endin
instr 3
 xtratim .02
 a1 = 1
 out a1
endin
instr 4
 k1 init 0
 k1 += 1
 if k1 == 2 then
  turnoff2 3, 0, 1
 endif
endin
instr 5
 schedule 1, .006, .0101, 5
endin
instr 16
 k1 cpsmidib
 a1 = k1
 out a1
endin
instr Bell
 a1 = p1
 out a1
endin
";

fn piece(score: &str, options: &str) -> Performance {
    performance(ORCHESTRA, score, options)
}

fn performance(orchestra: &str, score: &str, options: &str) -> Performance {
    prepared(orchestra, score, options, Manner::Fast)
}

fn prepared(orchestra: &str, score: &str, options: &str, manner: Manner) -> Performance {
    let text = format!(
        "<CsoundSynthesizer>\n<CsOptions>\n{options}\n</CsOptions>\n<CsInstruments>\n{orchestra}\
         </CsInstruments>\n<CsScore>\n{score}\n</CsScore>\n</CsoundSynthesizer>\n"
    );
    let (flags, _) = parse(&[], FlagSource::CommandLine);
    let compiled =
        compile_text("t.csd", &text, &MemoryHost::default(), flags, orchestrion_opcodes::registry());
    let piece = compiled.piece.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    let setup = Setup {
        sample_accurate: piece.options.sample_accurate,
        init_only: piece.options.init_only,
        manner,
        ..Setup::default()
    };
    Performance::new(piece, setup).unwrap_or_else(|_| panic!("instrument 0 failed"))
}

fn run(mut p: Performance) -> (Vec<f64>, Vec<Said>) {
    let mut sound = Vec::new();
    while let Some(block) = p.step() {
        sound.extend(block.spout[..block.frames].iter().map(Cell::get));
        assert!(sound.len() < 100_000, "the piece does not end");
    }
    (sound, p.take_messages())
}

/// Runs of equal samples: value and count.
fn runs(sound: &[f64]) -> Vec<(f64, usize)> {
    let mut runs: Vec<(f64, usize)> = Vec::new();
    for &x in sound {
        match runs.last_mut() {
            Some(last) if last.0 == x => last.1 += 1,
            _ => runs.push((x, 1)),
        }
    }
    runs
}

fn play(score: &str, options: &str) -> Vec<(f64, usize)> {
    runs(&run(piece(score, options)).0)
}

#[test]
fn a_note_that_ends_itself_still_lengthens_the_section() {
    assert_eq!(play("i2 0 .2", ""), [(0.0, 200)]);
    // The reference looks again at the next end: then nothing plays.
    assert_eq!(play("i2 0 .2\ni1 0 .05 1", ""), [(1.0, 50)]);
    assert_eq!(play("i2 0 .2\ni1 0 .02 1", ""), [(1.0, 20), (0.0, 180)]);
    assert_eq!(play("i2 0 .2\ni2 0 .3", ""), [(0.0, 200)]);
}

#[test]
fn a_release_asked_for_by_another_note_begins_with_the_next_cycle() {
    assert_eq!(play("i3 0 -1\ni4 0 .02", ""), [(1.0, 40)]);
}

#[test]
fn names_with_fractions_sort_by_number() {
    // Bell is instrument 6: after 1, which stands behind it.
    assert_eq!(play("i \"Bell.25\" 0 .01\ni1 0 .01 1", ""), [(7.25, 10)]);
    let (_, said) = run(piece("i \"Nobody\" 0 .01", ""));
    assert!(said.iter().any(|m| m.kind == MessageKind::Error && m.text.contains_str("Nobody")));
}

#[test]
fn notes_are_exact_to_the_sample_on_request() {
    let exact = "--sample-accurate";
    assert_eq!(play("i1 .0149 .0101 2", exact), [(0.0, 14), (2.0, 10), (0.0, 6)]);
    // A release has no exact end, but the start is exact.
    assert_eq!(play("i3 .014 .013", exact), [(0.0, 14), (1.0, 36)]);
    // Unlike in the reference, scheduled notes are exact, too.
    assert_eq!(play("i5 0 .03", exact), [(0.0, 6), (5.0, 10), (0.0, 14)]);
}

#[test]
fn in_beats_a_note_ends_with_half_a_cycle_left_and_the_section_does_not() {
    assert_eq!(play("i1 0 .1 1", "-t 240"), [(1.0, 20), (0.0, 10)]);
    assert_eq!(play("i1 0 .025 1", ""), [(1.0, 30)]);
}

#[test]
fn init_only_makes_no_sound() {
    let (sound, said) = run(piece("i1 0 1 1\ni1 5 1 1", "-I"));
    assert!(sound.is_empty());
    assert!(said.iter().any(|m| m.text.contains_str("new alloc for instr 1")));
}

fn midi(events: &[(f64, [u8; 3])], end: f64, setup: MidiSetup) -> Vec<(f64, usize)> {
    let mut p = piece("f0 .2", "");
    let event = |&(time, [status, data1, data2]): &(f64, [u8; 3])| MidiEvent {
        time,
        message: Message { status, data1, data2 },
    };
    p.set_midi(
        MidiFile { events: events.iter().map(event).collect(), tempos: vec![(0.0, 90.0)], end },
        setup,
    );
    runs(&run(p).0)
}

fn velocity_to_p4() -> MidiSetup {
    MidiSetup { map: vec![(MidiValue::Velocity, 4)], end: true, ..MidiSetup::default() }
}

#[test]
fn midi_notes_sound_until_the_key_goes_up() {
    let events = [(0.02, [0x90, 60, 3]), (0.05, [0x80, 60, 0]), (0.06, [0x90, 61, 2]), (0.07, [0x90, 61, 0])];
    // The render ends one cycle after the end of the file.
    assert_eq!(midi(&events, 0.1, velocity_to_p4()), [(0.0, 20), (3.0, 30), (0.0, 10), (2.0, 10), (0.0, 40)]);
}

#[test]
fn the_pedal_holds_notes_and_all_notes_off_ends_those_of_all_channels() {
    let pedal = [(0.0, [0xb0, 64, 127]), (0.01, [0x90, 60, 3]), (0.02, [0x80, 60, 0]), (0.04, [0xb0, 64, 0])];
    assert_eq!(midi(&pedal, 0.05, velocity_to_p4()), [(0.0, 10), (3.0, 30), (0.0, 20)]);
    let mut raw = velocity_to_p4();
    raw.raw_controllers = true;
    assert_eq!(midi(&pedal, 0.05, raw), [(0.0, 10), (3.0, 10), (0.0, 40)]);
    // Channel 10 has no instrument of its own and plays the lowest one.
    let off = [(0.0, [0x99, 60, 3]), (0.02, [0xb0, 123, 0])];
    assert_eq!(midi(&off, 0.03, velocity_to_p4()), [(3.0, 20), (0.0, 20)]);
}

#[test]
fn a_program_change_chooses_the_instrument_of_its_number() {
    // Program 5 counted from 0 is instrument 6, the bell.
    let events = [(0.0, [0xc0, 5, 0]), (0.01, [0x90, 60, 3]), (0.02, [0xc0, 90, 0]), (0.03, [0x80, 60, 0])];
    assert_eq!(midi(&events, 0.03, velocity_to_p4()), [(0.0, 10), (6.0, 20), (0.0, 10)]);
}

#[test]
fn registered_parameter_0_is_the_range_of_the_bend() {
    let with = |chosen: bool| {
        let mut events = vec![(0.0, [0xcf, 15, 0])];
        if chosen {
            events.extend([(0.0, [0xbf, 101, 0]), (0.0, [0xbf, 100, 0])]);
        }
        // An octave down, or two semitones.
        events.extend([(0.0, [0xbf, 6, 12]), (0.0, [0xef, 0, 0]), (0.0, [0x9f, 81, 9])]);
        midi(&events, 0.0, velocity_to_p4())[0].0
    };
    assert!((with(true) - 440.0).abs() < 0.1);
    // Data entry alone changes nothing in the reference.
    assert!((with(false) - 783.99).abs() < 0.1);
}

#[test]
fn reaching_a_limit_is_an_error_that_names_it() {
    let mut p = piece("i1 0 .02 1\ni1 0 .02 1\ni1 0 .02 1", "");
    p.world().limits.set(Limit::Instances, 2);
    let first = p.step().map(|block| block.spout[0].get());
    assert_eq!(first, Some(2.0));
    assert_eq!(p.errors(), 1);
    assert!(p.take_messages().iter().any(|m| m.text.contains_str("limit instances")));
}

/// Instruments that need no opcode of their own to be written to, read or ended.
const LIVE: &str = "
sr = 1000
ksmps = 10
nchnls = 1
0dbfs = 1
instr 1
 k1 = p4
 i1 = p4
 a1 = k1+i1*100
 out a1
endin
instr 2
 atstop 1, .01, .01, 7
 xtratim .02
 if p4 == 1 then
  k1 table p4, 99
 endif
endin
instr 3
 kx init 0
 kx += 1
 a1 = pread:k(1.5, 4, 0)
 out a1
endin
instr 4
 turnoff2 2, 0, 0
endin
";

fn live(score: &str) -> Performance {
    performance(LIVE, score, "")
}

#[test]
fn a_p_field_is_changed_for_what_reads_it_at_performance() {
    let mut p = live("i1 0 .04 1\ni1.5 .01 .03 2\ni3 0 .04");
    let set = |p1: f64, exact: bool, values: &[(u16, f64)]| Command::SetPFields {
        p1,
        exact,
        values: values.iter().copied().collect(),
    };
    let mut step = |commands: Vec<Command>| {
        p.world().commands.extend(commands);
        p.carry_out_commands();
        // No further than this k-cycle: the host has more to say.
        p.set_end(p.cycle() + 1);
        (p.step().map(|block| block.spout[0].get()), p.take_messages().len())
    };
    assert_eq!(step(vec![]).0, Some(101.0));
    assert_eq!(step(vec![]).0, Some(101.0 + 202.0 + 2.0));
    // An exact p1 is one note, a whole number all of them; what init has read stays.
    assert_eq!(step(vec![set(1.5, true, &[(4, 5.0)])]), (Some(101.0 + 205.0 + 5.0), 0));
    let (sound, said) = step(vec![set(1.0, false, &[(4, 3.0)]), set(1.5, true, &[(8, 1.0), (0, 1.0)])]);
    assert_eq!((sound, said), (Some(103.0 + 203.0 + 3.0), 1));
}

#[test]
fn a_note_at_the_end_comes_after_the_release_and_after_any_end() {
    let after = |score: &str| runs(&run(live(score)).0);
    // Two cycles, two of release, one of delay.
    assert_eq!(after("f0 .1\ni2 0 .02"), [(0.0, 50), (707.0, 10), (0.0, 40)]);
    // Killed in the second cycle by another note: over with that cycle.
    assert_eq!(after("f0 .1\ni2 0 .05\ni4 .01 .01"), [(0.0, 30), (707.0, 10), (0.0, 60)]);
    // An error of performance.
    assert_eq!(after("f0 .1\ni2 0 .02 1").len(), 3);
    // Init only: it must not keep the cycle from ending.
    assert_eq!(after("f0 .05\ni2 0 0"), [(0.0, 20), (707.0, 10), (0.0, 20)]);
    // The next note that uses the instance has actions of its own.
    assert_eq!(after("f0 .2\ni2 0 .01\ni2 .1 .01").iter().filter(|run| run.0 == 707.0).count(), 2);
}

/// Notes of 1 and 3 may run ahead; 2 starts notes, 4 writes a global, 5 ends itself.
const APART: &str = "
sr = 1000
ksmps = 10
nchnls = 1
nchnls_i = 1
0dbfs = 1
gk1 init 0
instr 1
 a1 in
 out a1
endin
instr 2
 k1 init 0
 k1 += 1
 if k1 % 7 == 3 then
  event \"i\", 3, 0, .02
 endif
endin
instr 3
 a1 = .1
 out a1
endin
instr 4
 gk1 += 1
 a1 = gk1 / 3
 out a1
endin
instr 5
 k1 init 0
 k1 += 1
 a1 in
 out a1 * .7
 if k1 == 13 then
  turnoff
 endif
endin
";

/// All samples of the first channel, and the number of blocks in which they came. The input is a ramp.
fn heard(mut p: Performance) -> (Vec<f64>, usize) {
    p.set_input((0..500).map(|n| f64::from(n) / 7.0).collect(), 1);
    let (mut sound, mut steps) = (Vec::new(), 0);
    while let Some(block) = p.step() {
        sound.extend(block.spout[..block.frames].iter().map(Cell::get));
        steps += 1;
    }
    (sound, steps)
}

#[test]
fn notes_that_go_cycle_by_cycle_do_not_hold_back_the_others() {
    let hear = |manner| heard(prepared(APART, "i1 0 .5\ni2 0 .5\ni4 0 .5\ni5 .03 .4", "", manner));
    let ((alone, cycles), (together, blocks)) = (hear(Manner::PerCycle), hear(Manner::Fast));
    assert_eq!(alone, together);
    assert!(cycles == 50 && blocks < 20, "{cycles} {blocks}");
}

/// Opcodes that fail in some k-cycle, alone and one behind the other; strings and arrays on the way.
const FAILING: &str = "
sr = 1000
ksmps = 10
nchnls = 1
0dbfs = 1
instr 1
 k1 init 0
 k1 += 1
 kArr[] fillarray 1, 2, 3, 4, 5, 6, 7
 a1 oscili .1, 100
 k2 = kArr[k1 % p4]
 k3 tab k1, 1
 k4 = (k2 - p5) ^ .5
 out a1 * k2 + k3 + k4
endin
";

#[test]
fn a_failure_within_a_block_loses_what_it_would_lose_cycle_by_cycle() {
    for (array, power) in [(100, -9.0), (7, -9.0), (7, 1.5), (5, 1.5)] {
        let score = format!("f1 0 8 2 .1 .2 .3 .4 .5 .6 .7 .8\ni1 0 .2 {array} {power}\ni1 .05 .2 7 -9");
        let ((alone, cycles), (together, blocks)) = (
            heard(prepared(FAILING, &score, "", Manner::PerCycle)),
            heard(prepared(FAILING, &score, "", Manner::Fast)),
        );
        assert_eq!(alone, together, "{score}");
        assert!(cycles >= 20 && blocks < 8, "{cycles} {blocks}");
        assert!(alone[5] != 0.0 && alone[199] == 0.0, "it fails, but not at once: {alone:?}");
    }
}

/// Control variables that opcodes write now and then, or that several write.
const KEPT: &str = "
sr = 1000
ksmps = 10
nchnls = 4
0dbfs = 1
instr 1
 k1 line 0, .3, 1
 k1 port k1, .05
 k2 = k1 * 3
 k2 metrobpm 900, 0, .4
 k3 metrobpm 1400, 0, .5
 k4 metrobpm 700, 0, .3
 k4 = k4 + k1
 outch 1, a(k1), 2, a(k2), 3, a(k3), 4, a(k4)
endin
";

#[test]
fn a_control_value_that_is_not_written_stays_what_it_was() {
    let hear = |manner| {
        let mut p = prepared(KEPT, "i1 0 .3", "", manner);
        let mut sound = Vec::new();
        while let Some(block) = p.step() {
            block.interleave(&mut sound, 4, 1.0);
        }
        sound
    };
    assert_eq!(hear(Manner::PerCycle), hear(Manner::Fast));
}

#[test]
fn notes_that_keep_to_themselves_start_and_end_within_a_block() {
    let score: String = (0..40).map(|n| format!("i1 {} .03 1\n", f64::from(n) * 0.01)).collect();
    let mut blocks = Vec::new();
    let mut performance = piece(&score, "");
    while let Some(block) = performance.step() {
        blocks.push(block.frames);
    }
    // 25 k-cycles have 250 samples; with its last note the score begins to look for its end.
    assert_eq!(blocks, [250, 140, 10, 10, 10]);
    assert_eq!(performance.notes.len(), 0);
}
