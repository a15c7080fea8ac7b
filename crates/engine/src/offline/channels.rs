//! Software channels, seen from outside.

use super::history::Record;
use super::ids::Value;
use super::{EngineError, OfflineEngine};
use bstr::ByteSlice;
use orchestrion_base::channel::{AUDIO, CONTROL, Channel, ChannelInfo, TEXT};
use orchestrion_base::global::GlobalMem;
use std::cell::Cell;

/// What a channel carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelKind {
    /// A number per k-cycle.
    Control,
    /// A signal.
    Audio,
    /// A text.
    Text,
}

impl ChannelKind {
    /// As [`Channel::kind`] numbers them.
    fn code(self) -> i32 {
        match self {
            ChannelKind::Control => CONTROL,
            ChannelKind::Audio => AUDIO,
            ChannelKind::Text => TEXT,
        }
    }

    /// The letter that `chn_k`, `chn_a` and `chn_S` end in.
    fn letter(self) -> char {
        match self {
            ChannelKind::Control => 'k',
            ChannelKind::Audio => 'a',
            ChannelKind::Text => 'S',
        }
    }
}

/// How the orchestra uses a channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChannelMode {
    /// It reads what the host sets.
    #[default]
    Read,
    /// It writes what the host reads.
    Write,
    /// Both.
    Both,
}

impl ChannelMode {
    fn code(self) -> i32 {
        match self {
            ChannelMode::Read => 1,
            ChannelMode::Write => 2,
            ChannelMode::Both => 3,
        }
    }
}

fn kind_name(code: i32) -> &'static str {
    match code {
        AUDIO => "an audio channel",
        TEXT => "a text channel",
        _ => "a control channel",
    }
}

fn assign(channel: &mut Channel, globals: &GlobalMem, value: &Value) {
    match value {
        Value::Number(x) => channel.set_control(globals, *x),
        Value::Text(text) => channel.set_text(globals, text),
    }
}

impl OfflineEngine {
    /// Declares a channel and sets it: a number makes a control channel, a text one of text.
    ///
    /// # Errors
    /// The channel exists and is of another kind.
    #[doc(alias = "initChannel")]
    pub fn init_channel(
        &mut self,
        name: &str,
        value: impl Into<Value>,
        mode: ChannelMode,
    ) -> Result<(), EngineError> {
        let value = value.into();
        let kind = match value {
            Value::Number(_) => ChannelKind::Control,
            Value::Text(_) => ChannelKind::Text,
        };
        self.declare(name, kind, mode)?;
        self.put(name, &value)
    }

    /// Declares an audio channel and sets one k-cycle of it, which stays until something else is written; samples
    /// that are missing are 0.
    ///
    /// # Errors
    /// The channel exists and is of another kind.
    pub fn init_audio_channel(
        &mut self,
        name: &str,
        block: &[f64],
        mode: ChannelMode,
    ) -> Result<(), EngineError> {
        self.declare(name, ChannelKind::Audio, mode)?;
        for (to, from) in self.channel_pointer(name, ChannelKind::Audio)?.iter().zip(block) {
            to.set(*from);
        }
        Ok(())
    }

    fn declare(&mut self, name: &str, kind: ChannelKind, mode: ChannelMode) -> Result<(), EngineError> {
        let (channel, _) = self.channel(name, kind)?;
        let direction = mode.code();
        channel.direction = direction;
        channel.declared = Some(ChannelInfo { direction, ..ChannelInfo::default() });
        let name = super::export::quoted(name.as_bytes());
        self.record(|| Record::Code(format!("chn_{} {name}, {direction}\n", kind.letter())));
        Ok(())
    }

    /// The channel of this name and kind, made if there is none, and the globals, one of which may be its value.
    fn channel(&mut self, name: &str, kind: ChannelKind) -> Result<(&mut Channel, &GlobalMem), EngineError> {
        let ksmps = self.parameters.ksmps as usize;
        let (channels, globals) = self.live()?.channels();
        let id = channels.open(name.as_bytes());
        let channel = channels.get_mut(id).ok_or_else(|| EngineError::UnknownChannel(name.to_owned()))?;
        if channel.kind == 0 {
            channel.kind = kind.code();
        }
        if channel.kind != kind.code() {
            let (found, wanted) = (kind_name(channel.kind), kind_name(kind.code()));
            return Err(EngineError::ChannelKind { name: name.to_owned(), found, wanted });
        }
        channel.set_by_host = true;
        if kind == ChannelKind::Audio {
            channel.make_audio(ksmps);
        }
        Ok((channel, globals))
    }

