//! The clock, the sound file, and the end.

use super::{CONSTANT, cycles, engine, said};
use crate::host::{Host, MemoryHost, Purpose};
use crate::offline::{Cancel, EngineError, Event, OfflineEngine};
use orchestrion_base::host::Encoding;
use orchestrion_base::lock::lock;
use std::sync::Arc;

#[test]
fn perform_goes_to_the_end_marker_in_whole_cycles() {
    let mut e = engine(CONSTANT);
    e.perform().expect("nothing to do");
    assert_eq!(e.samples().len(), 0);
    e.sched(Event::new(100).delay(0.01).dur(0.015).arg(1.0)).expect("an event");
    assert!((e.end_time() - 0.025).abs() < 1e-12);
    e.perform().expect("a render");
    assert_eq!((e.samples().len(), e.now()), (30, 0.03));
    e.perform().expect("nothing more");
    assert_eq!(e.samples().len(), 30);
    e.sched(Event::new(100).dur(0.02).arg(1.0)).expect("an event, counted from now");
    assert!((e.end_time() - 0.05).abs() < 1e-12);
    e.set_end_marker(0.04).expect("earlier");
    e.perform().expect("a render");
    assert_eq!(e.now(), 0.04);
    e.perform_until(0.06).expect("a render");
    e.perform_extra(0.02).expect("a render");
    assert_eq!((e.now(), e.elapsed_time()), (0.08, 0.08));
    assert!(e.set_end_marker(f64::NAN).is_err());
    assert!(e.perform_until(f64::INFINITY).is_err());
}

#[test]
fn what_is_due_now_takes_a_cycle() {
    let mut e = engine("gkfoo init 0\ninstr 100\n  gkfoo init p4\nendin");
    e.sched(Event::new(100).dur(0.0).arg(314.0)).expect("an init pass");
    e.perform().expect("a render");
    assert_eq!((e.query_variable("gkfoo").ok(), e.now()), (Some(314.0), 0.01));
    e.perform().expect("nothing more");
    assert_eq!(e.now(), 0.01);
}

#[test]
fn notes_without_end_sound_across_renders_and_do_not_move_the_marker() {
    let mut e = engine(CONSTANT);
    e.sched(Event::new(100).arg(1.0)).expect("an event");
    assert_eq!(e.end_time(), 0.0);
    e.perform_until(0.02).expect("a render");
    e.perform_until(0.04).expect("a render");
    assert_eq!(cycles(&e), [1.0; 4]);
}

#[test]
fn rewinding_drops_everything_and_appends_what_follows() {
    let mut e = engine(CONSTANT);
    e.sched(Event::new(100).arg(1.0)).expect("an event");
    e.sched(Event::new(100).delay(0.05).dur(0.01).arg(9.0)).expect("an event");
    e.perform_until(0.02).expect("a render");
    e.rewind(0.0).expect("the beginning");
    assert_eq!(e.now(), 0.0);
    e.sched(Event::new(100).delay(0.01).dur(0.01).arg(2.0)).expect("an event");
    e.perform_until(0.06).expect("a render");
    assert_eq!(cycles(&e), [1.0, 1.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0]);
    e.rewind(0.04).expect("another time");
    assert_eq!(e.now(), 0.04);
    assert!(e.rewind(-1.0).is_err());
}

fn filed(name: &str) -> (OfflineEngine, Arc<MemoryHost>) {
    let host = Arc::new(MemoryHost::default());
    let builder = OfflineEngine::builder().sr(1000.0).ksmps(10).nchnls(1).outfile(name).host(host.clone());
    let mut engine = builder.build().expect("an engine");
    engine.compile(CONSTANT).expect("code");
    (engine, host)
}

#[test]
fn the_file_can_be_read_while_it_grows_and_stop_completes_it() {
    let (mut e, host) = filed("a sound.wav");
    e.sched(Event::new(100).dur(0.04).arg(0.5)).expect("an event");
    e.perform_until(0.02).expect("a render");
    let job = e.render_job().expect("a part");
    assert_eq!(job.samples().expect("a readable file").len(), 20);
    let job = e.stop().expect("the rest").expect("a job");
    assert_eq!((job.frames(), job.duration(), job.end_time(), job.start_time()), (40, 0.04, 0.04, 0.0));
    assert_eq!(
        (job.outfile(), job.sr(), job.nchnls(), job.encoding()),
        (Some("a sound.wav"), 1000.0, 1, "float32")
    );
    assert_eq!(job.samples().expect("a file"), [0.5; 40]);
    job.wait();
    assert!(host.find("a sound.wav", Purpose::Sound).is_some());
}

