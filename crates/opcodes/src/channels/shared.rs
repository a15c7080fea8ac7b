//! What the channel opcodes share: opening channels and following names that change.

use bstr::{BStr, BString, ByteSlice};
use orchestrion_base::channel::{Channel, ChannelId};
use orchestrion_base::error::OpResult;
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::cell::Cell;
use std::io::{Cursor, Write};
use std::ops::Range;

pub(super) use orchestrion_base::channel::{AUDIO, CONTROL, TEXT};
/// The piece reads the channel.
pub(super) const READ: i32 = 1;
/// The piece writes the channel.
pub(super) const WRITE: i32 = 2;

/// Opens the channel of this name and notes what it is used for.
///
/// # Errors
/// It is a new one, and there is no memory left for it.
pub(super) fn open(world: &mut World, name: &BStr, kind: i32, direction: i32) -> OpResult<ChannelId> {
    if world.channels.find(name).is_none() {
        world.keep_memory(
            size_of::<Channel>() + 2 * name.len() + size_of::<f64>() * world.header.ksmps,
            "a channel",
        )?;
    }
    let id = world.channels.open(name);
    let ksmps = world.header.ksmps;
    if let Some(channel) = world.channels.get_mut(id) {
        if channel.kind == 0 {
            channel.kind = kind;
        }
        channel.direction |= direction;
        if kind == AUDIO {
            channel.make_audio(ksmps);
        }
    }
    Ok(id)
}

/// The channel that a string input names, which may be another one in every k-cycle.
#[derive(Default)]
pub(super) struct Named(Option<ChannelId>);

impl Named {
    /// Opens the channel at init.
    ///
    /// # Errors
    /// Those of [`open`].
    pub fn open(
        &mut self,
        io: &Io<'_>,
        input: usize,
        world: &mut World,
        kind: i32,
        direction: i32,
    ) -> OpResult {
        self.0 = Some(open(world, &io.str(input), kind, direction)?);
        Ok(())
    }

    fn same(&self, name: &BStr, world: &World) -> bool {
        self.0.and_then(|id| world.channels.get(id)).is_some_and(|c| c.name == name)
    }

    /// The channel to read.
    pub fn read<'w>(&mut self, io: &Io<'_>, input: usize, world: &'w World) -> Option<&'w Channel> {
        let name = io.str(input);
        if !self.same(&name, world) {
            self.0 = world.channels.find(&name);
        }
        world.channels.get(self.0?)
    }

    /// The channel to write; `None` if it would be a new one for which there is no memory.
    pub fn write<'w>(
        &mut self,
        io: &Io<'_>,
        input: usize,
        world: &'w mut World,
        kind: i32,
    ) -> Option<&'w mut Channel> {
        let name = io.str(input);
        if !self.same(&name, world) {
            self.0 = open(world, &name, kind, WRITE).ok();
        }
        world.channels.get_mut(self.0?)
    }
}

/// Where the samples of this call lie in the engine's k-cycle: start of the local k-cycle.
pub(crate) fn cycle_start(io: &Io<'_>) -> usize {
    (io.abs_cycle() % u64::from(io.subdivision.max(1))) as usize * io.clock.ksmps
}

/// Where the note's part of this k-cycle lies in a channel's block.
pub(super) fn part_of(io: &Io<'_>) -> Range<usize> {
    let at = cycle_start(io);
    at + io.first..at + io.end
}

/// The note's part of this k-cycle in a channel's block, to read and write.
pub(super) fn audio_part<'c>(io: &Io<'c>, channel: &'c mut Channel) -> &'c [Cell<f64>] {
    channel.audio_cells(io.mem.globals).get(part_of(io)).unwrap_or(&[])
}

/// Silences all of this k-cycle in a channel's block.
pub(super) fn silence(io: &Io<'_>, channel: &mut Channel) {
    let at = cycle_start(io);
    let cycle = channel.audio_cells(io.mem.globals).get(at..at + io.clock.ksmps);
    cycle.unwrap_or(&[]).iter().for_each(|x| x.set(0.0));
}

/// Writes audio input `input` to the note's part of this k-cycle in a channel's block.
pub(super) fn write_audio(io: &Io<'_>, input: usize, channel: &mut Channel) {
    for (to, from) in audio_part(io, channel).iter().zip(io.a(input)) {
        to.set(from.get());
    }
}

/// Copies the note's part of this k-cycle in a channel's block to output 0.
pub(super) fn read_audio(io: &Io<'_>, channel: Option<&Channel>) {
    match channel {
        Some(channel) => channel.copy_audio(io.mem.globals, part_of(io), io.out(0)),
        None => io.set(0, 0.0),
    }
}

/// Copies the text of a channel to output 0.
pub(super) fn read_text(io: &Io<'_>, channel: Option<&Channel>) {
    match channel {
        None => io.set_str(0, b""),
        Some(channel) => match channel.text_global() {
            Some(g) => io.copy_global_str(0, g),
            None => channel.with_text(io.mem.globals, |text| io.set_str(0, text)),
        },
    }
}

/// Calls with the name of a numbered channel, which takes no memory.
pub(super) fn with_numbered<R>(number: f64, f: impl FnOnce(&BStr) -> R) -> R {
    // No number of 32 bits is longer.
    let mut name = Cursor::new([0; 11]);
    let _ = write!(name, "{}", number.round_ties_even() as i32);
    let length = name.position() as usize;
    f(name.get_ref()[..length].as_bstr())
}

/// Name of a channel given as a string or a number.
pub(super) fn name_of(io: &Io<'_>, input: usize) -> BString {
    if io.is_str(input) { (*io.str(input)).into() } else { with_numbered(io.k(input), BStr::to_owned) }
}
