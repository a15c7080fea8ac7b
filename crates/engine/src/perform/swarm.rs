//! Swarms: blocks in which notes start and end.
//!
//! Where notes follow each other densely, no two k-cycles would go by without a start or an end, and every note would be
//! played one k-cycle at a time. But notes of instruments that keep to themselves ([`Program::keeps_to_itself`]) neither
//! change anything that others see nor see what others change, not even at init. So the notes of a block play one after
//! the other, each from its start to its end, in the order in which the notes of a k-cycle play: all sums have the terms
//! they would have had cycle by cycle. A note that starts takes the memory that it would have taken then, since the
//! notes of its instrument that have ended by that time have all played before it.

use super::Performance;
use orchestrion_base::limits::Limit;
use orchestrion_vm::code::Program;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::ops::Range;

/// The notes that start within a block, and those that end in it.
#[derive(Default)]
pub(super) struct Swarm {
    /// By code, whether its notes may be part of a swarm.
    fit: Vec<bool>,
    /// Starts in the order of the notes.
    starts: Vec<Start>,
    /// Notes that have ended in the block and whose memory nobody has yet.
    ended: BinaryHeap<Reverse<Ended>>,
    /// When something was said, and how many messages.
    told: Vec<(When, usize)>,
}

/// When something is said: the k-cycle, whether notes play then, as opposed to starting, and the order among those.
type When = (u64, bool, usize);

/// A note of the score that starts within the block.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Start {
    number: u32,
    /// How many events stand before it in the score.
    event: usize,
    cycle: u64,
}

/// A note that has ended, in the order in which memory becomes free.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Ended {
    number: u32,
    cycle: u64,
    place: usize,
    id: u32,
}

impl Swarm {
    /// Learns which instruments of a program keep to themselves; text that is compiled later may change that.
    pub fn fit(&mut self, program: &Program) {
        self.fit = program.keeps_to_itself();
    }
}

impl Performance {
    /// Finds the notes that start in the next block, if it gets longer than `cycles` with them; then answers with its
    /// length.
    pub(super) fn gather_swarm(&mut self, cycles: usize) -> Option<usize> {
        if cycles == self.block_cycles || !self.may_swarm() || self.is_worth_sharing(cycles) {
            return None;
        }
        let mut end = self.longest_block();
        self.swarm.starts.clear();
        let most = self.world.limits.size(Limit::Instances).saturating_sub(self.notes.len());
        // With its last event a section begins to look for its end.
        let mut last = self.cycle;
        for event in 0.. {
            let coming = self.score.upcoming(event, self.world.section_start);
            let (cycle, p1) = coming.unwrap_or((last, None));
            match p1 {
                _ if cycle >= end => break,
                Some(p1) if event < most && self.joins_swarm(p1) => {
                    self.swarm.starts.push(Start { number: p1 as u32, event, cycle });
                    last = cycle;
                }
                _ => {
                    end = cycle;
                    break;
                }
            }
        }
        self.swarm.starts.retain(|start| start.cycle < end);
        let length = end.saturating_sub(self.cycle) as usize;
        (length > cycles).then_some(length)
    }

    /// Whether all that plays may be part of a swarm.
    fn may_swarm(&self) -> bool {
        let fit = |(number, p1, id): (u32, f64, u32)| {
            let Some(a) = self.notes.get(id) else { return false };
            p1 == f64::from(number)
                && self.swarm.fit.get(a.instance.code) == Some(&true)
                && a.instance.max_cycles() >= self.block_cycles
        };
        !self.live
            && !self.sample_accurate
            && !self.world.roster.kept
            && self.score.beats.is_none()
            && self.automations.is_empty()
            && self.notes.seats().all(fit)
    }

    /// Whether a note of the score may start within a block.
    fn joins_swarm(&self, p1: f64) -> bool {
        let number = p1 as u32;
        let settings = self.settings.get(&number);
        f64::from(number) == p1
            && self
                .program
                .by_number
                .get(&number)
                .is_some_and(|code| self.swarm.fit.get(*code) == Some(&true))
            && settings.is_none_or(|s| !s.muted && s.max_notes.is_none() && s.load == 0.0)
            && self.notes.held(p1).is_none()
    }

