//! Conversions between octave, pitch class, frequency, MIDI note and level.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::{Header, World};
use orchestrion_dsp::{math, pitch};
use std::marker::PhantomData;

use crate::step::{Step, at_both, at_init, at_perf};

/// Definition of `octpch`.
pub static OCTPCH: OpDef = OpDef::new("octpch", "Octave and semitone to octave fraction.")
    .sigs(&[sig("i", "i", Make::Map1(pitch::octpch)), sig("k", "k", Make::Map1(pitch::octpch))])
    .outs(&[port("oct", "octave with decimal fraction; 8.00 is middle C")])
    .ins(&[port("pch", "octave, semitone in the 2nd and 3rd decimal; 8.09 is A4")])
    .source("Manual: octpch");

/// Definition of `pchoct`.
pub static PCHOCT: OpDef = OpDef::new("pchoct", "Octave fraction to octave and semitone.")
    .sigs(&[sig("i", "i", Make::Map1(pitch::pchoct)), sig("k", "k", Make::Map1(pitch::pchoct))])
    .outs(&[port("pch", "octave, semitone in the 2nd and 3rd decimal")])
    .ins(&[port("oct", "octave with decimal fraction")])
    .source("Manual: pchoct");

/// Definition of `cpsoct`.
pub static CPSOCT: OpDef = OpDef::new("cpsoct", "Octave fraction to frequency, in steps of 1/8192 octave.")
    .sigs(&[
        sig("i", "i", at_init::<Each<CpsOct>>()),
        sig("k", "k", at_perf::<Each<CpsOct>>()),
        sig("a", "a", at_perf::<Each<CpsOct>>()),
    ])
    .outs(&[port("cps", "Hz")])
    .ins(&[port("oct", "octave with decimal fraction; 8.00 is middle C")])
    .source("Manual: cpsoct; semantics K3");

/// Definition of `cpspch`.
pub static CPSPCH: OpDef = OpDef::new("cpspch", "Octave and semitone to frequency.")
    .sigs(&[sig("i", "i", at_init::<Each<CpsPch>>()), sig("k", "k", at_perf::<Each<CpsPch>>())])
    .outs(&[port("cps", "Hz, rounded to 1/8192 octave")])
    .ins(&[port("pch", "octave, semitone in the 2nd and 3rd decimal; 8.09 is A4")])
    .source("Manual: cpspch; semantics K3");

/// Definition of `octcps`.
pub static OCTCPS: OpDef = OpDef::new("octcps", "Frequency to octave fraction.")
    .sigs(&[sig("i", "i", at_init::<Each<OctCps>>()), sig("k", "k", at_perf::<Each<OctCps>>())])
    .outs(&[port("oct", "octave with decimal fraction")])
    .ins(&[port("cps", "Hz")])
    .source("Manual: octcps");

/// Definition of `cpsmidinn`.
pub static CPSMIDINN: OpDef = OpDef::new("cpsmidinn", "MIDI note to frequency.")
    .sigs(&[sig("i", "i", at_init::<CpsMidiNote>()), sig("k", "k", at_perf::<CpsMidiNote>())])
    .outs(&[port("cps", "Hz")])
    .ins(&[port("note", "MIDI note with fraction, 0 to 453; 69 is A4")])
    .may_fail()
    .source("Manual: cpsmidinn");

/// Definition of `octmidinn`.
pub static OCTMIDINN: OpDef = OpDef::new("octmidinn", "MIDI note to octave fraction.")
    .sigs(&[sig("i", "i", Make::Map1(pitch::octmidinn)), sig("k", "k", Make::Map1(pitch::octmidinn))])
    .outs(&[port("oct", "octave with decimal fraction")])
    .ins(&[port("note", "MIDI note with fraction")])
    .source("Manual: octmidinn");

/// Definition of `pchmidinn`.
pub static PCHMIDINN: OpDef = OpDef::new("pchmidinn", "MIDI note to octave and semitone.")
    .sigs(&[sig("i", "i", Make::Map1(pitch::pchmidinn)), sig("k", "k", Make::Map1(pitch::pchmidinn))])
    .outs(&[port("pch", "octave, semitone in the 2nd and 3rd decimal")])
    .ins(&[port("note", "MIDI note with fraction")])
    .source("Manual: pchmidinn");

/// Definition of `pchtom`.
pub static PCHTOM: OpDef = OpDef::new("pchtom", "Octave and semitone to MIDI note.")
    .sigs(&[sig("i", "i", Make::Map1(pitch::pchtom)), sig("k", "k", Make::Map1(pitch::pchtom))])
    .outs(&[port("note", "MIDI note with fraction")])
    .ins(&[port("pch", "octave, semitone in the 2nd and 3rd decimal")])
    .source("Manual: pchtom");

