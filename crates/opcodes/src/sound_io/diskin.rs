//! `diskin2`, `diskin`, `soundin`: playing sound files.
//!
//! A file is decoded when a note starts (see `engine::soundfile`), so that performing needs no input.

use crate::sound::{Outputs, file_name, read, reader};
use crate::window::{Frames, Reader, Window};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::host::{Encoding, RawSound, SoundFile};
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::round::nearest;
use orchestrion_base::signal::Signal;
use orchestrion_base::world::World;
use std::marker::PhantomData;
use std::sync::Arc;

const OUTS: &[Port] = &[port("ar1, ...", "one signal for each channel of the file, or an array of them")];
const FILE: Port = port("ifilcod", "file name, or number n for the file soundin.n");
const PITCH: Port = port("kpitch", "speed, 1 for that of the recording; negative plays backwards");
const SKIP: Port = port("iskiptim", "seconds to skip at speed 1; negative waits; default 0");
const WRAP: Port = port("iwrap", "nonzero repeats the file endlessly in both directions; default 0");
const FORMAT: Port = port(
    "iformat",
    "for files without a header: -1 16 bit, -2 8 bit signed, -3 A-law, -4 mu-law, -5 16 bit, -6 32 bit, \
     -7 32-bit float, -8 8 bit unsigned, -9 24 bit, -10 64-bit float; default 0",
);
const WINDOW: Port = port(
    "iwsize",
    "frames to interpolate between: 1 none, 2 line, 4 cubic, 8 to 1024 in steps of 4 sinc; default 4",
);
const KEEP: Port = port("iskipinit", "nonzero goes on where the instance's previous note stopped; default 0");

const MANY: &str = "mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm";
const DIFFERENCES: &[&str] = &["no realtime mode: buffer sizes and iforcesync have no effect"];

/// Definition of `diskin2`.
pub static DISKIN2: OpDef = OpDef::new("diskin2", "Plays a sound file at any speed, interpolating.")
    .sigs(
        const {
            &[
                sig("a[]", "SPooooooo", Make::Unit(unit::<Diskin<Diskin2>>)),
                sig("a[]", "iPooooooo", Make::Unit(unit::<Diskin<Diskin2>>)),
                sig(MANY, "SPooooooo", Make::Unit(unit::<Diskin<Diskin2>>)),
                sig(MANY, "iPooooooo", Make::Unit(unit::<Diskin<Diskin2>>)),
            ]
        },
    )
    .outs(OUTS)
    .ins(
        const {
            &[
                FILE,
                PITCH,
                SKIP,
                WRAP,
                FORMAT,
                WINDOW,
                port("ibufsize", "ignored: files are in memory"),
                KEEP,
                port("iforcesync", "ignored: files are in memory"),
            ]
        },
    )
    .source("Manual: diskin2; window measured on the reference")
    .differences(DIFFERENCES);

/// Definition of `diskin`.
pub static DISKIN: OpDef = OpDef::new("diskin", "Plays a sound file at any speed, interpolating linearly.")
    .sigs(
        const {
            &[
                sig("a[]", "SPooooooo", Make::Unit(unit::<Diskin<Diskin1>>)),
                sig("a[]", "iPooooooo", Make::Unit(unit::<Diskin<Diskin1>>)),
                sig(MANY, "SPooooooo", Make::Unit(unit::<Diskin<Diskin1>>)),
                sig(MANY, "iPooooooo", Make::Unit(unit::<Diskin<Diskin1>>)),
            ]
        },
    )
    .outs(OUTS)
    .ins(const { &[FILE, PITCH, SKIP, WRAP, FORMAT, KEEP] })
    .source("Manual: diskin")
    .differences(DIFFERENCES);

/// Definition of `soundin`.
pub static SOUNDIN: OpDef = OpDef::new("soundin", "Plays a sound file at its own speed.")
    .sigs(
        const {
            &[
                sig(MANY, "Soooo", Make::Unit(unit::<Diskin<Soundin>>)),
                sig(MANY, "ioooo", Make::Unit(unit::<Diskin<Soundin>>)),
            ]
        },
    )
    .outs(OUTS)
    .ins(const { &[FILE, SKIP, FORMAT, KEEP, port("ibufsize", "ignored: files are in memory")] })
    .source("Manual: soundin; the reference converts the sample rate as diskin does (measured)")
    .differences(&["iskipinit does not repeat the file, which it does in the reference"]);

/// Which input is what.
struct Inputs {
    pitch: Option<usize>,
    skip: usize,
    wrap: Option<usize>,
    format: usize,
    /// Window size; without it lines are drawn between frames.
    window: Option<usize>,
    keep: usize,
}

/// One of the opcodes.
trait Form: Default + Send + 'static {
    const NAME: &'static str;
    const INPUTS: Inputs;
}

#[derive(Default)]
struct Diskin2;
#[derive(Default)]
struct Diskin1;
#[derive(Default)]
struct Soundin;

impl Form for Diskin2 {
    const NAME: &'static str = "diskin2";
    const INPUTS: Inputs =
        Inputs { pitch: Some(1), skip: 2, wrap: Some(3), format: 4, window: Some(5), keep: 7 };
}

