//! Base64 as RFC 4648 section 4 defines it, blanks and newlines ignored.

/// Decodes; `Err` is the byte at which the text is not base64.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, usize> {
    let mut data = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count, mut padded) = (0u32, 0u32, false);
    for (at, b) in text.bytes().enumerate() {
        let value = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => {
                padded = true;
                continue;
            }
            b if b.is_ascii_whitespace() => continue,
            _ => return Err(at),
        };
        if padded {
            return Err(at);
        }
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            data.push((bits >> count) as u8);
        }
    }
    Ok(data)
}
