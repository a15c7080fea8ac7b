//! Notes on several threads.
//!
//! Notes that share nothing which changes ([`orchestrion_vm::code::Program::shareable`]) play side by side. The
//! performance's own thread plays the first of them, one after the other, straight into the output; the other
//! threads play the others, each note into an output of its own, and these are added in the order of the notes
//! afterwards. So every sum has the terms that it has on one thread, in the same order: the samples do not depend
//! on the number of threads, nor on which thread plays what.

use super::notes::Active;
use super::{Manner, Performance, bus, guarded};
use orchestrion_base::global::GlobalMem;
use orchestrion_base::lock::lock;
use orchestrion_base::op::WorldRef;
use orchestrion_base::world::{Header, World};
use orchestrion_vm::code::{MANY, Program};
use orchestrion_vm::machine::{BlockSpan, Flow, RunError};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::cell::Cell;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Most threads that a performance uses.
const MOST_THREADS: usize = 64;

/// Samples that the outputs of notes which play side by side have at most: what fits in the processors' caches.
const OUTPUT_SAMPLES: usize = 1 << 17;

/// Instructions times samples below which handing notes to other threads costs more than it saves (measured: waking
/// the threads takes some 20 us, an instruction 1 to 10 ns per sample).
const LEAST_WORK: usize = 16_000;

/// The threads of a performance and what they need.
pub(super) struct Crew {
    /// Those beside the performance's own.
    pool: ThreadPool,
    /// What each of them has to itself.
    parts: Vec<Part>,
    /// Which jobs are whose.
    shares: Vec<Share>,
    /// Each is held by nobody but the thread that has taken it from a share.
    jobs: Vec<Mutex<Job>>,
    /// How many jobs there are in this turn.
    count: usize,
    /// By code, whether its notes may play beside others.
    shareable: Vec<bool>,
    /// Most jobs in one turn.
    most: usize,
    /// Whether all that may be is left to other threads.
    spread: bool,
}

/// What a thread has to itself while it plays some notes.
struct Part {
    scratch: Vec<Cell<f64>>,
    spin: Vec<Cell<f64>>,
    globals: GlobalMem,
}

/// A note that plays beside others.
struct Job {
    id: u32,
    /// The note, taken from the list of notes.
    note: Option<Box<Active>>,
    /// What it adds to the output, laid out as the output is.
    out: Vec<Cell<f64>>,
    /// Whether it has been added to the output already.
    added: bool,
    result: Result<Flow, RunError>,
}

/// The jobs that a thread is to do: from the first on by itself, while others that are done with theirs help from
/// the last on backwards. So a note mostly stays with the thread that has it in its cache.
#[derive(Default)]
struct Share(AtomicU64);

impl Share {
    fn set(&self, jobs: Range<usize>) {
        self.0.store((jobs.end as u64) << 32 | jobs.start as u64, Ordering::Relaxed);
    }

    /// Takes the first job that is left.
    fn first(&self) -> Option<usize> {
        self.take(1).map(|both| (both & LOW) as usize)
    }

    /// Takes the last job that is left.
    fn last(&self) -> Option<usize> {
        self.take((1_u64 << 32).wrapping_neg()).map(|both| (both >> 32) as usize - 1)
    }

    /// Changes both bounds at a time, if any job is left, and answers with what they were.
    fn take(&self, step: u64) -> Option<u64> {
        let less = |both: u64| (both & LOW < both >> 32).then(|| both.wrapping_add(step));
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).ok()
    }
}

/// The half of a [`Share`] with the first job; the other half has the end.
const LOW: u64 = 0xffff_ffff;

/// What all threads look at.
#[derive(Clone, Copy)]
struct Shared<'a> {
    program: &'a Program,
    world: &'a World,
    header: &'a Header,
    shares: &'a [Share],
    jobs: &'a [Mutex<Job>],
    span: BlockSpan,
    block_cycles: usize,
    contain: bool,
    sample_accurate: bool,
}

/// What a thread plays its notes with.
#[derive(Clone, Copy)]
struct Desk<'a> {
    globals: &'a GlobalMem,
    scratch: &'a [Cell<f64>],
    spin: &'a [Cell<f64>],
}

