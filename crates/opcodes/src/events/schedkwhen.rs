//! `schedkwhen`, `schedkwhennamed`: starting notes on a trigger, with limits on their rate and number.

use crate::events::target::{defined, p1};
use orchestrion_base::error::OpResult;
use orchestrion_base::event::{Command, PField, When};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const SIGS: &[Sig] = &[
    sig("", "kkkkkz", Make::Unit(world_unit::<Trigger>)),
    sig("", "kkkSkz", Make::Unit(world_unit::<Trigger>)),
];
const IN: &[Port] = &[
    port("ktrigger", "not 0 starts a note"),
    port("kmintim", "least time between notes in seconds; 0 for no limit"),
    port("kmaxnum", "greatest number of notes of the instrument at a time; below 1 for no limit"),
    port("kinsnum", "number or name of the instrument"),
    port("kwhen", "start in seconds from the start of this k-cycle; a negative time counts as 0"),
    port("kdur", "duration in seconds, and further p-fields"),
];

/// Definition of `schedkwhen`.
pub static SCHEDKWHEN: OpDef = OpDef::new("schedkwhen", "Starts notes on a trigger.")
    .sigs(SIGS)
    .ins(IN)
    .reads(Res::EVENTS)
    .writes(Res::EVENTS)
    .may_fail()
    .source("Manual: schedkwhen; times measured on the reference");

/// Definition of `schedkwhennamed`.
pub static SCHEDKWHENNAMED: OpDef =
    OpDef::new("schedkwhennamed", "Starts notes on a trigger; same as schedkwhen.")
        .sigs(SIGS)
        .ins(IN)
        .reads(Res::EVENTS)
        .writes(Res::EVENTS)
        .may_fail()
        .source("Manual: schedkwhennamed");

#[derive(Default)]
struct Trigger {
    /// Least time that `pause` was computed from.
    least: f64,
    /// k-cycles until the next note may start.
    remaining: i64,
    /// k-cycles of the last change of the least time.
    previous: i64,
}

impl Trigger {
    fn act(&mut self, io: &Io<'_>, world: &mut World, when: When) -> OpResult {
        self.remaining = (self.remaining - 1).max(0);
        if io.k(0) == 0.0 {
            return Ok(());
        }
        let least = io.k(1);
        let cycles = (least * io.clock.kr + 0.5) as i64;
        if self.least != least {
            if cycles > 0 {
                self.remaining += cycles - self.previous;
                self.previous = cycles;
            } else {
                self.remaining = 0;
            }
            self.least = least;
        }
        let number = p1(io, 3, world)?;
        // The limits do not hold for events that end notes.
        if number >= 0.0 {
            if least > 0.0 && self.remaining > 0 {
                return Ok(());
            }
            if io.k(2) >= 1.0 {
                let Some(instrument) = defined(world, number) else {
                    return Err("schedkwhen: the instrument is not defined".into());
                };
                let active = world.instruments.active.get(&instrument).map_or(0, |a| a.all);
                if f64::from(active) >= io.k(2).trunc() {
                    return Ok(());
                }
            }
        }
        let mut p = vec![PField::Num(number)];
        p.extend((4..io.n_ins()).map(|i| PField::Num(io.k(i))));
        if let Some(PField::Num(start)) = p.get_mut(1) {
            *start = start.max(0.0);
        }
        self.remaining = if least > 0.0 { cycles } else { 0 };
        if defined(world, number).is_none() {
            return Err("schedkwhen: the instrument is not defined".into());
        }
        world.request(Command::Event { letter: b'i', p, when })?;
        Ok(())
    }
}

impl WorldUgen for Trigger {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.least = cx.io.k(1);
        self.remaining = 0;
        // The reference acts at init of the very first k-cycle, and of notes that have no performance.
        let first = cx.world.cycle == 0;
        if cx.io.k(0) != 0.0 && (first || cx.io.pfield(3) == 0.0) {
            return self.act(&cx.io, cx.world, When::Init);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        self.act(io, world, When::Cycle)
    }
}
