//! Loops and base note, which the audio decoders pass over: `smpl` and `inst` of WAV, `INST` and
//! `MARK` of AIFF.

use super::Loop;

/// What samplers want to know of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SamplerInfo {
    /// Loop of a held and of a released note.
    pub loops: [Option<Loop>; 2],
    /// MIDI key, with its fraction, at which the sound has its recorded pitch.
    pub base_key: Option<f64>,
}

/// Looks through the chunks of a WAV or AIFF file; anything else has no sampler information.
pub fn sampler_info(bytes: &[u8]) -> SamplerInfo {
    let mut info = SamplerInfo::default();
    let big = bytes.starts_with(b"FORM");
    if !(big || bytes.starts_with(b"RIFF") || bytes.starts_with(b"RF64")) {
        return info;
    }
    let (mut marks, mut instrument) = (&[][..], None);
    for (id, body) in chunks(bytes, big) {
        match id {
            b"smpl" => read_smpl(body, &mut info),
            b"inst" if info.base_key.is_none() => info.base_key = body.first().map(|&key| key.into()),
            b"MARK" => marks = body,
            b"INST" => instrument = Some(body),
            _ => {}
        }
    }
    if let Some(body) = instrument {
        read_aiff(body, marks, &mut info);
    }
    info
}

fn chunks(bytes: &[u8], big: bool) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut at = 12usize;
    std::iter::from_fn(move || {
        let head = bytes.get(at..at + 8)?;
        let word: [u8; 4] = head[4..].try_into().ok()?;
        let size = if big { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) } as usize;
        let rest = &bytes[at + 8..];
        let body = &rest[..size.min(rest.len())];
        at = at.saturating_add(8).saturating_add(size).saturating_add(size % 2);
        Some((&head[..4], body))
    })
}

/// Whether symphonia can be shown a WAV or AIFF: frames of at most 65,535 bytes, because it computes
/// their size in 16 bits, and no more channels than speaker positions (18) in extensible formats,
/// because it shifts by their number. Damaged files have to be stopped before they reach it.
pub fn frames_are_sane(bytes: &[u8]) -> bool {
    let big = bytes.starts_with(b"FORM");
    if !(big || bytes.starts_with(b"RIFF")) {
        return true;
    }
    chunks(bytes, big).all(|(id, body)| {
        let half = |at: usize| {
            let word: Option<[u8; 2]> = body.get(at..at + 2).and_then(|w| w.try_into().ok());
            word.map_or(0, |w| u32::from(if big { u16::from_be_bytes(w) } else { u16::from_le_bytes(w) }))
        };
        match id {
            b"fmt " => {
                half(2) * half(14).div_ceil(8).max(8) <= 0xffff && (half(0) != 0xfffe || half(2) <= 18)
            }
            b"COMM" => half(0) * half(6).div_ceil(8).max(8) <= 0xffff,
            _ => true,
        }
    })
}

/// 36 bytes of header, then 24 per loop: id, type, start, end (inclusive), fraction, count.
fn read_smpl(body: &[u8], info: &mut SamplerInfo) {
    let word = |at: usize| body.get(at..at + 4).and_then(|w| w.try_into().ok()).map(u32::from_le_bytes);
    // The fraction counts 2^32 to the key; libsndfile, and so the reference, rounds it to cents.
    let cents = word(16).map_or(0.0, |fraction| (f64::from(fraction) * (100.0 / 4_294_967_296.0)).round());
    info.base_key = word(12).filter(|&key| key < 128).map(|key| f64::from(key) + cents * 0.01);
    let count = word(28).unwrap_or(0) as usize;
    for (i, slot) in info.loops.iter_mut().enumerate().take(count) {
        let at = 36 + 24 * i;
        // Unknown kinds are no loops, as in the reference.
        if let (Some(kind @ 0..=2), Some(start), Some(end)) = (word(at + 4), word(at + 8), word(at + 12)) {
            *slot = Some(Loop { alternating: kind > 0, start: start.into(), end: u64::from(end) + 1 });
        }
    }
}

/// `INST`: base note, detuning in cents, 4 bytes, gain, then sustain and release loop: mode and two marker
/// numbers.
fn read_aiff(body: &[u8], marks: &[u8], info: &mut SamplerInfo) {
    if let Some(&[key @ 0..128, cents]) = body.first_chunk() {
        info.base_key = Some(f64::from(key) + f64::from(cents as i8) * 0.01);
    }
    let half = |at: usize| body.get(at..at + 2).and_then(|w| w.try_into().ok()).map(u16::from_be_bytes);
    for (at, slot) in [8, 14].into_iter().zip(&mut info.loops) {
        let (Some(mode), Some(from), Some(to)) = (half(at), half(at + 2), half(at + 4)) else { return };
        if let (1 | 2, Some(start), Some(end)) = (mode, marker(marks, from), marker(marks, to)) {
            *slot = Some(Loop { alternating: mode == 2, start, end });
        }
    }
}

/// Position of a marker: a count, then id, position, Pascal string padded to even length.
fn marker(marks: &[u8], id: u16) -> Option<u64> {
    let mut rest = marks.get(2..)?;
    loop {
        let this = u16::from_be_bytes(rest.get(..2)?.try_into().ok()?);
        let position = u32::from_be_bytes(rest.get(2..6)?.try_into().ok()?);
        if this == id {
            return Some(position.into());
        }
        let name = 1 + usize::from(*rest.get(6)?);
        rest = rest.get(6 + name + name % 2..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_of_a_wav() {
        let mut smpl = vec![0u8; 36];
        smpl[12] = 60;
        smpl[28] = 1;
        for word in [0u32, 1, 10, 19, 0, 0] {
            smpl.extend(word.to_le_bytes());
        }
        let mut file = b"RIFF\0\0\0\0WAVEodd \x01\0\0\0x\0smpl".to_vec();
        file.extend((smpl.len() as u32).to_le_bytes());
        file.extend(smpl);
        let info = sampler_info(&file);
        assert_eq!(info.base_key, Some(60.0));
        assert_eq!(info.loops, [Some(Loop { alternating: true, start: 10, end: 20 }), None]);
        for n in 0..file.len() {
            let _ = sampler_info(&file[..n]);
        }
    }

    #[test]
    fn loops_of_an_aiff() {
        let mut file =
            b"FORM\0\0\0\0AIFFMARK\0\0\0\x12\0\x02\0\x01\0\0\0\x05\x01a\0\x02\0\0\0\x09\x01b".to_vec();
        file.extend(b"INST\0\0\0\x14\x3c\0\0\0\0\0\0\0\0\x01\0\x01\0\x02\0\0\0\0\0\0");
        let info = sampler_info(&file);
        assert_eq!(info.base_key, Some(60.0));
        assert_eq!(info.loops, [Some(Loop { alternating: false, start: 5, end: 9 }), None]);
        for n in 0..file.len() {
            let _ = sampler_info(&file[..n]);
        }
    }
}
