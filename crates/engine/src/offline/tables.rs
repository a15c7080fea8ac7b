//! Function tables, made and read from outside.

use super::history::Record;
use super::ids::TableNumber;
use super::{EngineError, OfflineEngine};
use crate::perform::{PField, Performance};
use orchestrion_base::table::Table;
use orchestrion_opcodes::tables::make::make_table;
use std::collections::BTreeMap;

/// Highest number that a table can be given.
const LAST: u32 = 10_000_000;
/// First number that the engine gives to a table.
const FIRST: u32 = 300;

/// What is known about a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableInfo {
    /// Sample rate in Hz of the sound in it, 0 if it holds none.
    pub sr: f64,
    /// Points, all channels together.
    pub size: usize,
    /// Channels.
    pub nchnls: usize,
    /// The file it was read from.
    pub path: Option<String>,
    /// Whether it was made with a guard point of its own, beyond the points.
    pub guard: bool,
}

impl TableInfo {
    /// Points per channel.
    pub fn num_frames(&self) -> usize {
        self.size / self.nchnls.max(1)
    }

    /// Seconds of sound; 0 without a sample rate.
    pub fn duration(&self) -> f64 {
        if self.sr > 0.0 { self.num_frames() as f64 / self.sr } else { 0.0 }
    }
}

/// How a file was read into a table: path, channel, seconds skipped (as bits, to be compared).
type Reading = (String, u32, u64);

/// What the engine remembers about tables it made.
#[derive(Default)]
pub(super) struct Shelf {
    last: u32,
    paths: BTreeMap<u32, String>,
    read: BTreeMap<Reading, u32>,
}

/// Data for a new table.
///
/// ```
/// use orchestrion::offline::MakeTable;
/// let stereo = MakeTable::new([0.0, 0.0, 0.5, -0.5]).channels(2).sr(44100.0);
/// # let _ = stereo;
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MakeTable {
    data: Vec<f64>,
    channels: usize,
    sr: f64,
    number: Option<u32>,
    delay: f64,
}

impl MakeTable {
    /// From points; of several channels interleaved.
    pub fn new(data: impl Into<Vec<f64>>) -> Self {
        Self { data: data.into(), channels: 1, sr: 0.0, number: None, delay: 0.0 }
    }

    /// Channels of the sound in it; default 1.
    #[must_use]
    pub fn channels(mut self, channels: usize) -> Self {
        self.channels = channels;
        self
    }

    /// Sample rate in Hz of the sound in it.
    #[must_use]
    pub fn sr(mut self, hz: f64) -> Self {
        self.sr = hz;
        self
    }

    /// A number for it instead of one of the engine's; 0 takes the lowest free one from 101 up, as csound does.
    /// A table that has the number is replaced.
    #[must_use]
    pub fn number(mut self, number: u32) -> Self {
        self.number = Some(number);
        self
    }

    /// Seconds from now until there is such a table.
    #[must_use]
    pub fn delay(mut self, seconds: f64) -> Self {
        self.delay = seconds;
        self
    }
}

impl<D: Into<Vec<f64>>> From<D> for MakeTable {
    fn from(data: D) -> Self {
        MakeTable::new(data)
    }
}

/// A sound file to be read into a table.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadSoundfile {
    path: String,
    number: Option<u32>,
    channel: u32,
    skip: f64,
    delay: f64,
    unique: bool,
}

impl ReadSoundfile {
    /// All channels of all of the file.
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), number: None, channel: 0, skip: 0.0, delay: 0.0, unique: true }
    }

    /// A number for the table instead of one of the engine's.
    #[must_use]
    pub fn number(mut self, number: u32) -> Self {
        self.number = Some(number);
        self
    }

    /// The one channel to read, from 1; 0 reads all, interleaved.
    #[must_use]
    pub fn channel(mut self, channel: u32) -> Self {
        self.channel = channel;
        self
    }

    /// Seconds to leave out at the beginning of the file.
    #[must_use]
    pub fn skip(mut self, seconds: f64) -> Self {
        self.skip = seconds;
        self
    }

    /// Seconds from now until the file is read.
    #[must_use]
    pub fn delay(mut self, seconds: f64) -> Self {
        self.delay = seconds;
        self
    }

    /// Answers with the table that was read from this file in this way before, if there is one.
    #[must_use]
    pub fn shared(mut self) -> Self {
        self.unique = false;
        self
    }
}

impl<P: Into<String>> From<P> for ReadSoundfile {
    fn from(path: P) -> Self {
        ReadSoundfile::new(path)
    }
}

