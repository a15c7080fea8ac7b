//! Where the ticks of an axis stand and what they say.

use orchestrion_dsp::math;

/// A tick: its value and its text.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    pub value: f64,
    pub text: String,
}

/// Ticks at round numbers from `from` to `to`, at most `most` intervals of them.
pub fn ticks(from: f64, to: f64, most: usize) -> Vec<Tick> {
    let step = round_step((to - from) / most.max(1) as f64);
    // A limit that is a tick stays one in spite of rounding.
    let (first, last) = ((from / step - 1e-9).ceil(), (to / step + 1e-9).floor());
    if !(last - first <= most as f64 + 1.0) {
        return Vec::new();
    }
    let count = (last - first).max(0.0) as usize;
    let tick = |n: usize| {
        let value = (first + n as f64) * step;
        Tick { value, text: text(value, step) }
    };
    (0..=count).map(tick).collect()
}

/// The smallest of 1, 2, 5 times a power of ten that is at least `step`.
fn round_step(step: f64) -> f64 {
    round_up(step, &[1.0, 2.0, 5.0, 10.0])
}

/// The smallest of `mantissas` (from 1.0 to 10.0) times a power of ten that is at least `value`; 1.0 for what is
/// no number above 0.
pub fn round_up(value: f64, mantissas: &[f64]) -> f64 {
    if !(value > 0.0 && value < f64::INFINITY) {
        return 1.0;
    }
    let power = math::pow(10.0, math::log10(value).floor());
    // The logarithm of a power of ten may err by the last bit either way.
    let fits = |m: &&f64| **m * power >= value * (1.0 - 1e-9);
    mantissas.iter().find(fits).map_or(10.0, |m| *m) * power
}

/// A value with the digits that a step of this size needs.
pub fn text(value: f64, step: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if !(1e-3..1e7).contains(&step) || value.abs() >= 1e7 {
        return format!("{value:.1e}").replace(".0e", "e");
    }
    // 0.25 needs two digits, 0.2 one: as many as make the step whole.
    let whole = |digits: &usize| {
        let scaled = step * math::pow(10.0, *digits as f64);
        (scaled - scaled.round()).abs() < 1e-6 * scaled
    };
    let digits = (0..8).find(whole).unwrap_or(8);
    format!("{value:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(from: f64, to: f64, most: usize) -> String {
        ticks(from, to, most).into_iter().map(|tick| tick.text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn ticks_stand_at_round_numbers() {
        assert_eq!(texts(0.0, 22050.0, 5), "0 5000 10000 15000 20000");
        assert_eq!(texts(0.0, 0.3, 4), "0 0.1 0.2 0.3");
        assert_eq!(texts(0.0, 3600.0, 10), "0 500 1000 1500 2000 2500 3000 3500");
        assert_eq!(texts(-83.0, 7.0, 5), "-80 -60 -40 -20 0");
        assert_eq!(texts(-0.3, -0.1, 2), "-0.3 -0.2 -0.1");
        assert_eq!(texts(0.0, 2e-5, 4), "0 5e-6 1e-5 1.5e-5 2e-5");
    }

    #[test]
    fn odd_ranges_have_few_ticks() {
        for (from, to) in
            [(0.0, 0.0), (0.0, 1e300), (0.0, 1e-300), (0.0, f64::NAN), (0.0, f64::INFINITY), (5.0, 1.0)]
        {
            for tick in ticks(from, to, 6) {
                assert!(tick.text.len() < 12, "{tick:?}");
            }
            assert!(ticks(from, to, 6).len() <= 8, "{from} {to}");
        }
    }

    #[test]
    fn limits_are_round() {
        let steps = [1.0, 1.5, 2.0, 5.0, 10.0];
        assert_eq!(round_up(0.31, &steps), 0.5);
        assert_eq!(round_up(1.0, &steps), 1.0);
        assert_eq!(round_up(1e-5, &steps), 1e-5);
        assert_eq!(round_up(f64::NAN, &steps), 1.0);
        assert_eq!((text(0.25, 0.25), text(-7.0, 1.0)), ("0.25".to_owned(), "-7".to_owned()));
    }
}
