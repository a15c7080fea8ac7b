//! Decimal numbers, read as C's `strtod` does.

const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// The number at the start of `text` and how many bytes it takes; 0 bytes where there is none.
pub(super) fn prefix(text: &[u8]) -> (f64, usize) {
    let from = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let mut digits = Digits::default();
    let mut at = digits.read(text, from);
    let (whole, mut scale) = (at - from, 0);
    if text.get(at) == Some(&b'.') {
        let point = at;
        at = digits.read(text, at + 1);
        scale = -((at - point - 1) as i64);
        if whole == 0 && scale == 0 {
            return (0.0, 0);
        }
    } else if whole == 0 {
        return (0.0, 0);
    }
    let (exponent, end) = exponent(text, at);
    let power = scale + exponent;
    // Both factors are exact, so one rounding gives the nearest double (Clinger 1990).
    let value = if digits.count <= 15 && (-22..=22).contains(&power) {
        let m = digits.value as f64;
        if power < 0 { m / POWERS[power.unsigned_abs() as usize] } else { m * POWERS[power as usize] }
    } else {
        let digits = text[..end].strip_prefix(b"+").unwrap_or(&text[..end]);
        let digits = digits.strip_prefix(b"-").unwrap_or(digits);
        std::str::from_utf8(digits).ok().and_then(|s| s.parse().ok()).unwrap_or(0.0)
    };
    (if text[0] == b'-' { -value } else { value }, end)
}

/// The digits of a number, the point left out.
#[derive(Default)]
struct Digits {
    /// What they make together, as long as that is exact.
    value: u64,
    /// How many there are from the first that is not 0.
    count: usize,
}

impl Digits {
    /// Takes the digits from `at` on; gives the byte after them.
    fn read(&mut self, text: &[u8], mut at: usize) -> usize {
        while let Some(digit) = text.get(at).map(|b| b.wrapping_sub(b'0')).filter(|d| *d < 10) {
            self.value = self.value.wrapping_mul(10).wrapping_add(u64::from(digit));
            self.count += usize::from(self.count > 0 || digit > 0);
            at += 1;
        }
        at
    }
}

fn exponent(text: &[u8], at: usize) -> (i64, usize) {
    if !matches!(text.get(at), Some(b'e' | b'E')) {
        return (0, at);
    }
    let sign = text.get(at + 1).copied();
    let from = at + 1 + usize::from(matches!(sign, Some(b'+' | b'-')));
    let mut end = from;
    let mut value = 0i64;
    while let Some(d) = text.get(end).filter(|b| b.is_ascii_digit()) {
        value = (value * 10 + i64::from(d - b'0')).min(1_000_000);
        end += 1;
    }
    if end == from {
        return (0, at);
    }
    (if sign == Some(b'-') { -value } else { value }, end)
}

#[cfg(test)]
mod tests {
    use super::prefix;

    #[test]
    fn numbers_equal_the_standard_library() {
        for s in [
            "1",
            "0.1",
            "-3.25",
            "+5",
            ".5",
            "1.",
            "1e5",
            "1e-5",
            "123456789012345678901234567890",
            "0.30000000000000004",
            "1e400",
            "4.9e-324",
            "2.2250738585072011e-308",
            "00000000000000000000012.5",
            "0.000000000000000000000000123",
            "9007199254740993",
            "1.7976931348623157e308",
        ] {
            let (v, n) = prefix(s.as_bytes());
            assert_eq!((v.to_bits(), n), (s.parse::<f64>().expect("a number").to_bits(), s.len()), "{s}");
        }
        let mut x = 1u64;
        for i in 0..20_000 {
            x = x.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let v = (x >> 20) as f64 * super::POWERS[i % 23] / super::POWERS[i / 23 % 23];
            for s in [format!("{v}"), format!("{v:e}"), format!("{v:.3}")] {
                assert_eq!(
                    prefix(s.as_bytes()).0.to_bits(),
                    s.parse::<f64>().expect("a number").to_bits(),
                    "{s}"
                );
            }
        }
    }

    #[test]
    fn reading_stops_where_the_number_does() {
        for (s, v, n) in [
            ("1e", 1.0, 1),
            ("1-2", 1.0, 1),
            ("1.2.3", 1.2, 3),
            ("-", 0.0, 0),
            (".", 0.0, 0),
            ("", 0.0, 0),
            ("e5", 0.0, 0),
            ("1e+x", 1.0, 1),
        ] {
            assert_eq!(prefix(s.as_bytes()), (v, n), "{s}");
        }
    }
}
