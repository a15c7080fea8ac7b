//! Samples at the output that are no finite numbers: found, told once, silenced.

use super::Performance;
use orchestrion_base::trace::Trace;
use orchestrion_base::world::MessageKind;
use std::cell::Cell;
use std::ops::Range;

/// What was found at the output that is no finite number, or larger than a float file can hold.
#[derive(Clone, Debug, PartialEq)]
pub struct NonFinite {
    /// The instrument whose note put out the first; several where only one of them can have been it.
    pub instruments: Vec<String>,
    /// Channel of the first, from 0.
    pub channel: usize,
    /// When the first came, in seconds.
    pub seconds: f64,
    /// How many there were.
    pub samples: u64,
}

/// Looks at the output. Between notes a look at the last sample of the block must do, since what is not finite
/// mostly stays so; the whole block is looked at once, when all notes have played.
#[derive(Default)]
pub(super) struct Inspector {
    /// Whether samples stay as they are.
    keep: bool,
    /// Largest magnitude that counts as finite.
    most: f64,
    /// Code of the note after which the block was not finite any more.
    suspect: Option<usize>,
    pub found: Option<NonFinite>,
}

impl Inspector {
    pub fn new(keep: bool, zero_dbfs: f64) -> Self {
        Self { keep, most: f64::from(f32::MAX) * zero_dbfs, suspect: None, found: None }
    }

    /// After a note of this code has played: `spout` has channels of `stride` samples, of which it played `frames`.
    #[inline]
    pub fn after_note(
        &mut self,
        spout: &[Cell<f64>],
        stride: usize,
        frames: Range<usize>,
        code: usize,
        closely: bool,
    ) {
        if self.suspect.is_some() {
            return;
        }
        for channel in spout.chunks(stride) {
            let from = if closely { frames.start } else { frames.end - 1 };
            if !channel[from..frames.end].iter().all(|x| x.get().abs() <= self.most) {
                self.suspect = Some(code);
            }
        }
    }

    /// Samples of a block that are not finite, and channel and frame of the earliest.
    fn look(&self, spout: &[Cell<f64>], (stride, frames): (usize, usize)) -> Option<(u64, (usize, usize))> {
        let is_fine = |x: &Cell<f64>| x.get().abs() <= self.most;
        let mut channels = spout.chunks(stride).map(|channel| &channel[..frames]);
        // Without a way out early this is a plain loop over numbers, which is quick.
        if channels.all(|channel| channel.iter().fold(true, |fine, x| fine & is_fine(x))) {
            return None;
        }
        let (mut count, mut first) = (0, None::<(usize, usize)>);
        for (c, channel) in spout.chunks(stride).enumerate() {
            for (n, x) in channel[..frames].iter().enumerate().filter(|(_, x)| !is_fine(x)) {
                count += 1;
                if first.is_none_or(|(frame, _)| n < frame) {
                    first = Some((n, c));
                }
                if !self.keep {
                    x.set(0.0);
                }
            }
        }
        first.map(|(frame, channel)| (count, (channel, frame)))
    }
}

impl Performance {
    /// What was not finite at the output so far.
    pub fn non_finite(&self) -> Option<&NonFinite> {
        self.inspector.found.as_ref()
    }

    /// Looks at the output after a note of this code has played some k-cycles of the block.
    #[inline]
    pub(super) fn look_at_output(&mut self, code: usize, cycles: Range<usize>) {
        let ksmps = self.world.header.ksmps;
        let frames = cycles.start * ksmps..cycles.end * ksmps;
        let closely = self.world.trace.is_some();
        self.inspector.after_note(&self.spout, ksmps * self.block_cycles, frames, code, closely);
    }

    /// Looks at the block that was played.
    pub(super) fn inspect(&mut self, cycles: usize) {
        let ksmps = self.world.header.ksmps;
        let (stride, frames) = (ksmps * self.block_cycles, cycles * ksmps);
        let suspect = self.inspector.suspect.take();
        self.tell_origins();
        let Some((samples, (channel, frame))) = self.inspector.look(&self.spout, (stride, frames)) else {
            return;
        };
        if let Some(found) = &mut self.inspector.found {
            found.samples += samples;
            return;
        }
        let seconds = self.seconds() + frame as f64 / self.world.header.sr;
        let found = NonFinite { instruments: self.suspects(suspect), channel, seconds, samples };
        self.tell(&found);
        self.inspector.found = Some(found);
    }

    /// Name of the instrument that is known, else those of all that play.
    fn suspects(&self, known: Option<usize>) -> Vec<String> {
        let playing =
            (0..self.notes.len()).filter_map(|i| self.notes.get(self.notes.at(i)?)).map(|a| a.instance.code);
        let codes: std::collections::BTreeSet<usize> =
            known.map_or_else(|| playing.collect(), |code| [code].into());
        codes
            .into_iter()
            .filter_map(|code| self.program.codes.get(code))
            .map(|code| code.name.clone())
            .collect()
    }

    fn tell(&mut self, found: &NonFinite) {
        let who = match &found.instruments[..] {
            [] => "a note that is over".to_owned(),
            [one] => format!("instr {one}"),
            several => format!("one of instr {}", several.join(", ")),
        };
        let place = format!("{who}, channel {}, at {:.6} s", found.channel + 1, found.seconds);
        if self.inspector.keep {
            self.world.warn(format!("samples that are no finite numbers from {place}"));
            return;
        }
        self.errors += 1;
        let remedy = if self.world.trace.is_some() { "" } else { "; --trace-nan names the opcode" };
        self.world.say(
            MessageKind::Error,
            format!("samples that are no finite numbers from {place}; written as silence (--keep-nan keeps them){remedy}\n"),
        );
    }

    /// Says which opcodes made numbers that are not finite since the last block.
    fn tell_origins(&mut self) {
        for origin in self.world.trace.as_ref().map(Trace::take_new).unwrap_or_default() {
            let place = super::place(&self.sources, origin.span);
            let text = format!(
                "trace-nan: at {:.6} s a number that is not finite from opcode {}{place}\n",
                self.seconds(),
                origin.opcode
            );
            self.world.say(MessageKind::Error, text);
        }
    }
}
