//! Software channels: named values that notes and the host exchange.

use bstr::BString;
use std::collections::BTreeMap;

/// Index of a channel; stays valid for the life of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChannelId(pub u32);

/// A channel; a name has one value of each kind, as `chnset` of different rates shares the name.
#[derive(Clone, Debug, Default)]
pub struct Channel {
    /// Name.
    pub name: BString,
    /// Control value.
    pub control: f64,
    /// Audio block, empty until first used.
    pub audio: Vec<f64>,
    /// String value.
    pub text: BString,
    /// What the channel was first used for: 0 nothing, 1 control, 2 audio, 3 text, 4 spectra.
    pub kind: i32,
    /// How the piece uses it: 1 it reads, 2 it writes, 3 both.
    pub direction: i32,
    /// Whether the host ever set it; `invalue` sees nothing else. The host sets this flag.
    pub set_by_host: bool,
    /// Direction and kind as `chn_k` and its relatives declared them, as `chnparams` reports.
    pub declared: Option<ChannelInfo>,
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
        if let Some(&id) = self.by_name.get(bstr::BStr::new(name)) {
            return id;
        }
        let id = ChannelId(self.list.len() as u32);
        self.list.push(Channel { name: name.into(), ..Channel::default() });
        self.by_name.insert(name.into(), id);
        id
    }

    /// The channel with this name, if there is one.
    pub fn find(&self, name: &[u8]) -> Option<ChannelId> {
        self.by_name.get(bstr::BStr::new(name)).copied()
    }

    /// A channel to look at.
    pub fn get(&self, id: ChannelId) -> Option<&Channel> {
        self.list.get(id.0 as usize)
    }

    /// A channel to change.
    pub fn get_mut(&mut self, id: ChannelId) -> Option<&mut Channel> {
        self.list.get_mut(id.0 as usize)
    }

    /// All channels in the order they were made.
    pub fn iter(&self) -> impl Iterator<Item = &Channel> {
        self.list.iter()
    }
}
