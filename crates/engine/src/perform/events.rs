//! Events that notes and the host schedule while the piece plays.

use orchestrion_base::event::PField;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// An event waiting for its time.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// k-cycle in which it happens.
    pub cycle: u64,
    /// Statement letter.
    pub letter: u8,
    /// p-fields from p1; p2 in seconds since the start of the section.
    pub p: Vec<PField>,
    /// Exact time in seconds since the start of the performance.
    pub time: f64,
    /// Order of scheduling.
    pub serial: u64,
}

impl Eq for Event {}

impl Ord for Event {
    fn cmp(&self, other: &Self) -> Ordering {
        // The heap gives the greatest first.
        other
            .cycle
            .cmp(&self.cycle)
            .then(other.time.total_cmp(&self.time))
            .then(other.serial.cmp(&self.serial))
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

    /// Forgets the events that `condemned` chooses.
    pub fn remove(&mut self, condemned: impl Fn(&Event) -> bool) {
        self.heap.retain(|e| !condemned(e));
    }
}
