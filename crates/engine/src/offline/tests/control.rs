//! Changing what plays: setp, unsched, automations.

use super::{CONSTANT, cycles, engine};
use crate::offline::{Automation, EngineError, Event};

#[test]
fn setp_reaches_one_note_or_all() {
    let mut e = engine("instr 100\n  kvalue = p4\n  kgain = p5\n  out upsamp(kvalue * kgain)\nendin");
    let one = e.sched(Event::new(100).dur(0.05).args([1.0, 1.0]).unique()).expect("an event");
    e.sched(Event::new(100).dur(0.05).args([10.0, 1.0]).unique()).expect("an event");
    e.setp(&one, [("kvalue", 2.0)], 0.01).expect("one");
    e.setp(100, [(5, 10.0)], 0.02).expect("all");
    e.setp(100.0099, [(5, 99.0)], 0.03).expect("none plays under this p1: nothing happens");
    e.setp(&one, [("kvalue", 0.0), ("kgain", 0.0)], 0.04).expect("two fields");
    e.perform().expect("a render");
    assert_eq!(cycles(&e), [11.0, 12.0, 120.0, 120.0, 100.0]);
    assert!(e.setp(&one, [("nosuch", 1.0)], 0.0).is_err());
    assert!(e.setp(&one, [(2, 1.0)], 0.0).is_err());
    assert!(e.setp(&one, [(4, f64::NAN)], 0.0).is_err());
    assert!(e.setp(&one, Vec::<(i32, f64)>::new(), 0.0).is_err());
}

#[test]
fn setp_of_the_same_instant_counts_from_the_first_cycle_and_init_keeps_the_old_value() {
    let mut e = engine("instr 100\n  kvalue = p4\n  iold = p4\n  out upsamp(kvalue) + iold\nendin");
    e.setp(100, [(4, 50.0)], 0.0).expect("before there is a note: nothing happens");
    e.sched(Event::new(100).dur(0.02).arg(1.0)).expect("an event");
    e.setp(100, [(4, 5.0)], 0.0).expect("set");
    e.perform().expect("a render");
    assert_eq!(cycles(&e), [6.0, 6.0]);
}

#[test]
fn fields_that_are_read_without_a_variable_change_too() {
    let mut e = engine("instr 100\n  kenv linseg 1, 1, 1\n  out upsamp(kenv * p4) + upsamp(p5)\nendin");
    e.sched(Event::new(100).dur(0.03).args([1.0, 0.0])).expect("an event");
    e.setp(100, [(4, 2.0)], 0.01).expect("set");
    e.perform().expect("a render");
    assert_eq!(cycles(&e), [1.0, 2.0, 2.0]);
}

#[test]
fn unsched_ends_one_note_or_all_with_their_release_and_spares_the_future() {
    let mut e = engine(
        "instr 100\n  kenv linsegr p4, 1, p4, 0.02, p4\n  out upsamp(kenv)\nendin\ninstr foo\n  out upsamp(100)\nendin",
    );
    let one = e.sched(Event::new(100).arg(1.0).unique()).expect("an event");
    let two = e.sched(Event::new(100).arg(10.0).unique()).expect("an event");
    let named = e.sched(Event::new("foo").unique()).expect("an event");
    e.sched(Event::new("foo").delay(0.05).dur(0.01)).expect("an event");
    e.unsched(&named, 0.01).expect("a named note");
    e.unsched(&one, 0.02).expect("one note");
    e.unsched("foo", 0.03).expect("all that play, not those to come");
    e.unsched(100, 0.05).expect("all");
    e.unsched(&two, 0.07).expect("it is gone: nothing happens");
    e.perform().expect("a render");
    assert_eq!(cycles(&e), [111.0, 11.0, 11.0, 11.0, 10.0, 110.0, 10.0]);
}

#[test]
fn unsched_all_silences_everything_and_drops_the_future() {
    let mut e = engine(CONSTANT);
    let event = e.sched(Event::new(100).arg(1.0).unique()).expect("an event");
    e.sched(Event::new(100).delay(0.03).dur(0.01).arg(5.0)).expect("an event");
    e.automatep(&event, 4, [(0.0, 1.0), (1.0, 1.0)]).expect("an automation");
    e.perform_until(0.02).expect("a render");
    e.unsched_all().expect("silence");
    e.perform_until(0.05).expect("a render");
    assert_eq!(cycles(&e), [1.0, 1.0, 0.0, 0.0, 0.0]);
}

#[test]
fn automations_follow_their_curve_cycle_by_cycle_and_stay_at_the_last_value() {
    let mut e = engine(CONSTANT);
    let event = e.sched(Event::new(100).dur(0.07).args([9.0, 0.0]).unique()).expect("an event");
    let id = e
        .automatep(&event, 4, Automation::new([(0.0, 0.0), (0.04, 4.0)]).delay(0.01))
        .expect("an automation");
    assert_eq!(id.as_str(), "11.0002");
    e.perform().expect("a render");
    assert_eq!(cycles(&e), [9.0, 0.0, 1.0, 2.0, 3.0, 4.0, 4.0]);
}

#[test]
fn every_mode_takes_its_way() {
    let middle = |mode: &str| {
        let mut e = engine(CONSTANT);
        let event = e.sched(Event::new(100).dur(0.05).arg(0.0).unique()).expect("an event");
        let curve = Automation::new([(0.0, 0.0), (0.04, 4.0)]).mode(mode);
        e.automatep(&event, "kvalue", curve).map(|_| ())?;
        e.perform()?;
        Ok::<f64, EngineError>(cycles(&e)[1])
    };
    let near = |mode: &str, want: f64| {
        let got = middle(mode).expect("a mode");
        assert!((got - want).abs() < 1e-12, "{mode}: {got}");
    };
    near("linear", 1.0);
    near("cos", 4.0 * (1.0 - std::f64::consts::FRAC_1_SQRT_2) / 2.0);
    near("floor", 0.0);
    near("smooth", 4.0 * 0.0625 * 2.5);
    near("smoother", 4.0 * 0.103_515_625);
    near("exp(2)", 0.25);
    near("expon(2)", 0.25);
    near("exp=2", 0.25);
    near("cubic", 4.0 * (0.25 * 0.5 + 0.0625 * 1.5 - 0.015_625));
    assert!(matches!(middle("expon(xx)"), Err(EngineError::Shape(_))));
}

