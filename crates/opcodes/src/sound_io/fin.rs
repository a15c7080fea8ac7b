//! `fin`, `fink`: sound files read into existing variables.

use crate::sound::{file_name, reader};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::host::{Encoding, RawSound, SoundFile};
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::sync::Arc;

const FILE: Port = port("ifilename", "name of the file");
const SKIP: Port = port("iskipframes", "frames to skip");
const FORMAT: Port =
    port("iformat", "-1 16 bit and -2 32-bit floats without a header; else what the header says");
const DIFFERENCES: &[&str] = &[
    "of files with several channels all frames are read; the reference leaves out every other portion of 512, or \
     more of them, and skips too many at the start",
    "after the end of the file there is silence; the reference leaves what the variable held",
];

/// Definition of `fin`.
pub static FIN: OpDef = OpDef::new("fin", "Reads a sound file into audio variables, at its own speed.")
    .sigs(&[
        sig("", "Siiy", Make::Unit(unit::<Fin>)),
        sig("", "Siia[]", Make::Unit(unit::<Fin>)),
        sig("", "iiiy", Make::Unit(unit::<Fin>)),
    ])
    .ins(&[FILE, SKIP, FORMAT, port("ain1, ...", "variables for the channels, or an array")])
    .changes(!7)
    .source("Manual: fin")
    .differences(DIFFERENCES);

/// Definition of `fink`.
pub static FINK: OpDef =
    OpDef::new("fink", "Reads a frame of a sound file into control variables in every k-cycle.")
        .sigs(&[sig("", "Siiz", Make::Unit(unit::<Fin>)), sig("", "iiiz", Make::Unit(unit::<Fin>))])
        .ins(&[FILE, SKIP, FORMAT, port("kin1, ...", "variables for the channels")])
        .changes(!7)
        .source("Manual: fink")
        .differences(DIFFERENCES);

#[derive(Default)]
struct Fin {
    sound: Option<Arc<SoundFile>>,
    frame: usize,
    scale: f64,
}

impl Fin {
    fn sample(&self, frame: usize, channel: usize) -> f64 {
        let Some(sound) = &self.sound else { return 0.0 };
        let at = frame.saturating_mul(sound.channels).saturating_add(channel);
        let there = channel < sound.channels;
        sound.samples.get(at).filter(|_| there).map_or(0.0, |x| x * self.scale)
    }
}

impl Ugen for Fin {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let name = file_name(&cx.io, cx.world, 0);
        let encoding = match cx.io.int(2) {
            -1 => Some(Encoding::I16),
            -2 => Some(Encoding::F32),
            _ => None,
        };
        let reader = reader(cx.world)?;
        let channels = (cx.io.n_ins() - 3).max(1);
        let sound = match encoding {
            None => reader.read_sound(&name),
            Some(encoding) => {
                reader.read_raw_sound(&name, RawSound { encoding, channels, sr: cx.io.clock.sr })
            }
        };
        let sound = sound.map_err(|e| OpError::new(e.to_string()))?;
        if let Some(mut array) = cx.io.array_in_mut(3)
            && array.is_empty()
        {
            array.resize(&[sound.channels as u32], cx.io.clock.ksmps);
        }
        self.scale = match encoding {
            None => cx.world.header.zero_dbfs,
            // Samples without a header count as they stand.
            Some(Encoding::I16) => 32768.0,
            Some(_) => 1.0,
        };
        self.frame = (cx.io.k(1).round_ties_even().max(0.0) as usize).min(sound.frames());
        self.sound = Some(sound);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let samples = io.samples_len();
        if let Some(mut array) = io.array_in_mut(3) {
            for c in 0..array.len() {
                let to = array.audio_mut(c, io.clock.ksmps).iter_mut().skip(io.first).take(samples);
                to.enumerate().for_each(|(n, to)| *to = self.sample(self.frame + n, c));
            }
            self.frame += samples;
            return Ok(());
        }
        let audio = io.is_audio_in(3);
        for (c, i) in (3..io.n_ins()).enumerate() {
            if !audio {
                io.set_in(i, self.sample(self.frame, c));
            }
            for (n, to) in io.a(i).iter().enumerate() {
                to.set(self.sample(self.frame + n, c));
            }
        }
        self.frame += if audio { samples } else { 1 };
        Ok(())
    }
}
