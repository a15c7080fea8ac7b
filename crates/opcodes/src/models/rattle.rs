//! `tambourine`, `bamboo`, `sleighbells`: colliding objects heard through several resonances, whose
//! frequencies change at random with every collision (P. Cook's PhISM, see `shaken.rs`).

use super::shaken::{MOST_ENERGY, SHAKE, collide};
use crate::physical::{BiQuad, Countdown, noise};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::marker::PhantomData;

const OUTS: &[Port] = &[port("ares", "signal")];
pub(super) const INS: &[Port] = &[
    port("kamp", "strength of the first shake; its value at init"),
    port("idettack", "time in seconds before the end of the note at which shaking stops"),
    port("inum", "number of objects, at least 1; 0 for the default"),
    port("idamp", "damping: makes the energy last longer by 0.002 idamp from sample to sample; default 0"),
    port("imaxshake", "energy added at the start, 0 to 1; default 0"),
    port("ifreq", "frequency in Hz of the first resonance; 0 for the default"),
    port("ifreq1", "frequency in Hz of the second resonance; 0 for the default"),
    port("ifreq2", "frequency in Hz of the third resonance; 0 for the default"),
];

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .outs(OUTS)
        .ins(INS)
        .source("Manual; PhISM (P. Cook 1997), constants of its published examples")
        .reads(Res::RANDOM)
        .writes(Res::RANDOM)
}

/// Definition of `tambourine`.
pub static TAMBOURINE: OpDef =
    def("tambourine", "Tambourine.", &[sig("a", "kioooooo", Make::Unit(world_unit::<Rattle<Tambourine>>))]);

/// Definition of `bamboo`.
pub static BAMBOO: OpDef =
    def("bamboo", "Bamboo wind chimes.", &[sig("a", "kioooooo", Make::Unit(world_unit::<Rattle<Bamboo>>))]);

/// Definition of `sleighbells`.
pub static SLEIGHBELLS: OpDef = def(
    "sleighbells",
    "Sleighbells.",
    &[sig("a", "kioooooo", Make::Unit(world_unit::<Rattle<Sleighbells>>))],
);

/// One resonance of an instrument.
#[derive(Clone, Copy)]
struct Mode {
    frequency: f64,
    radius: f64,
    input: f64,
    output: f64,
}

const fn mode(frequency: f64, radius: f64, input: f64, output: f64) -> Mode {
    Mode { frequency, radius, input, output }
}

/// What is fixed of an instrument.
struct Spec {
    objects: f64,
    sound_decay: f64,
    system_decay: f64,
    /// `ln(objects) / objects` times this scales all modes; 1 where 0.
    gain: f64,
    modes: &'static [Mode],
    /// Modes from here on move by up to `spread` of their frequency.
    moving_from: usize,
    spread: f64,
    scale: f64,
    /// Whether the sound is a difference over two samples.
    difference: bool,
    /// Whether that difference goes on from the instance's previous note, as in the reference.
    carries_over: bool,
}

trait Kind: Default + Send + 'static {
    const SPEC: Spec;

    /// What a collision adds to the level, for energy 1.
    fn hit(objects: f64) -> f64;
}

#[derive(Default)]
struct Tambourine;
impl Kind for Tambourine {
    const SPEC: Spec = Spec {
        objects: 32.0,
        sound_decay: 0.95,
        system_decay: 0.9985,
        gain: 5.0,
        modes: &[mode(2300.0, 0.96, 1.0, 0.1), mode(5600.0, 0.99, 1.0, 0.8), mode(8100.0, 0.99, 1.0, 1.0)],
        moving_from: 1,
        spread: 0.05,
        scale: 0.0009,
        difference: true,
        carries_over: false,
    };

    fn hit(objects: f64) -> f64 {
        24.0 / objects
    }
}

#[derive(Default)]
struct Bamboo;
impl Kind for Bamboo {
    const SPEC: Spec = Spec {
        objects: 1.25,
        sound_decay: 0.95,
        system_decay: 0.9999,
        gain: 2.0,
        modes: &[
            mode(2800.0, 0.995, 1.0, 1.0),
            mode(0.8 * 2800.0, 0.995, 1.0, 1.0),
            mode(1.2 * 2800.0, 0.995, 1.0, 1.0),
        ],
        moving_from: 0,
        spread: 0.2,
        scale: 0.00051,
        difference: false,
        carries_over: false,
    };