#[test]
fn overtaking_starts_from_what_is_there_or_will_be() {
    let mut e = engine(CONSTANT);
    let event = e.sched(Event::new(100).delay(0.02).dur(0.04).arg(6.0).unique()).expect("an event");
    e.automatep(&event, "kvalue", Automation::new([(0.0, 0.0), (0.04, 2.0)]).overtake())
        .expect("an automation");
    e.perform().expect("a render");
    // The automation is ahead of the note, which joins it halfway.
    assert_eq!(cycles(&e), [0.0, 0.0, 4.0, 3.0, 2.0, 2.0]);
    let mut e = engine(CONSTANT);
    e.sched(Event::new(100).dur(0.03).arg(6.0)).expect("an event");
    e.automatep(100, 4, Automation::flat(&[0.0, f64::NAN, 0.02, 2.0])).expect("NaN overtakes");
    e.perform().expect("a render");
    assert_eq!(cycles(&e), [6.0, 4.0, 2.0]);
}

#[test]
fn of_two_automations_the_later_started_wins_while_it_runs() {
    let mut e = engine(CONSTANT);
    e.sched(Event::new(100).dur(0.05).arg(0.0)).expect("an event");
    e.automatep(100, 4, [(0.0, 1.0), (0.04, 1.0)]).expect("the earlier");
    e.automatep(100, 4, Automation::new([(0.0, 2.0), (0.01, 2.0)]).delay(0.01)).expect("the later");
    e.perform().expect("a render");
    assert_eq!(cycles(&e), [1.0, 2.0, 2.0, 1.0, 1.0]);
}

#[test]
fn automations_can_be_stopped() {
    let mut e = engine(CONSTANT);
    e.sched(Event::new(100).dur(0.05).arg(0.0)).expect("an event");
    let id = e.automatep(100, 4, [(0.0, 0.0), (0.04, 4.0)]).expect("an automation");
    e.unsched(&id, 0.02).expect("stopped");
    e.perform().expect("a render");
    assert_eq!(cycles(&e), [0.0, 1.0, 1.0, 1.0, 1.0]);
}

#[test]
fn automations_of_tables_and_buses_write_there() {
    let mut e = engine("instr 100\n  out upsamp(tab:k(1, p4) + busin:k(p5))\nendin");
    let table = e.make_table([0.0, 7.0]).expect("a table");
    let bus = e.assign_control_bus(0.0, true).expect("a bus");
    e.automate_table(table, 1, [(0.0, 1.0), (0.02, 3.0)]).expect("an automation");
    e.automate_bus(bus, [(0.0, 10.0), (0.02, 30.0)]).expect("an automation");
    e.sched(Event::new(100).dur(0.04).arg(table).arg(bus)).expect("an event");
    e.perform().expect("a render");
    assert_eq!(cycles(&e), [11.0, 22.0, 33.0, 33.0]);
    assert!(e.automate_table(table, 2, [(0.0, 1.0)]).is_err());
    assert!(e.automate_table(77, 0, [(0.0, 1.0)]).is_err());
    let audio = e.assign_audio_bus(true).expect("a bus");
    assert!(e.automate_bus(audio, [(0.0, 1.0)]).is_err());
}

#[test]
fn points_of_automations_are_checked() {
    let mut e = engine(CONSTANT);
    let mut fails = |a: Automation| e.automatep(100, 4, a).expect_err("wrong points").to_string();
    assert!(fails(Automation::flat(&[0.0, 1.0, 2.0])).contains("odd length"));
    assert!(fails(Automation::new([])).contains("at least one pair"));
    assert!(fails(Automation::new([(1.0, 0.0), (0.5, 0.0)])).contains("ascend"));
    assert!(fails(Automation::new([(0.0, 0.0), (1.0, f64::INFINITY)])).contains("point 1"));
    assert!(e.automatep("nosuch", 4, [(0.0, 1.0)]).is_err());
    assert!(e.automatep(100, "nosuch", [(0.0, 1.0)]).is_err());
}

#[test]
fn an_overtaking_curve_never_writes_what_is_no_number() {
    let mut e = engine(CONSTANT);
    e.automatep(100, 4, Automation::flat(&[0.0, f64::NAN, 0.04, 4.0])).expect("nothing to overtake");
    e.perform_until(0.02).expect("silence");
    e.sched(Event::new(100).dur(0.02).arg(1.0)).expect("an event");
    e.perform().expect("a render");
    assert_eq!(cycles(&e)[2..4], [4.0, 4.0]);
    let mut e = engine("instr 100\n  pset 0, 0, 0, 1, 8\n  kother = p5\n  out upsamp(kother)\nendin");
    e.sched(Event::new(100).delay(0.04).dur(0.02).arg(3.0)).expect("the later");
    e.sched(Event::new(100).delay(0.02).dur(0.02).arg(2.0)).expect("the next");
    e.automatep(100, 5, Automation::new([(0.0, 0.0), (0.04, 4.0)]).overtake()).expect("from pset");
    e.perform().expect("a render");
    assert_eq!(cycles(&e)[2..4], [6.0, 5.0]);
}
