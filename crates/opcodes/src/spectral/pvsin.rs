//! `pvsout`, `pvsin`: spectral signals through numbered channels.

use super::frames::{input, output};
use super::pvsinit::{FORMAT, HOP, TYPE, WINDOW};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, WorldUgen, port, sig, unit, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::spectrum::{Spectrum, SpectrumFormat, SpectrumLayout};
use orchestrion_base::world::World;
use std::collections::BTreeMap;

const CHANNEL: Port = port("kchan", "number of the channel");

/// Definition of `pvsout`.
pub static PVSOUT: OpDef = OpDef::new("pvsout", "Writes a spectral signal to a channel.")
    .sigs(&[sig("", "fk", Make::Unit(world_unit::<Pvsout>))])
    .ins(&[port("fsig", "spectral signal"), CHANNEL])
    .writes(Res::CHANNELS)
    .source("Manual: pvsout");

/// Definition of `pvsin`.
pub static PVSIN: OpDef = OpDef::new("pvsin", "Reads a spectral signal from a channel.")
    .sigs(&[sig("f", "kooopo", Make::Unit(unit::<Pvsin>))])
    .outs(&[port("fsig", "spectral signal")])
    .ins(&[
        CHANNEL,
        port("isize", "FFT size in samples; default 0, that of the signal in the channel"),
        HOP,
        WINDOW,
        TYPE,
        FORMAT,
    ])
    .reads(Res::CHANNELS)
    .source("Manual: pvsin")
    .differences(&[
        "A signal of other sizes than the output has is not copied; the reference mixes up the two.",
    ]);

/// The signals in channels.
#[derive(Default)]
struct Signals(BTreeMap<i32, Spectrum>);

#[derive(Default)]
struct Pvsout;

impl WorldUgen for Pvsout {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let s = input(cx, 0)?;
        cx.world.shared::<Signals>().0.entry(cx.io.int(1)).or_default().clone_from(&s);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let s = input(io, 0)?;
        // A channel that is new here is the only one that takes memory while the note plays.
        world.shared::<Signals>().0.entry(io.int(1)).or_default().clone_from(&s);
        Ok(())
    }
}

fn signal<'a>(io: &Io<'_>, world: &'a World) -> Option<&'a Spectrum> {
    world.shared_ref::<Signals>().and_then(|all| all.0.get(&io.int(0)))
}

#[derive(Default)]
struct Pvsin;

impl Ugen for Pvsin {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let there = signal(cx, cx.world).map(|s| s.layout).unwrap_or_default();
        let or = |i: usize, other: u32| if cx.k(i) > 0.0 { cx.k(i) as u32 } else { other };
        let size = or(1, there.size);
        if size == 0 {
            return Err("pvsin: the channel is empty: give the size".into());
        }
        let quarter = if there.hop == 0 { size / 4 } else { there.hop };
        let layout = SpectrumLayout {
            size,
            hop: or(2, quarter),
            window: or(3, there.window.max(size)),
            window_type: cx.k(4) as i32,
            format: SpectrumFormat::from_number(cx.k(5) as i32),
            sliding: there.sliding,
        };
        output(cx, 0, layout)?.frame_count = 0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let (Some(s), Some(mut out)) = (signal(io, world), io.spectrum_out(0)) else { return Ok(()) };
        if s.layout.size == out.layout.size && s.layout.sliding == out.layout.sliding {
            out.clone_from(s);
        }
        Ok(())
    }
}
