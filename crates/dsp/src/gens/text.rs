//! Tables read from text: GEN23, GEN28, GEN44.

use super::{Context, Draft, GenError, Request};

/// Reads numbers from a text of any form, as GEN23 does.
struct Numbers<'a> {
    text: &'a [u8],
    at: usize,
    /// Whether a read went past the end.
    ended: bool,
}

fn starts_number(c: u8) -> bool {
    c.is_ascii_digit() || matches!(c, b'e' | b'E' | b'+' | b'-' | b'.')
}

impl Numbers<'_> {
    fn next_byte(&mut self) -> Option<u8> {
        let c = self.text.get(self.at).copied();
        self.at += 1;
        self.ended |= c.is_none();
        c
    }

    fn skip_line(&mut self) {
        while self.next_byte().is_some_and(|c| c != b'\n') {}
    }

    /// The next number; `None` where the text ends before one.
    fn next(&mut self) -> Option<f64> {
        loop {
            let c = self.next_byte()?;
            if starts_number(c) {
                let start = self.at - 1;
                let mut after = self.next_byte();
                while after.is_some_and(starts_number) {
                    after = self.next_byte();
                }
                let end = (self.at - 1).min(self.text.len());
                if matches!(after, Some(b';' | b'#')) {
                    self.skip_line();
                }
                return Some(leading_number(&self.text[start..end]));
            }
            if matches!(c, b';' | b'#' | b'<') {
                self.skip_line();
            }
        }
    }
}

/// The longest number at the start of a text, 0 if there is none: C's `atof`.
fn leading_number(text: &[u8]) -> f64 {
    (1..=text.len().min(127))
        .rev()
        .filter_map(|n| std::str::from_utf8(&text[..n]).ok()?.parse().ok())
        .next()
        .unwrap_or(0.0)
}

/// GEN23: numbers of a text file. Size 0 counts them, but as in the reference a last number that ends
/// the file without a line end is lost. Where numbers run out before the table is full, the next point
/// is NaN (semantics I9) and the rest 0. The guard point repeats the first.
pub(super) fn gen23(d: &mut Draft<'_>, cx: &mut Context<'_>, request: &Request<'_>) -> Result<(), GenError> {
    let text = request.text.ok_or(GenError::NoFile)?;
    if d.len == 0 {
        let mut numbers = Numbers { text, at: 0, ended: false };
        let mut count = 0;
        while !numbers.ended {
            numbers.next();
            count += 1;
        }
        d.resize(count - 1, cx)?;
    }
    let mut numbers = Numbers { text, at: 0, ended: false };
    for y in &mut d.data[..d.len] {
        if numbers.ended {
            break;
        }
        *y = numbers.next().unwrap_or(f64::NAN);
    }
    d.data[d.len] = d.data[0];
    d.extended = true;
    Ok(())
}

/// Points of a second of GEN28.
const GEN28_RATE: f64 = 100.0;

/// GEN28: a path in the plane; lines of time, x and y. Points are x and y in turn, 100 of each per
/// second, then the last x with 0 for y, as in the reference. Size 0 only; never normalised.
pub(super) fn gen28(d: &mut Draft<'_>, cx: &mut Context<'_>, request: &Request<'_>) -> Result<(), GenError> {
    if d.len != 0 {
        return Err(GenError::Arguments("GEN28 needs size 0"));
    }
    let text = String::from_utf8_lossy(request.text.ok_or(GenError::NoFile)?);
    let values: Vec<f64> = text.split_whitespace().map_while(|w| w.parse().ok()).collect();
    let rows: Vec<&[f64]> = values.chunks_exact(3).collect();
    let Some(last) = rows.last() else {
        return Err(GenError::Arguments("GEN28: the file has no line of three numbers"));
    };
    let seconds = last[0];
    if seconds * GEN28_RATE * 2.0 > cx.max_points as f64 {
        return Err(GenError::TooLarge { points: seconds * GEN28_RATE * 2.0, limit: cx.max_points });
    }
    d.resize((seconds * GEN28_RATE * 2.0) as usize + 2, cx)?;
    let mut at = 0;
    for ends in rows.windows(2) {
        let (from, to) = (ends[0], ends[1]);
        if to[0] < from[0] {
            return Err(GenError::Arguments("GEN28: times must ascend"));
        }
        let count = ((to[0] - from[0]) * GEN28_RATE) as i32;
        let step = |i: usize| (to[i] - from[i]) / f64::from(count);
        let (dx, dy) = (step(1), step(2));
        let (mut x, mut y) = (from[1], from[2]);
        for _ in 0..count {
            if at + 1 >= d.len {
                break;
            }
            d.data[at] = x;
            d.data[at + 1] = y;
            x += dx;
            y += dy;
            at += 2;
        }
    }
    while at + 1 < d.data.len() {
        d.data[at] = last[1];
        at += 2;
    }
    d.extended = true;
    d.normalise = false;
    Ok(())
}

/// GEN44: stiffness matrix for `scanu`: a first line `<MATRIX size=n`, then lines of row, column (from 1)
/// and stiffness (1), up to `</MATRIX>`. The table grows to `n` times `n` points and is never
/// normalised.
pub(super) fn gen44(d: &mut Draft<'_>, cx: &mut Context<'_>, request: &Request<'_>) -> Result<(), GenError> {
    const FORM: GenError = GenError::Arguments("GEN44: lines must hold row, column and stiffness");
    let text = String::from_utf8_lossy(request.text.ok_or(GenError::NoFile)?);
    let mut lines = text.lines();
    let size = lines.next().and_then(|l| l.strip_prefix("<MATRIX size=")).map(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        rest[..digits].parse::<usize>().unwrap_or(0)
    });
    let n = size.ok_or(GenError::Arguments("GEN44: the file does not begin with <MATRIX size=n"))?;
    let points = n.saturating_mul(n);
    d.normalise = false;
    d.extended |= d.len == 0;
    if points > d.len || d.len == 0 {
        d.resize(points.max(1), cx)?;
    }
    for line in lines.take_while(|l| !l.starts_with("</MATRIX>")) {
        let mut words = line.split_whitespace();
        let mut place = || words.next()?.parse::<usize>().ok().filter(|i| (1..=n).contains(i));
        let (row, column) = (place().ok_or(FORM)?, place().ok_or(FORM)?);
        let stiffness = words.next().map_or(Ok(1.0), str::parse).map_err(|_| FORM)?;
        d.data[(row - 1) * n + column - 1] = stiffness;
    }
    Ok(())
}
