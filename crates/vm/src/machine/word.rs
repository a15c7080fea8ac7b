//! Words: operations of the language on strings, arrays and frames.

use crate::arith;
use crate::code::WordKind;
use crate::ir::Word;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::limits::Limit;
use orchestrion_base::port::Io;
use orchestrion_base::text::set_text;
use orchestrion_base::ty::Base;
use orchestrion_base::value::{ArrayData, ArrayVal};
use orchestrion_base::world::World;
use orchestrion_parser::tree::BinaryOp;
use smallvec::SmallVec;
use std::cell::Cell;

/// How messages call a word.
pub(super) fn name(kind: WordKind) -> &'static str {
    match kind {
        WordKind::Map1(_) => "array function",
        WordKind::Word(w) => match w {
            Word::ArrayInit => "init",
            Word::ArrayGet | Word::ArraySet | Word::SampleGet | Word::SampleSet => "[]",
            Word::ArrayBin(BinaryOp::Add) => "+",
            Word::ArrayBin(BinaryOp::Sub) => "-",
            Word::ArrayBin(BinaryOp::Mul) => "*",
            Word::ArrayBin(BinaryOp::Div) => "/",
            Word::ArrayBin(_) => "array arithmetic",
            _ => "=",
        },
    }
}

/// Whether an error of this word in the init pass is an init error; where not, it is one of performance
/// even then, as in the reference (L3).
pub(super) fn fails_at_init(kind: WordKind) -> bool {
    !matches!(
        kind,
        WordKind::Word(
            Word::ArrayGet
                | Word::ArraySet
                | Word::SampleGet
                | Word::SampleSet
                | Word::ArrayBin(BinaryOp::Div | BinaryOp::Pow)
        )
    )
}

/// Runs a word for one k-cycle.
pub(super) fn run(kind: WordKind, io: &mut Io<'_>, world: &World) -> OpResult {
    match kind {
        WordKind::Map1(f) => map(io, f),
        WordKind::Word(w) => match w {
            Word::StrCopy => string_copy(io, world),
            Word::ArrayInit => array_init(io, world),
            Word::ArrayGet => array_get(io),
            Word::ArraySet => array_set(io),
            Word::SampleGet => sample_get(io),
            Word::SampleSet => sample_set(io),
            Word::ArrayCopy => array_copy(io),
            Word::ArrayShape => array_shape(io),
            Word::ArrayFill => array_fill(io),
            Word::ArrayList => array_list(io),
            Word::ArrayBin(op) => array_bin(io, op),
            Word::ArrayNeg => map(io, |x| -x),
            Word::ArrayLen => {
                let n = io.array(0).and_then(|a| a.dims.first().copied()).unwrap_or(0);
                io.set(0, f64::from(n));
                Ok(())
            }
            Word::SpectrumCopy => {
                if let (Some(mut out), Some(s)) = (io.spectrum_out(0), io.spectrum(0)) {
                    out.clone_from(&s);
                }
                Ok(())
            }
        },
    }
}

fn string_copy(io: &Io<'_>, world: &World) -> OpResult {
    if io.is_str(0) {
        io.copy_str(0, 0);
    } else {
        // A number means a string that was set with `strset`, else a sound file, as in `soundin.3` (B8).
        let number = io.k(0).round_ties_even() as i64;
        match world.strset.get(&number) {
            Some(text) => io.set_str(0, text),
            None => io.set_str(0, format!("soundin.{number}").as_bytes()),
        }
    }
    Ok(())
}

fn array_init(io: &Io<'_>, world: &World) -> OpResult {
    let mut dims: SmallVec<[u32; 2]> = SmallVec::new();
    let mut total = 1.0f64;
    for i in 0..io.n_ins() {
        let n = io.k(i).trunc();
        if !(n >= 1.0) {
            return Err("Error: no sizes set for array initialisation".into());
        }
        total *= n;
        world.limits.check(Limit::ArrayElements, total as u64, || format!("an array of {total} elements"))?;
        dims.push(n as u32);
    }
    let ksmps = io.clock.ksmps;
    if let Some(mut a) = io.array_out(0) {
        *a = ArrayVal::empty(io.out_base(0));
        world.ask_memory((total as usize).saturating_mul(a.element_bytes(ksmps)), "an array")?;
        a.resize(&dims, ksmps);
    }
    Ok(())
}

fn indices(io: &Io<'_>, from: usize) -> SmallVec<[f64; 2]> {
    (from..io.n_ins()).map(|i| io.k(i)).collect()
}

