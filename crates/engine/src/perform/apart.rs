//! Blocks in which some notes go cycle by cycle and the others do not.
//!
//! Notes that may be run many k-cycles at a time change nothing shared. So those that must go cycle by cycle (they
//! print, write globals, start notes ...) can play first, each into an output of its own. The first cycle in which
//! one of them ends or asks for something is where the block ends. Only then do the others play, and all
//! outputs are added in the order of the notes: every sum has the terms it would have had cycle by cycle.

use super::{Performance, bus, guarded};
use orchestrion_base::event::Command;
use orchestrion_base::op::{Res, WorldRef};
use orchestrion_vm::code::MANY;
use orchestrion_vm::machine::{BlockSpan, Flow, RunError};
use std::cell::Cell;
use std::ops::Range;

/// Where a block was cut: the k-cycle within it, which of the notes set aside did it, how it went and what it asks
/// for.
struct Cut {
    cycle: usize,
    which: usize,
    result: Result<Flow, RunError>,
    commands: Vec<Command>,
}

impl Performance {
    /// How many of `cycles` k-cycles can be played at a time. Finds the notes that must be set aside for that.
    pub(super) fn longest(&mut self, cycles: usize) -> usize {
        let mut most = cycles;
        let mut ahead = 0;
        for id in (0..self.notes.len()).filter_map(|place| self.notes.at(place)) {
            let Some(a) = self.notes.get(id) else { continue };
            let Some(code) = self.program.codes.get(a.instance.code) else { continue };
            // Text compiled later may have made the instrument's globals somebody else's too.
            if code.blockable && a.instance.max_cycles() > 1 {
                most = most.min(a.instance.max_cycles());
                ahead += 1;
            } else if code.additions < MANY && !code.reads.meets(Res::SPOUT) {
                self.aside.push(id);
            } else {
                most = 1;
            }
        }
        if ahead == 0 && !self.aside.is_empty() {
            most = 1;
        }
        if most == 1 {
            self.aside.clear();
        }
        most
    }

    /// Makes room for the outputs of notes that were set aside.
    pub(super) fn make_asides(&mut self) {
        while self.asides.len() < self.aside.len() {
            self.asides.push(self.spout.clone());
        }
    }

    /// Plays at most `cycles` k-cycles of all notes, and answers with their number.
    pub(super) fn play_apart(&mut self, cycles: usize) -> usize {
        self.begin_block(cycles);
        let cut = self.play_aside(cycles);
        let whole = cut.as_ref().map_or(cycles, |cut| cut.cycle);
        if whole > 0 {
            self.world.cycle = self.cycle;
            self.play_notes(whole);
        }
        let Some(cut) = cut else { return cycles };
        self.unread_input(cycles - whole - 1);
        self.cycle += whole as u64;
        self.play_cut(cut);
        self.cycle -= whole as u64;
        whole + 1
    }

    /// Plays the notes that were set aside, until one of them ends or asks for something.
    fn play_aside(&mut self, cycles: usize) -> Option<Cut> {
        let h = self.world.header;
        let len = h.ksmps * self.block_cycles;
        for cycle in 0..cycles {
            self.world.cycle = self.cycle + cycle as u64;
            for which in 0..self.aside.len() {
                let out = &self.asides[which];
                let at = cycle * h.ksmps;
                for channel in out.chunks(len) {
                    channel[at..at + h.ksmps].iter().for_each(|x| x.set(0.0));
                }
                let Some(a) = self.notes.get_mut(self.aside[which]).filter(|a| !a.done) else { continue };
                let here = bus(out, &self.spin, &h, self.block_cycles, cycle);
                let block_start = self.cycle + cycle as u64;
                let span = BlockSpan { block_start, start: 0, cycles: 1, first: 0, end: h.ksmps };
                let world = WorldRef::Exclusive(&mut self.world);
                let result = guarded(self.has_foreign, || {
                    a.instance.run(&self.program, &self.globals, world, here, &self.scratch, span)
                });
                let quiet = matches!(result, Ok(Flow::Done)) && !a.instance.note.turned_off.get();
                if !quiet || !self.world.commands.is_empty() {
                    // What it asks for happens once the notes before it have played as far.
                    let commands = std::mem::take(&mut self.world.commands);
                    return Some(Cut { cycle, which, result, commands });
                }
            }
            self.run_cycle_hooks();
        }
        None
    }

    /// Plays `cycles` k-cycles of all notes in order; of those set aside, adds what they have played.
    pub(super) fn play_notes(&mut self, cycles: usize) {
        let (mut place, mut set_aside) = (0, 0);
        loop {
            place = self.play_side_by_side(place, self.aside.get(set_aside).copied(), cycles);
            let Some(id) = self.notes.at(place) else { break };
            place += 1;
            if self.aside.get(set_aside) == Some(&id) {
                self.add_aside(set_aside, 0, cycles);
                set_aside += 1;
            } else {
                self.play_note(id, 0, cycles);
            }
        }
    }

    /// Adds what a note that was set aside has played in some k-cycles of the block.
    fn add_aside(&mut self, which: usize, start: usize, cycles: usize) {
        let out = std::mem::take(&mut self.asides[which]);
        self.add_output(&out, self.aside[which], start..start + cycles);
        self.asides[which] = out;
    }

    /// Adds what a note has played into an output of its own in some k-cycles of the block.
    pub(super) fn add_output(&mut self, out: &[Cell<f64>], id: u32, cycles: Range<usize>) {
        let ksmps = self.world.header.ksmps;
        let len = ksmps * self.block_cycles;
        let range = cycles.start * ksmps..cycles.end * ksmps;
        for (sums, samples) in self.spout.chunks(len).zip(out.chunks(len)) {
            for (sum, x) in sums[range.clone()].iter().zip(&samples[range.clone()]) {
                sum.set(sum.get() + x.get());
            }
        }
        if let Some(code) = self.notes.get(id).map(|a| a.instance.code) {
            self.look_at_output(code, cycles);
        }
    }

    /// Plays the last k-cycle of a block that was cut: some of the notes set aside have played it already.
    fn play_cut(&mut self, cut: Cut) {
        self.world.cycle = self.cycle;
        let mut set_aside = 0;
        let mut done = Some((cut.result, cut.commands));
        let mut place = 0;
        while let Some(id) = self.notes.at(place) {
            place += 1;
            let aside = self.aside.get(set_aside) == Some(&id);
            if aside && set_aside <= cut.which {
                self.add_aside(set_aside, cut.cycle, 1);
                if set_aside == cut.which
                    && let Some((result, commands)) = done.take()
                {
                    self.world.commands = commands;
                    self.conclude(id, result);
                }
            } else {
                self.play_note(id, cut.cycle, 1);
            }
            set_aside += usize::from(aside);
        }
        self.finish_cycle();
    }
}
