//! The life of a note: it starts, is initialised, is released, ends.

use super::notes::{End, resolve_p1};
use super::{Performance, bus, guarded, is_panic};
use orchestrion_base::error::OpError;
use orchestrion_base::event::{PField, When};
use orchestrion_base::host::HostError;
use orchestrion_base::limits::Limit;
use orchestrion_base::note::{AtEnd, MidiNote};
use orchestrion_base::op::{Res, WorldRef};
use orchestrion_base::roster::PlayingNote;
use orchestrion_base::world::MessageKind;
use orchestrion_vm::machine::BlockSpan;

/// A note to be started.
pub(super) struct Start<'a> {
    /// Instrument number.
    pub number: u32,
    /// p1 with its fraction.
    pub p1: f64,
    /// Exact time in seconds since the start of the section.
    pub time: f64,
    /// p-fields from p1.
    pub fields: &'a [PField],
    /// The MIDI event that starts it, if one does.
    pub midi: Option<MidiNote>,
    /// Whether its start was computed from sums of times, so that it is rounded before it is cut to samples.
    pub queued: bool,
}

impl Performance {
    /// An `i` event: a new note, a tied one, or with negative p1 the end of a held one. Answers with
    /// the id of the note if it plays on.
    pub(super) fn note_event(&mut self, time: f64, p: &[PField], queued: bool) -> Option<u32> {
        let Some(p1) = p.first().and_then(|x| resolve_p1(&self.program, x)) else {
            let name = match p.first() {
                Some(PField::Str(s)) => s.to_string(),
                _ => String::new(),
            };
            self.world.say(MessageKind::Error, format!("WARNING: instr {name} not found; note deleted\n"));
            self.errors += 1;
            return None;
        };
        if p1 < 0.0 {
            // The reference does not turn off by a name with a sign (F2).
            match p.first() {
                Some(PField::Str(s)) => {
                    self.world.warn(format!("{s}: notes are turned off by negative numbers, not by names"));
                }
                _ => self.release_held(-p1),
            }
            return None;
        }
        // In beats every note is said to start with its k-cycle (measured).
        let time = if self.score.beats.is_some() { self.section_seconds() } else { time };
        let mut fields = std::mem::take(&mut self.note_fields);
        fields.clear();
        fields.extend_from_slice(p);
        fields[0] = PField::Num(p1);
        if let Some(second) = fields.get_mut(1) {
            *second = PField::Num(time);
        }
        let id = self.start_note(&Start { number: p1 as u32, p1, time, fields: &fields, midi: None, queued });
        self.note_fields = fields;
        id
    }

    /// Starts a note, or ties it to a held one of the same p1. Answers with its id if it plays on.
    pub(super) fn start_note(&mut self, start: &Start<'_>) -> Option<u32> {
        let number = start.number;
        let Some(&code) = self.program.by_number.get(&number) else {
            self.world.say(MessageKind::Error, format!("note deleted. instr {number} undefined\n"));
            self.errors += 1;
            return None;
        };
        if !self.may_start(number) {
            return None;
        }
        if start.midi.is_none()
            && let Some(id) = self.notes.held(start.p1)
        {
            self.init_note(id, code, start, true);
            return Some(id);
        }
        let made =
            guarded(self.has_foreign, || Ok(self.notes.memory(&self.program, code, self.block_cycles)));
        let (memory, new) = match made {
            Ok(made) => made,
            Err(e) => {
                let name = self.program.codes[code].name.clone();
                self.report(&e, &name);
                self.errors += 1;
                return None;
            }
        };
        if new {
            let name = &self.program.codes[code].name;
            let midi = if start.midi.is_some() { "MIDI " } else { "" };
            self.world.say(MessageKind::Info, format!("new {midi}alloc for instr {name}:\n"));
        }
        let note = &memory.instance.note;
        note.instrument.set(number);
        note.midi.set(start.midi);
        note.start_cycle.set(self.cycle);
        let id = self.notes.add(memory, number, start.p1, start.time);
        let active = self.world.instruments.active.entry(number).or_default();
        active.all += 1;
        active.ever += 1;
        self.init_note(id, code, start, false);
        self.notes.get(id).is_some_and(|a| !a.done).then_some(id)
    }

    /// Whether mute, `maxalloc` and the limits let a note start.
    fn may_start(&mut self, number: u32) -> bool {
        let settings = *self.settings(number);
        if settings.muted {
            return false;
        }
        let count = self.world.instruments.active.get(&number).map_or(0, |c| c.all);
        if settings.max_notes.is_some_and(|max| count >= max) {
            self.world.warn(format!("cannot allocate last note of instr {number}: maxalloc is reached"));
            return false;
        }
        if settings.load > 0.0 && self.load() + settings.load > 100.0 {
            self.world
                .warn(format!("cannot allocate last note of instr {number}: it exceeds 100% of cpu time"));
            return false;
        }
        let limit = self.world.limits.size(Limit::Instances);
        if self.notes.len() >= limit {
            let text =
                Limit::Instances.reached(format!("{limit} notes play; note of instr {number} deleted"));
            self.world.say(MessageKind::Error, format!("{text}\n"));
            self.errors += 1;
            return false;
        }
        true
    }

