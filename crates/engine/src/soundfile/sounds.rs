//! Sound files for opcodes: found by the host, decoded here, kept while there is room.
//!
//! A file is decoded as a whole, eight bytes a sample: ten minutes of stereo at 44.1 kHz take 423 MB, as long
//! as a note plays them. What this buys: an opcode reads any frame at any speed without input or output while
//! it performs, and all notes that play a file share one copy. [`Limits`] refuses what is too long; files
//! beyond [`KEPT_SAMPLES`] are decoded anew when no note plays them.

use super::raw_reader::plain;
use super::{AudioSink, Limits, Loop, SoundError, SoundSpec, open, read, resample};
use crate::options::{Container, SampleFormat};
use orchestrion_base::host::{
    Encoding, Host, HostError, Purpose, RawSound, SoundFile, SoundFormat, SoundKind, SoundReader, SoundSink,
    SoundWriter,
};
use orchestrion_base::lock::lock;
use orchestrion_base::table::SoundLoop;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, Weak};

/// Samples of all kept files together: 256 MB. Notes that play one file after the other then decode
/// it once; longer files stay while a note plays them.
const KEPT_SAMPLES: usize = 1 << 25;

/// Decodes sound files that a host finds.
pub struct HostSounds {
    host: Arc<dyn Host>,
    limits: Limits,
    /// What files are that opcodes write without saying what.
    container: Container,
    format: SampleFormat,
    /// Rate that all sounds are brought to.
    rate: Option<f64>,
    kept: Mutex<VecDeque<Kept>>,
}

/// A decoded file. A piece may write a file and read it again, so its bytes decide whether it is
/// still the same.
struct Kept {
    /// The bytes, and whether the sound was trimmed.
    bytes: (Fingerprint, bool),
    sound: Weak<SoundFile>,
    /// Keeps the sound while no note plays it.
    held: Option<Arc<SoundFile>>,
}

/// Length and FNV-1a hash (taken by words of eight bytes).
#[derive(Clone, Copy, PartialEq, Eq)]
struct Fingerprint(usize, u64);

impl Fingerprint {
    fn of(bytes: &[u8]) -> Self {
        let (words, rest) = bytes.as_chunks::<8>();
        let words = words.iter().map(|&w| u64::from_le_bytes(w)).chain(rest.iter().map(|&b| b.into()));
        let hash = words.fold(0xcbf2_9ce4_8422_2325, |h: u64, w| (h ^ w).wrapping_mul(0x100_0000_01b3));
        Self(bytes.len(), hash)
    }
}

impl HostSounds {
    /// Reads from this host; larger files than `limits` are refused.
    pub fn new(host: Arc<dyn Host>, limits: Limits) -> Self {
        let (container, format) = (Container::default(), SampleFormat::default());
        Self { host, limits, container, format, rate: None, kept: Mutex::default() }
    }

    /// Sets what files are that opcodes write without saying what: as the output of the render.
    #[must_use]
    pub fn with_output(mut self, container: Container, format: SampleFormat) -> Self {
        (self.container, self.format) = (container, format);
        self
    }

    /// Sets a sample rate in Hz that all sounds are brought to when they are read, those without a header
    /// excepted.
    #[must_use]
    pub fn resampled_to(mut self, rate: Option<f64>) -> Self {
        self.rate = rate;
        self
    }

    fn keep(&self, bytes: (Fingerprint, bool), sound: Arc<SoundFile>) {
        let mut kept = lock(&self.kept);
        kept.push_front(Kept { bytes, sound: Arc::downgrade(&sound), held: Some(sound) });
        let mut total = 0usize;
        for Kept { held, .. } in kept.iter_mut() {
            let samples = held.as_ref().map_or(0, |sound| sound.samples.len());
            match total.saturating_add(samples) {
                sum if sum <= KEPT_SAMPLES => total = sum,
                _ => *held = None,
            }
        }
        kept.retain(|kept| kept.sound.strong_count() > 0);
    }