/// Definition of `mtof`.
pub static MTOF: OpDef = OpDef::new("mtof", "MIDI note to frequency; also of whole arrays.")
    .sigs(&[
        sig("k", "k", at_both::<Each<NoteCps>>()),
        sig("i", "i", at_init::<Each<NoteCps>>()),
        sig("k[]", "k[]", Make::Unit(unit::<Ahead<Elements<NoteCps>>>)),
        sig("i[]", "i[]", at_init::<Elements<NoteCps>>()),
    ])
    .outs(&[port("cps", "Hz")])
    .ins(&[port("note", "MIDI note with fraction; 69 is A4")])
    .source("Manual: mtof");

/// Definition of `ftom`.
pub static FTOM: OpDef = OpDef::new("ftom", "Frequency to MIDI note; also of whole arrays.")
    .sigs(&[
        sig("k", "ko", Make::Unit(unit::<CpsNote>)),
        sig("i", "io", Make::Init(cps_note)),
        sig("k[]", "k[]o", Make::Unit(unit::<CpsNote>)),
        sig("i[]", "i[]o", Make::Init(cps_note)),
    ])
    .outs(&[port("note", "MIDI note with fraction")])
    .ins(&[port("cps", "Hz"), port("irnd", "nonzero rounds to whole notes; default 0")])
    .source("Manual: ftom");

/// Definition of `semitone`.
pub static SEMITONE: OpDef = OpDef::new("semitone", "Semitones to frequency ratio.")
    .sigs(&[
        sig("i", "i", Make::Map1(pitch::semitone)),
        sig("k", "k", Make::Map1(pitch::semitone)),
        sig("a", "a", Make::Map1(pitch::semitone)),
    ])
    .outs(&[port("ratio", "frequency ratio")])
    .ins(&[port("x", "semitones")])
    .source("Manual: semitone");

/// Definition of `cent`.
pub static CENT: OpDef = OpDef::new("cent", "Cents to frequency ratio.")
    .sigs(&[
        sig("i", "i", Make::Map1(pitch::cent)),
        sig("k", "k", Make::Map1(pitch::cent)),
        sig("a", "a", Make::Map1(cent_audio)),
    ])
    .outs(&[port("ratio", "frequency ratio")])
    .ins(&[port("x", "cents")])
    .source("Manual: cent");

/// Definition of `octave`.
pub static OCTAVE: OpDef = OpDef::new("octave", "Octaves to frequency ratio.")
    .sigs(&[
        sig("i", "i", Make::Map1(pitch::octave)),
        sig("k", "k", Make::Map1(pitch::octave)),
        sig("a", "a", Make::Map1(pitch::octave)),
    ])
    .outs(&[port("ratio", "frequency ratio")])
    .ins(&[port("x", "octaves")])
    .source("Manual: octave");

/// Definition of `db`.
pub static DB: OpDef = OpDef::new("db", "Decibels to amplitude ratio.")
    .sigs(&[
        sig("i", "i", Make::Map1(pitch::db)),
        sig("k", "k", Make::Map1(pitch::db)),
        sig("a", "a", Make::Map1(pitch::db)),
    ])
    .outs(&[port("amp", "amplitude ratio; 0 dB is 1")])
    .ins(&[port("x", "decibels")])
    .source("Manual: db");

/// Definition of `ampdb`.
pub static AMPDB: OpDef = OpDef::new("ampdb", "Decibels to amplitude.")
    .sigs(&[
        sig("a", "a", Make::Map1(pitch::ampdb)),
        sig("i", "i", Make::Map1(pitch::ampdb)),
        sig("k", "k", Make::Map1(pitch::ampdb)),
    ])
    .outs(&[port("amp", "amplitude; 0 dB is 1")])
    .ins(&[port("x", "decibels")])
    .source("Manual: ampdb");

/// Definition of `dbamp`.
pub static DBAMP: OpDef = OpDef::new("dbamp", "Amplitude to decibels.")
    .sigs(&[sig("i", "i", Make::Map1(pitch::dbamp)), sig("k", "k", Make::Map1(pitch::dbamp))])
    .outs(&[port("db", "decibels; minus infinity for 0")])
    .ins(&[port("x", "amplitude; its sign does not matter")])
    .source("Manual: dbamp");

/// Definition of `ampdbfs`.
pub static AMPDBFS: OpDef = OpDef::new("ampdbfs", "Decibels relative to full scale to amplitude.")
    .sigs(&[
        sig("a", "a", at_perf::<Each<AmpDbfs>>()),
        sig("i", "i", at_init::<Each<AmpDbfs>>()),
        sig("k", "k", at_perf::<Each<AmpDbfs>>()),
    ])
    .outs(&[port("amp", "amplitude; 0 dB is 0dbfs")])
    .ins(&[port("x", "decibels")])
    .source("Manual: ampdbfs");

