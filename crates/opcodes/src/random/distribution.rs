//! Random distributions on the shared Mersenne twister: `unirand`, `linrand`, `trirand`, `exprand`,
//! `bexprnd`, `gauss`, `cauchy`, `pcauchy`, `poisson`, `weibull`, `betarand`; and the interpolated
//! `gaussi`, `exprandi`, `cauchyi`.

use crate::random::phase::{Line, Phase, scale};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::random::Mt19937;
use orchestrion_base::world::World;
use orchestrion_dsp::random;

const OUT: &[Port] = &[port("xout", "random number")];
const RANGE: &[Port] = &[port("krange", "range of the numbers")];

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig], ins: &'static [Port]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .outs(OUT)
        .ins(ins)
        .reads(Res::RANDOM)
        .writes(Res::RANDOM)
        .source("Manual, page of this name; D. Lorrain, A Panoply of Stochastic Cannons, CMJ 4(1), 1980")
}

/// A distribution: draws one number with up to three parameters.
trait Distribution: Default + Send + 'static {
    fn draw(mt: &mut Mt19937, io: &Io<'_>) -> f64;
}

macro_rules! distributions {
    ($($name:ident($mt:ident, $io:ident) = $draw:expr;)*) => {$(
        #[derive(Default)]
        struct $name;

        impl Distribution for $name {
            fn draw($mt: &mut Mt19937, $io: &Io<'_>) -> f64 {
                $draw
            }
        }
    )*};
}

distributions! {
    Uniform(mt, io) = random::uniform(mt, io.k(0));
    Linear(mt, io) = random::linear(mt, io.k(0));
    Triangular(mt, io) = random::triangular(mt, io.k(0));
    Exponential(mt, io) = random::exponential(mt, io.k(0));
    Biexponential(mt, io) = random::biexponential(mt, io.k(0));
    Gauss(mt, io) = random::gaussian(mt, io.k(0));
    Cauchy(mt, io) = random::cauchy(mt, io.k(0));
    PositiveCauchy(mt, io) = random::positive_cauchy(mt, io.k(0));
    Poisson(mt, io) = random::poisson(mt, io.k(0));
    Weibull(mt, io) = random::weibull(mt, io.k(0), io.k(1));
    Beta(mt, io) = random::beta(mt, io.k(0), io.k(1), io.k(2));
}

