//! Playing samples: from tables and from disk.

use super::ids::{EventId, TableNumber, Value};
use super::{EngineError, Event, OfflineEngine};

/// Number of the instrument that plays tables.
const PLAY_TABLE: u32 = 18;
/// Number of the instrument that plays files.
pub(super) const PLAY_FILE: u32 = 16;
/// Where its path stands among its p-fields from p4 on.
pub(super) const PATH_FIELD: usize = 2;

/// The instruments behind [`OfflineEngine::play_sample`] and [`OfflineEngine::play_sound_from_disk`]. Gain and speed
/// are p4 and p5 and may be set while they play.
const INSTRUMENTS: &str = include_str!("samples.orc");

/// A sound to be played: [`PlaySample`] or [`PlayFile`].
#[derive(Clone, Debug, PartialEq)]
pub struct Play<S> {
    source: S,
    delay: f64,
    dur: f64,
    chan: u32,
    speed: f64,
    gain: f64,
    fade: f64,
}

/// A table's sound to be played.
pub type PlaySample = Play<TableSound>;

/// A sound file to be played from disk.
pub type PlayFile = Play<FileSound>;

/// Where a [`PlaySample`] comes from and what only it can be asked.
#[derive(Clone, Debug, PartialEq)]
pub struct TableSound {
    table: TableNumber,
    start: f64,
    lag: f64,
}

/// Where a [`PlayFile`] comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct FileSound {
    path: String,
}

impl<S> Play<S> {
    fn whole(source: S, fade: f64) -> Self {
        Self { source, delay: 0.0, dur: -1.0, chan: 1, speed: 1.0, gain: 1.0, fade }
    }

    /// Seconds from now.
    #[must_use]
    pub fn delay(mut self, seconds: f64) -> Self {
        self.delay = seconds;
        self
    }

    /// Duration in seconds; negative: to the end of the sound.
    #[must_use]
    pub fn dur(mut self, seconds: f64) -> Self {
        self.dur = seconds;
        self
    }

    /// First output channel, from 1; for a file, 0 is taken as 1.
    #[must_use]
    pub fn chan(mut self, channel: u32) -> Self {
        self.chan = channel;
        self
    }

    /// Speed: 2 sounds an octave higher, negative ones play a table backwards from the start.
    #[must_use]
    pub fn speed(mut self, factor: f64) -> Self {
        self.speed = factor;
        self
    }

    /// Gain as a factor.
    #[must_use]
    pub fn gain(mut self, factor: f64) -> Self {
        self.gain = factor;
        self
    }

    /// Seconds of fading in and out; for a table, two k-cycles at least.
    #[must_use]
    pub fn fade(mut self, seconds: f64) -> Self {
        self.fade = seconds;
        self
    }
}

impl PlaySample {
    /// The whole sound, at once, at its pitch, to channel 1 and those after it.
    pub fn new(table: impl Into<TableNumber>) -> Self {
        Self::whole(TableSound { table: table.into(), start: 0.0, lag: 0.01 }, 0.0)
    }

    /// Seconds into the sound at which to begin.
    #[must_use]
    #[doc(alias = "starttime")]
    pub fn start(mut self, seconds: f64) -> Self {
        self.source.start = seconds;
        self
    }

    /// Seconds over which changes of the gain are smoothed.
    #[must_use]
    #[doc(alias = "lagtime")]
    pub fn lag(mut self, seconds: f64) -> Self {
        self.source.lag = seconds;
        self
    }
}

impl PlayFile {
    /// The whole file, at once, at its pitch, to channel 1 and those after it.
    pub fn new(path: impl Into<String>) -> Self {
        Self::whole(FileSound { path: path.into() }, 0.01)
    }
}

impl<T: Into<TableNumber>> From<T> for PlaySample {
    fn from(table: T) -> Self {
        PlaySample::new(table)
    }
}

impl<P: Into<String>> From<P> for PlayFile {
    fn from(path: P) -> Self {
        PlayFile::new(path)
    }
}

