//! How an opcode sees its arguments, its note and the clock.
//!
//! Arguments are addresses in the memory of the note (its *frame*); reading or writing one costs an
//! index. All memory is seen through shared cells, so that an output may be the same variable as an
//! input (`a1 tone a1, 500`): load, compute, then store.

mod references;

use crate::global::GlobalMem;
use crate::note::Note;
use crate::round::round_ties_even;
use crate::signal::Signal;
use crate::spectrum::Spectrum;
use crate::ty::Base;
use crate::value::ArrayVal;
use bstr::BString;
use std::cell::{Cell, RefCell};

/// Where an argument lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A number: constant, i-variable, p-field, or k-variable with one value.
    Cell,
    /// A k-variable with one value per k-cycle of the block.
    Stream,
    /// An audio variable that keeps its samples between blocks.
    Audio,
    /// An audio temporary in the machine's scratch memory.
    Scratch,
    /// A string variable.
    Str,
    /// A string literal.
    Literal,
    /// A p-field that may hold a string.
    PField,
    /// An array.
    Array,
    /// A spectral frame.
    Spectrum,
    /// A global string variable.
    GlobalStr,
    /// A global array.
    GlobalArray,
    /// A global spectral frame.
    GlobalSpectrum,
    /// A label; only machine words see these.
    Label,
}

/// One argument of an opcode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arg {
    /// Where it lives.
    pub place: Place,
    /// Its element type.
    pub base: Base,
    /// Index within the place.
    pub slot: u16,
}

/// Rates that hold where an opcode runs; inside `setksmps` they are local.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    /// Sample rate in Hz.
    pub sr: f64,
    /// Control rate in Hz.
    pub kr: f64,
    /// Samples per k-cycle.
    pub ksmps: usize,
}

/// The memory that arguments point into, borrowed for one call.
#[derive(Clone, Copy)]
pub struct Mem<'a> {
    /// Numbers.
    pub cells: &'a [Cell<f64>],
    /// k-streams, `block_cycles` values each.
    pub streams: &'a [Cell<f64>],
    /// Audio variables, `block_len` samples each.
    pub audio: &'a [Cell<f64>],
    /// Audio temporaries, `block_len` samples each.
    pub scratch: &'a [Cell<f64>],
    /// Strings.
    pub strings: &'a [RefCell<BString>],
    /// Arrays.
    pub arrays: &'a [RefCell<ArrayVal>],
    /// Spectral frames.
    pub spectra: &'a [RefCell<Spectrum>],
    /// String literals.
    pub literals: &'a [BString],
    /// Global variables.
    pub globals: &'a GlobalMem,
    /// Values per stream.
    pub block_cycles: usize,
    /// Samples per audio variable.
    pub block_len: usize,
}

/// The signals that all notes share: audio output and input of the current block, one channel after
/// the other.
#[derive(Clone, Copy)]
pub struct Bus<'a> {
    /// Output channels, `len` samples each; notes add to them.
    pub spout: &'a [Cell<f64>],
    /// Input channels, `len` samples each.
    pub spin: &'a [Cell<f64>],
    /// Samples per channel in these buffers.
    pub len: usize,
    /// Number of output channels.
    pub nchnls: usize,
    /// Number of input channels.
    pub nchnls_i: usize,
}

/// Arguments, note and clock of one opcode call. Outputs and inputs are numbered from 0 each.
pub struct Io<'a> {
    /// Outputs, then inputs.
    pub args: &'a [Arg],
    /// How many of `args` are outputs.
    pub outs: usize,
    /// Memory the arguments point into.
    pub mem: Mem<'a>,
    /// Shared signals.
    pub bus: Bus<'a>,
    /// The note.
    pub note: &'a Note,
    /// Rates in force here.
    pub clock: Clock,
    /// Index of this k-cycle within the block.
    pub cycle: usize,
    /// First sample of this k-cycle that belongs to the note.
    pub first: usize,
    /// One past the last sample of this k-cycle that belongs to the note.
    pub end: usize,
    /// Number of the block's first k-cycle since the start of the performance, in local k-cycles.
    pub block_start: u64,
    /// How many local k-cycles make one of the engine's; 1 outside `setksmps`.
    pub subdivision: u32,
    /// Whether this call covers several k-cycles as if they were one (see [`Io::widen`]).
    pub wide: bool,
}

const NO_SAMPLES: &[Cell<f64>] = &[];

