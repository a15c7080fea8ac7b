//! Notes that play neither take nor give back memory, touch no files and take no locks: every case, experiment and
//! benchmark piece is rendered with an allocator, a host and a door to locks that note who calls them.
#![allow(clippy::unwrap_used, reason = "a test")]

use orchestrion::base::host::{Host, HostError, OpenMode, Purpose, SeekWrite};
use orchestrion::base::lock;
use orchestrion::base::world::{Message, MessageKind};
use orchestrion::flags::{FlagSource, parse};
use orchestrion::host::MemoryHost;
use orchestrion::options::Output;
use orchestrion::piece::compile_text;
use orchestrion::render::{Progress, Watch, render};
use orchestrion_tests::{in_parallel, in_process};
use std::alloc::System;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Result as IoResult, Seek, SeekFrom, Write};
use std::sync::Arc;
use tracking_allocator::{AllocationGroupId, AllocationRegistry, AllocationTracker, Allocator};

/// Longest render in seconds: endless pieces are cut.
const SECONDS: &str = "--end=0.2";

/// Who may, and why: the beginning of a source file's path, a function or any, and the reason.
const ALLOWED: &[(&str, &str, &str)] = &[
    ("base/src/world.rs", "say", MESSAGE),
    ("base/src/world.rs", "warn", MESSAGE),
    ("opcodes/src/dicts/query.rs", "step", MESSAGE),
    ("opcodes/src/plugins/errors.rs", "perform", MESSAGE),
    ("opcodes/src/print/", "", MESSAGE),
    ("opcodes/src/tables/ftprint.rs", "print", MESSAGE),
    ("base/src/port/references.rs", "set_str", LONGER),
    ("opcodes/src/channels/arrays.rs", "", LONGER),
    ("opcodes/src/channels/set.rs", "text", LONGER),
    ("opcodes/src/pitch/names.rs", "", TEXT),
    ("opcodes/src/plugins/paths.rs", "", TEXT),
    ("opcodes/src/plugins/texts.rs", "", TEXT),
    ("opcodes/src/strings/", "", TEXT),
    ("opcodes/src/tables/arguments.rs", "read", TEXT),
    (
        "base/src/value.rs",
        "resize",
        "an array that gets longer than it was; opcodes that can size it at init",
    ),
    ("base/src/channel.rs", "open", "a name that no channel had before makes a channel"),
    ("opcodes/src/channels/shared.rs", "open", "as above, with room for a signal"),
    ("opcodes/src/dicts/", "", "keys, values and whole dictionaries come and go"),
    ("opcodes/src/plugins/pool.rs", "push", "a pool that was made to grow grows"),
    (
        "opcodes/src/midi/presets.rs",
        "",
        "presets are saved while notes play, and selected with an event for each value",
    ),
    ("opcodes/src/events/", "", EVENT),
    ("opcodes/src/plugins/pwrite.rs", "write", EVENT),
    ("opcodes/src/sound_io/fileinfo.rs", "step", "whether a file is there may change from cycle to cycle"),
    ("opcodes/src/sound_io/fouti.rs", "perform", "one line of text when a note is released"),
    (
        "opcodes/src/tables/files.rs",
        "",
        "the operations after a trigger find the tables loaded, or saved as they were",
    ),
    ("opcodes/src/tables/ftaudio.rs", "write", "as above: the table is written as it was at the trigger"),
    ("opcodes/src/tables/samplebank.rs", "load", "as above: tables are loaded at the trigger"),
];

const MESSAGE: &str = "a message is text of any length, which outlives the block";
const LONGER: &str = "a text that is longer than all that were in the variable or channel before";
const TEXT: &str = "text that is put together anew";
const EVENT: &str = "p-fields are handed over to the scheduler";

/// Addresses of the calls that led somewhere, innermost first.
type Stack = Vec<usize>;

thread_local! {
    static WATCHED: Cell<bool> = const { Cell::new(false) };
    static NOTED: RefCell<BTreeSet<Stack>> = const { RefCell::new(BTreeSet::new()) };
}

#[global_allocator]
static ALLOCATOR: Allocator<System> = Allocator::system();

struct Tracker;

impl AllocationTracker for Tracker {
    fn allocated(&self, _: usize, _: usize, _: usize, _: AllocationGroupId) {
        note_call();
    }

    fn deallocated(&self, _: usize, _: usize, _: usize, _: AllocationGroupId, _: AllocationGroupId) {
        note_call();
    }
}

/// Notes who called, if this thread renders a piece.
fn note_call() {
    // What is noted takes memory, too.
    if !WATCHED.replace(false) {
        return;
    }
    let mut stack = Stack::new();
    backtrace::trace(|frame| {
        // The call is before the address to which it returns.
        stack.push((frame.ip() as usize).saturating_sub(1));
        true
    });
    NOTED.with_borrow_mut(|noted| noted.insert(stack));
    WATCHED.set(true);
}

struct WatchedHost(MemoryHost);

impl Host for WatchedHost {
    fn read(&self, name: &str, purpose: Purpose) -> Result<Arc<[u8]>, HostError> {
        note_call();
        self.0.read(name, purpose)
    }

    fn find(&self, name: &str, purpose: Purpose) -> Option<String> {
        note_call();
        self.0.find(name, purpose)
    }