impl Crew {
    /// Threads for a performance; `None` where one must do, because no more are asked for or to be had.
    pub fn new(threads: usize, manner: Manner) -> Option<Self> {
        let others = threads.min(MOST_THREADS).saturating_sub(1);
        if others == 0 {
            return None;
        }
        let builder = ThreadPoolBuilder::new().num_threads(others);
        let pool = builder.thread_name(|n| format!("orchestrion {}", n + 2)).build().ok()?;
        let part = || Part { scratch: Vec::new(), spin: Vec::new(), globals: GlobalMem::default() };
        Some(Self {
            pool,
            parts: std::iter::repeat_with(part).take(others).collect(),
            shares: std::iter::repeat_with(Share::default).take(others + 1).collect(),
            jobs: Vec::new(),
            count: 0,
            shareable: Vec::new(),
            most: 0,
            spread: manner == Manner::Spread,
        })
    }

    /// Makes room for the notes of a program, of which new text may just have become part.
    pub fn fit(&mut self, program: &Program, spin: usize, scratch: usize, out: usize) {
        self.shareable = program.shareable();
        self.most = (OUTPUT_SAMPLES / out.max(1)).max(4 * self.shares.len());
        for part in &mut self.parts {
            part.scratch.resize(scratch, Cell::new(0.0));
            part.spin.resize(spin, Cell::new(0.0));
            part.globals.grow(&program.global_types(), program.header.ksmps);
        }
        while self.jobs.len() < self.most {
            let out = vec![Cell::new(0.0); out];
            self.jobs.push(Mutex::new(Job { id: 0, note: None, out, added: false, result: Ok(Flow::Done) }));
        }
    }

    /// Gives every thread its share, the input, and the numbers of the globals as they stand.
    fn share_out(&mut self, spin: &[Cell<f64>], globals: &GlobalMem) {
        let bound = |n| match self.spread {
            true => self.count * usize::saturating_sub(n, 1) / self.parts.len(),
            false => self.count * n / self.shares.len(),
        };
        for (n, share) in self.shares.iter().enumerate() {
            share.set(bound(n)..bound(n + 1));
        }
        for part in &self.parts {
            part.spin.iter().zip(spin).for_each(|(to, from)| to.set(from.get()));
            part.globals.cells.iter().zip(&globals.cells).for_each(|(to, from)| to.set(from.get()));
        }
    }
}

impl Part {
    fn desk(&self) -> Desk<'_> {
        Desk { globals: &self.globals, scratch: &self.scratch, spin: &self.spin }
    }
}

impl Desk<'_> {
    /// Plays the share of thread `me`, then helps the others.
    fn work(self, me: usize, shared: Shared<'_>) {
        while let Some(job) = shared.shares[me].first() {
            self.play_apart(job, shared);
        }
        self.help(me, shared);
    }

    /// Plays what is left of the shares of others than `me`.
    fn help(self, me: usize, shared: Shared<'_>) {
        for n in 1..shared.shares.len() {
            while let Some(job) = shared.shares[(me + n) % shared.shares.len()].last() {
                self.play_apart(job, shared);
            }
        }
    }

    /// Plays a note into its own output.
    fn play_apart(self, job: usize, shared: Shared<'_>) {
        let job = &mut *lock(&shared.jobs[job]);
        let samples = shared.span.cycles * shared.header.ksmps;
        for channel in job.out.chunks(shared.header.ksmps * shared.block_cycles) {
            channel[..samples].iter().for_each(|x| x.set(0.0));
        }
        job.result = self.play(&mut job.note, &job.out, shared);
        job.added = false;
    }

    fn play(
        self,
        note: &mut Option<Box<Active>>,
        out: &[Cell<f64>],
        shared: Shared<'_>,
    ) -> Result<Flow, RunError> {
        let Some(note) = note else { return Ok(Flow::Done) };
        let span = if shared.sample_accurate { note.partial(shared.span) } else { shared.span };
        let bus = bus(out, self.spin, shared.header, shared.block_cycles, 0);
        let world = WorldRef::Shared(shared.world);
        guarded(shared.contain, || {
            note.instance.run(shared.program, self.globals, world, bus, self.scratch, span)
        })
    }
}

