//! `sterrain`: orbits by the superformula over a terrain whose tables may change.

use super::surface::{ORBIT, Surface, turned};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

/// Definition of `sterrain`.
pub static STERRAIN: OpDef = OpDef::new(
    "sterrain",
    "Wave terrain synthesis with orbits by the superformula.",
)
.quiet_init()
.sigs(&[sig("a", "kkkkkkkkkkkkkkkkk", Make::Unit(unit::<Sterrain>))])
.outs(&[port("aout", "signal")])
.ins(
    &const {
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
            port("km1", "first rotational symmetry; only its whole part counts"),
            port("km2", "second rotational symmetry; only its whole part counts"),
            port("kn1", "exponent of the whole; the orbit rests where 0"),
            port("kn2", "exponent of the cosine"),
            port("kn3", "exponent of the sine"),
            port("ka", "divisor of the cosine; the orbit rests where 0"),
            port("kb", "divisor of the sine; the orbit rests where 0"),
            port("kperiod", "divisor of the speed; 0 counts as 1"),
        ]
    },
)
.source(
    "Manual: sterrain (C. Bacher); J. Gielis, American Journal of Botany 90(3), 2003; the superformula's \
             radius serves as the angle, turned in single precision (measured on the reference)",
)
.reads(Res::TABLES)
.may_fail();

/// The superformula's radius at an angle; `None` where it has none.
#[inline]
fn radius(t: f64, [m1, m2, n1, n2, n3, a, b]: [f64; 7]) -> Option<f64> {
    if n1 == 0.0 || a == 0.0 || b == 0.0 {
        return None;
    }
    let cosine = math::pow((math::cos(m1 * t / 4.0) / a).abs(), n2);
    let sine = math::pow((math::sin(m2 * t / 4.0) / b).abs(), n3);
    Some(math::pow(cosine + sine, -1.0 / n1))
}

#[derive(Default)]
struct Sterrain {
    angle: f64,
}

impl Ugen for Sterrain {
    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        self.angle = 0.0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let surface = Surface::find(world, io.k(7), io.k(8))?;
        let formula = [io.k(9).floor(), io.k(10).floor(), io.k(11), io.k(12), io.k(13), io.k(14), io.k(15)];
        let period = if io.k(16) == 0.0 { 1.0 } else { 1.0 / io.k(16) };
        let (amp, step) = (io.k(0), io.k(1) * (period * TAU / io.clock.sr));
        let (centre, rx, ry, turn) = ([io.k(2), io.k(3)], io.k(4), io.k(5), io.k(6));
        let mut place = [0.0; 2];
        for out in io.out(0) {
            if let Some(r) = radius(self.angle, formula) {
                let (sin, cos) = math::sin_cos(r);
                place = [centre[0] + rx * cos, centre[1] + ry * sin];
            }
            if turn != 0.0 {
                let [x, y] = turned(place, centre, turn);
                place = [f64::from(x as f32) + centre[0], f64::from(y as f32) + centre[1]];
            }
            place = place.map(|x| x - x.floor());
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
    fn a_circle_has_a_constant_radius() {
        let circle = [4.0, 4.0, 2.0, 2.0, 2.0, 1.0, 1.0];
        assert!((0..9).all(|i| (radius(f64::from(i), circle).unwrap_or(0.0) - 1.0).abs() < 1e-12));
        assert_eq!(radius(1.0, [0.0; 7]), None);
    }
}
