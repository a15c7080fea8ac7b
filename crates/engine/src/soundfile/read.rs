//! Sound files into samples: WAV, FLAC, Ogg Vorbis and MP3 through `symphonia`, AU, AIFF and the WAVs that it
//! does not read by small readers of our own.

use super::SoundError;
use super::aiff::read_aiff;
use super::au::read_au;
use super::pcm::Order;
use super::raw_reader::decode;
use super::riff::read_riff;
use super::riff_info::{frames_are_sane, sampler_info};
use crate::options::SampleFormat;
use orchestrion_base::host::Encoding;
use orchestrion_base::limits::{self, Limit};
use std::io::Cursor;
use std::sync::Arc;
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_MP3, CODEC_ID_PCM_ALAW, CODEC_ID_PCM_F32BE, CODEC_ID_PCM_F32LE, CODEC_ID_PCM_F64BE,
    CODEC_ID_PCM_F64LE, CODEC_ID_PCM_MULAW, CODEC_ID_PCM_U8, CODEC_ID_VORBIS,
};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;

/// The content of a sound file.
#[derive(Clone, Debug, PartialEq)]
pub struct SoundData {
    /// Frames per second.
    pub sr: f64,
    /// Channels, at least 1.
    pub channels: u32,
    /// Interleaved samples, whole frames, full scale 1.0.
    pub frames: Vec<f64>,
    /// How the file stores its samples.
    pub encoding: Encoding,
    /// Loop of a held and of a released note.
    pub loops: [Option<Loop>; 2],
    /// MIDI key, with its fraction, at which the sound has its recorded pitch.
    pub base_key: Option<f64>,
}

/// A loop of a sampled sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loop {
    /// Whether it runs back and forth, or backward, which the reference does not tell from it.
    pub alternating: bool,
    /// First frame.
    pub start: u64,
    /// One past the last frame.
    pub end: u64,
}

/// How much is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Samples of all channels together, at most.
    pub samples: u64,
    /// Whether the silence that an encoder put around compressed sound is left out.
    pub trimmed: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self::of(&limits::Limits::default())
    }
}

impl Limits {
    /// Those of an engine.
    pub fn of(all: &limits::Limits) -> Self {
        Self { samples: all.get(Limit::SoundSamples), trimmed: true }
    }
}

impl SoundData {
    /// Number of frames.
    pub fn len(&self) -> usize {
        self.frames.len() / self.channels.max(1) as usize
    }

    /// Whether there are no frames.
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// Plain samples behind some header.
    pub(super) fn from_plain(
        data: &[u8],
        format: SampleFormat,
        order: Order,
        sr: f64,
        channels: u32,
        limits: &Limits,
    ) -> Result<Self, SoundError> {
        let frame = format.bytes().saturating_mul(channels as usize).max(1);
        let whole = data.len() - data.len() % frame;
        if (whole / format.bytes()) as u64 > limits.samples {
            return Err(SoundError::TooLong(limits.samples));
        }
        let frames = decode(&data[..whole], format, order);
        let encoding = Encoding::from(format);
        Ok(Self { sr, channels, frames, encoding, loops: [None; 2], base_key: None })
    }
}

/// Reads a sound file of any kind we know; the kind is told by its first bytes, not by its name.
pub fn read(bytes: Arc<[u8]>, limits: &Limits) -> Result<SoundData, SoundError> {
    let info = sampler_info(&bytes);
    let mut data = match bytes.get(..4) {
        Some(b"RF64" | b"BW64") => read_riff(&bytes, limits)?,
        Some(b"RIFF") => match read_guarded(bytes.clone(), limits) {
            Err(SoundError::Damaged(_)) => read_riff(&bytes, limits)?,
            other => other?,
        },
        Some(b"FORM") => match read_aiff(&bytes, limits) {
            Err(SoundError::Unsupported(_)) => read_guarded(bytes, limits)?,
            other => other?,
        },
        Some(b".snd") => read_au(&bytes, limits)?,
        _ => read_guarded(bytes, limits)?,
    };
    data.loops = info.loops;
    data.base_key = info.base_key;
    Ok(data)
}

