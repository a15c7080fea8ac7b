//! `bob`: the Moog filter as a circuit, solved by Runge's and Kutta's method.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

/// Definition of `bob`.
pub static BOB: OpDef = OpDef::new("bob", "Moog's ladder filter by a Runge-Kutta simulation.")
    .quiet_init()
    .sigs(&[sig("a", "axxxoo", Make::Unit(unit::<Bob>))])
    .outs(&[port("aout", "filtered signal")])
    .ins(&[
        port("asig", "signal to filter"),
        port("xcf", "cutoff in Hz"),
        port("xres", "resonance, 0 to 4 and more"),
        port("xsat", "level at which stages saturate"),
        port("iosamp", "steps per sample; default 2"),
        port("istor", "unused"),
    ])
    .source("Stilson and Smith 1996; Stinchcombe 2008; Huovilainen 2004; manual: bob")
    .differences(&[
        "k-cycles begin at rest, as in the reference where no other bob plays; with others it is \
                    left to chance.",
    ]);

type State = [f64; 4];

#[derive(Default)]
struct Bob {
    steps: usize,
    state: State,
    probe: State,
}

/// The circuit at one moment.
struct Circuit {
    input: f64,
    rate: f64,
    resonance: f64,
    saturation: f64,
}

impl Circuit {
    fn slopes(&self, s: &State) -> State {
        let inverse = 1.0 / self.saturation;
        let bent = |x: f64| self.saturation * math::tanh(x * inverse);
        let stages = s.map(bent);
        let input = bent(self.input - self.resonance * s[3]);
        [
            self.rate * (input - stages[0]),
            self.rate * (stages[0] - stages[1]),
            self.rate * (stages[1] - stages[2]),
            self.rate * (stages[2] - stages[3]),
        ]
    }
}

fn moved(state: &State, slopes: &State, by: f64) -> State {
    std::array::from_fn(|i| state[i] + by * slopes[i])
}

impl Ugen for Bob {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let asked = cx.k(4);
        self.steps = if asked <= 0.0 { 2 } else { asked.clamp(1.0, 1000.0) as usize };
        (self.state, self.probe) = ([0.0; 4], [0.0; 4]);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, cutoff, resonance, saturation) = (io.x(0), io.x(1), io.x(2), io.x(3));
        let step = 1.0 / (self.steps as f64 * io.clock.sr);
        // The first slope of a step belongs to the last probe of the step before (measured on the reference).
        self.probe = [0.0; 4];
        for (n, out) in io.out(0).iter().enumerate() {
            let circuit = Circuit {
                input: x.at(n),
                rate: TAU * cutoff.at(n),
                resonance: resonance.at(n),
                saturation: saturation.at(n),
            };
            for _ in 0..self.steps {
                let first = circuit.slopes(&self.probe);
                let second = circuit.slopes(&moved(&self.state, &first, 0.5 * step));
                let third = circuit.slopes(&moved(&self.state, &second, 0.5 * step));
                self.probe = moved(&self.state, &third, 0.5 * step);
                let fourth = circuit.slopes(&self.probe);
                for i in 0..4 {
                    self.state[i] += step / 6.0 * (first[i] + 2.0 * second[i] + 2.0 * third[i] + fourth[i]);
                }
            }
            out.set(self.state[0]);
        }
        Ok(())
    }
}