    fn hit(_: f64) -> f64 {
        1.0
    }
}

#[derive(Default)]
struct Sleighbells;
impl Kind for Sleighbells {
    const SPEC: Spec = Spec {
        objects: 32.0,
        sound_decay: 0.97,
        system_decay: 0.9994,
        gain: 0.0,
        modes: &[
            mode(2500.0, 0.99, 1.0, 1.0),
            mode(5300.0, 0.99, 1.0, 1.0),
            mode(6500.0, 0.99, 1.0, 1.0),
            mode(8300.0, 0.99, 0.5, 1.0),
            mode(9800.0, 0.99, 0.3, 1.0),
        ],
        moving_from: 0,
        spread: 0.03,
        scale: -0.001,
        difference: true,
        carries_over: true,
    };

    fn hit(_: f64) -> f64 {
        math::ln(Self::SPEC.objects) / Self::SPEC.objects
    }
}

/// Most modes of an instrument.
const MODES: usize = 5;

#[derive(Default)]
struct Rattle<K> {
    energy: f64,
    level: f64,
    objects: f64,
    system_decay: f64,
    frequencies: [f64; MODES],
    resonances: [BiQuad; MODES],
    /// Last outputs of the resonances, and of their sum.
    heard: [f64; MODES],
    past: [f64; 2],
    decay: Countdown,
    kind: PhantomData<K>,
}

/// Energy of the first shake of an instrument with the inputs [`INS`].
pub(super) fn first_energy(cx: &Init<'_>) -> f64 {
    let first = (cx.k(0) / cx.world.header.zero_dbfs * SHAKE).min(MOST_ENERGY);
    if cx.k(4) == 0.0 { first } else { (first + cx.k(4) * SHAKE).min(MOST_ENERGY) }
}

impl<K: Kind> WorldUgen for Rattle<K> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (spec, sr) = (&K::SPEC, cx.clock.sr);
        let objects = cx.k(2);
        *self = Self {
            energy: first_energy(cx),
            objects: if objects == 0.0 { spec.objects } else { objects.max(1.0) },
            system_decay: spec.system_decay + cx.k(3) * 0.002,
            decay: Countdown::before_end(cx, cx.k(1)),
            past: if spec.carries_over { self.past } else { [0.0; 2] },
            ..Self::default()
        };
        for (i, mode) in spec.modes.iter().enumerate() {
            let given = if i < 3 { cx.k(5 + i) } else { 0.0 };
            self.frequencies[i] = if given == 0.0 { mode.frequency } else { given };
            self.resonances[i] = BiQuad::new(1.0, [0.0; 2]);
            self.resonances[i].resonance(self.frequencies[i], mode.radius, sr);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let (spec, sr) = (&K::SPEC, io.clock.sr);
        if self.decay.ends(io.note.releasing.get()) {
            self.energy = 0.0;
        }
        let gain = if spec.gain == 0.0 { 1.0 } else { math::ln(spec.objects) * spec.gain / spec.objects };
        let (random, scale) = (&mut world.random.rand31, spec.scale * world.header.zero_dbfs);
        let hit = K::hit(self.objects);
        for out in io.out(0) {
            self.energy *= self.system_decay;
            if collide(random, self.objects) {
                self.level += hit * self.energy;
                for (i, mode) in spec.modes.iter().enumerate().skip(spec.moving_from) {
                    let moved = self.frequencies[i] * (1.0 + spec.spread * noise(random));
                    self.resonances[i].resonance(moved, mode.radius, sr);
                }
            }
            let input = self.level * noise(random);
            self.level *= spec.sound_decay;
            let mut sum = 0.0;
            for (i, mode) in spec.modes.iter().enumerate() {
                sum += gain * mode.output * self.heard[i];
                self.heard[i] = self.resonances[i].next(input * mode.input);
            }
            let before = self.past[1];
            self.past = [sum, self.past[0]];
            out.set(scale * if spec.difference { sum - before } else { sum });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn a_shake_sounds() {
        for op in [&TAMBOURINE, &BAMBOO, &SLEIGHBELLS] {
            let mut bench = Bench::new(op, 0);
            bench.world.header.zero_dbfs = 1.0;
            bench.set(0, 1.0);
            bench.set(2, 20.0);
            let peak = bench.render(10000).iter().fold(0.0f64, |m, y| m.max(y.abs()));
            assert!((1e-4..10.0).contains(&peak), "{}: {peak}", op.name);
        }
    }
}
