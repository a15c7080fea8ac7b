//! `pvsbuffer`, `pvsbufread`, `pvsbufread2`: the last seconds of a spectral signal, for other notes too.

use super::frames::{Seen, output, plain_input};
use crate::lookup::any_table;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, WorldUgen, port, sig, unit, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::spectrum::{SpectrumFormat, SpectrumLayout};
use orchestrion_base::world::World;

/// Definition of `pvsbuffer`.
pub static PVSBUFFER: OpDef = OpDef::new("pvsbuffer", "Records a spectral signal in a circular buffer.")
    .sigs(&[sig("ik", "fi", Make::Unit(world_unit::<Pvsbuffer>))])
    .outs(&[port("ihandle", "number of the buffer"), port("ktime", "place of the last frame in seconds")])
    .ins(&[port("fsig", "spectral signal"), port("ilen", "length in seconds")])
    .writes(Res::FAMILY)
    .source("Manual: pvsbuffer");

/// Definition of `pvsbufread`.
pub static PVSBUFREAD: OpDef = OpDef::new("pvsbufread", "Reads a buffer of pvsbuffer.")
    .sigs(&[sig("f", "kkOOo", Make::Unit(unit::<Reader<false>>))])
    .outs(&[port(
        "fsig",
        "spectral signal, with a frame every hop; up to a quarter of the sample rate unless khi says more",
    )])
    .ins(&[
        port("ktime", "place to read in seconds, wrapped to the buffer"),
        port("khandle", "number of the buffer"),
        port("klo", "lowest frequency in Hz that is replaced, of twice what is meant; default 0"),
        port("khi", "highest such frequency; default 0, half the sample rate, again of twice what is meant"),
        port("iclear", "nonzero silences what is not replaced; default 0 keeps it"),
    ])
    .reads(Res::FAMILY)
    .may_fail()
    .source("Manual: pvsbufread; range of bins measured on the reference");

/// Definition of `pvsbufread2`.
pub static PVSBUFREAD2: OpDef =
    OpDef::new("pvsbufread2", "Reads a buffer of pvsbuffer, each bin at a time of its own.")
        .sigs(&[sig("f", "kkkk", Make::Unit(unit::<Reader<true>>))])
        .outs(&[port("fsig", "spectral signal, with a frame every hop")])
        .ins(&[
            port("ktime", "place to read in seconds, wrapped to the buffer"),
            port("khandle", "number of the buffer"),
            port("ift1", "table of delays in seconds for amplitudes, a point per bin"),
            port("ift2", "table of delays in seconds for frequencies, a point per bin"),
        ])
        .reads(Res::FAMILY.and(Res::TABLES))
        .may_fail()
        .source("Manual: pvsbufread2");

/// What one `pvsbuffer` has recorded.
#[derive(Default)]
struct Recording {
    layout: SpectrumLayout,
    /// Frames one after the other.
    bins: Vec<[f32; 2]>,
}

impl Recording {
    fn frames(&self) -> usize {
        self.bins.len() / self.layout.pairs()
    }

    /// A number of bin `bin` at frame `place`, between frames along a straight line. The last frame is
    /// where the buffer starts again.
    fn at(&self, bin: usize, part: usize, place: f64) -> f64 {
        let last = self.frames().saturating_sub(1);
        let place = wrap(place, last as f64);
        let frame = place as usize;
        let next = if frame + 1 == last { 0 } else { frame + 1 };
        let number = |frame: usize| {
            self.bins.get(frame * self.layout.pairs() + bin).map_or(0.0, |b| f64::from(b[part]))
        };
        number(frame) + (place - frame as f64) * (number(next) - number(frame))
    }
}

/// A place between 0 and `length`.
fn wrap(place: f64, length: f64) -> f64 {
    let wrapped =
        if (0.0..length).contains(&place) { place } else { place - (place / length).floor() * length };
    if wrapped >= 0.0 && wrapped < length { wrapped } else { 0.0 }
}

/// All recordings, by number.
#[derive(Default)]
struct Recordings(Vec<Recording>);

#[derive(Default)]
struct Pvsbuffer {
    seen: Seen,
    /// Number of the recording; a note that reuses the instance keeps it.
    number: Option<usize>,
    next: usize,
    time: f64,
}

