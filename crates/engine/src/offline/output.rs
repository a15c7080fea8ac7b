//! Where an engine's sound goes.

use super::EngineError;
use crate::host::Host;
use crate::options::{Container, SampleFormat};
use crate::perform::Block;
use crate::soundfile::{self, AudioSink, Levels, SoundSpec};
use orchestrion_base::limits::{Limit, Limits};
use std::sync::Arc;

/// Samples that are collected before they go to the file.
const CHUNK: usize = 1 << 14;

/// Where the sound goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    /// A file.
    File(String),
    /// A file in the system's folder for temporary ones, made when there is sound to write.
    Temporary,
    /// Memory.
    Memory,
    /// Nowhere: the engine makes no sound.
    Nowhere,
}

/// The sound so far.
pub(super) struct Output {
    destination: Destination,
    spec: SoundSpec,
    host: Arc<dyn Host>,
    sink: Option<Box<dyn AudioSink>>,
    /// All samples, for [`Destination::Memory`]; else those that wait to be written.
    samples: Vec<f64>,
    /// Amplitude of full scale in the orchestra, inverted.
    scale: f64,
    levels: Levels,
    frames: u64,
    /// Samples that memory may hold.
    kept: usize,
}

impl Output {
    pub fn new(
        destination: Destination,
        spec: SoundSpec,
        zero_dbfs: f64,
        host: Arc<dyn Host>,
        limits: &Limits,
    ) -> Result<Self, EngineError> {
        let sink = match &destination {
            Destination::File(name) => Some(soundfile::open(&*host, name, spec, None)?),
            _ => None,
        };
        let levels = Levels::new(spec.channels);
        Ok(Self {
            destination,
            spec,
            host,
            sink,
            samples: Vec::new(),
            scale: 1.0 / zero_dbfs,
            levels,
            frames: 0,
            kept: limits.size(Limit::KeptSamples),
        })
    }

    /// Name of the file, once there is one.
    pub fn file(&self) -> Option<&str> {
        match &self.destination {
            Destination::File(name) => Some(name),
            _ => None,
        }
    }

    pub fn spec(&self) -> &SoundSpec {
        &self.spec
    }

    pub fn frames(&self) -> u64 {
        self.frames
    }

    pub fn levels(&self) -> &Levels {
        &self.levels
    }

    /// The interleaved samples, if they are kept in memory.
    pub fn samples(&self) -> &[f64] {
        if self.destination == Destination::Memory { &self.samples } else { &[] }
    }

    pub fn take_samples(&mut self) -> Vec<f64> {
        if self.destination == Destination::Memory { std::mem::take(&mut self.samples) } else { Vec::new() }
    }

    /// Takes a block of sound.
    pub fn write(&mut self, block: &Block<'_>) -> Result<(), EngineError> {
        let more = block.frames * self.spec.channels as usize;
        if self.destination == Destination::Memory && self.samples.len() + more > self.kept {
            let text = format!("the sound has more than {} samples", self.kept);
            return Err(EngineError::Limit { limit: Limit::KeptSamples, text });
        }
        self.frames += block.frames as u64;
        let start = self.samples.len();
        block.interleave(&mut self.samples, self.spec.channels as usize, self.scale);
        self.levels.measure(&self.samples[start..]);
        if self.destination != Destination::Memory && self.samples.len() >= CHUNK {
            self.pass_on()?;
        }
        Ok(())
    }

    /// Hands the waiting samples to the file.
    fn pass_on(&mut self) -> Result<(), EngineError> {
        if self.destination == Destination::Temporary && self.sink.is_none() && !self.samples.is_empty() {
            let name = self.host.temporary("orchestrion-", ".wav")?;
            self.sink = Some(soundfile::open(&*self.host, &name, self.spec, None)?);
            self.destination = Destination::File(name);
        }
        if let Some(sink) = &mut self.sink {
            sink.write(&self.samples)?;
        }
        self.samples.clear();
        Ok(())
    }