/// Definition of `dbfsamp`.
pub static DBFSAMP: OpDef = OpDef::new("dbfsamp", "Amplitude to decibels relative to full scale.")
    .sigs(&[sig("i", "i", at_init::<Each<DbfsAmp>>()), sig("k", "k", at_perf::<Each<DbfsAmp>>())])
    .outs(&[port("db", "decibels; 0dbfs is 0 dB")])
    .ins(&[port("x", "amplitude; its sign does not matter")])
    .source("Manual: dbfsamp");

/// A conversion that depends on the orchestra's header.
trait Convert: Send + 'static {
    fn convert(x: f64, header: &Header) -> f64;
}

struct CpsOct;
struct CpsPch;
struct OctCps;
struct NoteCps;
struct AmpDbfs;
struct DbfsAmp;

impl Convert for CpsOct {
    fn convert(x: f64, header: &Header) -> f64 {
        pitch::cpsoct(x, header.a4)
    }
}

impl Convert for CpsPch {
    fn convert(x: f64, header: &Header) -> f64 {
        pitch::cpspch(x, header.a4)
    }
}

impl Convert for OctCps {
    fn convert(x: f64, header: &Header) -> f64 {
        pitch::octcps(x, header.a4)
    }
}

impl Convert for NoteCps {
    fn convert(x: f64, header: &Header) -> f64 {
        pitch::mtof(x, header.a4)
    }
}

impl Convert for AmpDbfs {
    fn convert(x: f64, header: &Header) -> f64 {
        pitch::ampdbfs(x, header.zero_dbfs)
    }
}

impl Convert for DbfsAmp {
    fn convert(x: f64, header: &Header) -> f64 {
        pitch::dbfsamp(x, header.zero_dbfs)
    }
}

/// Converts a number, or sample by sample.
struct Each<C>(PhantomData<C>);

impl<C: Convert> Step for Each<C> {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let x = io.x(0);
        for (n, out) in io.out(0).iter().enumerate() {
            out.set(C::convert(x.at(n), &world.header));
        }
        Ok(())
    }
}

/// Converts an array.
struct Elements<C>(PhantomData<C>);

impl<C: Convert> Step for Elements<C> {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        map_array(io, |x| C::convert(x, &world.header));
        Ok(())
    }
}

/// Sets the output array to a function of the input array, element by element.
fn map_array(io: &Io<'_>, f: impl Fn(f64) -> f64) {
    let (Some(x), Some(mut out)) = (io.array(0), io.array_out(0)) else { return };
    out.resize(&x.dims, io.clock.ksmps);
    for (out, &x) in out.nums_mut().iter_mut().zip(x.nums()) {
        *out = f(x);
    }
}

/// Runs a step at init and at performance, but not in the first k-cycle.
struct Ahead<S> {
    first: bool,
    step: PhantomData<S>,
}

impl<S> Default for Ahead<S> {
    fn default() -> Self {
        Self { first: false, step: PhantomData }
    }
}

impl<S: Step> Ugen for Ahead<S> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.first = true;
        S::step(&cx.io, cx.world)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        if std::mem::take(&mut self.first) { Ok(()) } else { S::step(io, world) }
    }
}

struct CpsMidiNote;

impl Step for CpsMidiNote {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let note = io.k(0);
        if !(0.0..=pitch::HIGHEST_NOTE).contains(&note) && !note.is_nan() {
            return Err(OpError::new(format!("MIDI note {note} out of range")));
        }
        io.set(0, pitch::cpsmidinn(note, world.header.a4));
        Ok(())
    }
}

/// State of `ftom`: whether to round, decided at init, and whether the first k-cycle is done.
#[derive(Default)]
struct CpsNote {
    round: bool,
    first: bool,
}

impl CpsNote {
    fn convert(&self, io: &Io<'_>, a4: f64) {
        let note = |cps| {
            let note = pitch::ftom(cps, a4);
            if self.round { note.round_ties_even() } else { note }
        };
        if io.is_array(0) {
            map_array(io, note);
        } else {
            io.set(0, note(io.k(0)));
        }
    }
}

impl Ugen for CpsNote {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.round = cx.k(1) as i32 != 0;
        // Arrays are computed at init for the first k-cycle, as with `Ahead`.
        self.first = cx.is_array(0);
        self.convert(&cx.io, cx.world.header.a4);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        if !std::mem::take(&mut self.first) {
            self.convert(io, world.header.a4);
        }
        Ok(())
    }
}

fn cps_note(cx: &mut Init<'_>) -> OpResult {
    CpsNote::default().init(cx)
}

/// The audio form multiplies where the others divide, with the digits the reference has for 1/1200.
fn cent_audio(x: f64) -> f64 {
    math::exp2(x * 0.00083333333333333333333)
}
