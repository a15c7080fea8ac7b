//! What outlets, inlets and connections share: the graph.

use bstr::{BStr, BString};
use orchestrion_base::note::Note;
use orchestrion_base::spectrum::Spectrum;
use orchestrion_base::world::World;
use std::collections::BTreeMap;

/// What a port carries; ports of different kinds may have the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// An audio signal.
    Audio,
    /// A control signal.
    Control,
    /// A control signal that only inlets of the same instance name receive.
    Tagged,
    /// A spectral frame.
    Spectrum,
    /// An array of audio signals.
    Array,
}

/// What one outlet of one instance of an instrument last sent. It stays with the instance: before a new
/// note has sent anything, inlets that play earlier see what the note before left, as in the reference.
#[derive(Debug, Default)]
pub(super) struct Slot {
    /// Number of the note.
    serial: u64,
    /// Samples of an engine's k-cycle, all elements of an array, or one control value.
    pub values: Vec<f64>,
    pub spectrum: Spectrum,
    /// Name of the instance.
    pub tag: BString,
}

/// Index of an outlet's name: instrument and port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outlet(usize);

/// All outlets and connections.
#[derive(Debug, Default)]
pub(super) struct Graph {
    names: BTreeMap<(Kind, BString), Outlet>,
    /// For each outlet's name the slots of the notes that play, in the order they started.
    active: Vec<Vec<usize>>,
    slots: Vec<Slot>,
    /// For each inlet's name the names of the outlets that feed it.
    connections: BTreeMap<BString, Vec<BString>>,
}

impl Graph {
    fn outlet(&mut self, kind: Kind, name: BString) -> Outlet {
        let next = Outlet(self.active.len());
        let outlet = *self.names.entry((kind, name)).or_insert(next);
        if outlet == next {
            self.active.push(Vec::new());
        }
        outlet
    }

    /// Feeds an inlet from an outlet, both named with their instruments.
    pub fn connect(&mut self, outlet: BString, inlet: BString) {
        self.connections.entry(inlet).or_default().push(outlet);
    }

    /// The outlets that feed an inlet, each once.
    pub fn sources(&mut self, kind: Kind, inlet: &BStr) -> Vec<Outlet> {
        let mut sources = Vec::new();
        for name in self.connections.get(inlet).cloned().unwrap_or_default() {
            let outlet = self.outlet(kind, name);
            if !sources.contains(&outlet) {
                sources.push(outlet);
            }
        }
        sources
    }

    /// What the notes that play send to any of these outlets.
    pub fn signals<'g>(&'g self, sources: &'g [Outlet]) -> impl Iterator<Item = &'g Slot> {
        let active = sources.iter().filter_map(|outlet| self.active.get(outlet.0)).flatten();
        active.filter_map(|&slot| self.slots.get(slot))
    }

    /// The slot with this number.
    pub fn slot(&mut self, slot: usize) -> Option<&mut Slot> {
        self.slots.get_mut(slot)
    }

    fn note_over(world: &mut World, serial: u64) {
        let graph = world.shared::<Graph>();
        for active in &mut graph.active {
            active.retain(|&slot| graph.slots[slot].serial != serial);
        }
    }
}

/// Opens an outlet of a note until the note is over. `slot` is that of the instance's previous note.
pub(super) fn open(world: &mut World, note: &Note, kind: Kind, port: &BStr, slot: Option<usize>) -> usize {
    let name = full_name(world, note, port);
    let serial = note.serial.get();
    let graph = world.shared::<Graph>();
    let outlet = graph.outlet(kind, name);
    let slot = slot.unwrap_or_else(|| {
        graph.slots.push(Slot::default());
        graph.slots.len() - 1
    });
    graph.slots[slot].serial = serial;
    let active = &mut graph.active[outlet.0];
    if !active.contains(&slot) {
        active.push(slot);
        world.at_end_of_note(serial, Graph::note_over);
    }
    slot
}

/// A port's name with that of its instrument in front.
pub(super) fn full_name(world: &World, note: &Note, port: &BStr) -> BString {
    let number = note.instrument.get();
    let mut name = match world.instruments.name(number) {
        Some(name) => name.clone(),
        None => BString::from(number.to_string()),
    };
    name.push(b':');
    name.extend_from_slice(port);
    name
}
