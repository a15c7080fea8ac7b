//! `pvbufread`, `pvcross`, `pvinterp`: a file of the phase vocoder mixed with another one, read beside it.

use super::handed::{Giver, given, latest};
use super::vocoder::{Frame, Frames, Resynthesis};
use super::warp::Envelope;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, WorldUgen, port, sig, unit, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const TIME: Port = port("ktimpnt", "place to read in seconds, not below 0; past the end it is the end");
const PITCH: Port = port("kfmod", "transposition: 1 none; two k-cycles have to fit into a transposed frame");
const FILE: Port = port("ifile", "name of a PVOC-EX file of one channel, or a number for pvoc.N");
const OUTS: &[Port] = &[port("ares", "signal")];

/// Definition of `pvbufread`.
pub static PVBUFREAD: OpDef =
    OpDef::new("pvbufread", "Reads a file of the phase vocoder for pvcross and pvinterp.")
        .sigs(&[
            sig("", "kS", Make::Unit(world_unit::<Pvbufread>)),
            sig("", "ki", Make::Unit(world_unit::<Pvbufread>)),
        ])
        .ins(&[TIME, FILE])
        .writes(Res::FAMILY)
        .may_fail()
        .source("Manual: pvbufread");

/// Definition of `pvcross`.
pub static PVCROSS: OpDef = OpDef::new("pvcross", "The frequencies of a file with amplitudes of another.")
    .sigs(&[sig("a", "kkSkko", Make::Unit(unit::<Pvcross>)), sig("a", "kkikko", Make::Unit(unit::<Pvcross>))])
    .outs(OUTS)
    .ins(&[
        TIME,
        PITCH,
        FILE,
        port("kampscale1", "factor of the amplitudes of pvbufread"),
        port("kampscale2", "factor of the amplitudes of this file"),
        port("ispecwp", "above 0 the spectral envelope stays where it is; default 0"),
    ])
    .reads(Res::FAMILY)
    .may_fail()
    .source("Manual: pvcross (R. Karpen)")
    .differences(&["Past the end with ispecwp the last frame goes on; the reference is silent."]);

/// Definition of `pvinterp`.
pub static PVINTERP: OpDef =
    OpDef::new("pvinterp", "Frames between those of two files of the phase vocoder.")
        .sigs(&[
            sig("a", "kkSkkkkkk", Make::Unit(unit::<Pvinterp>)),
            sig("a", "kkikkkkkk", Make::Unit(unit::<Pvinterp>)),
        ])
        .outs(OUTS)
        .ins(&[
            TIME,
            PITCH,
            FILE,
            port("kfreqscale1", "factor of the frequencies of pvbufread"),
            port("kfreqscale2", "factor of the frequencies of this file"),
            port("kampscale1", "factor of the amplitudes of pvbufread"),
            port("kampscale2", "factor of the amplitudes of this file"),
            port("kfreqinterp", "frequencies: 0 this file to 1 pvbufread"),
            port("kampinterp", "amplitudes: 0 this file to 1 pvbufread"),
        ])
        .reads(Res::FAMILY)
        .may_fail()
        .source("Manual: pvinterp (R. Karpen)")
        .differences(&["Several may follow one pvbufread; in the reference each scales what the next gets."]);

#[derive(Default)]
struct Pvbufread {
    frames: Option<Frames>,
    giver: Giver,
}

impl WorldUgen for Pvbufread {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let frames = Frames::open(cx, 1)?;
        let frame: Frame = vec![[0.0; 2]; frames.bins()];
        self.giver.give(cx, frame);
        self.frames = Some(frames);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        match (&self.frames, self.giver.value::<Frame>(world)) {
            (Some(frames), Some(out)) => frames.at(io.k(0), out),
            _ => Ok(()),
        }
    }
}

/// A file, what is resynthesised of it, and the other file's frame.
#[derive(Default)]
struct Mix {
    frames: Option<Frames>,
    frame: Frame,
    resynthesis: Resynthesis,
    other: u64,
}

impl Mix {
    fn new(cx: &mut Init<'_>) -> OpResult<Self> {
        let (other, frame) = latest::<Frame>(cx.world);
        let bins = frame.map(Vec::len);
        let frames = Frames::open(cx, 2)?;
        match bins {
            None => return Err("no pvbufread before this".into()),
            Some(bins) if bins != frames.bins() => {
                return Err(OpError::new(format!("pvbufread reads {bins} bins, this {}", frames.bins())));
            }
            Some(_) => {}
        }
        Ok(Self {
            frame: vec![[0.0; 2]; frames.bins()],
            resynthesis: Resynthesis::new(&frames, cx.clock.ksmps),
            frames: Some(frames),
            other,
        })
    }

    /// Reads this file's frame and mixes each of its bins with the other's by `mix`.
    fn read(&mut self, io: &Io<'_>, world: &World, mix: impl Fn([f64; 2], [f64; 2]) -> [f64; 2]) -> OpResult {
        let Some(frames) = &self.frames else { return Ok(()) };
        frames.at(io.k(0), &mut self.frame)?;
        let other = given::<Frame>(world, self.other);
        for (i, bin) in self.frame.iter_mut().enumerate() {
            let other = other.and_then(|frame| frame.get(i)).copied().unwrap_or_default();
            *bin = mix(*bin, other);
        }
        Ok(())
    }
}

#[derive(Default)]
struct Pvcross {
    mix: Mix,
    envelope: Envelope,
}

impl Ugen for Pvcross {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.mix = Mix::new(cx)?;
        self.envelope = Envelope::new(self.mix.frame.len());
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (pitch, other, own) = (io.k(1), io.k(3), io.k(4));
        let scale = self.mix.resynthesis.scale(pitch);
        self.mix.read(io, world, |a, b| [(a[0] * own + b[0] * other) * scale, a[1]])?;
        if io.k(5) >= 1.0 {
            self.envelope.keep(&mut self.mix.frame, pitch);
        }
        self.mix.resynthesis.play(io, &self.mix.frame, pitch, 1.0)
    }
}

#[derive(Default)]
struct Pvinterp {
    mix: Mix,
}

impl Ugen for Pvinterp {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.mix = Mix::new(cx)?;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let pitch = io.k(1);
        let scale = self.mix.resynthesis.scale(pitch);
        // Amplitude and frequency: factor of the other file, of this one, and how far to the other.
        let [amplitude, frequency] = [[5, 6, 8], [3, 4, 7]].map(|inputs| inputs.map(|i| io.k(i)));
        let between = |[other, own, part]: [f64; 3], a: f64, b: f64| a * own + (b * other - a * own) * part;
        self.mix.read(io, world, |a, b| {
            [between(amplitude, a[0], b[0]) * scale, between(frequency, a[1], b[1])]
        })?;
        self.mix.resynthesis.play(io, &self.mix.frame, pitch, 1.0)
    }
}
