//! Every limit is reached by a small piece, and said so with its name, its flag, the opcode and the line.

use crate::command::{Folder, document, render};
use orchestrion::base::limits::ROWS;
use orchestrion::host::MemoryHost;
use orchestrion::{Limit, Limits, Render, RenderError};
use std::sync::Arc;

/// A limit, a number for it, and a piece that is beyond it.
struct Case {
    limit: Limit,
    number: u64,
    /// The body of instrument 1, or more of an orchestra after a line `endin`.
    body: &'static str,
    score: &'static str,
    /// A part of what is said.
    said: &'static str,
}

const NOTE: &str = "i 1 0 .1";

const fn case(limit: Limit, number: u64, body: &'static str, said: &'static str) -> Case {
    Case { limit, number, body, score: NOTE, said }
}

const CASES: &[Case] = &[
    case(Limit::InitSteps, 1000, "i1 = 0\nwhile i1 < 1e9 do\ni1 += 1\nod", "opcode goto) <text>:1"),
    case(
        Limit::CycleSteps,
        1000,
        "k1 = 0\nwhile k1 < 1e9 do\nk1 += 1\nod",
        "PERF ERROR in instr 1 (opcode goto) <text>:",
    ),
    case(
        Limit::InitSteps,
        1_000_000,
        "i1 = 0\nwhile i1 < 100 do\ni2 evalstr \"return 1\"\ni1 += 1\nod",
        "too many texts are compiled at once",
    ),
    case(
        Limit::Recursion,
        100,
        "gS = \"i1 evalstr gS\"\ni1 evalstr gS",
        "(opcode evalstr) compiled text:1:1: limit recursion",
    ),
    case(Limit::Recursion, 20, "i1 Deep 1", "calls of Deep nest more than 20 deep"),
    case(
        Limit::Recursion,
        3,
        "a1 subinstr 3\nendin\ninstr 3\na1 subinstr 4\nout a1\nendin\ninstr 4\na1 subinstr 3\nout a1",
        "(opcode subinstr) <text>:2",
    ),
    Case {
        limit: Limit::Instances,
        number: 3,
        body: "a1 = 0",
        score: "i 1 0 .1\ni 1 0 .1\ni 1 0 .1\ni 1 0 .1",
        said: "3 notes play; note of instr 1 deleted",
    },
    case(
        Limit::Events,
        10,
        "i1 = 0\nwhile i1 < 20 do\nschedule 2, 10, .1\ni1 += 1\nod",
        "(opcode schedule) <text>:",
    ),
    case(Limit::Events, 10, "schedkwhen 1, 0, 0, 2, 10, .1", "10 events are waiting"),
    case(Limit::CycleEvents, 100, "schedule 1, 0, .1", "100 events in one k-cycle"),
    case(Limit::TablePoints, 100, "i1 ftgen 0, 0, 1024, 10, 1", "(opcode ftgen) <text>:"),
    case(Limit::TablePoints, 100, "ftresizei 5, 200", "(opcode ftresizei) <text>:"),
    case(
        Limit::TableBytes,
        10_000,
        "i1 ftgen 0, 0, 1024, 10, 1\ni1 ftgen 0, 0, 1024, 10, 1",
        "(opcode ftgen) <text>:",
    ),
    case(Limit::NoteBytes, 20_000, "a0 = 0\na1 delay a0, 1", "delay asks for 64000 bytes"),
    Case {
        limit: Limit::NoteBytes,
        number: 150_000,
        body: "a0 = 0\na1 delay a0, 1",
        score: "i 1 0 .1\ni 1 0 .1\ni 1 0 .1",
        said: "with which all notes would have",
    },
    case(Limit::ArrayElements, 10, "k1[] init 100", "an array of 100 elements"),
    case(Limit::ArrayElements, 10, "k1[] genarray 1, 100", "(opcode genarray) <text>:"),
    case(Limit::StringBytes, 10, "S1 strcat \"123456\", \"789012\"", "(opcode strcat) <text>:"),
    case(
        Limit::MessageBytes,
        2000,
        "i1 = 0\nwhile i1 < 100 do\nprints \"again\\n\"\ni1 += 1\nod",
        "2000 bytes of messages",
    ),
    case(Limit::IncludeDepth, 3, "#include \"self\"", "more than 3 files including each other"),
    case(Limit::MacroDepth, 5, "#define X #$X#\n$X", "more than 5 macros or includes nested"),
    Case {
        limit: Limit::MacroDepth,
        number: 5,
        body: "",
        score: "m A\ni 1 0 1\nb 0\nn A\ns",
        said: "`n A` nests more than 5 deep",
    },
    case(
        Limit::TextBytes,
        400,
        "#define X #k1 = 0\n#\n$X $X $X $X $X $X $X $X $X $X",
        "bytes of expanded text",
    ),
    case(Limit::FileBytes, 30, "ftsave \"f\", 0, 5", "\"f\" would have more than 30 bytes"),
    case(
        Limit::SoundSamples,
        10,
        "a1 diskin \"sound.wav\"\nout a1",
        "the sound file has more than 10 samples",
    ),
    Case {
        limit: Limit::OutputSeconds,
        number: 1,
        body: "",
        score: "i 1 0 -1\nf 0 3600",
        said: "the piece plays for 1 s",
    },
];

