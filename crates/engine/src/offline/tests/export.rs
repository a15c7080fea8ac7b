//! The written piece, heard by our own renderer. That csound hears the same is seen by
//! `cargo xtask export`.

use super::{CONSTANT, engine};
use crate::flags::FlagSet;
use crate::host::{Host, MemoryHost, Purpose};
use crate::offline::{Automation, ChannelMode, Event, MakeTable, OfflineEngine};
use crate::render::Watch;
use std::sync::Arc;

struct Ear(Vec<f64>);

impl Watch for Ear {
    fn message(&mut self, _: &orchestrion_base::world::Message) {}
    fn progress(&mut self, _: &crate::render::Progress) -> bool {
        true
    }
    fn block(&mut self, interleaved: &[f64]) {
        self.0.extend_from_slice(interleaved);
    }
}

/// Renders the piece that an engine writes.
fn rendered(e: &OfflineEngine) -> Vec<f64> {
    let host = MemoryHost::default();
    let csd = e.generate_csd().expect("a piece");
    for asset in &csd.assets {
        host.insert(asset.path.clone(), asset.bytes.clone());
    }
    let compiled = crate::piece::compile_text(
        "x.csd",
        &csd.text,
        &host,
        FlagSet::default(),
        orchestrion_opcodes::registry(),
    );
    let found: Vec<_> = compiled.diagnostics.iter().map(|d| d.message.clone()).collect();
    let piece = compiled.piece.unwrap_or_else(|| panic!("{found:?}\n{}", csd.text));
    let mut ear = Ear(Vec::new());
    crate::render::render(piece, Arc::new(host), &mut ear);
    ear.0
}

fn same(mut e: OfflineEngine) {
    e.perform().expect("a render");
    let (ours, again) = (e.samples().to_vec(), rendered(&e));
    assert_eq!(ours.len(), again.len(), "{}", e.generate_csd().expect("a piece").text);
    for (n, (a, b)) in ours.iter().zip(&again).enumerate() {
        assert!((a - b).abs() < 1e-12, "sample {n}: {a} {b}\n{}", e.generate_csd().expect("a piece").text);
    }
    assert!(ours.iter().any(|x| *x != 0.0));
}

#[test]
fn notes_of_numbers_and_names_with_texts_and_comments() {
    let mut e = engine(
        "instr 100\n  Skind strget p5\n  out upsamp(strcmp(Skind, \"low\") == 0 ? p4 : -p4)\nendin\ninstr foo\n  pset 0, 0, 0, 4\n  out upsamp(p4)\nendin",
    );
    e.sched(Event::new(100).dur(0.02).arg(1.0).arg("low").comment("a; comment\nof two lines"))
        .expect("an event");
    e.sched(Event::new(100).delay(0.005).dur(0.02).arg(2.0).arg("\"hi\"")).expect("an event");
    e.sched(Event::new("foo").delay(0.03).dur(0.015).unique()).expect("an event");
    e.input_message("i 100 0.05 0.01 8 \"low\"").expect("a line");
    same(e);
}

#[test]
fn fields_set_and_automated() {
    let mut e = engine(CONSTANT);
    let one = e.sched(Event::new(100).dur(0.1).args([1.0, 2.0]).unique()).expect("an event");
    e.sched(Event::new(100).dur(0.12).arg(100.0)).expect("an event");
    e.setp(&one, [("kvalue", 5.0)], 0.0).expect("of the same instant");
    e.setp(100, [(4, 6.0)], 0.02).expect("all");
    e.automatep(&one, 4, Automation::new([(0.0, 0.0), (0.03, 3.0)]).delay(0.03).overtake())
        .expect("an automation");
    let cut = e
        .automatep(100, 4, Automation::new([(0.0, 0.0), (1.0, 9.0)]).delay(0.07).mode("smooth"))
        .expect("another");
    e.unsched(&cut, 0.09).expect("cut");
    same(e);
}