impl OfflineEngine {
    /// Makes a table of zeros for `channels` channels of `size / channels` points; `sr` is the sample rate of the
    /// sound it is for, else 0.
    ///
    /// # Errors
    /// The size is 0 or beyond the limit of points.
    #[doc(alias = "makeEmptyTable")]
    pub fn make_empty_table(
        &mut self,
        size: usize,
        channels: usize,
        sr: f64,
    ) -> Result<TableNumber, EngineError> {
        self.check_size(0, size)?;
        self.make_table(MakeTable::new(vec![0.0; size]).channels(channels).sr(sr))
    }

    /// Makes a table of any length from data.
    ///
    /// ```
    /// # use orchestrion::offline::{MakeTable, OfflineEngine};
    /// # let mut engine = OfflineEngine::builder().memory().build()?;
    /// let table = engine.make_table([0.0, 0.5, 1.0])?;
    /// assert_eq!(engine.table_data(table)?, [0.0, 0.5, 1.0]);
    /// assert_eq!(engine.call(&format!("ftlen({table})"))?, 3.0);
    /// # Ok::<(), orchestrion::offline::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// No data or too much of it, channels that do not divide the data, a number above 10,000,000.
    #[doc(alias = "makeTable")]
    pub fn make_table(&mut self, table: impl Into<MakeTable>) -> Result<TableNumber, EngineError> {
        let MakeTable { data, channels, sr, number, delay } = table.into();
        let asked = number.unwrap_or(0);
        self.check_size(asked, data.len())?;
        if channels == 0 || !data.len().is_multiple_of(channels) {
            let reason = format!("{} points are not divided by {channels} channels", data.len());
            return Err(EngineError::Table { number: asked, reason });
        }
        if !(sr.is_finite() && sr >= 0.0) {
            return Err(EngineError::Table { number: asked, reason: format!("{sr} Hz is no sample rate") });
        }
        if number == Some(0) && delay > 0.0 {
            let reason =
                "a free number is chosen when the table is made: give a number with a delay".to_owned();
            return Err(EngineError::Table { number: 0, reason });
        }
        let time = self.start_time(delay, true)?;
        let number = self.table_number(number)?;
        let frames = data.len() / channels;
        // What GEN02 without normalisation makes: of a power of two cyclic, else with an own guard point.
        let guard = if data.len().is_power_of_two() { data[0] } else { 0.0 };
        let mut made = Table::new(data.iter().copied().chain([guard]).collect());
        made.gen_number = -2;
        (made.channels, made.sr, made.frames) = (channels, sr, frames);
        if delay > 0.0 {
            self.live()?.schedule_action(time, Box::new(move |p| p.world().tables.insert(number, made)));
            self.reach(time);
        } else {
            self.live()?.world().tables.insert(number, made);
        }
        self.tables.paths.remove(&number);
        self.tables.read.retain(|_, n| *n != number);
        self.record(|| Record::Table { time, number, data, channels, sr });
        Ok(TableNumber(number))
    }

    fn check_size(&self, number: u32, size: usize) -> Result<(), EngineError> {
        if size == 0 {
            return Err(EngineError::Table { number, reason: "there are no points for it".to_owned() });
        }
        let checked = self.shared()?.check_table(number, size);
        checked.map_err(|e| EngineError::Table { number, reason: e.to_string() })
    }

    /// The number for a new table.
    fn table_number(&mut self, asked: Option<u32>) -> Result<u32, EngineError> {
        let last = self.tables.last.max(FIRST - 1);
        let tables = &self.shared()?.tables;
        match asked {
            Some(0) => Ok(tables.free_number()),
            Some(n) if n > LAST => {
                let reason = format!("numbers go up to {LAST}");
                Err(EngineError::Table { number: n, reason })
            }
            Some(n) => {
                if n >= FIRST {
                    self.tables.last = last.max(n);
                }
                Ok(n)
            }
            None => {
                let next =
                    (last + 1..u32::MAX).find(|&n| tables.get(f64::from(n)).is_none()).unwrap_or(u32::MAX);
                self.tables.last = next;
                Ok(next)
            }
        }
    }

