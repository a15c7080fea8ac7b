//! Banks of MIDI controllers: `slider8` to `slider64`, filtered `slider8f` to `slider64f`, of 14 bits
//! `s16b14` and `s32b14`, and `sliderKawai`.

use crate::midi::control::{channel_index, number};
use crate::tables::lookup::point;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Sig, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

const CHANNEL: Port = port("ichan", "MIDI channel, 1 to 16");
pub(super) const SLIDERS: Port = port(
    "ictlnum, imin, imax, init, ifn...",
    "for each slider: controller 0 to 127 (14 bits: two of them), range, initial value, table of the curve or 0, \
     and if filtered the cutoff in Hz; forms that read at init have no initial value",
);
const OUTS: &[Port] = &[port("xout...", "the sliders' values, imin to imax")];

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .outs(OUTS)
        .ins(&[CHANNEL, SLIDERS])
        .reads(Res::MIDI)
        .source("Manual, page of this name")
}

/// Signature letters: `N` times one letter.
struct Letters<const N: usize>;

impl<const N: usize> Letters<N> {
    const I: &'static str = Self::text(&[b'i'; N]);
    const K: &'static str = Self::text(&[b'k'; N]);

    const fn text(bytes: &'static [u8; N]) -> &'static str {
        match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}

/// Input letters of `N` i-rate inputs.
pub(super) const fn i_inputs<const N: usize>() -> &'static str {
    Letters::<N>::I
}

const fn plain<const N: usize, const ONCE: usize, const SETTING: usize>() -> [Sig; 2] {
    [
        sig(Letters::<N>::K, Letters::<SETTING>::I, Make::Unit(unit::<Bank<PLAIN>>)),
        sig(Letters::<N>::I, Letters::<ONCE>::I, Make::Init(once::<PLAIN>)),
    ]
}

const fn filtered<const N: usize, const INPUTS: usize>() -> [Sig; 1] {
    [sig(Letters::<N>::K, Letters::<INPUTS>::I, Make::Unit(unit::<Bank<FILTERED>>))]
}

const fn fine<const N: usize, const ONCE: usize, const SETTING: usize>() -> [Sig; 2] {
    [
        sig(Letters::<N>::K, Letters::<SETTING>::I, Make::Unit(unit::<Bank<FINE>>)),
        sig(Letters::<N>::I, Letters::<ONCE>::I, Make::Init(once::<FINE>)),
    ]
}

/// Definition of `slider8`.
pub static SLIDER8: OpDef = def("slider8", "8 controllers.", &const { plain::<8, 33, 41>() });
/// Definition of `slider16`.
pub static SLIDER16: OpDef = def("slider16", "16 controllers.", &const { plain::<16, 65, 81>() });
/// Definition of `slider32`.
pub static SLIDER32: OpDef = def("slider32", "32 controllers.", &const { plain::<32, 129, 161>() });
/// Definition of `slider64`.
pub static SLIDER64: OpDef = def("slider64", "64 controllers.", &const { plain::<64, 257, 321>() });

const MORE: &[&str] = &["all sliders work; the reference sets up only the first eight"];

/// Definition of `slider8f`.
pub static SLIDER8F: OpDef = def("slider8f", "8 controllers, smoothed.", &const { filtered::<8, 49>() });
/// Definition of `slider16f`.
pub static SLIDER16F: OpDef =
    def("slider16f", "16 controllers, smoothed.", &const { filtered::<16, 97>() }).differences(MORE);
/// Definition of `slider32f`.
pub static SLIDER32F: OpDef =
    def("slider32f", "32 controllers, smoothed.", &const { filtered::<32, 193>() }).differences(MORE);
/// Definition of `slider64f`.
pub static SLIDER64F: OpDef =
    def("slider64f", "64 controllers, smoothed.", &const { filtered::<64, 385>() }).differences(MORE);

/// Definition of `s16b14`.
pub static S16B14: OpDef = def("s16b14", "16 controllers of 14 bits.", &const { fine::<16, 81, 97>() });
/// Definition of `s32b14`.
pub static S32B14: OpDef = def("s32b14", "32 controllers of 14 bits.", &const { fine::<32, 161, 193>() });

/// Definition of `sliderKawai`.
pub static SLIDER_KAWAI: OpDef = def(
    "sliderKawai",
    "Controller 7 of each of the 16 MIDI channels, as a Kawai MM-16 mixer sends them.",
    &const { [sig(Letters::<16>::K, Letters::<64>::I, Make::Unit(unit::<Bank<KAWAI>>))] },
)
.ins(&[port("imin, imax, init, ifn...", "for each channel: range, initial value, table of the curve or 0")]);

const PLAIN: u8 = 0;
const FILTERED: u8 = 1;
const FINE: u8 = 2;
const KAWAI: u8 = 3;

/// One slider.
#[derive(Clone, Copy, Default)]
pub(super) struct Slider {
    pub channel: usize,
    pub controller: usize,
    /// The controller of the lower 7 bits.
    fine: Option<usize>,
    pub min: f64,
    pub max: f64,
    /// Number of the table of the curve; 0 for none, for tables -1 is exponential.
    pub curve: f64,
    initial: f64,
    /// Cutoff in Hz.
    pub cutoff: f64,
}

impl Slider {
    /// Slider `j`, whose bank begins at input `first`, seven bits, with an initial value.
    pub(super) fn read(io: &Io<'_>, channel: usize, first: usize, size: usize, j: usize) -> OpResult<Self> {
        let at = first + j * size;
        Ok(Self {
            channel,
            controller: number(io.k(at))?,
            fine: None,
            min: io.k(at + 1),
            max: io.k(at + 2),
            initial: io.k(at + 3),
            curve: io.k(at + 4),
            cutoff: io.k(at + 5),
        })
    }

