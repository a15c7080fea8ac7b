//! What becomes of scheduled events where sections end and time is skipped, and their order.

use super::*;

/// 100 k-cycles a second. Notes of instrument 1 say and send their p4.
const SCHEDULING: &str = r#"
sr = 1000
ksmps = 10
nchnls = 1
0dbfs = 1
instr 1
 prints "%d ", p4
 a1 = p4
 out a1
endin
instr 5
 schedule 1, .1, .1, 5
endin
instr 6
 schedule 1, .104, .01, 1
 schedule 1, .102, .01, 2
 schedule 1, .1, .01, 3
 schedule 1, .096, .01, 4
 scoreline_i {{
  i 1 .103 .01 5
  i 1 .1 .01 6
 }}
endin
instr 7
 schedule 1, 0, .01, 1
 schedule 1, -.02, .01, 2
 schedule 1, -.006, .01, 3
 schedule 1, -.004, .01, 4
endin
instr 8
 setscorepos .1
 schedule 1, 0, .1, 1
 schedule 1, .02, .1, 2
 schedule 1, .12, .1, 4
endin
instr 9
 prints "%d ", ftexists:i(1)
endin
"#;

fn hear(score: &str) -> Vec<(f64, usize)> {
    runs(&run(performance(SCHEDULING, score, "")).0)
}

fn hear_from(seconds: f64, score: &str) -> Vec<(f64, usize)> {
    let mut performance = performance(SCHEDULING, score, "");
    performance.set_score_position(seconds);
    runs(&run(performance).0)
}

/// What the notes say.
fn told(score: &str) -> String {
    let (_, said) = run(performance(SCHEDULING, score, ""));
    said.iter().filter(|m| m.kind == MessageKind::Print).map(|m| m.text.to_str_lossy()).collect()
}

#[test]
fn what_is_scheduled_is_forgotten_at_the_end_of_its_section() {
    assert_eq!(hear("i5 0 .05\ns\ni1 .3 .1 1"), [(0.0, 350), (1.0, 100)]);
    assert_eq!(hear("i5 0 .05\ns .12\ni1 .1 .1 1"), [(0.0, 100), (5.0, 100), (0.0, 100), (1.0, 100)]);
    assert_eq!(hear("i1 0 -1 .25\ni5 0 .05\ns\ni1 .1 .2 1"), [(0.25, 150), (1.0, 200)]);
    // An event of the very cycle in which the section ends comes too late.
    assert_eq!(hear("i5 0 .1\ns\ni1 .1 .2 1"), [(0.0, 200), (1.0, 200)]);
}

#[test]
fn the_end_of_the_score_waits_for_nothing_that_is_scheduled() {
    assert_eq!(hear("i5 0 .05"), [(0.0, 50)]);
    assert_eq!(hear("i5 0 .05\ne .12"), [(0.0, 100), (5.0, 100)]);
    assert_eq!(hear("i5 0 .05\ne .3"), [(0.0, 100), (5.0, 100), (0.0, 100)]);
}

#[test]
fn notes_that_would_start_in_an_a_statement_do_not() {
    assert_eq!(hear("i5 0 .05\na0 .05 .1\ni1 .3 .1 1"), [(0.0, 200), (1.0, 100)]);
    assert_eq!(hear("i5 0 .05\na0 .05 .05\ni1 .3 .1 1"), [(0.0, 50), (5.0, 100), (0.0, 100), (1.0, 100)]);
    // Rounded to the k-cycle.
    assert_eq!(hear("i5 0 .05\na0 .05 .055\ni1 .3 .1 1"), [(0.0, 240), (1.0, 100)]);
    // Another within the span may lengthen it.
    assert_eq!(hear("a0 0 .2\na0 .1 .02\ni1 .13 .1 1\ni1 .2 .1 2"), [(2.0, 100)]);
    assert_eq!(hear("a0 0 .2\na0 .1 .15\ni1 .22 .1 2\ni1 .3 .1 4"), [(0.0, 50), (4.0, 100)]);
}

#[test]
fn other_statements_have_their_effect_within_an_a_statement() {
    assert_eq!(told("f1 .1 8 -2 1\na0 .05 .1\ni9 .18 .01"), "1 ");
    assert_eq!(hear("q1 .1 0\na0 .05 .1\ni1 .2 .1 8"), [(0.0, 100)]);
    assert_eq!(hear("i1 0 -1 8\ni-1 .1 0\na0 .05 .1\nf0 .2"), [(8.0, 50), (0.0, 50)]);
    assert_eq!(hear("i1 0 -1 8\nd1 .1 0\na0 .05 .1\nf0 .2"), [(8.0, 100)]);
}

#[test]
fn sections_end_within_an_a_statement() {
    let sections = "i1 .05 .1 1\ns\ni1 0 .05 2\ni1 .1 .1 4\ns\ni1 0 .1 8";
    let skipping = |seconds: f64| hear(&format!("a0 0 {seconds}\n{sections}"));
    assert_eq!(skipping(0.1), [(0.0, 50), (4.0, 100), (8.0, 100)]);
    assert_eq!(skipping(0.15), [(4.0, 100), (8.0, 100)]);
    assert_eq!(skipping(0.18), []);
    // They wait for notes that play when the span begins.
    assert_eq!(hear("i1 0 .08 1\na0 .02 .1\ns\ni1 0 .1 4\ni1 .05 .1 8"), [(1.0, 20), (0.0, 10), (8.0, 100)]);
}

#[test]
fn a_performance_starts_within_the_score() {
    let score = "i1 0 .2 1\ni1 .1 .1 2\ni1 .2 .1 8";
    assert_eq!(hear_from(0.0, score), [(1.0, 100), (3.0, 100), (8.0, 100)]);
    // The notes of the very first cycle start, as in the reference.
    assert_eq!(hear_from(0.1, score), [(3.0, 100), (8.0, 100)]);
    assert_eq!(hear_from(0.105, score), [(1.0, 90), (8.0, 100)]);
    assert_eq!(hear_from(0.25, score), []);
}

#[test]
fn a_new_position_leaves_out_what_is_scheduled_after_it() {
    assert_eq!(hear("i8 .02 .01\ni1 .1 .1 8"), [(0.0, 20), (8.0, 40), (12.0, 60), (4.0, 40)]);
}

#[test]
fn keys_that_go_down_in_an_a_statement_start_no_notes() {
    let mut performance = performance(SCHEDULING, "a0 0 .1\nf0 .4", "");
    let events = [
        (0.02, [0x90, 60, 1]),
        (0.06, [0x80, 60, 0]),
        (0.08, [0x90, 61, 2]),
        (0.15, [0x90, 62, 4]),
        (0.2, [0x80, 61, 0]),
        (0.25, [0x80, 62, 0]),
    ];
    let events = events
        .map(|(time, [status, data1, data2])| MidiEvent { time, message: Message { status, data1, data2 } });
    let file = MidiFile { events: events.into(), tempos: vec![(0.0, 90.0)], end: 0.3 };
    performance.set_midi(file, MidiSetup { end: false, ..velocity_to_p4() });
    assert_eq!(runs(&run(performance).0), [(0.0, 50), (4.0, 100), (0.0, 150)]);
}

#[test]
fn events_of_one_cycle_start_in_the_order_of_scheduling() {
    assert_eq!(told("i6 0 .05\nf0 .2"), "1 2 3 4 5 6 ");
    // Those whose k-cycle is past come first.
    assert_eq!(told("i7 .1 .05\nf0 .2"), "2 3 1 4 ");
}
