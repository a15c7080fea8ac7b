//! `tableseg` (`ktableseg`), `tablexseg`: tables that change into others; `vpvoc`: resynthesis of a file of the phase vocoder under
//! such a table.

use super::gate::table;
use super::handed::{Giver, given, latest};
use super::vocoder::{Frame, Frames, Resynthesis};
use super::warp::Envelope;
use crate::lookup::any_table;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, WorldUgen, port, sig, unit, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::round::round_ties_even;
use orchestrion_base::world::World;

const INS: &[Port] = &[
    port("ifn1", "table to start with"),
    port("idur1", "seconds in which it changes into the next; 0 or below stays at that one for good"),
    port("ifn2...", "further tables and durations in turn, all tables of the same size"),
];
const SOURCE: &str = "Manual: tableseg; course of the values measured on the reference";
const DIFFERENCES: &[&str] = &[
    "tables of different sizes, a missing table and a first duration of 0 are errors or hold the table; the \
     reference reads foreign memory or crashes",
];

const fn linear(name: &'static str) -> OpDef {
    OpDef::new(name, "A table that changes linearly into others, for vpvoc.")
        .sigs(const { &[sig("", "iim", Make::Unit(world_unit::<Tableseg<false>>))] })
        .ins(INS)
        .reads(Res::TABLES)
        .writes(Res::FAMILY)
        .source(SOURCE)
        .differences(DIFFERENCES)
}

/// Definition of `tableseg`.
pub static TABLESEG: OpDef = linear("tableseg");
/// Definition of `ktableseg`, its former name.
pub static KTABLESEG: OpDef = linear("ktableseg");

/// Definition of `tablexseg`.
pub static TABLEXSEG: OpDef =
    OpDef::new("tablexseg", "A table that changes into others with the square of the time, for vpvoc.")
        .sigs(&[sig("", "iin", Make::Unit(world_unit::<Tableseg<true>>))])
        .ins(INS)
        .reads(Res::TABLES)
        .writes(Res::FAMILY)
        .source(SOURCE)
        .differences(DIFFERENCES);

/// Definition of `vpvoc`.
pub static VPVOC: OpDef =
    OpDef::new("vpvoc", "Resynthesis of a file of the phase vocoder with a factor for each bin.")
        .sigs(&[sig("a", "kkSoo", Make::Unit(unit::<Vpvoc>)), sig("a", "kkioo", Make::Unit(unit::<Vpvoc>))])
        .outs(&[port("ares", "signal")])
        .ins(&[
            port("ktimpnt", "place to read in seconds, not below 0; past the end it is the end"),
            port("kfmod", "transposition: 1 none; two k-cycles have to fit into a transposed frame"),
            port("ifile", "name of a PVOC-EX file of one channel, or a number for pvoc.N"),
            port("ispecwp", "not 0: the spectral envelope stays where it is; default 0"),
            port("ifn", "table of factors, a point for each bin; default 0, that of tableseg or tablexseg"),
        ])
        .source("Manual: vpvoc (D. Ellis, R. Karpen)")
        .reads(Res::TABLES.and(Res::FAMILY))
        .may_fail()
        .differences(&[
            "With ispecwp the envelope stays where it is as in pvoc; the reference is silent.",
            "A table with fewer points than there are bins is an error; the reference reads foreign memory.",
        ]);

/// The way from a table to the next.
#[derive(Clone, Copy)]
struct Way {
    from: f64,
    to: f64,
    /// Length in k-cycles.
    length: f64,
    /// Whole k-cycles left.
    left: i64,
}

impl Way {
    fn stay(number: f64) -> Self {
        Self { from: number, to: number, length: 1.0, left: i64::MAX }
    }

    /// k-cycles done; the length counts without its fraction here (measured).
    fn done(&self) -> f64 {
        (self.length as i64).saturating_sub(self.left).max(0) as f64
    }
}

/// The table of the moment.
type Gains = Vec<f64>;

#[derive(Default)]
struct Tableseg<const SQUARE: bool> {
    ways: Vec<Way>,
    at: usize,
    giver: Giver,
}

