//! Sets of controllers: `ctrlsave`, `ctrlprint`, `ctrlpreset`, `ctrlselect`, `ctrlprintpresets`.

use crate::arrays::common::fit;
use crate::midi::control::{channel_index, number};
use crate::step::{Step, WorldStep, at_both, world_at_perf};
use bstr::BString;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::host::{OpenMode, Purpose};
use orchestrion_base::op::{OpDef, Port, Res, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;

const SAVED: Port = port("karr[]", "number of controllers, channel, then pairs of controller and value");
const FILE: Port = port("Sfile", "file to append to; default: printed");

/// Definition of `ctrlsave`.
pub static CTRLSAVE: OpDef =
    OpDef::new("ctrlsave", "Values of controllers, for `ctrlprint` and `ctrlpreset`.")
        .sigs(&[sig("k[]", "im", at_both::<Save>())])
        .outs(&[SAVED])
        .ins(&[port("ichnl", "MIDI channel, 1 to 16"), port("ictlno...", "controllers, 0 to 127")])
        .reads(Res::MIDI)
        .may_fail()
        .source("Manual: ctrlsave; layout measured on the reference");
/// Definition of `ctrlprint`.
pub static CTRLPRINT: OpDef = OpDef::new("ctrlprint", "Prints saved controllers as a line for `ctrlinit`.")
    .sigs(&[sig("", "k[]S", world_at_perf::<PrintSaved>()), sig("", "k[]", world_at_perf::<PrintSaved>())])
    .ins(&[SAVED, FILE])
    .writes(Res::PRINT.and(Res::FILES))
    .may_fail()
    .source("Manual: ctrlprint; layout measured on the reference");
/// Definition of `ctrlpreset`.
pub static CTRLPRESET: OpDef = OpDef::new("ctrlpreset", "Stores values of controllers under a number.")
    .sigs(&[sig("k", "kk[]", world_at_perf::<Preset>()), sig("k", "kim", world_at_perf::<Preset>())])
    .outs(&[port("kpre", "number of the preset")])
    .ins(&[
        port("ktag", "number of the preset, 0 for a free one"),
        port(
            "kchnl, kctlno, kval...",
            "channel and pairs of controller and value; or an array of `ctrlsave`",
        ),
    ])
    .writes(Res::FAMILY)
    .may_fail()
    .source("Manual: ctrlpreset");
/// Definition of `ctrlselect`.
pub static CTRLSELECT: OpDef = OpDef::new("ctrlselect", "Sets the controllers of a preset.")
    .sigs(&[sig("", "k", world_at_perf::<Select>())])
    .ins(&[port("kpre", "number of the preset")])
    .reads(Res::FAMILY)
    .writes(Res::MIDI)
    .may_fail()
    .source("Manual: ctrlselect");
/// Definition of `ctrlprintpresets`.
pub static CTRLPRINTPRESETS: OpDef =
    OpDef::new("ctrlprintpresets", "Prints all presets as lines for `ctrlpreset`.")
        .sigs(&[sig("", "", world_at_perf::<PrintPresets>()), sig("", "S", world_at_perf::<PrintPresets>())])
        .ins(&[FILE])
        .reads(Res::FAMILY)
        .writes(Res::PRINT.and(Res::FILES))
        .may_fail()
        .source("Manual: ctrlprintpresets; layout measured on the reference");

/// A channel from 1, then controllers and values in turn.
type Numbers = Vec<i32>;

/// Presets by number from 1.
#[derive(Default)]
struct Presets(BTreeMap<u32, Numbers>);

/// Presets that a piece may store.
const MOST: usize = 4096;

struct Save;

impl Step for Save {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let controllers = &world.midi.channels[channel_index(io.k(0))?].controllers;
        let count = io.n_ins() - 1;
        let Some(mut array) = io.array_out(0) else { return Ok(()) };
        fit(&mut array, 2 + 2 * count, io, world)?;
        let numbers = array.nums_mut();
        (numbers[0], numbers[1]) = (count as f64, io.k(0));
        for (i, pair) in numbers[2..].chunks_exact_mut(2).enumerate() {
            let controller = io.k(1 + i);
            pair.copy_from_slice(&[controller, controllers[number(controller)?]]);
        }
        Ok(())
    }
}

/// Numbers of an array of `ctrlsave`, without the count.
fn saved(io: &Io<'_>, input: usize) -> Numbers {
    let Some(array) = io.array(input) else { return Vec::new() };
    let numbers = array.nums();
    let count = numbers.first().map_or(0, |n| *n as usize);
    numbers.iter().skip(1).take(1 + 2 * count).map(|x| *x as i32).collect()
}

fn joined(numbers: &[i32]) -> String {
    numbers.iter().map(i32::to_string).collect::<Vec<_>>().join(", ")
}

/// Prints text, or appends it to the file that input `file` names.
fn put(io: &Io<'_>, world: &mut World, file: usize, text: String) -> OpResult {
    if !io.is_str(file) {
        world.print(BString::from(text));
        return Ok(());
    }
    let Some(host) = &world.host else { return Err(OpError::new("there are no files here")) };
    let name = io.text(file);
    let mut out =
        host.create(&name, Purpose::DataOut, OpenMode::Append).map_err(|e| OpError::new(e.to_string()))?;
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.map_err(|e| OpError::new(format!("cannot write \"{name}\": {e}")))
}

struct PrintSaved;

impl WorldStep for PrintSaved {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let numbers = saved(io, 0);
        let mut text = format!("\n ctrlinit\t{}", numbers.first().unwrap_or(&0));
        for pair in numbers.get(1..).unwrap_or(&[]).chunks_exact(2) {
            // Writing to a string cannot fail.
            let _ = write!(text, ", {},{}", pair[0], pair[1]);
        }
        text.push_str("\n\n");
        put(io, world, 1, text)
    }
}

struct Preset;

impl WorldStep for Preset {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let numbers =
            if io.is_array(1) { saved(io, 1) } else { (1..io.n_ins()).map(|i| io.k(i) as i32).collect() };
        let presets = &mut world.shared::<Presets>().0;
        let wanted = io.k(0) as u32;
        let free = || (1..).find(|n| !presets.contains_key(n)).unwrap_or(u32::MAX);
        let tag = if wanted == 0 { free() } else { wanted };
        if presets.len() >= MOST && !presets.contains_key(&tag) {
            return Err(OpError::new(format!("no more than {MOST} presets can be stored")));
        }
        presets.insert(tag, numbers);
        io.set(0, f64::from(tag));
        Ok(())
    }
}

struct Select;

impl WorldStep for Select {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let tag = io.k(0) as u32;
        let preset = world.shared::<Presets>().0.get(&tag).cloned();
        let preset = preset.ok_or_else(|| OpError::new(format!("there is no preset {tag}")))?;
        let channel = channel_index(f64::from(preset.first().copied().unwrap_or(0)))?;
        for pair in preset.get(1..).unwrap_or(&[]).chunks_exact(2) {
            let controller = number(f64::from(pair[0]))?;
            world.midi.channels[channel].controllers[controller] = f64::from(pair[1]);
        }
        Ok(())
    }
}

struct PrintPresets;

impl WorldStep for PrintPresets {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let mut text = String::new();
        for (tag, numbers) in &world.shared::<Presets>().0 {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "\n kpre{tag} ctrlpreset\t{tag} , {}", joined(numbers));
        }
        text.push_str("\n\n");
        put(io, world, 0, text)
    }
}
