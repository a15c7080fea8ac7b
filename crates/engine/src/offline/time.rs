//! The clock: performing, rewinding, stopping.

use super::{EngineError, OfflineEngine, RenderJob};
use crate::render::Progress;
use orchestrion_base::limits::Limit;

/// Samples between two calls of the progress callback.
const PROGRESS_SAMPLES: u64 = 1 << 14;

impl OfflineEngine {
    /// Seconds rendered so far; always a whole number of k-cycles.
    #[doc(alias = "elapsedTime")]
    pub fn now(&self) -> f64 {
        self.seconds(self.performance.cycle())
    }

    /// As [`OfflineEngine::now`].
    pub fn elapsed_time(&self) -> f64 {
        self.now()
    }

    /// Seconds that so many k-cycles take.
    pub(super) fn seconds(&self, cycles: u64) -> f64 {
        (cycles as f64 * f64::from(self.parameters.ksmps)) / self.parameters.sr
    }

    /// The end marker in seconds: how far [`OfflineEngine::perform`] goes.
    #[doc(alias = "endtime")]
    pub fn end_time(&self) -> f64 {
        self.marker
    }

    /// Sets the end marker, which may lie before the end of events.
    ///
    /// # Errors
    /// The time is no number.
    #[doc(alias = "setEndMarker")]
    pub fn set_end_marker(&mut self, seconds: f64) -> Result<(), EngineError> {
        self.check_running()?;
        super::check_seconds("the end marker", seconds)?;
        self.marker = seconds;
        self.record(|| super::history::Record::Marker(seconds));
        Ok(())
    }

    /// Moves the end marker on to `seconds`.
    pub(super) fn reach(&mut self, seconds: f64) {
        if seconds.is_finite() {
            self.marker = self.marker.max(seconds);
        }
    }

    /// Renders up to the end marker, in whole k-cycles. Nothing happens if it is reached already.
    ///
    /// # Errors
    /// Writing fails, the render is cancelled, or the engine was stopped.
    pub fn perform(&mut self) -> Result<(), EngineError> {
        self.perform_extra(0.0)
    }

    /// Renders up to the end marker and so many seconds more, for releases and reverberation to fade out.
    ///
    /// # Errors
    /// Those of [`OfflineEngine::perform`]; the time is no number.
    pub fn perform_extra(&mut self, seconds: f64) -> Result<(), EngineError> {
        self.render_to(self.marker + seconds)
    }

    /// Renders up to a time since the beginning, wherever the end marker is.
    ///
    /// # Errors
    /// Those of [`OfflineEngine::perform`]; the time is no number.
    pub fn perform_until(&mut self, seconds: f64) -> Result<(), EngineError> {
        self.render_to(seconds)
    }

    fn render_to(&mut self, target: f64) -> Result<(), EngineError> {
        self.check_running()?;
        // 2^53 samples can be counted exactly; nobody waits that long.
        if !(target.is_finite() && target * self.parameters.sr < 9e15) {
            return Err(super::bad_time("the end of the render", target, "give seconds"));
        }
        self.reach(target);
        let mut end = self.cycles_to(target);
        let cycle = self.performance.cycle();
        if end <= cycle && target >= self.now() && self.performance.is_due() {
            // What is scheduled for this very moment takes a k-cycle to happen.
            end = cycle + 1;
        }
        let result = self.render_cycles(end);
        self.collect_messages();
        result.and(self.output.flush())
    }

    /// Whole k-cycles that reach a time.
    fn cycles_to(&self, seconds: f64) -> u64 {
        let samples = (seconds * self.parameters.sr).max(0.0) as u64;
        samples.div_ceil(u64::from(self.parameters.ksmps))
    }

    /// k-cycles that are rendered or will be by [`OfflineEngine::perform`].
    pub(super) fn end_cycles(&self) -> u64 {
        self.cycles_to(self.marker).max(self.performance.cycle())
    }

