//! `wterrain2`: orbits of several shapes over a terrain whose tables may change.

use super::surface::{ORBIT, Surface, turned};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

/// Definition of `wterrain2`.
pub static WTERRAIN2: OpDef = OpDef::new("wterrain2", "Wave terrain synthesis with orbits of several shapes.").quiet_init()
    .sigs(&[sig("a", "kkkkkkkkkkk", Make::Unit(unit::<Wterrain2>))])
    .outs(&[port("aout", "signal")])
    .ins(&const {
        let [a, b, c, d, e, f] = ORBIT;
        [
            a,
            b,
            c,
            d,
            e,
            f,
            port("krot", "turn of the orbit about its centre in radians"),
            port("ktabx", "table along the first coordinate"),
            port("ktaby", "table along the second coordinate"),
            port(
                "km1",
                "shape: 0 ellipse, 1 lemniscate, 2 limacon, 3 cornoid, 4 trisectrix, 5 scarabaeus, 6 folium, 7 Talbot",
            ),
            port("kparam", "parameter of the shape"),
        ]
    })
    .source("Manual: wterrain2 (C. Bacher)")
    .reads(Res::TABLES)
    .may_fail();

/// Place on an orbit about the origin with radii of 1, at an angle.
#[inline]
fn orbit(shape: i32, t: f64, param: f64) -> [f64; 2] {
    let (sin, cos) = math::sin_cos(t);
    match shape {
        0 => {
            let (sin, cos) = math::sin_cos(t + param * sin);
            [sin, cos]
        }
        1 => {
            let (sin, cos) = math::sin_cos(t + param * sin);
            [cos, sin * cos]
        }
        2 => [sin * (cos + param), cos * (cos + param)],
        3 => {
            let cos2 = math::cos(2.0 * t);
            [cos * cos2, sin * (param + cos2)]
        }
        4 => {
            let r = 1.0 + param * math::sin(2.0 * t);
            [cos * r, sin * r]
        }
        5 => {
            let r = param * math::sin(2.0 * t) + sin;
            [cos * r, sin * r]
        }
        6 => {
            let r = cos * (sin * sin - param);
            [cos * r, sin * r]
        }
        _ => [cos * (1.0 + param * sin * sin), sin * (1.0 - param - param * cos * cos)],
    }
}

#[derive(Default)]
struct Wterrain2 {
    angle: f64,
}

impl Ugen for Wterrain2 {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        self.angle = 0.0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let surface = Surface::find(world, io.k(7), io.k(8))?;
        let (amp, step) = (io.k(0), io.k(1) * (TAU / io.clock.sr));
        let (centre, rx, ry, turn, param) = ([io.k(2), io.k(3)], io.k(4), io.k(5), io.k(6), io.k(10));
        let shape = if (0.0..7.0).contains(&io.k(9)) { io.k(9) as i32 } else { 7 };
        for out in io.out(0) {
            let [x, y] = orbit(shape, self.angle, param);
            let mut place = [centre[0] + rx * x, centre[1] + ry * y];
            if turn != 0.0 {
                let [x, y] = turned(place, centre, turn);
                place = [x + centre[0], y + centre[1]];
            }
            out.set(surface.at(place) * amp);
            self.angle += step;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orbits_begin_where_their_formulas_say() {
        assert_eq!(orbit(0, 0.0, 0.5), [0.0, 1.0]);
        assert_eq!(orbit(2, 0.0, 0.5), [0.0, 1.5]);
        assert_eq!(orbit(6, 0.0, 0.5), [-0.5, 0.0]);
    }
}
