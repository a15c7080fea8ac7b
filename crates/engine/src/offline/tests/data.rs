//! Variables, channels, tables, buses, samples.

use super::{cycles, engine, said};
use crate::host::{Host, MemoryHost, OpenMode, Purpose};
use crate::offline::{
    ChannelKind, ChannelMode, EngineError, Event, MakeTable, OfflineEngine, PlayFile, PlaySample,
    ReadSoundfile, Value,
};
use std::sync::Arc;

#[test]
fn variables_and_expressions_can_be_asked_for() {
    let mut e = engine("gkfoo init 0\ngifoo = 12\ngSfoo = \"x\"\ninstr 100\n  gkfoo = p4\nendin");
    e.sched(Event::new(100).dur(0.01).arg(314.0)).expect("an event");
    e.perform().expect("a render");
    assert_eq!(e.query_variable("gkfoo").ok(), Some(314.0));
    assert!(matches!(e.query_variable("gknone"), Err(EngineError::UnknownVariable(_))));
    assert!(e.query_variable("gSfoo").is_err());
    assert_eq!(e.call("gkfoo").ok(), Some(314.0));
    assert_eq!(e.call("gifoo * 2 + 1").ok(), Some(25.0));
    assert_eq!(e.call("ftgen(200, 0, 100, 2, 0)").ok(), Some(200.0));
    assert_eq!(e.call("ftlen(200)").ok(), Some(100.0));
    assert_eq!((e.call("gifoo").ok(), e.call("1 + 1").ok()), (Some(12.0), Some(2.0)));
    e.compile("ginew init 0").expect("code");
    assert_eq!(e.query_variable("ginew").ok(), Some(0.0));
    assert!(matches!(e.call("nosuch(1)"), Err(EngineError::Compile(_))));
    assert!(matches!(e.call("ftlen(77)"), Err(EngineError::Compile(_))));
}

#[test]
fn channels_carry_values_both_ways() {
    let code = "instr 100\n  kin chnget \"in\"\n  Sin chnget \"text\"\n  chnset kin * 2, \"back\"\n  chnset Sin, \"again\"\n  ain chnget \"sound\"\n  out upsamp(kin) + ain\nendin";
    let mut e = engine(code);
    e.init_channel("in", 1.0, ChannelMode::Read).expect("a channel");
    e.init_channel("text", "hello", ChannelMode::Both).expect("a channel");
    e.init_audio_channel("sound", &[0.5; 10], ChannelMode::Read).expect("a channel");
    e.set_channel("in", 3.0, 0.02).expect("later");
    e.set_channel("text", "later", 0.02).expect("later");
    e.sched(Event::new(100).dur(0.03)).expect("an event");
    assert!(matches!(e.get_control_channel("back"), Err(EngineError::UnknownChannel(_))));
    e.perform_until(0.01).expect("a render");
    e.set_channel("in", 2.0, 0.0).expect("now");
    assert_eq!(e.get_text_channel("again").ok().as_deref(), Some("hello"));
    e.perform().expect("a render");
    assert_eq!(cycles(&e), [1.5, 2.5, 3.5]);
    assert_eq!(e.get_control_channel("back").ok(), Some(6.0));
    assert_eq!(e.get_text_channel("again").ok().as_deref(), Some("later"));
    assert!(matches!(e.get_control_channel("text"), Err(EngineError::ChannelKind { .. })));
    assert!(e.set_channel("in", Value::Text("no".into()), 0.0).is_err());
}

#[test]
fn a_channels_memory_can_be_written_between_renders() {
    let mut e = engine("instr 100\n  ain chnget \"line\"\n  kin chnget \"level\"\n  out ain * kin\nendin");
    e.channel_pointer("level", ChannelKind::Control).expect("a number")[0].set(2.0);
    for (n, x) in e.channel_pointer("line", ChannelKind::Audio).expect("samples").iter().enumerate() {
        x.set(n as f64);
    }
    assert!(e.channel_pointer("text", ChannelKind::Text).is_err());
    assert!(e.channel_pointer("line", ChannelKind::Control).is_err());
    e.sched(Event::new(100).dur(0.01)).expect("an event");
    e.perform().expect("a render");
    assert_eq!(e.samples(), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0, 18.0]);
}

