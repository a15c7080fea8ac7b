//! Colours: of levels, and of everything else in a picture.

/// Red, green, blue; 0..255 each, sRGB.
pub type Colour = [u8; 3];

pub const PAPER: Colour = [0xff, 0xff, 0xff];
/// Behind a waveform.
pub const PANEL: Colour = [0xf7, 0xf7, 0xf9];
pub const GRID: Colour = [0xe3, 0xe3, 0xe8];
pub const FRAME: Colour = [0x70, 0x70, 0x78];
pub const INK: Colour = [0x22, 0x22, 0x28];
/// Text that is read second.
pub const FAINT_INK: Colour = [0x5c, 0x5c, 0x66];
pub const WAVE: Colour = [0x2b, 0x5c, 0x8f];

/// Ten equidistant colours of the map "magma", whose lightness rises evenly from silence to the loudest
/// (S. van der Walt and N. Smith for matplotlib, 2015; public domain, CC0).
const MAGMA: [Colour; 10] = [
    [0x00, 0x00, 0x04],
    [0x18, 0x0f, 0x3e],
    [0x45, 0x10, 0x77],
    [0x72, 0x1f, 0x81],
    [0x9f, 0x2f, 0x7f],
    [0xcd, 0x40, 0x71],
    [0xf1, 0x60, 0x5d],
    [0xfd, 0x95, 0x67],
    [0xfe, 0xc9, 0x8d],
    [0xfc, 0xfd, 0xbf],
];

/// The colour of a level from 0 (silence) to 1.
pub fn of_level(level: f64) -> Colour {
    let place = level.clamp(0.0, 1.0) * (MAGMA.len() - 1) as f64;
    // A NaN level becomes place 0.
    let below = (place as usize).min(MAGMA.len() - 2);
    mix(MAGMA[below], MAGMA[below + 1], (place - below as f64).max(0.0))
}

/// `share` of `over`, the rest of `under`.
pub fn mix(under: Colour, over: Colour, share: f64) -> Colour {
    std::array::from_fn(|i| {
        let (a, b) = (f64::from(under[i]), f64::from(over[i]));
        (a + (b - a) * share).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use orchestrion_dsp::math;

    /// CIE lightness, 0..100.
    fn lightness(colour: Colour) -> f64 {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { math::pow((c + 0.055) / 1.055, 2.4) }
        };
        let y = 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
        if y > 0.008856 { 116.0 * math::cbrt(y) - 16.0 } else { 903.3 * y }
    }

    #[test]
    fn lightness_rises_evenly_with_the_level() {
        let steps: Vec<f64> = (0..=20).map(|n| lightness(of_level(f64::from(n) / 20.0))).collect();
        assert!(steps.windows(2).all(|pair| (2.5..7.0).contains(&(pair[1] - pair[0]))), "{steps:?}");
    }

    #[test]
    fn any_level_has_a_colour() {
        assert_eq!(of_level(f64::NAN), MAGMA[0]);
        assert_eq!(of_level(-1.0), MAGMA[0]);
        assert_eq!(of_level(f64::INFINITY), MAGMA[9]);
        assert_eq!(mix([0, 100, 255], [100, 0, 255], 0.5), [50, 50, 255]);
    }
}
