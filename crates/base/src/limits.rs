//! Limits that keep a piece from eating the machine it runs on.
//!
//! All layers take their numbers from one [`Limits`]; command line, documentation and messages take names and
//! meanings from [`ROWS`]. Every limit has a generous default, and whoever renders may set another; a piece
//! may not. Reaching one is an error that names it.

use crate::error::OpError;

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Instructions in one init pass.
    InitSteps,
    /// Instructions of one note in one k-cycle.
    CycleSteps,
    /// Depth of opcode calls and of `subinstr`.
    Recursion,
    /// Notes at a time.
    Instances,
    /// Events that wait, and statements of a score.
    Events,
    /// Events that notes cause in one k-cycle.
    CycleEvents,
    /// Points of one table.
    TablePoints,
    /// Bytes of all tables.
    TableBytes,
    /// Bytes of all notes: variables, delay lines and what else opcodes ask for.
    NoteBytes,
    /// Elements of one array.
    ArrayElements,
    /// Bytes of one string.
    StringBytes,
    /// Bytes of messages between two blocks of sound.
    MessageBytes,
    /// Depth of `#include`.
    IncludeDepth,
    /// Depth of macros, loops and conditions of the preprocessor and the score.
    MacroDepth,
    /// Bytes of a text with its macros and includes expanded.
    TextBytes,
    /// Bytes of a file that is read.
    FileBytes,
    /// Samples of a sound file that is read, all channels.
    SoundSamples,
    /// Files open for writing at a time.
    OpenFiles,
    /// Seconds of sound.
    OutputSeconds,
    /// Samples of all channels that are kept in memory instead of written to a file.
    KeptSamples,
}

/// Name and numbers of a limit.
pub struct Row {
    /// The limit.
    pub limit: Limit,
    /// Name in flags and messages.
    pub name: &'static str,
    /// The number unless another is set.
    pub default: u64,
    /// The largest number that can be set.
    pub most: u64,
    /// What is counted.
    pub counts: &'static str,
    /// What happens at the limit.
    pub reached: &'static str,
}

const fn row(
    limit: Limit,
    name: &'static str,
    default: u64,
    counts: &'static str,
    reached: &'static str,
) -> Row {
    Row { limit, name, default, most: u64::MAX, counts, reached }
}

impl Row {
    /// Bounds what can be set.
    const fn at_most(mut self, most: u64) -> Self {
        self.most = most;
        self
    }
}

const NOTE_DROPPED: &str = "The note is dropped.";
const NOTE_REMOVED: &str = "The note is dropped or removed.";
const REFUSED: &str = "The piece is refused.";
const UNREAD: &str = "The file is not read.";

/// All limits, in the order of [`Limit`].
pub const ROWS: [Row; 20] = [
    row(
        Limit::InitSteps,
        "init-steps",
        500_000_000,
        "instructions that jumps back repeat in one init pass; a call of an opcode counts 16",
        NOTE_DROPPED,
    ),
    row(
        Limit::CycleSteps,
        "cycle-steps",
        200_000_000,
        "the same in one block of k-cycles of one note",
        "The note is removed.",
    ),
    // The most fits into the 2 MiB of stack that a thread has (tests/guards/limits.rs).
    row(
        Limit::Recursion,
        "recursion",
        256,
        "opcodes and `subinstr` called within each other",
        NOTE_REMOVED,
    )
    .at_most(512),
    row(Limit::Instances, "instances", 100_000, "notes at a time", "Further notes do not start."),
    row(
        Limit::Events,
        "events",
        3_000_000,
        "events waiting; statements of a score",
        "Further events are dropped; a longer score is refused.",
    ),
    row(
        Limit::CycleEvents,
        "cycle-events",
        1_000_000,
        "events from notes that happen in one k-cycle",
        "Further ones due in the cycle are dropped.",
    ),
    row(Limit::TablePoints, "table-points", 1 << 28, "points of one table", "The table is not made."),
    row(Limit::TableBytes, "table-bytes", 4 << 30, "bytes of all tables", "The table is not made."),
    row(
        Limit::NoteBytes,
        "note-bytes",
        4 << 30,
        "bytes of all notes: variables, delay lines, whatever else their opcodes ask for; channels and strings with \
         numbers, too",
        NOTE_DROPPED,
    ),
    row(Limit::ArrayElements, "array-elements", 1 << 26, "elements of one array", NOTE_REMOVED),
    row(Limit::StringBytes, "string-bytes", 1 << 24, "bytes of one string", NOTE_REMOVED),
    row(
        Limit::MessageBytes,
        "message-bytes",
        1 << 26,
        "bytes of messages between two blocks of sound",
        "Further messages of the block are dropped, which counts as one error.",
    ),
    row(Limit::IncludeDepth, "include-depth", 200, "files that include each other", REFUSED),
    row(
        Limit::MacroDepth,
        "macro-depth",
        1000,
        "macros, conditions, loops and repeats within each other, includes counted too",
        REFUSED,
    ),
    // Places in texts are 32 bits.
    row(
        Limit::TextBytes,
        "text-bytes",
        512 << 20,
        "bytes of orchestra or score with macros, loops and includes expanded; a call or a round counts 32 more",
        REFUSED,
    )
    .at_most(u32::MAX as u64 - 1),
    row(Limit::FileBytes, "file-bytes", 4 << 30, "bytes of a file that is read", UNREAD),
    row(
        Limit::SoundSamples,
        "sound-samples",
        1 << 28,
        "samples of a sound file that is read, all channels together",
        UNREAD,
    ),
    row(
        Limit::OpenFiles,
        "open-files",
        256,
        "files open for writing at a time, the sound that is rendered among them",
        "The file is not opened, and the note that asks for it is dropped.",
    ),
    row(
        Limit::OutputSeconds,
        "output-seconds",
        86_400,
        "seconds of sound, for pieces that do not end by themselves",
        "The render ends there, with an error; what was written stays valid.",
    ),
    row(
        Limit::KeptSamples,
        "kept-samples",
        1 << 27,
        "samples kept in memory where no file is written, all channels together",
        "The render ends with an error.",
    ),
];