#[test]
fn encodings_and_kinds_of_file_are_honoured() {
    for (name, encoding, want, stored) in [
        ("x.wav", "", "float32", Encoding::F32),
        ("x.wav", "pcm16", "pcm16", Encoding::I16),
        ("x.aiff", "pcm24", "pcm24", Encoding::I24),
        ("x.aif", "", "float32", Encoding::F32),
        ("x.flac", "", "pcm24", Encoding::I24),
        ("x.wav", "float64", "float64", Encoding::F64),
        ("x.wav", "pcm32", "pcm32", Encoding::I32),
    ] {
        let host = Arc::new(MemoryHost::default());
        let builder = OfflineEngine::builder().outfile(name).encoding(encoding).host(host.clone());
        let mut e = builder.build().expect("an engine");
        e.compile(CONSTANT).expect("code");
        e.sched(Event::new(100).dur(0.1).arg(0.5)).expect("an event");
        assert_eq!(e.stop().expect("a render").expect("a job").encoding(), want);
        let bytes = host.read(name, Purpose::Sound).expect("a file");
        let sound = crate::soundfile::read(bytes, &crate::soundfile::Limits::default()).expect("readable");
        assert_eq!(sound.encoding, stored, "{name} {encoding}");
        assert!((sound.frames[100] - 0.5).abs() < 1e-4);
    }
}

#[test]
fn after_stop_everything_is_an_error_but_the_history() {
    let mut e = engine(CONSTANT);
    e.sched(Event::new(100).dur(0.01).arg(1.0)).expect("an event");
    e.stop().expect("a render").expect("a job");
    assert!(e.is_stopped());
    assert!(e.stop().expect("again").is_none());
    assert!(matches!(e.sched(100), Err(EngineError::Stopped)));
    assert!(matches!(e.compile("gi1 = 1"), Err(EngineError::Stopped)));
    assert!(matches!(e.perform_until(1.0), Err(EngineError::Stopped)));
    assert!(matches!(e.str_set("x"), Err(EngineError::Stopped)));
    assert!(matches!(e.query_variable("gi1"), Err(EngineError::Stopped)));
    assert!(matches!(e.unsched(100, 0.0), Err(EngineError::Stopped)));
    assert!(matches!(e.setp(100, [(4, 1.0)], 0.0), Err(EngineError::Stopped)));
    assert!(matches!(e.make_table([1.0]), Err(EngineError::Stopped)));
    assert!(matches!(e.rewind(0.0), Err(EngineError::Stopped)));
    assert!(matches!(e.assign_audio_bus(true), Err(EngineError::Stopped)));
    assert_eq!(e.render_job().expect("a job").frames(), 10);
    assert!(e.generate_csd().is_ok());
    e.cancel(true).expect("nothing to do");
}

#[test]
fn stop_can_render_more_or_nothing() {
    let mut e = engine(CONSTANT);
    e.sched(Event::new(100).dur(0.01).arg(1.0)).expect("an event");
    assert_eq!(e.stop_extra(0.02).expect("a render").expect("a job").frames(), 30);
    let mut e = engine(CONSTANT);
    e.sched(Event::new(100).dur(0.01).arg(1.0)).expect("an event");
    assert!(e.stop_here().expect("no render").is_none());
    let mut e = engine(CONSTANT);
    assert!(e.stop().expect("nothing to render").is_none());
}

#[test]
fn cancel_drops_what_waits_and_removes_the_file() {
    let (mut e, host) = filed("x.wav");
    e.sched(Event::new(100).dur(0.01).arg(1.0)).expect("an event");
    e.cancel(false).expect("cancelled");
    assert!(host.find("x.wav", Purpose::Sound).is_some());
    assert!(matches!(e.perform(), Err(EngineError::Stopped)));
    let (mut e, host) = filed("x.wav");
    e.cancel(true).expect("cancelled");
    assert!(host.find("x.wav", Purpose::Sound).is_none());
}

