//! Files that notes write. They are opened at init; while notes play, samples and bytes are only collected
//! in memory; the engine writes them between blocks.

use crate::host::{Host, HostError, OpenMode, Purpose, SeekWrite, SoundFormat, SoundSink, SoundWriter};
use crate::note::Note;
use std::io::SeekFrom;
use std::sync::{Mutex, PoisonError};

/// Places of a file of bytes that may be patched between two calls of [`OutFiles::write`] before more memory is taken.
const PATCHES: usize = 2;

/// All files being written, and who writes them.
#[derive(Default)]
pub struct OutFiles {
    files: Vec<Option<OutFile>>,
    writers: Vec<Option<Writer>>,
}

struct OutFile {
    name: String,
    content: Content,
    writers: usize,
}

/// What is on its way to a file. Sinks are locked only because a shared world must not show them; nobody
/// ever waits.
enum Content {
    Sound { sink: Mutex<Box<dyn SoundSink>>, pending: Vec<f64>, format: SoundFormat },
    Bytes(Bytes),
}

struct Bytes {
    sink: Mutex<Box<dyn SeekWrite>>,
    pending: Vec<u8>,
    /// What replaces bytes written before: place and bytes.
    patches: Vec<(u64, [u8; 4])>,
    /// Whether others may read the file while it grows.
    read_along: bool,
}

impl Bytes {
    fn write(&mut self) -> std::io::Result<()> {
        let sink = self.sink.get_mut().unwrap_or_else(PoisonError::into_inner);
        let mut result = sink.write_all(&self.pending);
        self.pending.clear();
        for (at, bytes) in self.patches.drain(..) {
            result = result.and_then(|()| {
                sink.seek(SeekFrom::Start(at))?;
                sink.write_all(&bytes)?;
                sink.seek(SeekFrom::End(0)).map(drop)
            });
        }
        if self.read_along { result.and_then(|()| sink.flush()) } else { result }
    }
}

/// An opcode that writes to a file.
pub struct Writer {
    file: usize,
    /// Samples not yet handed over.
    buffer: Vec<f64>,
    /// How many make a portion; portions of several writers of one file follow each other.
    portion: usize,
}

impl Writer {
    /// Appends a sample; they come frame by frame.
    #[inline]
    pub fn push(&mut self, sample: f64) {
        self.buffer.push(sample);
    }
}

impl OutFiles {
    /// Opens a file for an opcode of a note, or joins those that write it already, and returns the number
    /// of the writer. It is released when the note is over. `block` is the number of frames that are
    /// written between two calls of [`OutFiles::write`], `portion` that of frames handed over at once.
    ///
    /// # Errors
    /// Those of the host.
    pub fn open(
        &mut self,
        host: &dyn SoundWriter,
        name: &str,
        format: SoundFormat,
        note: &Note,
        (block, portion): (usize, usize),
    ) -> Result<usize, HostError> {
        let at = match self.find(name) {
            Some(at) => at,
            None => {
                let sink = Mutex::new(host.create_sound(name, &format)?);
                let content = Content::Sound { sink, pending: Vec::new(), format };
                place(&mut self.files, OutFile { name: name.to_string(), content, writers: 0 })
            }
        };
        let Some(OutFile { content: Content::Sound { pending, .. }, writers, .. }) = &mut self.files[at]
        else {
            return Err(in_use(name));
        };
        *writers += 1;
        // Performing allocates nothing: all that can come between two calls has its room.
        let room = format.channels.saturating_mul(block.saturating_add(portion));
        pending.reserve(room.saturating_mul(*writers));
        let portion = format.channels.saturating_mul(portion);
        Ok(self.attach(Writer { file: at, buffer: Vec::with_capacity(room), portion }, note))
    }

    /// As [`OutFiles::open`] for a file of bytes; `room` is what may come between two calls of
    /// [`OutFiles::write`].
    ///
    /// # Errors
    /// Those of the host.
    pub fn open_bytes(
        &mut self,
        host: &dyn Host,
        name: &str,
        note: &Note,
        room: usize,
    ) -> Result<usize, HostError> {
        let file = self.join_bytes(host, name, room, false)?;
        Ok(self.attach(Writer { file, buffer: Vec::new(), portion: 0 }, note))
    }

