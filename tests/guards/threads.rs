//! Notes on several threads: they do go there, and what goes wrong there is told as anywhere.

use orchestrion::Render;
use orchestrion::base::error::{OpError, OpResult};
use orchestrion::base::op::{Make, OpDef, Ugen, sig, unit};
use orchestrion::base::port::Io;
use orchestrion::base::world::World;
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

static THREADS: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

static WATCHED: OpDef =
    OpDef::new("watched", "Notes its thread.").sigs(&[sig("a", "", Make::Unit(unit::<Watched>))]);
static FAILING: OpDef = OpDef::new("failing", "Fails, or panics if p4 is 1.")
    .sigs(&[sig("a", "", Make::Unit(unit::<Failing>))])
    .may_fail();

#[derive(Default)]
struct Watched;

impl Ugen for Watched {
    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let name = std::thread::current().name().unwrap_or("").to_owned();
        THREADS.lock().unwrap().insert(name);
        // Long enough that every thread wakes up before the others have done its work.
        std::thread::sleep(Duration::from_millis(2));
        io.set(0, 0.001);
        Ok(())
    }
}

#[derive(Default)]
struct Failing;

impl Ugen for Failing {
    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        assert!(io.note.given.borrow().get(3) != Some(&1.0), "as asked");
        Err(OpError::new("not today"))
    }
}

#[test]
fn notes_play_on_the_threads_that_are_asked_for_up_to_the_number_given() {
    let score = "schedule 1, 0, 0.01\n".repeat(60);
    let orchestra = format!("sr = 32000\nksmps = 320\ninstr 1\na1 watched\nout a1\nendin\n{score}");
    let made = Render::new().opcode(&WATCHED).threads(3).end(0.01).text(&orchestra).unwrap();
    assert!((made.samples[5] * 32768.0 - 0.06).abs() < 1e-12);
    let threads = THREADS.lock().unwrap().clone();
    let others: Vec<&str> = threads.iter().map(String::as_str).filter(|n| n.starts_with("orch")).collect();
    assert_eq!(others, ["orchestrion 2", "orchestrion 3"]);
    assert_eq!(threads.len(), 3);
}

#[test]
fn errors_and_panics_come_in_the_order_of_the_notes() {
    let score: String = (0..80).map(|n| format!("schedule 1 + {n} / 100, 0, 0.1, {}\n", n % 2)).collect();
    let orchestra = format!("sr = 32000\nksmps = 320\ninstr 1\na1 failing\nout a1\nendin\n{score}");
    let run = |threads| {
        let mut said = Vec::new();
        let render = Render::new().opcode(&FAILING).threads(threads).end(0.1);
        let made = render.on_message(|m| said.push(m.text.to_string())).text(&orchestra).unwrap();
        (made.errors, said)
    };
    let (errors, said) = run(1);
    assert_eq!(errors, 80);
    assert_eq!(said.iter().filter(|text| text.contains("not today")).count(), 40);
    assert_eq!(said.iter().filter(|text| text.contains("as asked")).count(), 40);
    assert_eq!(run(4), (errors, said));
}
