//! `readks`: a text file line by line, at a pace of its own.

use super::dumpk::{Countdown, PERIOD, READ_PREFIX};
use super::readf::Lines;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `readks`.
pub static READKS: OpDef = OpDef::new("readks", "Reads lines of a text file every so many seconds.")
    .quiet_init()
    .sigs(&[sig("S", "Si", Make::Unit(unit::<Readks>)), sig("S", "ii", Make::Unit(unit::<Readks>))])
    .outs(&[port("Sres", "the line with its end, or 1022 bytes of a longer one; unchanged at init")])
    .ins(&[port("ifilname", "name of the file, or number n for readk.n"), PERIOD])
    .source("The manual has no page; measured on the reference beside readk and readf")
    .differences(&["after the end of the file the last line stays; the reference crashes"]);

#[derive(Default)]
struct Readks {
    lines: Lines,
    countdown: Countdown,
}

impl Ugen for Readks {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.countdown.set(cx.k(1), cx.clock.kr, false);
        self.lines.open(cx, READ_PREFIX)
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        if self.countdown.is_due() {
            let line = self.lines.line();
            if !line.is_empty() {
                io.set_str(0, line);
            }
        }
        Ok(())
    }
}
