//! One step of a performance: what is due happens, then notes play a block.

use super::events::What;
use super::notes::resolve_p1;
use super::score::Next;
use super::{Performance, bus, guarded, is_panic};
use orchestrion_base::event::PField;
use orchestrion_base::limits::Limit;
use orchestrion_base::op::WorldRef;
use orchestrion_base::world::MessageKind;
use orchestrion_opcodes::tables::make::make_table;
use orchestrion_vm::machine::{BlockSpan, Flow, RunError};
use std::cell::Cell;

/// What an instrument may be told while a piece plays.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// `maxalloc`
    pub max_notes: Option<u32>,
    /// `mute`
    pub muted: bool,
    /// A p-field that its notes do not have was to be set; said once.
    pub missed_pfield: bool,
    /// `cpuprc`
    pub load: f64,
}

/// A block of sound.
pub struct Block<'a> {
    /// One channel after the other.
    pub spout: &'a [Cell<f64>],
    /// Samples between the starts of two channels.
    pub stride: usize,
    /// Frames in this block.
    pub frames: usize,
}

impl Block<'_> {
    /// Appends the frames of the first `channels` channels to `samples`, interleaved and scaled.
    pub fn interleave(&self, samples: &mut Vec<f64>, channels: usize, scale: f64) {
        for n in 0..self.frames {
            for c in 0..channels {
                samples.push(self.spout[c * self.stride + n].get() * scale);
            }
        }
    }
}

impl Performance {
    pub(super) fn settings(&mut self, instrument: u32) -> &mut Settings {
        self.settings.entry(instrument).or_default()
    }

