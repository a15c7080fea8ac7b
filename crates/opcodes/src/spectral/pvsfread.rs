//! `pvsfread`, `pvsdiskin`, `pvsfwrite`: spectral signals from and to PVOC-EX files.

use super::frames::{Seen, WITH_AMPLITUDES, output, plain_input, slides};
use super::pvocex::{PvocEx, Recorder, file_name, load, read};
use crate::sound::detach;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, WorldUgen, port, sig, unit, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::sync::Arc;

const FILE: Port = port("ifile", "name of the file, or a number for pvoc.N");
const OUTS: &[Port] = &[port("fsig", "spectral signal, with a frame every hop")];

/// Definition of `pvsfread`.
pub static PVSFREAD: OpDef = OpDef::new("pvsfread", "Reads a PVOC-EX file by time.")
    .sigs(&[sig("f", "kSo", Make::Unit(unit::<Pvsfread>)), sig("f", "kio", Make::Unit(unit::<Pvsfread>))])
    .outs(OUTS)
    .ins(&[
        port("ktimpt", "place to read in seconds; the last frame from there on"),
        FILE,
        port("ichan", "channel, from 0"),
    ])
    .source("Manual: pvsfread; that time begins with the second frame measured on the reference");

/// Definition of `pvsdiskin`.
pub static PVSDISKIN: OpDef = OpDef::new("pvsdiskin", "Reads a PVOC-EX file at a speed.")
    .sigs(&[
        sig("f", "SkkopP", Make::Unit(unit::<Pvsdiskin>)),
        sig("f", "ikkopP", Make::Unit(unit::<Pvsdiskin>)),
    ])
    .outs(OUTS)
    .ins(&[
        FILE,
        port("ktscal", "speed: 1 as recorded, negative backwards"),
        port("kgain", "factor of the amplitudes"),
        port("ioffset", "place to begin, in seconds of frames as far apart as the FFT size; default 0"),
        port("ichan", "channel, from 1; default 1"),
        port("kinterp", "0 takes frames as they are; default 1, between frames along straight lines"),
    ])
    .source("Manual: pvsdiskin; unit of the offset measured on the reference");

/// Definition of `pvsfwrite`.
pub static PVSFWRITE: OpDef = OpDef::new("pvsfwrite", "Writes a spectral signal to a PVOC-EX file.")
    .sigs(&[
        sig("", "fS", Make::Unit(world_unit::<Pvsfwrite>)),
        sig("", "fi", Make::Unit(world_unit::<Pvsfwrite>)),
    ])
    .ins(&[port("fsig", "spectral signal"), FILE])
    .writes(Res::FILES)
    .may_fail()
    .source("Manual: pvsfwrite");

/// Writes a mixture of two frames; amplitudes are multiplied by `gain`.
fn between(a: &[[f32; 2]], b: &[[f32; 2]], part: f64, gain: f64, out: &mut [[f32; 2]]) {
    for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
        let mixed = [0, 1].map(|i| f64::from(a[i]) + part * (f64::from(b[i]) - f64::from(a[i])));
        *out = [(gain * mixed[0]) as f32, mixed[1] as f32];
    }
}

fn check(cx: &Init<'_>, file: &PvocEx) -> OpResult {
    if slides(file.layout.hop as usize, cx) {
        return Err(OpError::new(format!(
            "the file's hop of {} samples is below ksmps or 11",
            file.layout.hop
        )));
    }
    if file.frames() < 2 * file.channels {
        return Err("the file has only one frame, or none".into());
    }
    Ok(())
}

#[derive(Default)]
struct Pvsfread {
    file: Option<Arc<PvocEx>>,
    channel: usize,
    passed: usize,
}

