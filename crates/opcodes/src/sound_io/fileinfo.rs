//! What is known about a sound file: `filelen`, `filesr`, `filenchnls`, `filebit`, `filepeak`, `filevalid`.

use crate::sound::{file_name, read, reader};
use crate::spectral::pvocex;
use crate::step::{Step, at_init, at_perf};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::host::{Encoding, HostError, Purpose, RawSound, SoundFile};
use orchestrion_base::op::{Init, Make, OpDef, Port, Sig, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::sync::Arc;

const FILE: Port = port("ifilcod", "file name, or number n for the file soundin.n");
const RAW: Port = port(
    "iallowraw",
    "nonzero takes a file without a header for 16-bit mono at the orchestra's rate, 0 answers 0; default 1",
);
const DIFFERENCES: &[&str] = &[
    "a file without a header counts as 16 bit; in the reference as what it writes itself",
    "of analysis files only PVOC-EX files are described, and only by filelen",
];

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .outs(const { &[port("ires", "the answer")] })
        .ins(const { &[FILE, RAW] })
        .source("Manual: filelen, filesr, filenchnls, filebit, filepeak, filevalid")
        .differences(DIFFERENCES)
}

/// Definition of `filelen`.
pub static FILELEN: OpDef = def(
    "filelen",
    "Length of a sound file in seconds.",
    &[sig("i", "Sp", Make::Init(length)), sig("i", "ip", Make::Init(length))],
);
/// Definition of `filesr`.
pub static FILESR: OpDef = def(
    "filesr",
    "Sample rate of a sound file in Hz.",
    &[sig("i", "Sp", Make::Init(rate)), sig("i", "ip", Make::Init(rate))],
);
/// Definition of `filenchnls`.
pub static FILENCHNLS: OpDef = def(
    "filenchnls",
    "Number of channels of a sound file.",
    &[sig("i", "Sp", Make::Init(channels)), sig("i", "ip", Make::Init(channels))],
);
/// Definition of `filebit`.
pub static FILEBIT: OpDef = def(
    "filebit",
    "Bits of a sample of a sound file; -1 for 32-bit floats, -2 for 64-bit floats, below that for \
     compressed sound.",
    &[sig("i", "Sp", Make::Init(bits)), sig("i", "ip", Make::Init(bits))],
);
/// Definition of `filepeak`.
pub static FILEPEAK: OpDef = def(
    "filepeak",
    "Greatest magnitude in a sound file, full scale being 0dbfs.",
    &[sig("i", "So", Make::Init(peak)), sig("i", "io", Make::Init(peak))],
)
.ins(const { &[FILE, port("ichnl", "channel from 1; 0 for all; default 0")] });
/// Definition of `filevalid`.
pub static FILEVALID: OpDef = def(
    "filevalid",
    "1 if there is a file of this name, else 0.",
    const {
        &[
            sig("i", "S", at_init::<Valid>()),
            sig("i", "i", at_init::<Valid>()),
            sig("k", "S", at_perf::<Valid>()),
            sig("k", "i", at_perf::<Valid>()),
        ]
    },
)
.ins(const { &[FILE] });

/// The file, or `None` where it has no header and that is not allowed.
fn described(cx: &Init<'_>) -> OpResult<Option<Arc<SoundFile>>> {
    let (name, reader) = (file_name(&cx.io, cx.world, 0), reader(cx.world)?);
    let found = match reader.read_sound(&name) {
        Err(HostError::Refused { .. }) if cx.io.k(1) == 0.0 => return Ok(None),
        Err(HostError::Refused { .. }) => {
            let raw = RawSound { encoding: Encoding::I16, channels: 1, sr: cx.io.clock.sr };
            reader.read_raw_sound(&name, raw)
        }
        other => other,
    };
    found.map(Some).map_err(|e| OpError::new(e.to_string()))
}

fn answer(cx: &mut Init<'_>, what: fn(&SoundFile) -> f64) -> OpResult {
    let value = described(cx)?.map_or(0.0, |sound| what(&sound));
    cx.io.set(0, value);
    Ok(())
}

fn length(cx: &mut Init<'_>) -> OpResult {
    // A PVOC-EX file passes for a sound file, of its frames' bytes.
    let name = file_name(&cx.io, cx.world, 0);
    if let Ok(analysis) = pvocex::read(cx.world, &name) {
        cx.io.set(0, analysis.seconds());
        return Ok(());
    }
    answer(cx, |sound| sound.frames() as f64 / sound.sr)
}

fn rate(cx: &mut Init<'_>) -> OpResult {
    answer(cx, |sound| sound.sr)
}

fn channels(cx: &mut Init<'_>) -> OpResult {
    answer(cx, |sound| sound.channels as f64)
}

/// Compressed encodings have the negative of libsndfile's number for them (measured on the reference).
fn bits(cx: &mut Init<'_>) -> OpResult {
    answer(cx, |sound| match sound.encoding {
        Encoding::S8 | Encoding::U8 => 8.0,
        Encoding::I16 | Encoding::Other => 16.0,
        Encoding::I24 => 24.0,
        Encoding::I32 => 32.0,
        Encoding::F32 => -1.0,
        Encoding::F64 => -2.0,
        Encoding::MuLaw => -16.0,
        Encoding::ALaw => -17.0,
        Encoding::Vorbis => -96.0,
        Encoding::Mp3 => -130.0,
    })
}

fn peak(cx: &mut Init<'_>) -> OpResult {
    let (sound, channel) = (read(cx, 0)?, (cx.io.k(1) + 0.5) as usize);
    if channel > sound.channels {
        return Err(OpError::new(format!("filepeak: the file has no channel {channel}")));
    }
    let stride = if channel == 0 { 1 } else { sound.channels };
    let samples = sound.samples.iter().skip(channel.saturating_sub(1)).step_by(stride);
    let peak = samples.fold(0.0, |peak: f64, x| peak.max(x.abs()));
    cx.io.set(0, peak * cx.world.header.zero_dbfs);
    Ok(())
}

struct Valid;

impl Step for Valid {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let name = file_name(io, world, 0);
        let found = world.host.as_ref().and_then(|host| host.find(&name, Purpose::Sound));
        io.set(0, f64::from(found.is_some()));
        Ok(())
    }
}
