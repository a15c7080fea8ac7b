//! `convolve`, `convle`: a sound convolved with an impulse response whose spectrum a file holds.

use crate::analysis::{double, doubles, load, long, number};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Sig, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::fft::{Bin, RealFft};
use std::collections::VecDeque;
use std::sync::Arc;

const SIGS: &[Sig] =
    &[sig("mmmm", "aSo", Make::Unit(unit::<Convolve>)), sig("mmmm", "aio", Make::Unit(unit::<Convolve>))];
const OUTS: &[Port] = &[port("ar1", "convolved sound, late by the response's length in whole k-cycles")];
const INS: &[Port] = &[
    port("ain", "sound"),
    port("ifilcod", "name of a file that cvanal wrote, or a number for convolve.N"),
    port("ichannel", "channel of the response, from 1; default 0, all, as many as there are outputs"),
];
const SOURCE: &str = "Manual: convolve, cvanal (file format read from files of the reference)";

const DIFFERENCES: &[&str] = &[
    "Where the response's length is no multiple of ksmps the reference takes the start of some k-cycles twice \
     instead of their end.",
    "Files in text form are read as cvanal writes them; the reference shifts their numbers.",
];

/// Definition of `convolve`.
pub static CONVOLVE: OpDef = OpDef::new("convolve", "Convolution with an analysed impulse response.")
    .sigs(SIGS)
    .outs(OUTS)
    .ins(INS)
    .source(SOURCE)
    .quiet_init()
    .differences(DIFFERENCES);

/// Definition of `convle`.
pub static CONVLE: OpDef = OpDef::new("convle", "Another name of convolve.")
    .sigs(SIGS)
    .outs(OUTS)
    .ins(INS)
    .source(SOURCE)
    .quiet_init();

/// How a file begins, how it says that its numbers are real ones, and that it holds all channels (measured on
/// the reference).
const MAGIC: i32 = 666;
const REALS: i32 = 36;
const ALL: i32 = 32767;

/// Spectra of an impulse response, one for each channel.
#[derive(Debug, PartialEq)]
struct Response {
    channels: usize,
    /// Samples of the response.
    length: usize,
    /// Real and imaginary parts of all bins, channel by channel.
    numbers: Vec<f64>,
}

impl Response {
    /// Points of the transform: the convolution of two responses fits in.
    fn points(&self) -> usize {
        (2 * self.length - 1).next_power_of_two().max(2)
    }

    /// Bins of a channel.
    fn channel(&self, c: usize) -> &[[f64; 2]] {
        let bins = self.points() / 2 + 1;
        self.numbers.as_chunks::<2>().0.get(c * bins..(c + 1) * bins).unwrap_or(&[])
    }
}

/// Reads a file, of binary numbers or of text.
fn parse(bytes: &[u8]) -> Option<Response> {
    if let Some(text) = bytes.strip_prefix(b"CVANAL") {
        let text = std::str::from_utf8(text).ok()?;
        let numbers: Vec<f64> = text.split_ascii_whitespace().map(number).collect();
        // Sizes of header and data, format, sample rate, channels, channel, length, order of the numbers.
        let fact = |i: usize| numbers.get(i).map(|&x| x as i32);
        return response(fact(2)?, fact(4)?, fact(5)?, fact(6)?, numbers.get(8..)?.to_vec());
    }
    if long(bytes, 0)? != MAGIC || !double(bytes, 16)?.is_finite() {
        return None;
    }
    let numbers = doubles(bytes.get(usize::try_from(long(bytes, 4)?).ok()?..)?);
    response(long(bytes, 12)?, long(bytes, 24)?, long(bytes, 28)?, long(bytes, 32)?, numbers)
}

fn response(format: i32, channels: i32, channel: i32, length: i32, numbers: Vec<f64>) -> Option<Response> {
    let channels = if channel == ALL { usize::try_from(channels).ok()? } else { 1 };
    let length = usize::try_from(length).ok()?;
    if format != REALS || !(1..1 << 28).contains(&length) || !(1..=4).contains(&channels) {
        return None;
    }
    let response = Response { channels, length, numbers };
    let needed = channels * (response.points() + 2);
    (response.numbers.len() >= needed).then_some(response)
}

#[derive(Default)]
struct Convolve {
    response: Option<Arc<Response>>,
    /// First channel of the response that is used.
    first: usize,
    fft: Option<RealFft>,
    /// Sound up to the length of the response, padded.
    input: Vec<f64>,
    filled: usize,
    bins: Vec<Bin>,
    product: Vec<Bin>,
    sound: Vec<f64>,
    /// What the last block leaves to the next, and what is to be played, channel by channel.
    rest: Vec<Vec<f64>>,
    ready: Vec<VecDeque<f64>>,
}

