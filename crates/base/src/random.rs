//! Csound's random generators, bit for bit.
//!
//! Each is a small struct of plain integer state. [`SharedRandom`] holds those that all notes of one
//! engine share, so the order in which notes draw decides what they get, as in the reference.
//! Distributions that need logarithms or tangents are in `orchestrion_dsp::random`.
//!
//! Where the reference seeds from the clock we use [`SharedRandom::clock_seed`], a fixed sequence unless
//! the host sets another, so that a render gives the same bytes every time.

/// The modulus of the 31-bit generators, 2^31 - 1 (Park and Miller 1988).
const M31: u64 = 0x7FFF_FFFF;

/// Folds a product modulo 2^31 - 1, leaving the modulus itself in place of 0 for multiples of it.
fn fold31(product: u64) -> u32 {
    let once = (product & M31) + (product >> 31);
    ((once & M31) + (once >> 31)) as u32
}

/// The 16-bit generator of `rand`, `randh`, `randi` and `randc` when `isel` is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lcg16 {
    /// The last number drawn.
    pub state: i16,
}

impl Lcg16 {
    /// Starts from a seed of 0 to 1; the reference's default is 0.5. The seed itself is not drawn.
    pub fn new(seed: f64) -> Self {
        Self { state: (seed * 32768.0) as i32 as i16 }
    }

    /// The next number, -1 to 1 exclusive of 1.
    #[inline]
    pub fn draw(&mut self) -> f64 {
        // Multiplier, increment and scale as measured on the reference (semantics J1).
        self.state = self.state.wrapping_mul(15625).wrapping_add(1);
        f64::from(self.state) * (1.0 / 32768.0)
    }
}

/// The 31-bit minimal standard generator of `rand`, `randh`, `randi` and `randc` when `isel` is not 0,
/// and of `rnd31`, `oscbnk` and `grain2/3` (Park and Miller 1988, multiplier 16807).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParkMiller {
    /// The last number drawn, 1 to 2^31 - 2.
    pub state: u32,
}

impl ParkMiller {
    /// `rand` family: starts from a seed of 0 to 1, where 0 means 0.5. Two numbers are discarded
    /// (semantics J2).
    pub fn from_unit(seed: f64) -> Self {
        let seed = if seed == 0.0 { 0.5 } else { seed };
        Self { state: (seed * 2147483648.0) as u32 }.warmed()
    }

    /// `rnd31` family: starts from a seed that is rounded; `None` below 1, where the reference takes the
    /// clock. Two numbers are discarded (semantics J8).
    pub fn from_number(seed: f64) -> Option<Self> {
        let n = (seed + 0.5) as i32;
        (n >= 1).then(|| Self::from_clock(n as u32))
    }

    /// `rnd31` family: starts from a number of the clock.
    pub fn from_clock(seed: u32) -> Self {
        Self { state: seed.wrapping_sub(1) % 0x7FFF_FFFE + 1 }.warmed()
    }

    fn warmed(mut self) -> Self {
        self.step();
        self.step();
        self
    }

    /// The next number, 1 to 2^31 - 2.
    #[inline]
    pub fn step(&mut self) -> u32 {
        self.state = fold31(u64::from(self.state) * 16807);
        self.state
    }

    /// The next number as `rand` scales it, -1 to 1.
    #[inline]
    pub fn rand_bipolar(&mut self) -> f64 {
        self.step();
        self.rand_value()
    }

    /// The current number as `rand` scales it.
    #[inline]
    pub fn rand_value(&self) -> f64 {
        let wrapped = ((self.state << 1) as i32).wrapping_sub(0x7FFF_FFFF);
        f64::from(wrapped) * (1.0 / 2147483648.0)
    }

    /// The next number as `rnd31` with power 0, 1 or -1 scales it, -1 to 1.
    #[inline]
    pub fn rnd31_bipolar(&mut self) -> f64 {
        // Divisor measured on the reference (semantics J8).
        f64::from(self.step() as i32 - 0x3FFF_FFFF) * (1.0 / 1073741823.015625)
    }

