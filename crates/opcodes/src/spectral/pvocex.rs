//! PVOC-EX files: frames of a phase vocoder in a WAVE file (Dobson, "PVOC-EX: File format for Phase Vocoder
//! data", 2000).

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::host::Purpose;
use orchestrion_base::op::Init;
use orchestrion_base::outfile::OutFiles;
use orchestrion_base::port::Io;
use orchestrion_base::spectrum::{SpectrumFormat, SpectrumLayout};
use orchestrion_base::world::World;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the format calls itself in the extended part of a WAVE header: a GUID, as stored.
const SUBFORMAT: [u8; 16] =
    [0xc2, 0xb9, 0x12, 0x83, 0x6e, 0x2e, 0xd4, 0x11, 0xa8, 0x24, 0xde, 0x5b, 0x96, 0xc3, 0xab, 0x21];
/// Tag of extended WAVE formats.
const EXTENSIBLE: u16 = 0xfffe;
/// Bytes of the format chunk, and of what follows the plain part, its own length included.
const FORMAT_BYTES: usize = 80;
const EXTENSION_BYTES: u16 = 62;
/// Bytes of a header as written here: up to the first frame.
const HEADER_BYTES: u32 = 12 + 8 + FORMAT_BYTES as u32 + 8;
/// Bytes of the part about the phase vocoder.
const PVOC_BYTES: u32 = 32;
/// Number of the kind of sound that was analysed, 16-bit samples; what the reference always writes.
const SOURCE_16_BITS: u16 = 1;
/// Number of the only version.
const VERSION: u32 = 1;

/// Frames of a file.
#[derive(Debug)]
pub(crate) struct PvocEx {
    /// Sizes; the hop is that of each channel.
    pub layout: SpectrumLayout,
    /// Channels, whose frames follow one another.
    pub channels: usize,
    /// Sample rate of the sound that was analysed.
    pub sr: f64,
    bins: Vec<[f32; 2]>,
}

impl PvocEx {
    /// Number of frames, of all channels.
    pub fn frames(&self) -> usize {
        self.bins.len() / self.layout.bins()
    }

    /// Length in seconds of the sound that was analysed, in whole hops.
    pub fn seconds(&self) -> f64 {
        (self.frames() / self.channels) as f64 * f64::from(self.layout.hop) / self.sr
    }

    /// Frame `i`; empty out of range.
    pub fn frame(&self, i: usize) -> &[[f32; 2]] {
        let bins = self.layout.bins();
        self.bins.get(i * bins..(i + 1) * bins).unwrap_or(&[])
    }
}

/// The file name that input `i` gives: a string, or a number for `pvoc.N`.
pub(super) fn file_name(io: &Io<'_>, i: usize) -> String {
    if io.is_str(i) { io.text(i) } else { format!("pvoc.{}", io.k(i) as i64) }
}

/// Files that were read once.
#[derive(Default)]
struct Loaded(BTreeMap<String, Arc<PvocEx>>);

/// Reads a file, or gives what reading it gave before.
///
/// # Errors
/// There is no such file, or it holds something else.
pub(super) fn load(world: &mut World, name: &str) -> OpResult<Arc<PvocEx>> {
    if let Some(known) = world.shared::<Loaded>().0.get(name) {
        return Ok(known.clone());
    }
    let file = Arc::new(read(world, name)?);
    let bytes = file.bins.len() * size_of::<[f32; 2]>();
    world.print(format!("file {name} ({bytes} bytes) loaded into memory\n"));
    world.shared::<Loaded>().0.insert(name.to_owned(), file.clone());
    Ok(file)
}

/// Reads a file.
///
/// # Errors
/// There is no such file, or it holds something else.
pub(crate) fn read(world: &World, name: &str) -> OpResult<PvocEx> {
    let host = world.host.as_ref().ok_or_else(|| OpError::new("there are no files here"))?;
    let bytes = host.read(name, Purpose::Analysis).map_err(|e| OpError::new(e.to_string()))?;
    parse(&bytes)
        .ok_or_else(|| OpError::new(format!("\"{name}\" is no PVOC-EX file of amplitudes and frequencies")))
}

fn parse(bytes: &[u8]) -> Option<PvocEx> {
    let mut rest = bytes.strip_prefix(b"RIFF")?.get(4..)?.strip_prefix(b"WAVE")?;
    let mut header = None;
    loop {
        let (tag, size) = (rest.get(..4)?, u32::from_le_bytes(*rest.get(4..)?.first_chunk()?) as usize);
        rest = &rest[8..];
        let body = &rest[..size.min(rest.len())];
        match tag {
            b"fmt " => header = Some(parse_format(body)?),
            b"data" => {
                let (layout, channels, sr) = header?;
                let numbers = body.as_chunks::<4>().0.iter().map(|&b| f32::from_le_bytes(b));
                let numbers: Vec<f32> = numbers.collect();
                let pairs = numbers.as_chunks::<2>().0;
                let bins = pairs[..pairs.len() / layout.bins() * layout.bins()].to_vec();
                return Some(PvocEx { layout, channels, sr, bins });
            }
            _ => {}
        }
        rest = &rest[body.len()..];
    }
}

