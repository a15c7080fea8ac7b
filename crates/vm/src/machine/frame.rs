//! Memory of a note: numbers, signals, strings, arrays and the states of its opcodes.

use super::Context;
use super::sub::Sub;
use super::vector::Block;
use crate::code::Code;
use bstr::BString;
use orchestrion_base::global::GlobalMem;
use orchestrion_base::op::Unit;
use orchestrion_base::port::{Clock, Io, Mem};
use orchestrion_base::spectrum::Spectrum;
use orchestrion_base::value::ArrayVal;
use std::cell::{Cell, RefCell};

/// Memory of one note, or of one call of an opcode with a frame of its own.
pub struct Frame {
    /// Numbers: count of p-fields plus one, p-fields, constants, variables.
    pub cells: Vec<Cell<f64>>,
    pub(super) streams: Vec<Cell<f64>>,
    pub(super) audio: Vec<Cell<f64>>,
    pub(super) strings: Vec<RefCell<BString>>,
    pub(super) arrays: Vec<RefCell<ArrayVal>>,
    pub(super) spectra: Vec<RefCell<Spectrum>>,
    pub(super) units: Vec<Box<dyn Unit>>,
    pub(super) children: Vec<Option<Box<Frame>>>,
    pub(super) subs: Vec<Option<Box<Sub>>>,
    /// Cycles left before and within the span of each `timout`.
    pub(super) timouts: Vec<(u64, u64)>,
    /// Rates in force.
    pub clock: Clock,
    /// Local k-cycles per k-cycle of the engine.
    pub subdivision: u32,
    pub(super) block_cycles: usize,
    pub(super) block_len: usize,
    /// First k-cycle of the current run.
    pub(super) run_start: usize,
    /// Last k-cycle of the run before, or the one in which init ran.
    pub(super) last_cycle: usize,
}

impl Frame {
    /// Zeroed memory for `code` that is run at most `block_cycles` k-cycles at a time.
    pub fn new(code: &Code, clock: Clock, block_cycles: usize) -> Self {
        let block_len = clock.ksmps * block_cycles;
        let cells = vec![Cell::new(0.0); code.cells];
        cells[0].set(f64::from(code.pfields) + 1.0);
        for &(slot, x) in &code.consts {
            cells[usize::from(slot)].set(x);
        }
        let mut frame = Self {
            cells,
            streams: vec![Cell::new(0.0); code.streams * block_cycles],
            audio: vec![Cell::new(0.0); code.audio * block_len],
            strings: vec![RefCell::default(); code.strings],
            arrays: code.arrays.iter().map(|b| RefCell::new(ArrayVal::empty(*b))).collect(),
            spectra: vec![RefCell::default(); code.spectra],
            units: code.states.iter().map(|make| make()).collect(),
            children: std::iter::repeat_with(|| None).take(code.children.len()).collect(),
            subs: std::iter::repeat_with(|| None).take(code.subs.len()).collect(),
            timouts: vec![(0, 0); code.timouts],
            clock,
            subdivision: 1,
            block_cycles,
            block_len,
            run_start: 0,
            last_cycle: 0,
        };
        frame.set_clock(code, clock, 1);
        frame
    }

    /// Bytes that the memory takes, what its units ask for at init left out.
    pub(super) fn bytes(&self) -> usize {
        let numbers = self.cells.len() + self.streams.len() + self.audio.len();
        size_of::<Self>() + size_of::<f64>() * numbers + 64 * self.units.len()
    }