/// Definition of `unirand`.
pub static UNIRAND: OpDef = def(
    "unirand",
    "Uniform random numbers from 0 to the range.",
    &[
        sig("i", "k", Make::Init(once::<Uniform>)),
        sig("k", "k", Make::Unit(world_unit::<Each<Uniform>>)),
        sig("a", "k", Make::Unit(world_unit::<Each<Uniform>>)),
    ],
    RANGE,
);
/// Definition of `linrand`.
pub static LINRAND: OpDef = def(
    "linrand",
    "Random numbers from 0 to the range, small ones more likely.",
    &[
        sig("i", "k", Make::Init(once::<Linear>)),
        sig("k", "k", Make::Unit(world_unit::<Each<Linear>>)),
        sig("a", "k", Make::Unit(world_unit::<Each<Linear>>)),
    ],
    RANGE,
);
/// Definition of `trirand`.
pub static TRIRAND: OpDef = def(
    "trirand",
    "Triangular random numbers about 0, within plus and minus the range.",
    &[
        sig("i", "k", Make::Init(once::<Triangular>)),
        sig("k", "k", Make::Unit(world_unit::<Each<Triangular>>)),
        sig("a", "k", Make::Unit(world_unit::<Each<Triangular>>)),
    ],
    RANGE,
);
/// Definition of `exprand`.
pub static EXPRAND: OpDef = def(
    "exprand",
    "Exponential random numbers with a mean of klambda.",
    &[
        sig("i", "k", Make::Init(once::<Exponential>)),
        sig("k", "k", Make::Unit(world_unit::<Each<Exponential>>)),
        sig("a", "k", Make::Unit(world_unit::<Each<Exponential>>)),
    ],
    &[port("klambda", "mean; a negative one gives 0")],
);
/// Definition of `bexprnd`.
pub static BEXPRND: OpDef = def(
    "bexprnd",
    "Exponential random numbers to both sides of 0.",
    &[
        sig("i", "k", Make::Init(once::<Biexponential>)),
        sig("k", "k", Make::Unit(world_unit::<Each<Biexponential>>)),
        sig("a", "k", Make::Unit(world_unit::<Each<Biexponential>>)),
    ],
    RANGE,
);
/// Definition of `gauss`.
pub static GAUSS: OpDef = def(
    "gauss",
    "Gaussian random numbers.",
    &[
        sig("i", "k", Make::Init(once::<Gauss>)),
        sig("k", "k", Make::Unit(world_unit::<Each<Gauss>>)),
        sig("a", "k", Make::Unit(world_unit::<Each<Gauss>>)),
        sig("i", "ii", Make::Unit(world_unit::<Normal<true>>)),
        sig("k", "kk", Make::Unit(world_unit::<Normal<false>>)),
        sig("a", "kk", Make::Unit(world_unit::<Normal<false>>)),
    ],
    &[
        port("krange", "range within which nearly all numbers lie; with two inputs the mean"),
        port("ksigma", "standard deviation"),
    ],
);
/// Definition of `cauchy`.
pub static CAUCHY: OpDef = def(
    "cauchy",
    "Cauchy random numbers about 0.",
    &[
        sig("i", "k", Make::Init(once::<Cauchy>)),
        sig("k", "k", Make::Unit(world_unit::<Each<Cauchy>>)),
        sig("a", "k", Make::Unit(world_unit::<Each<Cauchy>>)),
    ],
    &[port("kalpha", "spread")],
);
/// Definition of `pcauchy`.
pub static PCAUCHY: OpDef = def(
    "pcauchy",
    "Positive Cauchy random numbers.",
    &[
        sig("i", "k", Make::Init(once::<PositiveCauchy>)),
        sig("k", "k", Make::Unit(world_unit::<Each<PositiveCauchy>>)),
        sig("a", "k", Make::Unit(world_unit::<Each<PositiveCauchy>>)),
    ],
    &[port("kalpha", "spread")],
);
/// Definition of `poisson`.
pub static POISSON: OpDef = def(
    "poisson",
    "Random numbers of a Poisson process.",
    &[
        sig("i", "k", Make::Init(once::<Poisson>)),
        sig("k", "k", Make::Unit(world_unit::<Each<Poisson>>)),
        sig("a", "k", Make::Unit(world_unit::<Each<Poisson>>)),
    ],
    &[port("klambda", "mean; a negative one gives 0")],
);
/// Definition of `weibull`.
pub static WEIBULL: OpDef = def(
    "weibull",
    "Random numbers of a Weibull distribution.",
    &[
        sig("i", "kk", Make::Init(once::<Weibull>)),
        sig("k", "kk", Make::Unit(world_unit::<Each<Weibull>>)),
        sig("a", "kk", Make::Unit(world_unit::<Each<Weibull>>)),
    ],
    &[port("ksigma", "spread"), port("ktau", "shape; 1 is exponential; 0 or less gives 0")],
);
/// Definition of `betarand`.
pub static BETARAND: OpDef = def(
    "betarand",
    "Random numbers of a beta distribution.",
    &[
        sig("i", "kkk", Make::Init(once::<Beta>)),
        sig("k", "kkk", Make::Unit(world_unit::<Each<Beta>>)),
        sig("a", "kkk", Make::Unit(world_unit::<Each<Beta>>)),
    ],
    &[
        port("krange", "range of the numbers"),
        port("kalpha", "below 1 favours 0; 0 or less gives 0"),
        port("kbeta", "below 1 favours krange; 0 or less gives 0"),
    ],
);

const INTERPOLATED_IN: &[Port] = &[
    port("klambda", "range or spread"),
    port("xamp", "amplitude"),
    port("xcps", "new numbers per second in Hz"),
];

