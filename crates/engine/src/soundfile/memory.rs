//! Sound kept in memory, and sound thrown away.

use super::{AudioSink, SoundError};
use orchestrion_base::lock::lock;
use std::sync::{Arc, Mutex};

/// Keeps all samples; a clone shows the same ones.
#[derive(Clone, Debug, Default)]
pub struct MemorySink {
    samples: Arc<Mutex<Vec<f64>>>,
}

impl MemorySink {
    /// Takes the interleaved samples out.
    pub fn take(&self) -> Vec<f64> {
        std::mem::take(&mut *lock(&self.samples))
    }
}

impl AudioSink for MemorySink {
    fn write(&mut self, interleaved: &[f64]) -> Result<(), SoundError> {
        lock(&self.samples).extend_from_slice(interleaved);
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), SoundError> {
        Ok(())
    }
}

/// Takes everything and keeps nothing (`-n`).
#[derive(Clone, Copy, Debug, Default)]
pub struct NullSink;

impl AudioSink for NullSink {
    fn write(&mut self, _: &[f64]) -> Result<(), SoundError> {
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), SoundError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_gives_back_what_was_written() {
        let sink = MemorySink::default();
        let mut boxed: Box<dyn AudioSink> = Box::new(sink.clone());
        boxed.write(&[0.5, -2.0]).unwrap();
        boxed.write(&[1.0, 0.0]).unwrap();
        boxed.finish().unwrap();
        assert_eq!(sink.take(), [0.5, -2.0, 1.0, 0.0]);
        assert!(sink.take().is_empty());
    }
}
