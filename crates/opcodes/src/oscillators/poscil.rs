//! `poscil`, `poscil3`: table oscillators with a phase of full precision and tables of any length.

use crate::lookup::{any_table, cubic, pair};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::marker::PhantomData;

const OUTS: &[Port] = &[port("ares", "signal, amplitude times table content")];
const INS: &[Port] = &[
    port("xamp", "amplitude"),
    port("xcps", "frequency in Hz; negative runs backwards"),
    port("ifn", "table of any length; default -1, a sine"),
    port("iphs", "start phase, 0 to 1; negative keeps the phase of the instance's previous note; default 0"),
];
const SOURCE: &str = "Manual: poscil, poscil3; phase in points of the table, semantics K2";

/// Definition of `poscil`.
pub static POSCIL: OpDef = OpDef::new("poscil", "High-precision oscillator with linear interpolation.")
    .quiet_init()
    .sigs(&[
        sig("a", "kkjo", Make::Unit(unit::<Poscil<Line>>)),
        sig("k", "kkjo", Make::Unit(unit::<Poscil<Line>>)),
        sig("a", "kajo", Make::Unit(unit::<Poscil<Line>>)),
        sig("a", "akjo", Make::Unit(unit::<Poscil<Line>>)),
        sig("a", "aajo", Make::Unit(unit::<Poscil<Line>>)),
    ])
    .outs(OUTS)
    .ins(INS)
    .source(SOURCE)
    .reads(Res::TABLES);

/// Definition of `poscil3`.
pub static POSCIL3: OpDef = OpDef::new("poscil3", "High-precision oscillator with cubic interpolation.")
    .quiet_init()
    .sigs(&[
        sig("a", "kkjo", Make::Unit(unit::<Poscil<Cubic>>)),
        sig("k", "kkjo", Make::Unit(unit::<Poscil<Cubic>>)),
        sig("a", "akjo", Make::Unit(unit::<Poscil<Cubic>>)),
        sig("a", "kajo", Make::Unit(unit::<Poscil<Cubic>>)),
        sig("a", "aajo", Make::Unit(unit::<Poscil<Cubic>>)),
    ])
    .outs(OUTS)
    .ins(INS)
    .source(SOURCE)
    .reads(Res::TABLES);

/// Reading a table at a real-valued position.
pub(crate) trait Reading: Default + Send + 'static {
    /// Value at a position, not below 0, in a table of `len` points and guard point.
    fn at(points: &[f64], len: usize, phase: f64) -> f64;
}

/// Straight line.
#[derive(Default)]
pub(crate) struct Line;
/// Cubic through four points.
#[derive(Default)]
pub(crate) struct Cubic;

impl Reading for Line {
    #[inline(always)]
    fn at(points: &[f64], _: usize, phase: f64) -> f64 {
        let i = phase as u32;
        let (a, b) = pair(points, i, 0.0);
        a + (b - a) * (phase - f64::from(i))
    }
}

impl Reading for Cubic {
    #[inline(always)]
    fn at(points: &[f64], len: usize, phase: f64) -> f64 {
        let i = phase as u32 as usize;
        let point = |i: usize| points.get(i).copied().unwrap_or(0.0);
        let before = point(if i == 0 { len - 1 } else { i - 1 });
        let beyond = point(if i + 2 > len { 1 } else { i + 2 });
        cubic(before, point(i), point(i + 1), beyond, phase - i as f64)
    }
}

#[derive(Default)]
struct Poscil<R> {
    table: f64,
    phase: f64,
    /// Length of a step in seconds.
    period: f64,
    reading: PhantomData<R>,
}

/// Brings a phase back into the table; exact as repeated subtraction is.
#[inline(always)]
fn wrap(phase: f64, len: f64) -> f64 {
    if phase >= 0.0 && phase < len {
        return phase;
    }
    if phase >= len && phase < len + len {
        return phase - len;
    }
    let phase = math::fmod(phase, len);
    if phase < 0.0 { phase + len } else { phase }
}

impl<R: Reading> Ugen for Poscil<R> {
    const SEAMLESS: Option<&'static [usize]> = Some(&[0, 1]);
    const SEAMLESS_CONTROL: bool = true;

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.table = any_table(cx.world, cx.k(2)).map_err(|_| "table not found in poscil")?;
        self.period = 1.0 / cx.rate();
        let len = cx.world.tables.get(self.table).map_or(1.0, |t| t.len as f64);
        if cx.k(3) >= 0.0 {
            self.phase = cx.k(3) * len;
        }
        self.phase = wrap(self.phase, len);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(table) = world.tables.get(self.table) else {
            io.set(0, 0.0);
            return Ok(());
        };
        let (points, len, period) = (&table.data[..], table.len as f64, self.period);
        // The reference multiplies in another order at audio rate.
        let audio = io.is_audio_in(1);
        let step = io.x(1).map(|cps| if audio { cps * (len * period) } else { cps * len * period });
        let (amp, mut phase) = (io.x(0), self.phase);
        for (n, out) in io.out(0).iter().enumerate() {
            let y = amp.at(n) * R::at(points, table.len, phase);
            phase = wrap(phase + step(n), len);
            out.set(y);
        }
        self.phase = phase;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;
    use orchestrion_base::table::Table;

    #[test]
    fn plays_a_table_of_three_points() {
        let mut bench = Bench::new(&POSCIL, 0);
        bench.world.tables.insert(1, Table::new(vec![0.0, 1.0, 2.0, 0.0]));
        bench.set(0, 1.0);
        bench.set(1, 44100.0 / 6.0);
        bench.set(2, 1.0);
        let out = bench.render(16);
        for (n, y) in out.iter().enumerate() {
            let want = [0.0, 0.5, 1.0, 1.5, 2.0, 1.0][n % 6];
            assert!((y - want).abs() < 1e-9, "{n}: {y}");
        }
    }

    #[test]
    fn wraps_huge_steps() {
        assert_eq!(wrap(1e9 + 3.0, 8.0), 3.0);
        assert_eq!(wrap(-1.0, 8.0), 7.0);
        assert_eq!(wrap(-17.0, 8.0), 7.0);
    }
}
