//! Tables of sampled sound: GEN01 (and GEN49, which differs only in the kind of file); GEN43 of analysed
//! sound.

use super::{Context, Draft, GenError, Request};
use orchestrion_base::table::{SoundLoop, Table};

/// A sound that the caller has read from a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sound {
    /// Interleaved samples, scaled as the orchestra's `0dbfs` wants them, from the skip time on.
    pub samples: Vec<f64>,
    /// Channels in the file.
    pub channels: usize,
    /// Sample rate of the file in Hz.
    pub sr: f64,
    /// Base frequency in Hz from the file's instrument chunk, 0 if it has none.
    pub base_frequency: f64,
    /// Loop from the file's instrument chunk while a note is held.
    pub sound_loop: Option<SoundLoop>,
    /// Loop from the file's instrument chunk while a note is released.
    pub release_loop: Option<SoundLoop>,
}

/// GEN01: a sound file; file, skip time in seconds, format, channel (0 for all, else that one). Size 0
/// takes the whole file, and for n channels n - 1 zeros after it, as in the reference; with an explicit
/// size the rest is 0.
pub(super) fn gen01(d: &mut Draft<'_>, cx: &mut Context<'_>, request: &Request<'_>) -> Result<(), GenError> {
    if d.args.len() < 4 && !matches!(request.which, super::Which::Number(49 | -49)) {
        return Err(GenError::Arguments("GEN01 needs file, skip time, format and channel"));
    }
    let sound = request.sound.ok_or(GenError::NoFile)?;
    let in_file = sound.channels.max(1);
    // GEN49 has no format argument.
    let which = if d.args.len() < 4 { d.arg(2) } else { d.arg(3) }.round_ties_even();
    if which < 0.0 || which > in_file as f64 {
        return Err(GenError::Arguments("GEN01: the file has no such channel"));
    }
    let channel = which as usize;
    let channels = if channel == 0 { in_file } else { 1 };
    let frames = sound.samples.len() / in_file;
    let deferred = d.len == 0;
    if deferred {
        d.resize((frames + 1) * channels - 1, cx)?;
    }
    let first = channel.saturating_sub(1);
    let stride = if channel == 0 { 1 } else { in_file };
    let mut read = 0;
    let room = if deferred { d.len } else { d.len + 1 };
    for (y, x) in d.data[..room].iter_mut().zip(sound.samples.iter().skip(first).step_by(stride)) {
        *y = *x;
        read += 1;
    }
    if deferred {
        d.extended = false;
    }
    d.sampled = Some(Table {
        sr: sound.sr,
        channels,
        frames: read / channels,
        base_frequency: sound.base_frequency,
        sound_loop: sound.sound_loop,
        release_loop: sound.release_loop,
        ..Table::default()
    });
    Ok(())
}

/// A phase vocoder analysis that the caller has read from a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Analysis {
    /// Frames in turn, the channels of a frame in turn, amplitude and frequency of its `fft_size/2 + 1` bins
    /// in turn.
    pub data: Vec<f32>,
    /// Size of the transform.
    pub fft_size: usize,
    /// Channels in the file.
    pub channels: usize,
}

/// GEN43: mean amplitude of each bin of an analysis; file, channel. For channel 0 the reference averages
/// the first frames of all channels, as many as one channel has.
pub(super) fn gen43(d: &mut Draft<'_>, _: &mut Context<'_>, request: &Request<'_>) -> Result<(), GenError> {
    if d.args.len() != 2 {
        return Err(GenError::Arguments("GEN43 needs file and channel"));
    }
    let analysis = request.analysis.ok_or(GenError::NoFile)?;
    let (channels, channel) = (analysis.channels.max(1), d.args[1]);
    if channel > channels as f64 {
        return Err(GenError::Arguments("GEN43: the file has no such channel"));
    }
    let block = analysis.fft_size + 2;
    let frames = analysis.data.len() / block / channels;
    if frames == 0 || analysis.fft_size / 2 > d.len + 1 {
        return Err(GenError::Arguments("GEN43: the table is too small or the analysis is empty"));
    }
    let (first, stride) =
        if channel > 0.0 { ((channel as usize).saturating_sub(1), channels) } else { (0, 1) };
    for (bin, y) in d.data.iter_mut().enumerate().take(analysis.fft_size / 2 + 1) {
        let amps = analysis.data.chunks_exact(block).skip(first).step_by(stride).take(frames);
        *y = amps.map(|frame| f64::from(frame[2 * bin])).sum::<f64>() / frames as f64;
    }
    Ok(())
}