    /// What `cpuprc` says that the notes that play need of the processor, in percent.
    fn load(&self) -> f64 {
        let notes = |number| self.world.instruments.active.get(number).map_or(0, |count| count.all);
        self.settings.iter().map(|(number, settings)| settings.load * f64::from(notes(number))).sum()
    }

    /// Runs the init pass of a note and sets its end from p2 and p3 as they stand afterwards (F7).
    fn init_note(&mut self, id: u32, code: usize, start: &Start<'_>, tied: bool) {
        let h = self.world.header;
        let first = if tied { 0 } else { self.first_sample(start) };
        let span = BlockSpan { block_start: self.cycle, start: 0, cycles: 1, first, end: h.ksmps };
        let Some(a) = self.notes.get_mut(id) else { return };
        a.start_time = start.time;
        a.first_offset = first;
        a.last_len = None;
        a.instance.set_pfields(&self.program.codes[code], start.fields);
        a.instance.note.tied.set(tied);
        self.enter(id);
        let Some(a) = self.notes.get_mut(id) else { return };
        self.world.memory.begin(a.instance.bytes);
        let result = guarded(self.has_foreign, || {
            a.instance.init(
                &self.program,
                &self.globals,
                WorldRef::Exclusive(&mut self.world),
                bus(&self.spout, &self.spin, &h, self.block_cycles, 0),
                &self.scratch,
                span,
            )
        });
        a.instance.spoiled |= is_panic(&result);
        a.instance.bytes = self.world.memory.settle();
        a.instance.note.tied.set(false);
        // The end of this note is in beats of the tempo that it sets.
        self.follow_tempo();
        let Some(a) = self.notes.get_mut(id) else { return };
        let (p2, p3) = (a.instance.pfield(2), a.instance.pfield(3));
        let held = a.instance.note.held.get();
        let exact = self.sample_accurate && !tied && a.instance.note.extra_cycles.get() == 0;
        if let Err(e) = result {
            let name = self.program.codes[code].name.clone();
            self.report(&e, &name);
            let at = self.cycle as f64 / h.kr;
            self.world.say(
                MessageKind::Error,
                format!("\t  B {at:.3} - note deleted. instr {name} had an init error\n"),
            );
            self.errors += 1;
            if !e.init && !held && p3 > 0.0 {
                // An error of performance, even in the init pass, leaves the section its length (L3).
                let off = self.end_of(p2, p3).cycle;
                if self.wait_until.is_none_or(|cycle| cycle <= self.cycle) {
                    self.wait_until = Some(off);
                }
            }
            self.finish(id);
            if let OpError::Exit(status) = e.error {
                self.exit = Some(status);
            }
        } else if self.init_only {
            self.finish(id);
        } else if held || p3 < 0.0 || start.midi.is_some() {
            // A MIDI note is held until its key goes up, whatever p3 says.
            self.notes.set_off(id, None);
        } else if p3 == 0.0 {
            // Init pass only (F7); a release would still sound.
            self.finish(id);
        } else if exact {
            // The note lasts p3 cut to samples (G4); one that a host schedules ends on the sample of its end.
            let length = if self.live {
                super::live::samples_between(p2, p3, h.sr) as usize
            } else {
                (p3 * h.sr).clamp(0.0, 9e15) as usize
            };
            let end = first + length;
            let cycles = end.div_ceil(h.ksmps);
            a.last_len = Some(end - cycles.saturating_sub(1) * h.ksmps).filter(|&len| len < h.ksmps);
            let off = self.end_before(self.cycle + cycles as u64);
            self.notes.set_off(id, Some(off));
        } else {
            let off = self.end_of(p2, p3);
            self.notes.set_off(id, Some(off));
        }
        self.enter(id);
        self.carry_out_commands();
    }

    /// The end of a note that starts `p2` seconds after the section and lasts `p3` seconds.
    fn end_of(&self, p2: f64, p3: f64) -> End {
        let section = self.world.section_start;
        if self.live {
            return End::before(self.live_cycle(p2 + p3));
        }
        match &self.score.beats {
            Some(beats) => beats.end(section, p2, p3),
            None => End::before(self.score.end_cycle(section, p2 + p3)),
        }
    }

    /// The end of a note before a k-cycle.
    fn end_before(&self, cycle: u64) -> End {
        self.score.beats.as_ref().map_or(End::before(cycle), |beats| beats.end_before(cycle))
    }

    /// Moves the ends of notes where `tempo` has changed the tempo of a score in beats.
    pub(super) fn follow_tempo(&mut self) {
        let (Some(beats), Some(tempo)) = (&mut self.score.beats, self.world.tempo) else { return };
        if tempo == beats.tempo() {
            return;
        }
        // A k-cycle in which notes play is over as far as time is concerned.
        beats.reach(self.cycle + u64::from(self.playing));
        beats.set_tempo(tempo);
        // What plays now has been found not to end before this k-cycle.
        let next = self.cycle + 1;
        self.notes.move_ends(|beat| beats.end_cycle(beat).max(next));
    }

