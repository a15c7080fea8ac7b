//! The store of reference results: what csound did with each case.
//!
//! A file holds, for every case, a line of JSON ([`Entry`]'s fields, and how many bytes follow) and
//! its samples: groups of a count byte pair and values, little-endian. A count with its top bit clear
//! says how many different values follow, one with it set how often the single value that follows is
//! repeated: silence and held control values cost next to nothing.

use orchestrion::conform::Sound;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// How samples are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Precision {
    /// 32-bit floats, the precision of grade A.
    F32,
    /// The doubles csound computed.
    F64,
}

/// What the reference did with one case.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Name of the case.
    pub name: String,
    /// Fingerprint of the document that was rendered.
    pub source: String,
    /// Exit status.
    pub status: i32,
    /// It crashed or hung.
    pub crashed: bool,
    /// The lines the piece printed.
    pub printed: Vec<String>,
    /// What it rendered, if it did.
    pub sound: Option<Sound>,
}

#[derive(Serialize, Deserialize)]
struct Head {
    name: String,
    source: String,
    status: i32,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    crashed: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    printed: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sound: Option<Form>,
}

#[derive(Serialize, Deserialize)]
struct Form {
    rate: f64,
    channels: usize,
    samples: usize,
    precision: Precision,
    bytes: usize,
}

/// First line of a store.
const MAGIC: &[u8] = b"orchestrion reference 1\n";

/// FNV-1a of a document, as 16 hexadecimal digits.
pub fn fingerprint(text: &str) -> String {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    format!("{:016x}", text.bytes().fold(0xcbf2_9ce4_8422_2325, step))
}

/// Reads a store.
///
/// # Errors
///
/// If the file cannot be read or is no store.
pub fn read(path: &Path) -> Result<Vec<Entry>, String> {
    let bytes = std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
    decode(&bytes).ok_or_else(|| format!("{}: not a store of references", path.display()))
}

/// Writes a store.
///
/// # Errors
///
/// If the file cannot be written.
pub fn write(path: &Path, entries: &[Entry], precision: Precision) -> Result<(), String> {
    std::fs::write(path, encode(entries, precision)).map_err(|e| format!("{}: {e}", path.display()))
}

fn encode(entries: &[Entry], precision: Precision) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    for entry in entries {
        let words = entry.sound.as_ref().map(|sound| pack(&sound.samples, precision)).unwrap_or_default();
        let sound = entry.sound.as_ref().map(|sound| Form {
            rate: sound.rate,
            channels: sound.channels,
            samples: sound.samples.len(),
            precision,
            bytes: words.len(),
        });
        let head = Head {
            name: entry.name.clone(),
            source: entry.source.clone(),
            status: entry.status,
            crashed: entry.crashed,
            printed: entry.printed.clone(),
            sound,
        };
        out.extend(serde_json::to_vec(&head).expect("names, numbers and lines are JSON"));
        out.push(b'\n');
        out.extend(words);
    }
    out
}

fn decode(bytes: &[u8]) -> Option<Vec<Entry>> {
    let mut rest = bytes.strip_prefix(MAGIC)?;
    let mut entries = Vec::new();
    while !rest.is_empty() {
        let end = rest.iter().position(|&byte| byte == b'\n')?;
        let head: Head = serde_json::from_slice(rest.get(..end)?).ok()?;
        rest = rest.get(end + 1..)?;
        let sound = match head.sound {
            None => None,
            Some(form) => {
                let (words, after) = rest.split_at_checked(form.bytes)?;
                rest = after;
                let samples = unpack(words, form.samples, form.precision)?;
                Some(Sound { rate: form.rate, channels: form.channels, samples })
            }
        };
        let Head { name, source, status, crashed, printed, .. } = head;
        entries.push(Entry { name, source, status, crashed, printed, sound });
    }
    Some(entries)
}

