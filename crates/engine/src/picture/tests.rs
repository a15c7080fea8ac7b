//! Whole pictures: decoded, measured, looked at where it matters.

use super::scene::Shape;
use super::*;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use orchestrion_dsp::math;

fn sine(sr: f64, hz: f64, frames: usize) -> Vec<f64> {
    (0..frames).map(|n| 0.5 * math::sin(std::f64::consts::TAU * hz * n as f64 / sr)).collect()
}

struct Pixels {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

impl Pixels {
    fn at(&self, x: usize, y: usize) -> [u8; 3] {
        let start = (y * self.width + x) * 3;
        [self.rgb[start], self.rgb[start + 1], self.rgb[start + 2]]
    }
}

fn decode(png: &[u8]) -> Pixels {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut rgb).unwrap();
    assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Rgb, png::BitDepth::Eight));
    Pixels { width: info.width as usize, height: info.height as usize, rgb }
}

fn shapes(samples: &[f64], channels: usize, sr: f64, picture: &Picture) -> Vec<Shape> {
    let mut sketch = Sketch::new(channels, sr);
    sketch.push(samples);
    layout::scene(&mut sketch, picture).shapes
}

#[test]
fn a_sine_of_1_khz_is_a_bright_line_beside_the_label_1000() {
    let (sr, picture) = (8000.0, Picture::default());
    let samples = sine(sr, 1000.0, 16000);
    let pixels = decode(&draw(&samples, 1, sr, &picture).unwrap());
    let shapes = shapes(&samples, 1, sr, &picture);
    let panel = shapes.iter().find_map(|shape| match shape {
        Shape::Bitmap { area, .. } => Some(*area),
        _ => None,
    });
    let label = shapes.iter().find_map(|shape| match shape {
        Shape::Text(text) if text.text == "1000" => Some(text.area()),
        _ => None,
    });
    let (panel, label) = (panel.unwrap(), label.unwrap());
    let light = |y: &usize| {
        let colour = pixels.at((panel.x + panel.width / 2.0) as usize, *y);
        colour.iter().map(|c| u32::from(*c)).sum::<u32>()
    };
    let rows = panel.y as usize..panel.bottom() as usize;
    let bright: Vec<usize> = rows.filter(|y| light(y) > 500).collect();
    assert!((1..9).contains(&bright.len()), "{bright:?}");
    let middle = (bright[0] + bright[bright.len() - 1]) as f64 / 2.0 + 0.5;
    assert!((middle - (label.y + label.height / 2.0)).abs() < 4.0, "{bright:?} is not beside {label:?}");
}

#[test]
fn an_svg_is_well_formed_and_holds_the_spectrogram_as_png() {
    let picture = Picture { format: PictureFormat::Svg, title: "a <b> & c".into(), ..Picture::default() };
    let file = String::from_utf8(draw(&sine(8000.0, 1000.0, 800), 1, 8000.0, &picture).unwrap()).unwrap();
    let document = roxmltree::Document::parse(&file).unwrap();
    let named = |name: &'static str| document.descendants().filter(move |node| node.has_tag_name(name));
    assert!(named("text").any(|node| node.text() == Some("a <b> & c")));
    let image = named("image").next().unwrap();
    let data = image.attribute("href").unwrap().strip_prefix("data:image/png;base64,").unwrap();
    let pixels = decode(&BASE64_STANDARD.decode(data).unwrap());
    let size = ["width", "height"].map(|side| image.attribute(side).unwrap().parse().unwrap());
    assert_eq!([pixels.width, pixels.height], size);
}