#[test]
fn every_mode_is_written() {
    for mode in ["linear", "cos", "floor", "smooth", "smoother", "cubic", "exp(2.5)"] {
        let mut e = engine(CONSTANT);
        e.sched(Event::new(100).dur(0.1).arg(1.0)).expect("an event");
        e.automatep(100, 4, Automation::new([(0.0, 1.0), (0.03, 3.0), (0.05, -2.0), (0.08, 0.0)]).mode(mode))
            .expect("an automation");
        same(e);
    }
}

#[test]
fn notes_ended_and_everything_ended() {
    let mut e = engine(
        "instr 100\n  kenv linsegr 1, 1, 1, 0.02, 0\n  out upsamp(kenv * p4)\nendin\ninstr foo\n  out upsamp(10)\nendin",
    );
    let one = e.sched(Event::new(100).arg(1.0).unique()).expect("an event");
    e.sched(Event::new(100).arg(2.0).unique()).expect("an event");
    let named = e.sched(Event::new("foo").unique()).expect("an event");
    e.unsched(&one, 0.02).expect("one");
    e.unsched(&named, 0.03).expect("a named one");
    e.perform_until(0.05).expect("a render");
    e.sched(Event::new(100).delay(0.03).dur(0.1).arg(5.0)).expect("never heard");
    e.unsched_all().expect("silence");
    e.sched(Event::new("foo").delay(0.01).dur(0.01)).expect("heard");
    e.set_end_marker(0.1).expect("an end");
    same(e);
}

#[test]
fn tables_channels_and_strings() {
    let mut e = engine(
        "instr 100\n  kin chnget \"level\"\n  Stext chnget \"text\"\n  out upsamp(tab_i(p5, p4) * kin) + strlen(Stext)\nendin",
    );
    e.init_channel("level", 2.0, ChannelMode::Read).expect("a channel");
    e.set_channel("text", "four", 0.0).expect("a channel");
    e.set_channel("level", 3.0, 0.03).expect("later");
    let small = e.make_table([1.0, 2.0, 3.0]).expect("a table");
    let large = e.make_table((0..5000).map(f64::from).collect::<Vec<_>>()).expect("a table");
    let sound = e.make_table(MakeTable::new([0.25, 0.5]).channels(2).sr(500.0)).expect("a table");
    e.fill_table(small, &[9.0]).expect("filled");
    e.sched(Event::new(100).dur(0.01).arg(small).arg(0.0)).expect("an event");
    e.sched(Event::new(100).delay(0.01).dur(0.01).arg(large).arg(4321.0)).expect("an event");
    e.sched(Event::new(100).delay(0.02).dur(0.02).arg(sound).arg(1.0)).expect("an event");
    e.free_table(small, 0.02).expect("freed");
    e.sched(Event::new(100).delay(0.04).dur(0.01).arg(small).arg(0.0)).expect("fails in both");
    e.sched(Event::new(100).delay(0.04).dur(0.01).arg(sound).arg(0.0)).expect("an event");
    same(e);
}

#[test]
fn a_replaced_instrument_is_written_once() {
    let mut e = engine("instr 100\n  out upsamp(1)\nendin\ninstr 101\n  out upsamp(2)\nendin");
    e.compile("instr 100\n  out upsamp(4)\nendin").expect("code");
    e.sched(Event::new(100).dur(0.01)).expect("an event");
    e.sched(Event::new(101).dur(0.01)).expect("an event");
    assert_eq!(e.generate_csd().expect("a piece").text.matches("instr 100\n").count(), 1);
    same(e);
}

#[test]
fn init_passes_of_one_instant_keep_their_order() {
    let mut e = engine(
        "ginext init 1\ninstr 100\n  ginext *= 2\n  out upsamp(ginext)\nendin\ninstr 101\n  ginext += 3\n  out upsamp(ginext)\nendin",
    );
    e.sched(Event::new(101).dur(0.01)).expect("first");
    e.sched(Event::new(100).dur(0.01)).expect("second");
    e.sched(Event::new(101.1).dur(0.01)).expect("third");
    same(e);
}

