//! `pdclip`, `pdhalf`, `pdhalfy`: phase distortion of a phase or any other signal.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const OUTS: &[Port] = &[port("aout", "distorted signal")];
const SIGNAL: Port = port("ain", "signal, 0 to ifullscale, or from -ifullscale");
const BIPOLAR: Port = port("ibipolar", "0 unipolar, nonzero bipolar; default 0");
const FULL: Port = port("ifullscale", "range of the signal; default 1");

/// Definition of `pdclip`.
pub static PDCLIP: OpDef = OpDef::new("pdclip", "Linear clipping of a phase at both ends.")
    .quiet_init()
    .sigs(&[sig("a", "akkop", Make::Unit(unit::<Pdclip>))])
    .outs(OUTS)
    .ins(&[
        SIGNAL,
        port("kwidth", "share that is clipped, 0 to 1"),
        port("kcenter", "middle of the part that is not clipped, -1 to 1"),
        BIPOLAR,
        FULL,
    ])
    .source("Manual: pdclip");

/// Definition of `pdhalf`.
pub static PDHALF: OpDef = OpDef::new("pdhalf", "Moves the place where a phase has reached half its way.")
    .quiet_init()
    .sigs(&[sig("a", "akop", Make::Unit(unit::<Half<false>>))])
    .outs(OUTS)
    .ins(&[SIGNAL, port("kamount", "-1 to 1; 0 changes nothing"), BIPOLAR, FULL])
    .source("Manual: pdhalf");

/// Definition of `pdhalfy`.
pub static PDHALFY: OpDef = OpDef::new("pdhalfy", "Moves the value that a phase has halfway.")
    .quiet_init()
    .sigs(&[sig("a", "akop", Make::Unit(unit::<Half<true>>))])
    .outs(OUTS)
    .ins(&[SIGNAL, port("kamount", "-1 to 1; 0 changes nothing"), BIPOLAR, FULL])
    .source("Manual: pdhalfy");

#[derive(Default)]
struct Pdclip;

impl Ugen for Pdclip {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, full) = (io.x(0), io.k(4));
        let bipolar = io.k(3) as i32 != 0;
        let width = io.k(1).clamp(0.0, 1.0);
        // In unipolar mode everything is half as wide, around the middle of the range.
        let (size, middle) = if bipolar { (1.0, 0.0) } else { (0.5, 0.5) };
        let (clipped, open) = (size * width, size * (1.0 - width));
        let centre = (io.k(2) * size + middle).max(middle - clipped).min(middle + clipped) * full;
        let (low, high) = (centre - open * full, open * full + centre);
        let slope = if open == 0.0 { 0.0 } else { size / open };
        let (floor, origin) = if bipolar { (-full, centre) } else { (0.0, low) };
        for (n, out) in io.out(0).iter().enumerate() {
            let x = x.at(n);
            out.set(if x <= low {
                floor
            } else if x >= high {
                full
            } else {
                slope * (x - origin)
            });
        }
        Ok(())
    }
}

/// Two straight lines that meet at a movable point: on the x axis, or on the y axis.
#[derive(Default)]
struct Half<const Y: bool>;

/// Part of the way from 0 over `length`; nothing where there is no way.
fn slope(way: f64, length: f64) -> f64 {
    if length == 0.0 { 0.0 } else { way / length }
}

impl<const Y: bool> Ugen for Half<Y> {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let x = io.x(0);
        let full = if io.k(3) == 0.0 { 1.0 } else { io.k(3) };
        let amount = io.k(1).clamp(-1.0, 1.0);
        // The lines go from `bottom` to `full` and meet where one of the coordinates is `still`.
        let (bottom, still, moving) = if io.k(2) != 0.0 {
            (-full, 0.0, amount * full)
        } else {
            (0.0, 0.5 * full, (amount + 1.0) * (0.5 * full))
        };
        let (knee_x, knee_y) = if Y { (still, moving) } else { (moving, still) };
        let left = slope(knee_y - bottom, knee_x - bottom);
        let right = slope(full - knee_y, full - knee_x);
        for (n, out) in io.out(0).iter().enumerate() {
            let x = x.at(n);
            out.set(if x < knee_x { left } else { right } * (x - knee_x) + knee_y);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn knees_are_where_they_should_be() {
        for (op, at, want) in [(&PDHALF, 0.75, 0.5), (&PDHALFY, 0.5, 0.75)] {
            let mut bench = Bench::new(op, 0);
            bench.audio_in(0, |n| n as f64 / 16.0);
            bench.set(1, 0.5);
            bench.set(3, 1.0);
            assert!((bench.render(16)[(at * 16.0) as usize] - want).abs() < 1e-12);
        }
    }
}