#[test]
fn another_thread_can_stop_a_render() {
    let switch = Cancel::default();
    let mut e = OfflineEngine::builder().cancel(&switch).memory().build().expect("an engine");
    switch.cancel();
    let error = e.perform_until(1e6).expect_err("cancelled");
    assert!(matches!(error, EngineError::Cancelled { .. }), "{error}");
    assert!(e.now() < 1.0);
    assert!(e.cancel_switch().is_cancelled());
}

#[test]
fn a_piece_that_exits_ends_the_render() {
    let mut e = engine("instr 100\n  exitnow 3\nendin");
    e.sched(Event::new(100).delay(0.02).dur(0.01)).expect("an event");
    assert!(matches!(e.perform_until(1.0), Err(EngineError::Exited { status: 3 })));
    assert_eq!(e.now(), 0.02);
}

#[test]
fn progress_is_told_and_may_stop_the_render() {
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let sink = seen.clone();
    let mut e = OfflineEngine::builder()
        .memory()
        .on_progress(move |p| {
            lock(&sink).push(p.seconds);
            p.seconds < 2.0
        })
        .build()
        .expect("an engine");
    e.compile(CONSTANT).expect("code");
    assert!(matches!(e.perform_until(60.0), Err(EngineError::Cancelled { .. })));
    let seen = lock(&seen);
    assert!(seen.is_sorted() && seen.len() >= 4, "{seen:?}");
    assert!((2.0..3.0).contains(&e.now()), "{}", e.now());
}

#[test]
fn messages_are_kept_or_handed_on() {
    let code = "instr 100\n  prints \"hello\\n\"\nendin";
    let mut e = engine(code);
    e.sched(Event::new(100).dur(0.01)).expect("an event");
    e.perform().expect("a render");
    assert_eq!(said(&mut e), "hello\n");
    assert_eq!(said(&mut e), "");
    let heard = Arc::new(std::sync::Mutex::new(String::new()));
    let ear = heard.clone();
    let builder = OfflineEngine::builder().memory().quiet(false);
    let mut e =
        builder.on_message(move |m| lock(&ear).push_str(&m.text.to_string())).build().expect("an engine");
    e.compile(code).expect("code");
    e.sched(Event::new(100).dur(0.01)).expect("an event");
    e.perform().expect("a render");
    assert!(lock(&heard).contains("new alloc for instr 100:\nhello\n"));
}

#[test]
fn without_an_outfile_a_temporary_one_is_made_with_the_first_sound() {
    let mut e = OfflineEngine::new().expect("an engine");
    e.compile(CONSTANT).expect("code");
    assert_eq!(e.outfile(), None);
    e.sched(Event::new(100).dur(0.1).arg(0.5)).expect("an event");
    let job = e.stop().expect("a render").expect("a job");
    let name = job.outfile().expect("a file").to_owned();
    assert!(name.ends_with(".wav"));
    assert_eq!(job.samples().expect("a file").len(), 2 * 4416);
    #[expect(clippy::disallowed_methods, reason = "the engine made the file, the test removes it")]
    std::fs::remove_file(&name).expect("there is one");
    assert!(job.open_outfile("").is_err());
}

#[test]
fn samples_can_be_taken_piece_by_piece() {
    let mut e = engine(CONSTANT);
    e.sched(Event::new(100).dur(0.02).arg(-0.5)).expect("an event");
    e.perform_until(0.01).expect("a render");
    assert_eq!(e.take_samples().len(), 10);
    e.perform().expect("a render");
    assert_eq!(e.samples(), [-0.5; 10]);
    assert_eq!(e.peaks(), [0.5]);
}

#[test]
fn a_job_draws_its_sound() {
    let (mut e, host) = filed("x.wav");
    e.sched(Event::new(100).dur(0.5).arg(0.5)).expect("an event");
    let job = e.stop().expect("a render").expect("a job");
    job.picture("x.png").expect("a picture");
    job.picture("x.svg").expect("a picture");
    assert!(host.get("x.png").expect("a file").starts_with(b"\x89PNG"));
    assert!(host.get("x.svg").expect("a file").starts_with(b"<svg"));
    assert!(job.picture("x.gif").is_err());
}
