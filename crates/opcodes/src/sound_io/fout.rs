//! `fout`, `foutk`, `soundout`, `soundouts`: sound files that notes write.
//!
//! Files are opened at init and written by the engine between blocks, see [`orchestrion_base::outfile`].

use crate::sound::{detach, file_name, numbered_file};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::host::{Encoding, HostError, SoundFormat, SoundKind};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::outfile::Writer;
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::marker::PhantomData;

const FILE: Port = port("ifilename", "name of the file; it is replaced when no note writes it yet");
const DIFFERENCES: &[&str] = &[
    "IRCAM and Ogg files, A-law and mu-law are not written",
    "a file that other notes write with another number of channels is an error",
];

/// Definition of `fout`.
pub static FOUT: OpDef = OpDef::new("fout", "Writes signals to a sound file.")
    .sigs(
        const {
            &[
                sig("", "Siy", Make::Unit(world_unit::<Fout<Audio>>)),
                sig("", "Sia[]", Make::Unit(world_unit::<Fout<Array>>)),
            ]
        },
    )
    .ins(&[
        FILE,
        port(
            "iformat",
            "tens: 1 WAV, 2 AIFF, 3 raw, 4 IRCAM; units: 1 signed byte, 2 A-law, 3 mu-law, 4 16 bit, 5 32 bit, \
             6 float, 7 unsigned byte, 8 24 bit, 9 double, 0 as the output of the render; 0 raw floats, 1 raw \
             16 bit, 2 and 4 to 9 the kind of the output; negative as the output; 50 Ogg",
        ),
        port("aout1, ...", "one signal for each channel, or an array of them"),
    ])
    .writes(Res::FILES)
    .source("Manual: fout; portions of 512 frames and scaling measured on the reference")
    .differences(DIFFERENCES);

/// Definition of `foutk`.
pub static FOUTK: OpDef = OpDef::new("foutk", "Writes control signals to a file without a header.")
    .sigs(
        const {
            &[
                sig("", "Siz", Make::Unit(world_unit::<Fout<Control>>)),
                sig("", "iiz", Make::Unit(world_unit::<Fout<Control>>)),
            ]
        },
    )
    .ins(&[
        FILE,
        port(
            "iformat",
            "0 floats, 1, 2 and 4 16 bit, 5 32 bit, 6 float, 7 unsigned byte, 8 24 bit, 9 double",
        ),
        port("kout1, ...", "signals, one value of each a k-cycle, not scaled"),
    ])
    .writes(Res::FILES)
    .source("Manual: foutk")
    .differences(DIFFERENCES);

const RAW_FORMAT: Port =
    port("iformat", "1 signed byte, 4 16 bit, 5 32 bit, 6 float; 0 as the output of the render; default 0");
const BROKEN: &[&str] = &["the reference cannot open any file with it; we do what the manual says"];

/// Definition of `soundout`.
pub static SOUNDOUT: OpDef = OpDef::new("soundout", "Writes a signal to a file without a header.")
    .sigs(
        const {
            &[
                sig("", "aSo", Make::Unit(world_unit::<Fout<Sound<1>>>)),
                sig("", "aio", Make::Unit(world_unit::<Fout<Sound<1>>>)),
            ]
        },
    )
    .ins(const { &[port("asig", "signal, not scaled"), FILE, RAW_FORMAT] })
    .writes(Res::FILES)
    .source("Manual: soundout")
    .differences(BROKEN);

/// Definition of `soundouts`.
pub static SOUNDOUTS: OpDef = OpDef::new("soundouts", "Writes two signals to a file without a header.")
    .sigs(
        const {
            &[
                sig("", "aaSo", Make::Unit(world_unit::<Fout<Sound<2>>>)),
                sig("", "aaio", Make::Unit(world_unit::<Fout<Sound<2>>>)),
            ]
        },
    )
    .ins(
        const {
            &[port("asigl", "left signal, not scaled"), port("asigr", "right signal"), FILE, RAW_FORMAT]
        },
    )
    .writes(Res::FILES)
    .source("Manual: soundouts")
    .differences(BROKEN);

