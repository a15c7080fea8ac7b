//! Values of literals: numbers, `@n` sizes and the escapes of strings.

use bstr::BString;

/// The value of a decimal or hexadecimal number; `None` where the text is none.
pub(super) fn number(text: &str) -> Option<f64> {
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return hex
            .bytes()
            .try_fold(0.0, |value, byte| Some(value * 16.0 + f64::from((byte as char).to_digit(16)?)));
    }
    text.parse().ok()
}

/// `@n` (`extra` 0) or `@@n` (`extra` 1): the first power of two above n - extra, plus extra.
/// Measured on the reference: @3 = @2 = 4, @0 = 1, @@4 = 5.
pub(super) fn power_of_two(text: &str, extra: u32) -> Option<f64> {
    let n: f64 = text.trim_start_matches(['@', ' ', '\t']).parse().ok()?;
    let extra = f64::from(extra);
    let mut power = 1.0;
    // 2^1023 is the largest power a f64 holds.
    for _ in 0..1023 {
        if power > n - extra {
            break;
        }
        power *= 2.0;
    }
    Some(power + extra)
}

/// The bytes of a string literal given with its quotes or braces (the closing ones may be missing).
pub(super) fn string(text: &str) -> BString {
    let inner = if let Some(inner) = text.strip_prefix("{{") {
        return decode(inner.strip_suffix("}}").unwrap_or(inner), true);
    } else {
        text.strip_prefix('"').unwrap_or(text)
    };
    decode(without_quote(inner), false)
}

/// Drops the closing quote, if it is there and not escaped.
fn without_quote(inner: &str) -> &str {
    let Some(cut) = inner.strip_suffix('"') else { return inner };
    let slashes = cut.bytes().rev().take_while(|&b| b == b'\\').count();
    if slashes % 2 == 0 { cut } else { inner }
}

/// Decodes `\a \b \n \r \t \\` and octal; any other escaped character stands for itself, except that
/// braces keep the backslash before what is no escape. `\` before a line end joins the lines.
fn decode(inner: &str, braces: bool) -> BString {
    let bytes = inner.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let Some(&escaped) = bytes.get(at) else {
            out.push(b'\\');
            break;
        };
        at += 1;
        match escaped {
            b'a' => out.push(7),
            b'b' => out.push(8),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'\\' => out.push(b'\\'),
            b'\n' if !braces => {}
            b'0'..=b'7' => {
                let mut value = u32::from(escaped - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = bytes.get(at) else { break };
                    value = value * 8 + u32::from(digit - b'0');
                    at += 1;
                }
                out.push(value as u8);
            }
            b'"' => out.push(b'"'),
            other => {
                if braces {
                    out.push(b'\\');
                }
                out.push(other);
            }
        }
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_the_reference_reads_them() {
        for (text, value) in
            [("1.", 1.0), (".5", 0.5), ("1.5e-2", 0.015), ("0x1F", 31.0), ("12345678901", 12345678901.0)]
        {
            assert_eq!(number(text), Some(value), "{text}");
        }
        assert_eq!(number("1e"), None);
    }

    #[test]
    fn sizes_are_the_power_above() {
        for (text, extra, value) in [
            ("@0", 0, 1.0),
            ("@1", 0, 2.0),
            ("@2", 0, 4.0),
            ("@3", 0, 4.0),
            ("@5", 0, 8.0),
            ("@1000", 0, 1024.0),
        ] {
            assert_eq!(power_of_two(text, extra), Some(value), "{text}");
        }
        for (text, value) in [("@@0", 2.0), ("@@2", 3.0), ("@@4", 5.0), ("@@5", 9.0), ("@@1", 2.0)] {
            assert_eq!(power_of_two(text, 1), Some(value), "{text}");
        }
    }

    #[test]
    fn braces_keep_what_is_no_escape() {
        // Measured on the reference: strlen gives 8.
        assert_eq!(string("{{ab\\d\\\"c\\\\d}}"), BString::from("ab\\d\"c\\d"));
    }

    #[test]
    fn escapes() {
        assert_eq!(string(r#""a\tb\x41\"\101\\""#), BString::from("a\tbx41\"A\\"));
        assert_eq!(string("\"a\\\nb\""), BString::from("ab"));
        assert_eq!(string("{{a\n\"q\"\\t}}"), BString::from("a\n\"q\"\t"));
        assert_eq!(string("\"open\\\""), BString::from("open\""));
    }
}