fn out_of_range(a: &ArrayVal, at: &[f64]) -> OpError {
    if at.len() != a.dims.len() {
        return OpError::new(format!(
            "Array dimension {} does not match for dimension {}",
            at.len(),
            a.dims.len()
        ));
    }
    let bad = at
        .iter()
        .zip(&a.dims)
        .enumerate()
        .find(|(_, (i, d))| !(i.trunc() >= 0.0 && i.trunc() < f64::from(**d)));
    match bad {
        Some((n, (i, d))) => OpError::new(format!(
            "Array index {} out of range (0,{}) for dimension {}",
            i.trunc(),
            i64::from(*d) - 1,
            n + 1
        )),
        None => OpError::new("Array index out of range"),
    }
}

/// The element that the inputs from `from` on tell.
#[inline(always)]
fn position(io: &Io<'_>, a: &ArrayVal, from: usize) -> Option<usize> {
    if io.n_ins() == from + 1 { a.position_1d(io.k(from)) } else { a.position(&indices(io, from)) }
}

fn array_get(io: &Io<'_>) -> OpResult {
    let Some(a) = io.array(0) else { return Err("array has no value".into()) };
    let Some(at) = position(io, &a, 1) else { return Err(out_of_range(&a, &indices(io, 1))) };
    match &a.data {
        ArrayData::Num(v) => io.set(0, v[at]),
        ArrayData::Str(v) => io.set_str(0, &v[at]),
        ArrayData::Audio(v) => {
            let start = at * io.clock.ksmps + io.first;
            for (o, x) in io.out(0).iter().zip(&v[start..]) {
                o.set(*x);
            }
        }
        ArrayData::Spectrum(v) => {
            if let Some(mut out) = io.spectrum_out(0) {
                out.clone_from(&v[at]);
            }
        }
    }
    Ok(())
}

fn array_set(io: &Io<'_>) -> OpResult {
    let Some(mut a) = io.array_in_mut(0) else { return Err("array has no value".into()) };
    let Some(at) = position(io, &a, 2) else { return Err(out_of_range(&a, &indices(io, 2))) };
    match &mut a.data {
        ArrayData::Num(v) => v[at] = io.k(1),
        ArrayData::Str(v) => set_text(&mut v[at], &io.str(1)),
        ArrayData::Audio(v) => {
            let start = at * io.clock.ksmps + io.first;
            let x = io.x(1);
            for (n, slot) in v[start..start + io.samples_len()].iter_mut().enumerate() {
                *slot = x.at(n);
            }
        }
        ArrayData::Spectrum(v) => {
            if let Some(s) = io.spectrum(1) {
                v[at].clone_from(&s);
            }
        }
    }
    Ok(())
}

/// Position of a sample within the k-cycle's block.
fn sample_index(io: &Io<'_>, at: usize) -> Result<usize, OpError> {
    let i = io.k(at).trunc();
    if i >= 0.0 && i < io.clock.ksmps as f64 {
        Ok(i as usize)
    } else {
        Err(OpError::new(format!("sample {i} is not within a k-cycle of {} samples", io.clock.ksmps)))
    }
}

fn sample_get(io: &Io<'_>) -> OpResult {
    let i = sample_index(io, 1)?;
    let value = match i.checked_sub(io.first) {
        Some(n) if i < io.end => io.x(0).at(n),
        _ => 0.0,
    };
    io.set(0, value);
    Ok(())
}

fn sample_set(io: &Io<'_>) -> OpResult {
    let i = sample_index(io, 2)?;
    if let Some(cell) = i.checked_sub(io.first).and_then(|n| io.out(0).get(n)) {
        cell.set(io.k(1));
    }
    Ok(())
}

fn array_copy(io: &Io<'_>) -> OpResult {
    if let (Some(mut out), Some(a)) = (io.array_out(0), io.array(0)) {
        out.copy_from(&a);
    }
    Ok(())
}

fn array_shape(io: &Io<'_>) -> OpResult {
    let ksmps = io.clock.ksmps;
    let Some(first) = io.array(0) else { return Ok(()) };
    if (1..io.n_ins()).any(|i| io.array(i).is_some_and(|a| a.dims != first.dims)) {
        return Err("Dimensions do not match in array arithmetic".into());
    }
    if let Some(mut out) = io.array_out(0)
        && out.dims != first.dims
    {
        out.resize(&first.dims, ksmps);
    }
    Ok(())
}

fn array_fill(io: &Io<'_>) -> OpResult {
    let ksmps = io.clock.ksmps;
    let Some(mut out) = io.array_out(0) else { return Ok(()) };
    match &mut out.data {
        ArrayData::Num(v) => v.fill(io.k(0)),
        ArrayData::Str(v) => v.iter_mut().for_each(|s| set_text(s, &io.str(0))),
        ArrayData::Audio(v) => {
            let x = io.x(0);
            for element in v.chunks_mut(ksmps) {
                for n in 0..io.samples_len() {
                    element[io.first + n] = x.at(n);
                }
            }
        }
        ArrayData::Spectrum(_) => {}
    }
    Ok(())
}

