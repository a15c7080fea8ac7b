//! `chuap`: Chua's oscillator, a circuit with a piecewise linear resistor.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `chuap`.
pub static CHUAP: OpDef = OpDef::new("chuap", "Chua's oscillator.").quiet_init()
    .sigs(&[sig("aaa", "kkkkkkkkiiik", Make::Unit(unit::<Chua>))])
    .outs(&[
        port("aI3", "current through the inductor"),
        port("aV2", "voltage at the second capacitor"),
        port("aV1", "voltage at the first capacitor"),
    ])
    .ins(&[
        port("kL", "inductor"),
        port("kR0", "resistor in series with it"),
        port("kC2", "second capacitor"),
        port("kG", "conductance between the capacitors"),
        port("kGa", "slope of the resistor within -kE to kE"),
        port("kGb", "slope of the resistor outside"),
        port("kE", "where the slope changes"),
        port("kC1", "first capacitor"),
        port("iI3", "current at the start"),
        port("iV2", "voltage at the second capacitor at the start"),
        port("iV1", "voltage at the first capacitor at the start"),
        port("ktime_step", "time step per sample"),
    ])
    .source("Manual: chuap; T. Matsumoto, IEEE Trans. Circuits and Systems 31(12), 1984; fourth-order Runge-Kutta \
             steps of the equations in units of E, E G and C2/G");

/// Voltages at the first and second capacitor and current, without dimensions.
type State = [f64; 3];

/// Constants of the equations without dimensions.
#[derive(Clone, Copy)]
struct Circuit {
    alpha: f64,
    beta: f64,
    gamma: f64,
    inner: f64,
    outer: f64,
}

impl Circuit {
    /// Derivatives of the state.
    #[inline]
    fn slope(&self, [x, y, z]: State) -> State {
        let bend = 0.5 * (self.inner - self.outer) * ((x + 1.0).abs() - (x - 1.0).abs());
        [self.alpha * (y - (self.outer + 1.0) * x - bend), x - y + z, -self.beta * y - self.gamma * z]
    }

    /// The state a step of length `h` later.
    #[inline]
    fn step(&self, state: State, h: f64) -> State {
        let moved = |slope: State, h: f64| [0, 1, 2].map(|i| state[i] + h * slope[i]);
        let first = self.slope(state);
        let second = self.slope(moved(first, h * 0.5));
        let third = self.slope(moved(second, h * 0.5));
        let fourth = self.slope(moved(third, h));
        moved([0, 1, 2].map(|i| first[i] + 2.0 * second[i] + 2.0 * third[i] + fourth[i]), h / 6.0)
    }
}

#[derive(Default)]
struct Chua {
    state: State,
}

impl Ugen for Chua {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (g, e) = (cx.k(3), cx.k(6));
        self.state = [cx.k(10) / e, cx.k(9) / e, cx.k(8) / (e * g)];
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (l, r0, c2, g, e, c1) = (io.k(0), io.k(1), io.k(2), io.k(3), io.k(6), io.k(7));
        let circuit = Circuit {
            alpha: c2 / c1,
            beta: c2 / (l * g * g),
            gamma: r0 * c2 / (l * g),
            inner: io.k(4) / g,
            outer: io.k(5) / g,
        };
        let h = io.k(11) * g / c2;
        for n in 0..io.samples_len() {
            self.state = circuit.step(self.state, h);
            let [v1, v2, i3] = self.state;
            io.out(0)[n].set(e * g * i3);
            io.out(1)[n].set(e * v2);
            io.out(2)[n].set(e * v1);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_bend_the_first_capacitor_discharges() {
        let circuit = Circuit { alpha: 1.0, beta: 0.0, gamma: 0.0, inner: 0.0, outer: 0.0 };
        let [x, _, _] = circuit.step([1.0, 0.0, -1.0], 0.001);
        assert!((x - orchestrion_dsp::math::exp(-0.001)).abs() < 1e-6);
    }
}
