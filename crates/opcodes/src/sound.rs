//! What opcodes share that play sampled sound: which file an argument names, and outputs that are either
//! variables or one array.

use bstr::ByteSlice;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::host::{SoundFile, SoundReader};
use orchestrion_base::limits::Limit;
use orchestrion_base::note::Note;
use orchestrion_base::op::Init;
use orchestrion_base::port::Io;
use orchestrion_base::value::ArrayVal;
use orchestrion_base::world::World;
use std::cell::{Cell, RefMut};
use std::sync::Arc;

/// The file that a number means: the text that `strset` gave it, else `prefix` and the number.
pub(crate) fn numbered_file(world: &World, number: f64, prefix: &str) -> String {
    let n = number.round_ties_even() as i64;
    world.strset.get(&n).map_or_else(|| format!("{prefix}{n}"), |s| s.to_str_lossy().into_owned())
}

/// The file that input `i` names, as text or by number after `prefix`.
pub(crate) fn named_or_numbered(io: &Io<'_>, world: &World, i: usize, prefix: &str) -> String {
    if io.is_str(i) { io.text(i) } else { numbered_file(world, io.k(i), prefix) }
}

/// The file that input `i` names, as text or by number (`soundin.n`).
pub(crate) fn file_name(io: &Io<'_>, world: &World, i: usize) -> String {
    named_or_numbered(io, world, i, "soundin.")
}

/// What reads sound files here.
///
/// # Errors
/// There is nothing that does.
pub(crate) fn reader(world: &World) -> OpResult<&dyn SoundReader> {
    world.sounds.as_deref().ok_or_else(|| OpError::new("there are no sound files here"))
}

/// The sound file that input `i` names.
///
/// # Errors
/// There is no such file, it cannot be read, or it takes more memory than allowed.
pub(crate) fn read(cx: &Init<'_>, i: usize) -> OpResult<Arc<SoundFile>> {
    let name = file_name(&cx.io, cx.world, i);
    let sound = reader(cx.world)?.read_sound(&name).map_err(|e| OpError::new(e.to_string()))?;
    // Notes that play the same file share its samples.
    let bytes = size_of_val(&sound.samples[..]);
    cx.world.limits.check(Limit::NoteBytes, bytes as u64, || format!("{name} takes {bytes} bytes"))?;
    Ok(sound)
}

/// Takes a writer of files from a note that is to open it anew; whether the note had it.
pub(crate) fn detach(note: &Note, writer: usize) -> bool {
    let mut writers = note.writers.borrow_mut();
    let at = writers.iter().position(|w| *w == writer);
    at.map(|at| writers.swap_remove(at)).is_some()
}

/// Audio outputs of an opcode: some variables, or an array in output 0.
pub(crate) enum Outputs<'a> {
    /// Variables, with the number of the first one to use and the samples of two.
    Variables(&'a Io<'a>, usize, [&'a [Cell<f64>]; 2]),
    /// An array, with the length of its elements and the first sample of the note in them.
    Array(RefMut<'a, ArrayVal>, usize, usize),
}

impl<'a> Outputs<'a> {
    /// The outputs from output `first` on. Elements of an array are silent at first.
    pub fn of(io: &'a Io<'a>, first: usize) -> Self {
        match io.array_out(first) {
            Some(mut array) => {
                let ksmps = io.clock.ksmps;
                (0..array.len()).for_each(|c| array.audio_mut(c, ksmps).fill(0.0));
                Self::Array(array, ksmps, io.first)
            }
            // Two channels are looked up beforehand: few sounds have more.
            None => Self::Variables(io, first, [0, 1].map(|c| io.out(first + c))),
        }
    }

    /// Writes a sample of a channel.
    #[inline(always)]
    pub fn set(&mut self, channel: usize, n: usize, value: f64) {
        match self {
            Self::Variables(io, first, found) => {
                let out = found.get(channel).copied().unwrap_or_else(|| io.out(*first + channel));
                if let Some(out) = out.get(n) {
                    out.set(value);
                }
            }
            Self::Array(array, ksmps, start) => {
                if let Some(out) = array.audio_mut(channel, *ksmps).get_mut(*start + n) {
                    *out = value;
                }
            }
        }
    }

    /// Makes room for `channels` in an array; otherwise checks that there are as many variables.
    ///
    /// # Errors
    /// The number of variables is another one.
    pub fn prepare(io: &Io<'_>, op: &str, first: usize, channels: usize) -> OpResult {
        if let Some(mut array) = io.array_out(first) {
            if array.len() < channels {
                array.resize(&[channels as u32], io.clock.ksmps);
            }
            return Ok(());
        }
        match io.n_outs() - first {
            n if n == channels => Ok(()),
            n => Err(OpError::new(format!(
                "{op}: the sound has {channels} channels, and there are {n} outputs"
            ))),
        }
    }
}
