//! C-style formatting, shared by the print opcodes and by `sprintf`.
//!
//! Two dialects: [`sprintf`] is strict about the number and kind of its arguments, [`prints`] repeats
//! the last one and shows `??` for what is no string. Text is bytes; nothing is assumed about its
//! encoding.

use bstr::{BStr, BString, ByteSlice};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::limits::Limit;
use orchestrion_base::port::{Io, Place};
use orchestrion_base::text::Text;

/// Greatest width and precision; more would only be a way to fill memory.
const WIDEST: usize = 8192;

/// An argument of a format.
pub(crate) enum Value<'a> {
    /// A number.
    Num(f64),
    /// A string.
    Str(Text<'a>),
}

/// Inputs `from ..` of an opcode as arguments of a format. p-fields count as numbers even if the event
/// gave a string, as in the reference.
pub(crate) fn values<'a>(io: &Io<'a>, from: usize) -> Vec<Value<'a>> {
    (from..io.n_ins())
        .map(|i| match io.args[io.outs + i].place {
            Place::Str | Place::Literal | Place::GlobalStr => Value::Str(io.str(i)),
            _ => Value::Num(io.k(i)),
        })
        .collect()
}

/// One `%` directive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Directive {
    left: bool,
    plus: bool,
    blank: bool,
    alternate: bool,
    zeros: bool,
    width: usize,
    precision: Option<usize>,
    conversion: u8,
}

impl Directive {
    /// Reads a directive after its `%`; its length in bytes, conversion included.
    fn read(text: &[u8]) -> (Self, usize) {
        let mut d = Directive::default();
        let mut at = 0;
        while let Some(&c) = text.get(at) {
            match c {
                b'-' => d.left = true,
                b'+' => d.plus = true,
                b' ' => d.blank = true,
                b'#' => d.alternate = true,
                b'0' => d.zeros = true,
                _ => break,
            }
            at += 1;
        }
        d.width = number(text, &mut at);
        if text.get(at) == Some(&b'.') {
            at += 1;
            d.precision = Some(number(text, &mut at));
        }
        // Anything else up to the next letter belongs to the directive.
        while text.get(at).is_some_and(|c| !c.is_ascii_alphabetic()) {
            at += 1;
        }
        d.conversion = text.get(at).copied().unwrap_or(0);
        (d, (at + 1).min(text.len()))
    }

    fn is_integer(self) -> bool {
        matches!(self.conversion, b'd' | b'i' | b'o' | b'x' | b'X' | b'u' | b'c')
    }

    fn is_float(self) -> bool {
        matches!(self.conversion, b'e' | b'E' | b'f' | b'F' | b'g' | b'G')
    }

    /// Writes sign or prefix and digits, padded to the width.
    fn pad(self, out: &mut BString, prefix: &str, digits: &[u8], zeros: bool) {
        let fill = self.width.saturating_sub(prefix.len() + digits.len());
        if !self.left && !zeros {
            out.extend(std::iter::repeat_n(b' ', fill));
        }
        out.extend_from_slice(prefix.as_bytes());
        if !self.left && zeros {
            out.extend(std::iter::repeat_n(b'0', fill));
        }
        out.extend_from_slice(digits);
        if self.left {
            out.extend(std::iter::repeat_n(b' ', fill));
        }
    }

    fn sign(self, negative: bool) -> &'static str {
        match (negative, self.plus, self.blank) {
            (true, _, _) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            _ => "",
        }
    }

    fn integer(self, out: &mut BString, x: f64) {
        let n = to_i32(x);
        let unsigned = n as u32;
        let (prefix, mut digits) = match self.conversion {
            b'c' => return self.pad(out, "", &[n as u8], false),
            b'o' => (if self.alternate { "0" } else { "" }, format!("{unsigned:o}")),
            b'x' => (if self.alternate && n != 0 { "0x" } else { "" }, format!("{unsigned:x}")),
            b'X' => (if self.alternate && n != 0 { "0X" } else { "" }, format!("{unsigned:X}")),
            b'u' => ("", unsigned.to_string()),
            _ => (self.sign(n < 0), n.unsigned_abs().to_string()),
        };
        if let Some(least) = self.precision {
            digits = format!("{}{digits}", "0".repeat(least.saturating_sub(digits.len())));
        }
        self.pad(out, prefix, digits.as_bytes(), self.zeros && self.precision.is_none());
    }

    fn float(self, out: &mut BString, x: f64) {
        let sign = self.sign(x.is_sign_negative());
        if !x.is_finite() {
            let name = if x.is_nan() { "nan" } else { "inf" };
            let upper = self.conversion.is_ascii_uppercase();
            let name = if upper { name.to_uppercase() } else { name.into() };
            return self.pad(out, sign, name.as_bytes(), false);
        }
        let precision = self.precision.unwrap_or(6);
        let mut digits = match self.conversion.to_ascii_lowercase() {
            b'e' => exponential(x.abs(), precision, self.alternate),
            b'f' => fixed(x.abs(), precision, self.alternate),
            _ => shortest(x.abs(), precision, self.alternate),
        };
        if self.conversion.is_ascii_uppercase() {
            digits.make_ascii_uppercase();
        }
        self.pad(out, sign, digits.as_bytes(), self.zeros);
    }

    fn string(self, out: &mut BString, text: &[u8]) {
        let text = &text[..self.precision.unwrap_or(usize::MAX).min(text.len())];
        self.pad(out, "", text, false);
    }
}

