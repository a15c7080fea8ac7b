//! Scheduling: p-fields, names, times, order.

use super::{CONSTANT, cycles, engine, said};
use crate::offline::{EngineError, Event, Fields, OfflineEngine};
use orchestrion_dsp::math;

const PRINTS: &str = r#"
instr 100
  pset 0, 0, 0, 10, -20, .5
  ifirst = p4
  isecond init p5
  ithird = p6
  ifourth = p7
  Sname strget p8
  ialias = p4
  prints "%g %g %g %g|%s\n", ifirst, isecond, ithird, ifourth, Sname
endin
"#;

#[test]
fn fields_come_by_position_by_name_and_from_pset() {
    let mut e = engine(PRINTS);
    e.sched(Event::new(100).dur(0.0).args([1.0, 2.0, 3.0, 4.0])).expect("by position");
    e.sched(Event::new(100).dur(0.0)).expect("pset alone");
    e.sched(Event::new(100).dur(0.0).arg(1.0)).expect("the rest from pset");
    e.sched(Event::new(100).dur(0.0).arg(9.0).set("isecond", 7.0).set("p7", 8.0)).expect("by name");
    e.sched(Event::new(100).dur(0.0).arg(9.0).set("ialias", 7.0).set(8, "text"))
        .expect("a name for the same field");
    e.perform_until(0.01).expect("a render");
    assert_eq!(said(&mut e), "1 2 3 4|\n10 -20 0.5 0|\n1 -20 0.5 0|\n9 7 0.5 8|\n7 -20 0.5 0|text\n");
    let names: Vec<_> = e.fields(100).map(Fields::names).unwrap_or_default();
    let names: Vec<String> = names.iter().map(|(name, n)| format!("{name}{n}")).collect();
    assert_eq!(names, ["ialias4", "ifirst4", "isecond5", "ithird6", "ifourth7", "Sname8"]);
}

#[test]
fn mistakes_about_fields_are_told_apart() {
    let mut e = engine(PRINTS);
    let mut fails = |event: Event| e.sched(event).expect_err("a mistake").to_string();
    assert_eq!(fails(Event::new("nosuch")), "there is no instrument nosuch");
    assert_eq!(fails(Event::new(11)), "there is no instrument 11");
    assert_eq!(fails(Event::new(101)), "there is no instrument 101");
    assert!(fails(Event::new(100).set("p3", 1.0)).starts_with("p3 is no argument"));
    assert!(
        fails(Event::new(100).set("kcut", 1.0))
            .starts_with("instrument 100 has no p-field kcut; it has ialias (p4)")
    );
    assert!(fails(Event::new(100).delay(f64::NAN)).contains("the delay"));
    assert!(fails(Event::new(100).arg(f64::NAN)).contains("p4 of 100 is no number"));
    assert!(fails(Event::new(100).dur(f64::INFINITY)).contains("the duration"));
    assert!(fails(Event::new(100).dur(f64::NAN)).contains("the duration"));
    assert!(fails(Event::new(100.5).unique()).contains("has a fraction already"));
    let mut e = engine("instr synth\nendin");
    assert_eq!(
        e.sched("syth").expect_err("a slip").to_string(),
        "there is no instrument syth; did you mean synth?"
    );
}

#[test]
fn texts_arrive_through_strget_and_as_string_variables() {
    let mut e = engine("instr 100\n  S1 strget p4\n  S2 = p5\n  prints \"%s-%s-%d\\n\", S1, S2, p4\nendin");
    e.sched(Event::new(100).dur(0.0).arg("low").arg("a \"quoted\" word")).expect("an event");
    e.perform_until(0.01).expect("a render");
    assert_eq!(said(&mut e), "low-a \"quoted\" word-20\n");
    assert_eq!(e.str_set("low").ok(), Some(20));
    assert_eq!(e.str_set("new").ok(), Some(22));
}

