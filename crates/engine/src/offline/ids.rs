//! Names and numbers of what an engine holds: events, tables, buses, p-fields.

use bstr::BString;
use std::fmt;

/// An event as [`sched`](super::OfflineEngine::sched) names it: an instrument's number or name, with a fraction
/// where one note is meant.
#[derive(Clone, Debug, PartialEq)]
pub struct EventId {
    p1: f64,
    text: String,
}

impl EventId {
    pub(super) fn new(p1: f64, text: String) -> Self {
        Self { p1, text }
    }

    /// p1 of the event: the instrument's number, with the fraction that tells this note from others.
    pub fn p1(&self) -> f64 {
        self.p1
    }

    /// The id as it would stand in a score: `100.0002`, `vco.0002`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it means one note, as opposed to all notes of an instrument.
    pub fn is_unique(&self) -> bool {
        self.p1.fract() != 0.0
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// An instrument, or one of its notes: by number (`100`, `100.5`), by name (`"vco"`, `"vco.001"`), or by the
/// [`EventId`] that scheduling gave.
#[derive(Clone, Debug, PartialEq)]
pub enum Instr {
    /// By number; a fraction means one note.
    Number(f64),
    /// By name; a fraction after a dot means one note.
    Name(String),
}

impl fmt::Display for Instr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Instr::Number(n) => write!(f, "{n}"),
            Instr::Name(name) => f.write_str(name),
        }
    }
}

macro_rules! from {
    ($($kind:ty { $($source:ty => $make:expr;)+ })+) => {
        $($(impl From<$source> for $kind {
            fn from(x: $source) -> Self {
                $make(x)
            }
        })+)+
    };
}

from! {
    Instr {
        i32 => |n| Instr::Number(f64::from(n));
        u32 => |n| Instr::Number(f64::from(n));
        f64 => Instr::Number;
        &str => |s: &str| Instr::Name(s.to_owned());
        String => Instr::Name;
        EventId => |id: EventId| Instr::Name(id.text).or_number();
        &EventId => |id: &EventId| Instr::Name(id.text.clone()).or_number();
    }
    Field {
        i32 => |n| Field::Number(u16::try_from(n).unwrap_or(0));
        u16 => Field::Number;
        &str => |s: &str| Field::Name(s.to_owned());
        String => Field::Name;
    }
    Value {
        f64 => Value::Number;
        f32 => |x| Value::Number(f64::from(x));
        i32 => |x| Value::Number(f64::from(x));
        u32 => |x| Value::Number(f64::from(x));
        &str => |s: &str| Value::Text(s.into());
        String => |s: String| Value::Text(s.into());
        TableNumber => |t: TableNumber| Value::Number(f64::from(t.0));
        BusToken => |b: BusToken| Value::Number(b.0 as f64);
    }
}

impl Instr {
    /// A name that is a number becomes one.
    fn or_number(self) -> Self {
        match &self {
            Instr::Name(name) if name.starts_with(|c: char| c.is_ascii_digit()) => {
                name.parse().map_or(self, Instr::Number)
            }
            Instr::Name(_) => self,
            Instr::Number(_) => self,
        }
    }
}

/// A p-field: by number from 4 up, or by the name of the variable that the instrument reads it into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// By number.
    Number(u16),
    /// By name.
    Name(String),
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Field::Number(n) => write!(f, "p{n}"),
            Field::Name(name) => f.write_str(name),
        }
    }
}

/// What a p-field or a channel holds: a number or a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Number.
    Number(f64),
    /// Text.
    Text(BString),
}

/// The number of a function table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableNumber(pub u32);

impl fmt::Display for TableNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<u32> for TableNumber {
    fn from(n: u32) -> Self {
        TableNumber(n)
    }
}

/// What stands for a bus: the number that `busin`, `busout` and `busmix` take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BusToken(pub i64);

impl fmt::Display for BusToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_events_name_what_they_came_from() {
        let number = EventId::new(100.0002, "100.0002".into());
        assert_eq!(Instr::from(&number), Instr::Number(100.0002));
        let named = EventId::new(25.0002, "vco.0002".into());
        assert_eq!(Instr::from(named.clone()), Instr::Name("vco.0002".into()));
        assert!(named.is_unique());
        assert_eq!(named.to_string(), "vco.0002");
    }
}