fn parse_format(body: &[u8]) -> Option<(SpectrumLayout, usize, f64)> {
    let short = |at: usize| Some(u16::from_le_bytes(*body.get(at..)?.first_chunk()?));
    let long = |at: usize| Some(u32::from_le_bytes(*body.get(at..)?.first_chunk()?));
    let (channels, rate) = (usize::from(short(2)?), long(4)?);
    let known = short(0)? == EXTENSIBLE
        && body.get(24..40)? == SUBFORMAT
        && long(40)? == VERSION
        && short(48)? == 0
        && short(50)? == 0;
    let (bins, window, hop) = (long(56)?, long(60)?, long(64)?);
    if !known || channels == 0 || rate == 0 || !(2..1 << 28).contains(&bins) {
        return None;
    }
    let layout = SpectrumLayout {
        size: 2 * (bins - 1),
        hop,
        window,
        window_type: i32::from(short(54)?),
        format: SpectrumFormat::AmpFreq,
        sliding: false,
    };
    Some((layout, channels, f64::from(rate)))
}

/// A file that is being written. It is complete after every block that plays.
pub(super) struct Recorder {
    /// Its number in [`World::out_files`].
    pub writer: usize,
    bytes: u32,
}

impl Recorder {
    /// Writes the header for frames of one channel. The window type is written, and read, as the opcodes
    /// number it, 0 for Hamming, which is one short of what the format calls it: measured on the reference.
    ///
    /// # Errors
    /// Those of the host.
    pub fn new(cx: &mut Init<'_>, name: &str, layout: &SpectrumLayout) -> OpResult<Self> {
        let host = cx.world.host.clone().ok_or_else(|| OpError::new("there are no files here"))?;
        if cx.world.out_files.is_open(name) {
            return Err(OpError::new(format!("another note writes \"{name}\"")));
        }
        // A block may have as many frames as it has k-cycles.
        let frame = layout.bins() * 8;
        let room = (HEADER_BYTES as usize).saturating_add(frame.saturating_mul(cx.io.mem.block_cycles));
        cx.world.ask_memory(room, "pvsfwrite")?;
        let writer = cx.world.out_files.open_bytes(&*host, name, cx.io.note, room);
        let writer = writer.map_err(|e| OpError::new(e.to_string()))?;
        if let Some(file) = cx.world.out_files.bytes(writer) {
            Self::write_header(file, layout, cx.io.clock.sr);
        }
        Ok(Self { writer, bytes: 0 })
    }

    fn write_header(file: &mut Vec<u8>, layout: &SpectrumLayout, sr: f64) {
        let bins = layout.bins() as u32;
        let rate = sr as u32;
        let mut head = Vec::with_capacity(HEADER_BYTES as usize);
        let shorts =
            |head: &mut Vec<u8>, list: &[u16]| list.iter().for_each(|x| head.extend(x.to_le_bytes()));
        let longs = |head: &mut Vec<u8>, list: &[u32]| list.iter().for_each(|x| head.extend(x.to_le_bytes()));
        head.extend(b"RIFF\0\0\0\0WAVEfmt ");
        longs(&mut head, &[FORMAT_BYTES as u32]);
        shorts(&mut head, &[EXTENSIBLE, 1]);
        longs(&mut head, &[rate, rate * 2]);
        shorts(&mut head, &[2, 16, EXTENSION_BYTES, 16]);
        longs(&mut head, &[0]);
        head.extend(SUBFORMAT);
        longs(&mut head, &[VERSION, PVOC_BYTES]);
        let (format, window) = (layout.format.number() as u16, layout.window_type as u16);
        shorts(&mut head, &[0, format, SOURCE_16_BITS, window]);
        longs(&mut head, &[bins, layout.window, layout.hop, bins * 8]);
        head.extend((sr as f32 / layout.hop.max(1) as f32).to_le_bytes());
        head.extend(0f32.to_le_bytes());
        head.extend(b"data\0\0\0\0");
        file.extend(head);
    }

    /// Adds a frame, its amplitudes divided by `full_scale`.
    pub fn add(&mut self, files: &mut OutFiles, frame: &[[f32; 2]], full_scale: f64) {
        let Some(file) = files.bytes(self.writer) else { return };
        for &[amp, frequency] in frame {
            file.extend((amp / full_scale as f32).to_le_bytes());
            file.extend(frequency.to_le_bytes());
        }
        self.bytes = self.bytes.saturating_add(frame.len() as u32 * 8);
        for (at, size) in [(4, self.bytes.saturating_add(HEADER_BYTES - 8)), (HEADER_BYTES - 4, self.bytes)] {
            files.patch(self.writer, u64::from(at), size.to_le_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_bytes_are_no_file() {
        for bytes in [
            &b""[..],
            b"RIFF",
            b"RIFF\0\0\0\0WAVE",
            b"RIFF\0\0\0\0WAVEdata\0\0\0\0",
            b"RIFF\0\0\0\0WAVEfmt \x04\0\0\0abcd",
        ] {
            assert!(parse(bytes).is_none());
        }
    }
}