impl Form for Diskin1 {
    const NAME: &'static str = "diskin";
    const INPUTS: Inputs =
        Inputs { pitch: Some(1), skip: 2, wrap: Some(3), format: 4, window: None, keep: 5 };
}

impl Form for Soundin {
    const NAME: &'static str = "soundin";
    const INPUTS: Inputs = Inputs { pitch: None, skip: 1, wrap: None, format: 2, window: None, keep: 3 };
}

/// Bits of a position below the frame (manual: files of up to 2^31 frames; measured on the reference).
const FRACTION: u32 = 28;
const FRAME: f64 = (1u64 << FRACTION) as f64;

#[derive(Default)]
struct Diskin<F> {
    sound: Option<Arc<SoundFile>>,
    window: Window,
    /// Frames per sample at speed 1.
    ratio: f64,
    wrap: bool,
    /// Position in the file, in units of 2^-28 frames.
    position: i64,
    pitch: f64,
    step: i64,
    form: PhantomData<F>,
}

impl<F: Form> Diskin<F> {
    fn open(cx: &Init<'_>) -> OpResult<Arc<SoundFile>> {
        let format = cx.io.int(F::INPUTS.format);
        if format >= 0 {
            return read(cx, 0);
        }
        let encoding = match format {
            -1 | -5 => Encoding::I16,
            -2 => Encoding::S8,
            -3 => Encoding::ALaw,
            -4 => Encoding::MuLaw,
            -6 => Encoding::I32,
            -7 => Encoding::F32,
            -8 => Encoding::U8,
            -9 => Encoding::I24,
            -10 => Encoding::F64,
            _ => return Err(OpError::new(format!("{}: there is no sample format {format}", F::NAME))),
        };
        let channels = cx.io.array_out(0).map_or(cx.io.n_outs(), |array| array.len()).max(1);
        let raw = RawSound { encoding, channels, sr: cx.io.clock.sr };
        let name = file_name(&cx.io, cx.world, 0);
        reader(cx.world)?.read_raw_sound(&name, raw).map_err(|e| OpError::new(e.to_string()))
    }

    fn start(&mut self, io: &Io<'_>, sound: &SoundFile) {
        let (inputs, sr) = (F::INPUTS, io.clock.sr);
        let size = inputs.window.map_or(2.0, |i| io.k(i));
        self.window = Window::new(Reader::File, size);
        let converts = !self.window.is_nearest() && sound.sr != sr.round_ties_even();
        self.ratio = if converts { sound.sr / sr } else { 1.0 };
        self.wrap = inputs.wrap.is_some_and(|i| io.k(i) != 0.0) && sound.frames() > 0;
        self.position = (io.k(inputs.skip) * sr * self.ratio * FRAME).round() as i64;
        if self.wrap {
            self.position = self.position.rem_euclid((sound.frames() as i64) << FRACTION);
        }
        (self.pitch, self.step) = (0.0, 0);
        self.window.set_step(0.0);
    }

    /// Goes on by a step; a file that repeats is left by less than its length.
    #[inline(always)]
    fn advance(&mut self, length: i64) {
        self.position = self.position.wrapping_add(self.step);
        if self.wrap {
            if self.position >> FRACTION >= length {
                self.position -= length << FRACTION;
            } else if self.position < 0 {
                self.position += length << FRACTION;
            }
        }
    }
}

impl<F: Form> Ugen for Diskin<F> {
    const SEAMLESS: Option<&'static [usize]> = Some(&[1]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if let Some(sound) = &self.sound
            && cx.io.k(F::INPUTS.keep) != 0.0
        {
            return Outputs::prepare(&cx.io, F::NAME, 0, sound.channels);
        }
        let sound = Self::open(cx)?;
        Outputs::prepare(&cx.io, F::NAME, 0, sound.channels)?;
        self.start(&cx.io, &sound);
        if self.window.is_nearest() && sound.sr != cx.io.clock.sr {
            cx.world.warn(format!("{}: the file has a sample rate of {} Hz", F::NAME, sound.sr));
        }
        self.sound = Some(sound);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(sound) = self.sound.clone() else { return Ok(()) };
        let (mut outs, full) = (Outputs::of(io, 0), world.header.zero_dbfs);
        let pitch = F::INPUTS.pitch.map_or(Signal::number(1.0), |i| io.x(i));
        let (wrap, length) = (self.wrap, sound.frames() as i64);
        let frames = Frames { samples: &sound.samples, channels: sound.channels, len: length };
        let place = |frame| match frame {
            f if wrap && f >= length => usize::try_from(f - length).ok(),
            f if wrap && f < 0 => usize::try_from(f + length).ok(),
            f => usize::try_from(f).ok(),
        };
        for n in 0..io.samples_len() {
            let pitch = pitch.at(n);
            if pitch != self.pitch {
                self.pitch = pitch;
                self.step = nearest(pitch * self.ratio * FRAME);
                self.window.set_step(self.step as f64 / FRAME);
            }
            let fraction = (self.position & ((1 << FRACTION) - 1)) as f64 * (1.0 / FRAME);
            let at = self.position >> FRACTION;
            self.window.read(&frames, at, fraction, place, |c, sum| outs.set(c, n, sum * full));
            self.advance(length);
        }
        Ok(())
    }
}