#[test]
fn an_exported_variable_is_a_channel_of_the_host() {
    let mut e = engine(
        "gklevel chnexport \"level\", 3\ngaline chnexport \"line\", 3\ngStext chnexport \"text\", 3\ngklevel init 3\n\
         instr 100\n  out galine * gklevel\n  gklevel = gklevel + 1\n  gStext = \"played\"\nendin",
    );
    assert_eq!(e.get_control_channel("level").ok(), Some(3.0));
    e.set_channel("level", 2.0, 0.0).expect("now");
    e.channel_pointer("line", ChannelKind::Audio).expect("samples")[0].set(5.0);
    e.sched(Event::new(100).dur(0.01)).expect("an event");
    e.perform().expect("a render");
    assert_eq!(e.samples(), [10.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(e.get_control_channel("level").ok(), Some(3.0));
    assert_eq!(e.get_text_channel("text").ok().as_deref(), Some("played"));
    e.channel_pointer("level", ChannelKind::Control).expect("a number")[0].set(7.0);
    assert_eq!(e.get_control_channel("level").ok(), Some(7.0));
}

#[test]
fn tables_are_made_filled_read_and_freed() {
    let mut e = engine("instr 100\n  out upsamp(tab_i(2, p4))\nendin");
    let three = e.make_table([1.0, 2.0, 3.0]).expect("any length");
    assert_eq!(three.0, 300);
    assert_eq!(e.table_data(three).expect("a table"), [1.0, 2.0, 3.0]);
    let empty = e.make_empty_table(5, 1, 0.0).expect("zeros");
    assert_eq!((empty.0, e.table_data(empty).expect("a table")), (301, &[0.0; 5][..]));
    e.fill_table(empty, &[9.0, 8.0]).expect("the rest stays");
    e.fill_table(three, &[5.0; 10]).expect("what does not fit is left out");
    assert_eq!(e.table_data(empty).expect("a table"), [9.0, 8.0, 0.0, 0.0, 0.0]);
    assert_eq!(e.table_data(three).expect("a table"), [5.0, 5.0, 5.0]);
    let csounds = e.make_table(MakeTable::new([1.0]).number(0)).expect("csound's number");
    let fixed = e.make_table(MakeTable::new([1.0, 2.0]).number(500)).expect("a number");
    assert_eq!((csounds.0, fixed.0), (101, 500));
    e.table_data_mut(fixed).expect("a table")[1] = 7.0;
    assert_eq!(e.call("tab_i(1, 500)").ok(), Some(7.0));
    let stereo = MakeTable::new([0.0, 1.0, 0.0, 1.0]).channels(2).sr(500.0);
    let stereo = e.make_table(stereo).expect("two channels");
    let info = e.table_info(stereo).expect("a table");
    assert_eq!(
        (info.sr, info.size, info.nchnls, info.num_frames(), info.duration()),
        (500.0, 4, 2, 2, 0.004)
    );
    assert_eq!(e.call(&format!("ftsr({stereo})")).ok(), Some(500.0));
    assert_eq!(e.call(&format!("ftchnls({stereo})")).ok(), Some(2.0));
    e.free_table(fixed, 0.0).expect("freed");
    assert!(matches!(e.table_data(fixed), Err(EngineError::UnknownTable(_))));
    assert!(e.free_table(fixed, 0.0).is_err());
    assert!(e.fill_table(fixed, &[1.0]).is_err());
    assert!(e.make_table(Vec::new()).is_err());
    assert!(e.make_table(MakeTable::new([1.0, 2.0, 3.0]).channels(2)).is_err());
    assert!(e.make_table(MakeTable::new([1.0]).number(0).delay(1.0)).is_err());
}

#[test]
fn tables_come_and_go_at_their_time() {
    let mut e = engine("instr 100\n  out upsamp(tab_i(0, p4))\nendin");
    let late = e.make_table(MakeTable::new([0.25]).delay(0.02)).expect("later");
    e.sched(Event::new(100).delay(0.01).dur(0.01).arg(late)).expect("too early");
    e.sched(Event::new(100).delay(0.02).dur(0.01).arg(late)).expect("in time");
    e.free_table(late, 0.03).expect("freed");
    e.sched(Event::new(100).delay(0.03).dur(0.01).arg(late)).expect("too late");
    e.perform().expect("a render");
    assert_eq!(cycles(&e), [0.0, 0.0, 0.25, 0.0]);
    assert_eq!(e.errors(), 2);
    assert!(said(&mut e).contains("INIT ERROR"));
}

/// A host with a stereo WAV of 100 frames at 500 Hz: left rises by hundredths, right is its negative.
fn host_with_sound() -> Arc<MemoryHost> {
    let host = MemoryHost::default();
    let spec = crate::soundfile::SoundSpec {
        sr: 500.0,
        channels: 2,
        container: crate::options::Container::Wav,
        format: crate::options::SampleFormat::F32,
    };
    let mut sink = crate::soundfile::open(&host, "ramp.wav", spec, Some(100)).expect("a file");
    let frames: Vec<f64> = (0..100).flat_map(|n| [f64::from(n) / 128.0, f64::from(-n) / 128.0]).collect();
    sink.write(&frames).expect("written");
    sink.finish().expect("written");
    Arc::new(host)
}

fn engine_with_sound() -> OfflineEngine {
    let builder = OfflineEngine::builder().sr(1000.0).ksmps(10).nchnls(2);
    builder.host(host_with_sound()).memory().build().expect("an engine")
}

#[test]
fn sound_files_are_read_into_tables() {
    let mut e = engine_with_sound();
    let all = e.read_soundfile("ramp.wav").expect("a table");
    let info = e.table_info(all).expect("a table");
    assert_eq!(
        (info.sr, info.nchnls, info.num_frames(), info.path.as_deref()),
        (500.0, 2, 100, Some("ramp.wav"))
    );
    assert_eq!(&e.table_data(all).expect("a table")[..4], [0.0, 0.0, 1.0 / 128.0, -1.0 / 128.0]);
    let right = e.read_soundfile(ReadSoundfile::new("ramp.wav").channel(2).skip(0.02)).expect("a table");
    assert_eq!(e.table_data(right).expect("a table")[0], -10.0 / 128.0);
    assert_eq!(e.table_info(right).expect("a table").nchnls, 1);
    assert_ne!(e.read_soundfile("ramp.wav").expect("another"), all);
    let shared = e.read_soundfile(ReadSoundfile::new("ramp.wav").shared()).expect("the last one");
    assert_eq!(shared.0, all.0 + 2);
    assert_eq!(e.read_soundfile(ReadSoundfile::new("ramp.wav").number(77)).expect("a number").0, 77);
    assert!(matches!(e.read_soundfile("none.wav"), Err(EngineError::File(_))));
    let late = e.read_soundfile(ReadSoundfile::new("ramp.wav").delay(0.01)).expect("later");
    assert!(e.table_data(late).is_err());
    e.perform_until(0.02).expect("a render");
    assert!(e.table_data(late).is_ok());
}

#[test]
fn files_are_resampled_on_request_only() {
    let frames = |on: bool| {
        let builder =
            OfflineEngine::builder().sr(1000.0).resample_on_load(on).host(host_with_sound()).memory();
        let mut e = builder.build().expect("an engine");
        let table = e.read_soundfile("ramp.wav").expect("a table");
        let info = e.table_info(table).expect("a table");
        (info.sr, info.num_frames())
    };
    assert_eq!((frames(false), frames(true)), ((500.0, 100), (1000.0, 200)));
}

#[test]
fn samples_play_at_their_pitch_with_gain_and_speed() {
    let mut e = engine_with_sound();
    let table = e.read_soundfile("ramp.wav").expect("a table");
    let id = e.play_sample(PlaySample::new(table).gain(0.5)).expect("an event");
    assert_eq!(id.as_str(), "18.0002");
    // 100 frames at 500 Hz last 0.2 s.
    assert!((e.end_time() - 0.2).abs() < 1e-9);
    e.perform().expect("a render");
    let left: Vec<f64> = e.samples().iter().step_by(2).copied().collect();
    let right: Vec<f64> = e.samples().iter().skip(1).step_by(2).copied().collect();
    // Frame n of the output is frame n / 2 of the table, once the fade of two cycles is over.
    for n in [40, 81, 120] {
        assert!((left[n] - 0.5 * n as f64 / 2.0 / 128.0).abs() < 1e-9, "{n}: {}", left[n]);
        assert_eq!(right[n], -left[n]);
    }
    assert!(e.play_sample(PlaySample::new(table).chan(0)).is_err());
    assert!(e.play_sample(99).is_err());
}

#[test]
fn files_play_from_disk() {
    let mut e = engine_with_sound();
    let id = e.play_sound_from_disk(PlayFile::new("ramp.wav").fade(0.0).speed(1.0)).expect("an event");
    assert_eq!(id.as_str(), "16.0002");
    assert!((e.end_time() - 0.2).abs() < 1e-9);
    e.setp(&id, [("kgain", 0.5)], 0.1).expect("gain");
    e.perform().expect("a render");
    let left: Vec<f64> = e.samples().iter().step_by(2).copied().collect();
    assert_eq!(said(&mut e), "");
    assert!((left[60] - 30.0 / 128.0).abs() < 1e-6, "{}", left[60]);
    assert!((left[140] - 0.5 * 70.0 / 128.0).abs() < 1e-6, "{}", left[140]);
    assert!(matches!(e.play_sound_from_disk("none.wav"), Err(EngineError::File(_))));
}

#[test]
fn buses_carry_sound_and_values_between_instruments() {
    let code = "
instr 100
  kvalue init p5
  busout(p4, upsamp(kvalue))
endin
instr 110
  asig = busin(p4)
  out asig * 0.5
endin
instr 120
  out upsamp(busin:k(p4, 0.75))
endin
";
    let mut e = engine(code);
    let bus = e.assign_audio_bus(false).expect("a bus");
    e.sched(Event::new(100).dur(0.02).arg(bus).arg(4.0)).expect("writes");
    e.sched(Event::new(110).dur(0.03).arg(bus)).expect("reads");
    e.perform().expect("a render");
    assert_eq!(cycles(&e), [2.0, 2.0, 0.0]);
    // Nobody uses it any more: it is gone.
    assert!(matches!(e.release_bus(bus, 0.0), Err(EngineError::Bus { .. })));
    let control = e.assign_control_bus(1.0, true).expect("a bus");
    e.sched(Event::new(120).dur(0.03).arg(control)).expect("reads");
    e.write_bus(control, 2.0, 0.0).expect("now");
    e.write_bus(control, 3.0, 0.02).expect("later");
    e.perform().expect("a render");
    assert_eq!(cycles(&e)[3..], [2.0, 2.0, 3.0]);
    assert_eq!(e.read_bus(control).ok(), Some(3.0));
    e.release_bus(control, 0.0).expect("released");
    assert!(e.read_bus(control).is_err());
    let held = e.assign_audio_bus(true).expect("a bus");
    e.sched(Event::new(100).arg(held).arg(1.0)).expect("holds it");
    e.perform_extra(0.01).expect("a render");
    e.release_bus(held, 0.0).expect("persistent no more");
    e.release_bus(held, 0.0).expect("the note still holds it");
    e.unsched_all().expect("the note ends");
    e.perform_extra(0.01).expect("a render");
    assert!(e.release_bus(held, 0.0).is_err());
    let audio = e.assign_audio_bus(true).expect("a bus");
    assert!(matches!(e.write_bus(audio, 1.0, 0.0), Err(EngineError::Bus { .. })));
}

#[test]
fn there_are_as_many_buses_as_asked_for() {
    let mut e =
        OfflineEngine::builder().num_audio_buses(1).num_control_buses(0).memory().build().expect("an engine");
    e.assign_audio_bus(true).expect("the only one");
    assert!(matches!(e.assign_audio_bus(true), Err(EngineError::NoBus(_))));
    assert!(matches!(e.assign_control_bus(0.0, true), Err(EngineError::NoBus(_))));
}

#[test]
fn nohistory_leaves_no_trace_and_nests() {
    let mut e = engine("instr 100\nendin");
    e.nohistory(|e| {
        e.sched(Event::new(100).dur(0.01)).expect("an event");
        e.nohistory(|e| e.compile("gihidden = 1").expect("code"));
        e.str_set("hidden").expect("a string");
    });
    let text = e.generate_csd().expect("a piece").text;
    assert!(!text.contains("i 100") && !text.contains("hidden"), "{text}");
    e.sched(Event::new(100).dur(0.01).comment("seen")).expect("an event");
    assert!(e.generate_csd().expect("a piece").text.contains("i 100 0 0.01 ; seen"));
}

#[test]
fn files_in_memory_are_found_by_name() {
    let host = host_with_sound();
    assert!(host.find("ramp.wav", Purpose::Sound).is_some());
    assert!(host.create("x", Purpose::DataOut, OpenMode::Replace).is_ok());
}
