//! `paulstretch`: a table stretched by a great deal, its phases scrambled.

use crate::lookup::any_table;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::random::LibcRandom;
use orchestrion_base::world::World;
use orchestrion_dsp::fft::{Bin, RealFft};
use orchestrion_dsp::math;
use std::f64::consts::{FRAC_1_SQRT_2, TAU};

/// Definition of `paulstretch`.
pub static PAULSTRETCH: OpDef = OpDef::new("paulstretch", "Extreme stretching of a table in time.")
    .sigs(&[sig("a", "iii", Make::Unit(world_unit::<Paulstretch>))])
    .outs(&[port("asig", "signal; silence after the table's end")])
    .ins(&[
        port("istretch", "how many times longer the sound becomes, above 0"),
        port("iwindowsize", "length of the windows in seconds, cut to an even number of samples, at least 16"),
        port("ift", "table of the sound, of any length"),
    ])
    .reads(Res::TABLES)
    .writes(Res::RANDOM)
    .source(
        "Manual: paulstretch (N. O. Paul's algorithm); phases by the C library's random numbers measured on the \
         reference",
    )
    .differences(&["Windows of an odd number of samples are one shorter; the reference destroys its memory."]);

/// Shortest window (measured on the reference).
const SHORTEST: f64 = 16.0;

#[derive(Default)]
struct Paulstretch {
    table: f64,
    /// Where the next window starts, in points, and how far the one after it is.
    at: f64,
    step: f64,
    window: Vec<f64>,
    /// What makes the overlapping windows add up to the same level everywhere.
    level: Vec<f64>,
    fft: Option<RealFft>,
    bins: Vec<Bin>,
    frame: Vec<f64>,
    /// Second half of the window before.
    tail: Vec<f64>,
    /// What is played, half a window, and how much of it has been.
    ready: Vec<f64>,
    played: usize,
}

impl WorldUgen for Paulstretch {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let size = (cx.clock.sr * cx.k(1)).floor().max(SHORTEST) as usize & !1;
        cx.world.ask_memory(size.saturating_mul(8 * size_of::<f64>()), "iwindowsize of paulstretch")?;
        let half = size / 2;
        let fft = RealFft::new(size);
        let hann = |n: usize| 0.5 - math::cos(n as f64 * TAU / (size - 1) as f64) * 0.5;
        let top = (1.0 + FRAC_1_SQRT_2) * 0.5;
        // Made here, since performing must take no memory.
        let _ = cx.world.shared::<LibcRandom>();
        let level = |n: usize| top - (1.0 - top) * math::cos(n as f64 * TAU / half as f64);
        *self = Self {
            table: any_table(cx.world, cx.k(2))?,
            at: 0.0,
            step: half as f64 / cx.k(0),
            window: (0..size).map(hann).collect(),
            level: (0..half).map(level).collect(),
            bins: vec![Bin::default(); fft.bins()],
            fft: Some(fft),
            frame: vec![0.0; size],
            tail: vec![0.0; half],
            ready: vec![0.0; half],
            played: half,
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        for out in io.out(0) {
            if self.played >= self.ready.len() {
                self.next_window(world);
            }
            out.set(self.ready[self.played]);
            self.played += 1;
        }
        Ok(())
    }
}

impl Paulstretch {
    fn next_window(&mut self, world: &mut World) {
        let start = self.at.floor();
        let points = world.tables.get(self.table).map_or(&[][..], |t| &t.data[..t.len.min(t.data.len())]);
        let point = |n: usize| {
            let i = start + n as f64;
            if i >= 0.0 { points.get(i as usize).copied().unwrap_or(0.0) } else { 0.0 }
        };
        for (n, (sample, window)) in self.frame.iter_mut().zip(&self.window).enumerate() {
            *sample = point(n) * window;
        }
        self.at += self.step;
        let Some(fft) = &mut self.fft else { return };
        fft.forward(&self.frame, &mut self.bins);
        let random = world.shared::<LibcRandom>();
        for bin in &mut self.bins {
            let phase = f64::from(random.draw()) / f64::from(i32::MAX) * TAU;
            let magnitude = (bin.re * bin.re + bin.im * bin.im).sqrt();
            // The reference turns bins in single precision.
            let [re, im] = [math::cos(phase), math::sin(phase)].map(|part| f64::from(part as f32));
            *bin = Bin { re: magnitude * re, im: magnitude * im };
        }
        fft.inverse(&self.bins, &mut self.frame);
        for (sample, window) in self.frame.iter_mut().zip(&self.window) {
            *sample *= window;
        }
        let (first, second) = self.frame.split_at(self.tail.len());
        for (n, out) in self.ready.iter_mut().enumerate() {
            *out = (first[n] + self.tail[n]) * self.level[n];
        }
        self.tail.copy_from_slice(second);
        self.played = 0;
    }
}