    /// Reads a sound file into a table, by GEN01 without normalisation: WAV, AIFF, AU, FLAC, Ogg Vorbis, MP3. Its sample
    /// rate need not be the engine's; [`OfflineEngine::play_sample`] plays it at its pitch.
    ///
    /// # Errors
    /// The file cannot be read; it has no such channel.
    #[doc(alias = "readSoundfile")]
    pub fn read_soundfile(&mut self, file: impl Into<ReadSoundfile>) -> Result<TableNumber, EngineError> {
        let ReadSoundfile { path, number, channel, skip, delay, unique } = file.into();
        let time = self.start_time(delay, true)?;
        super::check_seconds("the time to skip", skip)?;
        let reading = (path.clone(), channel, skip.to_bits());
        if !unique
            && number.is_none()
            && let Some(n) = self.tables.read.get(&reading)
        {
            return Ok(TableNumber(*n));
        }
        self.check_running()?;
        // So that a missing file is found now, even if it is read later.
        let found = self.host.find(&path, crate::host::Purpose::Sound);
        if found.is_none() {
            self.host.read(&path, crate::host::Purpose::Sound)?;
        }
        let number = self.table_number(number)?;
        let args = [
            PField::Str(path.as_str().into()),
            PField::Num(skip),
            PField::Num(0.0),
            PField::Num(channel.into()),
        ];
        if delay > 0.0 {
            let args = args.clone();
            self.live()?.schedule_action(
                time,
                Box::new(move |p| {
                    if let Err(e) = read(p, number, &args) {
                        p.world().warn(format!("table {number}: {e}"));
                    }
                }),
            );
            self.reach(time);
        } else {
            read(self.live()?, number, &args).map_err(|reason| EngineError::Table { number, reason })?;
        }
        self.tables.read.retain(|_, n| *n != number);
        self.tables.paths.insert(number, path.clone());
        self.tables.read.insert(reading, number);
        self.record(|| Record::Soundfile { time, number, path, skip, channel });
        Ok(TableNumber(number))
    }

    /// The points of a table, guard point left out; of several channels interleaved.
    ///
    /// # Errors
    /// There is no such table.
    #[doc(alias = "getTableData")]
    #[doc(alias = "tableData")]
    pub fn table_data(&self, table: impl Into<TableNumber>) -> Result<&[f64], EngineError> {
        let table = table.into();
        let found = self.table(table)?;
        Ok(found.data.get(..found.len).unwrap_or(&found.data))
    }

    /// The points of a table, to change them.
    ///
    /// # Errors
    /// There is no such table.
    pub fn table_data_mut(&mut self, table: impl Into<TableNumber>) -> Result<&mut [f64], EngineError> {
        let table = table.into();
        let tables = &mut self.live()?.world().tables;
        let found = tables.get_mut(f64::from(table.0)).ok_or(EngineError::UnknownTable(table))?;
        let len = found.len.min(found.data.len());
        Ok(&mut found.data[..len])
    }

    /// Copies data into a table from its first point on: what does not fit is left out, points beyond the data
    /// stay.
    ///
    /// # Errors
    /// There is no such table.
    #[doc(alias = "fillTable")]
    pub fn fill_table(&mut self, table: impl Into<TableNumber>, data: &[f64]) -> Result<(), EngineError> {
        let table = table.into();
        let points = self.table_data_mut(table)?;
        let count = points.len().min(data.len());
        points[..count].copy_from_slice(&data[..count]);
        let time = self.now();
        self.record(|| Record::Fill { time, number: table.0, data: data[..count].to_vec() });
        Ok(())
    }

    /// What is known about a table.
    ///
    /// # Errors
    /// There is no such table.
    #[doc(alias = "tableInfo")]
    pub fn table_info(&self, table: impl Into<TableNumber>) -> Result<TableInfo, EngineError> {
        let number = table.into();
        let table = self.table(number)?;
        Ok(TableInfo {
            sr: table.sr,
            size: table.len,
            nchnls: table.channels.max(1),
            path: self.tables.paths.get(&number.0).cloned(),
            guard: table.data.len() > table.len,
        })
    }

    /// Frees a table, now or `delay` seconds from now.
    ///
    /// # Errors
    /// There is no such table now, if it is to be freed now; the delay is no number.
    #[doc(alias = "freeTable")]
    pub fn free_table(&mut self, table: impl Into<TableNumber>, delay: f64) -> Result<(), EngineError> {
        let number = table.into().0;
        let time = self.start_time(delay, true)?;
        if delay > 0.0 {
            self.live()?.schedule_action(
                time,
                Box::new(move |p| {
                    p.world().tables.remove(number);
                }),
            );
            self.reach(time);
        } else if !self.live()?.world().tables.remove(number) {
            return Err(EngineError::UnknownTable(TableNumber(number)));
        }
        self.tables.read.retain(|_, n| *n != number);
        self.record(|| Record::FreeTable { time, number });
        Ok(())
    }

    pub(super) fn table(&self, number: TableNumber) -> Result<&Table, EngineError> {
        let tables = &self.shared()?.tables;
        tables.get(f64::from(number.0)).ok_or(EngineError::UnknownTable(number))
    }
}

fn read(performance: &mut Performance, number: u32, args: &[PField]) -> Result<u32, String> {
    make_table(performance.world(), f64::from(number), 0.0, &PField::Num(-1.0), args)
}
