//! What the engine may ask of the world outside: files by name and purpose, and nothing else.
//!
//! Opcodes, parser and engine know files only through this trait. The real one lives in the
//! engine's `host` module; tests and the browser use one in memory. All methods take `&self` so
//! that a host can be shared; implementations lock inside where they must.

use crate::limits::Limit;
use crate::table::SoundLoop;
use std::fmt;
use std::io::{Seek, Write};
use std::sync::Arc;

/// Why a file is wanted. It decides where a relative name is looked for
/// (manual, "Csound Environment Variables" and "Directories and Files").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A document, orchestra or score named by the user: only where the name says.
    Piece,
    /// Text that another text includes: beside the including piece, then `INCDIR`.
    Include,
    /// Sound to read: beside the piece, then `SSDIR`, then `SFDIR`.
    Sound,
    /// Analysis data (pvoc, ATS, ...): beside the piece, then `SADIR`.
    Analysis,
    /// A MIDI file: beside the piece, then `MFDIR`, `SSDIR` and `SFDIR`.
    Midi,
    /// Any other data an opcode reads: as for sound.
    Data,
    /// Sound to write: `SFDIR` if set, else where the name says.
    SoundOut,
    /// Any other file to write (`fout` in text form, `ftsave`, `dumpk`): where the name says.
    DataOut,
}

/// How an output file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OpenMode {
    /// An existing file is replaced.
    Replace,
    /// What is written goes to the end of an existing file.
    Append,
}

/// An output that can go back to complete its header.
pub trait SeekWrite: Write + Seek + Send {}

impl<T: Write + Seek + Send> SeekWrite for T {}

/// Why the host could not serve a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// No file of this name at any of the places tried.
    #[error("cannot find \"{name}\"{}", tried_text(.tried))]
    NotFound {
        /// The name as asked for.
        name: String,
        /// The directories looked into, in order.
        tried: Vec<String>,
    },
    /// The file exists but is larger than the host reads into memory.
    #[error("{}", Limit::FileBytes.reached(format_args!("\"{name}\" has {size} bytes")))]
    TooLarge {
        /// The file.
        name: String,
        /// Its size in bytes.
        size: u64,
    },
    /// The system or the host's policy refused.
    #[error("cannot {action} \"{name}\": {reason}")]
    Refused {
        /// `read`, `write`, ...
        action: &'static str,
        /// The file.
        name: String,
        /// The system's words.
        reason: String,
    },
}

fn tried_text(tried: &[String]) -> String {
    if tried.is_empty() { String::new() } else { format!(" (looked in {})", tried.join(", ")) }
}

/// The world outside. Names are Csound's: `/` or the system's separator, relative or absolute.
pub trait Host: Send + Sync {
    /// The whole content of a file.
    fn read(&self, name: &str, purpose: Purpose) -> Result<Arc<[u8]>, HostError>;

    /// The full name under which [`Host::read`] would find a file; `None` if it would not.
    fn find(&self, name: &str, purpose: Purpose) -> Option<String>;

    /// Opens a file for writing. It is complete when the returned value was flushed and dropped.
    fn create(&self, name: &str, purpose: Purpose, mode: OpenMode) -> Result<Box<dyn SeekWrite>, HostError>;

    /// Removes a file that was written.
    fn remove(&self, name: &str) -> Result<(), HostError> {
        Err(HostError::Refused {
            action: "remove",
            name: name.to_owned(),
            reason: "files stay here".to_owned(),
        })
    }

    /// Makes a folder for files to be written, unless there is one. Where there are no folders nothing is done.
    fn create_folder(&self, name: &str) -> Result<(), HostError> {
        let _ = name;
        Ok(())
    }

    /// Makes an empty file of a new name for what is to be kept for a while, and answers with its name. Whoever asks
    /// for it keeps or removes it; no piece can.
    fn temporary(&self, start: &str, end: &str) -> Result<String, HostError> {
        let (name, reason) = (format!("{start}...{end}"), "there are no temporary files here".to_owned());
        Err(HostError::Refused { action: "write", name, reason })
    }

    /// Full name of the folder that relative names start from; `None` where there are no folders.
    fn current_folder(&self) -> Option<String> {
        None
    }

    /// Names of the files in a folder, in any order.
    fn list(&self, folder: &str) -> Result<Vec<String>, HostError> {
        let reason = "there are no folders here".to_string();
        Err(HostError::Refused { action: "list", name: folder.to_string(), reason })
    }

    /// The stream that `-o stdout` names; it cannot seek. `None` where there is none.
    fn stdout(&self) -> Option<Box<dyn Write + Send>> {
        None
    }
}

