//! `pinkish`, `pinker`: pink noise.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `pinkish`.
pub static PINKISH: OpDef = OpDef::new("pinkish", "Pink noise, or noise filtered to pink.")
    .sigs(&[sig("a", "xoooo", Make::Unit(unit::<Pinkish>))])
    .outs(&[port("ares", "pink noise")])
    .ins(&[
        port("xin", "amplitude for method 0, else the noise to filter"),
        port("imethod", "0 generator, 1 filter, 2 cheaper filter; default 0"),
        port("inumbands", "bands of the generator, 4 to 32; default 20"),
        port("iseed", "seed of the generator; 0 takes the clock; default 0"),
        port("iskip", "1 keeps the state of the instance's previous note; default 0"),
    ])
    .source("Manual: pinkish; P. Burk's version of Gardner's generator; P. Kellet's filters (musicdsp.org)")
    .differences(&["there is no clock: seed 0 takes numbers that are the same in every render"]);
/// Definition of `pinker`.
pub static PINKER: OpDef = OpDef::new("pinker", "Pink noise by shift registers.")
    .sigs(&[sig("a", "", Make::Unit(unit::<Pinker>))])
    .outs(&[port("ares", "pink noise, about -0dbfs to 0dbfs")])
    .reads(Res::FAMILY)
    .source("Manual: pinker; S. Trautner, \"Pink Noise with Shift Registers\" (Newpink), 2014");

/// Most bands of the generator.
const MAX_BANDS: usize = 32;

/// The filters' poles and gains: refined and economy form.
const REFINED: [(f64, f64); 6] = [
    (0.99886, 0.0555179),
    (0.99332, 0.0750759),
    (0.96900, 0.1538520),
    (0.86650, 0.3104856),
    (0.55000, 0.5329522),
    (-0.7616, -0.0168980),
];
const ECONOMY: [(f64, f64); 3] = [(0.99765, 0.0990460), (0.96300, 0.2965164), (0.57000, 1.0526913)];

#[derive(Default)]
struct Pinkish {
    method: u8,
    filter: [f64; 7],
    generator: Bands,
}

impl Pinkish {
    fn refined(&mut self, x: f64) -> f64 {
        let mut sum = 0.0;
        for (state, (pole, gain)) in self.filter.iter_mut().zip(REFINED) {
            *state = *state * pole + x * gain;
            sum += *state;
        }
        let y = sum + self.filter[6] + x * 0.5362;
        self.filter[6] = x * 0.115926;
        y * 0.11
    }

    fn economy(&mut self, x: f64) -> f64 {
        let mut sum = 0.0;
        for (state, (pole, gain)) in self.filter.iter_mut().zip(ECONOMY) {
            *state = *state * pole + x * gain;
            sum += *state;
        }
        (sum + x * 0.1848) * 0.11
    }
}

impl Ugen for Pinkish {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.method = match cx.io.k(1) {
            0.0 => 0,
            1.0 => 1,
            2.0 => 2,
            _ => return Err("pinkish: invalid method".into()),
        };
        if self.method != 0 && !cx.is_audio_in(0) {
            return Err("pinkish: the filter methods need audio to filter".into());
        }
        if cx.io.k(4) == 1.0 {
            return Ok(());
        }
        self.filter = [0.0; 7];
        if self.method == 0 {
            let bands = cx.io.k(2);
            let bands = if (4.0..=MAX_BANDS as f64).contains(&bands) { bands as usize } else { 20 };
            let seed = cx.io.k(3);
            let seed = match seed {
                0.0 => cx.world.random.clock_seed(),
                s if s > -1.0 && s < 1.0 => (s * 2147483648.0) as i64 as u32,
                s => s as i64 as u32,
            };
            self.generator = Bands::new(bands, seed);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let x = io.x(0);
        for (n, out) in io.out(0).iter().enumerate() {
            let x = x.at(n);
            out.set(match self.method {
                0 => x * self.generator.draw() * self.generator.scale,
                1 => self.refined(x),
                _ => self.economy(x),
            });
        }
        Ok(())
    }
}