/// Reads a decimal number, limited to [`WIDEST`].
fn number(text: &[u8], at: &mut usize) -> usize {
    let mut n = 0;
    while let Some(c) = text.get(*at).filter(|c| c.is_ascii_digit()) {
        n = (n * 10 + usize::from(c - b'0')).min(WIDEST);
        *at += 1;
    }
    n
}

/// Nearest integer, ties to even, low 32 bits; 0 for what has no 64-bit integer.
fn to_i32(x: f64) -> i32 {
    let x = x.round_ties_even();
    if x.abs() < 9.2e18 { x as i64 as i32 } else { 0 }
}

fn fixed(x: f64, precision: usize, point: bool) -> String {
    let dot = if point && precision == 0 { "." } else { "" };
    format!("{x:.precision$}{dot}")
}

/// Mantissa digits and exponent of a non-negative number.
fn scientific(x: f64, precision: usize) -> (String, i32) {
    let text = format!("{x:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    (mantissa.to_string(), exponent.parse().unwrap_or(0))
}

fn exponential(x: f64, precision: usize, point: bool) -> String {
    let (mantissa, exponent) = scientific(x, precision);
    let dot = if point && precision == 0 { "." } else { "" };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}{dot}e{sign}{:02}", exponent.unsigned_abs())
}

fn shortest(x: f64, precision: usize, keep_zeros: bool) -> String {
    let precision = precision.max(1);
    let exponent = scientific(x, precision - 1).1;
    let exponential_form = exponent < -4 || exponent >= i32::try_from(precision).unwrap_or(i32::MAX);
    if exponential_form {
        let text = exponential(x, precision - 1, keep_zeros);
        let (mantissa, tail) = text.split_once('e').unwrap_or((&text, ""));
        let mantissa = if keep_zeros { mantissa } else { without_zeros(mantissa) };
        return format!("{mantissa}e{tail}");
    }
    let decimals = i32::try_from(precision).unwrap_or(i32::MAX) - 1 - exponent;
    let text = fixed(x, usize::try_from(decimals).unwrap_or(0), keep_zeros);
    if keep_zeros { text } else { without_zeros(&text).to_string() }
}

