//! `pool_new`, `pool_gen` and the other `pool_` opcodes: stacks of numbers, to hand out and take back.

use crate::step::{WorldStep, world_at_init, world_at_perf};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::limits::Limit;
use orchestrion_base::note::AtEnd;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::collections::BTreeMap;

const POOL: Port = port("ipool", "handle of the pool, as pool_new or pool_gen gave it");
const SOURCE: &str = "Manual of csound-plugins: the pool_ opcodes";

/// Definition of `pool_new`.
pub static POOL_NEW: OpDef = OpDef::new("pool_new", "Makes an empty pool of numbers.")
    .sigs(&[sig("i", "o", Make::Init(new))])
    .outs(&[POOL])
    .ins(&[port("isize", "numbers that it can hold, 1 or more; 0 means any; default 0")])
    .extension()
    .source(SOURCE);
/// Definition of `pool_gen`.
pub static POOL_GEN: OpDef = OpDef::new("pool_gen", "Makes a full pool of numbers in a row.")
    .sigs(&[sig("i", "io", Make::Init(generate))])
    .outs(&[POOL])
    .ins(&[
        port("istart", "first number that pool_pop gives; alone: how many numbers, from 0 on"),
        port("iend", "last number; 0 means that there is none; default 0"),
    ])
    .extension()
    .source("Manual of csound-plugins: pool_gen, whose count from 1 is from 0 in truth, as csoundengine relies on");
/// Definition of `pool_free`.
pub static POOL_FREE: OpDef = OpDef::new("pool_free", "Removes a pool.")
    .sigs(&[sig("", "io", Make::Init(free))])
    .ins(&[POOL, port("iwhen", "0 now, 1 at the end of the note; default 0")])
    .extension()
    .source(SOURCE);
/// Definition of `pool_pop`.
pub static POOL_POP: OpDef = OpDef::new("pool_pop", "Takes the last number out of a pool.")
    .sigs(&[sig("i", "ij", world_at_init::<Pop>()), sig("k", "iJ", world_at_perf::<Pop>())])
    .outs(&[port("xvalue", "number")])
    .ins(&[POOL, port("kempty", "number if the pool is empty; default -1")])
    .reads(Res::FAMILY)
    .writes(Res::FAMILY)
    .may_fail()
    .extension()
    .source(SOURCE);
/// Definition of `pool_push`.
pub static POOL_PUSH: OpDef = OpDef::new("pool_push", "Puts a number into a pool.")
    .sigs(&[sig("", "iio", Make::Init(push_at)), sig("", "ik", world_at_perf::<Push>())])
    .ins(&[
        POOL,
        port("xvalue", "number; an error if the pool is full"),
        port("iwhen", "0 at init, 1 at the end of the note; default 0"),
    ])
    .reads(Res::FAMILY)
    .writes(Res::FAMILY)
    .may_fail()
    .extension()
    .source(SOURCE);
/// Definition of `pool_at`.
pub static POOL_AT: OpDef = OpDef::new("pool_at", "A number in a pool, which stays there.")
    .sigs(&[sig("i", "ii", world_at_init::<At>()), sig("k", "ik", world_at_perf::<At>())])
    .outs(&[port("xvalue", "number")])
    .ins(&[POOL, port("kindex", "0 for the number that is taken last; an error beyond the last one")])
    .reads(Res::FAMILY)
    .may_fail()
    .extension()
    .source(SOURCE);
/// Definition of `pool_size`.
pub static POOL_SIZE: OpDef = OpDef::new("pool_size", "How many numbers there are in a pool.")
    .sigs(&[sig("i", "i", world_at_init::<Size>()), sig("k", "i", world_at_perf::<Size>())])
    .outs(&[port("xsize", "count")])
    .ins(&[POOL])
    .reads(Res::FAMILY)
    .may_fail()
    .extension()
    .source(SOURCE);
/// Definition of `pool_capacity`.
pub static POOL_CAPACITY: OpDef = OpDef::new("pool_capacity", "How many numbers a pool can hold.")
    .sigs(&[sig("i", "i", world_at_init::<Capacity>()), sig("k", "i", world_at_perf::<Capacity>())])
    .outs(&[port("xcapacity", "count; of a pool without a size what it can hold before it grows")])
    .ins(&[POOL])
    .reads(Res::FAMILY)
    .may_fail()
    .extension()
    .source(SOURCE);
/// Definition of `pool_isfull`.
pub static POOL_ISFULL: OpDef = OpDef::new("pool_isfull", "Whether a pool can take no more.")
    .sigs(&[sig("i", "i", world_at_init::<IsFull>()), sig("k", "i", world_at_perf::<IsFull>())])
    .outs(&[port("xfull", "1 if it is full; 0 if not, or if it has no size")])
    .ins(&[POOL])
    .reads(Res::FAMILY)
    .may_fail()
    .extension()
    .source(SOURCE);

/// What a pool without a size can hold at first; it doubles when it is full.
const FIRST_CAPACITY: usize = 64;
/// Pools that there may be at a time.
const MOST_POOLS: usize = 1 << 16;

struct Pool {
    numbers: Vec<f64>,
    capacity: usize,
    grows: bool,
}

#[derive(Default)]
struct Pools {
    pools: BTreeMap<u64, Pool>,
    made: u64,
    /// Numbers that notes give back at their end: pool and number.
    returns: BTreeMap<u64, (f64, f64)>,
    returned: u64,
}