/// How a sound file stores its samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// 8 bit signed.
    S8,
    /// 8 bit unsigned.
    U8,
    /// 16 bit.
    #[default]
    I16,
    /// 24 bit.
    I24,
    /// 32 bit.
    I32,
    /// 32-bit float.
    F32,
    /// 64-bit float.
    F64,
    /// mu-law bytes.
    MuLaw,
    /// A-law bytes.
    ALaw,
    /// Ogg Vorbis.
    Vorbis,
    /// MPEG layer III.
    Mp3,
    /// Anything else.
    Other,
}

/// What has to be known of a file without a header.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RawSound {
    /// How its samples are stored, little end first.
    pub encoding: Encoding,
    /// Channels, at least 1.
    pub channels: usize,
    /// Sample rate in Hz.
    pub sr: f64,
}

/// A decoded sound file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SoundFile {
    /// Sample rate in Hz.
    pub sr: f64,
    /// Number of channels.
    pub channels: usize,
    /// Samples of all channels, frame by frame; full scale is 1.
    pub samples: Vec<f64>,
    /// How the file stores them.
    pub encoding: Encoding,
    /// Pitch at which an instrument's sample was recorded: MIDI key with its fraction, if the file says.
    pub base_key: Option<f64>,
    /// Loop of an instrument's sample while the note is held.
    pub sound_loop: Option<SoundLoop>,
    /// Loop of an instrument's sample while the note is released.
    pub release_loop: Option<SoundLoop>,
}

impl SoundFile {
    /// Number of frames.
    pub fn frames(&self) -> usize {
        self.samples.len().checked_div(self.channels).unwrap_or(0)
    }
}

/// What decodes sound files for opcodes and GEN01. Implementations may keep what they decoded.
pub trait SoundReader: Send + Sync {
    /// Finds a sound file as [`Purpose::Sound`] and decodes all of it.
    ///
    /// # Errors
    /// There is no such file, or it is not a sound file.
    fn read_sound(&self, name: &str) -> Result<Arc<SoundFile>, HostError>;

    /// As [`SoundReader::read_sound`], with the silence that an encoder put around compressed sound.
    ///
    /// # Errors
    /// There is no such file, or it is not a sound file.
    fn read_untrimmed(&self, name: &str) -> Result<Arc<SoundFile>, HostError>;

    /// As [`SoundReader::read_sound`] for a file without a header; lossy encodings cannot be read so.
    ///
    /// # Errors
    /// There is no such file, or the encoding is not that of plain samples.
    fn read_raw_sound(&self, name: &str, raw: RawSound) -> Result<Arc<SoundFile>, HostError>;
}

/// Kinds of sound file that opcodes ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SoundKind {
    /// RIFF WAVE.
    Wav,
    /// AIFF.
    Aiff,
    /// Samples only; they are not scaled.
    Raw,
    /// IRCAM.
    Ircam,
    /// Ogg.
    Ogg,
}

/// A sound file to be written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SoundFormat {
    /// Kind of file; by default that of the engine's output.
    pub kind: Option<SoundKind>,
    /// How samples are stored; by default as in the engine's output.
    pub encoding: Option<Encoding>,
    /// Channels, at least 1.
    pub channels: usize,
    /// Sample rate in Hz.
    pub sr: f64,
}

/// A sound file being written.
pub trait SoundSink: Send {
    /// Takes whole frames, interleaved; full scale is 1, or that of the encoding in raw files.
    ///
    /// # Errors
    /// The system's.
    fn write(&mut self, interleaved: &[f64]) -> Result<(), HostError>;

    /// Completes the file.
    ///
    /// # Errors
    /// The system's.
    fn finish(self: Box<Self>) -> Result<(), HostError>;
}

/// What encodes sound files for opcodes.
pub trait SoundWriter: Send + Sync {
    /// Opens a file as [`Purpose::SoundOut`], replacing one of the same name.
    ///
    /// # Errors
    /// The system refuses, or such files are not written here.
    fn create_sound(&self, name: &str, format: &SoundFormat) -> Result<Box<dyn SoundSink>, HostError>;
}

impl fmt::Debug for dyn Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Host")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_say_where_they_looked() {
        let e = HostError::NotFound { name: "a.wav".into(), tried: vec![".".into(), "/s".into()] };
        assert_eq!(e.to_string(), "cannot find \"a.wav\" (looked in ., /s)");
        let e = HostError::NotFound { name: "a.wav".into(), tried: vec![] };
        assert_eq!(e.to_string(), "cannot find \"a.wav\"");
    }
}
