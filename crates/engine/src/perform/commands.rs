//! Requests of opcodes: events, turning off, instruments switched on and off.

use super::Performance;
use super::events::{Event, What};
use super::notes::resolve_p1;
use orchestrion_base::event::{Command, PField, When};
use orchestrion_base::limits::Limit;
use orchestrion_base::world::MessageKind;
use orchestrion_dsp::math;
use orchestrion_parser::score::{self, Field, ScoreOptions};

/// How often the score may be started again before a block of sound.
const MOST_REWINDS: u32 = 1000;

impl Performance {
    /// Carries out what opcodes have asked for since the last call, in order.
    pub(super) fn carry_out_commands(&mut self) {
        while !self.world.commands.is_empty() {
            let mut commands = std::mem::take(&mut self.world.commands);
            for command in commands.drain(..) {
                self.carry_out(command);
            }
            // Their room is kept for notes that ask while they play.
            if self.world.commands.is_empty() {
                self.world.commands = commands;
            }
        }
    }

    fn carry_out(&mut self, command: Command) {
        match command {
            Command::Event { letter, p, when } => self.schedule(letter, p, when),
            Command::Instance { handle, p, when } => {
                self.schedule_event(p, when, |p| What::Instance(handle, p));
            }
            Command::TurnOffInstance { handle } => self.turn_off_instance(handle),
            Command::Score { text, when } => self.schedule_score(&String::from_utf8_lossy(&text), when),
            Command::TurnOff { p1, mode, release } => self.turn_off(p1, mode, release),
            Command::SetPFields { p1, exact, values } => self.set_pfields(p1, exact, &values),
            Command::Unschedule { p1, exact } => {
                let program = &self.program;
                self.queue.remove(|p| {
                    p.first()
                        .and_then(|p| resolve_p1(program, p))
                        .is_some_and(|x| if exact { x == p1 } else { x.trunc() == p1.trunc() })
                });
            }
            Command::MaxAlloc { instrument, count } => {
                self.settings(instrument).max_notes = Some(count);
            }
            Command::ProcessorLoad { instrument, percent } => self.settings(instrument).load = percent,
            Command::Mute { instrument, on } => self.settings(instrument).muted = !on,
            Command::Exit(status) => self.exit = Some(status),
            Command::MidiAssign { channel, instrument, .. } => self.midi.assign(channel, instrument),
            Command::ProgramAssign { program, channel, instrument } => {
                self.midi.assign_program(program, channel, instrument);
            }
            // Memory is made when it is needed.
            Command::PreAlloc { .. } => {}
            Command::RewindScore => self.rewind_score(),
            Command::ScorePosition(time) => self.set_score_position(time),
            Command::FollowTempo => self.follow_tempo(),
            Command::TakeNewCode => self.take_new_code(),
            Command::RemoveInstrument(n) => {
                self.program.by_number.remove(&n);
            }
        }
    }

    /// Gives p-fields of notes that play new values: all of an instrument's, or those with exactly this p1.
    pub fn set_pfields(&mut self, p1: f64, exact: bool, values: &[(u16, f64)]) {
        for place in self.notes.matching(p1, exact) {
            let note = self.notes.at(place).and_then(|id| self.notes.get_mut(id));
            let Some(a) = note.filter(|a| !a.done) else { continue };
            for &(n, value) in values {
                if a.instance.change_pfield(n, value) {
                    self.world.roster.set(a.serial, n, value);
                } else if !std::mem::replace(
                    &mut self.settings.entry(a.number).or_default().missed_pfield,
                    true,
                ) {
                    let (p1, last) = (a.p1, a.instance.last_pfield());
                    self.world
                        .warn(format!("p{n} of note {p1} cannot be set: its p-fields are p1 to p{last}"));
                }
            }
            if exact {
                break;
            }
        }
    }

    /// Puts a statement into the queue.
    pub(super) fn schedule(&mut self, letter: u8, p: Vec<PField>, when: When) {
        self.schedule_event(p, when, |p| What::Statement(letter, p));
    }

    /// Puts an event into the queue. Its start is rounded half to even (q_sched_round).
    fn schedule_event(&mut self, mut p: Vec<PField>, when: When, what: impl FnOnce(Vec<PField>) -> What) {
        if !self.may_wait() {
            return;
        }
        // Init code that `reinit` runs is part of performance.
        let when = if self.playing && when == When::Init { When::Perf } else { when };
        let kr = self.world.header.kr;
        let now = (self.cycle + u64::from(when == When::Perf)) as f64 / kr;
        // `event "e", 0, delay`: the delay is the second number (F15).
        let delay = p.get(1).map_or(0.0, PField::num);
        // What lies before the start of the performance happens as soon as it can, but p2 says 0 (f_event).
        let time = if delay.is_nan() { now } else { (now + delay).max(0.0) };
        let h = &self.world.header;
        let rank = (time * kr).round_ties_even().clamp(0.0, 9e15) as u64;
        let cycle = if self.sample_accurate {
            super::score::sample_of(time, h.sr, true) / h.ksmps as u64
        } else {
            rank
        };
        let section = self.world.section_start as f64 / kr;
        if p.len() >= 2 {
            p[1] = PField::Num(time - section);
        }
        let earliest = self.cycle + u64::from(when == When::Perf);
        self.queue.push(Event { cycle: cycle.max(earliest), what: what(p), time, rank, serial: 0 });
    }