/// Top bit of a count: one value, repeated.
const REPEAT: u16 = 0x8000;
/// Shortest run worth folding.
const SHORTEST_RUN: usize = 4;

fn pack(samples: &[f64], precision: Precision) -> Vec<u8> {
    let put = |out: &mut Vec<u8>, x: f64| match precision {
        Precision::F32 => out.extend((x as f32).to_le_bytes()),
        Precision::F64 => out.extend(x.to_le_bytes()),
    };
    let mut out = Vec::new();
    let flush = |out: &mut Vec<u8>, values: &[f64]| {
        for part in values.chunks(usize::from(REPEAT - 1)) {
            out.extend((part.len() as u16).to_le_bytes());
            part.iter().for_each(|&x| put(out, x));
        }
    };
    let (mut at, mut plain) = (0, 0);
    while at < samples.len() {
        let rest = samples[at..].iter().take(usize::from(REPEAT - 1));
        let run = rest.take_while(|x| x.to_bits() == samples[at].to_bits()).count();
        if run >= SHORTEST_RUN {
            flush(&mut out, &samples[plain..at]);
            out.extend((REPEAT | run as u16).to_le_bytes());
            put(&mut out, samples[at]);
            plain = at + run;
        }
        at += run;
    }
    flush(&mut out, &samples[plain..]);
    out
}

fn unpack(mut words: &[u8], count: usize, precision: Precision) -> Option<Vec<f64>> {
    let mut take = |n: usize| {
        let (head, tail) = words.split_at_checked(n)?;
        words = tail;
        Some(head)
    };
    let mut samples = Vec::new();
    while samples.len() < count {
        let head = u16::from_le_bytes(take(2)?.try_into().ok()?);
        let (values, times) =
            if head & REPEAT == 0 { (usize::from(head), 1) } else { (1, usize::from(head & !REPEAT)) };
        for _ in 0..values {
            let value = match precision {
                Precision::F32 => f64::from(f32::from_le_bytes(take(4)?.try_into().ok()?)),
                Precision::F64 => f64::from_le_bytes(take(8)?.try_into().ok()?),
            };
            samples.extend(std::iter::repeat_n(value, times));
        }
        if values * times == 0 {
            return None;
        }
    }
    (samples.len() == count).then_some(samples)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, samples: Vec<f64>) -> Entry {
        Entry {
            name: name.into(),
            source: fingerprint(name),
            status: 0,
            crashed: false,
            printed: vec!["instr 1:  \"p\" = 1\té".into()],
            sound: Some(Sound { rate: 44100.0, channels: 1, samples }),
        }
    }

    #[test]
    fn what_was_written_is_read() {
        let mut wave: Vec<f64> = (0..70_000).map(|n| f64::from(n % 251) / 7.0).collect();
        wave.extend([0.25; 40_000]);
        wave.push(f64::NAN);
        let silent = Entry { sound: None, crashed: true, status: 1, ..entry("none", vec![]) };
        let entries = [entry("wave", wave.clone()), silent.clone(), entry("empty", vec![])];
        let back = decode(&encode(&entries, Precision::F64)).unwrap();
        let bits = |samples: &[f64]| samples.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&back[0].sound.as_ref().unwrap().samples), bits(&wave));
        assert_eq!(back[1], silent);
        assert_eq!(back[2], entries[2]);
    }

    #[test]
    fn silence_costs_nothing_and_floats_cost_four_bytes() {
        assert!(pack(&vec![0.0; 30_000], Precision::F64).len() < 16);
        let wave: Vec<f64> = (0..1000).map(f64::from).collect();
        assert_eq!(pack(&wave, Precision::F32).len(), 4002);
    }

    #[test]
    fn damaged_stores_are_refused() {
        let whole = encode(&[entry("wave", vec![1.0, 2.0])], Precision::F32);
        for end in [10, MAGIC.len() + 5, whole.len() - 1] {
            assert_eq!(decode(&whole[..end]), None, "{end}");
        }
    }
}
