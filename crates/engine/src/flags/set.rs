//! What each flag does to the options. Every function checks its value and says what it expected.

use crate::options::{Container, Dither, EnvChange, Log, MidiValue, Options, Output, SampleFormat};
use crate::picture::PictureFormat;
use orchestrion_base::limits::Limit;

type Done = Result<(), String>;

/// A number. The reference reads as much as looks like one and ignores the rest; of that habit only
/// the semicolon of `-r 48000; comment` is worth keeping.
fn number(text: &str) -> Result<f64, String> {
    let value: f64 = text
        .trim()
        .trim_end_matches(';')
        .parse()
        .map_err(|_| format!("expected a number, found \"{text}\""))?;
    if value.is_finite() { Ok(value) } else { Err(format!("expected a finite number, found \"{text}\"")) }
}

fn positive(text: &str) -> Result<f64, String> {
    let value = number(text)?;
    if value > 0.0 { Ok(value) } else { Err(format!("expected a number above 0, found \"{text}\"")) }
}

fn integer(text: &str, from: u32, to: u32) -> Result<u32, String> {
    let value = number(text)?;
    if value >= f64::from(from) && value <= f64::from(to) {
        Ok(value as u32)
    } else {
        Err(format!("expected a whole number from {from} to {to}, found \"{text}\""))
    }
}

fn truth(text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "" | "1" | "yes" | "true" | "on" => Ok(true),
        "0" | "no" | "false" | "off" => Ok(false),
        _ => Err(format!("expected 0 or 1, found \"{text}\"")),
    }
}

fn pair(text: &str) -> Result<(&str, &str), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name, value)),
        // A macro without a value is defined as empty (manual, --omacro).
        None if !text.is_empty() => Ok((text, "")),
        _ => Err("expected NAME=VALUE".to_string()),
    }
}

macro_rules! setters {
    ($($name:ident($o:ident, $v:ident) $body:block)*) => {
        $(pub fn $name($o: &mut Options, $v: &str) -> Done { $body; Ok(()) })*
    };
}

// Sound files.
setters! {
    output(o, v) {
        match v {
            "" => return Err("expected a file name".to_string()),
            "stdout" | "-" => o.output = Some(Output::Stdout),
            "null" => o.output = Some(Output::Null),
            _ if is_device(v, "dac") => o.device_requested = true,
            _ => o.output = Some(Output::File(v.to_string())),
        }
    }
    input(o, v) {
        match v {
            "" => return Err("expected a file name".to_string()),
            "stdin" => return Err("sound cannot be read from standard input; name a file".to_string()),
            _ if is_device(v, "adc") => o.device_requested = true,
            _ => o.input = Some(v.to_string()),
        }
    }
    no_sound(o, _v) { o.output = Some(Output::Null) }
    format(o, v) { for part in v.split(':') { format_part(o, part)?; } }
    wav(o, _v) { o.container = Container::Wav }
    aiff(o, _v) { o.container = Container::Aiff }
    au(o, _v) { o.container = Container::Au }
    raw(o, _v) { o.container = Container::Raw }
    u8(o, _v) { o.format = SampleFormat::U8 }
    s8(o, _v) { o.format = SampleFormat::S8 }
    i16(o, _v) { o.format = SampleFormat::I16 }
    i24(o, _v) { o.format = SampleFormat::I24 }
    i32(o, _v) { o.format = SampleFormat::I32 }
    f32(o, _v) { o.format = SampleFormat::F32 }
    no_peaks(o, _v) { o.no_peaks = true }
    dither(o, v) {
        o.dither = match v {
            "" | "1" => Dither::Triangular,
            "2" => Dither::Uniform,
            _ => return Err(format!("expected 1 (triangular) or 2 (uniform), found \"{v}\"")),
        }
    }
    dither_triangular(o, _v) { o.dither = Dither::Triangular }
    dither_uniform(o, _v) { o.dither = Dither::Uniform }
    limiter(o, v) {
        // 0.5 without a value; measured on the reference.
        let level = if v.is_empty() { 0.5 } else { number(v)? };
        if !(level > 0.0 && level <= 1.0) {
            return Err(format!("expected a level above 0 and up to 1, found \"{v}\""));
        }
        o.limiter = Some(level);
    }
    resample_on_load(o, _v) { o.resample_on_load = true }
}

fn is_device(name: &str, short: &str) -> bool {
    [short, "devaudio"].iter().any(|prefix| {
        name.strip_prefix(prefix).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with(':') || rest.bytes().all(|b| b.is_ascii_digit())
        })
    })
}

fn format_part(o: &mut Options, part: &str) -> Done {
    match part {
        "wav" | "wave" => o.container = Container::Wav,
        "wavex" => o.container = Container::WavEx,
        "rf64" => o.container = Container::Rf64,
        "aiff" => o.container = Container::Aiff,
        "flac" => o.container = Container::Flac,
        "au" => o.container = Container::Au,
        "raw" => o.container = Container::Raw,
        "uchar" => o.format = SampleFormat::U8,
        "schar" => o.format = SampleFormat::S8,
        "short" => o.format = SampleFormat::I16,
        "24bit" => o.format = SampleFormat::I24,
        "long" => o.format = SampleFormat::I32,
        "float" => o.format = SampleFormat::F32,
        "double" => o.format = SampleFormat::F64,
        _ => {
            return Err(format!(
                "\"{part}\" is none of the formats wav, wavex, rf64, aiff, flac, au, raw, \
                 uchar, schar, short, 24bit, long, float, double"
            ));
        }
    }
    Ok(())
}

