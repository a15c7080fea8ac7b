//! Headers of the files we write ourselves, as pure functions of what the file holds.
//!
//! A header has the same length for every number of frames, so it can be written first and
//! completed last. Layouts are those of the reference's files (hex dumps of csound 6.18.1 with
//! `-K`): in float WAVs a `PAD ` chunk fills the place of the time-stamped PEAK chunk.

use super::SoundSpec;
use super::pcm::Order;
use crate::options::{Container, SampleFormat};

/// How many frames a header speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// So many frames.
    Frames(u64),
    /// Not known; sizes are written as 2^32-1, which readers take as "to the end of the stream".
    Unknown,
}

/// A format we write ourselves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Header {
    /// What the file holds.
    pub spec: SoundSpec,
    /// Whether a PCM WAV keeps 36 bytes free so that it can become RF64. Float WAVs always can.
    pub room: bool,
}

impl Header {
    /// Byte order of samples.
    pub fn order(&self) -> Order {
        match self.spec.container {
            Container::Aiff | Container::Au => Order::Big,
            _ => Order::Little,
        }
    }

    /// Whether data of odd length is followed by a padding byte.
    pub fn pads(&self) -> bool {
        !matches!(self.spec.container, Container::Raw | Container::Au)
    }

    /// The header for a file of this length.
    pub fn bytes(&self, length: Length) -> Vec<u8> {
        match self.spec.container {
            Container::Wav => self.wav(length),
            Container::WavEx => {
                riff(&[fmt_ex(&self.spec), fact(&self.spec, length), pad(&self.spec)], self.data(length))
            }
            Container::Rf64 => self.rf64(length, &[fmt_ex(&self.spec)], 0),
            Container::Aiff => self.aiff(length),
            Container::Au => self.au(length),
            Container::Raw | Container::Flac => Vec::new(),
        }
    }

    fn data(&self, length: Length) -> Option<u64> {
        match length {
            Length::Frames(frames) => Some(frames.saturating_mul(self.spec.frame_bytes())),
            Length::Unknown => None,
        }
    }

    fn wav(&self, length: Length) -> Vec<u8> {
        let spec = &self.spec;
        let data = self.data(length);
        let junk = if self.room && !spec.format.is_float() { chunk(b"JUNK", &[0; 28]) } else { Vec::new() };
        let small = riff(&[junk, fmt(spec), fact(spec, length), pad(spec)], data);
        let too_big = data.is_some_and(|d| d + small.len() as u64 > u64::from(u32::MAX));
        if too_big && (self.room || spec.format.is_float()) {
            self.rf64(length, &[fmt(spec)], small.len())
        } else {
            small
        }
    }

    /// RF64 (EBU Tech 3306), filled up to `size` bytes.
    fn rf64(&self, length: Length, chunks: &[Vec<u8>], size: usize) -> Vec<u8> {
        // RF64 + WAVE, ds64, chunks, data.
        let mut total = 12 + 36 + chunks.iter().map(Vec::len).sum::<usize>() + 8;
        let filler = match size.saturating_sub(total) {
            0..8 => Vec::new(),
            n => chunk(b"PAD ", &vec![0; n - 8]),
        };
        total += filler.len();
        let sizes = match (self.data(length), length) {
            (Some(data), Length::Frames(frames)) => [total as u64 - 8 + data + data % 2, data, frames],
            _ => [u64::MAX; 3],
        };
        let mut ds64 = Vec::new();
        for word in sizes {
            ds64.extend(word.to_le_bytes());
        }
        ds64.extend([0; 4]);
        let mut out = b"RF64\xff\xff\xff\xffWAVE".to_vec();
        out.extend(chunk(b"ds64", &ds64));
        chunks.iter().for_each(|c| out.extend(c));
        out.extend(filler);
        out.extend(b"data\xff\xff\xff\xff");
        out
    }

    fn aiff(&self, length: Length) -> Vec<u8> {
        let spec = &self.spec;
        let kind: Option<&[u8; 4]> = match spec.format {
            SampleFormat::U8 => Some(b"raw "),
            SampleFormat::F32 => Some(b"FL32"),
            SampleFormat::F64 => Some(b"FL64"),
            _ => None,
        };
        let data = self.data(length);
        let frames = data.map_or(u32::MAX, |d| cut(d / spec.frame_bytes().max(1)));
        let mut comm = (spec.channels as u16).to_be_bytes().to_vec();
        comm.extend(frames.to_be_bytes());
        comm.extend(spec.format.bits().to_be_bytes());
        comm.extend(extended(spec.whole_rate()));
        let mut body = if kind.is_some() { b"AIFC".to_vec() } else { b"AIFF".to_vec() };
        if let Some(kind) = kind {
            body.extend(b"FVER\0\0\0\x04\xa2\x80\x51\x40");
            comm.extend(kind);
            comm.extend([0, 0]);
        }
        body.extend(b"COMM");
        body.extend((comm.len() as u32).to_be_bytes());
        body.extend(comm);
        body.extend(b"SSND");
        // Of unknown length: as much as the outer chunk can hold, for readers check that it fits.
        let data = data.unwrap_or(u64::from(u32::MAX) - 0x100);
        body.extend(cut(data + 8).to_be_bytes());
        body.extend([0; 8]);
        let size = cut(body.len() as u64 + data + data % 2);
        let mut out = b"FORM".to_vec();
        out.extend(size.to_be_bytes());
        out.extend(body);
        out
    }

