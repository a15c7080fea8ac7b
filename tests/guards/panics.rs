//! Opcodes that a program registers and that panic.

use orchestrion::Render;
use orchestrion::base::error::OpResult;
use orchestrion::base::op::{Init, Make, OpDef, Ugen, sig, unit};
use orchestrion::base::port::Io;
use orchestrion::base::world::World;
use orchestrion::offline::{Event, OfflineEngine};

static PERFORM: OpDef =
    OpDef::new("fragile", "Panics in its third k-cycle.").sigs(&[sig("a", "", Make::Unit(unit::<Fragile>))]);
static INIT: OpDef = OpDef::new("still_born", "Panics at init.").sigs(&[sig("", "", Make::Init(still_born))]);
static MAP: OpDef =
    OpDef::new("no_five", "Panics if it is given 5.").sigs(&[sig("k", "k", Make::Map1(no_five))]);
static MAKE: OpDef =
    OpDef::new("unmade", "Panics before it is there.").sigs(&[sig("a", "", Make::Unit(unit::<Unmade>))]);

#[derive(Default)]
struct Fragile(u32);

impl Ugen for Fragile {
    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        assert_eq!(self.0, 0, "a broken state was used again");
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        self.0 += 1;
        assert!(self.0 < 3, "three is too many");
        io.set(0, 0.25);
        Ok(())
    }
}

fn still_born(_: &mut Init<'_>) -> OpResult {
    panic!("born dead")
}

fn no_five(x: f64) -> f64 {
    assert!(x != 5.0, "five");
    x
}

struct Unmade;

impl Default for Unmade {
    fn default() -> Self {
        panic!("not to be had")
    }
}

impl Ugen for Unmade {
    fn perform(&mut self, _: &Io<'_>, _: &World) -> OpResult {
        Ok(())
    }
}

const ORCHESTRA: &str = "instr 101\n a1 fragile\n out a1\nendin\ninstr 102\n still_born\nendin\ninstr 103\n \
                         k1 no_five p4\n a1 = k1\n out a1\nendin\ninstr 104\n a1 unmade\nendin\ninstr 105\n a1 = .5\n out a1\nendin\n";

#[test]
fn a_panic_is_an_error_of_the_note_and_the_engine_goes_on() {
    let builder = OfflineEngine::builder().memory().nchnls(1).ksmps(10).sr(1000.0);
    let builder = [&PERFORM, &INIT, &MAP, &MAKE].into_iter().fold(builder, |builder, op| builder.opcode(op));
    let mut engine = builder.build().unwrap();
    engine.compile(ORCHESTRA).unwrap();
    for round in 0..3 {
        for instrument in 101..=105 {
            engine.sched(Event::new(instrument).dur(0.1).args([5.0])).unwrap();
        }
        engine.sched(Event::new(103).dur(0.01).args([0.125])).unwrap();
        engine.perform().unwrap();
        assert_eq!(engine.errors(), 4 * (round + 1));
    }
    // Opcodes that do not declare errors run many k-cycles at a time: the whole block of the panic is lost.
    let sound = engine.samples();
    assert_eq!((sound[0], sound[10], sound[20], sound[100]), (0.875, 0.5, 0.5, 0.875));
    let said: String = engine.take_messages().iter().map(|m| m.text.to_string()).collect();
    for part in [
        "PERF ERROR in instr 101 (opcode fragile) <orchestra>:2:2: the opcode panicked: three is too many",
        "INIT ERROR in instr 102 (opcode still_born) <orchestra>:6:2: the opcode panicked: born dead",
        "in instr 103 (opcode instr): the opcode panicked: five",
        "in instr 104 (opcode instr): the opcode panicked: not to be had",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert!(engine.stop().unwrap().is_some());
}

#[test]
fn a_whole_piece_goes_on_too() {
    let piece = format!("{ORCHESTRA}schedule 101, 0, .1\nschedule 105, 0, .1\n");
    let made = Render::new()
        .opcode(&PERFORM)
        .opcode(&INIT)
        .opcode(&MAP)
        .opcode(&MAKE)
        .end(0.1)
        .text(&piece)
        .unwrap();
    assert_eq!((made.errors, made.frames), (1, 4410));
    assert!(made.samples.last().is_some_and(|x| *x * 32768.0 == 0.5));
}