fn without_zeros(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// Formats one number with C's `%f`-like conversion `format`, for the opcodes with a fixed layout.
pub(crate) fn float(format: &str, x: f64) -> BString {
    let mut out = BString::default();
    Directive::read(format.as_bytes()).0.float(&mut out, x);
    out
}

fn checked(out: BString, limit: usize) -> OpResult<BString> {
    if out.len() > limit {
        return Err(Limit::StringBytes.error(format!("formatting made {} bytes", out.len())));
    }
    Ok(out)
}

/// Formats as `sprintf` and `printf` do: as many arguments as directives, of the right kind. Without
/// arguments the format is the result as it stands. `limit` is the greatest length.
///
/// # Errors
/// Says what is wrong with the arguments, or names the limit.
pub(crate) fn sprintf(format: &[u8], args: &[Value<'_>], limit: usize) -> OpResult<BString> {
    if args.is_empty() {
        return checked(format.into(), limit);
    }
    let mut out = BString::default();
    let mut args = args.iter();
    let mut rest = format;
    while let Some(at) = rest.find_byte(b'%') {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at + 1..];
        if rest.first() == Some(&b'%') {
            out.push(b'%');
            rest = &rest[1..];
            continue;
        }
        let (directive, len) = Directive::read(rest);
        rest = &rest[len..];
        match args.next() {
            None => return Err(OpError::new("insufficient arguments for format")),
            Some(Value::Num(x)) if directive.is_integer() => directive.integer(&mut out, *x),
            Some(Value::Num(x)) if directive.is_float() => directive.float(&mut out, *x),
            Some(Value::Str(s)) if directive.conversion == b's' => directive.string(&mut out, s),
            Some(Value::Num(_)) if directive.conversion == b's' => {
                return Err(OpError::new("Not string type for %s"));
            }
            Some(Value::Str(_)) if directive.is_integer() || directive.is_float() => {
                return Err(OpError::new("a string where the format wants a number"));
            }
            Some(_) => return Err(OpError::new("invalid format string")),
        }
        if out.len() > limit {
            break;
        }
    }
    if args.next().is_some() {
        return Err(OpError::new("too many arguments for format"));
    }
    out.extend_from_slice(rest);
    checked(out, limit)
}

/// Formats as `prints` and `printks` do. Directives beyond the last argument use that argument again,
/// surplus arguments are ignored, a string conversion of a number shows `??`.
///
/// # Errors
/// If there is a directive and no argument at all, or the result is longer than `limit`.
pub(crate) fn prints(format: &[u8], args: &[Value<'_>], limit: usize) -> OpResult<BString> {
    let mut out = BString::default();
    let mut next = 0;
    let mut rest = format;
    while let Some(at) = rest.find_byte(b'%') {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.first() {
            Some(b'%') => {
                out.push(b'%');
                rest = &rest[1..];
                continue;
            }
            Some(c) if c.is_ascii_whitespace() => {
                // Measured on the reference: "50% x" shows "50%% x".
                out.extend_from_slice(b"%%");
                continue;
            }
            _ => {}
        }
        let (directive, len) = Directive::read(rest);
        let arg =
            args.get(next).ok_or_else(|| OpError::new("Insufficient arguments in formatted printing"))?;
        match arg {
            Value::Str(s) if directive.conversion == b's' => directive.string(&mut out, s),
            Value::Num(_) if directive.conversion == b's' => directive.string(&mut out, b"??"),
            Value::Num(x) if directive.is_integer() => {
                // Measured on the reference: %c shows a percent sign twice.
                out.extend((directive.conversion == b'c' && to_i32(*x) as u8 == b'%').then_some(b'%'));
                directive.integer(&mut out, *x);
            }
            Value::Num(x) if directive.is_float() => directive.float(&mut out, *x),
            // Lengths of C without a conversion show nothing.
            _ if b"hjlLqtz".contains(&directive.conversion) => {}
            Value::Str(_) if directive.is_integer() => directive.integer(&mut out, 0.0),
            Value::Str(_) if directive.is_float() => directive.float(&mut out, 0.0),
            _ => {
                out.push(b'%');
                out.extend_from_slice(&rest[..len]);
            }
        }
        next = (next + 1).min(args.len() - 1);
        rest = &rest[len..];
        if out.len() > limit {
            break;
        }
    }
    out.extend_from_slice(rest);
    checked(out, limit)
}

/// Decodes the codes of `prints` and `printks` beyond those of string literals: `^` escape, `~` escape
/// and `[`, both doubled for themselves; `%n %r %t %!` newline, return, tab and semicolon; `\n \r \t
/// \a \b \\`, and any other character after a backslash for itself (semantics A5).
pub(crate) fn decode(text: &[u8]) -> BString {
    const ESCAPE: u8 = 0x1b;
    let mut out = BString::default();
    let mut at = 0;
    while let Some(&c) = text.get(at) {
        let next = text.get(at + 1).copied().unwrap_or(0);
        let mut both = true;
        match (c, next.to_ascii_lowercase()) {
            (b'^' | b'~', n) if n == c => out.push(c),
            (b'^' | b'~', _) => {
                out.push(ESCAPE);
                out.extend((c == b'~').then_some(b'['));
                both = false;
            }
            (b'\\' | b'%', b'r') => out.push(b'\r'),
            (b'\\' | b'%', b'n') => out.push(b'\n'),
            (b'\\' | b'%', b't') => out.push(b'\t'),
            (b'\\', b'a') => out.push(0x07),
            (b'\\', b'b') => out.push(0x08),
            (b'\\', _) => out.extend((next != 0).then_some(next)),
            (b'%', b'!') => out.push(b';'),
            (b'%', b'%') => out.extend_from_slice(b"%%"),
            _ => {
                out.push(c);
                both = false;
            }
        }
        at += if both { 2 } else { 1 };
    }
    out
}

/// A format for the elements of an array: `%d` shows a whole number like `%.0f`.
pub(crate) fn element(format: &BStr, value: Value<'_>, limit: usize) -> OpResult<BString> {
    let format = format.replace("%d", "%.0f");
    prints(&format, &[value], limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(s: &str) -> Value<'_> {
        Value::Str(Text::Literal(BStr::new(s)))
    }

    fn one(format: &str, x: f64) -> String {
        sprintf(format.as_bytes(), &[Value::Num(x)], 1 << 20).expect("the format is right").to_string()
    }

    #[test]
    fn numbers_as_c_prints_them() {
        let cases = [
            ("%d", 3.5, "4"),
            ("%d", 2.5, "2"),
            ("%d", -3.5, "-4"),
            ("%d", 3e9, "-1294967296"),
            ("%5d|", 7.0, "    7|"),
            ("%-5d|", 7.0, "7    |"),
            ("%05d", -7.0, "-0007"),
            ("%+d", 7.0, "+7"),
            ("% d", 7.0, " 7"),
            ("%.3d", 7.0, "007"),
            ("%x", 255.0, "ff"),
            ("%#X", 255.0, "0XFF"),
            ("%o", 8.0, "10"),
            ("%u", -1.0, "4294967295"),
            ("%c", 65.0, "A"),
            ("%f", 1.5, "1.500000"),
            ("%5.2f", 1.005, " 1.00"),
            ("%.0f", 2.5, "2"),
            ("%#.0f", 2.5, "2."),
            ("%08.3f", -1.5, "-001.500"),
            ("%e", 12345.678, "1.234568e+04"),
            ("%E", 1e-300, "1.000000E-300"),
            ("%g", 0.0001, "0.0001"),
            ("%g", 0.00001, "1e-05"),
            ("%g", 1e20, "1e+20"),
            ("%g", 123456.0, "123456"),
            ("%g", 1234567.0, "1.23457e+06"),
            ("%g", 100.0, "100"),
            ("%g", 0.0, "0"),
            ("%#g", 1.0, "1.00000"),
            ("%.17g", 0.1, "0.10000000000000001"),
            ("%5g|", f64::INFINITY, "  inf|"),
            ("%F", f64::NEG_INFINITY, "-INF"),
            ("%05f", f64::NAN.abs(), "  nan"),
            ("%g", 999999.5, "1e+06"),
            ("%d", f64::NAN, "0"),
            ("%.3g", 0.00012345, "0.000123"),
        ];
        for (format, x, expected) in cases {
            assert_eq!(one(format, x), expected, "{format} of {x}");
        }
    }

    #[test]
    fn sprintf_counts_its_arguments() {
        let go = |f: &str, args: &[Value<'_>]| sprintf(f.as_bytes(), args, 100).map(|s| s.to_string());
        assert_eq!(go("%s %d%%", &[text("a"), Value::Num(5.0)]), Ok("a 5%".into()));
        assert_eq!(go("100%% sure", &[]), Ok("100%% sure".into()));
        assert_eq!(go("%.1s|%4s|%-4s|", &[text("ab"), text("cd"), text("ef")]), Ok("a|  cd|ef  |".into()));
        for (format, args) in [
            ("%d %d", vec![Value::Num(1.0)]),
            ("none", vec![Value::Num(1.0)]),
            ("%s", vec![Value::Num(1.0)]),
            ("%d", vec![text("a")]),
            ("%a", vec![Value::Num(1.0)]),
            ("%l", vec![Value::Num(1.0)]),
            ("%", vec![Value::Num(1.0)]),
            ("%200d", vec![Value::Num(1.0)]),
        ] {
            assert!(go(format, &args).is_err(), "{format}");
        }
    }

    #[test]
    fn prints_repeats_the_last_argument() {
        let go = |f: &str, args: &[Value<'_>]| prints(f.as_bytes(), args, 1000).map(|s| s.to_string());
        assert_eq!(go("%d %d", &[Value::Num(1.0)]), Ok("1 1".into()));
        assert_eq!(go("%s|%3s", &[Value::Num(1.0), text("a")]), Ok("??|  a".into()));
        assert_eq!(go("no args %% and 50% x", &[]), Ok("no args % and 50%% x".into()));
        assert_eq!(go("a %k b %ld", &[Value::Num(1.0)]), Ok("a %k b d".into()));
        assert!(go("%d", &[]).is_err());
    }

    #[test]
    fn codes_of_prints() {
        assert_eq!(decode(b"^~ \\n%t%! ^^ ~~ %% %d\\q"), "\x1b\x1b[ \n\t; ^ ~ %% %dq");
        assert_eq!(decode(b"\\"), "");
    }
}
