//! What a render can be told: plain data, the same for command line, library, browser and Python.

use crate::perform::Manner;
use orchestrion_base::host::Encoding;
use orchestrion_base::limits::Limits;
use std::fmt;

/// Where the sound goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// A sound file of this name.
    File(String),
    /// Standard output.
    Stdout,
    /// Samples in memory, handed to the caller.
    Memory,
    /// Nowhere (`-n`, `-o null`).
    Null,
}

/// The kind of sound file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Container {
    /// RIFF WAVE; becomes RF64 when it outgrows 4 GB.
    #[default]
    Wav,
    /// RIFF WAVE with the extensible format chunk (`--format=wavex`).
    WavEx,
    /// RF64 from the start.
    Rf64,
    /// AIFF for integers, AIFF-C for floats and unsigned bytes.
    Aiff,
    /// FLAC, 16 or 24 bit.
    Flac,
    /// Sun/NeXT `.au`.
    Au,
    /// Samples only, little-endian (`-h`).
    Raw,
}

/// How one sample is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SampleFormat {
    /// 8 bit unsigned (`-8`).
    U8,
    /// 8 bit signed (`-c`), AIFF and raw only.
    S8,
    /// 16 bit (`-s`).
    #[default]
    I16,
    /// 24 bit (`-3`).
    I24,
    /// 32 bit (`-l`).
    I32,
    /// 32-bit float (`-f`).
    F32,
    /// 64-bit float (`--format=double`).
    F64,
}

impl SampleFormat {
    /// Bytes of one sample.
    pub const fn bytes(self) -> usize {
        match self {
            Self::U8 | Self::S8 => 1,
            Self::I16 => 2,
            Self::I24 => 3,
            Self::I32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    /// Bits of one sample.
    pub const fn bits(self) -> u16 {
        self.bytes() as u16 * 8
    }

    /// Whether samples are floating-point numbers, which are not clipped.
    pub const fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64)
    }
}

impl From<SampleFormat> for Encoding {
    fn from(format: SampleFormat) -> Self {
        match format {
            SampleFormat::U8 => Self::U8,
            SampleFormat::S8 => Self::S8,
            SampleFormat::I16 => Self::I16,
            SampleFormat::I24 => Self::I24,
            SampleFormat::I32 => Self::I32,
            SampleFormat::F32 => Self::F32,
            SampleFormat::F64 => Self::F64,
        }
    }
}

impl fmt::Display for SampleFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::U8 => "8-bit unsigned",
            Self::S8 => "8-bit signed",
            Self::I16 => "16-bit",
            Self::I24 => "24-bit",
            Self::I32 => "32-bit",
            Self::F32 => "32-bit float",
            Self::F64 => "64-bit float",
        })
    }
}

/// Noise added before samples are cut to 16 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dither {
    /// None.
    #[default]
    Off,
    /// Triangular distribution (`-Z`, `-Z1`).
    Triangular,
    /// Rectangular distribution (`-Z2`).
    Uniform,
}

/// What a MIDI note hands to a p-field of the instrument it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MidiValue {
    /// Key number, 0..127.
    Key,
    /// Key as cycles per second.
    KeyCps,
    /// Key as linear octave.
    KeyOct,
    /// Key as octave and pitch class.
    KeyPch,
    /// Velocity, 0..127.
    Velocity,
    /// Velocity as amplitude, 0..0dbfs.
    VelocityAmp,
}

/// Where messages go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Log {
    /// Standard error.
    #[default]
    Stderr,
    /// A file of this name.
    File(String),
    /// Nowhere (`-O null`).
    Null,
}

/// A change to a search path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvChange {
    /// `SSDIR`, `SFDIR`, `SADIR`, `INCDIR`, `MFDIR`.
    pub name: String,
    /// Directories, separated by `;`.
    pub value: String,
    /// Whether they are added to the variable (`+=`) instead of replacing it.
    pub append: bool,
}

