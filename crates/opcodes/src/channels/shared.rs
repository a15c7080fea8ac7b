//! What the channel opcodes share: opening channels and following names that change.

use bstr::{BStr, BString, ByteSlice};
use orchestrion_base::channel::{Channel, ChannelId};
use orchestrion_base::error::OpResult;
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::io::{Cursor, Write};

/// Control values.
pub(super) const CONTROL: i32 = 1;
/// Audio blocks.
pub(super) const AUDIO: i32 = 2;
/// Strings.
pub(super) const TEXT: i32 = 3;
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
        if kind == AUDIO && channel.audio.len() < ksmps {
            channel.audio.resize(ksmps, 0.0);
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

/// Samples of the note's part of this k-cycle in a channel's block.
pub(super) fn audio_part<'c>(io: &Io<'_>, audio: &'c [f64]) -> &'c [f64] {
    let at = cycle_start(io);
    audio.get(at + io.first..at + io.end).unwrap_or(&[])
}

/// As [`audio_part`], to change.
pub(super) fn audio_part_mut<'c>(io: &Io<'_>, audio: &'c mut [f64]) -> &'c mut [f64] {
    let at = cycle_start(io);
    audio.get_mut(at + io.first..at + io.end).unwrap_or(&mut [])
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