#[test]
fn ids_tell_notes_apart() {
    let mut e =
        engine("instr 100\n  prints \"%.4f\\n\", p1\nendin\ninstr foo\n  prints \"%.4f\\n\", p1\nendin");
    let mut id = |event: Event| e.sched(event.dur(0.0)).expect("an event").to_string();
    assert_eq!(id(Event::new(100)), "100");
    assert_eq!(id(Event::new(100.5)), "100.5");
    assert_eq!(id(Event::new(100).unique()), "100.0002");
    assert_eq!(id(Event::new("foo")), "foo");
    assert_eq!(id(Event::new("foo.01")), "foo.01");
    assert_eq!(id(Event::new("foo").unique()), "foo.0002");
    assert_eq!(e.assign_event_id(100).expect("an id").p1(), 100.0003);
    for _ in 3..10 {
        e.assign_event_id("foo").expect("an id");
    }
    assert_eq!(e.assign_event_id("foo").expect("an id").as_str(), "foo.001");
    e.perform_until(0.01).expect("a render");
    assert_eq!(said(&mut e), "100.0000\n100.5000\n100.0002\n25.0000\n25.0100\n25.0002\n");
}

#[test]
fn starts_and_ends_go_to_the_nearest_cycle_halves_down() {
    let mut e = engine(CONSTANT);
    // 5 ms is half a cycle, 6 ms is more.
    e.sched(Event::new(100).delay(0.005).dur(0.02).arg(1.0)).expect("an event");
    e.sched(Event::new(100.1).delay(0.046).dur(0.02).arg(2.0)).expect("an event");
    e.perform().expect("a render");
    // 0.005 + 0.02 is two and a half cycles, which goes down; 0.066 goes up.
    assert_eq!(cycles(&e), [1.0, 1.0, 0.0, 0.0, 0.0, 2.0, 2.0]);
}

#[test]
fn absolute_times_count_from_the_beginning() {
    let mut e = engine(CONSTANT);
    e.perform_until(0.03).expect("silence");
    assert_eq!(e.now(), 0.03);
    e.sched(Event::new(100).delay(0.05).absolute().dur(0.01).arg(1.0)).expect("an event");
    e.sched(Event::new(100).delay(0.01).dur(0.01).arg(2.0)).expect("an event");
    e.perform().expect("a render");
    assert_eq!(cycles(&e), [0.0, 0.0, 0.0, 0.0, 2.0, 1.0]);
    let past = e.sched(Event::new(100).delay(0.0).absolute()).expect_err("past");
    assert!(past.to_string().contains("0.06 s are rendered already"), "{past}");
    // A negative delay is taken as none.
    e.sched(Event::new(100).delay(-1.0).dur(0.01).arg(3.0)).expect("an event");
    e.perform().expect("a render");
    assert_eq!(cycles(&e).last(), Some(&3.0));
}

#[test]
fn notes_initialise_in_the_order_of_scheduling_and_perform_in_that_of_instruments() {
    let code = "
gkat init 0
instr 100
  prints \"i100 \"
  printf \"k100 \", 1
endin
instr 99999
  prints \"i99999 \"
  printf \"k99999 \", 1
endin
instr named
  prints \"inamed \"
  printf \"knamed \", 1
endin
";
    let mut e = engine(code);
    e.sched(Event::new(99999).delay(0.012).dur(0.01)).expect("an event");
    e.sched(Event::new(100).delay(0.01).dur(0.01)).expect("an event");
    e.sched(Event::new("named").delay(0.011).dur(0.01)).expect("an event");
    e.perform().expect("a render");
    assert_eq!(said(&mut e), "i99999 i100 inamed knamed k100 k99999 ");
    assert_eq!(e.instr_num("named"), Some(25));
}

/// First and last sounding frame, and how many sound, of a note from sample 13 to sample 36, exact to the sample.
fn sounding(channels: u32, code: &str) -> (usize, usize, usize) {
    let builder = OfflineEngine::builder().sr(1000.0).ksmps(10).nchnls(channels).sample_accurate(true);
    let mut e = builder.memory().build().expect("an engine");
    e.compile(code).unwrap_or_else(|e| panic!("{e}"));
    e.sched(Event::new(100).delay(0.013).dur(0.024).arg(1.0)).expect("an event");
    e.perform_extra(0.05).expect("a render");
    let frames: Vec<usize> = e
        .samples()
        .chunks(channels as usize)
        .enumerate()
        .filter_map(|(n, frame)| frame.iter().any(|x| *x != 0.0).then_some(n))
        .collect();
    (*frames.first().unwrap_or(&0), *frames.last().unwrap_or(&0), frames.len())
}