impl<'a> Io<'a> {
    /// Makes this call cover `cycles` k-cycles as one long one, if the arguments allow it: outputs are
    /// audio, or control at `ksmps = 1` if `control` allows it; control inputs do not change, or change once per
    /// sample and are among `signals`.
    #[inline]
    pub fn widen(&mut self, cycles: usize, signals: &[usize], control: bool) -> bool {
        if cycles == 1 || !self.cycle.is_multiple_of(cycles) || self.samples_len() != self.clock.ksmps {
            return false;
        }
        let per_sample = self.clock.ksmps == 1;
        let (outs, ins) = self.args.split_at(self.outs);
        let fits = outs.iter().all(|a| match a.place {
            Place::Audio | Place::Scratch => true,
            place => place == Place::Stream && per_sample && control,
        }) && ins
            .iter()
            .enumerate()
            .all(|(i, a)| a.place != Place::Stream || per_sample && signals.contains(&i));
        if fits {
            self.cycle /= cycles;
            self.clock.ksmps *= cycles;
            self.end = self.clock.ksmps;
            self.wide = true;
        }
        fits
    }

    /// Whether outputs have a value for each k-cycle of a block.
    #[inline]
    pub(crate) fn has_streams(&self) -> bool {
        self.args[..self.outs].iter().any(|arg| arg.place == Place::Stream)
    }

    /// Hands control outputs their values of the k-cycle before, for units that do not write in every one.
    #[inline]
    pub(crate) fn keep_outputs(&self) {
        for arg in &self.args[..self.outs] {
            if arg.place == Place::Stream && self.cycle > 0 {
                let at = arg.slot as usize * self.mem.block_cycles + self.cycle;
                if let Some([before, now]) = self.mem.streams.get(at - 1..=at) {
                    now.set(before.get());
                }
            }
        }
    }

    /// Number of inputs.
    #[inline]
    pub fn n_ins(&self) -> usize {
        self.args.len() - self.outs
    }

    /// Number of outputs.
    #[inline]
    pub fn n_outs(&self) -> usize {
        self.outs
    }