    fn read_with(&self, name: &str, limits: Limits) -> Result<Arc<SoundFile>, HostError> {
        let bytes = self.host.read(name, Purpose::Sound)?;
        let fingerprint = (Fingerprint::of(&bytes), limits.trimmed);
        let kept =
            lock(&self.kept).iter().find(|kept| kept.bytes == fingerprint).map(|kept| kept.sound.clone());
        if let Some(sound) = kept.and_then(|sound| sound.upgrade()) {
            return Ok(sound);
        }
        let mut sound = decode(name, bytes, &limits)?;
        if let Some(rate) = self.rate.filter(|rate| *rate != sound.sr) {
            sound = resample(&sound, rate).map_err(|error| failed("read", name, error))?;
        }
        let sound = Arc::new(sound);
        self.keep(fingerprint, sound.clone());
        Ok(sound)
    }
}

fn decode(name: &str, bytes: Arc<[u8]>, limits: &Limits) -> Result<SoundFile, HostError> {
    let data = read(bytes, limits).map_err(|error| failed("read", name, error))?;
    let frames = data.len();
    let range = |l: Loop| {
        let (start, end) = (usize::try_from(l.start).ok()?, usize::try_from(l.end).ok()?);
        (start < end && end <= frames).then_some(SoundLoop { start, end, alternating: l.alternating })
    };
    Ok(SoundFile {
        sr: data.sr,
        channels: data.channels as usize,
        samples: data.frames,
        encoding: data.encoding,
        base_key: data.base_key,
        sound_loop: data.loops[0].and_then(range),
        release_loop: data.loops[1].and_then(range),
    })
}

fn failed(action: &'static str, name: &str, error: SoundError) -> HostError {
    match error {
        SoundError::Host(error) => error,
        other => HostError::Refused { action, name: name.to_string(), reason: other.to_string() },
    }
}

impl SoundReader for HostSounds {
    fn read_sound(&self, name: &str) -> Result<Arc<SoundFile>, HostError> {
        self.read_with(name, self.limits)
    }

    fn read_untrimmed(&self, name: &str) -> Result<Arc<SoundFile>, HostError> {
        self.read_with(name, Limits { trimmed: false, ..self.limits })
    }

    fn read_raw_sound(&self, name: &str, raw: RawSound) -> Result<Arc<SoundFile>, HostError> {
        let bytes = self.host.read(name, Purpose::Sound)?;
        let samples = plain(&bytes, raw, &self.limits).map_err(|error| failed("read", name, error))?;
        let RawSound { encoding, channels, sr } = raw;
        Ok(Arc::new(SoundFile { sr, channels, samples, encoding, ..SoundFile::default() }))
    }
}

impl SoundWriter for HostSounds {
    fn create_sound(&self, name: &str, format: &SoundFormat) -> Result<Box<dyn SoundSink>, HostError> {
        let unsupported = |what: &str| HostError::Refused {
            action: "write",
            name: name.to_string(),
            reason: format!("{what} files are not written"),
        };
        let container = match format.kind {
            None => self.container,
            Some(SoundKind::Wav) => Container::Wav,
            Some(SoundKind::Aiff) => Container::Aiff,
            Some(SoundKind::Raw) => Container::Raw,
            Some(SoundKind::Ircam) => return Err(unsupported("IRCAM")),
            Some(SoundKind::Ogg) => return Err(unsupported("Ogg")),
        };
        let stored = match format.encoding {
            None => self.format,
            // Eight bits are unsigned in a WAV, as libsndfile has it, whatever was asked for.
            Some(Encoding::S8) if container == Container::Wav => SampleFormat::U8,
            Some(Encoding::S8) => SampleFormat::S8,
            Some(Encoding::U8) => SampleFormat::U8,
            Some(Encoding::I16) => SampleFormat::I16,
            Some(Encoding::I24) => SampleFormat::I24,
            Some(Encoding::I32) => SampleFormat::I32,
            Some(Encoding::F32) => SampleFormat::F32,
            Some(Encoding::F64) => SampleFormat::F64,
            Some(Encoding::ALaw | Encoding::MuLaw) => return Err(unsupported("A-law and mu-law")),
            Some(Encoding::Vorbis | Encoding::Mp3 | Encoding::Other) => {
                return Err(unsupported("compressed"));
            }
        };
        let channels = u32::try_from(format.channels).unwrap_or(u32::MAX);
        let spec = SoundSpec { sr: format.sr, channels, container, format: stored };
        let sink = open(&*self.host, name, spec, None).map_err(|error| failed("write", name, error))?;
        let raw_integers = container == Container::Raw && !stored.is_float();
        let scale = raw_integers.then(|| 1.0 / (1_u64 << (stored.bits() - 1)) as f64);
        Ok(Box::new(NoteSink { sink, name: name.to_string(), scale }))
    }
}

