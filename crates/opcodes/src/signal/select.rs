//! `select`: one of three signals, as two others compare.

use crate::step::in_chunks;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `select`.
pub static SELECT: OpDef =
    OpDef::new("select", "One of three signals, sample by sample, as two others compare.")
        .quiet_init()
        .sigs(&[sig("a", "aaaaa", Make::Unit(unit::<Select>))])
        .outs(&[port("aout", "aless, aequal or amore")])
        .ins(&[
            port("a1", "signal to compare"),
            port("a2", "signal to compare it with"),
            port("aless", "taken where a1 is less than a2"),
            port("aequal", "taken where they are equal"),
            port("amore", "taken elsewhere"),
        ])
        .source("Manual: select");

#[derive(Default)]
struct Select;

impl Ugen for Select {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let [a, b, less, equal, more] = [0, 1, 2, 3, 4].map(|i| io.x(i));
        in_chunks(io.out(0), |start, chunk| {
            for (i, y) in chunk.iter_mut().enumerate() {
                let n = start + i;
                let chosen = if a.at(n) < b.at(n) {
                    less
                } else if a.at(n) == b.at(n) {
                    equal
                } else {
                    more
                };
                *y = chosen.at(n);
            }
        });
        Ok(())
    }
}
