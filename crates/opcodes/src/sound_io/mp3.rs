//! `mp3in`, `mp3len`, `mp3sr`, `mp3nchnls`, `mp3bitrate`: MP3 files.

use crate::sound::{file_name, reader};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::host::{Purpose, SoundFile};
use orchestrion_base::op::{Init, Make, OpDef, Port, Sig, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::sync::Arc;

const FILE: Port = port("ifilcod", "file name, or number n for the file soundin.n");

/// Definition of `mp3in`.
pub static MP3IN: OpDef = OpDef::new("mp3in", "Plays an MP3 file at the orchestra's rate, not converted.")
    .sigs(&[sig("mm", "Soooo", Make::Unit(unit::<Mp3in>)), sig("mm", "ioooo", Make::Unit(unit::<Mp3in>))])
    .outs(&[port("ar1 [, ar2]", "both channels; a single output has their mean")])
    .ins(&[
        FILE,
        port("iskptim", "seconds to skip, less the last buffer; default 0"),
        port("iformat", "ignored"),
        port("iskipinit", "nonzero goes on where the instance's previous note stopped; default 0"),
        port("ibufsize", "size of a buffer in bytes, 2 a sample; only skipping depends on it; default 9216"),
    ])
    .source("Manual: mp3in; 16-bit samples, delay and skipping measured on the reference");

const fn query(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .outs(const { &[port("ires", "the answer")] })
        .ins(const { &[FILE] })
        .source("Manual: mp3len, mp3sr, mp3nchnls, mp3bitrate")
        .differences(&["names given as text are answered, too; the reference leaves the result as it was"])
}

/// Definition of `mp3len`.
pub static MP3LEN: OpDef = query(
    "mp3len",
    "Length of an MP3 file in seconds, rounded down.",
    &[sig("i", "S", Make::Init(length)), sig("i", "i", Make::Init(length))],
);
/// Definition of `mp3sr`.
pub static MP3SR: OpDef = query(
    "mp3sr",
    "Sample rate of an MP3 file in Hz.",
    &[sig("i", "S", Make::Init(rate)), sig("i", "i", Make::Init(rate))],
);
/// Definition of `mp3nchnls`.
pub static MP3NCHNLS: OpDef = query(
    "mp3nchnls",
    "Number of channels of an MP3 file.",
    &[sig("i", "S", Make::Init(channels)), sig("i", "i", Make::Init(channels))],
);
/// Definition of `mp3bitrate`.
pub static MP3BITRATE: OpDef = query(
    "mp3bitrate",
    "Bit rate of the first frame of an MP3 file in kbit/s.",
    &[sig("i", "S", Make::Init(bit_rate)), sig("i", "i", Make::Init(bit_rate))],
);

fn read(cx: &Init<'_>) -> OpResult<Arc<SoundFile>> {
    let name = file_name(&cx.io, cx.world, 0);
    reader(cx.world)?.read_untrimmed(&name).map_err(|e| OpError::new(e.to_string()))
}

fn length(cx: &mut Init<'_>) -> OpResult {
    let sound = read(cx)?;
    cx.io.set(0, (sound.frames() as f64 / sound.sr).floor());
    Ok(())
}

fn rate(cx: &mut Init<'_>) -> OpResult {
    let sr = read(cx)?.sr;
    cx.io.set(0, sr);
    Ok(())
}

fn channels(cx: &mut Init<'_>) -> OpResult {
    let channels = read(cx)?.channels;
    cx.io.set(0, channels as f64);
    Ok(())
}

fn bit_rate(cx: &mut Init<'_>) -> OpResult {
    let name = file_name(&cx.io, cx.world, 0);
    let host = cx.world.host.as_ref().ok_or("there are no files here")?;
    let bytes = host.read(&name, Purpose::Sound).map_err(|e| OpError::new(e.to_string()))?;
    let rate = first_bit_rate(&bytes).ok_or_else(|| OpError::new(format!("\"{name}\" is no MP3 file")))?;
    cx.io.set(0, rate);
    Ok(())
}

/// Bit rates of layer III by index from 1 (ISO/IEC 11172-3, 13818-3): MPEG 1, then MPEG 2.
const RATES: [[u16; 14]; 2] = [
    [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];

/// Bit rate in kbit/s that the first frame header of layer III says.
fn first_bit_rate(bytes: &[u8]) -> Option<f64> {
    let header = bytes.windows(3).find(|w| w[0] == 0xff && matches!(w[1] & 0xe6, 0xe2) && w[2] >> 4 != 15)?;
    let version = usize::from(header[1] & 0x08 == 0);
    let index = usize::from(header[2] >> 4).checked_sub(1)?;
    RATES[version].get(index).map(|&rate| f64::from(rate))
}

/// Frames that a decoder of layer III is late, which the reference drops (measured: its sound begins with
/// the encoder's delay only).
const DECODER_DELAY: usize = 529;

/// Frames that are skipped: whole buffers, of which the last one is heard (measured on the reference).
fn skipped(io: &Io<'_>) -> usize {
    let bytes = if io.k(4) > 0.0 { io.k(4) as usize } else { 8 * 1152 };
    let buffer = (bytes / (2 * io.n_outs().max(1))).max(1);
    let wanted = (io.k(1) * io.clock.sr).max(0.0) as usize;
    wanted.saturating_sub(1) / buffer * buffer
}

#[derive(Default)]
struct Mp3in {
    sound: Option<Arc<SoundFile>>,
    frame: usize,
}

impl Mp3in {
    /// A sample as the reference has it: rounded to 16 bits, full scale being 32767.
    fn sample(sound: &SoundFile, frame: usize, channel: usize) -> f64 {
        let channel = channel.min(sound.channels.saturating_sub(1));
        let at = frame.saturating_mul(sound.channels).saturating_add(channel);
        let x = sound.samples.get(at).copied().unwrap_or(0.0);
        (x * 32768.0).round_ties_even().clamp(-32768.0, 32767.0) / 32767.0
    }
}

impl Ugen for Mp3in {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if self.sound.is_some() && cx.k(3) != 0.0 {
            return Ok(());
        }
        let sound = read(cx)?;
        self.frame = DECODER_DELAY.saturating_add(skipped(&cx.io)).min(sound.frames());
        self.sound = Some(sound);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(sound) = &self.sound else { return Ok(()) };
        let scale = world.header.zero_dbfs;
        for (n, out) in io.out(0).iter().enumerate() {
            let left = Self::sample(sound, self.frame + n, 0);
            let right = Self::sample(sound, self.frame + n, 1);
            match io.out(1).get(n) {
                Some(second) => {
                    out.set(left * scale);
                    second.set(right * scale);
                }
                None => out.set((left + right) * 0.5 * scale),
            }
        }
        self.frame += io.samples_len();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_header_says_the_bit_rate() {
        assert_eq!(first_bit_rate(&[0, 0xff, 0xfb, 0x50, 0xc4]), Some(64.0));
        assert_eq!(first_bit_rate(&[0xff, 0xf3, 0x80, 0]), Some(64.0));
        assert_eq!(first_bit_rate(b"RIFF"), None);
    }
}
