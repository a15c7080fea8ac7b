//! `pwrite`: changing p-fields of notes that play.

use super::pread::Target;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::event::{Command, PFieldValues};
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::roster::is_exact;
use orchestrion_base::world::World;

/// Definition of `pwrite`.
pub static PWRITE: OpDef = OpDef::new("pwrite", "Gives p-fields of notes that play new values.")
    .sigs(&[
        sig("", "im", Make::Init(|cx| Write::default().start(cx, true))),
        sig("", "iz", Make::Unit(world_unit::<Write>)),
    ])
    .ins(&[
        port(
            "insnum",
            "p1 of the note, which is waited for; a whole number means all notes of the instrument; a negative one \
             is looked for only once",
        ),
        port(
            "xindex, xvalue...",
            "pairs: number of a p-field and its new value, for what reads the p-field at performance (`kx = p4`)",
        ),
    ])
    .reads(Res::NOTES)
    .writes(Res::NOTES)
    .may_fail()
    .extension()
    .source("Manual of csound-plugins: pwrite");

/// Pairs that one command carries without asking for memory.
const PAIRS: usize = 5;

#[derive(Default)]
struct Write {
    target: Target,
}

impl Write {
    fn start(&mut self, cx: &mut Init<'_>, now: bool) -> OpResult {
        self.target = Target::default();
        if cx.n_ins() < 3 || cx.n_ins().is_multiple_of(2) {
            return Err(OpError::new("pwrite: after the instrument there must be pairs of index and value"));
        }
        if now {
            self.write(&cx.io, cx.world)?;
        }
        Ok(())
    }

    fn write(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let p1 = io.k(0).abs();
        let exact = is_exact(p1);
        if exact && self.target.find(io.k(0), world).is_none() {
            return Ok(());
        }
        let mut at = 1;
        while at + 1 < io.n_ins() {
            let inputs = (at..io.n_ins() - 1).step_by(2).take(PAIRS);
            let values: PFieldValues =
                inputs.map(|i| (io.k(i).clamp(0.0, f64::from(u16::MAX)) as u16, io.k(i + 1))).collect();
            world.request(Command::SetPFields { p1, exact, values })?;
            at += 2 * PAIRS;
        }
        Ok(())
    }
}

impl WorldUgen for Write {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.start(cx, false)
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        self.write(io, world)
    }
}