    /// Seconds from the start of the section to the current k-cycle, rounded as in the reference.
    fn section_seconds(&self) -> f64 {
        let h = &self.world.header;
        let seconds = |cycle: u64| cycle as f64 * h.ksmps as f64 / h.sr;
        seconds(self.cycle) - seconds(self.world.section_start)
    }

    /// First sample of a note in its first k-cycle: 0 unless notes are exact to the sample.
    fn first_sample(&self, start: &Start<'_>) -> usize {
        if !self.sample_accurate || start.midi.is_some() {
            return 0;
        }
        let h = &self.world.header;
        let begin = self.cycle.saturating_sub(self.world.section_start) * h.ksmps as u64;
        let sample = super::score::sample_of(start.time, h.sr, start.queued);
        // What begins late, as an event scheduled for this very moment does, begins with the cycle.
        (sample.saturating_sub(begin) as usize).min(h.ksmps - 1)
    }

    /// Ends the held note with this p1.
    pub(super) fn release_held(&mut self, p1: f64) {
        match self.notes.held(p1) {
            Some(id) => self.release(id, self.cycle),
            None => self.world.say(MessageKind::Info, format!("could not find playing instr {p1}\n")),
        }
    }

    /// Ends a note, or begins its release so that it plays from k-cycle `from` for its extra time.
    pub(super) fn release(&mut self, id: u32, from: u64) {
        let Some(a) = self.notes.get(id) else { return };
        let note = &a.instance.note;
        let extra = note.extra_cycles.get();
        if extra == 0 || note.releasing.get() {
            self.finish(id);
            return;
        }
        note.releasing.set(true);
        note.release_cycles.set(extra);
        note.turned_off.set(false);
        let number = a.number;
        self.world.instruments.active.entry(number).or_default().releasing += 1;
        let off = self.end_before(from + u64::from(extra));
        self.notes.set_off(id, Some(off));
    }

    /// Ends notes whose time has come.
    pub(super) fn end_notes(&mut self) {
        while let Some(id) = self.notes.ended(self.cycle) {
            self.release(id, self.cycle);
        }
        self.sweep();
    }

    /// Ends a note at once; `active` counts it no more.
    pub(super) fn finish(&mut self, id: u32) {
        if let Some(a) = self.notes.get(id)
            && !a.done
            && let Some(count) = self.world.instruments.active.get_mut(&a.number)
        {
            count.all = count.all.saturating_sub(1);
            count.releasing = count.releasing.saturating_sub(u32::from(a.instance.note.releasing.get()));
            self.world.roster.leave(a.serial);
            self.world.note_is_over(a.serial);
        }
        self.notes.finish(id);
    }

    /// Removes what has ended, with its tables, completes the sound files it wrote, and does what was asked for its
    /// end.
    pub(super) fn sweep(&mut self) {
        let world = &mut self.world;
        let mut written = Ok(());
        let mut actions = Vec::new();
        self.notes.sweep(|a| {
            if a.instance.spoiled {
                world.memory.give_back(a.instance.bytes);
            }
            for table in a.instance.note.free_tables.take() {
                world.tables.remove(table);
            }
            for writer in a.instance.note.writers.take() {
                written = world.out_files.release(writer).and(written.clone());
            }
            let started = a.instance.note.start_cycle.get();
            actions.extend(a.instance.note.at_end.borrow_mut().drain(..).map(|action| (started, action)));
        });
        self.report_files(written);
        for (started, action) in actions {
            match action {
                AtEnd::Call(f, x) => f(&mut self.world, x),
                // A note that ends in the cycle it starts in must not keep the cycle from ending.
                AtEnd::Event(p) if started == self.cycle => self.schedule(b'i', p, When::Perf),
                AtEnd::Event(p) => self.schedule(b'i', p, When::Init),
            }
        }
    }

    /// Keeps the roster of notes if an opcode of the program asks for it; to be called whenever the program
    /// has grown.
    pub(super) fn keep_roster(&mut self) {
        if self.world.roster.kept || !self.program.reads(Res::NOTES) {
            return;
        }
        self.world.roster.kept = true;
        for id in self.notes.ids() {
            self.enter(id);
        }
    }

    /// Enters what is known of a note in the roster.
    fn enter(&mut self, id: u32) {
        if self.world.roster.kept
            && let Some(a) = self.notes.get(id).filter(|a| !a.done)
        {
            self.world.roster.enter(a.serial, PlayingNote { p1: a.p1, fields: a.instance.pfields() });
        }
    }

    /// Says what went wrong with a sound file that notes write.
    pub(super) fn report_files(&mut self, written: Result<(), HostError>) {
        if let Err(error) = written {
            self.world.say(MessageKind::Error, format!("{error}\n"));
            self.errors += 1;
        }
    }
}