    /// Sets a channel now.
    fn put(&mut self, name: &str, value: &Value) -> Result<(), EngineError> {
        let kind = match value {
            Value::Number(_) => ChannelKind::Control,
            Value::Text(_) => ChannelKind::Text,
        };
        let (channel, globals) = self.channel(name, kind)?;
        assign(channel, globals, value);
        let (time, value, name) = (self.now(), value.clone(), name.to_owned());
        self.record(|| Record::Channel { time, name, value });
        Ok(())
    }

    /// Sets a control or text channel, now or `delay` seconds from now.
    ///
    /// # Errors
    /// The channel is of another kind; the delay is no number.
    #[doc(alias = "setChannel")]
    pub fn set_channel(
        &mut self,
        name: &str,
        value: impl Into<Value>,
        delay: f64,
    ) -> Result<(), EngineError> {
        let value = value.into();
        if delay <= 0.0 {
            return self.put(name, &value);
        }
        let time = self.start_time(delay, true)?;
        let kind = if matches!(value, Value::Number(_)) { ChannelKind::Control } else { ChannelKind::Text };
        self.channel(name, kind)?;
        let (channel, set) = (name.to_owned(), value.clone());
        self.live()?.schedule_action(
            time,
            Box::new(move |p| {
                let (channels, globals) = p.channels();
                let id = channels.open(channel.as_bytes());
                if let Some(channel) = channels.get_mut(id) {
                    assign(channel, globals, &set);
                }
            }),
        );
        self.reach(time);
        self.record(|| Record::Channel { time, name: name.to_owned(), value });
        Ok(())
    }

    /// Value of a control channel.
    ///
    /// # Errors
    /// There is no such channel, or it is of another kind.
    #[doc(alias = "getControlChannel")]
    #[doc(alias = "channelValue")]
    pub fn get_control_channel(&self, name: &str) -> Result<f64, EngineError> {
        self.existing(name, ChannelKind::Control).map(|channel| channel.control(self.performance.globals()))
    }

    /// Value of a text channel, invalid UTF-8 replaced.
    ///
    /// # Errors
    /// There is no such channel, or it is of another kind.
    pub fn get_text_channel(&self, name: &str) -> Result<String, EngineError> {
        let text = |channel: &Channel| {
            channel.with_text(self.performance.globals(), |text| text.to_str_lossy().into_owned())
        };
        self.existing(name, ChannelKind::Text).map(text)
    }

    fn existing(&self, name: &str, kind: ChannelKind) -> Result<&Channel, EngineError> {
        let channels = &self.shared()?.channels;
        let found = channels.find(name.as_bytes()).and_then(|id| channels.get(id)).filter(|c| c.kind != 0);
        let channel = found.ok_or_else(|| EngineError::UnknownChannel(name.to_owned()))?;
        if channel.kind != kind.code() {
            let (found, wanted) = (kind_name(channel.kind), kind_name(kind.code()));
            return Err(EngineError::ChannelKind { name: name.to_owned(), found, wanted });
        }
        Ok(channel)
    }

    /// The memory of a channel: one number of a control channel, `ksmps` samples of an audio channel. The channel
    /// is made if there is none. What csoundengine keeps as a live array is borrowed here, between two calls of
    /// [`OfflineEngine::perform`].
    ///
    /// # Errors
    /// The channel is of another kind, or text was asked for.
    #[doc(alias = "channelPointer")]
    pub fn channel_pointer(&mut self, name: &str, kind: ChannelKind) -> Result<&[Cell<f64>], EngineError> {
        if kind == ChannelKind::Text {
            let (found, wanted) = ("text", "a control or audio channel");
            return Err(EngineError::ChannelKind { name: name.to_owned(), found, wanted });
        }
        let (channel, globals) = self.channel(name, kind)?;
        Ok(match kind {
            ChannelKind::Audio => channel.audio_cells(globals),
            _ => channel.control_cell(globals),
        })
    }
}