    /// Plays `cycles` k-cycles of all notes, those included that start within them, and answers with their number.
    pub(super) fn play_swarm(&mut self, cycles: usize) -> usize {
        self.begin_block(cycles);
        self.aside.clear();
        let mut starts = std::mem::take(&mut self.swarm.starts);
        starts.sort_unstable();
        let block = self.cycle..self.cycle + cycles as u64;
        let mut coming = starts.iter().peekable();
        let mut place = 0;
        loop {
            let number = self.notes.number_at(place);
            if let Some(start) = coming.next_if(|start| number.is_none_or(|number| number > start.number)) {
                self.start_in_swarm(start);
                continue;
            }
            let Some(id) = self.notes.at(place) else { break };
            self.play_part(id, place, &block);
            place += 1;
        }
        self.cycle = block.start;
        self.swarm.ended.clear();
        self.order_messages();
        self.score.skip(starts.len());
        self.swarm.starts = starts;
        self.finish_cycle();
        cycles
    }

    /// Starts a note in the memory of one that has ended by then, if there is such a one.
    fn start_in_swarm(&mut self, start: &Start) {
        while let Some(ended) = self.swarm.ended.peek_mut()
            && (ended.0.number, ended.0.cycle) <= (start.number, start.cycle)
        {
            self.notes.retire(PeekMut::pop(ended).0.id);
        }
        (self.cycle, self.world.cycle) = (start.cycle, start.cycle);
        let mut p = std::mem::take(&mut self.event_fields);
        if let Some((_, time)) = self.score.read(start.event, &mut p) {
            let said = self.world.messages.len();
            self.playing = false;
            self.note_event(time, &p, false);
            self.playing = true;
            self.date_messages(said, (start.cycle, false, start.event));
        }
        self.event_fields = p;
    }

    /// Plays what falls into the block of a note, its release included.
    fn play_part(&mut self, id: u32, place: usize, block: &Range<u64>) {
        let Some(a) = self.notes.get(id) else { return };
        let number = a.number;
        let mut cycle = a.instance.note.start_cycle.get().max(block.start);
        while let Some(a) = self.notes.get(id).filter(|a| !a.done) {
            let off = a.off.map_or(u64::MAX, |off| off.cycle).clamp(cycle, block.end);
            self.cycle = cycle;
            self.world.cycle = cycle;
            if off > cycle {
                let (first, cycles) = ((cycle - block.start) as usize, (off - cycle) as usize);
                let said = self.world.messages.len();
                cycle += self.play_note(id, first, cycles) as u64;
                self.date_messages(said, (cycle - 1, true, place));
            } else if cycle < block.end {
                self.release(id, cycle);
            } else {
                return;
            }
        }
        self.swarm.ended.push(Reverse(Ended { number, cycle, place, id }));
    }

    /// Remembers when what has been said since was said.
    fn date_messages(&mut self, before: usize, when: When) {
        let messages = self.world.messages.len().saturating_sub(before);
        if messages > 0 {
            self.swarm.told.push((when, messages));
        }
    }

    /// Puts what was said in this block in the order in which it would have been said cycle by cycle.
    fn order_messages(&mut self) {
        let told = &mut self.swarm.told;
        if !told.is_sorted() {
            let count: usize = told.iter().map(|(_, messages)| messages).sum();
            let messages = &mut self.world.messages;
            let said = messages.split_off(messages.len() - count);
            let dates = told.iter().flat_map(|&(when, messages)| std::iter::repeat_n(when, messages));
            let mut dated: Vec<_> = dates.zip(said).collect();
            dated.sort_by_key(|(when, _)| *when);
            messages.extend(dated.into_iter().map(|(_, message)| message));
        }
        told.clear();
    }
}
