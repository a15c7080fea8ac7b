//! Software channels: named values that notes and the host exchange.

use crate::global::GlobalMem;
use crate::text::set_text;
use bstr::{BStr, BString, ByteSlice};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;

/// [`Channel::kind`] of control values.
pub const CONTROL: i32 = 1;
/// [`Channel::kind`] of audio blocks.
pub const AUDIO: i32 = 2;
/// [`Channel::kind`] of strings.
pub const TEXT: i32 = 3;

/// Index of a channel; stays valid for the life of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChannelId(pub u32);

/// A channel; a name has one value of each kind, as `chnset` of different rates shares the name. That of its first
/// kind may be a global variable, so all that look at values show where the globals are.
#[derive(Clone, Debug, Default)]
pub struct Channel {
    /// Name.
    pub name: BString,
    control: f64,
    audio: Vec<f64>,
    text: BString,
    /// Number of the global variable that holds the value of the kind `kind`.
    global: Option<u16>,
    /// What the channel was first used for: 0 nothing, 1 control, 2 audio, 3 text, 4 spectra.
    pub kind: i32,
    /// How the piece uses it: 1 it reads, 2 it writes, 3 both.
    pub direction: i32,
    /// Whether the host ever set it; `invalue` sees nothing else. The host sets this flag.
    pub set_by_host: bool,
    /// Direction and kind as `chn_k` and its relatives declared them, as `chnparams` reports.
    pub declared: Option<ChannelInfo>,
}

impl Channel {
    /// Makes a global variable the value of a new channel.
    pub fn export(&mut self, kind: i32, global: u16) {
        (self.kind, self.global) = (kind, Some(global));
    }

    fn global(&self, kind: i32) -> Option<u16> {
        self.global.filter(|_| self.kind == kind)
    }

    /// Control value.
    pub fn control(&self, globals: &GlobalMem) -> f64 {
        let Some(g) = self.global(CONTROL) else { return self.control };
        globals.cells.get(usize::from(g)).map_or(0.0, Cell::get)
    }

    /// Sets the control value.
    pub fn set_control(&mut self, globals: &GlobalMem, value: f64) {
        let Some(g) = self.global(CONTROL) else {
            self.control = value;
            return;
        };
        if let Some(cell) = globals.cells.get(usize::from(g)) {
            cell.set(value);
        }
    }

    /// The control value as memory to read and write.
    pub fn control_cell<'a>(&'a mut self, globals: &'a GlobalMem) -> &'a [Cell<f64>] {
        match self.global(CONTROL) {
            Some(g) => globals.cells.get(usize::from(g)).map_or(&[], std::slice::from_ref),
            None => std::slice::from_ref(Cell::from_mut(&mut self.control)),
        }
    }

    /// Makes room for an audio block.
    pub fn make_audio(&mut self, ksmps: usize) {
        if self.global(AUDIO).is_none() && self.audio.len() < ksmps {
            self.audio.resize(ksmps, 0.0);
        }
    }

    /// Copies a part of the audio block; silence where there is none.
    pub fn copy_audio(&self, globals: &GlobalMem, part: Range<usize>, to: &[Cell<f64>]) {
        if let Some(g) = self.global(AUDIO) {
            let from = globals.signal(g).get(part).unwrap_or(&[]).iter().map(Cell::get);
            fill(to, from);
        } else {
            fill(to, self.audio.get(part).unwrap_or(&[]).iter().copied());
        }
    }

    /// The audio block as memory to read and write, empty until first used.
    pub fn audio_cells<'a>(&'a mut self, globals: &'a GlobalMem) -> &'a [Cell<f64>] {
        match self.global(AUDIO) {
            Some(g) => globals.signal(g),
            None => Cell::from_mut(&mut self.audio[..]).as_slice_of_cells(),
        }
    }

    /// Calls with the string value.
    pub fn with_text<R>(&self, globals: &GlobalMem, f: impl FnOnce(&BStr) -> R) -> R {
        match self.text_global().and_then(|g| globals.strings.get(usize::from(g))) {
            Some(text) => f(text.borrow().as_bstr()),
            None => f(self.text.as_bstr()),
        }
    }

    /// Number of the global variable that is the string value.
    pub fn text_global(&self) -> Option<u16> {
        self.global(TEXT)
    }

    /// Sets the string value.
    pub fn set_text(&mut self, globals: &GlobalMem, value: &[u8]) {
        let Some(g) = self.global(TEXT) else {
            set_text(&mut self.text, value);
            return;
        };
        // Where the variable is borrowed, the value is its own.
        if let Some(Ok(mut text)) = globals.strings.get(usize::from(g)).map(|cell| cell.try_borrow_mut()) {
            set_text(&mut text, value);
        }
    }
}

fn fill(to: &[Cell<f64>], mut from: impl Iterator<Item = f64>) {
    to.iter().for_each(|to| to.set(from.next().unwrap_or(0.0)));
}

/// What `chn_k` declared.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ChannelInfo {
    /// 1 input, 2 output, 3 both.
    pub direction: i32,
    /// 0 none, 1 integer, 2 linear, 3 exponential.
    pub hint: i32,
    /// Default value.
    pub default: f64,
    /// Least value.
    pub min: f64,
    /// Greatest value.
    pub max: f64,
}

/// All channels of an engine.
#[derive(Clone, Debug, Default)]
pub struct Channels {
    list: Vec<Channel>,
    by_name: BTreeMap<BString, ChannelId>,
}

impl Channels {
    /// The channel with this name, made if there is none.
    pub fn open(&mut self, name: &[u8]) -> ChannelId {
        if let Some(&id) = self.by_name.get(BStr::new(name)) {
            return id;
        }
        let id = ChannelId(self.list.len() as u32);
        self.list.push(Channel { name: name.into(), ..Channel::default() });
        self.by_name.insert(name.into(), id);
        id
    }

    /// The channel with this name, if there is one.
    pub fn find(&self, name: &[u8]) -> Option<ChannelId> {
        self.by_name.get(BStr::new(name)).copied()
    }

    /// A channel to look at.
    pub fn get(&self, id: ChannelId) -> Option<&Channel> {
        self.list.get(id.0 as usize)
    }

    /// A channel to change.
    pub fn get_mut(&mut self, id: ChannelId) -> Option<&mut Channel> {
        self.list.get_mut(id.0 as usize)
    }

    /// Lets go of the global variables from number `first` on, which are no more.
    pub fn forget_globals(&mut self, first: usize) {
        for channel in &mut self.list {
            channel.global = channel.global.filter(|g| usize::from(*g) < first);
        }
    }

    /// All channels in the order they were made.
    pub fn iter(&self) -> impl Iterator<Item = &Channel> {
        self.list.iter()
    }
}
