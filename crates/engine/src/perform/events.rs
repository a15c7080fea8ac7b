//! Events that notes and the host schedule while the piece plays.

use super::Performance;
use orchestrion_base::event::PField;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Something that the host does to a performance at a time.
pub type Action = Box<dyn FnOnce(&mut Performance) + Send>;

/// What happens when an event's time has come.
pub enum What {
    /// A statement: its letter and its p-fields from p1; p2 in seconds since the start of the section.
    Statement(u8, Vec<PField>),
    /// A note with a handle: the handle and the p-fields as above.
    Instance(u64, Vec<PField>),
    /// A deed of the host.
    Action(Action),
}

/// An event waiting for its time.
pub struct Event {
    /// k-cycle in which it happens.
    pub cycle: u64,
    /// What happens.
    pub what: What,
    /// Exact time in seconds since the start of the performance.
    pub time: f64,
    /// Order within the k-cycle, before the order of scheduling: of the events of notes the k-cycle nearest to their
    /// time, which may be past (measured).
    pub rank: u64,
    /// Order of scheduling.
    pub serial: u64,
}

impl PartialEq for Event {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Event {}

impl Ord for Event {
    fn cmp(&self, other: &Self) -> Ordering {
        // The heap gives the greatest first.
        other.cycle.cmp(&self.cycle).then(other.rank.cmp(&self.rank)).then(other.serial.cmp(&self.serial))
    }
}

impl PartialOrd for Event {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Scheduled events in order of time, then of scheduling.
#[derive(Default)]
pub struct Queue {
    heap: BinaryHeap<Event>,
    serial: u64,
}

impl Queue {
    /// Adds an event.
    pub fn push(&mut self, mut event: Event) {
        event.serial = self.serial;
        self.serial += 1;
        self.heap.push(event);
    }

    /// The next event that is due in `cycle`.
    pub fn due(&mut self, cycle: u64) -> Option<Event> {
        if self.heap.peek()?.cycle > cycle {
            return None;
        }
        self.heap.pop()
    }

    /// When the next event is due.
    pub fn next_cycle(&self) -> Option<u64> {
        self.heap.peek().map(|e| e.cycle)
    }

    /// Number of events waiting.
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Forgets the statements that `condemned` chooses by their p-fields.
    pub fn remove(&mut self, condemned: impl Fn(&[PField]) -> bool) {
        self.heap.retain(|e| match &e.what {
            What::Statement(_, p) | What::Instance(_, p) => !condemned(p),
            What::Action(_) => true,
        });
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.heap.clear();
    }

    /// Whether the note with this handle waits.
    pub fn awaits(&self, handle: u64) -> bool {
        self.heap.iter().any(|e| matches!(e.what, What::Instance(h, _) if h == handle))
    }

    /// The notes that wait: their p-fields, in no particular order.
    pub fn notes(&self) -> impl Iterator<Item = (&Event, &[PField])> {
        self.heap.iter().filter_map(|e| match &e.what {
            What::Statement(b'i', p) | What::Instance(_, p) => Some((e, p.as_slice())),
            _ => None,
        })
    }
}
