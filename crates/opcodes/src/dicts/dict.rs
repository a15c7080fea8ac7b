//! What a dict holds, and all dicts of an engine.

use bstr::{BStr, BString};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::collections::BTreeMap;
use std::ops::Bound;

/// Dicts and entries that there may be at a time.
const MOST: usize = 1 << 22;

/// What the keys of a dict are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    Numbers,
    Strings,
}

/// What its values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    Numbers,
    Strings,
    Any,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Number(f64),
    Text(BString),
}

/// A key as an opcode has it in its hands.
#[derive(Clone, Copy, Debug)]
pub enum Key<'a> {
    Number(i64),
    Text(&'a BStr),
}

/// A mapping from keys of one type to values, in ascending order of the keys.
#[derive(Debug)]
pub struct Dict {
    pub keys: Keys,
    pub values: Values,
    by_number: BTreeMap<i64, Value>,
    by_text: BTreeMap<BString, Value>,
}

impl Dict {
    /// An empty dict of a type such as `str:float` or `sf`.
    ///
    /// # Errors
    /// There is no such type.
    pub fn of_type(name: &str) -> OpResult<Self> {
        let (keys, values) = match name {
            "sf" | "str:float" => (Keys::Strings, Values::Numbers),
            "ss" | "str:str" => (Keys::Strings, Values::Strings),
            "sa" | "str:any" => (Keys::Strings, Values::Any),
            "if" | "int:float" => (Keys::Numbers, Values::Numbers),
            "is" | "int:str" => (Keys::Numbers, Values::Strings),
            _ => {
                return Err(OpError::new(format!(
                    "there is no dict type `{name}`; write str:float, str:str, str:any, int:float or int:str"
                )));
            }
        };
        Ok(Self { keys, values, by_number: BTreeMap::new(), by_text: BTreeMap::new() })
    }

    /// Number of pairs.
    pub fn len(&self) -> usize {
        self.by_number.len() + self.by_text.len()
    }

    /// The value of a key.
    pub fn get(&self, key: Key<'_>) -> Option<&Value> {
        match key {
            Key::Number(n) => self.by_number.get(&n),
            Key::Text(s) => self.by_text.get(s),
        }
    }

    fn get_mut(&mut self, key: Key<'_>) -> Option<&mut Value> {
        match key {
            Key::Number(n) => self.by_number.get_mut(&n),
            Key::Text(s) => self.by_text.get_mut(s),
        }
    }

    /// Adds a pair or replaces its value.
    pub fn insert(&mut self, key: Key<'_>, value: Value) {
        match key {
            Key::Number(n) => drop(self.by_number.insert(n, value)),
            Key::Text(s) => drop(self.by_text.insert(s.to_owned(), value)),
        }
    }

    /// Removes a pair.
    pub fn remove(&mut self, key: Key<'_>) {
        match key {
            Key::Number(n) => drop(self.by_number.remove(&n)),
            Key::Text(s) => drop(self.by_text.remove(s)),
        }
    }

    /// Removes all pairs.
    pub fn clear(&mut self) {
        self.by_number.clear();
        self.by_text.clear();
    }

    /// All pairs in order.
    pub fn pairs(&self) -> impl Iterator<Item = (Key<'_>, &Value)> {
        let numbers = self.by_number.iter().map(|(k, v)| (Key::Number(*k), v));
        numbers.chain(self.by_text.iter().map(|(k, v)| (Key::Text(k.as_ref()), v)))
    }

    /// The first pair, or the one after a key.
    pub fn after(&self, key: Option<Key<'_>>) -> Option<(Key<'_>, &Value)> {
        match key {
            None => self.pairs().next(),
            Some(Key::Number(n)) => {
                let mut rest = self.by_number.range((Bound::Excluded(n), Bound::Unbounded));
                rest.next().map(|(k, v)| (Key::Number(*k), v))
            }
            Some(Key::Text(s)) => {
                let mut rest = self.by_text.range::<BStr, _>((Bound::Excluded(s), Bound::Unbounded));
                rest.next().map(|(k, v)| (Key::Text(k.as_ref()), v))
            }
        }
    }

    /// Whether keys and values of these types belong into it.
    ///
    /// # Errors
    /// Says what it takes.
    pub fn takes(&self, key: Key<'_>, text: bool) -> OpResult {
        let key_fits = matches!(key, Key::Number(_)) == (self.keys == Keys::Numbers);
        let value_fits = match self.values {
            Values::Any => true,
            Values::Strings => text,
            Values::Numbers => !text,
        };
        if key_fits && value_fits {
            return Ok(());
        }
        let keys = if self.keys == Keys::Numbers { "numbers" } else { "strings" };
        let values = match self.values {
            Values::Numbers => "numbers",
            Values::Strings => "strings",
            Values::Any => "numbers or strings",
        };
        Err(OpError::new(format!("this dict maps {keys} to {values}")))
    }
}

/// All dicts, by handle.
#[derive(Debug, Default)]
struct Dicts {
    dicts: BTreeMap<u64, Dict>,
    made: u64,
    entries: usize,
}

