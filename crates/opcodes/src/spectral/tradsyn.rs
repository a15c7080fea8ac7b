//! `tradsyn`, `sinsyn`, `resyn`: resynthesis of partial tracks.

use super::tracks::{self, Track, layout};
use crate::lookup::any_table;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::table::Table;
use orchestrion_base::world::World;
use std::f64::consts::{PI, TAU};

const OUTS: &[Port] = &[port("ares", "signal, late by a hop")];
const TRACKS: Port = port("fin", "partial tracks");
const SCALE: Port = port("kscal", "factor of the amplitudes");
const PITCH: Port = port("kpitch", "factor of the frequencies");
const MOST: Port = port("kmaxtracks", "most tracks that sound");
const TABLE: Port = port("ifn", "table with one period, usually a cosine");
const SOFTEST: Port =
    port("imin", "softest amplitude that sounds, a part of full scale; default -1, 0.00002");

/// Definition of `tradsyn`.
pub static TRADSYN: OpDef = OpDef::new("tradsyn", "Resynthesis of tracks from amplitudes and frequencies.")
    .sigs(&[sig("a", "fkkkij", Make::Unit(unit::<Synth<ByFrequency>>))])
    .outs(OUTS)
    .ins(&[TRACKS, SCALE, PITCH, MOST, TABLE, SOFTEST])
    .reads(Res::TABLES)
    .source("Manual: tradsyn; straight lines for amplitude and frequency")
    .quiet_init();

/// Definition of `sinsyn`.
pub static SINSYN: OpDef =
    OpDef::new("sinsyn", "Resynthesis of tracks from amplitudes, frequencies and phases.")
        .sigs(&[sig("a", "fkkij", Make::Unit(unit::<Synth<ByPhase>>))])
        .outs(OUTS)
        .ins(&[TRACKS, SCALE, MOST, TABLE, SOFTEST])
        .reads(Res::TABLES)
        .source("Manual: sinsyn; cubic phases after McAulay and Quatieri, IEEE ASSP 34, 1986")
        .quiet_init();

/// Definition of `resyn`.
pub static RESYN: OpDef =
    OpDef::new("resyn", "Resynthesis of tracks with other frequencies, near their phases.")
        .sigs(&[sig("a", "fkkkij", Make::Unit(unit::<Synth<Transposed>>))])
        .outs(OUTS)
        .ins(&[TRACKS, SCALE, PITCH, MOST, TABLE, SOFTEST])
        .reads(Res::TABLES)
        .source("Manual: resyn; cubic phases as of sinsyn, what is left of turns measured on the reference")
        .quiet_init();

/// Softest amplitude that sounds, a part of full scale, unless given.
const DEFAULT_SOFTEST: f64 = 0.00002;

/// A partial at a frame, in the units of a [`Style`].
#[derive(Clone, Copy, Default)]
struct Voice {
    amp: f64,
    frequency: f64,
    phase: f64,
    number: i32,
}

/// The samples of one hop that a voice is added to.
struct Hop<'a> {
    sum: &'a mut [f64],
    table: &'a Table,
    sr: f64,
}

impl Hop<'_> {
    fn seconds(&self) -> f64 {
        self.sum.len() as f64 / self.sr
    }

    /// The table at a place in points, which is brought into it.
    fn wave(&self, place: &mut f64) -> f64 {
        let len = self.table.len as f64;
        if !(0.0..len).contains(place) {
            *place -= (*place / len).floor() * len;
        }
        let i = *place as usize;
        let at = |i: usize| self.table.data.get(i).copied().unwrap_or(0.0);
        at(i) + (at(i + 1) - at(i)) * (*place - i as f64)
    }
}

/// How voices move from frame to frame.
trait Style: Default + Send + 'static {
    /// Whether there is an input for pitch before the number of tracks.
    const PITCHED: bool;
    /// The voice that a track asks for.
    fn target(t: &Track, scale: f64, pitch: f64) -> Voice;
    /// Where a new voice comes from, a hop earlier.
    fn origin(target: &Voice, seconds: f64) -> Voice;
    /// Where a voice goes that ends, a hop later.
    fn farewell(from: &Voice, _seconds: f64) -> Voice {
        Voice { amp: 0.0, ..*from }
    }
    /// Adds a hop; gives the phase at its end.
    fn add(&mut self, from: &Voice, to: &Voice, hop: &mut Hop<'_>) -> f64;
    /// The phase to go on from, of a voice that goes on.
    fn arrive(&self, phase: f64) -> f64 {
        phase
    }
    /// The phase at the end of a hop in which a voice is too soft to sound.
    fn pass(from: &Voice, to: &Voice) -> f64;
}