    fn create(&self, name: &str, purpose: Purpose, mode: OpenMode) -> Result<Box<dyn SeekWrite>, HostError> {
        note_call();
        Ok(Box::new(WatchedFile(self.0.create(name, purpose, mode)?)))
    }
}

struct WatchedFile(Box<dyn SeekWrite>);

impl Write for WatchedFile {
    fn write(&mut self, bytes: &[u8]) -> IoResult<usize> {
        note_call();
        self.0.write(bytes)
    }

    fn flush(&mut self) -> IoResult<()> {
        note_call();
        self.0.flush()
    }
}

impl Seek for WatchedFile {
    fn seek(&mut self, to: SeekFrom) -> IoResult<u64> {
        note_call();
        self.0.seek(to)
    }
}

/// Calls noted in a render.
#[derive(Default)]
struct Found {
    calls: BTreeSet<Stack>,
    /// Those of the last block that said something. They are forgotten if it says that a note failed, since errors are
    /// made of text.
    latest: BTreeSet<Stack>,
}

impl Found {
    fn take_noted(&mut self) {
        let noted = NOTED.take();
        if !noted.is_empty() {
            self.calls.append(&mut self.latest);
            self.latest = noted;
        }
    }
}

impl Watch for Found {
    fn message(&mut self, message: &Message) {
        WATCHED.set(false);
        self.take_noted();
        if message.kind == MessageKind::Error {
            self.latest.clear();
        }
        WATCHED.set(true);
    }

    fn progress(&mut self, _: &Progress) -> bool {
        WATCHED.set(false);
        self.take_noted();
        WATCHED.set(true);
        true
    }
}

fn calls_in(name: &str, csd: &str) -> BTreeSet<Stack> {
    let host = Arc::new(WatchedHost(in_process::host()));
    let (flags, _) = parse(&[SECONDS.to_owned()], FlagSource::CommandLine);
    let compiled = compile_text(name, csd, &*host, flags, orchestrion::opcodes::registry());
    let Some(mut piece) = compiled.piece else { return BTreeSet::new() };
    piece.options.output = Some(Output::Null);
    let mut found = Found::default();
    WATCHED.set(true);
    render(piece, host, &mut found);
    WATCHED.set(false);
    found.take_noted();
    found.calls.append(&mut found.latest);
    found.calls
}

/// A function of this tree: source file below `crates`, name and line.
#[derive(Clone)]
struct Function {
    file: String,
    name: String,
    line: u32,
}

impl Function {
    /// The functions at an address, the inlined ones first.
    fn at(address: usize) -> Vec<Self> {
        let mut functions = Vec::new();
        backtrace::resolve(address as *mut _, |symbol| {
            let file = symbol.filename().map(|file| file.display().to_string()).unwrap_or_default();
            let Some((_, file)) = file.rsplit_once("crates/") else { return };
            let name = symbol.name().map(|name| format!("{name:#}")).unwrap_or_default();
            functions.push(Self { file: file.to_owned(), name, line: symbol.lineno().unwrap_or(0) });
        });
        functions
    }

    fn is(&self, file: &str, name: &str) -> bool {
        let short = self.name.split('<').next().unwrap_or_default().rsplit("::").next().unwrap_or_default();
        self.file.starts_with(file) && (name.is_empty() || short == name)
    }
}

/// The functions between a note that performs and the call; none if no note does. Init passes count as no
/// performance, those of `reinit` included.
fn while_performing(stack: &[Function]) -> Option<&[Function]> {
    let performs = |f: &Function| f.is("vm/src/machine/block.rs", "perform");
    let at = stack.iter().position(|f| performs(f) || f.is("vm/src/machine/exec.rs", "init"))?;
    performs(&stack[at]).then(|| &stack[..at])
}

#[test]
fn notes_that_play_take_no_memory_and_no_locks_and_touch_no_files() {
    lock::watch(note_call);
    AllocationRegistry::set_global_tracker(Tracker).unwrap();
    AllocationRegistry::enable_tracking();
    let pieces = in_process::pieces().unwrap();
    let mut functions = BTreeMap::new();
    let (mut faults, mut used) = (BTreeMap::new(), BTreeSet::new());
    for (stacks, (piece, _)) in in_parallel(&pieces, |(name, csd)| calls_in(name, csd)).iter().zip(&pieces) {
        for stack in stacks {
            let stack: Vec<Function> = stack
                .iter()
                .flat_map(|a| functions.entry(*a).or_insert_with(|| Function::at(*a)).clone())
                .collect();
            let Some(calls) = while_performing(&stack) else { continue };
            let allowed = ALLOWED.iter().position(|(file, name, _)| calls.iter().any(|f| f.is(file, name)));
            if let Some(row) = allowed {
                used.insert(row);
                continue;
            }
            let shown = calls.iter().map(|f| format!("{}:{} {}", f.file, f.line, f.name));
            faults.entry(shown.take(4).collect::<Vec<_>>().join("\n    < ")).or_insert(piece);
        }
    }
    let faults: Vec<String> =
        faults.iter().map(|(calls, piece)| format!("{calls}\n    in {piece}")).collect();
    assert!(faults.is_empty(), "{} calls while notes play:\n{}", faults.len(), faults.join("\n"));
    let unused: Vec<_> =
        (0..ALLOWED.len()).filter(|row| !used.contains(row)).map(|row| ALLOWED[row]).collect();
    assert!(unused.is_empty(), "no longer needed: {unused:?}");
}