impl OfflineEngine {
    /// Plays the sound in a table. Gain and speed may be set while it plays: they are the p-fields `kgain` (p4) and
    /// `kspeed` (p5). Of an unknown sample rate the engine's is taken.
    ///
    /// ```
    /// # use orchestrion::offline::{MakeTable, OfflineEngine, PlaySample};
    /// # let mut engine = OfflineEngine::builder().memory().build()?;
    /// let sine: Vec<f64> = (0..44100).map(|n| (n as f64 * 0.1).sin()).collect();
    /// let table = engine.make_table(MakeTable::new(sine).sr(44100.0))?;
    /// let event = engine.play_sample(PlaySample::new(table).delay(0.5).gain(0.3))?;
    /// engine.setp(&event, [("kspeed", 0.5)], 0.7)?;
    /// engine.perform()?;
    /// # assert!(engine.peaks()[0] > 0.29 && engine.peaks()[0] < 0.31);
    /// # Ok::<(), orchestrion::offline::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// There is no such table; the channel is 0; a number that is none.
    #[doc(alias = "playSample")]
    pub fn play_sample(&mut self, sample: impl Into<PlaySample>) -> Result<EventId, EngineError> {
        let s = sample.into();
        let TableSound { table, start, lag } = s.source;
        let info = self.table_info(table)?;
        let rate = if info.sr > 0.0 { info.sr } else { self.sr() };
        let left = info.num_frames() as f64 / rate - start;
        check(&[s.speed, s.gain, s.fade, start, lag], s.chan)?;
        let event = Event::new(PLAY_TABLE).args([
            s.gain,
            s.speed,
            f64::from(table.0),
            f64::from(s.chan),
            s.fade,
            start,
            lag,
        ]);
        self.play(event, s.delay, s.dur, left, s.speed)
    }

    /// Plays a sound file from disk. Gain and speed may be set while it plays: they are the p-fields `kgain` (p4) and
    /// `kspeed` (p5).
    ///
    /// # Errors
    /// The file cannot be read; a number that is none.
    #[doc(alias = "playSoundFromDisk")]
    pub fn play_sound_from_disk(&mut self, file: impl Into<PlayFile>) -> Result<EventId, EngineError> {
        let f = file.into();
        let chan = f.chan.max(1);
        check(&[f.speed, f.gain, f.fade], chan)?;
        self.check_running()?;
        let sounds = self.shared()?.sounds.clone();
        let sound = sounds.ok_or_else(super::job::no_file)?.read_sound(&f.source.path)?;
        let event = Event::new(PLAY_FILE)
            .args([f.gain, f.speed])
            .arg(Value::Text(f.source.path.into()))
            .args([f64::from(chan), f.fade]);
        self.play(event, f.delay, f.dur, sound.frames() as f64 / sound.sr, f.speed)
    }

    /// Starts a playing instrument; `left` seconds of sound are to come at speed 1.
    fn play(
        &mut self,
        event: Event,
        delay: f64,
        dur: f64,
        left: f64,
        speed: f64,
    ) -> Result<EventId, EngineError> {
        if !self.helpers {
            let tree = self.live()?.compile("<samples>", INSTRUMENTS)?;
            self.learn(&tree);
            self.helpers = true;
            self.record_always(super::history::Record::Code(INSTRUMENTS.to_owned()));
        }
        let id = self.sched(event.delay(delay).dur(dur).unique())?;
        if dur < 0.0 && speed != 0.0 {
            let now = self.now();
            self.reach(now + delay.max(0.0) + (left / speed.abs()).max(0.0));
        }
        Ok(id)
    }
}

fn check(numbers: &[f64], chan: u32) -> Result<(), EngineError> {
    if chan == 0 {
        let remedy = "channels start at 1".to_owned();
        return Err(EngineError::Option { option: "chan", value: "0".to_owned(), remedy });
    }
    match numbers.iter().find(|x| !x.is_finite()) {
        None => Ok(()),
        Some(x) => Err(EngineError::Points(format!("{x} is no speed, gain or time"))),
    }
}
