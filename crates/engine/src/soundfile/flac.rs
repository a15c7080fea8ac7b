//! FLAC through `flacenc`, one frame at a time.

use super::pcm::quantise;
use super::writer::Target;
use super::{AudioSink, SoundError, SoundSpec};
use crate::options::SampleFormat;
use flacenc::bitsink::ByteSink;
use flacenc::component::{BitRepr, StreamInfo};
use flacenc::config::Encoder;
use flacenc::error::{Verified, Verify};
use flacenc::source::{Context, Fill, FrameBuf};
use std::fmt::Debug;
use std::io::SeekFrom;

/// Frames of one block; the reference's encoder uses the same.
const BLOCK: usize = 4096;

/// A FLAC file being written.
pub struct FlacWriter {
    target: Target,
    config: Verified<Encoder>,
    info: StreamInfo,
    /// Counts frames and computes the checksum of all samples.
    context: Context,
    bits: u16,
    channels: usize,
    pending: Vec<i32>,
    blocks: usize,
    finished: bool,
}

impl FlacWriter {
    /// Starts a stream of 8, 16 or 24 bit samples on up to 8 channels.
    pub fn new(target: Target, spec: &SoundSpec) -> Result<Self, SoundError> {
        let bits = match spec.format {
            SampleFormat::U8 | SampleFormat::S8 | SampleFormat::I16 | SampleFormat::I24 => spec.format.bits(),
            other => {
                return Err(SoundError::Unsupported(format!(
                    "FLAC holds 8, 16 or 24 bit samples, not {other}"
                )));
            }
        };
        let channels = spec.channels as usize;
        let config = Encoder::default().into_verified().map_err(|(_, e)| encoder(e))?;
        let mut info = StreamInfo::new(spec.whole_rate() as usize, channels, bits.into()).map_err(encoder)?;
        info.set_block_sizes(BLOCK, BLOCK).map_err(encoder)?;
        let context = Context::new(bits.into(), channels);
        let mut writer = Self {
            target,
            config,
            info,
            context,
            bits,
            channels,
            pending: Vec::new(),
            blocks: 0,
            finished: false,
        };
        let header = writer.header()?;
        writer.put(&header)?;
        Ok(writer)
    }

    /// Magic and STREAMINFO, the only metadata block.
    fn header(&self) -> Result<Vec<u8>, SoundError> {
        let mut sink = ByteSink::new();
        self.info.write(&mut sink).map_err(encoder)?;
        let mut out = b"fLaC\x80\0\0\x22".to_vec();
        out.extend_from_slice(sink.as_slice());
        Ok(out)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), SoundError> {
        Ok(self.target.write_all(bytes)?)
    }

    fn encode(&mut self, frames: usize) -> Result<(), SoundError> {
        let block: Vec<i32> = self.pending.drain(..frames * self.channels).collect();
        self.context.fill_interleaved(&block).map_err(encoder)?;
        let mut buffer = FrameBuf::with_size(self.channels, BLOCK).map_err(encoder)?;
        buffer.fill_interleaved(&block).map_err(encoder)?;
        let frame = flacenc::encode_fixed_size_frame(&self.config, &buffer, self.blocks, &self.info)
            .map_err(encoder)?;
        self.blocks += 1;
        let mut sink = ByteSink::new();
        frame.write(&mut sink).map_err(encoder)?;
        self.put(sink.as_slice())
    }

    fn complete(&mut self) -> Result<(), SoundError> {
        self.finished = true;
        if !self.pending.is_empty() {
            self.encode(self.pending.len() / self.channels)?;
        }
        self.update_header()?;
        Ok(self.target.flush()?)
    }

    /// Number of frames and checksum are known only at the end.
    fn update_header(&mut self) -> Result<(), SoundError> {
        self.info.set_total_samples(self.context.total_samples());
        self.info.set_md5_digest(&self.context.md5_digest());
        let header = self.header()?;
        if let Target::File(file) = &mut self.target {
            file.seek(SeekFrom::Start(0))?;
            file.write_all(&header)?;
            file.seek(SeekFrom::End(0))?;
        }
        Ok(())
    }
}

impl AudioSink for FlacWriter {
    fn write(&mut self, interleaved: &[f64]) -> Result<(), SoundError> {
        let bits = self.bits;
        self.pending.extend(interleaved.iter().map(|&x| quantise(x, bits)));
        while self.pending.len() >= BLOCK * self.channels {
            self.encode(BLOCK)?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), SoundError> {
        self.update_header()
    }

    fn finish(mut self: Box<Self>) -> Result<(), SoundError> {
        self.complete()
    }
}

impl Drop for FlacWriter {
    fn drop(&mut self) {
        if !self.finished {
            // A destructor cannot report; whoever wants to know calls `finish`.
            let _ = self.complete();
        }
    }
}

fn encoder(error: impl Debug) -> SoundError {
    SoundError::Unsupported(format!("FLAC: {error:?}"))
}