/// Phases are places in the table that follow the frequencies in Hz.
#[derive(Default)]
struct ByFrequency;

impl Style for ByFrequency {
    const PITCHED: bool = true;

    fn target(t: &Track, scale: f64, pitch: f64) -> Voice {
        Voice {
            amp: f64::from(t.amp) * scale,
            frequency: f64::from(t.frequency) * pitch,
            phase: 0.0,
            number: t.number as i32,
        }
    }

    fn origin(target: &Voice, seconds: f64) -> Voice {
        Voice { amp: 0.0, phase: -target.frequency * seconds, ..*target }
    }

    fn add(&mut self, from: &Voice, to: &Voice, hop: &mut Hop<'_>) -> f64 {
        let points = hop.table.len as f64 / hop.sr;
        let steps = hop.sum.len() as f64;
        let (bend, swell) = ((to.frequency - from.frequency) / steps, (to.amp - from.amp) / steps);
        let (mut amp, mut frequency, mut place) = (from.amp, from.frequency, from.phase);
        for n in 0..hop.sum.len() {
            place += frequency * points;
            hop.sum[n] += amp * hop.wave(&mut place);
            amp += swell;
            frequency += bend;
        }
        place
    }

    fn pass(from: &Voice, _: &Voice) -> f64 {
        from.phase
    }
}

/// A target in radians, radians a second.
fn radians(t: &Track, scale: f64, pitch: f64) -> Voice {
    Voice {
        amp: f64::from(t.amp) * scale,
        frequency: f64::from(t.frequency) * TAU * pitch,
        phase: f64::from(t.phase),
        number: t.number as i32,
    }
}

/// The voice a hop later or earlier at the same frequency, silent.
fn drifted(voice: &Voice, seconds: f64) -> Voice {
    Voice { amp: 0.0, phase: voice.phase + voice.frequency * seconds, ..*voice }
}

/// How far the phase moves beyond whole turns, and how many turns the frequencies ask for besides.
fn turns(from: &Voice, to: &Voice, seconds: f64) -> (f64, f64) {
    let mut apart = to.phase - from.phase;
    apart -= ((apart + PI) / TAU).floor() * TAU;
    (apart, ((from.frequency + to.frequency) * seconds * 0.5 - apart) / TAU)
}

/// Adds a hop along the cubic that has the phases and frequencies of both ends.
fn add_cubic(from: &Voice, to: &Voice, apart: f64, hop: &mut Hop<'_>) {
    let t = hop.seconds();
    let square = 3.0 / (t * t) * (apart - t / 3.0 * (2.0 * from.frequency + to.frequency));
    let cube = 1.0 / (3.0 * t * t) * (to.frequency - from.frequency - 2.0 * square * t);
    let points = hop.table.len as f64 / TAU;
    let swell = (to.amp - from.amp) / hop.sum.len() as f64;
    let (mut amp, mut time, mut phase) = (from.amp, 0.0, from.phase);
    for n in 0..hop.sum.len() {
        let mut place = phase * points;
        hop.sum[n] += amp * hop.wave(&mut place);
        amp += swell;
        time += 1.0 / hop.sr;
        phase = from.phase + time * (from.frequency + time * (square + cube * time));
    }
}

#[derive(Default)]
struct ByPhase;

impl Style for ByPhase {
    const PITCHED: bool = false;

    fn target(t: &Track, scale: f64, _: f64) -> Voice {
        radians(t, scale, 1.0)
    }

    fn origin(target: &Voice, _: f64) -> Voice {
        // It begins with its second frame.
        Voice { amp: f64::NEG_INFINITY, ..*target }
    }

    fn farewell(from: &Voice, seconds: f64) -> Voice {
        drifted(from, seconds)
    }