    /// As [`OutFiles::open_bytes`] for a file that stays open when the note is over, and that others may read
    /// while it grows.
    ///
    /// # Errors
    /// Those of the host.
    pub fn keep_bytes(&mut self, host: &dyn Host, name: &str, room: usize) -> Result<usize, HostError> {
        let file = self.join_bytes(host, name, room, true)?;
        Ok(place(&mut self.writers, Writer { file, buffer: Vec::new(), portion: 0 }))
    }

    fn join_bytes(
        &mut self,
        host: &dyn Host,
        name: &str,
        room: usize,
        read_along: bool,
    ) -> Result<usize, HostError> {
        let at = match self.find(name) {
            Some(at) => at,
            None => {
                let sink = Mutex::new(host.create(name, Purpose::DataOut, OpenMode::Replace)?);
                let bytes =
                    Bytes { sink, pending: Vec::new(), patches: Vec::with_capacity(PATCHES), read_along };
                place(
                    &mut self.files,
                    OutFile { name: name.to_string(), content: Content::Bytes(bytes), writers: 0 },
                )
            }
        };
        let Some(OutFile { content: Content::Bytes(bytes), writers, .. }) = &mut self.files[at] else {
            return Err(in_use(name));
        };
        *writers += 1;
        bytes.pending.reserve(room.saturating_mul(*writers));
        Ok(at)
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.files.iter().position(|file| file.as_ref().is_some_and(|file| file.name == name))
    }

    fn attach(&mut self, writer: Writer, note: &Note) -> usize {
        let writer = place(&mut self.writers, writer);
        note.writers.borrow_mut().push(writer);
        writer
    }

    /// Where the bytes of a writer go.
    pub fn bytes(&mut self, writer: usize) -> Option<&mut Vec<u8>> {
        self.bytes_of(writer).map(|bytes| &mut bytes.pending)
    }

    /// Replaces bytes `at` and after it that this writer wrote before.
    pub fn patch(&mut self, writer: usize, at: u64, bytes: [u8; 4]) {
        let Some(file) = self.bytes_of(writer) else { return };
        match file.patches.iter_mut().find(|(place, _)| *place == at) {
            Some(patch) => patch.1 = bytes,
            None => file.patches.push((at, bytes)),
        }
    }

    fn bytes_of(&mut self, writer: usize) -> Option<&mut Bytes> {
        let file = self.writers.get(writer)?.as_ref()?.file;
        match &mut self.files.get_mut(file)?.as_mut()?.content {
            Content::Bytes(bytes) => Some(bytes),
            Content::Sound { .. } => None,
        }
    }

    /// The writer with this number.
    #[inline]
    pub fn writer(&mut self, writer: usize) -> Option<&mut Writer> {
        self.writers.get_mut(writer)?.as_mut()
    }

    /// Hands full portions of a writer over; for the end of a k-cycle.
    #[inline]
    pub fn hand_over(&mut self, writer: usize) {
        let Some(Some(Writer { file, buffer, portion })) = self.writers.get_mut(writer) else { return };
        if buffer.len() >= *portion
            && let Some(Some(OutFile { content: Content::Sound { pending, .. }, .. })) =
                self.files.get_mut(*file)
        {
            pending.append(buffer);
        }
    }

    /// Ends a writer; the file is complete when its last writer has ended.
    ///
    /// # Errors
    /// Those of the host.
    pub fn release(&mut self, writer: usize) -> Result<(), HostError> {
        let Some(Writer { file: at, mut buffer, .. }) = self.writers.get_mut(writer).and_then(Option::take)
        else {
            return Ok(());
        };
        let Some(Some(file)) = self.files.get_mut(at) else { return Ok(()) };
        if let Content::Sound { pending, .. } = &mut file.content {
            pending.append(&mut buffer);
        }
        file.writers -= 1;
        match file.writers {
            0 => self.files[at].take().map_or(Ok(()), OutFile::finish),
            _ => Ok(()),
        }
    }

    /// Writes what has been handed over. Not for performing units.
    ///
    /// # Errors
    /// The first of the host's.
    pub fn write(&mut self) -> Result<(), HostError> {
        self.files.iter_mut().flatten().try_for_each(OutFile::write)
    }

