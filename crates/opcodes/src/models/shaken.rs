//! `cabasa`, `crunch`, `sekere`, `sandpaper`, `stix`: many small objects that collide, heard through one
//! resonance.
//!
//! A shake gives energy that decays; collisions come at random and add to a sound level that decays much
//! faster; noise of that level goes through the resonance (P. Cook, "Physically informed sonic modeling
//! (PhISM)", Computer Music Journal 21(3), 1997).

use crate::physical::{BiQuad, Countdown, noise};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::random::Rand31;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::marker::PhantomData;

const OUTS: &[Port] = &[port("ares", "signal")];
const INS: &[Port] = &[
    port("iamp", "strength of the first shake"),
    port("idettack", "time in seconds before the end of the note at which shaking stops"),
    port("inum", "number of objects; 0 as the reference takes it; default 0"),
    port(
        "idamp",
        "damping: the energy lasts by 0.998 + 0.002 idamp from sample to sample; 0 for the default",
    ),
    port("imaxshake", "energy added in every k-cycle, 0 to 1; default 0"),
];
const SOURCE: &str = "Manual; PhISM (P. Cook 1997), constants of its published examples";

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .outs(OUTS)
        .ins(INS)
        .source(SOURCE)
        .reads(Res::RANDOM)
        .writes(Res::RANDOM)
}

/// Definition of `cabasa`.
pub static CABASA: OpDef = def(
    "cabasa",
    "Cabasa, beads on a gourd.",
    &[sig("a", "iiooo", Make::Unit(world_unit::<Shaken<Cabasa>>))],
);

/// Definition of `crunch`.
pub static CRUNCH: OpDef =
    def("crunch", "Crunch, like fresh snow.", &[sig("a", "iiooo", Make::Unit(world_unit::<Shaken<Crunch>>))]);

/// Definition of `sandpaper`.
pub static SANDPAPER: OpDef =
    def("sandpaper", "Sandpaper.", &[sig("a", "iiooo", Make::Unit(world_unit::<Shaken<Sandpaper>>))]);

/// Definition of `sekere`.
pub static SEKERE: OpDef = def(
    "sekere",
    "Sekere, beads on a calabash.",
    &[sig("a", "iiooo", Make::Unit(world_unit::<Shaken<Sekere>>))],
);

/// Definition of `stix`.
pub static STIX: OpDef =
    def("stix", "Brittle sticks.", &[sig("a", "iiooo", Make::Unit(world_unit::<Shaken<Stix>>))]);

/// Greatest energy.
pub(super) const MOST_ENERGY: f64 = 2000.0;
/// Energy of a shake of strength 1.
pub(super) const SHAKE: f64 = MOST_ENERGY * 0.1;
/// A collision happens where a draw below this is less than the number of objects.
const CHANCES: u32 = 1025;

/// Whether `objects` collide in this sample.
#[inline]
pub(super) fn collide(random: &mut Rand31, objects: f64) -> bool {
    f64::from(random.step() % CHANCES) < objects
}

/// What is fixed of an instrument.
struct Spec {
    objects: f64,
    /// Number of objects that counts as not given.
    unset: f64,
    sound_decay: f64,
    system_decay: f64,
    gain: f64,
    frequency: f64,
    radius: f64,
    /// Gain per number of objects, where that is given.
    given_gain: f64,
    /// Whether the strength counts relative to full scale.
    scaled: bool,
    /// Whether the sound is a difference over two samples, and of one value a k-cycle, as in the
    /// reference, instead of over one.
    wide: bool,
}

trait Kind: Default + Send + 'static {
    const SPEC: Spec;
}

#[derive(Default)]
struct Cabasa;
impl Kind for Cabasa {
    const SPEC: Spec = Spec {
        objects: 512.0,
        unset: 0.0,
        sound_decay: 0.96,
        system_decay: 0.997,
        gain: 40.0,
        frequency: 3000.0,
        radius: 0.7,
        given_gain: 40.0,
        scaled: false,
        wide: false,
    };
}

#[derive(Default)]
struct Crunch;
impl Kind for Crunch {
    const SPEC: Spec = Spec {
        objects: 7.0,
        unset: 0.0,
        sound_decay: 0.95,
        system_decay: 0.99806,
        gain: 20.0,
        frequency: 800.0,
        radius: 0.95,
        given_gain: 40.0,
        scaled: true,
        wide: false,
    };
}