/// A file that notes write.
struct NoteSink {
    sink: Box<dyn AudioSink>,
    name: String,
    /// For samples that are whole numbers as they stand.
    scale: Option<f64>,
}

impl SoundSink for NoteSink {
    fn write(&mut self, interleaved: &[f64]) -> Result<(), HostError> {
        let result = match self.scale {
            None => self.sink.write(interleaved),
            Some(scale) => {
                let scaled: Vec<f64> = interleaved.iter().map(|x| x * scale).collect();
                self.sink.write(&scaled)
            }
        };
        result.map_err(|error| failed("write", &self.name, error))
    }

    fn finish(self: Box<Self>) -> Result<(), HostError> {
        let Self { sink, name, .. } = *self;
        sink.finish().map_err(|error| failed("write", &name, error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::MemoryHost;

    #[test]
    fn what_notes_write_can_be_read() {
        let host = MemoryHost::default();
        let sounds = HostSounds::new(Arc::new(host.clone()), Limits::default());
        let written = |kind, encoding, samples: &[f64]| {
            let format = SoundFormat { kind: Some(kind), encoding: Some(encoding), channels: 1, sr: 8000.0 };
            let mut sink = sounds.create_sound("x", &format)?;
            sink.write(samples)?;
            sink.finish()
        };
        written(SoundKind::Aiff, Encoding::I16, &[0.5, -0.25]).unwrap();
        assert_eq!(sounds.read_sound("x").unwrap().samples, [0.5, -0.25]);
        // Without a header samples are not scaled.
        written(SoundKind::Raw, Encoding::I16, &[5.0, -250.0]).unwrap();
        assert_eq!(*host.get("x").unwrap(), [5, 0, 6, 255]);
        let raw = RawSound { encoding: Encoding::I16, channels: 1, sr: 8000.0 };
        assert_eq!(sounds.read_raw_sound("x", raw).unwrap().samples, [5.0 / 32768.0, -250.0 / 32768.0]);
        assert!(written(SoundKind::Ogg, Encoding::Vorbis, &[]).is_err());
    }

    #[test]
    fn a_file_is_decoded_once() {
        let host = MemoryHost::default();
        let spec =
            SoundSpec { sr: 8000.0, channels: 1, container: Container::Wav, format: SampleFormat::F64 };
        let mut sink = open(&host, "a.wav", spec, Some(3)).unwrap();
        sink.write(&[0.1, 0.2, 0.3]).unwrap();
        sink.finish().unwrap();
        host.insert("b.wav", *b"no sound");
        let sounds = HostSounds::new(Arc::new(host), Limits::default());
        let first = sounds.read_sound("a.wav").unwrap();
        assert_eq!((first.sr, first.channels, &first.samples[..]), (8000.0, 1, &[0.1, 0.2, 0.3][..]));
        assert!(Arc::ptr_eq(&first, &sounds.read_sound("a.wav").unwrap()));
        let whole = sounds.read_untrimmed("a.wav").unwrap();
        assert!(!Arc::ptr_eq(&first, &whole) && first.samples == whole.samples);
        let error = sounds.read_sound("b.wav").unwrap_err().to_string();
        assert!(error.starts_with("cannot read \"b.wav\": not a readable sound file"), "{error}");
        assert!(matches!(sounds.read_sound("c.wav"), Err(HostError::NotFound { .. })));
    }
}