/// Definition of `gaussi`.
pub static GAUSSI: OpDef = def(
    "gaussi",
    "Gaussian random numbers joined by straight lines.",
    &[
        sig("i", "kxx", Make::Init(joined_once::<Gauss>)),
        sig("k", "kxx", Make::Unit(world_unit::<Joined<Gauss>>)),
        sig("a", "kxx", Make::Unit(world_unit::<Joined<Gauss>>)),
    ],
    INTERPOLATED_IN,
);
/// Definition of `exprandi`.
pub static EXPRANDI: OpDef = def(
    "exprandi",
    "Exponential random numbers joined by straight lines.",
    &[
        sig("i", "kxx", Make::Init(joined_once::<Exponential>)),
        sig("k", "kxx", Make::Unit(world_unit::<Joined<Exponential>>)),
        sig("a", "kxx", Make::Unit(world_unit::<Joined<Exponential>>)),
    ],
    INTERPOLATED_IN,
);
/// Definition of `cauchyi`.
pub static CAUCHYI: OpDef = def(
    "cauchyi",
    "Cauchy random numbers joined by straight lines.",
    &[
        sig("i", "kxx", Make::Init(joined_once::<Cauchy>)),
        sig("k", "kxx", Make::Unit(world_unit::<Joined<Cauchy>>)),
        sig("a", "kxx", Make::Unit(world_unit::<Joined<Cauchy>>)),
    ],
    INTERPOLATED_IN,
);

fn once<D: Distribution>(cx: &mut Init<'_>) -> OpResult {
    cx.io.set(0, D::draw(&mut cx.world.random.mt, &cx.io));
    Ok(())
}

/// A number per sample or k-cycle.
#[derive(Default)]
struct Each<D>(std::marker::PhantomData<D>);

impl<D: Distribution> WorldUgen for Each<D> {
    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        for out in io.out(0) {
            out.set(D::draw(&mut world.random.mt, io));
        }
        Ok(())
    }
}

/// `gauss` with mean and deviation: numbers come in pairs, of which every second waits, even for the next
/// note of the instance. `INIT`: the i-rate form, which draws at init only.
#[derive(Default)]
struct Normal<const INIT: bool> {
    waiting: Option<f64>,
}

impl<const INIT: bool> Normal<INIT> {
    fn draw(&mut self, io: &Io<'_>, world: &mut World) -> f64 {
        let z = self.waiting.take().unwrap_or_else(|| {
            let (first, second) = random::box_muller(&mut world.random.mt);
            self.waiting = Some(second);
            first
        });
        io.k(1) * z + io.k(0)
    }
}

impl<const INIT: bool> WorldUgen for Normal<INIT> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if INIT {
            let y = self.draw(&cx.io, cx.world);
            cx.io.set(0, y);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        if !INIT {
            for out in io.out(0) {
                let y = self.draw(io, world);
                out.set(y);
            }
        }
        Ok(())
    }
}

fn joined_once<D: Distribution>(cx: &mut Init<'_>) -> OpResult {
    let mt = &mut cx.world.random.mt;
    let first = D::draw(mt, &cx.io);
    D::draw(mt, &cx.io);
    // The reference goes one step on, whose number may be drawn already.
    if Phase::default().advance(cx.io.k(2), scale(cx.io.clock.kr)) {
        D::draw(mt, &cx.io);
    }
    cx.io.set(0, first * cx.io.k(1));
    Ok(())
}

#[derive(Default)]
struct Joined<D> {
    phase: Phase,
    line: Line,
    distribution: std::marker::PhantomData<D>,
}

impl<D: Distribution> WorldUgen for Joined<D> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        // The reference never runs the init of the audio-rate form: it starts with a period of silence,
        // or goes on from the previous note of the instance, and takes amplitude and rate once a k-cycle.
        if !cx.is_audio_out() {
            let mt = &mut cx.world.random.mt;
            let first = D::draw(mt, &cx.io);
            self.line = Line::new(first, D::draw(mt, &cx.io));
            self.phase = Phase::default();
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let (amp, cps, scale) = (io.x(1), io.x(2), scale(io.rate()));
        let (amp, cps) = (amp.at(0), cps.at(0));
        for out in io.out(0) {
            out.set(self.line.at(self.phase) * amp);
            let wraps = self.phase.advance(cps, scale);
            if wraps {
                self.line.next(D::draw(&mut world.random.mt, io));
            }
        }
        Ok(())
    }
}