/// One of the opcodes: what its inputs are.
trait Form: Default + Send + 'static {
    /// Name and format of the file.
    fn target(io: &Io<'_>, world: &World) -> OpResult<(String, SoundFormat)>;

    /// Appends the frames of this k-cycle, scaled.
    fn push(io: &Io<'_>, writer: &mut Writer, scale: f64);
}

#[derive(Default)]
struct Audio;
#[derive(Default)]
struct Array;
#[derive(Default)]
struct Control;
#[derive(Default)]
struct Sound<const CHANNELS: usize>;

/// The encoding that the last digit of a format number means.
fn encoding(digit: i32) -> Option<Encoding> {
    match digit {
        1 => Some(Encoding::S8),
        2 => Some(Encoding::ALaw),
        3 => Some(Encoding::MuLaw),
        4 => Some(Encoding::I16),
        5 => Some(Encoding::I32),
        6 => Some(Encoding::F32),
        7 => Some(Encoding::U8),
        8 => Some(Encoding::I24),
        9 => Some(Encoding::F64),
        _ => None,
    }
}

/// The kind of file and the encoding that a format number means.
pub(crate) fn fout_format(number: i32) -> (Option<SoundKind>, Option<Encoding>) {
    match number {
        ..0 => (None, None),
        0 => (Some(SoundKind::Raw), Some(Encoding::F32)),
        1 => (Some(SoundKind::Raw), Some(Encoding::I16)),
        2 => (None, Some(Encoding::I16)),
        3..10 => (None, encoding(number)),
        10..20 => (Some(SoundKind::Wav), encoding(number - 10)),
        20..30 => (Some(SoundKind::Aiff), encoding(number - 20)),
        30..40 => (Some(SoundKind::Raw), encoding(number - 30)),
        40..50 => (Some(SoundKind::Ircam), encoding(number - 40)),
        50 => (Some(SoundKind::Ogg), Some(Encoding::Vorbis)),
        _ => (Some(SoundKind::Raw), Some(Encoding::I16)),
    }
}

fn fout_target(io: &Io<'_>, channels: usize) -> OpResult<(String, SoundFormat)> {
    let (kind, encoding) = fout_format(io.int(1));
    Ok((io.text(0), SoundFormat { kind, encoding, channels, sr: io.clock.sr }))
}

impl Form for Audio {
    fn target(io: &Io<'_>, _: &World) -> OpResult<(String, SoundFormat)> {
        fout_target(io, io.n_ins() - 2)
    }

    fn push(io: &Io<'_>, writer: &mut Writer, scale: f64) {
        for n in 0..io.samples_len() {
            (2..io.n_ins()).for_each(|i| writer.push(io.x(i).at(n) * scale));
        }
    }
}

impl Form for Array {
    fn target(io: &Io<'_>, _: &World) -> OpResult<(String, SoundFormat)> {
        fout_target(io, io.array(2).map_or(0, |array| array.len()))
    }

    fn push(io: &Io<'_>, writer: &mut Writer, scale: f64) {
        let Some(array) = io.array(2) else { return };
        for n in io.first..io.end {
            for c in 0..array.len() {
                writer.push(array.audio(c, io.clock.ksmps).get(n).map_or(0.0, |x| x * scale));
            }
        }
    }
}

impl Form for Control {
    fn target(io: &Io<'_>, _: &World) -> OpResult<(String, SoundFormat)> {
        if !io.is_str(0) {
            return Err(OpError::new("foutk: invalid file handle"));
        }
        let encoding = match io.int(1) {
            number @ 0..10 => fout_format(number).1,
            _ => Some(Encoding::I16),
        };
        let (kind, channels, sr) = (Some(SoundKind::Raw), io.n_ins() - 2, io.clock.kr);
        Ok((io.text(0), SoundFormat { kind, encoding, channels, sr }))
    }

    fn push(io: &Io<'_>, writer: &mut Writer, scale: f64) {
        (2..io.n_ins()).for_each(|i| writer.push(io.k(i) * scale));
    }
}

impl<const CHANNELS: usize> Form for Sound<CHANNELS> {
    fn target(io: &Io<'_>, world: &World) -> OpResult<(String, SoundFormat)> {
        let name = match io.is_str(CHANNELS) {
            true => file_name(io, world, CHANNELS),
            false => numbered_file(world, io.k(CHANNELS), "soundout."),
        };
        let encoding = match io.int(CHANNELS + 1) {
            0 => None,
            number @ (1 | 4 | 5 | 6) => encoding(number),
            number => return Err(OpError::new(format!("soundout: there is no sample format {number}"))),
        };
        Ok((name, SoundFormat { kind: Some(SoundKind::Raw), encoding, channels: CHANNELS, sr: io.clock.sr }))
    }

    fn push(io: &Io<'_>, writer: &mut Writer, scale: f64) {
        for n in 0..io.samples_len() {
            (0..CHANNELS).for_each(|i| writer.push(io.x(i).at(n) * scale));
        }
    }
}

/// Frames that a writer hands over at once (measured on the reference: where several notes write one file,
/// their portions follow each other).
const PORTION: usize = 512;

#[derive(Default)]
struct Fout<F> {
    writer: Option<usize>,
    scale: f64,
    form: PhantomData<F>,
}

impl<F: Form> WorldUgen for Fout<F> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (name, format) = F::target(&cx.io, cx.world)?;
        let error = |e: HostError| OpError::new(e.to_string());
        if let Some(old) = self.writer.take()
            && detach(cx.io.note, old)
        {
            cx.world.out_files.release(old).map_err(error)?;
        }
        if let Some(open) = cx.world.out_files.format(&name)
            && open.channels != format.channels
        {
            return Err(OpError::new(format!("\"{name}\" is being written with {} channels", open.channels)));
        }
        if format.channels == 0 {
            return Err(OpError::new("there is nothing to write to the file"));
        }
        let host = cx.world.sound_writer.clone().ok_or("there are no sound files here")?;
        let sizes = (cx.io.mem.block_len, PORTION);
        cx.world.ask_memory(format.channels.saturating_mul(sizes.0 + sizes.1) * 8, "a sound file")?;
        self.writer = Some(cx.world.out_files.open(&*host, &name, format, cx.io.note, sizes).map_err(error)?);
        let raw = format.kind == Some(SoundKind::Raw);
        self.scale = if raw { 1.0 } else { 1.0 / cx.world.header.zero_dbfs };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let Some(number) = self.writer else { return Ok(()) };
        if let Some(writer) = world.out_files.writer(number) {
            F::push(io, writer, self.scale);
        }
        world.out_files.hand_over(number);
        Ok(())
    }
}
