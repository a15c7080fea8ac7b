//! `st2ms`, `ms2st`: between left and right, and middle and side.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `st2ms`.
pub static ST2MS: OpDef = OpDef::new("st2ms", "Turns left and right into middle and side.")
    .sigs(&[sig("aa", "aa", Make::Unit(unit::<Encode>))])
    .outs(&[port("am", "middle: the sum"), port("as", "side: left less right")])
    .ins(&[port("a1", "left"), port("a2", "right")])
    .source("Manual: st2ms")
    .quiet_init();

/// Definition of `ms2st`.
pub static MS2ST: OpDef = OpDef::new("ms2st", "Turns middle and side into left and right.")
    .sigs(&[sig("aa", "aak", Make::Unit(unit::<Decode>))])
    .outs(&[port("a1", "left"), port("a2", "right")])
    .ins(&[port("am", "middle"), port("as", "side"), port("kw", "width, 0 (mono) to 1 (nothing but side)")])
    .source("Manual: ms2st")
    .quiet_init();

#[derive(Default)]
struct Encode;

impl Ugen for Encode {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (left, right) = (io.x(0), io.x(1));
        for (n, (middle, side)) in io.out(0).iter().zip(io.out(1)).enumerate() {
            let (l, r) = (left.at(n), right.at(n));
            middle.set(l + r);
            side.set(l - r);
        }
        Ok(())
    }
}

#[derive(Default)]
struct Decode;

impl Ugen for Decode {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (middle, side, width) = (io.x(0), io.x(1), io.k(2).clamp(0.0, 1.0));
        for (n, (left, right)) in io.out(0).iter().zip(io.out(1)).enumerate() {
            let (m, s) = (middle.at(n) * (1.0 - width), side.at(n) * width);
            left.set(m + s);
            right.set(m - s);
        }
        Ok(())
    }
}