/// Octave-spaced bands of held random numbers, of which one changes per sample.
#[derive(Default)]
struct Bands {
    rows: [i32; MAX_BANDS],
    sum: i32,
    index: u32,
    mask: u32,
    seed: u32,
    scale: f64,
}

impl Bands {
    fn new(bands: usize, seed: u32) -> Self {
        // Greatest sum that the reference reckons with.
        let greatest = (bands as i32 + 30).wrapping_mul(1 << 22);
        let mut new = Self {
            mask: u32::MAX >> (32 - bands as u32),
            seed,
            scale: 1.0 / f64::from(greatest),
            ..Self::default()
        };
        for row in 0..bands {
            new.rows[row] = new.random();
            new.sum = new.sum.wrapping_add(new.rows[row]);
        }
        new
    }

    /// 25 bits of a linear congruential generator (constants of P. Burk's pink noise).
    fn random(&mut self) -> i32 {
        self.seed = self.seed.wrapping_mul(196_314_165).wrapping_add(907_633_515);
        (self.seed as i32) >> 7
    }

    fn draw(&mut self) -> f64 {
        self.index = self.index.wrapping_add(1) & self.mask;
        if self.index != 0 {
            let row = self.index.trailing_zeros() as usize;
            let new = self.random();
            self.sum = self.sum.wrapping_sub(self.rows[row]).wrapping_add(new);
            self.rows[row] = new;
        }
        f64::from(self.sum.wrapping_add(self.random()))
    }
}

/// Value about which the register's number is read as a float.
const BIAS: f64 = 440.0;
/// Taps of the filter that straightens the spectrum, from the algorithm's publication.
const TAPS: [f64; 12] = [
    1.190566, 0.162580, 0.002208, 0.025475, -0.001522, 0.007322, 0.001774, 0.004529, -0.001561, 0.000776,
    -0.000486, 0.002017,
];

/// How many instances there are, which keeps their registers apart.
#[derive(Default)]
struct Instances(u32);

#[derive(Default)]
struct Pinker {
    tables: Vec<f32>,
    register: i32,
    level: i32,
    plus: i32,
    minus: i32,
    count: u8,
    step: u8,
}

/// One half of the filter for six bits of the register, worked out in double precision.
fn half(taps: &[f64], bits: usize, bias: f64) -> f32 {
    let mut sum = 0.0;
    for (i, tap) in taps.iter().enumerate() {
        let sign = if bits >> i & 1 == 1 { 1.0 } else { -1.0 };
        sum += 0.0625 * tap * sign;
    }
    (sum - bias) as f32
}

impl Ugen for Pinker {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let instances = cx.world.shared::<Instances>();
        self.register = 0x5EED_41F5_u32.wrapping_add(instances.0) as i32;
        instances.0 = instances.0.wrapping_add(1);
        self.tables = (0..64).map(|bits| half(&TAPS[..6], bits, BIAS)).collect();
        self.tables.extend((0..64).map(|bits| half(&TAPS[6..], bits, 0.0)));
        self.level = (BIAS as f32).to_bits() as i32;
        (self.plus, self.minus) = (0x0CCC, 0x0CCC);
        (self.count, self.step) = (0, 0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        for out in io.out(0) {
            // Bit that may change now: octaves by the trailing zeros of a counter.
            let mask = if self.step == 0 {
                let count = self.count;
                self.count = count.wrapping_add(1);
                if count == 0 { 0 } else { 0x80 >> count.trailing_zeros() }
            } else {
                0x800 >> self.step.trailing_zeros()
            };
            let bit = self.register >> 31;
            self.minus = (self.minus & !mask) | (self.plus & mask);
            self.plus ^= bit & mask;
            let biased = f32::from_bits(self.level as u32);
            self.level = self.level.wrapping_add(self.plus - self.minus);
            self.register = (self.register << 1) ^ (bit & 0x4600_0001);
            let a = self.tables[(self.register & 0x3F) as usize];
            let b = self.tables[64 + (self.register >> 6 & 0x3F) as usize];
            // In this order, as the reference's compiler arranges it.
            out.set(f64::from(biased + a + b) * world.header.zero_dbfs);
            self.step = (self.step + 1) % 16;
        }
        Ok(())
    }
}