#[test]
fn sample_accurate_notes_start_and_end_on_their_sample_with_every_output_opcode() {
    for (out, channels) in [
        ("out asig", 1),
        ("outch 1, asig", 1),
        ("outch 2, asig", 2),
        ("outs asig, asig", 2),
        ("outs1 asig", 2),
        ("outs2 asig", 2),
        ("outc asig, asig", 2),
        ("outq asig, asig, asig, asig", 4),
        ("outq3 asig", 4),
        ("outrg 1, asig, asig", 2),
    ] {
        let code = format!("instr 100\n  asig = 1\n  {out}\nendin");
        assert_eq!(sounding(channels, &code), (13, 36, 24), "{out}");
    }
}

#[test]
fn sample_accurate_notes_are_exact_through_envelopes_opcodes_and_local_cycles() {
    let udo = |ksmps: u32| {
        format!(
            "opcode Level, a, a\n  setksmps {ksmps}\n  ain xin\n  alow tone ain, 400\n  xout alow + 1\nendop\n"
        )
    };
    for (opcodes, body) in [
        (String::new(), "asig linseg 1, p3, 2"),
        (String::new(), "asig expseg 1, p3, 2"),
        (String::new(), "asig line 1, p3, 2"),
        (String::new(), "asig = phasor(100) + 1"),
        (String::new(), "asig = upsamp(k(1))"),
        (
            "opcode Double, a, a\n  ain xin\n  xout ain * 2\nendop\n".to_owned(),
            "asig Double linseg:a(1, p3, 1)",
        ),
        (udo(1), "asig Level linseg:a(1, p3, 1)"),
        (udo(5), "asig Level linseg:a(1, p3, 1)"),
    ] {
        let code = format!("{opcodes}instr 100\n  {body}\n  out asig\nendin");
        assert_eq!(sounding(1, &code), (13, 36, 24), "{body}");
    }
}

#[test]
fn sample_accurate_ends_are_rounded_not_cut() {
    let builder = OfflineEngine::builder().nchnls(1).sample_accurate(true);
    let mut e = builder.memory().build().expect("an engine");
    e.compile("instr 100\n  asig = 1\n  out asig\nendin").expect("code");
    // 0.29 s are 12788.999... samples in floating point.
    e.sched(Event::new(100).dur(0.29)).expect("an event");
    e.perform_extra(0.1).expect("a render");
    assert_eq!(e.samples().iter().filter(|x| **x != 0.0).count(), 12789);
}

#[test]
fn an_instrument_may_be_replaced_while_its_notes_play_on() {
    let mut e = engine(CONSTANT);
    e.sched(Event::new(100).dur(0.04).arg(1.0)).expect("an event");
    e.perform_until(0.02).expect("a render");
    e.compile("instr 100\n  out upsamp(p4 * 10)\nendin").expect("a new instrument");
    e.sched(Event::new(100.1).dur(0.02).arg(2.0)).expect("an event");
    e.perform().expect("a render");
    assert_eq!(cycles(&e), [1.0, 1.0, 21.0, 21.0]);
}

#[test]
fn score_lines_are_scheduled_from_now_and_move_the_end_marker() {
    let mut e = engine("instr 100\n  out upsamp(p4)\nendin\ninstr foo\n  out upsamp(0.5)\nendin");
    e.perform_until(0.01).expect("silence");
    assert_eq!(e.input_message("i 100 0.01 0.02 3 ; a comment").ok(), Some(100.0));
    assert_eq!(e.input_message("i \"foo\" 0.03 0.01").expect("a line"), 0.0);
    assert_eq!(e.input_message("f 7 0 8 -2 1 2 3").ok(), Some(7.0));
    assert!((e.end_time() - 0.05).abs() < 1e-12);
    e.perform().expect("a render");
    assert_eq!(cycles(&e), [0.0, 0.0, 3.0, 3.0, 0.5]);
    assert_eq!(e.table_data(7).expect("a table"), [1.0, 2.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    for bad in ["i 100", "i 7 0 1", "x 1", "i \"nosuch\" 0 1", ""] {
        assert!(matches!(e.input_message(bad), Err(EngineError::ScoreLine { .. })), "{bad}");
    }
    e.input_message("e 0.1").expect("an end");
    assert!((e.end_time() - 0.15).abs() < 1e-12);
}

#[test]
fn the_tuning_is_in_force() {
    let mut e = engine("");
    assert_eq!(e.call("mtof(69)").ok(), Some(442.0));
    let pitch = e.call("cpsmidinn(81)").expect("a pitch");
    assert!((pitch - 442.0 * math::pow(2.0, 1.0)).abs() < 1e-9, "{pitch}");
}
