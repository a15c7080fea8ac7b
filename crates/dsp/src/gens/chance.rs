//! Random tables: GEN21.

use super::{Context, Draft, GenError, Request};
use crate::random;

/// GEN21: random distributions from the generator that `unirand` and its family share (semantics I10);
/// kind, level (1), then two parameters for beta or one for Weibull.
pub(super) fn gen21(d: &mut Draft<'_>, cx: &mut Context<'_>, _: &Request<'_>) -> Result<(), GenError> {
    let level = if d.args.len() > 1 { d.args[1] } else { 1.0 };
    let kind = d.args[0] as i32;
    if kind == 9 && d.args.len() < 3 || kind == 10 && d.args.len() < 2 {
        return Err(GenError::Arguments("GEN21: this distribution needs more arguments"));
    }
    let (a, b) = (d.arg(2), d.arg(3));
    let points = if d.extended { d.len + 1 } else { d.len };
    let mt = &mut *cx.random;
    let mut draw = || {
        Some(match kind {
            1 => random::uniform(mt, level),
            2 => random::linear(mt, level),
            3 => random::triangular(mt, level),
            4 => random::exponential(mt, level),
            5 => random::biexponential(mt, level),
            6 => random::gaussian(mt, level),
            7 => random::cauchy(mt, level),
            8 => random::positive_cauchy(mt, level),
            9 => random::beta(mt, level, a, b),
            10 => random::weibull(mt, level, a),
            11 => random::poisson(mt, level),
            _ => return None,
        })
    };
    for y in &mut d.data[..points] {
        *y = draw().ok_or(GenError::Arguments("GEN21: there is no such distribution; kinds are 1 to 11"))?;
    }
    Ok(())
}
