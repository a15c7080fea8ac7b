//! Instrument 0 of an orchestra: at the start of a performance, and of texts that notes compile.

use super::late::Waiting;
use super::{Performance, bus, described, guarded};
use orchestrion_base::error::OpResult;
use orchestrion_base::global::GlobalMem;
use orchestrion_base::limits::Limit;
use orchestrion_base::lock::lock;
use orchestrion_base::note::Note;
use orchestrion_base::op::WorldRef;
use orchestrion_base::port::{Bus, Clock, Io};
use orchestrion_base::source::SourceMap;
use orchestrion_base::world::{Start, World};
use orchestrion_vm::code::Program;
use orchestrion_vm::machine::{Context, Frame, RunError, init_code};
use std::cell::Cell;

/// What a text that runs within a note counts against the limit of recursion: it takes the stack of so many calls.
const DEPTH: usize = 16;

/// Runs instrument 0 of a program's latest text as a note of its own. `steps` are what is left of the limit.
fn run_latest(
    program: &Program,
    globals: &GlobalMem,
    world: &mut World,
    note: &Note,
    bus: Bus<'_>,
    scratch: &[Cell<f64>],
    has_foreign: bool,
    steps: &mut u64,
) -> Result<(), RunError> {
    let Some(code) = program.globals_code.last() else { return Ok(()) };
    let h = program.header;
    let mut frame = Frame::new(code, Clock { sr: h.sr, kr: h.kr, ksmps: h.ksmps }, 1);
    let mut cx = Context {
        program,
        globals,
        world: WorldRef::Exclusive(world),
        bus,
        note,
        scratch,
        block_start: 0,
        first: 0,
        end: h.ksmps,
        steps: *steps,
    };
    let outcome = guarded(has_foreign, || init_code(&mut frame, code, &mut cx));
    *steps = cx.steps;
    outcome
}

impl Performance {
    /// Runs instrument 0 of the latest text.
    pub(super) fn run_globals(&mut self) -> Result<(), RunError> {
        let h = self.program.header;
        let mut steps = self.world.limits.get(Limit::InitSteps);
        self.world.memory.begin(0);
        let outcome = run_latest(
            &self.program,
            &self.globals,
            &mut self.world,
            &Note::default(),
            bus(&self.spout, &self.spin, &h, self.block_cycles, 0),
            &self.scratch,
            self.has_foreign,
            &mut steps,
        );
        // What instrument 0 asked for stays.
        self.world.memory.settle();
        outcome?;
        self.carry_out_commands();
        Ok(())
    }
}

/// Instrument 0 of a text that a note has compiled. It runs in memory of its own, since the performance's has no room
/// for new globals while notes play.
pub(super) struct NewCode {
    pub program: Program,
    /// All texts so far, for messages.
    pub sources: SourceMap,
    pub waiting: Waiting,
    /// Whether a program has registered opcodes.
    pub has_foreign: bool,
}

impl Start for NewCode {
    fn start(self: Box<Self>, io: &Io<'_>, world: &mut World) -> OpResult {
        let note = Note::default();
        note.depth.set(io.note.depth.get() + DEPTH);
        world.limits.check(Limit::Recursion, note.depth.get() as u64, || {
            "texts that compile each other nest too deep".to_owned()
        })?;
        let before = world.limits.get(Limit::InitSteps).saturating_sub(lock(&self.waiting).steps);
        let mut steps = before;
        let h = &self.program.header;
        let mut globals = GlobalMem::default();
        globals.grow(&self.program.global_types(), h.ksmps);
        globals.copy_from(&lock(&self.waiting).globals, 0);
        globals.copy_from(io.mem.globals, 0);
        let codes = self.program.globals_code.iter().chain(&self.program.udos);
        let signals = codes.map(|code| code.scratch).max().unwrap_or(0);
        let scratch = vec![Cell::new(0.0); signals * h.ksmps];
        let (program, foreign) = (&self.program, self.has_foreign);
        let outcome = run_latest(program, &globals, world, &note, io.bus, &scratch, foreign, &mut steps);
        io.mem.globals.copy_from(&globals, 0);
        let mut waiting = lock(&self.waiting);
        waiting.steps += before - steps;
        if let Err(e) = outcome {
            waiting.failures.push(described(&e, "0", &self.sources));
        }
        // A text within this one may have made more globals.
        if waiting.globals.len() > globals.len() {
            waiting.globals.copy_from(&globals, 0);
        } else {
            waiting.globals = globals;
        }
        Ok(())
    }
}
