//! Sound files for opcodes: found by the host, decoded here, kept while there is room.

use super::{Limits, SoundError, read};
use orchestrion_base::host::{Host, HostError, Purpose, SoundFile, SoundReader};
use orchestrion_dsp::math;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Samples of all kept files together: 256 MB. Notes that play one file after the other then decode
/// it once.
const KEPT_SAMPLES: usize = 1 << 25;

/// Decodes sound files that a host finds.
pub struct HostSounds {
    host: Arc<dyn Host>,
    limits: Limits,
    kept: Mutex<VecDeque<Kept>>,
}

/// A decoded file. A piece may write a file and read it again, so its bytes decide whether it is
/// still the same.
struct Kept {
    bytes: Fingerprint,
    sound: Arc<SoundFile>,
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
        Self { host, limits, kept: Mutex::default() }
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<Kept>> {
        // A panic elsewhere leaves the list whole.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, bytes: Fingerprint, sound: Arc<SoundFile>) {
        let mut kept = self.kept();
        kept.push_front(Kept { bytes, sound });
        let mut total = 0usize;
        kept.retain(|Kept { sound, .. }| {
            total = total.saturating_add(sound.samples.len());
            total <= KEPT_SAMPLES
        });
    }

    fn decode(&self, name: &str, bytes: Arc<[u8]>) -> Result<SoundFile, HostError> {
        let data = read(bytes, &self.limits).map_err(|error| match error {
            SoundError::Host(error) => error,
            other => HostError::Refused { action: "read", name: name.to_string(), reason: other.to_string() },
        })?;
        // A4 = 440 Hz is MIDI key 69.
        let base = data.base_key.map(|key| 440.0 * math::pow(2.0, (f64::from(key) - 69.0) / 12.0));
        let range = data.loops.first().and_then(|l| {
            let (start, end) = (usize::try_from(l.start).ok()?, usize::try_from(l.end).ok()?);
            (start < end && end <= data.len()).then_some((start, end))
        });
        Ok(SoundFile {
            sr: data.sr,
            channels: data.channels as usize,
            samples: data.frames,
            base_frequency: base.unwrap_or(0.0),
            sound_loop: range,
        })
    }
}

impl SoundReader for HostSounds {
    fn read_sound(&self, name: &str) -> Result<Arc<SoundFile>, HostError> {
        let bytes = self.host.read(name, Purpose::Sound)?;
        let fingerprint = Fingerprint::of(&bytes);
        if let Some(kept) = self.kept().iter().find(|kept| kept.bytes == fingerprint) {
            return Ok(kept.sound.clone());
        }
        let sound = Arc::new(self.decode(name, bytes)?);
        self.keep(fingerprint, sound.clone());
        Ok(sound)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{SoundSpec, open};
    use super::*;
    use crate::host::MemoryHost;
    use crate::options::{Container, SampleFormat};

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
        let error = sounds.read_sound("b.wav").unwrap_err().to_string();
        assert!(error.starts_with("cannot read \"b.wav\": not a readable sound file"), "{error}");
        assert!(matches!(sounds.read_sound("c.wav"), Err(HostError::NotFound { .. })));
    }
}