    /// What opcodes see of it.
    pub(super) fn parts(&self) -> FrameMem<'_> {
        FrameMem {
            cells: &self.cells,
            streams: &self.streams,
            audio: &self.audio,
            strings: &self.strings,
            arrays: &self.arrays,
            spectra: &self.spectra,
            block_cycles: self.block_cycles,
            block_len: self.block_len,
        }
    }

    /// The same, and the opcodes themselves.
    pub(super) fn split(&mut self) -> (FrameMem<'_>, &mut [Box<dyn Unit>]) {
        let Self { cells, streams, audio, strings, arrays, spectra, units, .. } = self;
        let (block_cycles, block_len) = (self.block_cycles, self.block_len);
        (FrameMem { cells, streams, audio, strings, arrays, spectra, block_cycles, block_len }, units)
    }

    /// Number of the last p-field that has a cell.
    pub(super) fn last_pfield(&self) -> usize {
        (self.cells[0].get() as usize).saturating_sub(1)
    }

    /// Sets p-field `n` here and in the frames of opcodes that were called.
    pub(super) fn change_pfield(&self, n: usize, value: f64) {
        if n <= self.last_pfield() {
            self.cells[n].set(value);
        }
        for child in self.children.iter().flatten() {
            child.change_pfield(n, value);
        }
    }

    /// Keeps the last value of every stream where an init pass looks for it: in the first place.
    pub(super) fn keep_last(&mut self, cycle: usize) {
        if cycle > 0 {
            for stream in self.streams.chunks(self.block_cycles) {
                if let (Some(first), Some(last)) = (stream.first(), stream.get(cycle)) {
                    first.set(last.get());
                }
            }
        }
    }

    /// Puts the signals of the last k-cycle that was run where this one finds them: a note begins with what the one
    /// before has left in its variables.
    pub(super) fn keep_signals(&mut self, cycle: usize) {
        let ksmps = self.clock.ksmps;
        if self.last_cycle == cycle {
            return;
        }
        for signal in self.audio.chunks(self.block_len) {
            let place = |cycle: usize| signal.get(cycle * ksmps..(cycle + 1) * ksmps).unwrap_or(&[]);
            for (to, from) in place(cycle).iter().zip(place(self.last_cycle)) {
                to.set(from.get());
            }
        }
    }

    /// Sets the rates in force, those that the text can read included.
    pub(super) fn set_clock(&mut self, code: &Code, clock: Clock, subdivision: u32) {
        if clock.ksmps != self.clock.ksmps {
            self.block_cycles = self.block_len / clock.ksmps;
            self.streams.resize(code.streams * self.block_cycles, Cell::new(0.0));
        }
        self.clock = clock;
        self.subdivision = subdivision;
        if let Some(slot) = code.local_kr {
            self.cells[usize::from(slot)].set(clock.kr);
        }
        if let Some(slot) = code.local_ksmps {
            self.cells[usize::from(slot)].set(clock.ksmps as f64);
        }
    }
}

/// The frame's memory as opcodes see it.
fn mem<'a>(
    frame: &FrameMem<'a>,
    code: &'a Code,
    globals: &'a GlobalMem,
    scratch: &'a [Cell<f64>],
) -> Mem<'a> {
    Mem {
        cells: frame.cells,
        streams: frame.streams,
        audio: frame.audio,
        scratch,
        strings: frame.strings,
        arrays: frame.arrays,
        spectra: frame.spectra,
        literals: &code.literals,
        globals,
        block_cycles: frame.block_cycles,
        block_len: frame.block_len,
    }
}

/// What an opcode sees in a k-cycle but for its arguments. `clock` and `subdivision` are those of the frame.
#[inline]
pub(super) fn view<'a>(
    frame: &FrameMem<'a>,
    (clock, subdivision): (Clock, u32),
    code: &'a Code,
    cx: &Context<'a>,
    cycle: usize,
) -> Io<'a> {
    let (first, end) = note_part(clock, subdivision, cx, cycle);
    Io {
        args: &[],
        outs: 0,
        mem: mem(frame, code, cx.globals, cx.scratch),
        bus: cx.bus,
        note: cx.note,
        clock,
        cycle,
        first,
        end,
        block_start: cx.block_start * u64::from(subdivision),
        subdivision,
        wide: false,
    }
}

/// The note's part of a local k-cycle.
pub(super) fn note_part(clock: Clock, subdivision: u32, cx: &Context<'_>, cycle: usize) -> (usize, usize) {
    if subdivision == 1 {
        return (cx.first, cx.end);
    }
    let base = (cycle % subdivision as usize) * clock.ksmps;
    let clip = |x: usize| x.saturating_sub(base).min(clock.ksmps);
    (clip(cx.first), clip(cx.end))
}

/// The parts of a frame that opcodes may see while one of its units is borrowed.
pub(super) struct FrameMem<'a> {
    pub cells: &'a [Cell<f64>],
    pub streams: &'a [Cell<f64>],
    pub audio: &'a [Cell<f64>],
    pub strings: &'a [RefCell<BString>],
    pub arrays: &'a [RefCell<ArrayVal>],
    pub spectra: &'a [RefCell<Spectrum>],
    pub block_cycles: usize,
    pub block_len: usize,
}

impl<'a> FrameMem<'a> {
    /// What signal instructions see of it.
    pub fn block(&self, scratch: &'a [Cell<f64>], ksmps: usize, cycle: usize, cycles: usize) -> Block<'a> {
        Block {
            cells: self.cells,
            streams: self.streams,
            audio: self.audio,
            scratch,
            block_cycles: self.block_cycles,
            block_len: self.block_len,
            ksmps,
            cycle,
            cycles,
        }
    }
}
