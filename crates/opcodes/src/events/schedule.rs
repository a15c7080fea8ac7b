//! `schedule`, `schedulek`, `event`, `event_i`, `schedwhen`: asking for score events.

use crate::events::target::{defined, p1};
use crate::step::{WorldStep, world_at_init, world_at_perf};
use crate::tables::make::make_table;
use bstr::{BString, ByteSlice};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::event::{Command, PField, When};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const IN: &[Port] = &[
    port(
        "insnum",
        "number or name of the instrument, negative to end a held note; or all p-fields in one array",
    ),
    port("iwhen", "start in seconds from now"),
    port("idur", "duration in seconds; 0 runs init only, a negative one holds the note"),
    port(
        "ip4...",
        "further p-fields; once there is a string (or for schedule a control value) among them, all numbers have six decimals",
    ),
];

/// Definition of `schedule`.
pub static SCHEDULE: OpDef = OpDef::new("schedule", "Starts a note.")
    .sigs(&[
        sig("", "iiim", world_at_init::<Schedule<INIT>>()),
        sig("", "iiiN", world_at_init::<ScheduleText<INIT>>()),
        sig("", "Siim", world_at_init::<Schedule<INIT>>()),
        sig("", "SiiN", world_at_init::<ScheduleText<INIT>>()),
        sig("", "i[]", world_at_init::<Schedule<INIT>>()),
    ])
    .ins(IN)
    .source("Manual: schedule; order measured on the reference (semantics F4, F15)");

/// Definition of `schedulek`.
pub static SCHEDULEK: OpDef = OpDef::new("schedulek", "Starts a note in every k-cycle that reaches it.")
    .sigs(&[
        sig("", "kkkM", world_at_perf::<Schedule<PERF>>()),
        sig("", "kkkN", world_at_perf::<ScheduleText<PERF>>()),
        sig("", "SkkM", world_at_perf::<Schedule<PERF>>()),
        sig("", "SkkN", world_at_perf::<ScheduleText<PERF>>()),
        sig("", "k[]", world_at_perf::<Schedule<PERF>>()),
    ])
    .ins(IN)
    .writes(Res::EVENTS)
    .may_fail()
    .source("Manual: schedulek");

const EVENT_IN: &[Port] = &[
    port("Sletter", "statement: i, f, q, a, e or d"),
    port("kp1", "p1: number or name of the instrument"),
    port("kp2...", "p2 and further p-fields; p2 in seconds from now"),
];

/// Definition of `event`.
pub static EVENT: OpDef = OpDef::new("event", "Makes a score event in every k-cycle that reaches it.")
    .sigs(&[sig("", "Skz", world_at_perf::<Event<PERF>>()), sig("", "SSz", world_at_perf::<Event<PERF>>())])
    .ins(EVENT_IN)
    .writes(Res::EVENTS)
    .may_fail()
    .source("Manual: event");

/// Definition of `event_i`.
pub static EVENT_I: OpDef = OpDef::new("event_i", "Makes a score event at init.")
    .sigs(&[sig("", "Sim", world_at_init::<Event<INIT>>()), sig("", "SSm", world_at_init::<Event<INIT>>())])
    .ins(EVENT_IN)
    .source("Manual: event_i");

/// Definition of `schedwhen`.
pub static SCHEDWHEN: OpDef = OpDef::new("schedwhen", "Starts a note once, when its trigger is first not 0.")
    .sigs(&[
        sig("", "kkkkm", Make::Unit(world_unit::<When1>)),
        sig("", "kSkkm", Make::Unit(world_unit::<When1>)),
    ])
    .ins(&[
        port("ktrigger", "not 0 starts the note"),
        port("kinsnum", "number or name of the instrument"),
        port("kwhen", "start in seconds from now"),
        port("kdur", "duration in seconds"),
        port("ip4...", "further p-fields"),
    ])
    .writes(Res::EVENTS)
    .may_fail()
    .source("Manual: schedwhen");

const INIT: u8 = 0;
const PERF: u8 = 1;

const fn when(code: u8) -> When {
    if code == INIT { When::Init } else { When::Perf }
}