impl Ugen for Convolve {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let response = load(cx, 1, "convolve.", "file of an analysed impulse response", parse)?;
        let channel = cx.k(2);
        let channels = if channel == 0.0 { response.channels } else { 1 };
        if !(0.0..=response.channels as f64).contains(&channel) || cx.n_outs() != channels {
            let text = format!("the response has {} channels", response.channels);
            return Err(OpError::new(format!("{text}, which ichannel and the outputs have to fit")));
        }
        let (points, length, ksmps) = (response.points(), response.length, cx.clock.ksmps);
        let late =
            if length >= ksmps { length.div_ceil(ksmps) * ksmps } else { ksmps.div_ceil(length) * length };
        let memory = (points * 6).saturating_add(channels * (2 * length + late + ksmps));
        cx.world.ask_memory(memory.saturating_mul(size_of::<f64>()), "the response of convolve")?;
        let mut ready = VecDeque::with_capacity(late + length + ksmps);
        ready.resize(late, 0.0);
        *self = Self {
            first: (channel as usize).saturating_sub(1),
            fft: Some(RealFft::new(points)),
            input: vec![0.0; points],
            filled: 0,
            bins: vec![Bin::default(); points / 2 + 1],
            product: vec![Bin::default(); points / 2 + 1],
            sound: vec![0.0; points],
            rest: vec![vec![0.0; length]; channels],
            ready: (0..channels).map(|_| copy(&ready)).collect(),
            response: Some(response),
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let Some(length) = self.response.as_ref().map(|response| response.length) else { return Ok(()) };
        let x = io.x(0);
        for n in 0..io.samples_len() {
            self.input[self.filled] = x.at(n);
            self.filled += 1;
            if self.filled == length {
                self.filled = 0;
                self.block();
            }
        }
        for (o, ready) in self.ready.iter_mut().enumerate() {
            for out in io.out(o) {
                out.set(ready.pop_front().unwrap_or(0.0));
            }
        }
        Ok(())
    }
}

/// A copy with as much room.
fn copy(queue: &VecDeque<f64>) -> VecDeque<f64> {
    let mut copy = VecDeque::with_capacity(queue.capacity());
    copy.extend(queue);
    copy
}

impl Convolve {
    /// Convolves the sound that has been gathered.
    fn block(&mut self) {
        let (Some(response), Some(fft)) = (&self.response, &mut self.fft) else { return };
        let length = response.length;
        fft.forward(&self.input, &mut self.bins);
        for (c, (rest, ready)) in self.rest.iter_mut().zip(&mut self.ready).enumerate() {
            let spectrum = response.channel(self.first + c);
            for ((product, x), [re, im]) in self.product.iter_mut().zip(&self.bins).zip(spectrum) {
                *product = x * Bin::new(*re, *im);
            }
            fft.inverse(&self.product, &mut self.sound);
            ready.extend(self.sound.iter().zip(rest.iter()).take(length).map(|(sound, rest)| sound + rest));
            // What two signals of this length make together is one sample short of twice the length.
            rest[..length - 1].copy_from_slice(&self.sound[length..2 * length - 1]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_file_are_read() {
        let numbers = [1.0_f64, 0.0, 0.5, -0.5, 1.0, 0.0];
        let mut bytes: Vec<u8> = [MAGIC, 40, -1, REALS].iter().flat_map(|x| x.to_le_bytes()).collect();
        bytes.extend(44100f64.to_le_bytes());
        bytes.extend([1, ALL, 2, 1].iter().flat_map(|x: &i32| x.to_le_bytes()));
        bytes.extend(numbers.iter().flat_map(|x| x.to_le_bytes()));
        let text = "CVANAL\n40 -1 36 44100 1 32767 2 1\n0x1p+0\n0x0p+0\n0x1p-1\n-0x1p-1\n0x1p+0\n0\n";
        let want = Response { channels: 1, length: 2, numbers: numbers.to_vec() };
        assert_eq!(parse(&bytes), Some(want));
        assert_eq!(parse(text.as_bytes()), parse(&bytes));
    }

    #[test]
    fn damaged_files_are_none() {
        for text in ["", "CVANAL\n40 -1 36 44100 1 32767 2 1\n1\n", "CVANAL\n40 -1 36 44100 1 32767 0 1\n1\n"]
        {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }
}