#[test]
fn odd_sounds_have_pictures_too() {
    let odd = [f64::NAN, f64::INFINITY, -1e308, 1e308, 0.0, 1e-320];
    let sounds: [(&[f64], usize); 8] = [
        (&[], 1),
        (&[], 0),
        (&[0.5], 1),
        (&[0.5, 0.1], 2),
        (&[1.0], 2),
        (&odd, 1),
        (&odd, 3),
        (&[0.0; 5000], 1),
    ];
    for (samples, channels) in sounds {
        use PictureFormat::{Png, Svg};
        for (sr, format) in [(44100.0, Png), (44100.0, Svg), (1.0, Svg), (1e300, Png), (1e-300, Svg)] {
            let picture = Picture { format, width: 0, title: "x".repeat(10_000) };
            let file = draw(samples, channels, sr, &picture).unwrap();
            assert!(file.len() > 200, "{channels} channels at {sr} Hz");
        }
        for sr in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(matches!(
                draw(samples, channels, sr, &Picture::default()),
                Err(PictureError::SampleRate(_))
            ));
        }
    }
}

#[test]
fn size_and_channels_are_bounded() {
    let samples = vec![0.1; 64 * 100];
    let picture = Picture { width: u32::MAX, ..Picture::default() };
    let pixels = decode(&draw(&samples, 64, 44100.0, &picture).unwrap());
    assert!(pixels.width == 2400 && pixels.height < 2500, "{} x {}", pixels.width, pixels.height);
    let svg = draw(&samples, 64, 44100.0, &Picture { format: PictureFormat::Svg, ..picture }).unwrap();
    assert!(String::from_utf8(svg).unwrap().contains("the first 8 channels are shown"));
}

#[test]
fn labels_never_overlap_and_stay_inside() {
    for (channels, width) in [(1, 400), (1, 1200), (2, 900), (8, 600)] {
        for (frames, peak) in [(44100, 1.0), (1, 0.031), (44, 1e-9), (7, 1e200), (400_000 / channels, 0.7)] {
            let samples = vec![peak; frames * channels];
            let picture = Picture { width, title: "A title".into(), ..Picture::default() };
            let mut sketch = Sketch::new(channels, 44100.0);
            sketch.push(&samples);
            let scene = layout::scene(&mut sketch, &picture);
            let texts = scene.shapes.iter().filter_map(|shape| match shape {
                Shape::Text(text) => Some((text.area(), text.text.as_str())),
                _ => None,
            });
            let texts: Vec<_> = texts.collect();
            for (n, (area, text)) in texts.iter().enumerate() {
                let inside = area.x >= 0.0
                    && area.y >= 0.0
                    && area.right() <= scene.width as f64
                    && area.bottom() <= scene.height as f64;
                assert!(inside, "{text} leaves the picture: {area:?}");
                for (other, name) in &texts[n + 1..] {
                    assert!(
                        !area.overlaps(other),
                        "{text} and {name} overlap, {channels} x {frames} x {width}"
                    );
                }
            }
        }
    }
}

#[test]
fn in_pieces_or_at_once_the_bytes_are_the_same() {
    let samples = sine(44100.0, 440.0, 300_000);
    let whole = draw(&samples, 2, 44100.0, &Picture::default()).unwrap();
    let mut sketch = Sketch::new(2, 44100.0);
    samples.chunks(1234).for_each(|chunk| sketch.push(chunk));
    assert_eq!(sketch.draw(&Picture::default()).unwrap(), whole);
}

#[test]
fn the_pixels_are_the_same_on_every_machine() {
    let picture = Picture { title: "Glocken & Töne".into(), ..Picture::default() };
    let file = draw(&sine(44100.0, 440.0, 44100), 2, 44100.0, &picture).unwrap();
    let hash = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
    // FNV-1a of the pixels; only a deliberate change of the looks changes it.
    assert_eq!(decode(&file).rgb.iter().fold(0xcbf2_9ce4_8422_2325, hash), 3470799365011650099);
}

#[test]
fn names_tell_the_format() {
    assert_eq!(PictureFormat::of_name("a.b/x.PNG"), Some(PictureFormat::Png));
    assert_eq!(PictureFormat::of_name("x.svg"), Some(PictureFormat::Svg));
    assert_eq!(PictureFormat::of_name("x.jpg"), None);
    assert_eq!(PictureFormat::of_name("png"), None);
}
