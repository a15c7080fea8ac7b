//! `lpread`: frames of a linear predictive analysis by time; `lpslot`, `lpinterp`: several of them at once.

use super::slots::{MOST_POLES, Pole, Predictor, between, get, get_mut, put, remove, select, unit_in};
use crate::analysis::{double, doubles, load, long, number};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::note::EndAction;
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::sync::Arc;

/// Definition of `lpread`.
pub static LPREAD: OpDef = OpDef::new("lpread", "Frames of a linear predictive analysis.")
    .sigs(&[
        sig("kkkk", "kSoo", Make::Unit(world_unit::<Lpread>)),
        sig("kkkk", "kioo", Make::Unit(world_unit::<Lpread>)),
    ])
    .outs(&[
        port("krmsr", "root mean square of the residual"),
        port("krmso", "root mean square of the original"),
        port("kerr", "error of the prediction, 0 to 1"),
        port("kcps", "pitch in Hz"),
    ])
    .ins(&[
        port("ktimpnt", "place to read in seconds, not below 0; past the end it is the end"),
        port("ifilcod", "name of a file that lpanal wrote, or a number for lp.N"),
        port("inpoles", "poles of a file without header; default 0"),
        port("ifrmrate", "frames per second of a file without header; default 0"),
    ])
    .writes(Res::FAMILY)
    .may_fail()
    .source("Manual: lpread, lpanal (file format read from files of the reference)");

/// Definition of `lpslot`.
pub static LPSLOT: OpDef = OpDef::new("lpslot", "Selects the slot of the lp opcodes that follow.")
    .sigs(&[sig("", "i", Make::Init(lpslot))])
    .ins(&[port("islot", "number of the slot, not below 0")])
    .source("Manual: lpslot");

/// Definition of `lpinterp`.
pub static LPINTERP: OpDef =
    OpDef::new("lpinterp", "Poles between those of two slots, into the selected slot.")
        .sigs(&[sig("", "iik", Make::Unit(world_unit::<Lpinterp>))])
        .ins(&[
            port("islot1", "slot of the first analysis, which gave poles"),
            port("islot2", "slot of the second, with as many poles"),
            port("kmix", "0 the first to 1 the second"),
        ])
        .reads(Res::FAMILY)
        .writes(Res::FAMILY)
        .source("Manual: lpinterp");

/// Numbers of a frame before the predictor (manual: lpanal).
const FACTS: usize = 4;
/// What the header says of its kind (measured on the reference).
const WITH_COEFFICIENTS: f64 = 999.0;
const WITH_POLES: f64 = 2399.0;
/// A place is counted in this part of a frame (measured on the reference).
const PARTS: f64 = 65536.0;

/// What the header of a file says.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Layout {
    /// Whether frames hold poles.
    poles: bool,
    order: usize,
    /// Numbers in a frame.
    frame: usize,
    /// Frames per second.
    rate: f64,
}

/// A file.
#[derive(Debug, PartialEq)]
struct Analysis {
    /// Missing in files without header.
    layout: Option<Layout>,
    numbers: Vec<f64>,
}

/// Reads a file, of binary numbers or of text.
fn parse(bytes: &[u8]) -> Option<Analysis> {
    if let Some(text) = bytes.strip_prefix(b"LPANAL") {
        let text = std::str::from_utf8(text).ok()?;
        let numbers: Vec<f64> = text.split_ascii_whitespace().map(number).collect();
        // After the two lines of the header, which also holds sample rate and duration.
        let layout = layout(*numbers.get(1)?, *numbers.get(2)?, *numbers.get(3)?, *numbers.get(4)?)?;
        return Some(Analysis { layout: Some(layout), numbers: numbers.get(7..)?.to_vec() });
    }
    let header = |at: usize| Some(f64::from(long(bytes, at)?));
    let header = (|| layout(header(4)?, header(8)?, header(12)?, double(bytes, 16)?))();
    let start = if header.is_some() { usize::try_from(long(bytes, 0)?).ok()? } else { 0 };
    Some(Analysis { layout: header, numbers: doubles(bytes.get(start..)?) })
}

fn layout(kind: f64, order: f64, frame: f64, rate: f64) -> Option<Layout> {
    let layout = Layout { poles: kind == WITH_POLES, order: order as usize, frame: frame as usize, rate };
    let known = kind == WITH_COEFFICIENTS || layout.poles;
    (known && layout.is_sound()).then_some(layout)
}

impl Layout {
    fn is_sound(&self) -> bool {
        let numbers = if self.poles { 2 * self.order } else { self.order };
        (1..=MOST_POLES).contains(&self.order)
            && (self.frame >= FACTS + numbers && self.frame <= FACTS + 2 * MOST_POLES)
            && !(self.poles && self.order % 2 == 1)
            && self.rate > 0.0
    }
}

#[derive(Default)]
struct Lpread {
    analysis: Option<Arc<Analysis>>,
    layout: Option<Layout>,
    /// The frames on both sides of the place.
    poles: [Vec<Pole>; 2],
    unit: u64,
    end: EndAction,
}