impl Ugen for Pvsfread {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let name = file_name(cx, 1);
        let file = load(cx.world, &name)?;
        check(cx, &file)?;
        let channel = cx.int(2);
        let channel = usize::try_from(channel).ok().filter(|c| *c < file.channels);
        let channel =
            channel.ok_or_else(|| OpError::new(format!("\"{name}\" has {} channels", file.channels)))?;
        let full_scale = cx.world.header.zero_dbfs;
        let first = file.frame(channel);
        between(first, first, 0.0, full_scale, &mut output(cx, 0, file.layout)?.frame);
        *self = Self { file: Some(file), channel, passed: 0 };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (Some(file), Some(mut out)) = (&self.file, io.spectrum_out(0)) else { return Ok(()) };
        let hop = file.layout.hop as usize;
        if self.passed >= hop {
            let frame = |i: usize| file.frame((i + 1) * file.channels + self.channel);
            let last = (file.frames() - 1) / file.channels - 1;
            let place = io.k(0).max(0.0) * (io.clock.sr / hop as f64);
            let (i, part) = match place as usize {
                i if i >= last => (last, 0.0),
                i => (i, place.fract()),
            };
            let next = if i == last { i } else { i + 1 };
            between(frame(i), frame(next), part, world.header.zero_dbfs, &mut out.frame);
            out.frame_count = out.frame_count.wrapping_add(1);
            self.passed -= hop;
        }
        self.passed += io.clock.ksmps;
        Ok(())
    }
}

#[derive(Default)]
struct Pvsdiskin {
    file: Option<PvocEx>,
    channel: usize,
    place: f64,
    /// The frame that was read last.
    read: Option<usize>,
    passed: usize,
}

impl Ugen for Pvsdiskin {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let file = read(cx.world, &file_name(cx, 0))?;
        check(cx, &file)?;
        output(cx, 0, file.layout)?;
        *self = Self {
            channel: (cx.k(4) as usize).clamp(1, file.channels) - 1,
            place: cx.k(3) * cx.clock.sr / f64::from(file.layout.size),
            read: None,
            passed: file.layout.hop as usize,
            file: Some(file),
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (Some(file), Some(mut out)) = (&self.file, io.spectrum_out(0)) else { return Ok(()) };
        let hop = file.layout.hop as usize;
        if self.passed >= hop {
            let mut place = self.place;
            // Places just below the first frame still belong to it, as in the reference.
            if self.read.is_none_or(|read| place.trunc() != read as f64) {
                let length = (file.frames() - 1) as f64;
                place -= (place / length).floor() * length;
                self.read = Some(place as usize);
            }
            let i = self.read.unwrap_or(0);
            let part = if io.k(5) == 0.0 { 0.0 } else { place - i as f64 };
            let gain = f64::from((io.k(2) * world.header.zero_dbfs) as f32);
            let [a, b] = [0, file.channels].map(|ahead| file.frame(i + ahead + self.channel));
            between(a, b, part, gain, &mut out.frame);
            self.place += io.k(1) * file.channels as f64;
            self.passed -= hop;
            out.frame_count = out.frame_count.wrapping_add(1);
        }
        self.passed += io.clock.ksmps;
        Ok(())
    }
}

#[derive(Default)]
struct Pvsfwrite {
    seen: Seen,
    file: Option<Recorder>,
}

impl WorldUgen for Pvsfwrite {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let layout = plain_input(cx, 0, WITH_AMPLITUDES)?.layout;
        let name = file_name(cx, 1);
        if let Some(old) = self.file.take()
            && detach(cx.io.note, old.writer)
        {
            cx.world.out_files.release(old.writer).map_err(|e| OpError::new(e.to_string()))?;
        }
        *self = Self { seen: Seen::default(), file: Some(Recorder::new(cx, &name, &layout)?) };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let (Some(s), Some(file)) = (io.spectrum(0), &mut self.file) else { return Ok(()) };
        if self.seen.is_news(s.frame_count) {
            file.add(&mut world.out_files, &s.frame, world.header.zero_dbfs);
        }
        Ok(())
    }
}
