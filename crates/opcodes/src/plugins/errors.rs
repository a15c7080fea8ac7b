//! `throwerror`, `initerror`: ending a note with a message.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `throwerror`.
pub static THROWERROR: OpDef = OpDef::new("throwerror", "Ends the note with an error, or warns.")
    .sigs(&[
        sig("", "S", Make::Unit(world_unit::<Throw>)),
        sig("", "SS", Make::Unit(world_unit::<Throw>)),
    ])
    .ins(&[
        port(
            "Skind",
            "init for an error at init, error for one at performance, warning for a message that is said once a note, \
             info for one in every k-cycle; left out: error",
        ),
        port("Smessage", "what is said"),
    ])
    .writes(Res::PRINT)
    .may_fail()
    .extension()
    .source("Manual of csound-plugins: throwerror");
/// Definition of `initerror`.
pub static INITERROR: OpDef = OpDef::new("initerror", "Ends the note with an error at init.")
    .sigs(&[sig("", "S", Make::Init(|cx| Err(OpError::new(cx.text(0)))))])
    .ins(&[port("Smessage", "what is said")])
    .extension()
    .source("Manual of csound-plugins: initerror");

#[derive(Clone, Copy, Default, PartialEq)]
enum Kind {
    #[default]
    Error,
    Warning,
    Info,
}

#[derive(Default)]
struct Throw {
    kind: Kind,
    said: bool,
}

fn message(io: &Io<'_>) -> String {
    io.text(io.n_ins() - 1)
}

impl WorldUgen for Throw {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.said = false;
        self.kind = match cx.n_ins() {
            1 => Kind::Error,
            _ => match &*cx.text(0) {
                "init" => return Err(OpError::new(message(cx))),
                "error" => Kind::Error,
                "warning" => Kind::Warning,
                "info" => Kind::Info,
                other => {
                    return Err(OpError::new(format!(
                        "throwerror: `{other}` is none of init, error, warning and info"
                    )));
                }
            },
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        match self.kind {
            Kind::Error => return Err(OpError::new(message(io))),
            Kind::Warning if std::mem::replace(&mut self.said, true) => {}
            Kind::Warning | Kind::Info => world.warn(message(io)),
        }
        Ok(())
    }
}
