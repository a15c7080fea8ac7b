//! `pread`: p-fields of another note.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::roster::PlayingNote;
use orchestrion_base::world::World;

/// Definition of `pread`.
pub static PREAD: OpDef = OpDef::new("pread", "A p-field of a note that plays.")
    .sigs(&[
        sig("i", "iij", Make::Init(|cx| Read::default().start(cx))),
        sig("k", "ikJ", Make::Unit(unit::<Read>)),
        sig("i[]", "ii[]j", Make::Init(|cx| Read::default().start(cx))),
        sig("k[]", "ii[]j", Make::Unit(unit::<Read>)),
        sig("k[]", "ik[]J", Make::Unit(unit::<Read>)),
    ])
    .outs(&[port("xvalue", "value of the p-field, or of each p-field asked for")])
    .ins(&[
        port(
            "insnum",
            "p1 of the note; a whole number means the oldest note of the instrument; a negative one is looked for \
             only once",
        ),
        port("kindex", "number of the p-field, 1 to the last one of the note, or an array of numbers"),
        port("knotfound", "value while there is no such note and after it has ended; default -1"),
    ])
    .reads(Res::NOTES.and(Res::EVENTS).and(Res::LIFE))
    .may_fail()
    .extension()
    .source("Manual of csound-plugins: pread");

#[derive(Default)]
struct Read {
    target: Target,
}

/// The one note that a unit deals with, from when it is found on.
#[derive(Default)]
pub(super) struct Target {
    serial: Option<u64>,
    /// Nothing is looked for any more.
    settled: bool,
}

impl Target {
    /// The note with this p1, looked for until it is found, or once if p1 is negative; `None` again after it
    /// has ended.
    pub fn find<'w>(&mut self, p1: f64, world: &'w World) -> Option<&'w PlayingNote> {
        if !self.settled {
            self.serial = world.roster.oldest(p1.abs());
            self.settled = self.serial.is_some() || p1 < 0.0;
        }
        let note = self.serial.and_then(|serial| world.roster.get(serial));
        if note.is_none() {
            self.serial = None;
        }
        note
    }
}

impl Read {
    fn start(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.target = Target::default();
        let array = cx.array(1).map(|indices| indices.dims.clone());
        if let (Some(dims), Some(mut out)) = (array, cx.array_out(0)) {
            out.resize(&dims, cx.clock.ksmps);
        }
        self.read(&cx.io, cx.world)
    }

    fn read(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let note = self.target.find(io.k(0), world);
        let value = |index: f64| field(note, index, io.k(2));
        let (Some(indices), Some(mut out)) = (io.array(1), io.array_out(0)) else {
            io.set(0, value(io.k(1))?);
            return Ok(());
        };
        for (out, index) in out.nums_mut().iter_mut().zip(indices.nums()) {
            *out = value(*index)?;
        }
        Ok(())
    }
}

impl Ugen for Read {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        // A p-field that is not there is an error of performance.
        let _ = self.start(cx);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        self.read(io, world)
    }
}

fn field(note: Option<&PlayingNote>, index: f64, not_found: f64) -> OpResult<f64> {
    let Some(note) = note else { return Ok(not_found) };
    let at = (index.trunc() >= 1.0).then(|| index as usize - 1);
    at.and_then(|at| note.fields.get(at)).copied().ok_or_else(|| {
        let last = note.fields.len();
        OpError::new(format!("pread: there is no p-field {index}: note {} has p1 to p{last}", note.p1))
    })
}