fn array_list(io: &Io<'_>) -> OpResult {
    let ksmps = io.clock.ksmps;
    let n = io.n_ins();
    let Some(mut out) = io.array_out(0) else { return Ok(()) };
    if out.len() != n {
        *out = ArrayVal::empty(io.out_base(0));
        out.resize(&[n as u32], ksmps);
    }
    match &mut out.data {
        ArrayData::Num(v) => v.iter_mut().enumerate().for_each(|(i, x)| *x = io.k(i)),
        ArrayData::Str(v) => v.iter_mut().enumerate().for_each(|(i, s)| set_text(s, &io.str(i))),
        ArrayData::Audio(v) => {
            for (i, element) in v.chunks_mut(ksmps).enumerate() {
                let x = io.x(i);
                for n in 0..io.samples_len() {
                    element[io.first + n] = x.at(n);
                }
            }
        }
        ArrayData::Spectrum(_) => {}
    }
    Ok(())
}

fn map(io: &Io<'_>, f: impl Fn(f64) -> f64) -> OpResult {
    let (Some(mut out), Some(a)) = (io.array_out(0), io.array(0)) else { return Ok(()) };
    out.copy_from(&a);
    match &mut out.data {
        ArrayData::Num(v) | ArrayData::Audio(v) => v.iter_mut().for_each(|x| *x = f(*x)),
        _ => {}
    }
    Ok(())
}

/// One side of element-wise arithmetic.
enum Side<'a> {
    /// Numbers, one for each number of the result.
    Numbers(&'a [f64]),
    /// One number for all.
    One(f64),
    /// The note's part of a signal, which starts at a sample of the k-cycle; silent outside.
    Signal(&'a [Cell<f64>], usize),
}

impl<'a> Side<'a> {
    /// Input `i` as it meets element `e` of an array whose elements have `per` samples, or none.
    fn of(io: &Io<'a>, i: usize, array: Option<&'a ArrayVal>, e: usize, per: Option<usize>) -> Self {
        match (array.map(|a| &a.data), per) {
            (Some(ArrayData::Num(v)), None) => Self::Numbers(v),
            (Some(ArrayData::Num(v)), Some(_)) => Self::One(v.get(e).copied().unwrap_or(0.0)),
            (Some(ArrayData::Audio(v)), Some(per)) => Self::Numbers(v.get(e * per..).unwrap_or(&[])),
            (Some(ArrayData::Audio(v)), None) => Self::Numbers(v),
            (Some(_), _) => Self::One(0.0),
            (None, Some(_)) if io.is_audio_in(i) => Self::Signal(io.a(i), io.first),
            (None, _) => Self::One(io.k(i)),
        }
    }

    #[inline(always)]
    fn at(&self, n: usize) -> f64 {
        match self {
            Self::Numbers(v) => v.get(n).copied().unwrap_or(0.0),
            Self::One(x) => *x,
            Self::Signal(samples, first) => {
                n.checked_sub(*first).and_then(|n| samples.get(n)).map_or(0.0, Cell::get)
            }
        }
    }
}

/// Element-wise arithmetic. An audio array may meet numbers, k-arrays and audio signals.
fn array_bin(io: &Io<'_>, op: BinaryOp) -> OpResult {
    let Some(mut out) = io.array_out(0) else { return Ok(()) };
    let (l, r) = (io.array(0), io.array(1));
    let dims = match (&l, &r) {
        (Some(a), Some(b)) if a.dims != b.dims => {
            return Err("Dimensions do not match in array arithmetic".into());
        }
        (Some(a), _) | (_, Some(a)) => &a.dims,
        _ => return Ok(()),
    };
    if out.dims != *dims {
        out.resize(dims, io.clock.ksmps);
    }
    let per = (io.out_base(0) == Base::A).then_some(io.clock.ksmps);
    let divides = op == BinaryOp::Div && r.is_some() && per.unwrap_or(1) == 1;
    let (ArrayData::Num(v) | ArrayData::Audio(v)) = &mut out.data else { return Ok(()) };
    for (e, element) in v.chunks_mut(per.unwrap_or(usize::MAX)).enumerate() {
        let (x, y) = (Side::of(io, 0, l.as_deref(), e, per), Side::of(io, 1, r.as_deref(), e, per));
        match op {
            BinaryOp::Add => element.iter_mut().enumerate().for_each(|(n, z)| *z = x.at(n) + y.at(n)),
            BinaryOp::Sub => element.iter_mut().enumerate().for_each(|(n, z)| *z = x.at(n) - y.at(n)),
            BinaryOp::Mul => element.iter_mut().enumerate().for_each(|(n, z)| *z = x.at(n) * y.at(n)),
            _ => {
                for (n, z) in element.iter_mut().enumerate() {
                    if divides && y.at(n) == 0.0 {
                        return Err("division by zero in array-var".into());
                    }
                    *z = arith::binary(op, x.at(n), y.at(n));
                }
            }
        }
    }
    Ok(())
}
