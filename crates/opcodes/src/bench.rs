//! Runs one unit by itself, for unit tests beside the opcodes.

use bstr::BString;
use orchestrion_base::global::GlobalMem;
use orchestrion_base::note::Note;
use orchestrion_base::op::{Init, Make, OpDef, Unit, WorldRef};
use orchestrion_base::port::{Arg, Bus, Clock, Io, Mem, Place};
use orchestrion_base::ty::Base;
use orchestrion_base::world::World;
use std::cell::Cell;

/// The value of an input at a sample or k-cycle.
type Source = fn(usize) -> f64;

/// One unit with its arguments. Inputs of letters `a`, `x` given with [`Bench::audio_in`] are audio,
/// all others numbers. sr 44100, ksmps 16.
pub struct Bench {
    unit: Box<dyn Unit>,
    args: Vec<Arg>,
    outs: usize,
    cells: Vec<Cell<f64>>,
    audio: Vec<Cell<f64>>,
    literals: Vec<BString>,
    sources: Vec<Option<Source>>,
    note: Note,
    globals: GlobalMem,
    /// The world the unit sees.
    pub world: World,
    /// Rates.
    pub clock: Clock,
    time: usize,
    ready: bool,
}

impl Bench {
    /// A bench for signature `sig` of `op`; every input is a number, 0 at first, strings excepted.
    pub fn new(op: &OpDef, sig: usize) -> Self {
        let sig = op.sigs[sig];
        let Make::Unit(make) = sig.make else { panic!("{} is no unit", op.name) };
        let clock = Clock { sr: 44100.0, kr: 44100.0 / 16.0, ksmps: 16 };
        let (outs, ins) = (sig.outs.len(), sig.ins.len());
        let mut args = Vec::new();
        for (i, letter) in sig.outs.chars().chain(sig.ins.chars()).enumerate() {
            let (place, base) = match letter {
                'a' => (Place::Audio, Base::A),
                'm' if i < outs => (Place::Audio, Base::A),
                'S' => (Place::Literal, Base::S),
                'i' | 'o' | 'p' | 'q' | 'j' => (Place::Cell, Base::I),
                _ => (Place::Cell, Base::K),
            };
            args.push(Arg { place, base, slot: i as u16 });
        }
        Self {
            unit: make(),
            args,
            outs,
            cells: vec![Cell::new(0.0); outs + ins],
            audio: vec![Cell::new(0.0); (outs + ins) * clock.ksmps],
            literals: vec![BString::default(); outs + ins],
            sources: vec![None; outs + ins],
            note: Note::default(),
            globals: GlobalMem::default(),
            world: World::default(),
            clock,
            time: 0,
            ready: false,
        }
    }

    /// Feeds audio input `i` from a function of the sample number.
    pub fn audio_in(&mut self, i: usize, source: fn(usize) -> f64) {
        let slot = self.outs + i;
        self.args[slot] = Arg { place: Place::Audio, base: Base::A, slot: slot as u16 };
        self.sources[slot] = Some(source);
    }

    /// Sets number input `i`.
    pub fn set(&mut self, i: usize, value: f64) {
        self.cells[self.outs + i].set(value);
    }

    /// Renders `samples` samples (or k-values) of output 0, after init on the first call.
    pub fn render(&mut self, samples: usize) -> Vec<f64> {
        let mut result = Vec::new();
        while result.len() < samples {
            let mem = Mem {
                cells: &self.cells,
                streams: &[],
                audio: &self.audio,
                scratch: &[],
                strings: &[],
                arrays: &[],
                spectra: &[],
                literals: &self.literals,
                globals: &self.globals,
                block_cycles: 1,
                block_len: self.clock.ksmps,
            };
            let io = || Io {
                args: &self.args,
                outs: self.outs,
                mem,
                bus: Bus { spout: &[], spin: &[], len: 0, nchnls: 0, nchnls_i: 0 },
                note: &self.note,
                clock: self.clock,
                cycle: 0,
                first: 0,
                end: self.clock.ksmps,
                block_start: (self.time / self.clock.ksmps) as u64,
                subdivision: 1,
                wide: false,
            };
            if !self.ready {
                let mut init = Init { io: io(), world: &mut self.world };
                self.unit.init(&mut init).expect("init succeeds");
                self.ready = true;
            }
            for (slot, source) in self.sources.iter().enumerate() {
                if let Some(source) = source {
                    for n in 0..self.clock.ksmps {
                        self.audio[slot * self.clock.ksmps + n].set(source(self.time + n));
                    }
                }
            }
            let mut io = io();
            self.unit.run(&mut io, 1, &mut WorldRef::Exclusive(&mut self.world)).expect("perform succeeds");
            result.extend(io.out(0).iter().map(Cell::get));
            self.time += self.clock.ksmps;
        }
        result
    }
}