    /// Sun/NeXT sound file: magic, offset of data, size, encoding, rate, channels.
    fn au(&self, length: Length) -> Vec<u8> {
        let encoding: u32 = match self.spec.format {
            SampleFormat::U8 | SampleFormat::S8 => 2,
            SampleFormat::I16 => 3,
            SampleFormat::I24 => 4,
            SampleFormat::I32 => 5,
            SampleFormat::F32 => 6,
            SampleFormat::F64 => 7,
        };
        let size = self.data(length).map_or(u32::MAX, cut);
        let mut out = b".snd".to_vec();
        for word in [24, size, encoding, self.spec.whole_rate(), self.spec.channels] {
            out.extend(word.to_be_bytes());
        }
        out
    }
}

fn cut(size: u64) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}

fn chunk(id: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut out = id.to_vec();
    out.extend((body.len() as u32).to_le_bytes());
    out.extend_from_slice(body);
    out
}

fn riff(chunks: &[Vec<u8>], data: Option<u64>) -> Vec<u8> {
    let body = 4 + chunks.iter().map(Vec::len).sum::<usize>() + 8;
    let size = data.map_or(u32::MAX, |d| cut(body as u64 + d + d % 2));
    let mut out = b"RIFF".to_vec();
    out.extend(size.to_le_bytes());
    out.extend(b"WAVE");
    chunks.iter().for_each(|c| out.extend(c));
    out.extend(b"data");
    out.extend(data.map_or(u32::MAX, cut).to_le_bytes());
    out
}

fn fmt_body(spec: &SoundSpec, tag: u16) -> Vec<u8> {
    let (rate, frame) = (spec.whole_rate(), spec.frame_bytes());
    let mut out = tag.to_le_bytes().to_vec();
    out.extend((spec.channels as u16).to_le_bytes());
    out.extend(rate.to_le_bytes());
    out.extend(cut(u64::from(rate) * frame).to_le_bytes());
    out.extend((frame as u16).to_le_bytes());
    out.extend(spec.format.bits().to_le_bytes());
    out
}

fn tag(spec: &SoundSpec) -> u16 {
    if spec.format.is_float() { 3 } else { 1 }
}

fn fmt(spec: &SoundSpec) -> Vec<u8> {
    chunk(b"fmt ", &fmt_body(spec, tag(spec)))
}

/// WAVEFORMATEXTENSIBLE; mono and stereo say which speakers, as the reference's do.
fn fmt_ex(spec: &SoundSpec) -> Vec<u8> {
    let mut body = fmt_body(spec, 0xfffe);
    body.extend(22u16.to_le_bytes());
    body.extend(spec.format.bits().to_le_bytes());
    let speakers: u32 = match spec.channels {
        1 => 4,
        2 => 3,
        _ => 0,
    };
    body.extend(speakers.to_le_bytes());
    body.extend(tag(spec).to_le_bytes());
    body.extend(b"\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71");
    chunk(b"fmt ", &body)
}

/// The fact chunk, which RIFF demands of everything but plain PCM.
fn fact(spec: &SoundSpec, length: Length) -> Vec<u8> {
    if !spec.format.is_float() && spec.container != Container::WavEx {
        return Vec::new();
    }
    let frames = match length {
        Length::Frames(frames) => cut(frames),
        Length::Unknown => u32::MAX,
    };
    chunk(b"fact", &frames.to_le_bytes())
}

fn pad(spec: &SoundSpec) -> Vec<u8> {
    if spec.format.is_float() { chunk(b"PAD ", &vec![0; 8 + 8 * spec.channels as usize]) } else { Vec::new() }
}

/// A whole number as an 80-bit float (IEEE 754 extended, big-endian), as AIFF wants its rate.
fn extended(value: u32) -> [u8; 10] {
    let mut out = [0; 10];
    if value > 0 {
        let zeros = value.leading_zeros();
        out[..2].copy_from_slice(&(16383 + 31 - zeros as u16).to_be_bytes());
        out[2..6].copy_from_slice(&(value << zeros).to_be_bytes());
    }
    out
}

#[cfg(test)]
#[path = "header_tests.rs"]
mod tests;
