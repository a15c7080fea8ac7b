//! `pvsbin`: amplitude and frequency of one bin.

use super::frames::{Seen, input};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `pvsbin`.
pub static PVSBIN: OpDef = OpDef::new("pvsbin", "Amplitude and frequency of one bin.")
    .quiet_init()
    .sigs(&[sig("ss", "fk", Make::Unit(unit::<Pvsbin>))])
    .outs(&[port("kamp", "amplitude of the bin"), port("kfr", "frequency of the bin in Hz")])
    .ins(&[
        port("fsig", "spectral signal"),
        port("kbin", "number of the bin, from 0; out of range the outputs stay as they are"),
    ])
    .source("Manual: pvsbin")
    .differences(&[
        "A number of a bin that is not whole is truncated; the reference reads a frequency as amplitude.",
        "Audio outputs have a value for every sample, the reference's only for the first of a k-cycle.",
    ]);

#[derive(Default)]
struct Pvsbin {
    seen: Seen,
    bin: [f64; 2],
}

impl Ugen for Pvsbin {
    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        *self = Self::default();
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let s = input(io, 0)?;
        let number = io.k(1);
        if !s.layout.sliding {
            if self.seen.is_news(s.frame_count)
                && let Some(bin) = place(number).and_then(|at| s.frame.get(at))
            {
                self.bin = bin.map(f64::from);
            }
            io.set(0, self.bin[0]);
            io.set(1, self.bin[1]);
            return Ok(());
        }
        for (n, (amp, frequency)) in io.out(0).iter().zip(io.out(1)).enumerate() {
            if let Some(bin) = place(number).and_then(|at| s.slice(io.first + n).get(at)) {
                self.bin = *bin;
            }
            amp.set(self.bin[0]);
            frequency.set(self.bin[1]);
        }
        Ok(())
    }
}

/// The bin of a number, which is truncated.
fn place(number: f64) -> Option<usize> {
    (number > -1.0).then_some(number as usize)
}