    /// Whether the limit of waiting events allows one more; says so if not.
    pub(super) fn may_wait(&mut self) -> bool {
        let limit = self.world.limits.size(Limit::Events);
        if self.queue.len() < limit {
            return true;
        }
        let text = Limit::Events.reached(format!("{limit} events are waiting; one more is dropped"));
        self.world.say(MessageKind::Error, format!("{text}\n"));
        self.errors += 1;
        false
    }

    pub(super) fn schedule_score(&mut self, text: &str, when: When) {
        let names = &self.program.names;
        let options = ScoreOptions { limits: self.world.limits, ..ScoreOptions::new(math::pow) };
        let (score, diags) = score::parse_line(text, &options, &|n| names.get(n).map(|x| f64::from(*x)));
        for d in diags {
            self.world.warn(format!("score line: {}", d.message));
        }
        // The init pass of a queued note belongs to performance here, but not for `schedule` (measured).
        let when = if self.queued && when == When::Init { When::Perf } else { when };
        for section in &score.sections {
            for e in &section.events {
                let p = section
                    .fields(e)
                    .iter()
                    .map(|c| match score.value(*c) {
                        Field::Number(x) => PField::Num(x),
                        Field::Text(s) => PField::Str(s.into()),
                    })
                    .collect();
                self.schedule(e.kind as u8, p, when);
            }
        }
        if text.trim_start().starts_with('e') {
            self.schedule(b'e', vec![PField::Num(0.0), PField::Num(0.0)], when);
        }
    }

    /// Goes to a time of the score: what lies before it is skipped without sound, from the start of the score
    /// if the time has passed or lies before an earlier position (measured).
    pub fn set_score_position(&mut self, time: f64) {
        let previous = std::mem::replace(&mut self.score_position, time);
        if time < 0.0 {
            return;
        }
        let ahead = time - self.cycle as f64 / self.world.header.kr;
        if ahead < 0.0 || time < previous {
            self.rewind_score();
        } else if ahead > 0.0 {
            self.schedule(b'a', vec![PField::Num(0.0), PField::Num(0.0), PField::Num(ahead)], When::Init);
        }
    }

    /// Ends all notes, forgets all events and starts the score again at the position that was set.
    fn rewind_score(&mut self) {
        self.rewinds += 1;
        if self.rewinds > MOST_REWINDS {
            let text = format!(
                "the score was started again {MOST_REWINDS} times without any sound between; it ends\n"
            );
            self.world.say(MessageKind::Error, text);
            self.errors += 1;
            self.score.stop();
            return;
        }
        for id in self.notes.ids() {
            self.finish(id);
        }
        self.queue.remove(|_| true);
        self.stop_automations(|_| true);
        self.score.rewind();
        if let Some(beats) = &self.score.beats {
            self.world.tempo = Some(beats.tempo());
        }
        self.midi.rewind();
        self.rewound += self.cycle;
        self.end_cycle = self.end_cycle.map(|end| end.saturating_sub(self.cycle));
        self.cycle = 0;
        self.world.section_start = 0;
        (self.wait_until, self.silent_until) = (None, 0);
        if self.score_position > 0.0 {
            self.set_score_position(self.score_position);
        }
    }

    /// `turnoff` with a handle: the note ends as with `turnoff2`. One that is over already is no error.
    fn turn_off_instance(&mut self, handle: u64) {
        if let Some(id) = self.notes.with_handle(handle) {
            if !self.notes.get(id).is_some_and(|a| a.instance.note.releasing.get()) {
                self.release(id, self.cycle + u64::from(self.playing));
            }
        } else if self.queue.awaits(handle) {
            self.world.warn("turnoff: instance not valid: it has not started");
        }
    }

    /// `turnoff2`: mode 0 all, 1 the oldest, 2 the newest; +4 exact fraction, +8 held notes only (F11).
    pub(super) fn turn_off(&mut self, p1: f64, mode: u32, release: bool) {
        let (exact, held) = (mode & 4 != 0, mode & 8 != 0);
        let mut matching: Vec<(u64, u32)> = self
            .notes
            .ids()
            .into_iter()
            .filter_map(|id| {
                let a = self.notes.get(id)?;
                let fits = if exact { a.p1 == p1 } else { f64::from(a.number) == p1.trunc() };
                let fits = fits && !a.done && (!held || a.off.is_none());
                // A note that already plays its release is no target for another.
                (fits && !(release && a.instance.note.releasing.get())).then_some((a.serial, id))
            })
            .collect();
        matching.sort_unstable();
        let chosen: Vec<u32> = match mode & 3 {
            1 => matching.first().map(|m| m.1).into_iter().collect(),
            2 => matching.last().map(|m| m.1).into_iter().collect(),
            _ => matching.into_iter().map(|m| m.1).collect(),
        };
        // Asked for while notes play, the release is counted from the end of the cycle (measured).
        let from = self.cycle + u64::from(self.playing);
        for id in chosen {
            if release {
                self.release(id, from);
            } else {
                self.finish(id);
            }
        }
    }
}
