//! `ftmorf`: a table between the tables of a list. `tableshuffle`: the points of a table in another order.

use crate::tables::lookup::{find, find_mut, point};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `ftmorf`.
pub static FTMORF: OpDef = OpDef::new("ftmorf", "Fills a table with what lies between tables of a list.")
    .sigs(&[sig("", "kii", Make::Unit(world_unit::<Morf>))])
    .ins(&[
        port("kftndx", "place in the list: 0 is the first table, 0.5 halfway to the second, ..."),
        port("iftfn", "table with the numbers of the tables, all of one length"),
        port("iresfn", "table to fill, of the same length"),
    ])
    .changes(1)
    .reads(Res::TABLES)
    .writes(Res::TABLES)
    .source("Manual: ftmorf");
/// Definition of `tableshuffle`.
pub static TABLESHUFFLE: OpDef =
    OpDef::new("tableshuffle", "Shuffles the points of a table in every k-cycle.")
        .sigs(&[sig("", "k", Make::Unit(world_unit::<Shuffle>))])
        .ins(&[port("ktablenum", "table number")])
        .reads(Res::RANDOM)
        .writes(Res::TABLES.and(Res::RANDOM))
        .may_fail()
        .source("Manual: tableshuffle")
        .differences(&["the order is the same in every render; the reference takes the clock"]);
/// Definition of `tableshufflei`.
pub static TABLESHUFFLEI: OpDef = OpDef::new("tableshufflei", "Shuffles the points of a table at init.")
    .sigs(&[sig("", "i", Make::Init(|cx| shuffle(&cx.io, cx.world)))])
    .ins(&[port("itablenum", "table number")])
    .source("Manual: tableshufflei")
    .differences(&["the order is the same in every render; the reference takes the clock"]);

#[derive(Default)]
struct Morf {
    last: f64,
}

impl WorldUgen for Morf {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.last = -1.0;
        let len = find(cx.world, "ftmorf", cx.io.k(2))?.len;
        let list = find(cx.world, "ftmorf", cx.io.k(1))?;
        for &number in list.data.iter().take(list.len) {
            if find(cx.world, "ftmorf", number)?.len != len {
                return Err(OpError::new("ftmorf: the tables must have the length of the result"));
            }
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let Some(list) = world.tables.get(io.k(1)) else { return Ok(()) };
        // The reference limits the variable itself.
        if io.k(0) >= list.len as f64 {
            io.set_in(0, list.len.saturating_sub(1) as f64);
        }
        let place = io.k(0);
        if place == self.last {
            return Ok(());
        }
        self.last = place;
        let i = place.max(0.0) as usize;
        let f = place - place.trunc();
        let (one, two) = (point(list, i), point(list, i + 1));
        let len = world.tables.get(io.k(2)).map_or(0, |t| t.len);
        for n in 0..len {
            let a = world.tables.get(one).map_or(0.0, |t| point(t, n));
            // Past the last table there is nothing to go to.
            let b = world.tables.get(two).map_or(a, |t| point(t, n));
            if let Some(y) = world.tables.get_mut(io.k(2)).and_then(|t| t.data.get_mut(n)) {
                *y = a * (1.0 - f) + b * f;
            }
        }
        Ok(())
    }
}

/// Fisher and Yates' shuffle.
fn shuffle(io: &Io<'_>, world: &mut World) -> OpResult {
    let len = find(world, "tableshuffle", io.k(0))?.len;
    for i in (1..len).rev() {
        let j = world.random.clock_seed() as usize % (i + 1);
        find_mut(world, "tableshuffle", io.k(0))?.data.swap(i, j);
    }
    Ok(())
}

#[derive(Default)]
struct Shuffle;

impl WorldUgen for Shuffle {
    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        shuffle(io, world)
    }
}