/// p-fields from input `first`, which is p1, on.
pub(super) fn fields(io: &Io<'_>, first: usize, world: &World) -> OpResult<Vec<PField>> {
    if let Some(array) = io.array(first) {
        return Ok(array.nums().iter().map(|x| PField::Num(*x)).collect());
    }
    let mut p = vec![PField::Num(p1(io, first, world)?)];
    p.extend((first + 1..io.n_ins()).map(|i| PField::Num(io.k(i))));
    Ok(p)
}

/// Asks for an event whose p1 is a number.
pub(super) fn ask(world: &mut World, letter: u8, p: Vec<PField>, when: When) -> OpResult {
    let number = p.first().map_or(0.0, PField::num);
    if matches!(letter, b'i' | b'd') && defined(world, number).is_none() {
        world.warn(format!("cannot find instrument {}, no action", number.trunc()));
        return Ok(());
    }
    if matches!(letter, b'i' | b'q' | b'a') && p.len() < 3 || letter == b'f' && p.len() < 4 && number > 0.0 {
        return Err(OpError::new(format!("the {} event has not enough p-fields", char::from(letter))));
    }
    world.request(Command::Event { letter, p, when })?;
    Ok(())
}

/// The event as score text, which is how the reference passes on strings: six decimals.
fn text(io: &Io<'_>) -> BString {
    let mut s = BString::from("i");
    for i in 0..io.n_ins() {
        if io.is_str(i) {
            s.extend_from_slice(b" \"");
            s.extend_from_slice(&io.str(i).replace("\"", "\\\""));
            s.push(b'"');
        } else {
            s.extend_from_slice(format!(" {:.6}", io.k(i)).as_bytes());
        }
    }
    s
}

struct Schedule<const WHEN: u8>;

impl<const WHEN: u8> WorldStep for Schedule<WHEN> {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let p = fields(io, 0, world)?;
        ask(world, b'i', p, when(WHEN))
    }
}

/// With p-fields that are not all numbers of their rate (strings, or control values at init).
struct ScheduleText<const WHEN: u8>;

impl<const WHEN: u8> WorldStep for ScheduleText<WHEN> {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        world.request(Command::Score { text: text(io), when: when(WHEN) })
    }
}

struct Event<const WHEN: u8>;

impl<const WHEN: u8> WorldStep for Event<WHEN> {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let letter = io.str(0).first().copied().unwrap_or(0);
        if !b"aiqfed".contains(&letter) {
            return Err("event: the statement must be one of a, d, e, f, i, q".into());
        }
        if io.is_str(1) && !b"iqd".contains(&letter) {
            return Err("event: only i, q and d events take an instrument's name".into());
        }
        let mut p = fields(io, 1, world)?;
        if letter == b'f' && WHEN == INIT && p.get(1).is_some_and(|p2| p2.num() <= 0.0) {
            return make_now(world, &p);
        }
        // A d event is an i event with a negative p1.
        if letter == b'd'
            && let Some(PField::Num(n)) = p.first_mut()
        {
            *n = -*n;
        }
        ask(world, if letter == b'd' { b'i' } else { letter }, p, when(WHEN))
    }
}

/// An `f` event at init is carried out at once.
fn make_now(world: &mut World, p: &[PField]) -> OpResult {
    let number = p.first().map_or(0.0, PField::num);
    if number.round_ties_even() == 0.0 {
        return Ok(());
    }
    let size = p.get(2).map_or(0.0, PField::num);
    let routine = p.get(3).cloned().unwrap_or(PField::Num(0.0));
    let args = p.get(4..).unwrap_or(&[]);
    make_table(world, number, size, &routine, args)
        .map(drop)
        .map_err(|e| OpError::new(format!("event_i: {e}")))
}

#[derive(Default)]
struct When1 {
    done: bool,
}

impl WorldUgen for When1 {
    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        self.done = false;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        if self.done || io.k(0) == 0.0 {
            return Ok(());
        }
        self.done = true;
        let p = fields(io, 1, world)?;
        ask(world, b'i', p, When::Perf)
    }
}
