//! What opcodes ask of the scheduler.

use bstr::BString;
use smallvec::SmallVec;

/// A p-field of an event.
#[derive(Clone, Debug, PartialEq)]
pub enum PField {
    /// Number.
    Num(f64),
    /// String.
    Str(BString),
}

impl PField {
    /// The number; NaN for a string.
    pub fn num(&self) -> f64 {
        match self {
            PField::Num(x) => *x,
            PField::Str(_) => f64::NAN,
        }
    }
}

impl From<f64> for PField {
    fn from(x: f64) -> Self {
        PField::Num(x)
    }
}

/// When an event's p2 counts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Asked for at init: from the start of the current k-cycle; 0 starts in this cycle.
    Init,
    /// Asked for at performance: from the end of the current k-cycle; 0 starts in the next cycle.
    Perf,
    /// Asked for at performance: from the start of the current k-cycle (`schedkwhen`); 0 starts in the
    /// next cycle all the same, as it is the first that can, but counts from the start of this one.
    Cycle,
}

/// Numbers of p-fields and values for them.
pub type PFieldValues = SmallVec<[(u16, f64); 5]>;

/// A request to the scheduler, carried out in order after the opcode's note has had its turn.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// A score event: letter and p-fields from p1.
    Event {
        /// Statement letter: i, f, e, q, d, a.
        letter: u8,
        /// p1, p2 (relative), p3, ...
        p: Vec<PField>,
        /// What p2 is relative to.
        when: When,
    },
    /// `nstance`: a note with a handle.
    Instance {
        /// The handle.
        handle: u64,
        /// p1, p2 (relative), p3, ...
        p: Vec<PField>,
        /// What p2 is relative to.
        when: When,
    },
    /// Score text with times relative to now.
    Score {
        /// The text.
        text: BString,
        /// What p2 is relative to.
        when: When,
    },
    /// `turnoff2` and its relatives.
    TurnOff {
        /// Instrument number with fraction.
        p1: f64,
        /// 0 all, 1 oldest, 2 newest; +4 only with exactly this fraction; +8 only notes of indefinite length.
        mode: u32,
        /// Whether notes may play their release.
        release: bool,
    },
    /// `turnoff` of the note with a handle; it may play its release.
    TurnOffInstance {
        /// The handle.
        handle: u64,
    },
    /// `turnoff3`: removes events that have not started.
    Unschedule {
        /// Instrument number with fraction.
        p1: f64,
        /// Only events with exactly this fraction.
        exact: bool,
    },
    /// `pwrite`: gives p-fields of notes that play new values.
    SetPFields {
        /// Instrument number with fraction.
        p1: f64,
        /// Only the note with exactly this fraction, the oldest one if there are several.
        exact: bool,
        /// The p-fields; a number above the note's last one is reported and left out.
        values: PFieldValues,
    },
    /// `maxalloc`.
    MaxAlloc {
        /// Instrument number.
        instrument: u32,
        /// Greatest number of notes at a time.
        count: u32,
    },
    /// `cpuprc`: how much of the processor a note is said to need.
    ProcessorLoad {
        /// Instrument number.
        instrument: u32,
        /// Percentage.
        percent: f64,
    },
    /// `prealloc`: makes room for notes in advance.
    PreAlloc {
        /// Instrument number.
        instrument: u32,
        /// Number of notes.
        count: u32,
    },
    /// `mute`: new notes of an instrument are ignored while off.
    Mute {
        /// Instrument number.
        instrument: u32,
        /// Whether notes may start.
        on: bool,
    },
    /// `massign`: which instrument a MIDI channel plays (0 none); channel -1 means all.
    MidiAssign {
        /// Channel from 0, or -1.
        channel: i32,
        /// Instrument number.
        instrument: u32,
        /// Whether to reset the channel's controllers.
        reset: bool,
    },
    /// `pgmassign`: which instrument a MIDI program change chooses.
    ProgramAssign {
        /// Program from 0, or -1 for all.
        program: i32,
        /// Channel from 0, or -1 for all.
        channel: i32,
        /// Instrument number.
        instrument: u32,
    },
    /// `rewindscore`: starts the score again.
    RewindScore,
    /// `setscorepos`: goes to a time of the score in seconds.
    ScorePosition(f64),
    /// `tempo`: times in beats follow [`World::tempo`](crate::world::World::tempo), which has changed.
    FollowTempo,
    /// `compilestr` and relatives: makes what was compiled part of the performance.
    TakeNewCode,
    /// `remove`: forgets an instrument that has no active notes.
    RemoveInstrument(u32),
    /// `exitnow`: ends the run at once with this status.
    Exit(i32),
}
