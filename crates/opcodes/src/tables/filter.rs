//! `tablefilter`, `tablefilteri`: fractions of a table chosen by how simple their denominators are.

use crate::step::{WorldStep, world_at_init, world_at_perf};
use crate::tables::lookup::{find, point, set_point};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{OpDef, Port, Res, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const OUT: &[Port] = &[port("knumpassed", "number of values that were written")];
const INS: &[Port] = &[
    port("kouttable", "table to write"),
    port("kintable", "table of fractions, read round and round"),
    port(
        "kmode",
        "1 leaves out denominators less digestible than the threshold, 2 those more digestible, 3 writes the \
         differences of neighbours that are not 0; 1 or more",
    ),
    port("kthreshold", "a whole number whose digestibility is the threshold"),
];

/// Definition of `tablefilter`.
pub static TABLEFILTER: OpDef = OpDef::new("tablefilter", "Filters a table of fractions in every k-cycle.")
    .sigs(&[sig("k", "kkkk", world_at_perf::<Filter>())])
    .outs(OUT)
    .ins(INS)
    .reads(Res::TABLES)
    .writes(Res::TABLES)
    .may_fail()
    .source(SOURCE);
/// Definition of `tablefilteri`.
pub static TABLEFILTERI: OpDef = OpDef::new("tablefilteri", "Filters a table of fractions at init.")
    .sigs(&[sig("i", "iiii", world_at_init::<Filter>())])
    .outs(OUT)
    .ins(INS)
    .source(SOURCE);

const SOURCE: &str = "Manual: tablefilter; C. Barlow, Two essays on theory, Computer Music Journal 11(1), 1987: indigestibility";

/// Barlow's indigestibility: twice the sum of e (p - 1)^2 / p over the prime powers p^e of a number.
fn indigestibility(n: u32) -> f64 {
    let mut rest = n;
    let mut sum = 0.0;
    let mut p = 2;
    while rest > 1 && u64::from(p) * u64::from(p) <= u64::from(rest) {
        while rest.is_multiple_of(p) {
            sum += f64::from(p - 1) * f64::from(p - 1) / f64::from(p);
            rest /= p;
        }
        p += 1;
    }
    if rest > 1 {
        sum += f64::from(rest - 1) * f64::from(rest - 1) / f64::from(rest);
    }
    2.0 * sum
}

/// Convergents of a continued fraction that are looked at.
const CONVERGENTS: usize = 11;
/// How near a convergent has to come.
const NEAR: f64 = 0.00001;

/// Denominator of the first convergent of the number's continued fraction that is near enough; 0 if none.
fn denominator(x: f64) -> u32 {
    let (mut p, mut q) = ((1.0, 0.0), (0.0, 1.0));
    let mut rest = x.abs();
    for _ in 0..CONVERGENTS {
        let whole = rest.floor();
        p = (whole * p.0 + p.1, p.0);
        q = (whole * q.0 + q.1, q.0);
        if x != 0.0 && (x.abs() - p.0 / q.0).abs() < NEAR {
            return q.0 as u32;
        }
        rest = 1.0 / (rest - whole);
        if !rest.is_finite() {
            break;
        }
    }
    0
}

struct Filter;

impl WorldStep for Filter {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let (to, from, mode) = (io.k(0), io.k(1), io.k(2) as i32);
        if mode < 1 {
            return Err(OpError::new("tablefilter: the mode must be 1 or more"));
        }
        let threshold = indigestibility(io.k(3) as u32);
        let steps = find(world, "tablefilter", to)?.len;
        let source = find(world, "tablefilter", from)?.len.max(1);
        let mut written = 0;
        let mut previous = 0.0;
        for i in 0..steps {
            let x = world.tables.get(from).map_or(0.0, |t| point(t, i % source));
            let passes = match mode {
                1 => indigestibility(denominator(x)) <= threshold,
                2 => indigestibility(denominator(x)) >= threshold,
                3 => x != 0.0,
                _ => true,
            };
            if passes {
                set_point(world, to, written, if mode == 3 { x - previous } else { x });
                previous = x;
                written += 1;
            }
        }
        io.set(0, written as f64);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digestibility_is_that_of_barlow() {
        // Table in Barlow's essay.
        for (n, value) in [(1, 0.0), (2, 1.0), (3, 2.666667), (4, 2.0), (6, 3.666667), (7, 10.285714)] {
            assert!((indigestibility(n) - value).abs() < 1e-6, "{n}");
        }
    }

    #[test]
    fn denominators_are_found() {
        assert_eq!([0.0, 0.5, 1.0 / 3.0, 0.4, 2.75, f64::NAN].map(denominator), [0, 2, 3, 5, 4, 0]);
    }
}