/// Ways from table to table as the inputs give them.
fn ways(cx: &Init<'_>) -> OpResult<Vec<Way>> {
    let mut ways = Vec::new();
    let mut from = any_table(cx.world, cx.k(0))?;
    for i in (1..cx.n_ins().saturating_sub(1)).step_by(2) {
        let length = cx.k(i) * cx.clock.kr;
        let to = any_table(cx.world, cx.k(i + 1))?;
        if length > 0.0 {
            ways.push(Way { from, to, length, left: round_ties_even(length) as i64 });
        }
        from = to;
        if length.is_nan() || length <= 0.0 {
            break;
        }
    }
    ways.push(Way::stay(from));
    Ok(ways)
}

impl<const SQUARE: bool> WorldUgen for Tableseg<SQUARE> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let ways = ways(cx)?;
        let points = |number| cx.world.tables.get(number).map_or(0, |table| table.data.len());
        let size = points(ways[0].from);
        if ways.iter().any(|way| points(way.to) != size) {
            return Err(OpError::new("the tables are not of the same size"));
        }
        cx.world.ask_memory(size * size_of::<f64>(), "a table between tables")?;
        self.giver.give::<Gains>(cx, vec![0.0; size]);
        self.ways = ways;
        self.at = 0;
        Ok(())
    }

    fn perform(&mut self, _: &Io<'_>, world: &mut World) -> OpResult {
        let Some(way) = self.ways.get(self.at).copied() else { return Ok(()) };
        let part = way.done() / way.length;
        let part = if SQUARE { part * part } else { part };
        self.step();
        let Some(mut gains) = self.giver.value::<Gains>(world).map(std::mem::take) else { return Ok(()) };
        if let (Some(from), Some(to)) = (world.tables.get(way.from), world.tables.get(way.to)) {
            // The guard point stays 0, so that the highest bin is silent (measured).
            let points = gains.len().saturating_sub(1);
            for ((gain, from), to) in gains[..points].iter_mut().zip(&from.data).zip(&to.data) {
                *gain = from + (to - from) * part;
            }
        }
        if let Some(value) = self.giver.value(world) {
            *value = gains;
        }
        Ok(())
    }
}

impl<const SQUARE: bool> Tableseg<SQUARE> {
    /// Goes on by a k-cycle, over the ways that end with it.
    fn step(&mut self) {
        while let Some(way) = self.ways.get_mut(self.at) {
            way.left -= 1;
            if way.left >= 0 {
                break;
            }
            self.at += 1;
        }
    }
}

#[derive(Default)]
struct Vpvoc {
    frames: Option<Frames>,
    frame: Frame,
    resynthesis: Resynthesis,
    envelope: Envelope,
    /// Number of the `tableseg` that gives the factors.
    giver: u64,
}

impl Vpvoc {
    /// The factors, `None` if there are none any more.
    fn gains<'w>(&self, number: f64, world: &'w World) -> OpResult<Option<&'w [f64]>> {
        Ok(match table(world, number)? {
            Some(gains) => Some(gains),
            None => given::<Gains>(world, self.giver).map(Vec::as_slice),
        })
    }
}

impl Ugen for Vpvoc {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let frames = Frames::open(cx, 2)?;
        self.giver = latest::<Gains>(cx.world).0;
        let Some(gains) = self.gains(cx.k(4), cx.world)? else {
            return Err("there is no tableseg or tablexseg before this".into());
        };
        if gains.len() < frames.bins() {
            let (points, bins) = (gains.len(), frames.bins());
            return Err(OpError::new(format!(
                "the table has {points} points, a frame of the file {bins} bins"
            )));
        }
        *self = Self {
            frame: vec![[0.0; 2]; frames.bins()],
            resynthesis: Resynthesis::new(&frames, cx.clock.ksmps),
            envelope: Envelope::new(frames.bins()),
            frames: Some(frames),
            giver: self.giver,
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(frames) = &self.frames else { return Ok(()) };
        frames.at(io.k(0), &mut self.frame)?;
        let pitch = io.k(1);
        let scale = self.resynthesis.scale(pitch);
        if let Some(gains) = self.gains(io.k(4), world)? {
            for (bin, gain) in self.frame.iter_mut().zip(gains) {
                bin[0] *= gain * scale;
            }
        }
        if io.int(3) != 0 {
            self.envelope.keep(&mut self.frame, pitch);
        }
        self.resynthesis.play(io, &self.frame, pitch, 1.0)
    }
}