    fn of<const KIND: u8>(io: &Io<'_>, j: usize, setting: bool) -> OpResult<Self> {
        if KIND == KAWAI {
            let (min, max, initial, curve) = (io.k(4 * j), io.k(4 * j + 1), io.k(4 * j + 2), io.k(4 * j + 3));
            return Ok(Self { channel: j, controller: 7, min, max, initial, curve, ..Self::default() });
        }
        let channel = channel_index(io.k(0))?;
        let fine = usize::from(KIND == FINE);
        let size = 4 + fine + usize::from(setting) + usize::from(KIND == FILTERED);
        let mut slider = Self::read(io, channel, 1 + fine, size, j)?;
        if KIND == FINE {
            slider.fine = Some(slider.controller);
            slider.controller = number(io.k(1 + j * size))?;
        }
        if !setting {
            slider.curve = slider.initial;
        }
        Ok(slider)
    }

    /// The initial value, 0 to 1 of the range.
    ///
    /// # Errors
    /// It is not in the range.
    pub(super) fn start(&self) -> OpResult<f64> {
        if self.initial < self.min || self.initial > self.max {
            return Err(OpError::new("illegal initial value of a slider"));
        }
        Ok((self.initial - self.min) / (self.max - self.min))
    }

    /// The initial value as given.
    pub(super) fn initial(&self) -> f64 {
        self.initial
    }

    /// Sets the controller to a place of 0 to 1.
    pub(super) fn set(&self, world: &mut World, place: f64) {
        let controllers = &mut world.midi.channels[self.channel].controllers;
        match self.fine {
            None => controllers[self.controller] = (place * 127.0 + 0.5).trunc(),
            Some(fine) => {
                let all = (place * 16383.0 + 0.5) as u32;
                controllers[self.controller] = f64::from(all >> 7);
                controllers[fine] = f64::from(all & 0x7F);
            }
        }
    }

    fn value(&self, world: &World) -> f64 {
        let controllers = &world.midi.channels[self.channel].controllers;
        let coarse = controllers[self.controller];
        let place = match self.fine {
            None => coarse * (1.0 / 127.0),
            Some(fine) => (coarse * 128.0 + controllers[fine]) * (1.0 / 16383.0),
        };
        let shaped = match world.tables.get(self.curve).filter(|_| self.curve > 0.0) {
            None => place,
            Some(table) => {
                let at = place * table.len as f64;
                let i = at as usize;
                let y = point(table, i);
                // Only sliders of 14 bits interpolate.
                if self.fine.is_some() { y + (point(table, i + 1) - y) * (at - at.trunc()) } else { y }
            }
        };
        shaped * (self.max - self.min) + self.min
    }
}

/// Low-pass filter of a slider.
#[derive(Clone, Copy, Default)]
pub(super) struct Smoothing {
    c2: f64,
    y: f64,
}

impl Smoothing {
    /// For a cutoff in Hz.
    pub(super) fn new(cutoff: f64, io: &Io<'_>) -> Self {
        let b = 2.0 - math::cos(cutoff * (TAU / io.clock.sr) * io.clock.ksmps as f64);
        Self { c2: b - (b * b - 1.0).sqrt(), y: 0.0 }
    }

    pub(super) fn pass(&mut self, x: f64) -> f64 {
        self.y = (1.0 - self.c2) * x + self.c2 * self.y;
        self.y
    }
}

fn once<const KIND: u8>(cx: &mut Init<'_>) -> OpResult {
    for j in 0..cx.n_outs() {
        let slider = Slider::of::<KIND>(&cx.io, j, false)?;
        cx.set(j, slider.value(cx.world));
    }
    Ok(())
}

#[derive(Default)]
struct Bank<const KIND: u8> {
    sliders: Vec<(Slider, Smoothing)>,
}

impl<const KIND: u8> Ugen for Bank<KIND> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.sliders.clear();
        for j in 0..cx.n_outs() {
            let slider = Slider::of::<KIND>(&cx.io, j, true)?;
            let place = slider.start()?;
            slider.set(cx.world, place);
            self.sliders.push((slider, Smoothing::new(slider.cutoff, &cx.io)));
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        for (j, (slider, smoothing)) in self.sliders.iter_mut().enumerate() {
            let value = slider.value(world);
            io.set(j, if KIND == FILTERED { smoothing.pass(value) } else { value });
        }
        Ok(())
    }
}
