//! Values that an opcode works out for those that follow it: frames of `pvbufread`, envelopes of `tableseg`.

use orchestrion_base::note::{AtEnd, EndAction};
use orchestrion_base::op::Init;
use orchestrion_base::world::World;
use std::collections::BTreeMap;

/// All values of one kind, by the number of the opcode that gives it.
struct Shelf<T> {
    values: BTreeMap<u64, T>,
    /// The number given last.
    latest: u64,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { values: BTreeMap::new(), latest: 0 }
    }
}

/// An opcode that gives a value.
#[derive(Default)]
pub(super) struct Giver {
    number: u64,
    end: EndAction,
}

impl Giver {
    /// Gives a first value, to those that are initialised from now on.
    pub fn give<T: Send + Sync + 'static>(&mut self, cx: &mut Init<'_>, value: T) {
        remove::<T>(cx.world, self.number as f64);
        let shelf = cx.world.shared::<Shelf<T>>();
        shelf.latest += 1;
        shelf.values.insert(shelf.latest, value);
        self.number = shelf.latest;
        self.end.set(cx.io.note, AtEnd::Call(remove::<T>, self.number as f64));
    }

    /// The value, to be changed.
    pub fn value<'w, T: Send + Sync + 'static>(&self, world: &'w mut World) -> Option<&'w mut T> {
        world.shared::<Shelf<T>>().values.get_mut(&self.number)
    }
}

fn remove<T: Send + Sync + 'static>(world: &mut World, number: f64) {
    world.shared::<Shelf<T>>().values.remove(&(number as u64));
}

/// Number of the opcode that was the last to be initialised, and its value if its note still plays.
pub(super) fn latest<T: Send + Sync + 'static>(world: &mut World) -> (u64, Option<&T>) {
    let shelf = world.shared::<Shelf<T>>();
    (shelf.latest, shelf.values.get(&shelf.latest))
}

/// What the opcode with a number gives.
pub(super) fn given<T: Send + Sync + 'static>(world: &World, number: u64) -> Option<&T> {
    world.shared_ref::<Shelf<T>>()?.values.get(&number)
}