impl Limit {
    /// Name, default and meaning.
    pub const fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// The limit of this name.
    pub fn named(name: &str) -> Option<Limit> {
        ROWS.iter().find(|row| row.name == name).map(|row| row.limit)
    }

    /// The sentence of every error about this limit: `text` says who asked for what.
    pub fn reached(self, text: impl std::fmt::Display) -> String {
        let name = self.row().name;
        format!("limit {name} reached: {text} (--limit:{name}=N allows another number)")
    }

    /// An opcode's error about this limit.
    pub fn error(self, text: impl Into<String>) -> OpError {
        OpError::Limit { limit: self, text: text.into() }
    }
}

/// The numbers in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits([u64; ROWS.len()]);

impl Default for Limits {
    fn default() -> Self {
        let mut numbers = [0; ROWS.len()];
        for (number, row) in numbers.iter_mut().zip(&ROWS) {
            *number = row.default;
        }
        Self(numbers)
    }
}

impl Limits {
    /// The number for a limit.
    #[inline]
    pub const fn get(&self, limit: Limit) -> u64 {
        self.0[limit as usize]
    }

    /// The number for a limit of something in memory.
    #[inline]
    pub fn size(&self, limit: Limit) -> usize {
        usize::try_from(self.get(limit)).unwrap_or(usize::MAX)
    }

    /// Sets a limit; more than [`Row::most`] sets that.
    pub fn set(&mut self, limit: Limit, number: u64) {
        self.0[limit as usize] = number.min(limit.row().most);
    }

    /// The same with another number for a limit.
    #[must_use]
    pub fn with(mut self, limit: Limit, number: u64) -> Self {
        self.set(limit, number);
        self
    }

    /// Allows `count` of what is limited, or not.
    ///
    /// # Errors
    /// Names the limit; `what` says who asks for so many.
    pub fn check(&self, limit: Limit, count: u64, what: impl FnOnce() -> String) -> Result<(), OpError> {
        if count > self.get(limit) { Err(limit.error(what())) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_the_order_of_the_limits() {
        for (i, row) in ROWS.iter().enumerate() {
            assert_eq!(row.limit as usize, i, "{}", row.name);
            assert_eq!(Limit::named(row.name), Some(row.limit));
            assert!(row.default <= row.most && row.reached.ends_with('.'), "{}", row.name);
        }
    }

    #[test]
    fn errors_name_the_limit_and_the_flag() {
        let limits = Limits::default().with(Limit::ArrayElements, 10);
        assert!(limits.check(Limit::ArrayElements, 10, String::new).is_ok());
        let error = limits.check(Limit::ArrayElements, 11, || "an array of 11 elements".into()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "limit array-elements reached: an array of 11 elements (--limit:array-elements=N allows another number)"
        );
        let most = Limits::default().with(Limit::TextBytes, u64::MAX).get(Limit::TextBytes);
        assert_eq!(most, u64::from(u32::MAX) - 1);
    }
}
