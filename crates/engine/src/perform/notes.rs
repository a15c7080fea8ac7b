//! Notes that play, in the reference's order, and instances kept for reuse.

use orchestrion_base::event::PField;
use orchestrion_vm::code::Program;
use orchestrion_vm::machine::{BlockSpan, Instance};
use smallvec::SmallVec;
use std::cmp::{Ordering, Reverse};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BinaryHeap};
use std::ops::Range;

/// Ended notes that are looked up in the order; for more the whole order is gone through.
const FEW: usize = 4;

/// When a note ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct End {
    /// First k-cycle after it.
    pub cycle: u64,
    /// Notes end in this order, those of one turn as their ends were set: one whose cycle has come waits for those
    /// before it. When the tempo of a score in beats changes, the order stays that of the seconds which notes were to
    /// last, as in the reference (measured).
    pub turn: u64,
    /// In a score in beats, the beat of the performance from which the cycle follows.
    pub beat: Option<f64>,
}

impl End {
    /// An end that no tempo moves.
    pub fn before(cycle: u64) -> Self {
        Self { cycle, turn: cycle, beat: None }
    }
}

/// A note that plays.
pub struct Active {
    /// Memory and code.
    pub instance: Instance,
    /// Instrument number.
    pub number: u32,
    /// p1 as given, with its fraction.
    pub p1: f64,
    /// Its end; `None` while held.
    pub off: Option<End>,
    /// How many ends of notes had been set when this one was.
    end_set: u64,
    /// Exact start in seconds since the start of the section.
    pub start_time: f64,
    /// Number that tells it from every other note.
    pub serial: u64,
    /// Handle that `nstance` gave for it.
    pub handle: Option<u64>,
    /// Whether it is among those that are held.
    held: bool,
    /// Set when it has ended and is to be removed.
    pub done: bool,
    /// First sample of its first cycle and end of its last one, for sample-accurate notes.
    pub first_offset: usize,
    /// Samples in the last cycle, if it is a partial one.
    pub last_len: Option<usize>,
}

impl Active {
    fn new(instance: Instance) -> Self {
        Self {
            instance,
            number: 0,
            p1: 0.0,
            off: None,
            end_set: 0,
            start_time: 0.0,
            serial: 0,
            handle: None,
            held: false,
            done: false,
            first_offset: 0,
            last_len: None,
        }
    }

    /// Makes a new note of memory that was another's.
    fn begin(&mut self, number: u32, p1: f64, start_time: f64, serial: u64) {
        (self.number, self.p1, self.start_time, self.serial) = (number, p1, start_time, serial);
        (self.off, self.handle, self.last_len, self.first_offset) = (None, None, None, 0);
        (self.held, self.done) = (false, false);
    }

    /// The part of a k-cycle that belongs to a note that starts or ends within it.
    pub fn partial(&self, mut span: BlockSpan) -> BlockSpan {
        if self.instance.note.start_cycle.get() == span.block_start {
            span.first = self.first_offset;
        }
        if let Some(len) = self.last_len
            && self.off.is_some_and(|off| off.cycle == span.block_start + 1)
        {
            span.end = len;
        }
        span
    }
}

/// Where a note stands among those that play.
#[derive(Clone, Copy)]
struct Seat {
    number: u32,
    id: u32,
    p1: f64,
}

impl Seat {
    /// As [`Ord::cmp`] with the notes of an instrument, or with those of exactly this p1.
    fn compare(&self, p1: f64, exact: bool) -> Ordering {
        let by_number = self.number.cmp(&(p1 as u32));
        by_number.then(if exact { self.p1.total_cmp(&p1) } else { Ordering::Equal })
    }
}

/// All notes of a performance.
#[derive(Default)]
pub struct Notes {
    slots: Vec<Option<Box<Active>>>,
    free_slots: Vec<u32>,
    /// Active notes: ascending instrument, p1, activation (F3).
    order: Vec<Seat>,
    /// Ended notes whose memory is for reuse, by code; the one freed last is taken first (F18).
    #[expect(clippy::vec_box, reason = "a note that starts again takes its box along")]
    pools: Vec<Vec<Box<Active>>>,
    /// Ends that were set: the turn, how many were set before and with it, and the note's id.
    ends: BinaryHeap<Reverse<(u64, u64, u32)>>,
    /// How many ends were set.
    ends_set: u64,
    /// Notes without an end, by the bits of their p1, in order of activation.
    held: BTreeMap<u64, Vec<u32>>,
    serial: u64,
    /// Finite notes that play.
    pub finite: usize,
    /// Notes that have ended and are still in the order.
    done: Vec<u32>,
    /// Whether the memory of some of them has been given away already.
    retired: bool,
}

impl Notes {
    pub fn new(codes: usize) -> Self {
        Self { pools: (0..codes).map(|_| Vec::new()).collect(), ..Self::default() }
    }

