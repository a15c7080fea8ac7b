//! Files that a written piece reads.

use crate::offline::EngineError;
use crate::options::{Container, SampleFormat};
use crate::soundfile::{self, SoundSpec};
use orchestrion_base::host::{Host, Purpose};
use std::collections::BTreeMap;
use std::fmt::Write;

/// A file that a written piece reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its path, relative to the piece's folder.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Points that a line of a score may hold; more go to a file.
const INLINE: usize = 1000;

/// The files collected so far.
pub(super) struct Assets {
    folder: String,
    files: BTreeMap<String, Vec<u8>>,
    /// Copied sound files: where they came from and the names they got.
    copies: BTreeMap<String, String>,
}

impl Assets {
    pub fn new(folder: &str) -> Self {
        Self { folder: folder.to_owned(), files: BTreeMap::new(), copies: BTreeMap::new() }
    }

    pub fn into_files(self) -> Vec<Asset> {
        self.files.into_iter().map(|(path, bytes)| Asset { path, bytes }).collect()
    }

    fn add(&mut self, name: &str, bytes: Vec<u8>) -> String {
        let path = format!("{}/{name}", self.folder);
        self.files.insert(path.clone(), bytes);
        path
    }

    /// The score line of a table with these points; long lists go to a text file.
    pub fn table(&mut self, number: u32, time: f64, data: &[f64]) -> String {
        // A size that is a power of two makes the guard point cyclic, a negative one gives it a point of its own.
        let sign = if data.len().is_power_of_two() && data.len() > 1 { "" } else { "-" };
        let mut line = format!("f {number} {time} {sign}{} ", data.len());
        if data.len() <= INLINE {
            line.push_str("-2");
            for x in data {
                let _ = write!(line, " {x}");
            }
        } else {
            let text: String = data.iter().map(|x| format!("{x}\n")).collect();
            let path = self.add(&format!("table-{number:04}-{}.gen23", self.files.len()), text.into_bytes());
            let _ = write!(line, "-23 \"{path}\"");
        }
        line
    }

    /// The score line of a table that holds sound, which goes to a WAV file of doubles.
    pub fn sound(
        &mut self,
        number: u32,
        time: f64,
        data: &[f64],
        channels: usize,
        sr: f64,
    ) -> Result<String, EngineError> {
        let host = crate::host::MemoryHost::default();
        let spec =
            SoundSpec { sr, channels: channels as u32, container: Container::Wav, format: SampleFormat::F64 };
        let mut sink = soundfile::open(&host, "x", spec, Some((data.len() / channels) as u64))?;
        sink.write(data)?;
        sink.finish()?;
        let bytes = host.get("x").map_or_else(Vec::new, |bytes| bytes.to_vec());
        let path = self.add(&format!("table-{number:04}-{}.wav", self.files.len()), bytes);
        Ok(format!("f {number} {time} 0 -1 \"{path}\" 0 0 0"))
    }

    /// Copies a sound file and answers with the copy's path.
    pub fn copy(&mut self, host: &dyn Host, name: &str) -> Result<String, EngineError> {
        if let Some(path) = self.copies.get(name) {
            return Ok(path.clone());
        }
        let bytes = host.read(name, Purpose::Sound)?.to_vec();
        let bare = name.rsplit(['/', '\\']).next().unwrap_or(name);
        // Two files of one name from different folders must not become one.
        let taken = self.files.contains_key(&format!("{}/{bare}", self.folder));
        let copy = if taken { format!("{}-{bare}", self.files.len()) } else { bare.to_owned() };
        let path = self.add(&copy, bytes);
        self.copies.insert(name.to_owned(), path.clone());
        Ok(path)
    }
}
