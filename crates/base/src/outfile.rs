//! Sound files that notes write. They are opened at init; while notes play, samples are only collected in
//! memory; the engine writes them between blocks.

use crate::host::{HostError, SoundFormat, SoundSink, SoundWriter};
use crate::note::Note;
use std::sync::{Mutex, PoisonError};

/// All sound files being written, and who writes them.
#[derive(Default)]
pub struct OutFiles {
    files: Vec<Option<OutFile>>,
    writers: Vec<Option<Writer>>,
}

struct OutFile {
    name: String,
    format: SoundFormat,
    /// Locked only because a shared world must not show it; nobody ever waits.
    sink: Mutex<Box<dyn SoundSink>>,
    /// Samples on their way to the sink.
    pending: Vec<f64>,
    writers: usize,
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
        let is_it = |file: &Option<OutFile>| file.as_ref().is_some_and(|file| file.name == name);
        let at = match self.files.iter().position(is_it) {
            Some(at) => at,
            None => {
                let sink = Mutex::new(host.create_sound(name, &format)?);
                let (name, pending) = (name.to_string(), Vec::new());
                place(&mut self.files, OutFile { name, format, sink, pending, writers: 0 })
            }
        };
        let Some(file) = &mut self.files[at] else { return Ok(0) };
        file.writers += 1;
        // Performing allocates nothing: all that can come between two calls has its room.
        let room = format.channels.saturating_mul(block.saturating_add(portion));
        file.pending.reserve(room.saturating_mul(file.writers));
        let portion = format.channels.saturating_mul(portion);
        let writer = place(&mut self.writers, Writer { file: at, buffer: Vec::with_capacity(room), portion });
        note.writers.borrow_mut().push(writer);
        Ok(writer)
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
            && let Some(Some(file)) = self.files.get_mut(*file)
        {
            file.pending.append(buffer);
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
        file.pending.append(&mut buffer);
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

    /// The format of the file with this name, if it is open.
    pub fn format(&self, name: &str) -> Option<SoundFormat> {
        self.files.iter().flatten().find(|file| file.name == name).map(|file| file.format)
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
        if self.pending.is_empty() {
            return Ok(());
        }
        let sink = self.sink.get_mut().unwrap_or_else(PoisonError::into_inner);
        let result = sink.write(&self.pending);
        self.pending.clear();
        result
    }

    fn finish(mut self) -> Result<(), HostError> {
        let written = self.write();
        written.and(self.sink.into_inner().unwrap_or_else(PoisonError::into_inner).finish())
    }
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
    use std::sync::Arc;

    #[derive(Clone, Default)]
    struct Memory(Arc<Mutex<Vec<f64>>>);

    impl SoundSink for Memory {
        fn write(&mut self, samples: &[f64]) -> Result<(), HostError> {
            self.0.lock().unwrap().extend_from_slice(samples);
            Ok(())
        }

        fn finish(self: Box<Self>) -> Result<(), HostError> {
            self.0.lock().unwrap().push(99.0);
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
        assert_eq!(*memory.0.lock().unwrap(), [0.0, 1.0, 2.0, 10.0, 11.0, 12.0]);
        files.release(b).unwrap();
        files.release(a).unwrap();
        assert_eq!(memory.0.lock().unwrap()[6..], [13.0, 3.0, 99.0]);
        assert_eq!(*note.writers.borrow(), [0, 1]);
    }
}