/// Limits that [`CASES`] does not reach: they need a folder, or end the render in their own way.
const APART: [Limit; 2] = [Limit::OpenFiles, Limit::KeptSamples];

fn host(limits: Limits) -> Arc<MemoryHost> {
    let host = MemoryHost::new(limits);
    host.insert("self", *b"\n#include \"self\"\n");
    host.insert("sound.wav", std::fs::read(orchestrion_tests::assets().join("mono.wav")).unwrap());
    Arc::new(host)
}

/// What is said of a case, and the peak of its sound if it was rendered.
fn outcome(case: &Case) -> (String, Option<f64>) {
    let orchestra = format!(
        "opcode Deep, i, i\nii xin\nir Deep ii + 1\nxout ir\nendop\ngi5 ftgen 5, 0, 8, 2, 1\ninstr 1\n{}\nendin\ninstr 2\na1 = .5\nout a1\nendin",
        case.body
    );
    let score = format!("{}\ni 2 .15 .1", case.score);
    let limits = Limits::default().with(case.limit, case.number);
    let render = Render::new().limit(case.limit, case.number).host(host(limits));
    match render.text(&document("", &orchestra, &score)) {
        Ok(made) => {
            let said: Vec<String> = made.messages.iter().map(|m| m.text.to_string()).collect();
            assert!(
                made.errors > 0 || case.limit == Limit::MessageBytes,
                "{}: no error is counted",
                case.body
            );
            (said.concat(), Some(made.peaks[0]))
        }
        Err(e) => (e.to_string(), None),
    }
}

#[test]
fn every_limit_is_said_with_its_name_and_other_notes_go_on() {
    for case in CASES {
        let (said, peak) = outcome(case);
        let name = case.limit.row().name;
        for part in [format!("limit {name} reached: "), format!("(--limit:{name}=N "), case.said.to_owned()] {
            assert!(said.contains(&part), "{}: \"{part}\" is missing in\n{said}", case.body);
        }
        assert!(peak.is_none_or(|peak| peak == 0.5), "{}: {peak:?}", case.body);
    }
}

#[test]
fn every_limit_has_a_case() {
    for row in &ROWS {
        let has = CASES.iter().any(|case| case.limit == row.limit) || APART.contains(&row.limit);
        assert!(has, "{}", row.name);
    }
}

#[test]
fn files_are_opened_as_long_as_there_is_room() {
    let folder = Folder::new();
    let files = "a1 = .5\nfout \"a.wav\", 4, a1\nfout \"b.wav\", 4, a1";
    let piece = folder.write("p.csd", document("-o x.wav", &format!("instr 1\n{files}\nendin"), NOTE));
    let (status, said) = render(&folder.0, &["--limit:open-files=2", &piece]);
    assert_eq!(status, 2, "{said}");
    assert!(
        said.contains("limit open-files reached: 2 files are open for writing") && said.contains("b.wav"),
        "{said}"
    );
    assert_eq!(render(&folder.0, &["--limit:open-files=3", &piece]).0, 0);
}

#[test]
fn a_sound_in_memory_is_as_long_as_it_may_be() {
    let render = Render::new().limit(Limit::KeptSamples, 100).text(&document("", "instr 1\nendin", NOTE));
    let error = render.unwrap_err();
    assert!(matches!(error, RenderError::TooLong(100)));
    assert!(error.to_string().starts_with("limit kept-samples reached"), "{error}");
}

#[test]
fn a_driven_engine_has_the_same_limits() {
    use orchestrion::offline::{EngineError, Event, OfflineEngine};
    let make = |limit, number| OfflineEngine::builder().memory().limit(limit, number).build().unwrap();
    let mut engine = make(Limit::OutputSeconds, 1);
    let error = engine.perform_until(3.0).unwrap_err();
    assert!(matches!(error, EngineError::Limit { limit: Limit::OutputSeconds, .. }), "{error}");
    assert_eq!(engine.now().floor(), 1.0);
    let error = make(Limit::KeptSamples, 1000).perform_until(1.0).unwrap_err();
    assert!(error.to_string().starts_with("limit kept-samples reached"), "{error}");
    let mut engine = make(Limit::Events, 1);
    engine.compile("instr 100\nendin").unwrap();
    engine.sched(Event::new(100).dur(1.0)).unwrap();
    let error = engine.sched(Event::new(100).dur(1.0)).unwrap_err();
    assert!(error.to_string().starts_with("limit events reached"), "{error}");
}