    /// Completes all files.
    ///
    /// # Errors
    /// The last of the host's.
    pub fn finish(&mut self) -> Result<(), HostError> {
        let mut result = Ok(());
        for writer in 0..self.writers.len() {
            result = self.release(writer).and(result);
        }
        result
    }

    /// Whether somebody writes a file of this name.
    pub fn is_open(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The format of the sound file with this name, if it is open.
    pub fn format(&self, name: &str) -> Option<SoundFormat> {
        match &self.files.get(self.find(name)?)?.as_ref()?.content {
            Content::Sound { format, .. } => Some(*format),
            Content::Bytes(_) => None,
        }
    }
}

impl Drop for OutFiles {
    fn drop(&mut self) {
        // Nobody is left to hear of errors.
        let _ = self.finish();
    }
}

impl OutFile {
    fn write(&mut self) -> Result<(), HostError> {
        match &mut self.content {
            Content::Sound { sink, pending, .. } if !pending.is_empty() => {
                let result = sink.get_mut().unwrap_or_else(PoisonError::into_inner).write(pending);
                pending.clear();
                result
            }
            Content::Bytes(bytes) if !bytes.pending.is_empty() || !bytes.patches.is_empty() => {
                bytes.write().map_err(|e| refused(&self.name, &e.to_string()))
            }
            _ => Ok(()),
        }
    }

    fn finish(mut self) -> Result<(), HostError> {
        let written = self.write();
        let finished = match self.content {
            Content::Sound { sink, .. } => sink.into_inner().unwrap_or_else(PoisonError::into_inner).finish(),
            Content::Bytes(Bytes { sink, .. }) => {
                let mut sink = sink.into_inner().unwrap_or_else(PoisonError::into_inner);
                sink.flush().map_err(|e| refused(&self.name, &e.to_string()))
            }
        };
        written.and(finished)
    }
}

fn refused(name: &str, reason: &str) -> HostError {
    HostError::Refused { action: "write", name: name.to_string(), reason: reason.to_string() }
}

fn in_use(name: &str) -> HostError {
    refused(name, "another note writes it in another way")
}

/// Puts a value at the first free place.
fn place<T>(places: &mut Vec<Option<T>>, value: T) -> usize {
    let at = places.iter().position(Option::is_none).unwrap_or(places.len());
    if at == places.len() {
        places.push(None);
    }
    places[at] = Some(value);
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Encoding;
    use crate::lock::lock;
    use std::sync::Arc;

    #[derive(Clone, Default)]
    struct Memory(Arc<Mutex<Vec<f64>>>);

    impl SoundSink for Memory {
        fn write(&mut self, samples: &[f64]) -> Result<(), HostError> {
            lock(&self.0).extend_from_slice(samples);
            Ok(())
        }

        fn finish(self: Box<Self>) -> Result<(), HostError> {
            lock(&self.0).push(99.0);
            Ok(())
        }
    }

    impl SoundWriter for Memory {
        fn create_sound(&self, _: &str, _: &SoundFormat) -> Result<Box<dyn SoundSink>, HostError> {
            Ok(Box::new(self.clone()))
        }
    }

    #[test]
    fn portions_follow_each_other_and_the_last_writer_completes_the_file() {
        let (memory, note, mut files) = (Memory::default(), Note::default(), OutFiles::default());
        let format = SoundFormat { kind: None, encoding: Some(Encoding::F32), channels: 1, sr: 1.0 };
        let open = |files: &mut OutFiles| files.open(&memory, "a", format, &note, (2, 3)).unwrap();
        let (a, b) = (open(&mut files), open(&mut files));
        for n in 0..4 {
            files.writer(a).unwrap().push(f64::from(n));
            files.writer(b).unwrap().push(f64::from(n + 10));
            files.hand_over(a);
            files.hand_over(b);
            files.write().unwrap();
        }
        assert_eq!(*lock(&memory.0), [0.0, 1.0, 2.0, 10.0, 11.0, 12.0]);
        files.release(b).unwrap();
        files.release(a).unwrap();
        assert_eq!(lock(&memory.0)[6..], [13.0, 3.0, 99.0]);
        assert_eq!(*note.writers.borrow(), [0, 1]);
    }
}