/// Everything a render can be told beside the piece itself. `None` leaves the choice to the piece's
/// header or to Csound's default.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Orchestra, score or document names, in the order given.
    pub files: Vec<String>,
    /// Sampling rate in Hz, above 0.
    pub sr: Option<f64>,
    /// Control rate in Hz, above 0.
    pub kr: Option<f64>,
    /// Frames per control cycle, at least 1.
    pub ksmps: Option<u32>,
    /// Output channels, at least 1.
    pub nchnls: Option<u32>,
    /// Input channels.
    pub nchnls_i: Option<u32>,
    /// Amplitude of full scale.
    pub zero_dbfs: Option<f64>,
    /// Where the sound goes; `None` means `test.wav`, as in the reference.
    pub output: Option<Output>,
    /// Kind of sound file.
    pub container: Container,
    /// Sample format.
    pub format: SampleFormat,
    /// Whether the user asked for no PEAK chunk (`-K`). None is written in either case, because the
    /// chunk holds the time of day; the room the reference leaves for it is kept.
    pub no_peaks: bool,
    /// Dither for 16 bits.
    pub dither: Dither,
    /// Level of the soft limiter in units of full scale, 0..1.
    pub limiter: Option<f64>,
    /// Sound file that feeds `in`, `ins`, `inch`.
    pub input: Option<String>,
    /// Whether sound files are brought to the orchestra's sample rate when they are read.
    pub resample_on_load: bool,
    /// MIDI file.
    pub midi_file: Option<String>,
    /// What MIDI notes hand to p-fields: value and p-field number.
    pub midi_map: Vec<(MidiValue, u32)>,
    /// Whether the render ends with the MIDI file (`-T`).
    pub end_with_midi: bool,
    /// Tracks whose events are ignored, one `0` or `1` per track.
    pub mute_tracks: String,
    /// Whether aftertouch starts at 0 instead of 127.
    pub aftertouch_zero: bool,
    /// Whether pedal and all-notes-off controllers are plain controllers.
    pub raw_controllers: bool,
    /// Seconds of score and MIDI file that are skipped at the start.
    pub skip_seconds: f64,
    /// Sum of the reference's message classes (`-m`).
    pub message_level: u32,
    /// Where messages go.
    pub log: Log,
    /// Beats per minute of a score performed in beats, at first (`-t`); the opcode `tempo` may change them.
    pub tempo: Option<f64>,
    /// Whether events start on their sample instead of on the k-cycle.
    pub sample_accurate: bool,
    /// Whether only init passes run (`-I`).
    pub init_only: bool,
    /// Whether the render stops after compiling.
    pub syntax_only: bool,
    /// Orchestra macros: name and body.
    pub omacros: Vec<(String, String)>,
    /// Score macros: name and body.
    pub smacros: Vec<(String, String)>,
    /// Strings set as by `strset`: index and text.
    pub strsets: Vec<(u32, String)>,
    /// Changes to search paths, in order.
    pub env: Vec<EnvChange>,
    /// Whether the piece's directory is searched.
    pub default_paths: bool,
    /// Whether `<CsOptions>` is ignored.
    pub ignore_csoptions: bool,
    /// Seed for the random generators that the reference seeds from the clock.
    pub seed: Option<u64>,
    /// Threads, 0 for one per processor; the sound does not depend on it.
    pub threads: u32,
    /// Seconds after which the render stops, for pieces without an end.
    pub end: Option<f64>,
    /// File into which the command line draws waveform and spectrogram, `.png` or `.svg`; a library draws with
    /// [`crate::picture`].
    pub picture: Option<String>,
    /// How notes are run; the sound is the same.
    pub manner: Manner,
    /// Limits of what a piece may use.
    pub limits: Limits,
    /// Folders that the piece's files must be in; empty for no such restriction.
    pub sandbox: Vec<String>,
    /// Whether samples that are no finite numbers are written as they are, not as silence.
    pub keep_nan: bool,
    /// Whether messages name the opcodes that make such samples; slow.
    pub trace_nan: bool,
    /// Whether a device was asked for (`-odac`, `-M`, ...), which an offline render cannot serve.
    pub device_requested: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            files: Vec::new(),
            sr: None,
            kr: None,
            ksmps: None,
            nchnls: None,
            nchnls_i: None,
            zero_dbfs: None,
            output: None,
            container: Container::default(),
            format: SampleFormat::default(),
            no_peaks: false,
            dither: Dither::default(),
            limiter: None,
            input: None,
            resample_on_load: false,
            midi_file: None,
            midi_map: Vec::new(),
            end_with_midi: false,
            mute_tracks: String::new(),
            aftertouch_zero: false,
            raw_controllers: false,
            skip_seconds: 0.0,
            // The reference's default (manual, -m).
            message_level: 135,
            log: Log::default(),
            tempo: None,
            sample_accurate: false,
            init_only: false,
            syntax_only: false,
            omacros: Vec::new(),
            smacros: Vec::new(),
            strsets: Vec::new(),
            env: Vec::new(),
            default_paths: true,
            ignore_csoptions: false,
            seed: None,
            threads: 1,
            end: None,
            picture: None,
            manner: Manner::Fast,
            limits: Limits::default(),
            sandbox: Vec::new(),
            keep_nan: false,
            trace_nan: false,
            device_requested: false,
        }
    }
}
