//! `pvoc`: resynthesis of a file of the phase vocoder, at any speed and pitch.

use super::gate::{extract, gate, loudest, table};
use super::vocoder::{Frame, Frames, Resynthesis};
use super::warp::Envelope;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `pvoc`.
pub static PVOC: OpDef = OpDef::new("pvoc", "Resynthesis of a file of the phase vocoder.")
    .sigs(&[sig("a", "kkSoooo", Make::Unit(unit::<Pvoc>)), sig("a", "kkioooo", Make::Unit(unit::<Pvoc>))])
    .outs(&[port("ares", "signal")])
    .ins(&[
        port("ktimpnt", "place to read in seconds, not below 0; past the end it is the end"),
        port("kfmod", "transposition: 1 none; two k-cycles have to fit into a transposed frame"),
        port("ifilcod", "name of a PVOC-EX file of one channel, or a number for pvoc.N"),
        port("ispecwp", "above 0 the spectral envelope stays where it is; default 0"),
        port("iextractmode", "1 keeps what is noise, 2 what has a steady pitch; default 0, all"),
        port("ifreqlim", "limit between noise and pitch: deviation of the frequency in Hz; default 0"),
        port("igatefn", "table of gains by amplitude, from none to the file's largest; default 0, none"),
    ])
    .source("Manual: pvoc (D. Ellis, R. Karpen); windows and resampling measured on the reference")
    .reads(Res::TABLES)
    .may_fail()
    .differences(&["igatefn does what it does in pvadd; the reference crashes."]);

#[derive(Default)]
struct Pvoc {
    frames: Option<Frames>,
    frame: Frame,
    resynthesis: Resynthesis,
    envelope: Envelope,
    loudest: f64,
}

impl Ugen for Pvoc {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let mut frames = Frames::open(cx, 2)?;
        table(cx.world, cx.k(6))?;
        let loudest = loudest(&frames);
        extract(&mut frames, cx.k(4), cx.k(5));
        *self = Self {
            frame: vec![[0.0; 2]; frames.bins()],
            resynthesis: Resynthesis::new(&frames, cx.clock.ksmps),
            envelope: Envelope::new(frames.bins()),
            loudest,
            frames: Some(frames),
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(frames) = &self.frames else { return Ok(()) };
        frames.at(io.k(0), &mut self.frame)?;
        if let Some(gains) = table(world, io.k(6))? {
            gate(&mut self.frame, gains, self.loudest);
        }
        let pitch = io.k(1);
        if io.k(3) >= 1.0 {
            self.envelope.keep(&mut self.frame, pitch);
        }
        let scale = self.resynthesis.scale(pitch);
        self.resynthesis.play(io, &self.frame, pitch, scale)
    }
}