    /// The next number, 0 to 1, as `oscbnk` and `grain3` scale it.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        f64::from(self.step() as i32 - 1) / 2147483645.0
    }
}

/// The C library's `rand` of the reference's system, which some opcodes draw from: a lagged sum modulo 2^32 whose last bit
/// is dropped (P. Selinger, The GLIBC pseudo-random number generator, 2007). The seed is 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibcRandom {
    state: [u32; 31],
    at: usize,
}

impl Default for LibcRandom {
    fn default() -> Self {
        let mut state = [0; 31];
        let mut x = 1_u64;
        for word in &mut state {
            *word = x as u32;
            x = x * 16807 % M31;
        }
        // The first three words follow themselves.
        let mut generator = Self { state, at: 3 };
        for _ in 0..310 {
            generator.draw();
        }
        generator
    }
}

impl LibcRandom {
    /// The next number, 0 to 2^31 - 1.
    pub fn draw(&mut self) -> u32 {
        let sum = self.state[self.at].wrapping_add(self.state[(self.at + 28) % 31]);
        self.state[self.at] = sum;
        self.at = (self.at + 1) % 31;
        sum >> 1
    }

    /// The next number as one from -0.5 to 0.5.
    pub fn bipolar(&mut self) -> f64 {
        const MOST: i32 = i32::MAX;
        f64::from(self.draw() as i32 - MOST / 2) / f64::from(MOST)
    }
}

/// The shared generator of `random`, `randomh`, `randomi`, `jitter`, `jspline`, `rspline`, `vibr` and
/// `vibrato`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gab {
    /// The last number drawn.
    pub state: i32,
}

impl Default for Gab {
    fn default() -> Self {
        // First value of every run of the reference (semantics J4).
        Self { state: 2345678 }
    }
}

impl Gab {
    /// One over 2^31 - 1 as the reference rounds it (semantics J4).
    const SCALE: f64 = 4.656612875245796924105750827168e-10;

    /// The next number, 0 to 1.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        self.state = self.state.wrapping_mul(214013).wrapping_add(2531011);
        f64::from((self.state >> 1) & 0x7FFF_FFFF) * Self::SCALE
    }

    /// The next number, -1 to 1, by the generator's mirrored step.
    #[inline]
    pub fn bipolar(&mut self) -> f64 {
        self.state = self.state.wrapping_mul(-214013).wrapping_add(2531011);
        f64::from(self.state) * Self::SCALE
    }
}

/// The shared 31-bit generator of `noise`, `bbcut`, `grain`, `gendy`, `shaker` and the score's `~`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rand31 {
    /// The last number drawn, 1 to 2^31 - 2.
    pub state: u32,
}

impl Default for Rand31 {
    fn default() -> Self {
        // First value of every run of the reference (semantics J7).
        Self { state: 15937 }
    }
}

impl Rand31 {
    /// The next number, 1 to 2^31 - 2.
    #[inline]
    pub fn step(&mut self) -> u32 {
        // Multiplier: Fishman and Moore 1986; measured on the reference (semantics J7).
        self.state = fold31(u64::from(self.state) * 742_938_285);
        self.state
    }

    /// The next number, 0 to 1.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        f64::from(self.step() as i32 - 1) / 2147483645.0
    }
}

/// The fraction generator of the functions `rnd()` and `birnd()`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RndFraction {
    /// The last number drawn, 0 to 1.
    pub state: f64,
}

impl Default for RndFraction {
    fn default() -> Self {
        Self { state: 0.5 }
    }
}

impl RndFraction {
    /// `rndseed`: starts again from the fraction of `seed`.
    pub fn seed(&mut self, seed: f64) {
        self.state = seed - seed.trunc();
    }