// Rates, time, macros, paths.
setters! {
    sr(o, v) { o.sr = Some(positive(v)?) }
    kr(o, v) { o.kr = Some(positive(v)?) }
    ksmps(o, v) { o.ksmps = Some(integer(v, 1, 1 << 24)?) }
    nchnls(o, v) { o.nchnls = Some(integer(v, 1, 1 << 16)?) }
    nchnls_i(o, v) { o.nchnls_i = Some(integer(v, 1, 1 << 16)?) }
    zero_dbfs(o, v) { o.zero_dbfs = Some(positive(v)?) }
    tempo(o, v) {
        // `-t0` asks the reference to keep score.srt; the tempo stays the score's.
        let bpm = number(v)?;
        o.tempo = if bpm > 0.0 { Some(bpm) } else { None };
    }
    sample_accurate(o, _v) { o.sample_accurate = true }
    init_only(o, _v) { o.init_only = true }
    syntax_only(o, _v) { o.syntax_only = true }
    orc(o, v) { o.files.push(v.to_string()) }
    omacro(o, v) { let (n, b) = pair(v)?; o.omacros.push((n.to_string(), b.to_string())) }
    smacro(o, v) { let (n, b) = pair(v)?; o.smacros.push((n.to_string(), b.to_string())) }
    strset(o, v) {
        let (n, text) = pair(v)?;
        o.strsets.push((integer(n, 0, 1 << 24)?, text.to_string()));
    }
    env(o, v) {
        let (name, value) = pair(v)?;
        let append = name.ends_with('+');
        let name = name.trim_end_matches('+').to_string();
        o.env.push(EnvChange { name, value: value.to_string(), append });
    }
    default_paths(o, _v) { o.default_paths = true }
    no_default_paths(o, _v) { o.default_paths = false }
    ignore_csoptions(o, v) { o.ignore_csoptions = truth(v)? }
    threads(o, v) { o.threads = integer(v, 0, 1024)? }
    seed(o, v) { o.seed = Some(v.parse().map_err(|_| format!("expected a whole number, found \"{v}\""))?) }
    end(o, v) { o.end = Some(positive(v)?) }
    picture(o, v) {
        PictureFormat::of_name(v).ok_or_else(|| format!("expected a name ending in .png or .svg, found \"{v}\""))?;
        o.picture = Some(v.to_string());
    }
    limit(o, v) {
        let (name, number) = pair(v)?;
        let limit = Limit::named(name).ok_or_else(|| format!("there is no limit \"{name}\"; see docs/flags.md"))?;
        let most = limit.row().most;
        let number = number.parse::<u64>().ok().filter(|n| *n <= most);
        o.limits.set(limit, number.ok_or_else(|| format!("expected a whole number up to {most}, found \"{v}\""))?);
    }
    sandbox(o, v) {
        if v.is_empty() { return Err("expected a folder".to_string()); }
        o.sandbox.push(v.to_string());
    }
    keep_nan(o, _v) { o.keep_nan = true }
    trace_nan(o, _v) { o.trace_nan = true }
    skip_seconds(o, v) {
        let seconds = number(v)?;
        if seconds < 0.0 { return Err(format!("expected a time in seconds, found \"{v}\"")); }
        o.skip_seconds = seconds;
    }
}

// MIDI.
setters! {
    midi_file(o, v) {
        if v.is_empty() { return Err("expected a file name".to_string()); }
        o.midi_file = Some(v.to_string());
    }
    end_with_midi(o, _v) { o.end_with_midi = true }
    aftertouch_zero(o, _v) { o.aftertouch_zero = true }
    raw_controllers(o, v) { o.raw_controllers = truth(v)? }
    mute_tracks(o, v) {
        if !v.bytes().all(|b| b == b'0' || b == b'1') {
            return Err(format!("expected one 0 or 1 for each track, found \"{v}\""));
        }
        o.mute_tracks = v.to_string();
    }
    midi_key(o, v) { map(o, MidiValue::Key, v)? }
    midi_key_cps(o, v) { map(o, MidiValue::KeyCps, v)? }
    midi_key_oct(o, v) { map(o, MidiValue::KeyOct, v)? }
    midi_key_pch(o, v) { map(o, MidiValue::KeyPch, v)? }
    midi_velocity(o, v) { map(o, MidiValue::Velocity, v)? }
    midi_velocity_amp(o, v) { map(o, MidiValue::VelocityAmp, v)? }
}

fn map(o: &mut Options, value: MidiValue, field: &str) -> Done {
    let field = integer(field, 4, 1 << 16)?;
    o.midi_map.retain(|&(v, _)| v != value);
    o.midi_map.push((value, field));
    Ok(())
}

// Messages.
setters! {
    message_level(o, v) { o.message_level = integer(v, 0, u32::MAX)? }
    message_level_octal(o, v) {
        o.message_level =
            u32::from_str_radix(v, 8).map_err(|_| format!("expected an octal number, found \"{v}\""))?;
    }
    amps(o, v) { level_bit(o, 1, v)? }
    range(o, v) { level_bit(o, 2, v)? }
    warnings(o, v) { level_bit(o, 4, v)? }
    log(o, v) {
        o.log = match v {
            "" => return Err("expected a file name".to_string()),
            "null" => Log::Null,
            _ => Log::File(v.to_string()),
        }
    }
}

fn level_bit(o: &mut Options, bit: u32, v: &str) -> Done {
    o.message_level = if truth(v)? { o.message_level | bit } else { o.message_level & !bit };
    Ok(())
}