    /// Makes what was rendered so far readable in the file.
    pub fn flush(&mut self) -> Result<(), EngineError> {
        if self.destination == Destination::Memory {
            return Ok(());
        }
        self.pass_on()?;
        Ok(self.sink.as_mut().map_or(Ok(()), |sink| sink.flush())?)
    }

    /// Completes the file.
    pub fn finish(&mut self) -> Result<(), EngineError> {
        self.flush()?;
        Ok(self.sink.take().map_or(Ok(()), AudioSink::finish)?)
    }

    /// Completes the file and removes it.
    pub fn discard(&mut self) -> Result<(), EngineError> {
        let finished = self.finish();
        self.samples.clear();
        if let Some(name) = self.file() {
            self.host.remove(name)?;
        }
        finished
    }
}

/// The kind of file that a name's extension stands for.
pub(super) fn container(name: &str) -> Result<Container, EngineError> {
    let bare = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let extension = bare.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase());
    let remedy = match extension.as_deref() {
        Some("wav") => return Ok(Container::Wav),
        Some("aif" | "aiff") => return Ok(Container::Aiff),
        Some("flac") => return Ok(Container::Flac),
        Some("au") => return Ok(Container::Au),
        Some("ogg") => "Ogg Vorbis cannot be written; use wav, aif, aiff, flac or au",
        _ => "end the name in .wav, .aif, .aiff, .flac or .au",
    };
    Err(EngineError::Option { option: "outfile", value: name.to_owned(), remedy: remedy.to_owned() })
}

/// The sample format that an encoding's name stands for; the empty name for the container's usual one.
pub(super) fn format(encoding: &str, container: Container) -> Result<SampleFormat, EngineError> {
    let flac = container == Container::Flac;
    let refuse = |remedy: &str| {
        Err(EngineError::Option { option: "encoding", value: encoding.to_owned(), remedy: remedy.to_owned() })
    };
    match encoding {
        "" if flac => Ok(SampleFormat::I24),
        "" => Ok(SampleFormat::F32),
        "pcm16" => Ok(SampleFormat::I16),
        "pcm24" => Ok(SampleFormat::I24),
        "pcm32" | "float32" | "float64" if flac => refuse("FLAC holds pcm16 or pcm24"),
        "pcm32" => Ok(SampleFormat::I32),
        "float32" => Ok(SampleFormat::F32),
        "float64" => Ok(SampleFormat::F64),
        "vorbis" => refuse("Ogg Vorbis cannot be written; use pcm16, pcm24, pcm32, float32 or float64"),
        _ => refuse("use pcm16, pcm24, pcm32, float32 or float64"),
    }
}

/// The encoding's name of a sample format.
pub(super) fn encoding_name(format: SampleFormat) -> &'static str {
    match format {
        SampleFormat::U8 | SampleFormat::S8 => "pcm8",
        SampleFormat::I16 => "pcm16",
        SampleFormat::I24 => "pcm24",
        SampleFormat::I32 => "pcm32",
        SampleFormat::F32 => "float32",
        SampleFormat::F64 => "float64",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extension_and_encoding_choose_the_kind_of_file() {
        assert_eq!(container("a/b.c/x.FLAC").ok(), Some(Container::Flac));
        assert_eq!(container("x.aiff").ok(), Some(Container::Aiff));
        for bad in ["x", "x.ogg", "x.mp3", "a.wav/x"] {
            assert!(container(bad).is_err(), "{bad}");
        }
        assert_eq!(format("", Container::Flac).ok(), Some(SampleFormat::I24));
        assert_eq!(format("", Container::Aiff).ok(), Some(SampleFormat::F32));
        assert_eq!(format("pcm16", Container::Wav).map(encoding_name).ok(), Some("pcm16"));
        assert!(format("float32", Container::Flac).is_err());
        assert!(format("vorbis", Container::Wav).is_err());
    }
}