impl Performance {
    /// Plays `cycles` k-cycles of the notes from `place` on that may play side by side, up to the note `until`.
    /// Answers with the place of the first that has not been played.
    ///
    /// On a thread of a program's own rayon pool all notes stay: while such a thread waits it takes up other work of
    /// its pool, another performance perhaps, and its stack has no room for one within the other.
    pub(super) fn play_side_by_side(&mut self, place: usize, until: Option<u32>, cycles: usize) -> usize {
        if self.crew.is_some() && rayon::current_thread_index().is_some() {
            return place;
        }
        let Some(mut crew) = self.crew.take() else { return place };
        let end = self.gather(&mut crew, place, until, cycles);
        if crew.count > 0 {
            self.play_gathered(&mut crew, cycles);
            self.add_up(&crew, cycles);
        } else {
            for place in place..end {
                if let Some(id) = self.notes.at(place) {
                    self.play_note(id, 0, cycles);
                }
            }
        }
        self.crew = Some(crew);
        end
    }

    /// Whether there is enough to do in `cycles` k-cycles for other threads to take a part.
    pub(super) fn is_worth_sharing(&self, cycles: usize) -> bool {
        let Some(crew) = &self.crew else { return false };
        let samples = cycles * self.world.header.ksmps;
        let codes = self.notes.seats().filter_map(|(_, _, id)| Some(self.notes.get(id)?.instance.code));
        let shareable = codes.filter(|&code| crew.shareable.get(code) == Some(&true));
        let work = shareable.filter_map(|code| Some(self.program.codes.get(code)?.perf.len() * samples));
        crew.spread || work.sum::<usize>() >= LEAST_WORK
    }

    /// Finds the notes that may play side by side, and takes them if it is worth the while.
    fn gather(&mut self, crew: &mut Crew, place: usize, until: Option<u32>, cycles: usize) -> usize {
        crew.count = 0;
        let samples = cycles * self.world.header.ksmps;
        let (mut work, mut end) = (0, place);
        while crew.count < crew.most
            && let Some(id) = self.notes.at(end).filter(|id| until != Some(*id))
            && let Some(note) = self.notes.get(id).filter(|note| !note.done)
            && crew.shareable.get(note.instance.code) == Some(&true)
            && let Some(code) = self.program.codes.get(note.instance.code)
            && code.additions < MANY
        {
            lock(&crew.jobs[crew.count]).id = id;
            crew.count += 1;
            work += code.perf.len() * samples;
            end += 1;
        }
        if !crew.spread && (crew.count < 2 || work < LEAST_WORK) {
            crew.count = 0;
        }
        for job in &crew.jobs[..crew.count] {
            let mut job = lock(job);
            job.note = self.notes.take(job.id);
        }
        end
    }

    /// Plays the notes that were taken.
    fn play_gathered(&mut self, crew: &mut Crew, cycles: usize) {
        crew.share_out(&self.spin, &self.globals);
        let h = &self.world.header;
        let shared = Shared {
            program: &self.program,
            world: &self.world,
            header: h,
            shares: &crew.shares,
            jobs: &crew.jobs,
            span: BlockSpan { block_start: self.cycle, start: 0, cycles, first: 0, end: h.ksmps },
            block_cycles: self.block_cycles,
            contain: self.has_foreign,
            sample_accurate: self.sample_accurate,
        };
        let own = Desk { globals: &self.globals, scratch: &self.scratch, spin: &self.spin };
        let (inspector, spout) = (&mut self.inspector, &self.spout);
        let (parts, spread) = (&mut crew.parts, crew.spread);
        crew.pool.in_place_scope(|scope| {
            for (n, part) in parts.iter_mut().enumerate() {
                scope.spawn(move |_| part.desk().work(n + 1, shared));
            }
            while let Some(job) = shared.shares[0].first() {
                let job = &mut *lock(&shared.jobs[job]);
                job.result = own.play(&mut job.note, spout, shared);
                job.added = true;
                if let Some(note) = &job.note {
                    inspector.after_note(
                        spout,
                        h.ksmps * shared.block_cycles,
                        0..cycles * h.ksmps,
                        note.instance.code,
                        false,
                    );
                }
            }
            if !spread {
                own.help(0, shared);
            }
        });
    }

    /// Puts the notes back, adds what is not yet in the output in the order of the notes, and draws the
    /// consequences of how each went.
    fn add_up(&mut self, crew: &Crew, cycles: usize) {
        let jobs = &crew.jobs[..crew.count];
        for job in jobs {
            let mut job = lock(job);
            self.notes.put_back(job.id, job.note.take());
        }
        for job in jobs {
            let mut job = lock(job);
            if !job.added {
                self.add_output(&job.out, job.id, 0..cycles);
            }
            let result = std::mem::replace(&mut job.result, Ok(Flow::Done));
            self.conclude(job.id, result);
        }
    }
}