    fn render_cycles(&mut self, end: u64) -> Result<(), EngineError> {
        let total = self.seconds(end);
        let mut reported = self.output.frames();
        loop {
            self.performance.set_end(end);
            let Some(block) = self.performance.step() else {
                self.performance.settle();
                if self.performance.is_too_long() {
                    let text = format!("{} s of sound", self.now());
                    return Err(EngineError::Limit { limit: Limit::OutputSeconds, text });
                }
                return match self.performance.exit() {
                    Some(status) => Err(EngineError::Exited { status }),
                    None => self.follow(total).map(|_| ()),
                };
            };
            self.output.write(&block)?;
            if !self.performance.shared().messages.is_empty() {
                self.collect_messages();
            }
            let due = self.output.frames() - reported >= PROGRESS_SAMPLES;
            if due {
                reported = self.output.frames();
            }
            if self.cancel.is_cancelled() || due && !self.follow(total)? {
                return Err(EngineError::Cancelled { seconds: self.now() });
            }
        }
    }

    /// Says how far the render is; false to stop it.
    fn follow(&mut self, total: f64) -> Result<bool, EngineError> {
        let progress =
            Progress { seconds: self.now(), total: Some(total), peak: self.output.levels().peak() };
        Ok(self.on_progress.as_mut().is_none_or(|follow| follow(&progress)))
    }

    /// Drops all notes and events and sets the clock. The sound goes on where it is: what is rendered next is
    /// appended. The end marker stays.
    ///
    /// # Errors
    /// The time is no number, or the engine was stopped.
    pub fn rewind(&mut self, seconds: f64) -> Result<(), EngineError> {
        self.check_running()?;
        super::check_seconds("the time to rewind to", seconds)?;
        let performance = self.live()?;
        let cycle = performance.live_cycle(seconds);
        performance.rewind(cycle);
        Ok(())
    }

    /// Renders what is still to come up to the end marker, completes the sound file, and ends the engine: further
    /// calls are errors, except that a second stop answers `None`. Also `None` when nothing was rendered.
    ///
    /// # Errors
    /// Those of [`OfflineEngine::perform`].
    pub fn stop(&mut self) -> Result<Option<RenderJob>, EngineError> {
        self.stop_extra(0.0)
    }

    /// As [`OfflineEngine::stop`], rendering so many seconds more.
    ///
    /// # Errors
    /// Those of [`OfflineEngine::perform`].
    pub fn stop_extra(&mut self, seconds: f64) -> Result<Option<RenderJob>, EngineError> {
        if self.stopped {
            return Ok(None);
        }
        let rendered = self.perform_extra(seconds);
        let stopped = self.stop_here();
        rendered.and(stopped)
    }

    /// Completes the sound file as it is and ends the engine, without rendering what still waits.
    ///
    /// # Errors
    /// Writing fails.
    pub fn stop_here(&mut self) -> Result<Option<RenderJob>, EngineError> {
        if self.stopped {
            return Ok(None);
        }
        self.performance.complete_files();
        self.collect_messages();
        let end = self.now();
        self.stopped = true;
        self.output.finish()?;
        self.job = self.make_job(end);
        Ok(self.job.clone())
    }

    /// Ends the engine without rendering what still waits; `remove` deletes the sound file, too. Does nothing to a
    /// stopped engine.
    ///
    /// # Errors
    /// The file cannot be removed.
    pub fn cancel(&mut self, remove: bool) -> Result<(), EngineError> {
        if std::mem::replace(&mut self.stopped, true) {
            return Ok(());
        }
        self.performance.complete_files();
        if remove { self.output.discard() } else { self.output.finish() }
    }

    /// Whether the engine was stopped or cancelled.
    pub fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// What was rendered: the whole after [`OfflineEngine::stop`], until then what there is so far; `None` if that is
    /// nothing.
    #[doc(alias = "renderjob")]
    pub fn render_job(&self) -> Option<RenderJob> {
        if self.stopped { self.job.clone() } else { self.make_job(self.now()) }
    }

    fn make_job(&self, end: f64) -> Option<RenderJob> {
        let frames = self.output.frames();
        (frames > 0 && self.parameters.nchnls > 0).then(|| RenderJob::new(self, &self.output, frames, end))
    }

    /// Opens the sound file in another program, the system's usual one if `app` is empty.
    ///
    /// # Errors
    /// There is no file, or the program cannot be started.
    #[doc(alias = "openOutfile")]
    pub fn open_outfile(&self, app: &str) -> Result<(), EngineError> {
        match self.render_job() {
            Some(job) => job.open_outfile(app),
            None => Err(super::job::no_file()),
        }
    }
}
