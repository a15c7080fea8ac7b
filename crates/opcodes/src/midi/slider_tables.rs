//! Banks of MIDI controllers into tables: `slider8table` to `slider64table` and, filtered,
//! `slider8tablef` to `slider64tablef`.

use crate::midi::control::channel_index;
use crate::midi::sliders::{SLIDERS, Slider, Smoothing, i_inputs};
use crate::tables::lookup::{find, point, set_point};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

const OUTS: &[Port] = &[port("kflag", "1 when a controller changed, else 0")];
const INS: &[Port] = &[
    port("ichan", "MIDI channel, 1 to 16"),
    port("ioutTable", "table that receives the values"),
    port("ioffset", "place of the first slider's value"),
    SLIDERS,
];

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .outs(OUTS)
        .ins(INS)
        .reads(Res::MIDI.and(Res::TABLES))
        .writes(Res::TABLES)
        .source("Manual, page of this name; exponential curve (ifn -1) measured on the reference")
}

const fn plain<const INPUTS: usize>() -> [Sig; 1] {
    [sig("k", i_inputs::<INPUTS>(), Make::Unit(world_unit::<Bank<false>>))]
}

const fn filtered<const INPUTS: usize>() -> [Sig; 1] {
    [sig("k", i_inputs::<INPUTS>(), Make::Unit(world_unit::<Bank<true>>))]
}

const MORE: &[&str] = &["all sliders work; the reference sets up only the first eight"];
const FLAG: &[&str] = &[
    "all sliders work; the reference sets up only the first eight",
    "kflag returns to 0; in the reference it stays 1",
    "each slider has its own greatest value; the reference takes that of another slider",
];

/// Definition of `slider8table`.
pub static SLIDER8TABLE: OpDef = def("slider8table", "8 controllers into a table.", &const { plain::<43>() });
/// Definition of `slider16table`.
pub static SLIDER16TABLE: OpDef =
    def("slider16table", "16 controllers into a table.", &const { plain::<83>() }).differences(MORE);
/// Definition of `slider32table`.
pub static SLIDER32TABLE: OpDef =
    def("slider32table", "32 controllers into a table.", &const { plain::<163>() }).differences(MORE);
/// Definition of `slider64table`.
pub static SLIDER64TABLE: OpDef =
    def("slider64table", "64 controllers into a table.", &const { plain::<323>() }).differences(MORE);

/// Definition of `slider8tablef`.
pub static SLIDER8TABLEF: OpDef =
    def("slider8tablef", "8 controllers, smoothed, into a table.", &const { filtered::<51>() })
        .differences(FLAG);
/// Definition of `slider16tablef`.
pub static SLIDER16TABLEF: OpDef =
    def("slider16tablef", "16 controllers, smoothed, into a table.", &const { filtered::<99>() })
        .differences(FLAG);
/// Definition of `slider32tablef`.
pub static SLIDER32TABLEF: OpDef =
    def("slider32tablef", "32 controllers, smoothed, into a table.", &const { filtered::<195>() })
        .differences(FLAG);
/// Definition of `slider64tablef`.
pub static SLIDER64TABLEF: OpDef =
    def("slider64tablef", "64 controllers, smoothed, into a table.", &const { filtered::<387>() })
        .differences(FLAG);

/// Curve of a slider that is exponential.
const EXPONENTIAL: f64 = -1.0;

/// Where a slider stands at first, 0 to 1.
fn start(slider: &Slider) -> OpResult<f64> {
    let (min, max, initial) = (slider.min, slider.max, slider.initial());
    if slider.curve == 0.0 {
        return slider.start();
    }
    if slider.curve != EXPONENTIAL {
        let fits = (0.0..1.0).contains(&initial);
        return if fits { Ok(initial) } else { Err("with a table the initial value must be 0 to 1".into()) };
    }
    slider.start()?;
    if min == 0.0 || max == 0.0 {
        return Err("an exponential slider cannot reach zero".into());
    }
    Ok(math::ln(initial / min) / math::ln(max / min))
}

fn shaped(slider: &Slider, world: &World, place: f64) -> f64 {
    let range = slider.max - slider.min;
    if slider.curve == EXPONENTIAL {
        return slider.min * math::pow(slider.max / slider.min, place);
    }
    let place = match world.tables.get(slider.curve).filter(|_| slider.curve > 0.0) {
        Some(table) => point(table, (place * table.len as f64) as usize),
        None => place,
    };
    place * range + slider.min
}

struct Entry {
    slider: Slider,
    smoothing: Smoothing,
    /// Controller when the value was last computed; a fresh instance starts from 0, as the reference does.
    seen: f64,
}

#[derive(Default)]
struct Bank<const FILTERED: bool> {
    entries: Vec<Entry>,
}

impl<const FILTERED: bool> WorldUgen for Bank<FILTERED> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        find(cx.world, "the sliders", cx.k(1))?;
        let channel = channel_index(cx.k(0))?;
        let size = if FILTERED { 6 } else { 5 };
        for j in 0..(cx.n_ins() - 3) / size {
            let slider = Slider::read(&cx.io, channel, 3, size, j)?;
            let place = start(&slider)?;
            slider.set(cx.world, place);
            let smoothing = Smoothing::new(slider.cutoff, &cx.io);
            let entry = Entry { slider, smoothing, seen: self.entries.get(j).map_or(0.0, |e| e.seen) };
            match self.entries.get_mut(j) {
                Some(old) => *old = entry,
                None => self.entries.push(entry),
            }
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        io.set(0, 0.0);
        let (table, offset) = (io.k(1), io.k(2) as usize);
        for (j, entry) in self.entries.iter_mut().enumerate() {
            let now = world.midi.channels[entry.slider.channel].controllers[entry.slider.controller].trunc();
            let changed = now != entry.seen;
            if changed {
                io.set(0, 1.0);
                entry.seen = now;
            }
            if changed || FILTERED {
                let value = shaped(&entry.slider, world, now / 127.0);
                let value = if FILTERED { entry.smoothing.pass(value) } else { value };
                set_point(world, table, offset.saturating_add(j), value);
            }
        }
        Ok(())
    }
}
