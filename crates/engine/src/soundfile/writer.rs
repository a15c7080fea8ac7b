//! The sink for WAV, RF64, AIFF, AU and raw: a header, then samples.

use super::header::{Header, Length};
use super::pcm::encode;
use super::{AudioSink, SoundError};
use orchestrion_base::host::SeekWrite;
use std::io::{self, SeekFrom, Write};

/// What bytes are written to.
pub enum Target {
    /// A file, whose header is completed at the end.
    File(Box<dyn SeekWrite>),
    /// A pipe, whose header must be right from the start.
    Stream(Box<dyn Write + Send>),
}

impl Target {
    /// Writes everything.
    pub fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Target::File(file) => file.write_all(bytes),
            Target::Stream(stream) => stream.write_all(bytes),
        }
    }

    /// Hands everything to the system.
    pub fn flush(&mut self) -> io::Result<()> {
        match self {
            Target::File(file) => file.flush(),
            Target::Stream(stream) => stream.flush(),
        }
    }
}

/// Writes samples behind a header.
pub struct Writer {
    target: Target,
    header: Header,
    frames: u64,
    bytes: Vec<u8>,
    finished: bool,
}

impl Writer {
    /// Writes the header. A stream is told `expected` frames, or that the length is unknown.
    pub fn new(mut target: Target, header: Header, expected: Option<u64>) -> Result<Self, SoundError> {
        let length = match target {
            Target::File(_) => Length::Frames(0),
            Target::Stream(_) => expected.map_or(Length::Unknown, Length::Frames),
        };
        target.write_all(&header.bytes(length))?;
        Ok(Self { target, header, frames: 0, bytes: Vec::new(), finished: false })
    }

    fn complete(&mut self) -> Result<(), SoundError> {
        self.finished = true;
        let odd = self.frames.wrapping_mul(self.header.spec.frame_bytes()) % 2 == 1;
        if odd && self.header.pads() {
            self.target.write_all(&[0])?;
        }
        self.write_header()?;
        Ok(self.target.flush()?)
    }

    fn write_header(&mut self) -> io::Result<()> {
        let bytes = self.header.bytes(Length::Frames(self.frames));
        match &mut self.target {
            Target::File(file) if !bytes.is_empty() => {
                file.seek(SeekFrom::Start(0))?;
                file.write_all(&bytes)?;
                file.seek(SeekFrom::End(0))?;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

impl AudioSink for Writer {
    fn write(&mut self, interleaved: &[f64]) -> Result<(), SoundError> {
        self.bytes.clear();
        encode(interleaved, self.header.spec.format, self.header.order(), &mut self.bytes);
        self.target.write_all(&self.bytes)?;
        self.frames += interleaved.len() as u64 / u64::from(self.header.spec.channels.max(1));
        Ok(())
    }

    fn flush(&mut self) -> Result<(), SoundError> {
        self.write_header()?;
        Ok(self.target.flush()?)
    }

    fn finish(mut self: Box<Self>) -> Result<(), SoundError> {
        self.complete()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if !self.finished {
            // A destructor cannot report; whoever wants to know calls `finish`.
            let _ = self.complete();
        }
    }
}