    /// The next number, 0 to 1.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        // Multiplier measured on the reference (semantics J6).
        let x = self.state * 105.947;
        self.state = x - x.trunc();
        self.state
    }
}

/// The Mersenne twister MT19937 (Matsumoto and Nishimura 1998).
#[derive(Clone, Debug)]
pub struct Mt19937 {
    words: Box<[u32]>,
    next: usize,
}

/// Words of the twister's state.
const MT_WORDS: usize = 624;
/// Distance of the words that are combined.
const MT_MIDDLE: usize = 397;

impl Default for Mt19937 {
    fn default() -> Self {
        // The authors' default seed, also the reference's.
        Self::new(5489)
    }
}

impl Mt19937 {
    /// Starts from a 32-bit seed by the authors' 2002 initialisation.
    pub fn new(seed: u32) -> Self {
        let mut words = vec![0; MT_WORDS].into_boxed_slice();
        let mut x = seed;
        for (i, word) in words.iter_mut().enumerate() {
            if i > 0 {
                // Knuth, TAOCP vol. 2, 3rd ed., p. 106, multiplier.
                x = (x ^ (x >> 30)).wrapping_mul(1_812_433_253).wrapping_add(i as u32);
            }
            *word = x;
        }
        Self { words, next: MT_WORDS }
    }

    /// The next 32 bits.
    #[inline]
    pub fn draw(&mut self) -> u32 {
        if self.next >= MT_WORDS {
            self.twist();
        }
        let mut y = self.words[self.next];
        self.next += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C_5680;
        y ^= (y << 15) & 0xEFC6_0000;
        y ^ (y >> 18)
    }

    fn twist(&mut self) {
        let within = |i: usize| if i < MT_WORDS { i } else { i - MT_WORDS };
        for i in 0..MT_WORDS {
            let y = (self.words[i] & 0x8000_0000) | (self.words[within(i + 1)] & 0x7FFF_FFFF);
            // A mask instead of a branch, which would be guessed wrong half of the time.
            let twisted = (y >> 1) ^ ((y & 1).wrapping_neg() & 0x9908_B0DF);
            self.words[i] = self.words[within(i + MT_MIDDLE)] ^ twisted;
        }
        self.next = 0;
    }

    /// The factor by which the reference scales 32 bits to 0..1 (semantics J5).
    pub const SCALE: f64 = 1.0 / 4294967295.03125;

    /// The next number, 0 to 1: `unirand`.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        f64::from(self.draw()) * Self::SCALE
    }
}

/// What all notes of an engine share: the state that `seed` sets and what else survives a note.
#[derive(Clone, Debug, Default)]
pub struct SharedRandom {
    /// `unirand` and its family, GEN21.
    pub mt: Mt19937,
    /// `random` and its family.
    pub gab: Gab,
    /// `noise` and its family.
    pub rand31: Rand31,
    /// `rnd()` and `birnd()`; not touched by `seed`.
    pub rnd: RndFraction,
    /// `rnd31` at i-rate continues this one where its seed is below 0.5; `None` until first used.
    pub rnd31_i: Option<ParkMiller>,
    clock: u64,
}

impl SharedRandom {
    /// The start of every run. `clock` stands for the time of day wherever the reference asks for it.
    pub fn new(clock: u64) -> Self {
        Self { clock, ..Self::default() }
    }

    /// A number in place of the reference's clock; every call gives another one.
    pub fn clock_seed(&mut self) -> u32 {
        // SplitMix64 (Steele, Lea, Flood 2014).
        self.clock = self.clock.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.clock ^ (self.clock >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 32) as u32
    }

