//! Audio into an array used as a ring, and out of it: `shiftin`, `shiftout`.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

use super::common::{first_dim, fit};

/// Definition of `shiftin`.
pub static SHIFTIN: OpDef = OpDef::new("shiftin", "Writes audio into an array, round and round.")
    .sigs(&[sig("k[]", "a", Make::Unit(unit::<ShiftIn>))])
    .outs(&[port("kOut", "array; one shorter than ksmps becomes as long as that")])
    .ins(&[port("asig", "signal")])
    .source("Manual: shiftin");

/// Definition of `shiftout`.
pub static SHIFTOUT: OpDef = OpDef::new("shiftout", "Reads audio from an array, round and round.")
    .sigs(&[sig("a", "k[]o", Make::Unit(unit::<ShiftOut>))])
    .outs(&[port("asig", "signal")])
    .ins(&[port("kIn", "array, not shorter than ksmps"), port("ioff", "index to start at; default 0")])
    .source("Manual: shiftout");

/// State of `shiftin`: the next index to write.
#[derive(Default)]
struct ShiftIn {
    at: usize,
}

impl Ugen for ShiftIn {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let io = &cx.io;
        if let Some(mut out) = io.array_out(0)
            && out.len() < io.clock.ksmps
        {
            fit(&mut out, io.clock.ksmps, io, cx.world)?;
        }
        self.at = 0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let Some(mut out) = io.array_out(0) else { return Ok(()) };
        let ring = out.nums_mut();
        if ring.is_empty() {
            return Ok(());
        }
        let signal = io.x(0);
        for n in 0..io.clock.ksmps {
            let inside = (io.first..io.end).contains(&n);
            let x = if inside { signal.at(n - io.first) } else { 0.0 };
            ring[(self.at + n) % ring.len()] = x;
        }
        self.at = (self.at + io.clock.ksmps) % ring.len();
        Ok(())
    }
}

/// State of `shiftout`: the next index to read.
#[derive(Default)]
struct ShiftOut {
    at: usize,
}

impl Ugen for ShiftOut {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let len = first_dim(&cx.io, 0);
        if len < cx.clock.ksmps {
            return Err(OpError::new("input array too small"));
        }
        self.at = (cx.k(1) as i32).rem_euclid(i32::try_from(len).unwrap_or(i32::MAX)) as usize;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let Some(array) = io.array(0) else { return Ok(()) };
        let ring = array.nums();
        if ring.is_empty() {
            return Ok(());
        }
        for (n, out) in io.out(0).iter().enumerate() {
            out.set(ring[(self.at + io.first + n) % ring.len()]);
        }
        self.at = (self.at + io.clock.ksmps) % ring.len();
        Ok(())
    }
}