fn find(world: &mut World, handle: f64) -> OpResult<&mut Pool> {
    let key = (handle >= 0.0).then_some(handle as u64);
    let found = key.and_then(|key| world.shared::<Pools>().pools.get_mut(&key));
    found.ok_or_else(|| OpError::new(format!("there is no pool {handle}")))
}

fn add(cx: &mut Init<'_>, pool: Pool) -> OpResult {
    cx.world.ask_memory(pool.capacity.saturating_mul(size_of::<f64>()), "a pool")?;
    let pools = cx.world.shared::<Pools>();
    if pools.pools.len() >= MOST_POOLS {
        return Err(OpError::new(format!("there are {MOST_POOLS} pools already; free some with pool_free")));
    }
    let handle = pools.made;
    pools.made += 1;
    pools.pools.insert(handle, pool);
    cx.set(0, handle as f64);
    Ok(())
}

fn new(cx: &mut Init<'_>) -> OpResult {
    let size = cx.k(0);
    if !(size >= 0.0) {
        return Err(OpError::new(format!("pool_new: a pool cannot hold {size} numbers")));
    }
    let grows = size < 1.0;
    let capacity = if grows { FIRST_CAPACITY } else { size as usize };
    add(cx, Pool { numbers: Vec::new(), capacity, grows })
}

fn generate(cx: &mut Init<'_>) -> OpResult {
    let (first, last) =
        if cx.k(1) == 0.0 { (0.0, cx.k(0).trunc() - 1.0) } else { (cx.k(0).trunc(), cx.k(1).trunc()) };
    let count = if cx.k(1) == 0.0 { last + 1.0 } else { (last - first).abs() + 1.0 };
    if !(count >= 1.0) {
        return Err(OpError::new(format!("pool_gen: a pool cannot have {count} numbers")));
    }
    cx.world.ask_memory((count as usize).saturating_mul(size_of::<f64>()), "a pool")?;
    let step = if last < first { -1.0 } else { 1.0 };
    // The first number is on top.
    let numbers = (0..count as usize).rev().map(|n| first + step * n as f64).collect();
    add(cx, Pool { numbers, capacity: count as usize, grows: false })
}

fn free(cx: &mut Init<'_>) -> OpResult {
    let handle = cx.k(0);
    find(cx.world, handle)?;
    if cx.k(1) == 0.0 {
        remove(cx.world, handle);
    } else {
        cx.note.at_end.borrow_mut().push(AtEnd::Call(remove, handle));
    }
    Ok(())
}

fn remove(world: &mut World, handle: f64) {
    world.shared::<Pools>().pools.remove(&(handle as u64));
}

/// Puts a number on top.
fn push(world: &mut World, handle: f64, number: f64) -> OpResult {
    let most = world.limits.size(Limit::ArrayElements);
    let pool = find(world, handle)?;
    if pool.numbers.len() >= pool.capacity {
        if !pool.grows || pool.capacity >= most {
            return Err(OpError::new(format!("pool {handle} is full: it holds {} numbers", pool.capacity)));
        }
        pool.capacity *= 2;
    }
    pool.numbers.push(number);
    Ok(())
}

fn push_at(cx: &mut Init<'_>) -> OpResult {
    let (handle, number) = (cx.k(0), cx.k(1));
    if cx.k(2) == 0.0 {
        return push(cx.world, handle, number);
    }
    find(cx.world, handle)?;
    let pools = cx.world.shared::<Pools>();
    let id = pools.returned;
    pools.returned += 1;
    pools.returns.insert(id, (handle, number));
    cx.note.at_end.borrow_mut().push(AtEnd::Call(give_back, id as f64));
    Ok(())
}

fn give_back(world: &mut World, id: f64) {
    if let Some((handle, number)) = world.shared::<Pools>().returns.remove(&(id as u64))
        && let Err(e) = push(world, handle, number)
    {
        world.warn(format!("pool_push: {e}"));
    }
}

struct Push;

impl WorldStep for Push {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        push(world, io.k(0), io.k(1))
    }
}

struct Pop;

impl WorldStep for Pop {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let top = find(world, io.k(0))?.numbers.pop();
        io.set(0, top.unwrap_or(io.k(1)));
        Ok(())
    }
}

struct At;

impl WorldStep for At {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let index = io.k(1);
        let pool = find(world, io.k(0))?;
        let number = (index >= 0.0).then(|| pool.numbers.get(index as usize)).flatten();
        let number = number.ok_or_else(|| {
            OpError::new(format!("pool_at: there is no number {index}, the pool has {}", pool.numbers.len()))
        })?;
        io.set(0, *number);
        Ok(())
    }
}

struct Size;

impl WorldStep for Size {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        io.set(0, find(world, io.k(0))?.numbers.len() as f64);
        Ok(())
    }
}

struct Capacity;

impl WorldStep for Capacity {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        io.set(0, find(world, io.k(0))?.capacity as f64);
        Ok(())
    }
}

struct IsFull;

impl WorldStep for IsFull {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let pool = find(world, io.k(0))?;
        let full = !pool.grows && pool.numbers.len() >= pool.capacity;
        io.set(0, f64::from(u8::from(full)));
        Ok(())
    }
}