    /// The memory of a new note: that freed last, or a new one; true with a new one.
    pub fn memory(&mut self, program: &Program, code: usize, block_cycles: usize) -> (Box<Active>, bool) {
        if self.pools.len() <= code {
            self.pools.resize_with(code + 1, Vec::new);
        }
        match self.pools[code].pop() {
            Some(note) => (note, false),
            None => (Box::new(Active::new(Instance::new(program, code, block_cycles))), true),
        }
    }

    /// Forgets the instances that wait for reuse, as the reference does at the end of a section; answers with the
    /// bytes that they had.
    pub fn forget_idle(&mut self) -> u64 {
        self.pools.iter_mut().flat_map(|pool| pool.drain(..)).map(|note| note.instance.bytes).sum()
    }

    /// Adds a note; its end must be set with [`Notes::set_off`].
    pub fn add(&mut self, mut active: Box<Active>, number: u32, p1: f64, start_time: f64) -> u32 {
        self.serial += 1;
        active.instance.note.serial.set(self.serial);
        active.begin(number, p1, start_time, self.serial);
        let id = match self.free_slots.pop() {
            Some(id) => {
                self.slots[id as usize] = Some(active);
                id
            }
            None => {
                self.slots.push(Some(active));
                self.slots.len() as u32 - 1
            }
        };
        let before = |other: &Seat| other.compare(p1, true).is_le();
        // Notes mostly start in ascending order: look at the end first.
        let at = match self.order.last() {
            Some(last) if !before(last) => self.order.partition_point(before),
            _ => self.order.len(),
        };
        self.order.insert(at, Seat { number, id, p1 });
        id
    }

    /// Places in the order of the notes of instrument `p1`, or of those with exactly this p1.
    pub fn matching(&self, p1: f64, exact: bool) -> Range<usize> {
        let first = self.order.partition_point(|seat| seat.compare(p1, exact).is_lt());
        first..self.order.partition_point(|seat| seat.compare(p1, exact).is_le())
    }

    /// Sets or clears the end of a note.
    pub fn set_off(&mut self, id: u32, off: Option<End>) {
        let Some(a) = self.slots.get_mut(id as usize).and_then(Option::as_mut) else { return };
        self.finite -= usize::from(a.off.is_some());
        self.finite += usize::from(off.is_some());
        let was_held = std::mem::replace(&mut a.held, off.is_none());
        a.off = off;
        let p1 = a.p1;
        match off {
            Some(off) => {
                self.ends_set += 1;
                a.end_set = self.ends_set;
                self.ends.push(Reverse((off.turn, self.ends_set, id)));
            }
            None if !was_held => self.held.entry(p1_key(p1)).or_default().push(id),
            None => {}
        }
        if was_held && off.is_some() {
            self.let_go(id, p1);
        }
    }

    /// Gives all notes whose end is in beats the k-cycle in which it comes now.
    pub fn move_ends(&mut self, cycle: impl Fn(f64) -> u64) {
        for off in self.slots.iter_mut().flatten().filter_map(|a| a.off.as_mut()) {
            off.cycle = off.beat.map_or(off.cycle, &cycle);
        }
    }

    /// Strikes a note from those that are held.
    fn let_go(&mut self, id: u32, p1: f64) {
        if let Entry::Occupied(mut notes) = self.held.entry(p1_key(p1)) {
            notes.get_mut().retain(|&other| other != id);
            if notes.get().is_empty() {
                notes.remove();
            }
        }
    }

    /// When the next note ends.
    pub fn next_end(&mut self) -> Option<End> {
        while let Some(&Reverse((_, set, id))) = self.ends.peek() {
            if let Some(off) = self.get(id).filter(|a| a.end_set == set).and_then(|a| a.off) {
                return Some(off);
            }
            self.ends.pop();
        }
        None
    }

    /// Where a block that starts at `cycle` must be cut because a note plays only a part of a k-cycle.
    pub fn next_partial(&self, cycle: u64) -> u64 {
        let cut = |a: &Active| {
            let started = a.first_offset > 0 && a.instance.note.start_cycle.get() == cycle;
            let last = a.off.filter(|_| a.last_len.is_some()).map(|off| off.cycle - 1);
            match last {
                _ if started => cycle + 1,
                Some(last) if last > cycle => last,
                Some(_) => cycle + 1,
                None => u64::MAX,
            }
        };
        self.order.iter().filter_map(|seat| self.get(seat.id)).map(cut).min().unwrap_or(u64::MAX)
    }

    /// A note whose end has come by `cycle`.
    pub fn ended(&mut self, cycle: u64) -> Option<u32> {
        if self.next_end()?.cycle > cycle {
            return None;
        }
        self.ends.pop().map(|Reverse((_, _, id))| id)
    }

    pub fn get(&self, id: u32) -> Option<&Active> {
        self.slots.get(id as usize).and_then(Option::as_deref)
    }

    pub fn get_mut(&mut self, id: u32) -> Option<&mut Active> {
        self.slots.get_mut(id as usize).and_then(Option::as_deref_mut)
    }

    /// Takes a note out, to be put back before anything else happens.
    pub fn take(&mut self, id: u32) -> Option<Box<Active>> {
        self.slots.get_mut(id as usize).and_then(Option::take)
    }

