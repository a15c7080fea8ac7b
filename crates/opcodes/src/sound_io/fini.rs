//! `fini`: numbers read from a file at init, a few more every time.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::host::Purpose;
use orchestrion_base::op::{Init, Make, OpDef, port, sig};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Definition of `fini`.
pub static FINI: OpDef = OpDef::new("fini", "Reads the next numbers of a file into variables at init.")
    .sigs(&[sig("", "Siim", Make::Init(fini)), sig("", "iiim", Make::Init(fini))])
    .ins(&[
        port("ifilename", "name of the file; all that read it share the place in it"),
        port("iskipframes", "ignored, as in the reference"),
        port(
            "iformat",
            "0 text that begins anew after its end, 1 text with 0 after its end, 2 32-bit floats",
        ),
        port("in1, ...", "variables that receive the numbers"),
    ])
    .changes(!7)
    .source("Manual: fini; what separates numbers measured on the reference")
    .differences(&["32-bit floats are read as such; in the reference they come out wrong"]);

/// A file and how far it has been read.
struct Place {
    bytes: Arc<[u8]>,
    at: usize,
}

/// Places in all files, by name.
#[derive(Default)]
struct Places(BTreeMap<String, Place>);

impl Place {
    /// The next number of a text: digits, points and signs, with the byte that ends them. Any other byte but
    /// white space and `i` counts as 0.
    fn number(&mut self) -> Option<f64> {
        let rest = self.bytes.get(self.at..)?;
        let skipped = rest.iter().take_while(|c| c.is_ascii_whitespace() || **c == b'i').count();
        self.at += skipped;
        let rest = &rest[skipped..];
        if rest.is_empty() {
            return None;
        }
        let len = rest.iter().take_while(|c| c.is_ascii_digit() || b".+-".contains(c)).count();
        self.at += len + usize::from(len == 0 || rest.len() > len);
        Some(std::str::from_utf8(&rest[..len]).ok().and_then(|text| text.parse().ok()).unwrap_or(0.0))
    }

    fn float(&mut self) -> Option<f64> {
        let bytes = self.bytes.get(self.at..)?.first_chunk::<4>()?;
        self.at += 4;
        Some(f64::from(f32::from_le_bytes(*bytes)))
    }
}

fn fini(cx: &mut Init<'_>) -> OpResult {
    if !cx.io.is_str(0) {
        return Err("fini: invalid file handle".into());
    }
    let (name, format) = (cx.io.text(0), cx.io.int(2));
    if !cx.world.shared::<Places>().0.contains_key(&name) {
        let host = cx.world.host.as_ref().ok_or("there are no files here")?;
        let bytes = host.read(&name, Purpose::Data).map_err(|e| OpError::new(e.to_string()))?;
        cx.world.shared::<Places>().0.insert(name.clone(), Place { bytes, at: 0 });
    }
    let Some(place) = cx.world.shared::<Places>().0.get_mut(&name) else { return Ok(()) };
    let mut values = Vec::with_capacity(cx.io.n_ins());
    let mut rewound = false;
    while values.len() + 3 < cx.io.n_ins() {
        match if format == 2 { place.float() } else { place.number() } {
            Some(number) => values.push(number),
            // The variables are read together, so they begin anew together.
            None if format == 0 && !rewound => {
                (place.at, rewound) = (0, true);
                values.clear();
            }
            None => values.push(0.0),
        }
    }
    values.iter().enumerate().for_each(|(j, value)| cx.io.set_in(3 + j, *value));
    Ok(())
}