/// Third-party decoders on untrusted bytes: a panic in one becomes an error where panics unwind.
fn read_guarded(bytes: Arc<[u8]>, limits: &Limits) -> Result<SoundData, SoundError> {
    std::panic::catch_unwind(|| read_symphonia(bytes, limits))
        .unwrap_or_else(|_| Err(text("the decoder gave up on damaged data")))
}

fn read_symphonia(bytes: Arc<[u8]>, limits: &Limits) -> Result<SoundData, SoundError> {
    if !frames_are_sane(&bytes) {
        return Err(text("more channels than a frame can hold"));
    }
    let source = MediaSourceStream::new(Box::new(Cursor::new(bytes)), MediaSourceStreamOptions::default());
    let mut format = symphonia::default::get_probe()
        .probe(&Hint::new(), source, FormatOptions::default(), MetadataOptions::default())
        .map_err(damaged)?;
    let track = format.default_track(TrackType::Audio).ok_or_else(|| text("no audio track"))?;
    let id = track.id;
    let params =
        track.codec_params.as_ref().and_then(|p| p.audio()).ok_or_else(|| text("no audio parameters"))?;
    let encoding = stored_as(params);
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(params, &AudioDecoderOptions::default().gapless(limits.trimmed))
        .map_err(damaged)?;
    let mut data =
        SoundData { sr: 0.0, channels: 0, frames: Vec::new(), encoding, loops: [None; 2], base_key: None };
    let mut block = Vec::new();
    loop {
        let packet = match format.next_packet() {
            Ok(Some(packet)) => packet,
            Ok(None) | Err(Error::IoError(_) | Error::ResetRequired) => break,
            // What was read of a damaged file is used, as libsndfile does.
            Err(_) if !data.frames.is_empty() => break,
            Err(error) => return Err(damaged(error)),
        };
        if packet.track_id != id {
            continue;
        }
        let decoded = match decoder.decode(&packet) {
            Ok(decoded) => decoded,
            Err(Error::DecodeError(_) | Error::IoError(_)) => continue,
            Err(error) => return Err(damaged(error)),
        };
        let (sr, channels) = (f64::from(decoded.spec().rate()), decoded.spec().channels().count() as u32);
        if data.channels == 0 {
            (data.sr, data.channels) = (sr, channels);
        }
        if channels != data.channels || channels == 0 {
            break;
        }
        decoded.copy_to_vec_interleaved(&mut block);
        if (data.frames.len() + block.len()) as u64 > limits.samples {
            return Err(SoundError::TooLong(limits.samples));
        }
        data.frames.extend_from_slice(&block);
    }
    if data.channels == 0 {
        // A sound of no frames has no packet to tell its shape.
        let params = format
            .default_track(TrackType::Audio)
            .and_then(|t| t.codec_params.as_ref())
            .and_then(|p| p.audio());
        data.sr = params.and_then(|p| p.sample_rate).map_or(0.0, f64::from);
        data.channels = params.and_then(|p| p.channels.as_ref()).map_or(0, |c| c.count() as u32);
    }
    if data.channels == 0 || data.sr <= 0.0 {
        return Err(text("no rate or no channels"));
    }
    Ok(data)
}

fn stored_as(params: &AudioCodecParameters) -> Encoding {
    match params.codec {
        CODEC_ID_PCM_F32LE | CODEC_ID_PCM_F32BE => Encoding::F32,
        CODEC_ID_PCM_F64LE | CODEC_ID_PCM_F64BE => Encoding::F64,
        CODEC_ID_PCM_ALAW => Encoding::ALaw,
        CODEC_ID_PCM_MULAW => Encoding::MuLaw,
        CODEC_ID_PCM_U8 => Encoding::U8,
        CODEC_ID_VORBIS => Encoding::Vorbis,
        CODEC_ID_MP3 => Encoding::Mp3,
        _ => match params.bits_per_sample.or(params.bits_per_coded_sample) {
            Some(8) => Encoding::S8,
            Some(16) => Encoding::I16,
            Some(24) => Encoding::I24,
            Some(32) => Encoding::I32,
            _ => Encoding::Other,
        },
    }
}

fn damaged(error: Error) -> SoundError {
    SoundError::Damaged(error.to_string())
}

fn text(text: &str) -> SoundError {
    SoundError::Damaged(text.to_string())
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
