//! Counters that notes share: `cntCreate`, `count`, `count_i`, `cntRead`, `cntCycles`, `cntReset`,
//! `cntState`, `cntDelete`, `cntDelete_i`.

use crate::step::{Step, WorldStep, at_both, world_at_init, world_at_perf};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{OpDef, Port, Res, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const NUMBER: Port = port("icnt", "number of the counter; default 0");

/// Definition of `cntCreate`.
pub static CNTCREATE: OpDef = OpDef::new("cntCreate", "Makes a counter.")
    .sigs(&[sig("i", "pop", world_at_init::<Create>())])
    .outs(&[port("icnt", "number of the counter")])
    .ins(&[
        port("imax", "greatest value; default 1"),
        port("imin", "least value; default 0"),
        port("inc", "step; default 1"),
    ])
    .source("Manual: cntCreate");
/// Definition of `count`.
pub static COUNT: OpDef = OpDef::new("count", "The next value of a counter.")
    .sigs(&[sig("k", "o", world_at_perf::<Count>())])
    .outs(&[port("kval", "value")])
    .ins(&[NUMBER])
    .reads(Res::FAMILY)
    .writes(Res::FAMILY)
    .may_fail()
    .source("Manual: count");
/// Definition of `count_i`.
pub static COUNT_I: OpDef = OpDef::new("count_i", "The next value of a counter, at init.")
    .sigs(&[sig("i", "o", world_at_init::<Count>())])
    .outs(&[port("ival", "value")])
    .ins(&[NUMBER])
    .source("Manual: count_i");
/// Definition of `cntRead`.
pub static CNTREAD: OpDef = OpDef::new("cntRead", "The value of a counter.")
    .sigs(&[sig("k", "o", at_both::<Read<0>>())])
    .outs(&[port("kval", "value")])
    .ins(&[NUMBER])
    .reads(Res::FAMILY)
    .may_fail()
    .source("Manual: cntRead");
/// Definition of `cntCycles`.
pub static CNTCYCLES: OpDef = OpDef::new("cntCycles", "How often a counter has started again.")
    .sigs(&[sig("k", "o", at_both::<Read<1>>())])
    .outs(&[port("kval", "number")])
    .ins(&[NUMBER])
    .reads(Res::FAMILY)
    .may_fail()
    .source("Manual: cntCycles");
/// Definition of `cntState`.
pub static CNTSTATE: OpDef = OpDef::new("cntState", "Limits and step of a counter.")
    .sigs(&[sig("kkk", "o", at_both::<Read<2>>())])
    .outs(&[port("kmax", "greatest value"), port("kmin", "least value"), port("kinc", "step")])
    .ins(&[NUMBER])
    .reads(Res::FAMILY)
    .may_fail()
    .source("Manual: cntState");
/// Definition of `cntReset`.
pub static CNTRESET: OpDef = OpDef::new("cntReset", "Sets a counter to its least value.")
    .sigs(&[sig("", "o", world_at_perf::<Reset>())])
    .ins(&[NUMBER])
    .writes(Res::FAMILY)
    .may_fail()
    .source("Manual: cntReset");
/// Definition of `cntDelete`.
pub static CNTDELETE: OpDef = OpDef::new("cntDelete", "Removes a counter.")
    .sigs(&[sig("k", "k", world_at_perf::<Delete>())])
    .outs(&[port("kval", "its number, or -1 if there was none")])
    .ins(&[NUMBER])
    .writes(Res::FAMILY)
    .source("Manual: cntDelete");
/// Definition of `cntDelete_i`.
pub static CNTDELETE_I: OpDef = OpDef::new("cntDelete_i", "Removes a counter at init.")
    .sigs(&[sig("i", "i", world_at_init::<Delete>())])
    .outs(&[port("ival", "its number, or -1 if there was none")])
    .ins(&[NUMBER])
    .source("Manual: cntDelete_i");

#[derive(Clone, Copy, Default)]
struct Counter {
    value: f64,
    max: f64,
    min: f64,
    step: f64,
    cycles: u32,
}

/// All counters by number; `None` where one was removed.
#[derive(Default)]
struct Counters(Vec<Option<Counter>>);

fn slot(io: &Io<'_>) -> usize {
    let n = io.k(0).trunc();
    if n >= 0.0 { n as usize } else { usize::MAX }
}

fn get<'w>(io: &Io<'_>, world: &'w mut World) -> OpResult<&'w mut Counter> {
    let found = world.shared::<Counters>().0.get_mut(slot(io)).and_then(Option::as_mut);
    found.ok_or_else(|| OpError::new("there is no such counter"))
}

struct Create;

impl WorldStep for Create {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let counter = Counter { max: io.k(0), min: io.k(1), step: io.k(2), ..Counter::default() };
        let all = &mut world.shared::<Counters>().0;
        let n = all.iter().position(Option::is_none).unwrap_or(all.len());
        if n == all.len() {
            all.push(Some(counter));
        } else {
            all[n] = Some(counter);
        }
        io.set(0, n as f64);
        Ok(())
    }
}

struct Count;

impl WorldStep for Count {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let c = get(io, world)?;
        let turned = if c.value > c.max {
            Some(c.min)
        } else if c.value < c.min {
            Some(c.max)
        } else {
            None
        };
        if let Some(start) = turned {
            c.value = start;
            c.cycles += 1;
        }
        io.set(0, c.value);
        c.value += c.step;
        Ok(())
    }
}

struct Read<const WHAT: u8>;

impl<const WHAT: u8> Step for Read<WHAT> {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let found = world.shared_ref::<Counters>().and_then(|c| c.0.get(slot(io))).copied().flatten();
        let c = found.ok_or_else(|| OpError::new("there is no such counter"))?;
        match WHAT {
            0 => io.set(0, c.value),
            1 => io.set(0, f64::from(c.cycles)),
            _ => {
                for (o, x) in [c.max, c.min, c.step].into_iter().enumerate() {
                    io.set(o, x);
                }
            }
        }
        Ok(())
    }
}

struct Reset;

impl WorldStep for Reset {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let c = get(io, world)?;
        c.value = c.min;
        Ok(())
    }
}

struct Delete;

impl WorldStep for Delete {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let n = slot(io);
        let removed = world.shared::<Counters>().0.get_mut(n).and_then(Option::take).is_some();
        io.set(0, if removed { n as f64 } else { -1.0 });
        Ok(())
    }
}