    #[inline(always)]
    fn number(&self, arg: Arg) -> Option<&'a Cell<f64>> {
        // In this order, not as one `match`, which would jump through a table for every argument.
        if matches!(arg.place, Place::Cell | Place::PField) {
            self.mem.cells.get(arg.slot as usize)
        } else if arg.place == Place::Stream {
            self.mem.streams.get(arg.slot as usize * self.mem.block_cycles + self.cycle)
        } else {
            self.first_sample(arg)
        }
    }

    #[inline(never)]
    fn first_sample(&self, arg: Arg) -> Option<&'a Cell<f64>> {
        let audio = matches!(arg.place, Place::Audio | Place::Scratch);
        audio.then(|| self.whole_cycle(arg).get(self.first)).flatten()
    }

    /// The values of a control argument in a call that covers several k-cycles of one sample.
    #[inline(always)]
    fn wide_stream(&self, arg: Arg) -> &'a [Cell<f64>] {
        let at = arg.slot as usize * self.mem.block_cycles + self.cycle * self.clock.ksmps;
        self.mem.streams.get(at..at + self.clock.ksmps).unwrap_or(NO_SAMPLES)
    }

    /// All samples of this k-cycle of an audio argument.
    #[inline(always)]
    fn whole_cycle(&self, arg: Arg) -> &'a [Cell<f64>] {
        let slab = if arg.place == Place::Scratch { self.mem.scratch } else { self.mem.audio };
        let at = arg.slot as usize * self.mem.block_len + self.cycle * self.clock.ksmps;
        slab.get(at..at + self.clock.ksmps).unwrap_or(NO_SAMPLES)
    }

    #[inline(always)]
    fn samples(&self, arg: Arg) -> &'a [Cell<f64>] {
        self.whole_cycle(arg).get(self.first..self.end).unwrap_or(NO_SAMPLES)
    }

    /// Input `i` as a number: i-value, k-value of this cycle, or first sample of an audio input.
    #[inline(always)]
    pub fn k(&self, i: usize) -> f64 {
        self.args.get(self.outs + i).and_then(|&a| self.number(a)).map_or(0.0, Cell::get)
    }

    /// Input `i` rounded to the nearest integer as the reference converts numbers it uses as counts.
    #[inline]
    pub fn int(&self, i: usize) -> i32 {
        round_ties_even(self.k(i)) as i32
    }

    /// Input `i` as a signal of any rate.
    #[inline(always)]
    pub fn x(&self, i: usize) -> Signal<'a> {
        let Some(&arg) = self.args.get(self.outs + i) else { return Signal::number(0.0) };
        if matches!(arg.place, Place::Audio | Place::Scratch) {
            Signal::samples(self.samples(arg))
        } else if self.wide && arg.place == Place::Stream {
            Signal::samples(self.wide_stream(arg))
        } else {
            Signal::number(self.number(arg).map_or(0.0, Cell::get))
        }
    }

    /// Samples of audio input `i`; empty if it is not audio.
    #[inline(always)]
    pub fn a(&self, i: usize) -> &'a [Cell<f64>] {
        match self.args.get(self.outs + i) {
            Some(&arg) if matches!(arg.place, Place::Audio | Place::Scratch) => self.samples(arg),
            _ => NO_SAMPLES,
        }
    }

    /// Whether input `i` is an audio signal.
    #[inline]
    pub fn is_audio_in(&self, i: usize) -> bool {
        self.args.get(self.outs + i).is_some_and(|a| matches!(a.place, Place::Audio | Place::Scratch))
    }

    /// Whether output 0 is an audio signal.
    #[inline(always)]
    pub fn is_audio_out(&self) -> bool {
        self.outs > 0 && self.args.first().is_some_and(|a| matches!(a.place, Place::Audio | Place::Scratch))
    }

    /// What the unit writes for output `o` in this call: the samples of the note's part of this
    /// k-cycle, or one value for k- and i-rate outputs.
    #[inline(always)]
    pub fn out(&self, o: usize) -> &'a [Cell<f64>] {
        match self.args.get(o) {
            Some(&arg) if o < self.outs => self.cells(arg),
            _ => NO_SAMPLES,
        }
    }

    /// All values of a number or signal in this call.
    #[inline(always)]
    fn cells(&self, arg: Arg) -> &'a [Cell<f64>] {
        match arg.place {
            Place::Audio | Place::Scratch => self.samples(arg),
            Place::Stream if self.wide => self.wide_stream(arg),
            _ => self.number(arg).map_or(NO_SAMPLES, std::slice::from_ref),
        }
    }

    /// Sets a k- or i-rate output; fills an audio output with the value.
    #[inline(always)]
    pub fn set(&self, o: usize, value: f64) {
        for cell in self.out(o) {
            cell.set(value);
        }
    }

    /// Changes number or audio input `i` in place, which the definition must announce with
    /// [`crate::op::OpDef::changes`].
    pub fn set_in(&self, i: usize, value: f64) {
        if let Some(&arg) = self.args.get(self.outs + i) {
            self.cells(arg).iter().for_each(|cell| cell.set(value));
        }
    }

    /// Steps per second of the unit's output: sr for audio, kr otherwise.
    #[inline]
    pub fn rate(&self) -> f64 {
        if self.is_audio_out() { self.clock.sr } else { self.clock.kr }
    }

    /// Number of samples of this k-cycle that belong to the note.
    #[inline]
    pub fn samples_len(&self) -> usize {
        self.end - self.first
    }

    /// Element type of input `i`.
    pub fn base(&self, i: usize) -> Base {
        self.args.get(self.outs + i).map_or(Base::I, |a| a.base)
    }

    /// Element type of output `o`.
    pub fn out_base(&self, o: usize) -> Base {
        self.args.get(o).map_or(Base::I, |a| a.base)
    }

    /// p-field `n` (from 1) as it stands now; 0 where the event gave none.
    pub fn pfield(&self, n: usize) -> f64 {
        // The frame keeps the p-fields that the text names; the event's list holds the rest.
        let named = self.named_pfields();
        if n < named {
            return self.mem.cells.get(n).map_or(0.0, Cell::get);
        }
        n.checked_sub(1).and_then(|i| self.note.given.borrow().get(i).copied()).unwrap_or(0.0)
    }

    /// Sets p-field `n` if the instrument's text names it or the event gave it.
    pub fn set_pfield(&self, n: usize, value: f64) {
        if n < self.named_pfields() {
            if let Some(c) = self.mem.cells.get(n) {
                c.set(value);
            }
        } else if let Some(slot) =
            n.checked_sub(1).and_then(|i| self.note.given.borrow_mut().get_mut(i).map(|v| *v = value))
        {
            slot
        }
    }

    /// One past the highest p-field that lives in the frame: cell 0 holds that count.
    fn named_pfields(&self) -> usize {
        self.mem.cells.first().map_or(0, |c| c.get() as usize)
    }

    /// The note's part of this k-cycle of output channel `channel` (from 0); `None` past the last one.
    pub fn spout(&self, channel: usize) -> Option<&'a [Cell<f64>]> {
        if channel >= self.bus.nchnls {
            return None;
        }
        let at = channel * self.bus.len + self.cycle * self.clock.ksmps;
        self.bus.spout.get(at + self.first..at + self.end)
    }

    /// The note's part of this k-cycle of input channel `channel` (from 0); `None` past the last one.
    pub fn spin(&self, channel: usize) -> Option<&'a [Cell<f64>]> {
        if channel >= self.bus.nchnls_i {
            return None;
        }
        let at = channel * self.bus.len + self.cycle * self.clock.ksmps;
        self.bus.spin.get(at + self.first..at + self.end)
    }

    /// Number of this k-cycle since the start of the performance, in local k-cycles.
    pub fn abs_cycle(&self) -> u64 {
        self.block_start + self.cycle as u64
    }
}
