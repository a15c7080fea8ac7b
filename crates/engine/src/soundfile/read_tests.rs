//! Written files read back, and damaged files.

use super::super::{SoundSpec, open, open_stream, quantise};
use super::*;
use crate::host::MemoryHost;
use crate::options::Container;
use orchestrion_base::lock::lock;
use std::io::{self, Write};
use std::sync::Mutex;

fn samples(n: usize) -> Vec<f64> {
    // Steps of an irrational rotation: covers the range without repeating.
    (0..n).map(|i| ((i as f64 * 0.618_033_988_749_895) % 1.0) * 2.0 - 1.0).collect()
}

fn write(spec: SoundSpec, data: &[f64], expected: Option<u64>) -> Arc<[u8]> {
    let host = MemoryHost::default();
    let mut sink = open(&host, "x", spec, expected).unwrap();
    for block in data.chunks(spec.channels as usize * 100) {
        sink.write(block).unwrap();
    }
    sink.finish().unwrap();
    host.get("x").unwrap()
}

fn stored(x: f64, format: SampleFormat) -> f64 {
    match format {
        SampleFormat::F32 => f64::from(x as f32),
        SampleFormat::F64 => x,
        _ => f64::from(quantise(x, format.bits())) / (1u64 << (format.bits() - 1)) as f64,
    }
}

const KINDS: &[(Container, &[SampleFormat])] = {
    use SampleFormat::*;
    &[
        (Container::Wav, &[U8, I16, I24, I32, F32, F64]),
        (Container::WavEx, &[U8, I16, I24, I32, F32, F64]),
        (Container::Rf64, &[U8, I16, I24, I32, F32, F64]),
        (Container::Aiff, &[U8, S8, I16, I24, I32, F32, F64]),
        (Container::Au, &[S8, I16, I24, I32, F32, F64]),
        (Container::Flac, &[S8, I16, I24]),
    ]
};

#[test]
fn every_format_comes_back_exactly() {
    for &(container, formats) in KINDS {
        for &format in formats {
            for channels in [1, 2, 5, 40] {
                if container == Container::Flac && channels > 8 {
                    continue;
                }
                for expected in [None, Some(1000)] {
                    let spec = SoundSpec { sr: 44100.0, channels, container, format };
                    let data = samples(if channels > 5 { 99 } else { 4999 } * channels as usize);
                    let read = read(write(spec, &data, expected), &Limits::default());
                    let read = read.unwrap_or_else(|e| panic!("{container:?} {format} {channels}: {e}"));
                    let want: Vec<f64> = data.iter().map(|&x| stored(x, format)).collect();
                    assert_eq!((read.sr, read.channels), (44100.0, channels));
                    // Where 8 bits are signed depends on the container.
                    if format.bits() > 8 {
                        assert_eq!(read.encoding, format.into(), "{container:?} {format}");
                    }
                    assert_eq!(read.frames.len(), want.len(), "{container:?} {format} {channels}");
                    assert!(read.frames == want, "{container:?} {format} {channels}");
                }
            }
        }
    }
}

#[test]
fn short_and_empty_sounds() {
    for n in [0, 1, 2, 17, 4096, 4097] {
        for &(container, _) in KINDS {
            let spec = SoundSpec { sr: 8000.0, channels: 1, container, format: SampleFormat::I16 };
            let bytes = write(spec, &samples(n), None);
            if n == 0 && container != Container::Rf64 && container != Container::Au {
                // Decoders may refuse a sound without frames; they must only not panic.
                let _ = read(bytes, &Limits::default());
                continue;
            }
            let sound = read(bytes, &Limits::default()).unwrap_or_else(|e| panic!("{container:?} {n}: {e}"));
            assert_eq!(sound.len(), n, "{container:?}");
        }
    }
}

#[test]
fn a_file_is_readable_after_a_failure() {
    let host = MemoryHost::default();
    for &(container, formats) in KINDS {
        let spec = SoundSpec { sr: 8000.0, channels: 1, container, format: formats[formats.len() - 1] };
        let mut sink = open(&host, "x", spec, Some(10)).unwrap();
        sink.write(&samples(100)).unwrap();
        drop(sink);
        let sound = read(host.get("x").unwrap(), &Limits::default()).unwrap();
        assert_eq!(sound.len(), 100, "{container:?}");
    }
}

#[derive(Clone, Default)]
struct Pipe(Arc<Mutex<Vec<u8>>>);

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        lock(&self.0).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn streams_are_readable_with_and_without_known_length() {
    for &(container, formats) in KINDS {
        for expected in [None, Some(100)] {
            if container == Container::Aiff && expected.is_none() {
                // Symphonia wants all the data that an AIFF header promises.
                continue;
            }
            let pipe = Pipe::default();
            let spec = SoundSpec { sr: 8000.0, channels: 2, container, format: formats[0] };
            let mut sink = open_stream(Box::new(pipe.clone()), spec, expected).unwrap();
            sink.write(&samples(200)).unwrap();
            sink.finish().unwrap();
            let bytes: Vec<u8> = lock(&pipe.0).clone();
            let sound = read(bytes.into(), &Limits::default()).unwrap();
            assert_eq!(sound.len(), 100, "{container:?} {expected:?}");
        }
    }
}

