//! Where numbers come up that are no finite ones, for `--trace-nan`.

use crate::lock::lock;
use crate::source::Span;
use std::sync::Mutex;

/// Places that are reported; a piece that goes wrong everywhere need not say so a thousand times.
const MOST: usize = 100;

/// An instruction that made a number which is not finite from numbers that are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The opcode, or what else computes.
    pub opcode: &'static str,
    /// Its place in the source.
    pub span: Span,
}

/// What a trace has found.
#[derive(Debug, Default)]
pub struct Trace(Mutex<Found>);

#[derive(Debug, Default)]
struct Found {
    all: Vec<Origin>,
    /// How many of them were taken.
    taken: usize,
}

impl Trace {
    /// Notes an origin, each place once.
    pub fn note(&self, origin: Origin) {
        let mut found = lock(&self.0);
        if found.all.len() < MOST && !found.all.contains(&origin) {
            found.all.push(origin);
        }
    }

    /// The origins since the last call.
    pub fn take_new(&self) -> Vec<Origin> {
        let mut found = lock(&self.0);
        let new = found.all[found.taken..].to_vec();
        found.taken = found.all.len();
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_told_once() {
        let (trace, origin) = (Trace::default(), Origin { opcode: "tone", span: Span::NONE });
        trace.note(origin);
        trace.note(origin);
        assert_eq!(trace.take_new(), [origin]);
        trace.note(origin);
        trace.note(Origin { opcode: "/", ..origin });
        assert_eq!(trace.take_new().len(), 1);
    }
}