    /// Performs the next block; `None` when the piece is over.
    pub fn step(&mut self) -> Option<Block<'_>> {
        let cycles = self.next_block();
        let written = match cycles {
            None if !self.live => self.world.out_files.finish(),
            // A host may go on after it has stopped for a while.
            _ => self.world.out_files.write(),
        };
        self.report_files(written);
        let h = &self.world.header;
        Some(Block { spout: &self.spout, stride: h.ksmps * self.block_cycles, frames: cycles? * h.ksmps })
    }

    /// Performs the next block and answers with its length in k-cycles; `None` when the piece is over.
    fn next_block(&mut self) -> Option<usize> {
        if self.midi.is_over(self.cycle) {
            return None;
        }
        self.happened = 0;
        self.world.memory.begin(0);
        if self.exit.is_some() || self.is_at_end() || !self.begin() || self.is_at_end() {
            return None;
        }
        if self.init_only {
            return self.skip_to_next();
        }
        if !self.may_go_on() {
            return None;
        }
        self.automate();
        if let Some((tempo, playing)) = self.midi.state(self.cycle) {
            (self.world.midi.tempo, self.world.midi.playing) = (Some(tempo), playing);
        }
        let cycles = self.block_length();
        self.make_asides();
        self.playing = true;
        let cycles = match self.gather_swarm(cycles) {
            Some(cycles) => self.play_swarm(cycles),
            None if self.aside.is_empty() => self.play(cycles),
            None => self.play_apart(cycles),
        };
        self.playing = false;
        self.inspect(cycles);
        self.cycle += cycles as u64;
        self.rewinds = 0;
        Some(cycles)
    }

    /// Whether the length that was asked for is reached.
    fn is_at_end(&self) -> bool {
        self.end_cycle.is_some_and(|end| self.cycle >= end)
    }

    /// Goes to the next event without playing anything.
    fn skip_to_next(&mut self) -> Option<usize> {
        self.cycle = self.next_event()?;
        Some(0)
    }

    /// The next k-cycle after this that has an event or in which the section may end.
    pub(super) fn next_event(&mut self) -> Option<u64> {
        let score = match self.score.peek(self.world.section_start) {
            Next::At(cycle) => Some(cycle),
            _ => None,
        };
        let next = [score, self.queue.next_cycle(), self.midi.next_cycle(), self.wait_until];
        next.into_iter().flatten().filter(|cycle| *cycle > self.cycle).min()
    }

    /// Ends and events due in this cycle; false when the performance is over.
    fn begin(&mut self) -> bool {
        loop {
            self.world.cycle = self.cycle;
            self.score.reach(self.cycle);
            self.end_notes();
            let start = self.world.section_start;
            match self.score.peek(start) {
                Next::At(cycle) if cycle <= self.cycle => {
                    self.score_event();
                    continue;
                }
                Next::SectionDone if self.section_is_over() => {
                    let last = self.score.is_last();
                    self.score.advance();
                    if last {
                        self.score.stop();
                        return false;
                    }
                    self.world.memory.give_back(self.notes.forget_idle());
                    // What notes have scheduled ends with their section (measured).
                    self.queue.remove(|_| true);
                    self.world.section_start = self.cycle;
                    continue;
                }
                Next::Over => return false,
                _ => {}
            }
            if let Some(event) = self.queue.due(self.cycle) {
                // Deeds of the host are always allowed.
                if !self.may_happen() && !matches!(event.what, What::Action(_)) {
                    continue;
                }
                self.queued = true;
                let time = event.time - start as f64 / self.world.header.kr;
                match event.what {
                    What::Statement(letter, p) if !self.happen(letter, time, &p, true) => return false,
                    What::Statement(..) => {}
                    What::Instance(_, p) if self.is_left_out(b'i', &p) => {}
                    What::Instance(handle, p) => {
                        if let Some(id) = self.note_event(time, &p, true)
                            && let Some(a) = self.notes.get_mut(id)
                        {
                            a.handle = Some(handle);
                        }
                    }
                    What::Action(act) => act(self),
                }
                self.queued = false;
                continue;
            }
            if self.midi.is_due(self.cycle) {
                self.play_midi();
                continue;
            }
            if self.exit.is_some() {
                return false;
            }
            if self.cycle >= self.silent_until {
                return true;
            }
            self.advance_silently();
        }
    }

    /// Whether the limit of events in one k-cycle allows one more; says so when it is reached.
    pub(super) fn may_happen(&mut self) -> bool {
        self.happened += 1;
        let limit = self.world.limits.get(Limit::CycleEvents);
        if self.happened == limit.saturating_add(1) {
            let text = format!("{limit} events in one k-cycle; those that are due with them are dropped");
            self.world.say(MessageKind::Error, format!("{}\n", Limit::CycleEvents.reached(text)));
            self.errors += 1;
        }
        self.happened <= limit
    }

    /// Whether the limit of seconds lets the performance go on; says so if not.
    fn may_go_on(&mut self) -> bool {
        let seconds = self.world.limits.get(Limit::OutputSeconds);
        let too_long = self.seconds() >= seconds as f64;
        if too_long && !std::mem::replace(&mut self.too_long, true) {
            let text = Limit::OutputSeconds.reached(format!("the piece plays for {seconds} s"));
            self.world.say(MessageKind::Error, format!("{text}\n"));
            self.errors += 1;
        }
        !too_long
    }

    /// Whether nothing keeps the section going any more. The reference waits for the end that is next when it
    /// looks, and looks again only then: a note that is turned off early still lengthens the section (measured).
    fn section_is_over(&mut self) -> bool {
        if self.wait_until.is_some_and(|cycle| cycle > self.cycle) {
            return false;
        }
        self.wait_until = self.notes.next_end().map(|off| match (&self.score.beats, off.beat) {
            (Some(beats), Some(beat)) => beats.wait(beat),
            _ => off.cycle,
        });
        self.wait_until.is_none()
    }

    /// How many k-cycles can be played before anything happens.
    fn block_length(&mut self) -> usize {
        if self.is_automated() {
            self.aside.clear();
            return 1;
        }
        let mut until = self.longest_block();
        if let Next::At(cycle) = self.score.peek(self.world.section_start) {
            until = until.min(cycle);
        }
        if let Some(off) = self.notes.next_end() {
            until = until.min(off.cycle);
        }
        if self.sample_accurate {
            until = until.min(self.notes.next_partial(self.cycle));
        }
        let cycles = until.saturating_sub(self.cycle).max(1) as usize;
        self.aside.clear();
        if cycles == 1 { 1 } else { self.longest(cycles) }
    }

    /// k-cycle before which the next block ends, whatever the score and the ends of notes say.
    pub(super) fn longest_block(&self) -> u64 {
        let wait = self.wait_until.filter(|cycle| *cycle > self.cycle);
        let tempo = self.midi.next_change(self.cycle);
        let ends = [self.queue.next_cycle(), self.midi.next_cycle(), self.end_cycle, wait, tempo];
        ends.into_iter().flatten().fold(self.cycle + self.block_cycles as u64, u64::min)
    }

    fn score_event(&mut self) {
        let mut p = std::mem::take(&mut self.event_fields);
        if let Some((kind, time)) = self.score.take(&mut p) {
            self.happen(kind as u8, time, &p, false);
        }
        self.event_fields = p;
    }

    /// Lets an event happen; false if it ends the performance. `queued` tells events that do not come from
    /// the score.
    fn happen(&mut self, letter: u8, time: f64, p: &[PField], queued: bool) -> bool {
        if self.is_left_out(letter, p) {
            return true;
        }
        match letter {
            b'i' => drop(self.note_event(time, p, queued)),
            b'f' => self.table_event(p),
            b'e' => {
                self.score.stop();
                return false;
            }
            b'a' => self.skip_time(p),
            b'q' => {
                if let Some(n) = p.first().and_then(|x| resolve_p1(&self.program, x)) {
                    let on = p.get(2).map_or(0.0, PField::num) != 0.0;
                    self.settings(n as u32).muted = !on;
                }
            }
            b'd' => {
                if let Some(p1) = p.first().and_then(|x| resolve_p1(&self.program, x)) {
                    // `d -1` is the same as `d 1` (measured).
                    self.release_held(p1.abs());
                }
            }
            _ => {}
        }
        true
    }

    fn table_event(&mut self, p: &[PField]) {
        let number = p.first().map_or(0.0, PField::num);
        if number == 0.0 {
            return;
        }
        if number < 0.0 {
            self.world.tables.remove(-number as u32);
            return;
        }
        let routine = p.get(3).cloned().unwrap_or(PField::Num(0.0));
        let size = p.get(2).map_or(0.0, PField::num);
        let args = p.get(4..).unwrap_or(&[]);
        self.world.say(MessageKind::Info, format!("ftable {number}:\n"));
        if let Err(e) = make_table(&mut self.world, number, size, &routine, args) {
            self.world.say(MessageKind::Error, format!("ftable {number}: {e}\n"));
            self.errors += 1;
        }
    }

    /// Plays `cycles` k-cycles of all notes in order, and answers with their number.
    fn play(&mut self, cycles: usize) -> usize {
        self.begin_block(cycles);
        self.play_notes(cycles);
        self.finish_cycle();
        cycles
    }

    /// Silences the output and reads the input of a block.
    pub(super) fn begin_block(&mut self, cycles: usize) {
        let h = self.world.header;
        let len = h.ksmps * self.block_cycles;
        for channel in self.spout.chunks(len) {
            channel[..cycles * h.ksmps].iter().for_each(|x| x.set(0.0));
        }
        self.fill_input(cycles);
    }

    /// Plays `cycles` k-cycles of a note, the first of which is number `start` of the block's. Answers with how many of
    /// them have begun when the note ends by itself or fails.
    pub(super) fn play_note(&mut self, id: u32, start: usize, cycles: usize) -> usize {
        let h = self.world.header;
        let Some(a) = self.notes.get_mut(id) else { return 0 };
        if a.done {
            return 0;
        }
        let span = BlockSpan { block_start: self.cycle, start: 0, cycles, first: 0, end: h.ksmps };
        let span = if self.sample_accurate { a.partial(span) } else { span };
        let result = guarded(self.has_foreign, || {
            a.instance.run(
                &self.program,
                &self.globals,
                WorldRef::Exclusive(&mut self.world),
                bus(&self.spout, &self.spin, &h, self.block_cycles, start),
                &self.scratch,
                span,
            )
        });
        let code = a.instance.code;
        let begun = result.as_ref().map_or_else(|e| e.cycle + 1, |_| cycles);
        self.look_at_output(code, start..start + cycles);
        self.conclude(id, result);
        begun
    }

    /// Draws the consequences of how a note went.
    pub(super) fn conclude(&mut self, id: u32, result: Result<Flow, RunError>) {
        let Some(a) = self.notes.get_mut(id) else { return };
        a.instance.spoiled |= is_panic(&result);
        let turned_off = a.instance.note.turned_off.replace(false);
        let code = a.instance.code;
        match result {
            Ok(Flow::Ended) => self.finish(id),
            Ok(Flow::Done) if turned_off => self.release(id, self.cycle + 1),
            Ok(Flow::Done) => {}
            Err(e) => {
                let name = self.program.codes[code].name.clone();
                self.report(&e, &name);
                self.world.say(MessageKind::Error, "note aborted\n");
                self.errors += 1;
                self.finish(id);
                if let orchestrion_base::error::OpError::Exit(status) = e.error {
                    self.exit = Some(status);
                }
            }
        }
        if !self.world.commands.is_empty() {
            self.carry_out_commands();
        }
    }

    /// What follows the notes of a k-cycle.
    pub(super) fn finish_cycle(&mut self) {
        self.sweep();
        self.run_cycle_hooks();
    }

    /// What opcodes have asked to be done after each k-cycle.
    pub(super) fn run_cycle_hooks(&mut self) {
        for i in 0..self.world.at_cycle_end.len() {
            let hook = self.world.at_cycle_end[i];
            hook(&mut self.world);
        }
    }

    /// Goes back in the input by some k-cycles that were read but not played.
    pub(super) fn unread_input(&mut self, cycles: usize) {
        if let Some(input) = &mut self.input {
            input.at -= cycles * self.world.header.ksmps * input.channels;
        }
    }

    fn fill_input(&mut self, cycles: usize) {
        let h = self.world.header;
        let len = h.ksmps * self.block_cycles;
        let Some(input) = &mut self.input else { return };
        for n in 0..cycles * h.ksmps {
            for ch in 0..h.nchnls_i {
                let x = if ch < input.channels {
                    input.samples.get(input.at + ch).copied().unwrap_or(0.0)
                } else {
                    0.0
                };
                self.spin[ch * len + n].set(x * h.zero_dbfs);
            }
            input.at += input.channels;
        }
    }
}
