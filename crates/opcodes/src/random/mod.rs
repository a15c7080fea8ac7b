//! Random numbers, noise and wandering controls.

use orchestrion_base::op::OpDef;

mod distribution;
mod fractalnoise;
mod jitter;
mod lfsr;
mod noise;
pub(crate) mod phase;
mod pink;
mod rand;
mod range;
mod seed;
mod spline;
mod table;
mod vibrato;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &distribution::UNIRAND,
    &distribution::LINRAND,
    &distribution::TRIRAND,
    &distribution::EXPRAND,
    &distribution::BEXPRND,
    &distribution::GAUSS,
    &distribution::CAUCHY,
    &distribution::PCAUCHY,
    &distribution::POISSON,
    &distribution::WEIBULL,
    &distribution::BETARAND,
    &distribution::GAUSSI,
    &distribution::EXPRANDI,
    &distribution::CAUCHYI,
    &fractalnoise::FRACTALNOISE,
    &jitter::JITTER,
    &jitter::JITTER2,
    &lfsr::LFSR,
    &noise::NOISE,
    &noise::RND31,
    &noise::URANDOM,
    &noise::DUST,
    &noise::DUST2,
    &noise::GAUSSTRIG,
    &pink::PINKISH,
    &pink::PINKER,
    &rand::RAND,
    &rand::RANDH,
    &rand::RANDI,
    &rand::RANDC,
    &range::RANDOM,
    &range::RANDOMH,
    &range::RANDOMI,
    &range::TRANDOM,
    &seed::SEED,
    &seed::GETSEED,
    &seed::RNDSEED,
    &seed::RND,
    &seed::BIRND,
    &spline::JSPLINE,
    &spline::RSPLINE,
    &table::DUSERRND,
    &table::URD,
    &table::CUSERRND,
    &vibrato::VIBRATO,
    &vibrato::VIBR,
];
