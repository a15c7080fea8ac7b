//! What an engine was told, so that it can be written down as a piece.

use super::OfflineEngine;
use super::ids::{EventId, Value};
use crate::perform::{self, PField, Target};
use bstr::BString;

/// One thing an engine was told. Times are seconds since the beginning.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Record {
    /// Orchestra text.
    Code(String),
    /// A string and its index.
    Text(i64, BString),
    /// A note.
    Note { time: f64, id: EventId, dur: f64, fields: Vec<Value>, comment: String },
    /// A line of a score.
    Statement { time: f64, letter: u8, p: Vec<PField> },
    /// p-fields set.
    SetP { time: f64, target: Target, pairs: Vec<(u16, f64)> },
    /// Notes or automations ended.
    Unsched { time: f64, target: Target },
    /// Everything ended.
    UnschedAll { time: f64 },
    /// An automation.
    Automation { time: f64, automation: perform::Automation },
    /// A channel set.
    Channel { time: f64, name: String, value: Value },
    /// A table made.
    Table { time: f64, number: u32, data: Vec<f64>, channels: usize, sr: f64 },
    /// A sound file read into a table.
    Soundfile { time: f64, number: u32, path: String, skip: f64, channel: u32 },
    /// Points of a table set, from the first on.
    Fill { time: f64, number: u32, data: Vec<f64> },
    /// A table freed.
    FreeTable { time: f64, number: u32 },
    /// A bus made: its token, whether it carries audio, its value, whether it persists.
    Bus { time: f64, token: i64, audio: bool, value: f64, persist: bool },
    /// A control bus set.
    BusValue { time: f64, token: i64, value: f64 },
    /// A bus released.
    BusRelease { time: f64, token: i64 },
    /// The end marker set.
    Marker(f64),
}

/// All of it, in order.
#[derive(Default)]
pub(super) struct History {
    records: Vec<Record>,
    /// How many callers of [`OfflineEngine::nohistory`] are at work.
    suppressed: u32,
}

impl History {
    pub fn records(&self) -> &[Record] {
        &self.records
    }
}

impl OfflineEngine {
    /// Notes something, unless the history is switched off.
    pub(super) fn record(&mut self, record: impl FnOnce() -> Record) {
        if self.history.suppressed == 0 {
            self.history.records.push(record());
        }
    }

    /// Notes what the history cannot do without, even where it is switched off.
    pub(super) fn record_always(&mut self, record: Record) {
        self.history.records.push(record);
    }

    /// Lets `work` use the engine without leaving a trace in what [`OfflineEngine::generate_csd`] writes. Calls may
    /// nest.
    pub fn nohistory<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        self.history.suppressed += 1;
        let result = work(self);
        self.history.suppressed -= 1;
        result
    }
}