#[test]
fn memory_of_notes_is_given_back() {
    // One note after the other has 64 kB; they use the same memory.
    let score: String = (0..50).map(|n| format!("i 1 {} .05\n", f64::from(n) * 0.1)).collect();
    let text = document("", "instr 1\na0 = 0\na1 delay a0, 1\nout a1 + .25\nendin", &(score + "s\ni 1 0 .1"));
    let made = Render::new().limit(Limit::NoteBytes, 100_000).text(&text).unwrap();
    assert_eq!((made.errors, made.peaks[0]), (0, 0.25), "{:?}", made.messages);
}

#[test]
fn what_outlives_a_note_counts_too() {
    for (body, opcode) in
        [("strset i1, \"a\"", "strset"), ("S1 sprintf \"c%d\", i1\nchnset i1, S1", "chnset")]
    {
        let text = format!("instr 1\ni1 = 1\nwhile i1 < 1e6 do\n{body}\ni1 += 1\nod\nendin");
        let made = Render::new().limit(Limit::NoteBytes, 20_000).text(&document("", &text, NOTE)).unwrap();
        let said: String = made.messages.iter().map(|m| m.text.to_string()).collect();
        assert!(made.errors == 1 && said.contains(&format!("(opcode {opcode}) <text>:")), "{said}");
        assert!(said.contains("limit note-bytes reached"), "{said}");
    }
}

#[test]
fn the_command_line_sets_limits_and_a_piece_does_not() {
    let folder = Folder::new();
    let orchestra = "instr 1\nk1[] init 100\nendin";
    let piece = folder.write("p.csd", document("-n --limit:array-elements=5", orchestra, NOTE));
    let (status, said) = render(&folder.0, &[&piece]);
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("only whoever renders the piece may say this"), "{said}");
    let (status, said) = render(&folder.0, &["--limit:array-elements=99", &piece]);
    assert_eq!(status, 2, "{said}");
    assert!(said.contains("INIT ERROR in instr 1") && said.contains("p.csd:11:"), "{said}");
    for (bad, why) in [
        ("--limit:arrays=5", "there is no limit \"arrays\""),
        ("--limit:events=-1", "expected a whole number"),
        ("--limit:recursion=100000", "expected a whole number up to 512"),
        ("--limit:events", "expected a whole number"),
    ] {
        let (status, said) = render(&folder.0, &[bad, &piece]);
        assert_eq!(status, 1, "{bad}: {said}");
        assert!(said.contains(why), "{bad}: {said}");
    }
}

#[test]
fn recursion_as_deep_as_can_be_fits_the_stack_of_a_thread() {
    // Opcodes and instruments in turn, each calling the next in a reinit pass of its own.
    let endless = "opcode Endless, a, i\nii xin\nagain:\na1 subinstr 3, ii\nreinit again\nxout a1\nendop\n\
                   instr 3\nagain:\na1 Endless p4 + 1\nreinit again\nout a1\nendin\n";
    let deep = "opcode Deep, a, i\nii xin\na1 = ii\nif ii > 0 then\na1 Deep ii - 1\nendif\nxout a1\nendop\n";
    let text = document(
        "",
        &format!("{endless}{deep}instr 1\na1 Endless 0\nendin\ninstr 2\na1 Deep 500\nout a1 + .5\nendin"),
        "i 1 0 .01\ni 2 0 .01",
    );
    let run = move || Render::new().limit(Limit::Recursion, u64::MAX).text(&text).unwrap();
    let made = std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap();
    assert_eq!((made.errors, made.peaks[0]), (1, 0.5), "{:?}", made.messages);
}

#[test]
fn texts_within_texts_as_deep_as_can_be_fit_the_stack_of_a_thread() {
    // Opcodes down to a depth at which a text begins anew from which opcodes go down again.
    let deep = "opcode Deep, i, i\nii xin\nir = 0\nif ii > 0 then\nir Deep ii - 1\nelse\nir evalstr gS\nendif\nxout ir\nendop\n";
    let orchestra = format!(
        "gS = \"i1 evalstr gS\"\n{deep}instr 1\ni1 Deep 200\na1 = .5\nout a1\nendin\ninstr 2\ni1 evalstr gS\nendin"
    );
    let text = document("", &orchestra, "i 1 0 .01\ni 2 .02 .01");
    let run = move || Render::new().limit(Limit::Recursion, u64::MAX).text(&text).unwrap();
    let made = std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap();
    assert_eq!((made.errors, made.peaks[0]), (2, 0.5), "{:?}", made.messages);
}
