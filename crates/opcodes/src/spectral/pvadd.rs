//! `pvadd`: bins of a file of the phase vocoder as oscillators.

use super::gate::{extract, gate, loudest, table};
use super::vocoder::{Frame, Frames};
use crate::lookup::{Line, PERIOD, PHASE_MASK, Reading, Wave, nearest, power_of_two_table};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `pvadd`.
pub static PVADD: OpDef = OpDef::new("pvadd", "Additive resynthesis of a file of the phase vocoder.")
    .sigs(&[
        sig("a", "kkSiiopooo", Make::Unit(unit::<Pvadd>)),
        sig("a", "kkiiiopooo", Make::Unit(unit::<Pvadd>)),
    ])
    .outs(&[port("ares", "sum of the oscillators")])
    .ins(&[
        port("ktimpnt", "place to read in seconds, not below 0; past the end it is the end"),
        port("kfmod", "factor of the frequencies"),
        port("ifilcod", "name of a PVOC-EX file of one channel, or a number for pvoc.N"),
        port("ifn", "table of the oscillators' wave, a power of two long"),
        port("ibins", "number of bins from ibinoffset on; up to 0 all"),
        port("ibinoffset", "first bin, not below 0; default 0"),
        port("ibinincr", "step from bin to bin, at least 1; default 1"),
        port("iextractmode", "1 keeps what is noise, 2 what has a steady pitch; default 0, all"),
        port("ifreqlim", "limit between noise and pitch: deviation of the frequency in Hz; default 0"),
        port("igatefn", "table of gains by amplitude, from none to the file's largest; default 0, none"),
    ])
    .source("Manual: pvadd (R. Karpen)")
    .reads(Res::TABLES)
    .may_fail();

#[derive(Default)]
struct Pvadd {
    frames: Option<Frames>,
    frame: Frame,
    wave: f64,
    loudest: f64,
    first: usize,
    step: usize,
    /// One past the last bin.
    end: usize,
    phases: Vec<i32>,
}

impl Ugen for Pvadd {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let wave = power_of_two_table(cx.world, cx.k(3))?;
        table(cx.world, cx.k(9))?;
        let mut frames = Frames::open(cx, 2)?;
        let (first, step) = (cx.k(5), cx.k(6));
        if !(first >= 0.0 && step >= 1.0) {
            return Err("pvadd: ibinoffset has to be at least 0, ibinincr at least 1".into());
        }
        let (first, step, most) = (first as usize, step as usize, frames.bins() - 1);
        let end = if cx.k(4) <= 0.0 { most } else { (cx.k(4) as usize).saturating_add(first).min(most) };
        let loudest = loudest(&frames);
        extract(&mut frames, cx.k(7), cx.k(8));
        *self = Self {
            frame: vec![[0.0; 2]; frames.bins()],
            frames: Some(frames),
            phases: vec![0; most + 1],
            wave,
            loudest,
            first,
            step,
            end,
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(frames) = &self.frames else { return Ok(()) };
        frames.at(io.k(0), &mut self.frame)?;
        if let Some(gains) = table(world, io.k(9))? {
            gate(&mut self.frame, gains, self.loudest);
        }
        let wave = world.tables.get(self.wave).and_then(Wave::of).ok_or("pvadd: the wave is gone")?;
        io.set(0, 0.0);
        let bins = (self.first..self.end).step_by(self.step);
        for (phase, i) in self.phases.iter_mut().zip(bins) {
            let [amplitude, frequency] = self.frame[i];
            let transposed = frequency * io.k(1);
            if frequency == 0.0 || transposed >= io.clock.sr * 0.5 {
                continue;
            }
            let step = nearest(transposed * PERIOD / io.clock.sr);
            for out in io.out(0) {
                out.set(out.get() + Line::at(&wave, *phase) * amplitude);
                *phase = phase.wrapping_add(step) & PHASE_MASK;
            }
        }
        Ok(())
    }
}