/// Adds a dict and answers its handle.
///
/// # Errors
/// There are too many.
pub fn add(world: &mut World, dict: Dict) -> OpResult<f64> {
    let dicts = world.shared::<Dicts>();
    check(dicts.entries + dict.len() + dicts.dicts.len())?;
    dicts.entries += dict.len();
    // Handles count from 1, so that 0 is none.
    dicts.made += 1;
    dicts.dicts.insert(dicts.made, dict);
    Ok(dicts.made as f64)
}

fn check(total: usize) -> OpResult {
    if total < MOST {
        return Ok(());
    }
    Err(OpError::new(format!("there are {MOST} dicts and entries already; free some with dict_free")))
}

fn key_of(handle: f64) -> u64 {
    if handle.fract() == 0.0 { handle as u64 } else { 0 }
}

/// The dict of a handle.
pub fn find(world: &World, handle: f64) -> Option<&Dict> {
    world.shared_ref::<Dicts>()?.dicts.get(&key_of(handle))
}

/// As [`find`].
///
/// # Errors
/// There is none.
pub fn get(world: &World, handle: f64) -> OpResult<&Dict> {
    find(world, handle).ok_or_else(|| missing(handle))
}

fn missing(handle: f64) -> OpError {
    OpError::new(format!("there is no dict {handle}; it has been freed, or dict_new never gave it"))
}

/// Removes a dict.
pub fn remove(world: &mut World, handle: f64) {
    let dicts = world.shared::<Dicts>();
    if let Some(dict) = dicts.dicts.remove(&key_of(handle)) {
        dicts.entries -= dict.len();
    }
}

/// Changes a dict with `change`.
///
/// # Errors
/// There is none, or there would be too many entries.
pub fn change(world: &mut World, handle: f64, change: impl FnOnce(&mut Dict) -> OpResult) -> OpResult {
    let dicts = world.shared::<Dicts>();
    check(dicts.entries)?;
    let dict = dicts.dicts.get_mut(&key_of(handle)).ok_or_else(|| missing(handle))?;
    let before = dict.len();
    let result = change(dict);
    dicts.entries = dicts.entries - before + dict.len();
    result
}

/// Calls `f` with an input as a key.
pub fn with_key<R>(io: &Io<'_>, input: usize, f: impl FnOnce(Key<'_>) -> R) -> R {
    if io.is_str(input) { f(Key::Text(&io.str(input))) } else { f(Key::Number(io.k(input).trunc() as i64)) }
}

/// Sets the value of the key in input `at` to that in the next input. A value that is there already is
/// replaced in place.
///
/// # Errors
/// They do not belong into this dict.
pub fn set(dict: &mut Dict, io: &Io<'_>, at: usize) -> OpResult {
    with_key(io, at, |key| {
        let text = io.is_str(at + 1);
        dict.takes(key, text)?;
        match (dict.get_mut(key), text) {
            (Some(Value::Number(x)), false) => *x = io.k(at + 1),
            (Some(Value::Text(s)), true) => {
                s.clear();
                s.extend_from_slice(&io.str(at + 1));
            }
            (_, false) => dict.insert(key, Value::Number(io.k(at + 1))),
            (_, true) => dict.insert(key, Value::Text(io.str(at + 1).to_owned())),
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_follow_each_other_in_order_and_missing_keys_are_nothing() {
        let mut dict = Dict::of_type("sa").unwrap();
        for (key, x) in [("b", 1.0), ("a", 2.0), ("c", 3.0), ("b", 4.0)] {
            dict.insert(Key::Text(key.into()), Value::Number(x));
        }
        assert_eq!(dict.len(), 3);
        let mut seen = Vec::new();
        let mut last: Option<BString> = None;
        while let Some((Key::Text(key), Value::Number(x))) =
            dict.after(last.as_ref().map(|k| Key::Text(k.as_ref())))
        {
            seen.push((key.to_string(), *x));
            last = Some(key.to_owned());
        }
        assert_eq!(seen, [("a".into(), 2.0), ("b".into(), 4.0), ("c".into(), 3.0)]);
        dict.remove(Key::Text("a".into()));
        assert_eq!(dict.get(Key::Text("a".into())), None);
        assert!(
            dict.takes(Key::Number(1), false).is_err() && dict.takes(Key::Text("x".into()), true).is_ok()
        );
        assert!(Dict::of_type("fs").is_err());
    }

    #[test]
    fn a_handle_that_is_gone_is_an_error() {
        let world = &mut World::default();
        let handle = add(world, Dict::of_type("if").unwrap()).unwrap();
        assert!(
            change(world, handle, |d| {
                d.insert(Key::Number(1), Value::Number(2.0));
                Ok(())
            })
            .is_ok()
        );
        remove(world, handle);
        remove(world, handle);
        for bad in [handle, 0.0, -1.0, 1.5, f64::NAN] {
            assert!(get(world, bad).is_err(), "{bad}");
        }
    }
}