#[derive(Default)]
struct Sekere;
impl Kind for Sekere {
    const SPEC: Spec = Spec {
        objects: 64.0,
        unset: 0.0,
        sound_decay: 0.96,
        system_decay: 0.999,
        gain: 20.0,
        frequency: 5500.0,
        radius: 0.6,
        given_gain: 120.0,
        scaled: false,
        wide: true,
    };
}

#[derive(Default)]
struct Sandpaper;
impl Kind for Sandpaper {
    const SPEC: Spec = Spec {
        objects: 128.0,
        unset: 128.0,
        sound_decay: 0.999,
        system_decay: 0.999,
        gain: 0.5,
        frequency: 4500.0,
        radius: 0.6,
        given_gain: 120.0,
        scaled: true,
        wide: true,
    };
}

#[derive(Default)]
struct Stix;
impl Kind for Stix {
    const SPEC: Spec = Spec {
        objects: 2.0,
        unset: 30.0,
        sound_decay: 0.96,
        system_decay: 0.998,
        gain: 30.0,
        frequency: 5500.0,
        radius: 0.6,
        given_gain: 120.0,
        scaled: true,
        wide: true,
    };
}

#[derive(Default)]
struct Shaken<K> {
    energy: f64,
    level: f64,
    objects: f64,
    gain: f64,
    system_decay: f64,
    resonance: BiQuad,
    /// Last two outputs of the resonance.
    past: [f64; 2],
    /// What the wider difference is taken of.
    wide: [f64; 2],
    decay: Countdown,
    kind: PhantomData<K>,
}

impl<K: Kind> WorldUgen for Shaken<K> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let spec = &K::SPEC;
        let full = if spec.scaled { cx.world.header.zero_dbfs } else { 1.0 };
        let mut resonance = BiQuad::new(1.0, [0.0; 2]);
        resonance.resonance(spec.frequency, spec.radius, cx.clock.sr);
        *self = Self {
            energy: (cx.k(0) / full * SHAKE).min(MOST_ENERGY),
            objects: spec.objects,
            gain: math::ln(spec.objects) * spec.gain / spec.objects,
            system_decay: if cx.k(3) == 0.0 { spec.system_decay } else { 0.998 + cx.k(3) * 0.002 },
            resonance,
            decay: Countdown::before_end(cx, cx.k(1)),
            ..Self::default()
        };
        let (given, rounded) = (cx.k(2), (cx.k(2) + 0.5).trunc());
        if given != spec.unset && rounded != spec.objects {
            self.objects = if spec.wide { given } else { rounded };
            if self.objects >= 1.0 {
                self.gain = math::ln(self.objects) / math::ln(4.0) * spec.given_gain / self.objects;
            }
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        if io.k(4) != 0.0 {
            self.energy = (self.energy + io.clock.ksmps as f64 * io.k(4) * SHAKE).min(MOST_ENERGY);
        }
        if self.decay.ends(io.note.releasing.get()) {
            self.energy = 0.0;
        }
        let (random, scale) = (&mut world.random.rand31, 0.0005 * world.header.zero_dbfs);
        let held = self.past[1];
        for out in io.out(0) {
            self.energy *= self.system_decay;
            if collide(random, self.objects) {
                self.level += self.gain * self.energy;
            }
            let y = self.resonance.next(self.level * noise(random));
            self.level *= K::SPEC.sound_decay;
            let (last, older) = (self.past[0], self.wide[1]);
            (self.past, self.wide) = ([y, last], [held, self.wide[0]]);
            out.set(scale * if K::SPEC.wide { held - older } else { y - last });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn a_shake_sounds_and_dies_away() {
        for op in [&CABASA, &CRUNCH, &SEKERE] {
            let mut bench = Bench::new(op, 0);
            bench.world.header.zero_dbfs = 1.0;
            bench.set(0, 1.0);
            let out = bench.render(44100);
            let peak = |y: &[f64]| y.iter().fold(0.0f64, |m, y| m.max(y.abs()));
            assert!(peak(&out[..4410]) > 0.001, "{}", op.name);
            assert!(peak(&out[40000..]) < 0.1 * peak(&out[..4410]), "{}", op.name);
        }
    }
}
