//! `oscil`, `oscili`, `oscil3`: table oscillators with a fixed-point phase; they differ in how they read
//! between two points.

use crate::lookup::{
    Cubic, Line, PERIOD, PHASE_MASK, Reading, Step, Wave, increment, power_of_two_table, truncated,
};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::signal::Input;
use orchestrion_base::world::World;
use std::marker::PhantomData;

const OUTS: &[Port] = &[port("ares", "signal, amplitude times table content")];
const INS: &[Port] = &[
    port("xamp", "amplitude"),
    port("xcps", "frequency in Hz; negative runs backwards"),
    port("ifn", "table, a power of two long; default -1, a sine. May be an array a power of two long"),
    port("iphs", "start phase, 0 to 1; negative keeps the phase of the instance's previous note; default 0"),
];
const SOURCE: &str = "Manual: oscil, oscili, oscil3; phase of 28 bits, semantics K1";

/// Definition of `oscil`.
pub static OSCIL: OpDef = OpDef::new("oscil", "Table oscillator without interpolation.")
    .sigs(&OSCIL_SIGS)
    .outs(OUTS)
    .ins(INS)
    .source(SOURCE)
    .quiet_init()
    .reads(Res::TABLES);

/// Definition of `oscili`.
pub static OSCILI: OpDef = OpDef::new("oscili", "Table oscillator with linear interpolation.")
    .sigs(&const { sigs::<Line>() })
    .outs(OUTS)
    .ins(INS)
    .source(SOURCE)
    .quiet_init()
    .reads(Res::TABLES);

/// Definition of `oscil3`.
pub static OSCIL3: OpDef = OpDef::new("oscil3", "Table oscillator with cubic interpolation.")
    .sigs(&const { sigs::<Cubic>() })
    .outs(OUTS)
    .ins(INS)
    .source(SOURCE)
    .quiet_init()
    .reads(Res::TABLES);

const OSCIL_SIGS: [Sig; 11] = {
    let make = Make::Unit(unit::<Oscil<Step>>);
    [
        sig("a", "kkjo", make),
        sig("k", "kkjo", make),
        sig("a", "kkjo", make),
        sig("a", "kajo", make),
        sig("a", "akjo", make),
        sig("a", "aajo", make),
        sig("k", "kki[]o", make),
        sig("a", "kki[]o", make),
        sig("a", "kai[]o", make),
        sig("a", "aki[]o", make),
        sig("a", "aai[]o", make),
    ]
};

const fn sigs<R: Reading>() -> [Sig; 10] {
    let make = Make::Unit(unit::<Oscil<R>>);
    [
        sig("a", "kkjo", make),
        sig("k", "kkjo", make),
        sig("a", "kajo", make),
        sig("a", "akjo", make),
        sig("a", "aajo", make),
        sig("a", "kki[]o", make),
        sig("k", "kki[]o", make),
        sig("a", "kai[]o", make),
        sig("a", "aki[]o", make),
        sig("a", "aai[]o", make),
    ]
}

#[derive(Default)]
struct Oscil<R> {
    table: f64,
    phase: i32,
    /// Phase steps per period, divided by the rate.
    per_hertz: f64,
    from_array: bool,
    reading: PhantomData<R>,
}

impl<R: Reading> Oscil<R> {
    fn play(&mut self, io: &Io<'_>, wave: Wave<'_>) {
        let (amp, cps) = (io.x(0), io.x(1));
        match (amp.fixed(), cps.fixed()) {
            (Some(amp), Some(cps)) => self.play_inputs(io, wave, amp, cps),
            _ => self.play_inputs(io, wave, amp, cps),
        }
    }

    #[inline(never)]
    fn play_inputs(&mut self, io: &Io<'_>, wave: Wave<'_>, amp: impl Input, cps: impl Input) {
        let (per_hertz, audio) = (self.per_hertz, io.is_audio_out());
        let step = cps.map(|cps| increment(cps * per_hertz, audio));
        let mut phase = self.phase;
        for (n, out) in io.out(0).iter().enumerate() {
            let y = R::at(&wave, phase) * amp.at(n);
            phase = phase.wrapping_add(step(n)) & PHASE_MASK;
            out.set(y);
        }
        self.phase = phase;
    }
}

impl<R: Reading> Ugen for Oscil<R> {
    const SEAMLESS: Option<&'static [usize]> = Some(&[0, 1]);
    const SEAMLESS_CONTROL: bool = true;

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.per_hertz = PERIOD / cx.rate();
        self.from_array = cx.is_array(2);
        if self.from_array {
            let len = cx.array(2).map_or(0, |a| a.nums().len());
            if !len.is_power_of_two() {
                return Err("array size not pow-of-two".into());
            }
        } else {
            self.table = power_of_two_table(cx.world, cx.k(2))?;
        }
        if cx.k(3) >= 0.0 {
            self.phase = truncated(cx.k(3) * PERIOD) & PHASE_MASK;
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        if self.from_array {
            let array = io.array(2);
            let points = array.as_ref().map_or(&[][..], |a| a.nums());
            if let Some(wave) = Wave::new(points, points.len()) {
                self.play(io, wave);
                return Ok(());
            }
        } else if let Some(wave) = world.tables.get(self.table).and_then(Wave::of) {
            self.play(io, wave);
            return Ok(());
        }
        io.set(0, 0.0);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn sine_table_gives_a_sine() {
        for op in [&OSCIL, &OSCILI, &OSCIL3] {
            let mut bench = Bench::new(op, 0);
            bench.world.tables.set_builtin_sine(orchestrion_dsp::math::sin);
            bench.set(0, 0.5);
            bench.set(1, 441.0);
            bench.set(2, -1.0);
            let out = bench.render(200);
            for (n, y) in out.iter().enumerate() {
                let want = 0.5 * orchestrion_dsp::math::sin(std::f64::consts::TAU * n as f64 / 100.0);
                assert!((y - want).abs() < 4e-4, "{} {n}: {y} {want}", op.name);
            }
        }
    }

    #[test]
    fn a_vanished_table_gives_silence() {
        let mut bench = Bench::new(&OSCIL, 0);
        bench.world.tables.insert(1, orchestrion_base::table::Table::new(vec![1.0; 9]));
        bench.set(0, 1.0);
        bench.set(2, 1.0);
        assert!(bench.render(16).iter().all(|&y| y == 1.0));
        bench.world.tables.remove(1);
        assert!(bench.render(16).iter().all(|&y| y == 0.0));
    }
}