    /// Puts back a note that was taken out.
    pub fn put_back(&mut self, id: u32, note: Option<Box<Active>>) {
        if let Some(slot) = self.slots.get_mut(id as usize) {
            *slot = note;
        }
    }

    /// Number of notes that play.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// The note at a place of the order.
    pub fn at(&self, place: usize) -> Option<u32> {
        self.order.get(place).map(|seat| seat.id)
    }

    /// Instrument of the note at a place of the order.
    pub fn number_at(&self, place: usize) -> Option<u32> {
        self.order.get(place).map(|seat| seat.number)
    }

    /// Instruments, p1 and ids of all notes in order.
    pub fn seats(&self) -> impl Iterator<Item = (u32, f64, u32)> {
        self.order.iter().map(|seat| (seat.number, seat.p1, seat.id))
    }

    /// The note with this handle.
    pub fn with_handle(&self, handle: u64) -> Option<u32> {
        let mut ids = self.order.iter().map(|seat| seat.id);
        ids.find(|&id| self.get(id).is_some_and(|a| a.handle == Some(handle) && !a.done))
    }

    /// Ids in order.
    pub fn ids(&self) -> Vec<u32> {
        self.order.iter().map(|seat| seat.id).collect()
    }

    /// Marks a note as ended; it stays in the list until [`Notes::sweep`].
    pub fn finish(&mut self, id: u32) {
        let Some(a) = self.slots.get_mut(id as usize).and_then(Option::as_mut) else { return };
        if !a.done {
            a.done = true;
            self.finite -= usize::from(a.off.is_some());
            a.off = None;
            self.done.push(id);
            let p1 = a.p1;
            if std::mem::take(&mut a.held) {
                self.let_go(id, p1);
            }
        }
    }

    /// Keeps the memory of an ended note for reuse although the note stays in the order until [`Notes::sweep`], which
    /// calls nothing for it: it must leave nothing behind.
    pub fn retire(&mut self, id: u32) {
        let ended = self.slots.get_mut(id as usize).and_then(|slot| slot.take_if(|a| a.done));
        if let Some(a) = ended {
            self.retired = true;
            self.keep(a);
        }
    }

    /// Keeps the memory of an ended note for reuse.
    fn keep(&mut self, note: Box<Active>) {
        if let Some(pool) = self.pools.get_mut(note.instance.code).filter(|_| !note.instance.spoiled) {
            pool.push(note);
        }
    }

    /// Removes ended notes and keeps their instances; calls `gone` for each.
    pub fn sweep(&mut self, mut gone: impl FnMut(&Active)) {
        let retired = std::mem::take(&mut self.retired);
        match self.done.len() {
            0 => return,
            1..=FEW if !retired => {
                let mut places: SmallVec<[usize; FEW]> =
                    self.done.iter().filter_map(|&id| self.place(id)).collect();
                places.sort_unstable();
                for &place in &places {
                    self.remove(self.order[place].id, &mut gone);
                }
                for &place in places.iter().rev() {
                    self.order.remove(place);
                }
            }
            _ => {
                let mut order = std::mem::take(&mut self.order);
                order.retain(|&Seat { id, .. }| {
                    let done = self.get(id).is_none_or(|a| a.done);
                    if done {
                        self.remove(id, &mut gone);
                    }
                    !done
                });
                self.order = order;
            }
        }
        self.done.clear();
    }

    /// Where a note stands in the order.
    fn place(&self, id: u32) -> Option<usize> {
        let a = self.get(id)?;
        let first = self.order.partition_point(|other| other.compare(a.p1, true).is_lt());
        self.order[first..].iter().position(|other| other.id == id).map(|n| first + n)
    }

    /// Takes an ended note out of its slot and keeps its memory.
    fn remove(&mut self, id: u32, gone: &mut impl FnMut(&Active)) {
        if let Some(a) = self.slots.get_mut(id as usize).and_then(Option::take) {
            gone(&a);
            self.keep(a);
        }
        self.free_slots.push(id);
    }

    /// The held note with exactly this p1.
    pub fn held(&self, p1: f64) -> Option<u32> {
        let notes = self.held.get(&p1_key(p1))?;
        notes.iter().copied().find(|&id| self.get(id).is_some_and(|a| !a.instance.note.releasing.get()))
    }
}

/// A p1 as it is looked up: both zeros are one.
fn p1_key(p1: f64) -> u64 {
    (p1 + 0.0).to_bits()
}

/// p1 as a number: instrument number or name with its fraction.
pub fn resolve_p1(program: &Program, p1: &PField) -> Option<f64> {
    match p1 {
        PField::Num(x) => Some(*x),
        PField::Str(s) => {
            let text = String::from_utf8_lossy(s);
            let (sign, name) = match text.strip_prefix('-') {
                Some(rest) => (-1.0, rest),
                None => (1.0, &*text),
            };
            crate::piece::numbered(name, |name| program.names.get(name).copied()).map(|p1| sign * p1)
        }
    }
}