impl WorldUgen for Lpread {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let analysis = load(cx, 1, "lp.", "file of the linear predictive analysis", parse)?;
        let order = cx.k(2) as usize;
        let given = Layout { poles: false, order, frame: FACTS.saturating_add(order), rate: cx.k(3) };
        let layout = analysis.layout.or_else(|| given.is_sound().then_some(given));
        let layout =
            layout.ok_or_else(|| OpError::new("the file has no header: inpoles and ifrmrate are needed"))?;
        if analysis.numbers.len() < 2 * layout.frame {
            return Err("the file has fewer than two frames".into());
        }
        remove(cx.world, self.unit as f64);
        let predictor = if layout.poles {
            self.poles = [vec![[0.0; 2]; layout.order], vec![[0.0; 2]; layout.order]];
            Predictor::Poles(vec![[0.0; 2]; layout.order])
        } else {
            Predictor::Coefficients(vec![0.0; layout.order])
        };
        self.unit = put(cx, &mut self.end, predictor);
        (self.analysis, self.layout) = (Some(analysis), Some(layout));
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let (Some(analysis), Some(layout)) = (&self.analysis, self.layout) else { return Ok(()) };
        let place = (io.k(0) * layout.rate * PARTS).trunc();
        if place < 0.0 {
            return Err("lpread: ktimpnt is below 0".into());
        }
        let frames = analysis.numbers.len() / layout.frame;
        let place = place.min((frames - 1) as f64 * PARTS - 1.0).max(0.0) as usize;
        let (frame, part) = (place / PARTS as usize, (place % PARTS as usize) as f64 / PARTS);
        let start = frame * layout.frame;
        let (a, b) = analysis.numbers[start..start + 2 * layout.frame].split_at(layout.frame);
        let mixed = |i: usize| a[i] + (b[i] - a[i]) * part;
        for i in 0..FACTS {
            io.set(i, mixed(i));
        }
        match get_mut(world, self.unit) {
            Some(Predictor::Coefficients(list)) => {
                list.iter_mut().enumerate().for_each(|(i, x)| *x = mixed(FACTS + i));
            }
            Some(Predictor::Poles(list)) => {
                for (poles, frame) in self.poles.iter_mut().zip([a, b]) {
                    let read = frame[FACTS..].as_chunks::<2>().0;
                    poles.iter_mut().zip(read).for_each(|(pole, read)| *pole = *read);
                }
                let [before, after] = &mut self.poles;
                between(before, after, part, list);
            }
            None => {}
        }
        Ok(())
    }
}

fn lpslot(cx: &mut Init<'_>) -> OpResult {
    let slot = cx.k(0).trunc();
    if slot.is_nan() || slot < 0.0 {
        return Err("lpslot: a slot has a number from 0 on".into());
    }
    select(cx.world, slot as i64);
    Ok(())
}

#[derive(Default)]
struct Lpinterp {
    sources: [u64; 2],
    poles: [Vec<Pole>; 2],
    unit: u64,
    end: EndAction,
}

impl WorldUgen for Lpinterp {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        for i in 0..2 {
            let slot = cx.k(i) as i64;
            self.sources[i] = unit_in(cx.world, Some(slot))?;
            self.poles[i] = match get(cx.world, self.sources[i]) {
                Some(Predictor::Poles(list)) => list.clone(),
                _ => return Err("lpinterp needs files with poles (lpanal -a)".into()),
            };
        }
        let order = self.poles[0].len();
        if order != self.poles[1].len() {
            return Err("lpinterp: the files have different numbers of poles".into());
        }
        remove(cx.world, self.unit as f64);
        self.unit = put(cx, &mut self.end, Predictor::Poles(vec![[0.0; 2]; order]));
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        for (poles, source) in self.poles.iter_mut().zip(self.sources) {
            if let Some(Predictor::Poles(list)) = get(world, source)
                && list.len() == poles.len()
            {
                poles.copy_from_slice(list);
            }
        }
        let [a, b] = &mut self.poles;
        if let Some(Predictor::Poles(out)) = get_mut(world, self.unit) {
            between(a, b, io.k(2), out);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(kind: i32, order: i32, frame: i32, numbers: &[f64]) -> Vec<u8> {
        let mut bytes: Vec<u8> =
            [40, kind, order, frame].iter().flat_map(|x: &i32| x.to_le_bytes()).collect();
        for number in [100.0, 44100.0, 1.0].iter().chain(numbers) {
            bytes.extend(number.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn both_kinds_of_file_are_read() {
        let binary = parse(&file(999, 1, 5, &[1.0, 2.0, 3.0, 4.0, 0.5])).expect("a file");
        let text = "LPANAL\n40 999 1 5\n0x1.9p+6 0x1.588p+15 0x1p+0\n0x1p+0\n0x1p+1\n3\n4\n0x1p-1\n";
        assert_eq!(parse(text.as_bytes()).expect("a file"), binary);
        assert_eq!(binary.layout, Some(Layout { poles: false, order: 1, frame: 5, rate: 100.0 }));
    }

    #[test]
    fn a_header_that_cannot_be_is_none() {
        for bad in [file(999, 9, 5, &[]), file(2399, 1, 6, &[]), file(1, 1, 5, &[]), file(999, -1, 5, &[])] {
            assert_eq!(parse(&bad).expect("numbers").layout, None);
        }
        assert!(parse(b"LPANAL\n40 999").is_none());
    }
}