#[test]
fn limits_hold() {
    for &(container, formats) in KINDS {
        let spec = SoundSpec { sr: 8000.0, channels: 1, container, format: formats[0] };
        let bytes = write(spec, &samples(5000), None);
        assert!(
            matches!(
                read(bytes, &Limits { samples: 4999, ..Limits::default() }),
                Err(SoundError::TooLong(4999))
            ),
            "{container:?}"
        );
    }
}

#[test]
fn what_no_file_can_hold_is_refused() {
    let host = MemoryHost::default();
    let spec = |container, format, channels| SoundSpec { sr: 44100.0, channels, container, format };
    let text = |s| match open(&host, "x", s, None) {
        Err(e) => e.to_string(),
        Ok(_) => panic!("{s:?} was accepted"),
    };
    assert!(text(spec(Container::Wav, SampleFormat::S8, 1)).contains("use -8"));
    assert!(text(spec(Container::Flac, SampleFormat::F32, 1)).contains("FLAC holds 8, 16 or 24 bit"));
    assert!(text(spec(Container::Flac, SampleFormat::I16, 9)).contains("8 channels"));
    assert!(text(spec(Container::Wav, SampleFormat::I16, 40_000)).contains("do not fit"));
    assert!(host.get("x").is_none() || host.get("x").is_some_and(|b| b.is_empty()));
}

/// A small generator, so that a failing mutation can be found again.
struct Lcg(u64);

impl Lcg {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n.max(1)
    }
}

#[test]
fn damaged_files_never_panic() {
    let mut random = Lcg(1);
    for &(container, formats) in KINDS {
        for &format in formats {
            let spec = SoundSpec { sr: 8000.0, channels: 2, container, format };
            let good = write(spec, &samples(300), None);
            for _ in 0..150 {
                let mut bad = good.to_vec();
                for _ in 0..1 + random.below(6) {
                    // Mostly the header, where the damage is done.
                    let reach = if random.below(3) == 0 { bad.len() } else { bad.len().min(90) };
                    let at = random.below(reach);
                    bad[at] = if random.below(2) == 0 {
                        random.below(256) as u8
                    } else {
                        [0, 255, 128, 127][random.below(4)]
                    };
                }
                if random.below(4) == 0 {
                    bad.truncate(random.below(bad.len()));
                }
                let _ = sampler_info(&bad);
                // Past the guard against panics, so that they show.
                let limits = Limits { samples: 1 << 20, ..Limits::default() };
                match bad.get(..4) {
                    Some(b"RF64" | b".snd") => drop(read(bad.into(), &limits)),
                    _ => {
                        let _ = read_riff(&bad, &limits);
                        drop(read_symphonia(bad.into(), &limits));
                    }
                }
            }
        }
    }
}

/// 0.2 s of a 440 Hz sine of amplitude 0.5 at 22,050 Hz, written by csound 6.18.1 through libsndfile,
/// and how far coding took it from the sine. MP3: csound itself reads it 0.0251 off; u-law: half a step
/// is 1/64 at this level.
const CODED: [(&str, f64, &[u8]); 3] = [
    ("sine.ogg", 0.01, include_bytes!("../../testdata/sine.ogg")),
    ("sine.mp3", 0.0252, include_bytes!("../../testdata/sine.mp3")),
    ("sine_ulaw.wav", 0.0157, include_bytes!("../../testdata/sine_ulaw.wav")),
];

#[test]
fn coded_sounds_are_the_sine_they_were_made_of() {
    for (name, tolerance, bytes) in CODED {
        let sound = read(bytes.into(), &Limits::default()).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!((sound.sr, sound.channels, sound.len()), (22050.0, 1, 4410), "{name}");
        let middle = 1000..3000;
        let worst = middle.map(|i| {
            let phase = i as f64 * 440.0 / 22050.0 * std::f64::consts::TAU;
            (sound.frames[i] - 0.5 * orchestrion_dsp::math::sin(phase)).abs()
        });
        let worst = worst.fold(0.0, f64::max);
        assert!(worst < tolerance, "{name}: {worst}");
    }
}

#[test]
fn damaged_coded_sounds_never_panic() {
    let mut random = Lcg(2);
    for (.., good) in CODED {
        for _ in 0..300 {
            let mut bad = good.to_vec();
            for _ in 0..1 + random.below(8) {
                let at = random.below(bad.len());
                bad[at] = random.below(256) as u8;
            }
            if random.below(4) == 0 {
                bad.truncate(random.below(bad.len()));
            }
            drop(read_symphonia(bad.into(), &Limits { samples: 1 << 20, ..Limits::default() }));
        }
    }
}

#[test]
fn an_aiff_header_may_promise_the_size_of_the_whole_file() {
    let spec = SoundSpec { container: Container::Aiff, format: SampleFormat::I16, sr: 44100.0, channels: 1 };
    let data = samples(50);
    let whole = write(spec, &data, None);
    let mut wrong = whole.to_vec();
    let size = wrong.len() as u32;
    wrong[4..8].copy_from_slice(&size.to_be_bytes());
    let limits = Limits::default();
    assert_eq!(read(wrong.into(), &limits).unwrap(), read(whole, &limits).unwrap());
}