impl WorldUgen for Pvsbuffer {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let layout = plain_input(cx, 0, ANY)?.layout;
        let frames = cx.k(1) * cx.clock.sr / f64::from(layout.hop.max(1));
        if !(frames >= 2.0) {
            return Err("pvsbuffer: the length must be two hops at least".into());
        }
        cx.world.ask_memory((frames * layout.bytes(1) as f64) as usize, "pvsbuffer")?;
        let recording = Recording { layout, bins: vec![[0.0; 2]; layout.pairs() * frames as usize] };
        let all = &mut cx.world.shared::<Recordings>().0;
        let number = *self.number.get_or_insert(all.len());
        match all.get_mut(number) {
            Some(place) => *place = recording,
            None => all.push(recording),
        }
        (self.seen, self.next, self.time) = (Seen::default(), 0, 0.0);
        cx.set(0, number as f64);
        cx.set(1, 0.0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let (Some(s), Some(number)) = (io.spectrum(0), self.number) else { return Ok(()) };
        if self.seen.is_news(s.frame_count)
            && let Some(recording) = world.shared::<Recordings>().0.get_mut(number)
        {
            let bins = recording.layout.pairs();
            for (to, from) in recording.bins[self.next * bins..].iter_mut().zip(&s.frame) {
                *to = *from;
            }
            self.time = self.next as f64 / (io.clock.sr / f64::from(recording.layout.hop));
            self.next = (self.next + 1) % recording.frames();
        }
        io.set(1, self.time);
        Ok(())
    }
}

const ANY: &[SpectrumFormat] =
    &[SpectrumFormat::AmpFreq, SpectrumFormat::AmpPhase, SpectrumFormat::Complex, SpectrumFormat::Tracks];

fn recording(world: &World, number: f64) -> OpResult<&Recording> {
    let all = world.shared_ref::<Recordings>();
    let found = all.filter(|_| number > -1.0).and_then(|all| all.0.get(number as usize));
    found.ok_or_else(|| OpError::new(format!("{number} is no buffer: take the number that pvsbuffer gives")))
}

/// Reads a recording with a frame every hop, with a time for all bins or for each of them.
#[derive(Default)]
struct Reader<const BY_BIN: bool> {
    passed: usize,
}

impl<const BY_BIN: bool> Ugen for Reader<BY_BIN> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let layout = recording(cx.world, cx.k(1))?.layout;
        self.passed = layout.hop as usize;
        output(cx, 0, layout).map(drop)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let recording = recording(world, io.k(1))?;
        let Some(mut out) = io.spectrum_out(0) else { return Ok(()) };
        let hop = out.layout.hop as usize;
        if self.passed >= hop {
            let fits = recording.layout.size == out.layout.size && recording.layout.hop == out.layout.hop;
            if !fits {
                out.frame.fill([0.0; 2]);
            } else if BY_BIN {
                read_by_bin(io, world, recording, &mut out.frame)?;
            } else {
                read(io, recording, &mut out.frame);
            }
            self.passed -= hop;
            out.frame_count = out.frame_count.wrapping_add(1);
        }
        self.passed += io.clock.ksmps;
        Ok(())
    }
}

/// Replaces a range of bins. The reference counts numbers where bins are meant, so that frequencies are
/// half of what they are called.
fn read(io: &Io<'_>, recording: &Recording, frame: &mut [[f32; 2]]) {
    let rate = io.clock.sr / f64::from(recording.layout.hop);
    let (size, width) = (recording.layout.size as usize, io.clock.sr / f64::from(recording.layout.size));
    let number = |i: usize| (io.k(i).trunc() / width) as usize;
    let first = number(2).min(size / 2);
    let end = match number(3) {
        end if end <= first => size / 2 + 2,
        end => end.min(size / 2 + 2),
    };
    if io.k(4) != 0.0 {
        frame.fill([0.0; 2]);
    }
    let place = io.k(0) * rate;
    for i in (first..end).step_by(2).flat_map(|i| [i, i + 1]) {
        if let Some(to) = frame.as_flattened_mut().get_mut(i) {
            *to = recording.at(i / 2, i % 2, place) as f32;
        }
    }
}

fn read_by_bin(io: &Io<'_>, world: &World, recording: &Recording, frame: &mut [[f32; 2]]) -> OpResult {
    let rate = io.clock.sr / f64::from(recording.layout.hop);
    for part in 0..2 {
        let number = any_table(world, io.k(2 + part))?;
        let table = world.tables.get(number).filter(|t| t.len >= frame.len());
        let table =
            table.ok_or_else(|| OpError::new(format!("table {number} needs {} points", frame.len())))?;
        for (i, (bin, delay)) in frame.iter_mut().zip(&table.data).enumerate() {
            bin[part] = recording.at(i, part, (io.k(0) - delay) * rate) as f32;
        }
    }
    Ok(())
}
