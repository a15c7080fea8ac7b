//! A note: its frame, its p-fields and its state.

use super::{Context, Flow, Frame, GlobalMem, RunError};
use super::{block, exec};
use crate::code::{Code, Program};
use bstr::BString;
use orchestrion_base::event::PField;
use orchestrion_base::limits::Limit;
use orchestrion_base::note::Note;
use orchestrion_base::op::WorldRef;
use orchestrion_base::port::{Bus, Clock};
use orchestrion_base::source::Span as Place;
use std::cell::Cell;

/// The k-cycles of a block that a note is run for.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// Number of the block's first k-cycle since the start of the performance.
    pub block_start: u64,
    /// First k-cycle of the block to run.
    pub start: usize,
    /// How many.
    pub cycles: usize,
    /// First sample of the cycle that belongs to the note (0 unless it starts within it).
    pub first: usize,
    /// One past the last sample of the cycle that belongs to the note.
    pub end: usize,
}

/// An instance of an instrument.
pub struct Instance {
    /// Index of its code in [`Program::codes`].
    pub code: usize,
    /// Memory.
    pub frame: Frame,
    /// What its opcodes know about it.
    pub note: Note,
    /// Whether an opcode panicked in it, so that it must not be used again.
    pub spoiled: bool,
    /// Bytes that count for it in [`orchestrion_base::world::Memory`].
    pub bytes: u64,
}

impl Instance {
    /// Zeroed memory for a note of `program.codes[code]`.
    pub fn new(program: &Program, code: usize, block_cycles: usize) -> Self {
        let h = &program.header;
        let clock = Clock { sr: h.sr, kr: h.kr, ksmps: h.ksmps };
        let c = &program.codes[code];
        let cycles = if c.blockable { block_cycles.max(1) } else { 1 };
        Self { code, frame: Frame::new(c, clock, cycles), note: Note::default(), spoiled: false, bytes: 0 }
    }

    /// Most k-cycles that this note can be run at a time.
    pub fn max_cycles(&self) -> usize {
        self.frame.block_cycles / self.frame.subdivision.max(1) as usize
    }

    /// Gives the note its p-fields, p1 first.
    pub fn set_pfields(&mut self, code: &Code, p: &[PField]) {
        let mut given = self.note.given.borrow_mut();
        let mut strings = self.note.strings.borrow_mut();
        given.clear();
        strings.clear();
        for (i, field) in p.iter().enumerate() {
            match field {
                PField::Num(x) => given.push(*x),
                PField::Str(s) => {
                    given.push(f64::NAN);
                    strings.push((i as u16 + 1, BString::from(s.as_slice())));
                }
            }
        }
        for x in code.pset.iter().skip(given.len()).copied().collect::<Vec<_>>() {
            given.push(x);
        }
        self.note.pcount.set(p.len() as u32);
        for n in 1..=usize::from(code.pfields) {
            self.frame.cells[n].set(given.get(n - 1).copied().unwrap_or(0.0));
        }
    }

    /// Number of the last p-field that the note has: named by the text or given by the event.
    pub fn last_pfield(&self) -> usize {
        self.frame.last_pfield().max(self.note.given.borrow().len())
    }

    /// All p-fields as they stand, p1 first.
    pub fn pfields(&self) -> Vec<f64> {
        let given = self.note.given.borrow();
        let named = self.frame.last_pfield();
        (1..=self.last_pfield())
            .map(|n| if n <= named { self.pfield(n) } else { given.get(n - 1).copied().unwrap_or(0.0) })
            .collect()
    }

    /// Sets p-field `n` of a note that plays; whatever reads it at performance sees the new value. False if
    /// the note has no such p-field.
    pub fn change_pfield(&mut self, n: u16, value: f64) -> bool {
        if n == 0 || usize::from(n) > self.last_pfield() {
            return false;
        }
        self.frame.change_pfield(usize::from(n), value);
        if let Some(given) = self.note.given.borrow_mut().get_mut(usize::from(n) - 1) {
            *given = value;
        }
        self.note.strings.borrow_mut().retain(|(string, _)| *string != n);
        true
    }

    /// Value of p-field `n` as it stands.
    pub fn pfield(&self, n: usize) -> f64 {
        self.frame.cells.get(n).map_or(0.0, Cell::get)
    }

    /// Runs the init pass.
    ///
    /// # Errors
    /// The first init error; the note must not be performed.
    pub fn init(
        &mut self,
        program: &Program,
        globals: &GlobalMem,
        world: WorldRef<'_>,
        bus: Bus<'_>,
        scratch: &[Cell<f64>],
        span: Span,
    ) -> Result<(), RunError> {
        let code = &program.codes[self.code];
        self.note.extra_cycles.set(0);
        self.note.turned_off.set(false);
        self.note.held.set(false);
        self.note.releasing.set(false);
        let room = world.get().ask_memory(self.frame.bytes(), "the note itself");
        room.map_err(|error| RunError { error, opcode: "instr", span: Place::NONE, cycle: 0, init: true })?;
        let steps = world.get().limits.get(Limit::InitSteps);
        let mut cx = context(program, globals, world, bus, scratch, span, &self.note, steps);
        init_code(&mut self.frame, code, &mut cx)
    }

    /// Performs some k-cycles.
    ///
    /// # Errors
    /// The first performance error; the note must be removed.
    pub fn run(
        &mut self,
        program: &Program,
        globals: &GlobalMem,
        world: WorldRef<'_>,
        bus: Bus<'_>,
        scratch: &[Cell<f64>],
        span: Span,
    ) -> Result<Flow, RunError> {
        let code = &program.codes[self.code];
        let steps = world.get().limits.get(Limit::CycleSteps);
        let mut cx = context(program, globals, world, bus, scratch, span, &self.note, steps);
        let ratio = self.frame.subdivision as usize;
        block::perform(&mut self.frame, code, &mut cx, span.start * ratio, span.cycles * ratio)
    }
}

/// Runs the init code of a frame from its beginning, as for instrument 0.
///
/// # Errors
/// The first init error.
pub fn init_code(frame: &mut Frame, code: &Code, cx: &mut Context<'_>) -> Result<(), RunError> {
    let clock = frame.clock;
    if frame.subdivision != 1 {
        let ksmps = clock.ksmps * frame.subdivision as usize;
        frame.set_clock(code, Clock { sr: clock.sr, kr: clock.sr / ksmps as f64, ksmps }, 1);
    }
    exec::init(frame, code, cx, 0..code.init.len(), 0).map(|_| ())
}

fn context<'a>(
    program: &'a Program,
    globals: &'a GlobalMem,
    world: WorldRef<'a>,
    bus: Bus<'a>,
    scratch: &'a [Cell<f64>],
    span: Span,
    note: &'a Note,
    steps: u64,
) -> Context<'a> {
    Context {
        program,
        globals,
        world,
        bus,
        note,
        scratch,
        block_start: span.block_start,
        first: span.first,
        end: span.end,
        steps,
    }
}
