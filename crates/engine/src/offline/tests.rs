//! What an engine does, method by method.

mod control;
mod data;
mod export;
mod schedule;
mod time;

use super::{EngineError, Event, OfflineEngine};

/// An engine in memory with one channel and 10 samples per k-cycle at 1000 Hz: a k-cycle lasts 10 ms.
fn engine(code: &str) -> OfflineEngine {
    let mut engine =
        OfflineEngine::builder().sr(1000.0).ksmps(10).nchnls(1).memory().build().expect("an engine");
    engine.compile(code).unwrap_or_else(|e| panic!("{e}"));
    engine
}

/// Instrument 100 sounds p4 as a constant, read at k-rate.
const CONSTANT: &str = "instr 100\n  kvalue = p4\n  kother = p5\n  out upsamp(kvalue)\nendin\n";

/// First sample of every k-cycle.
fn cycles(engine: &OfflineEngine) -> Vec<f64> {
    engine.samples().iter().step_by(10).copied().collect()
}

/// What the piece printed.
fn said(engine: &mut OfflineEngine) -> String {
    engine.take_messages().iter().map(|m| m.text.to_string()).collect()
}

#[test]
fn engines_can_go_to_other_threads_and_share_nothing() {
    fn is_send<T: Send>() {}
    is_send::<OfflineEngine>();
    let mut threads = Vec::new();
    for n in 1..=3 {
        threads.push(std::thread::spawn(move || {
            let mut engine = engine(CONSTANT);
            engine.sched(Event::new(100).dur(0.05).arg(f64::from(n))).expect("an event");
            engine.perform().expect("a render");
            cycles(&engine)
        }));
    }
    for (n, thread) in (1..).zip(threads) {
        assert_eq!(thread.join().expect("no panic"), vec![f64::from(n); 5]);
    }
}

#[test]
fn a_failed_compile_changes_nothing() {
    let mut engine = engine(CONSTANT);
    let before = engine.generate_csd().expect("a piece");
    for bad in [
        "instr 100\n  out upsamp(1\nendin",
        "instr broken\n  aout nosuchopcode 1\nendin",
        "giwrong = ftlen(77)\ninstr late\nendin",
        "gifresh ftgen 0, 0, 8, 10, 1\ngiwrong = ftlen(77)",
    ] {
        let error = engine.compile(bad).expect_err("wrong text");
        assert!(matches!(error, EngineError::Compile(_)), "{error}");
    }
    assert_eq!(engine.generate_csd().expect("a piece"), before);
    assert_eq!(engine.instr_num("broken"), None);
    assert_eq!(engine.instr_num("late"), None);
    assert!(engine.query_variable("giwrong").is_err());
    assert!(engine.table_data(101).is_err());
    // A global that takes the room of one that went starts from 0.
    assert!(engine.compile("gkgone init 5\nginone = ftlen(77)").is_err());
    engine.compile("instr 101\n  if p4 == 1 then\n    gknew = 3\n  endif\nendin").expect("code");
    assert_eq!(engine.query_variable("gknew").ok(), Some(0.0));
    engine.sched(Event::new(100).dur(0.02).arg(0.5)).expect("instrument 100 is as it was");
    engine.perform().expect("a render");
    assert_eq!(cycles(&engine), [0.5, 0.5]);
}

#[test]
fn errors_of_text_have_their_place_and_their_remedy() {
    let mut engine = engine("");
    let EngineError::Compile(error) =
        engine.compile("instr 100\n  aout oscilxx 0.1, 440\nendin").expect_err("wrong")
    else {
        panic!("another error")
    };
    let place = error.place().expect("a place");
    assert_eq!((&*place.file, place.line, place.column), ("<orchestra>", 2, 8));
    let text = error.to_string();
    assert!(text.contains("error[E0301]") && text.contains("--> <orchestra>:2:8"), "{text}");
    assert!(text.contains("2 |   aout oscilxx 0.1, 440\n  |        ^^^^^^^"), "{text}");
    let reserved = engine.compile("instr 5\nendin").expect_err("reserved");
    assert_eq!(reserved.to_string(), "instr 5 is reserved for the engine (<orchestra>:1:7): use 100 or more");
}

#[test]
fn parameters_are_checked_and_in_force() {
    let bad =
        |builder: super::Builder| builder.memory().build().map(|_| ()).expect_err("out of range").to_string();
    assert!(bad(OfflineEngine::builder().sr(0.0)).starts_with("sr cannot be 0"));
    assert!(bad(OfflineEngine::builder().ksmps(0)).starts_with("ksmps cannot be 0"));
    assert!(bad(OfflineEngine::builder().a4(-1.0)).starts_with("a4 cannot be -1"));
    assert!(bad(OfflineEngine::builder().encoding("pcm12")).contains("use pcm16"));
    assert!(bad(OfflineEngine::builder().commandline_options(["--nosuchflag"])).contains("nosuchflag"));
    let no_kind = OfflineEngine::builder().outfile("sound").build().map(|_| ()).expect_err("no extension");
    assert!(no_kind.to_string().contains(".wav"), "{no_kind}");
    let engine = OfflineEngine::builder()
        .sr(48000.0)
        .ksmps(32)
        .nchnls(4)
        .globalcode("gisum = sr + ksmps + nchnls + 0dbfs + A4 + $X")
        .commandline_options(["--omacro:X=7"])
        .memory()
        .build()
        .expect("an engine");
    assert_eq!(engine.query_variable("gisum").ok(), Some(48000.0 + 32.0 + 4.0 + 1.0 + 442.0 + 7.0));
    assert_eq!((engine.sr(), engine.ksmps(), engine.nchnls(), engine.a4()), (48000.0, 32, 4, 442.0));
    assert_eq!(engine.one_cycle(), 32.0 / 48000.0);
    assert_eq!(engine.version(), 6181);
    assert_eq!((engine.parameters().num_audio_buses, engine.parameters().num_control_buses), (64, 512));
}

#[test]
fn an_engine_without_channels_makes_no_sound() {
    let mut engine = OfflineEngine::builder().nchnls(0).build().expect("an engine");
    engine.compile("gkseen init 0\ninstr 100\n  gkseen += 1\nendin").expect("code");
    engine.sched(Event::new(100).dur(0.1)).expect("an event");
    assert!(engine.stop().expect("a render").is_none());
    assert_eq!(engine.outfile(), None);
}

#[test]
fn includes_are_compiled_once_and_their_macros_hold_in_the_global_code() {
    let host = crate::host::MemoryHost::default();
    host.insert("gain.inc", *b"#define GAIN #0.25#\n");
    host.insert("more.inc", *b"gimore init 3\n");
    let host = std::sync::Arc::new(host);
    let mut engine = OfflineEngine::builder()
        .include("gain.inc")
        .globalcode("gigain = $GAIN")
        .host(host)
        .memory()
        .build()
        .expect("an engine");
    assert_eq!(engine.query_variable("gigain").ok(), Some(0.25));
    engine.include_file("more.inc").expect("a file");
    engine.include_file("more.inc").expect("the same file");
    assert_eq!(engine.query_variable("gimore").ok(), Some(3.0));
    assert_eq!(engine.parameters().includes, ["gain.inc", "more.inc"]);
    let csd = engine.generate_csd().expect("a piece").text;
    assert_eq!(csd.matches("gimore init 3").count(), 1);
    assert!(matches!(engine.include_file("none.inc"), Err(EngineError::File(_))));
}
