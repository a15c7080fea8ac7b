//! `pvread`: amplitude and frequency of one bin of a file of the phase vocoder.

use super::vocoder::{Frame, Frames};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `pvread`.
pub static PVREAD: OpDef = OpDef::new("pvread", "One bin of a file of the phase vocoder.")
    .quiet_init()
    .sigs(&[sig("kk", "kSi", Make::Unit(unit::<Pvread>)), sig("kk", "kii", Make::Unit(unit::<Pvread>))])
    .outs(&[port("kfreq", "frequency in Hz"), port("kamp", "amplitude")])
    .ins(&[
        port("ktimpnt", "place to read in seconds, not below 0; past the end it is the end"),
        port("ifile", "name of a PVOC-EX file of one channel, or a number for pvoc.N"),
        port("ibin", "number of the bin, from 0"),
    ])
    .source("Manual: pvread")
    .may_fail();

#[derive(Default)]
struct Pvread {
    frames: Option<Frames>,
    frame: Frame,
    bin: usize,
}

impl Ugen for Pvread {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (frames, bin) = (Frames::open(cx, 1)?, cx.int(2));
        let bin = usize::try_from(bin).ok().filter(|bin| *bin < frames.bins());
        self.bin = bin.ok_or_else(|| OpError::new(format!("the file has {} bins", frames.bins())))?;
        self.frame = vec![[0.0; 2]; frames.bins()];
        self.frames = Some(frames);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let Some(frames) = &self.frames else { return Ok(()) };
        frames.at(io.k(0), &mut self.frame)?;
        let [amplitude, frequency] = self.frame[self.bin];
        io.set(0, frequency);
        io.set(1, amplitude);
        Ok(())
    }
}
