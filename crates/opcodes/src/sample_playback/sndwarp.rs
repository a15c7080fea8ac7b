//! `sndwarp`, `sndwarpst`: tables read in overlapping windows, so that time and pitch can be changed apart.

use crate::lookup::any_table;
use crate::tables::lookup::point;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::random::Rand31;
use orchestrion_base::table::Table;
use orchestrion_base::world::World;

const INS: &[Port] = &[
    port("xamp", "amplitude"),
    port("xtimewarp", "factor that time is stretched by; with itimemode the place to read at in seconds"),
    port("xresample", "factor of the pitch"),
    port("ifn1", "table of the sound"),
    port("ibeg", "seconds to skip"),
    port("iwsize", "length of the windows in samples"),
    port("irandw", "random part of that length in samples"),
    port("ioverlap", "number of windows at a time, at least 1"),
    port("ifn2", "table of the window's shape"),
    port("itimemode", "nonzero makes xtimewarp a place in time"),
];
const SOURCE: &str = "Manual: sndwarp (Karpen); lengths and draws measured on the reference";

/// Definition of `sndwarp`.
pub static SNDWARP: OpDef = OpDef::new("sndwarp", "Reads a mono sound with time and pitch apart.")
    .sigs(&[sig("mm", "xxxiiiiiii", Make::Unit(world_unit::<Warp<1>>))])
    .outs(&[
        port("ares", "sum of the windowed readings"),
        port("ac", "the first of them without its window, for balance"),
    ])
    .ins(INS)
    .source(SOURCE)
    .reads(Res::TABLES)
    .writes(Res::RANDOM);

/// Definition of `sndwarpst`.
pub static SNDWARPST: OpDef = OpDef::new("sndwarpst", "Reads a stereo sound with time and pitch apart.")
    .sigs(&[sig("mmmm", "xxxiiiiiii", Make::Unit(world_unit::<Warp<2>>))])
    .outs(&[
        port("ar1", "left sum of the windowed readings"),
        port("ar2", "right sum"),
        port("ac1", "left of the first of them without its window, for balance"),
        port("ac2", "right of that"),
    ])
    .ins(INS)
    .source(SOURCE)
    .reads(Res::TABLES)
    .writes(Res::RANDOM);

/// Largest number of windows at a time.
const MAX_OVERLAP: f64 = 65536.0;

/// One of the overlapping readings.
#[derive(Clone, Copy, Default)]
struct Section {
    /// Samples of its window, and how many of them have passed.
    size: i64,
    count: i64,
    /// Frame that the window began at.
    offset: f64,
    /// Point of the window's table, and points a sample.
    phase: f64,
    step: f64,
}

impl Section {
    fn set_size(&mut self, size: i64, points: f64) {
        self.size = size;
        self.step = points / (size as f64 - 1.0);
    }
}

#[derive(Default)]
struct Warp<const CHANNELS: usize> {
    sound: f64,
    shape: f64,
    begin: f64,
    sections: Vec<Section>,
}

/// Length of the next window.
fn window_size(io: &Io<'_>, random: &mut Rand31) -> i64 {
    (io.k(5) + random.unit() * io.k(6)) as i64
}

/// Value of the window's shape.
fn shape_at(shape: &Table, phase: f64) -> f64 {
    let i = (phase as usize).min(shape.len.saturating_sub(1));
    let a = point(shape, i);
    a + (point(shape, i + 1) - a) * (phase - phase.trunc())
}

impl<const CHANNELS: usize> WorldUgen for Warp<CHANNELS> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.sound = any_table(cx.world, cx.io.k(3))?;
        self.shape = any_table(cx.world, cx.io.k(8))?;
        let (overlap, outs) = (cx.io.k(7), cx.io.n_outs());
        if !(1.0..=MAX_OVERLAP).contains(&overlap) {
            return Err(OpError::new(format!(
                "sndwarp: {overlap} windows are not between 1 and {MAX_OVERLAP}"
            )));
        }
        if outs != CHANNELS && outs != 2 * CHANNELS {
            return Err(OpError::new(format!(
                "sndwarp: {outs} outputs are not {CHANNELS} or {}",
                2 * CHANNELS
            )));
        }
        self.begin = (cx.io.k(4) * cx.io.clock.sr).trunc();
        let points = cx.world.tables.get(self.shape).map_or(0.0, |shape| shape.len as f64);
        self.sections.clear();
        self.sections.resize(overlap.ceil() as usize, Section::default());
        for (i, section) in self.sections.iter_mut().enumerate() {
            let part = i as f64 / overlap;
            let size = match i {
                0 => cx.io.k(5) as i64,
                _ => window_size(&cx.io, &mut cx.world.random.rand31),
            };
            section.set_size(size, points);
            section.count = (size as f64 * part) as i64;
            section.phase = points * part;
            section.offset = self.begin;
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let World { tables, random, .. } = world;
        (0..io.n_outs()).for_each(|o| io.set(o, 0.0));
        let (Some(sound), Some(shape)) = (tables.get(self.sound), tables.get(self.shape)) else {
            return Ok(());
        };
        let (amp, time, pitch, timed) = (io.x(0), io.x(1), io.x(2), io.k(9) != 0.0);
        let last = (sound.len / CHANNELS) as f64 - 1.0;
        for (i, section) in self.sections.iter_mut().enumerate() {
            for n in 0..io.samples_len() {
                if section.count >= section.size {
                    section.offset = match timed {
                        true => io.clock.sr * time.at(n) + self.begin,
                        false => section.offset + section.size as f64 / time.at(n),
                    };
                    section.count = 0;
                    section.set_size(window_size(io, &mut random.rand31), shape.len as f64);
                    section.phase = 0.0;
                }
                let position = (section.count as f64 * pitch.at(n) + section.offset).min(last);
                section.count += 1;
                let window = shape_at(shape, section.phase);
                section.phase += section.step;
                if !(position >= 0.0) {
                    continue;
                }
                let (frame, fraction) = (position as usize, position - position.trunc());
                for c in 0..CHANNELS {
                    let a = point(sound, frame * CHANNELS + c);
                    let b = point(sound, (frame + 1) * CHANNELS + c);
                    let x = a + fraction * (b - a);
                    let out = &io.out(c)[n];
                    out.set(out.get() + x * window * amp.at(n));
                    if i == 0
                        && let Some(out) = io.out(CHANNELS + c).get(n)
                    {
                        out.set(x * amp.at(n));
                    }
                }
            }
        }
        Ok(())
    }
}