#[test]
fn texts_keep_their_dollar_signs() {
    let mut e = engine("instr 100\n  Stext strget p4\n  out upsamp(strlen(Stext))\nendin");
    e.str_set("also $FOO").expect("a string");
    e.sched(Event::new(100).dur(0.02).arg("cost $FOO and $BAR.")).expect("an event");
    same(e);
}

#[test]
fn notes_of_score_lines_can_be_changed() {
    let mut e = engine(CONSTANT);
    e.input_message("i 100 0 0.05 1 2 3 4 5").expect("a line");
    e.sched(Event::new(100).dur(0.05).arg(10.0)).expect("an event");
    e.setp(100, [(4, 7.0)], 0.02).expect("both");
    same(e);
}

#[test]
fn what_was_set_at_once_survives_the_end_of_everything() {
    let mut e = engine("instr 100\n  kin chnget \"level\"\n  out upsamp(kin)\nendin");
    e.sched(Event::new(100)).expect("an event");
    e.perform_until(0.02).expect("a render");
    e.set_channel("level", 3.0, 0.0).expect("now");
    e.set_channel("level", 9.0, 0.02).expect("never");
    e.unsched_all().expect("silence");
    e.sched(Event::new(100).dur(0.05)).expect("an event");
    same(e);
}

#[test]
fn automations_to_come_outlive_an_unsched() {
    let mut e = engine(CONSTANT);
    e.sched(Event::new(100).dur(0.08).arg(1.0)).expect("an event");
    let later =
        e.automatep(100, 4, Automation::new([(0.0, 5.0), (0.02, 7.0)]).delay(0.04)).expect("an automation");
    e.unsched(&later, 0.02).expect("it does not run yet");
    same(e);
}

#[test]
fn one_text_for_two_instruments() {
    let mut e = engine("instr 100, 101\n  kone = p4\n  ktwo = p5\n  out upsamp(kone + ktwo)\nendin");
    e.sched(Event::new(100).dur(0.05).args([1.0, 2.0])).expect("an event");
    e.sched(Event::new(101).dur(0.05).args([10.0, 20.0, 30.0])).expect("an event");
    e.setp(100, [(4, 3.0)], 0.02).expect("one");
    e.setp(101, [(5, 40.0)], 0.03).expect("the other");
    same(e);
}

#[test]
fn tables_are_there_for_notes_of_their_cycle() {
    let mut e = engine("instr 100\n  out upsamp(tab_i(0, p4))\nendin\ngiown ftgen 10001, 0, -1, -2, 8");
    let late = e.make_table(MakeTable::new([0.5]).delay(0.024)).expect("a table");
    e.sched(Event::new(100).delay(0.021).dur(0.02).arg(late)).expect("an event");
    e.sched(Event::new(100).delay(0.03).dur(0.02).arg(10001.0)).expect("the piece's own table");
    e.setp(100, [(4, 0.0)], 0.03).expect("a change");
    same(e);
}

#[test]
fn notes_exact_to_the_sample() {
    let builder = OfflineEngine::builder().nchnls(1).sample_accurate(true);
    let mut e = builder.memory().build().expect("an engine");
    e.compile("instr 100\n  asig = p4\n  out asig\nendin").expect("code");
    for n in 0..8 {
        e.sched(Event::new(100).delay(f64::from(n) * 0.0501).dur(0.0333).arg(f64::from(n + 1)))
            .expect("an event");
    }
    same(e);
}

#[test]
fn files_go_beside_the_piece() {
    let host = Arc::new(MemoryHost::default());
    let mut e = OfflineEngine::builder().memory().host(host.clone()).build().expect("an engine");
    e.make_table(vec![0.5; 3000]).expect("a table");
    e.write("dir/my.piece.csd").expect("written");
    let text = String::from_utf8(host.get("dir/my.piece.csd").expect("a piece").to_vec()).expect("text");
    let table = host.names().into_iter().find(|n| n.ends_with(".gen23")).expect("a table");
    assert!(table.starts_with("dir/my.piece.assets/"), "{table}");
    assert!(text.contains(&format!("\"{}\"", table.trim_start_matches("dir/"))), "{text}");
    assert!(host.find("dir/my.piece.csd", Purpose::Piece).is_some());
}