    fn add(&mut self, from: &Voice, to: &Voice, hop: &mut Hop<'_>) -> f64 {
        let (apart, turns) = turns(from, to, hop.seconds());
        add_cubic(from, to, apart + TAU * (turns + 0.5).trunc(), hop);
        to.phase
    }

    fn pass(_: &Voice, to: &Voice) -> f64 {
        to.phase
    }
}

/// The turns are not whole where frequencies are multiplied; what is left of them shifts the phase that
/// is aimed at, also that of silent tracks after it, as in the reference.
#[derive(Default)]
struct Transposed {
    turns: f64,
}

impl Style for Transposed {
    const PITCHED: bool = true;

    fn target(t: &Track, scale: f64, pitch: f64) -> Voice {
        radians(t, scale, pitch)
    }

    fn origin(target: &Voice, seconds: f64) -> Voice {
        drifted(target, -seconds)
    }

    fn farewell(from: &Voice, seconds: f64) -> Voice {
        drifted(from, seconds)
    }

    fn add(&mut self, from: &Voice, to: &Voice, hop: &mut Hop<'_>) -> f64 {
        let (apart, turns) = turns(from, to, hop.seconds());
        self.turns = turns;
        add_cubic(from, to, apart + TAU * turns, hop);
        to.phase
    }

    fn arrive(&self, phase: f64) -> f64 {
        let phase = phase + self.turns.fract() * TAU;
        phase - (phase / TAU).floor() * TAU
    }

    fn pass(_: &Voice, to: &Voice) -> f64 {
        to.phase
    }
}

#[derive(Default)]
struct Synth<S> {
    voices: Vec<Voice>,
    sounding: usize,
    sum: Vec<f64>,
    given: usize,
    table: f64,
    softest: f64,
    style: std::marker::PhantomData<S>,
}

impl<S: Style> Ugen for Synth<S> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let layout = layout(cx, 0)?;
        let at = if S::PITCHED { 4 } else { 3 };
        self.table = any_table(cx.world, cx.k(at))?;
        let softest = cx.k(at + 1);
        self.softest = if softest == -1.0 { DEFAULT_SOFTEST } else { softest } * cx.world.header.zero_dbfs;
        cx.world.ask_memory(layout.bytes(1) * 4 + layout.hop as usize * 8, "resynthesis of tracks")?;
        self.voices = vec![Voice::default(); layout.bins()];
        self.sum = vec![0.0; layout.hop.max(1) as usize];
        (self.sounding, self.given) = (0, 0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (Some(s), Some(table)) = (io.spectrum(0), world.tables.get(self.table)) else { return Ok(()) };
        for y in io.out(0) {
            y.set(self.sum[self.given]);
            self.given += 1;
            if self.given == self.sum.len() {
                self.given = 0;
                self.synthesise(io, &s.frame, table);
            }
        }
        Ok(())
    }
}

impl<S: Style> Synth<S> {
    fn synthesise(&mut self, io: &Io<'_>, frame: &[[f32; 2]], table: &Table) {
        let (scale, pitch) = (io.k(1), if S::PITCHED { io.k(2) } else { 1.0 });
        let most = io.k(if S::PITCHED { 3 } else { 2 }).max(0.0) as usize;
        self.sum.fill(0.0);
        let mut style = S::default();
        let mut hop = Hop { sum: &mut self.sum, table, sr: io.clock.sr };
        let seconds = hop.seconds();
        let (mut kept, mut gone) = (0, 0);
        let mut targets = tracks::tracks(frame).take(most).map(|t| S::target(&t, scale, pitch)).peekable();
        while let Some(target) = targets.peek().copied() {
            let known = (kept + gone < self.sounding).then(|| self.voices[kept + gone]);
            let goes_on = known.is_none_or(|voice| voice.number == target.number);
            let from = known.unwrap_or_else(|| S::origin(&target, seconds));
            let to = if goes_on { target } else { S::farewell(&from, seconds) };
            let phase =
                if from.amp > self.softest { style.add(&from, &to, &mut hop) } else { S::pass(&from, &to) };
            if goes_on {
                if let Some(voice) = self.voices.get_mut(kept) {
                    *voice = Voice { phase: style.arrive(phase), ..to };
                }
                targets.next();
                kept += 1;
            } else {
                gone += 1;
            }
        }
        self.sounding = kept.min(self.voices.len());
    }
}