    /// The opcode `seed`: `value` is rounded; 0 takes the clock and a negative value counts as seed 0
    /// without it (semantics J9). Returns the seed used.
    pub fn seed(&mut self, value: f64) -> u32 {
        let used = match (value + 0.5) as i32 {
            0 => self.clock_seed(),
            n => n.max(0) as u32,
        };
        self.mt = Mt19937::new(used);
        self.gab.state = (used & 0x7FFF_FFFF) as i32;
        self.rand31.state = used % 0x7FFF_FFFE;
        used
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: f64, want: f64) {
        assert!((got - want).abs() < 6e-10, "{got} is not {want}");
    }

    // Values of the reference's experiments j_rand, j_random_a, u_rnd31, n_noise and others.

    #[test]
    fn rand_sequences() {
        let mut g = Lcg16::new(0.5);
        let got: Vec<f64> = (0..4).map(|_| g.draw()).collect();
        assert_eq!(got, [0.500030517578125, 0.976867675781250, -0.442535400390625, -0.6156005859375]);
        let mut g = ParkMiller::from_unit(0.5);
        for want in [0.7556053, -0.5413499, -0.4672328, -0.7810408, -0.9529554] {
            assert!((g.rand_bipolar() - want).abs() < 1e-7);
        }
        let mut g = ParkMiller::from_unit(0.3);
        for want in [0.6488789, -0.29173, 0.8934466] {
            assert!((g.rand_bipolar() - want).abs() < 1e-7);
        }
        assert_eq!(ParkMiller::from_unit(0.0), ParkMiller::from_unit(0.5));
    }

    #[test]
    fn libc_sequence() {
        // What `rand()` gives first on GNU systems.
        let mut random = LibcRandom::default();
        assert_eq!([random.draw(), random.draw(), random.draw()], [1804289383, 846930886, 1681692777]);
    }

    #[test]
    fn gab_sequence() {
        let mut g = Gab::default();
        for want in [0.88287296, 0.29134177, 0.92571065, 0.11490893] {
            assert!((g.unit() - want).abs() < 1e-8);
        }
    }

    #[test]
    fn twister_matches_its_published_stream_and_the_reference() {
        let mut g = Mt19937::default();
        assert_eq!([g.draw(), g.draw(), g.draw()], [3499211612, 581869302, 3890346734]);
        for _ in 3..9999 {
            g.draw();
        }
        // ISO C++ [rand.predef]: the 10000th draw of a default mt19937.
        assert_eq!(g.draw(), 4123659995);
        close(Mt19937::default().unit(), 0.814723691886);
    }

    #[test]
    fn rnd31_sequence() {
        close(ParkMiller::from_number(1.0).expect("a seed").rnd31_bipolar(), 0.5112106451);
        let mut g = ParkMiller::from_number(1.4).expect("a seed");
        g.rnd31_bipolar();
        close(g.rnd31_bipolar(), -0.0826997357);
        assert_eq!(ParkMiller::from_number(0.25), None);
        assert_eq!(ParkMiller::from_number(f64::NAN), None);
    }

    #[test]
    fn noise_generator() {
        let mut g = Rand31::default();
        // noise with beta 0: (2 * unit - 1) * 0.785, first two samples.
        for want in [0.0412043592, -0.5298359916] {
            close((2.0 * g.unit() - 1.0) * 0.785, want);
        }
    }

    #[test]
    fn seed_restarts_the_shared_generators() {
        let mut s = SharedRandom::default();
        s.rnd.unit();
        let rnd = s.rnd;
        assert_eq!(s.seed(1.0), 1);
        close(s.gab.unit(), 0.0006391257);
        close(s.mt.unit(), 0.4170219985);
        assert_eq!((s.rand31.state, s.rnd), (1, rnd));
        assert_eq!(s.seed(-3.0), 0);
        assert_eq!(s.gab.state, 0);
        let (a, b) = (s.seed(0.0), s.seed(0.0));
        assert_ne!(a, b);
        assert_eq!(SharedRandom::new(7).seed(0.0), SharedRandom::new(7).seed(0.3));
        s.seed(f64::NAN);
        s.seed(1e300);
    }
}
