//! Runtime values that are more than a number: arrays. Spectral signals are in [`crate::spectrum`].

use crate::spectrum::Spectrum;
use crate::text::set_text;
use crate::ty::Base;
use bstr::BString;
use smallvec::SmallVec;

/// An array of numbers, strings or audio signals.
#[derive(Clone, Debug, PartialEq)]
pub struct ArrayVal {
    /// Extent of each dimension; empty before the array was given a size.
    pub dims: SmallVec<[u32; 2]>,
    /// Elements, row by row.
    pub data: ArrayData,
}

/// Elements of an [`ArrayVal`].
#[derive(Clone, Debug, PartialEq)]
pub enum ArrayData {
    /// i- or k-rate numbers.
    Num(Vec<f64>),
    /// Strings.
    Str(Vec<BString>),
    /// Audio signals, one after the other, each `ksmps` samples of the current k-cycle.
    Audio(Vec<f64>),
    /// Spectral frames.
    Spectrum(Vec<Spectrum>),
}

impl ArrayVal {
    /// An array without size, for elements of type `base`.
    pub fn empty(base: Base) -> Self {
        let data = match base {
            Base::S => ArrayData::Str(Vec::new()),
            Base::A => ArrayData::Audio(Vec::new()),
            Base::F | Base::W => ArrayData::Spectrum(Vec::new()),
            _ => ArrayData::Num(Vec::new()),
        };
        Self { dims: SmallVec::new(), data }
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.dims.iter().map(|&d| d as usize).product::<usize>() * usize::from(!self.dims.is_empty())
    }

    /// Whether the array has no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of one element; signals have `ksmps` samples.
    pub fn element_bytes(&self, ksmps: usize) -> usize {
        match &self.data {
            ArrayData::Num(_) => size_of::<f64>(),
            ArrayData::Str(_) => size_of::<BString>(),
            ArrayData::Audio(_) => size_of::<f64>() * ksmps,
            ArrayData::Spectrum(_) => size_of::<Spectrum>(),
        }
    }

    /// Whether a size was ever given.
    pub fn is_sized(&self) -> bool {
        !self.dims.is_empty()
    }

    /// Gives the array a shape. New elements are 0, empty or silent; old ones stay where they are in
    /// row-major order. `ksmps` is the length of one audio element.
    pub fn resize(&mut self, dims: &[u32], ksmps: usize) {
        self.dims = SmallVec::from_slice(dims);
        let n = self.len();
        match &mut self.data {
            ArrayData::Num(v) => v.resize(n, 0.0),
            ArrayData::Str(v) => v.resize(n, BString::default()),
            ArrayData::Audio(v) => v.resize(n * ksmps, 0.0),
            ArrayData::Spectrum(v) => v.resize(n, Spectrum::default()),
        }
    }

    /// Takes shape and elements of another array, in the memory it has if there is room.
    pub fn copy_from(&mut self, from: &Self) {
        self.dims.clone_from(&from.dims);
        match (&mut self.data, &from.data) {
            (ArrayData::Num(to), ArrayData::Num(from)) | (ArrayData::Audio(to), ArrayData::Audio(from)) => {
                to.clone_from(from);
            }
            (ArrayData::Str(to), ArrayData::Str(from)) => {
                to.resize(from.len(), BString::default());
                to.iter_mut().zip(from).for_each(|(to, from)| set_text(to, from));
            }
            (ArrayData::Spectrum(to), ArrayData::Spectrum(from)) => to.clone_from(from),
            (to, from) => *to = from.clone(),
        }
    }

    /// The numbers; empty for arrays of anything else.
    pub fn nums(&self) -> &[f64] {
        match &self.data {
            ArrayData::Num(v) => v,
            _ => &[],
        }
    }

    /// The numbers, mutable; empty for arrays of anything else.
    pub fn nums_mut(&mut self) -> &mut [f64] {
        match &mut self.data {
            ArrayData::Num(v) => v,
            _ => &mut [],
        }
    }

    /// The strings; empty for arrays of anything else.
    pub fn strs(&self) -> &[BString] {
        match &self.data {
            ArrayData::Str(v) => v,
            _ => &[],
        }
    }

    /// The strings, mutable; empty for arrays of anything else.
    pub fn strs_mut(&mut self) -> &mut [BString] {
        match &mut self.data {
            ArrayData::Str(v) => v,
            _ => &mut [],
        }
    }

    /// Samples of audio element `i`; empty out of range or for arrays of anything else.
    pub fn audio(&self, i: usize, ksmps: usize) -> &[f64] {
        match &self.data {
            ArrayData::Audio(v) => v.get(i * ksmps..(i + 1) * ksmps).unwrap_or(&[]),
            _ => &[],
        }
    }

    /// Samples of audio element `i`, mutable; empty out of range or for arrays of anything else.
    pub fn audio_mut(&mut self, i: usize, ksmps: usize) -> &mut [f64] {
        match &mut self.data {
            ArrayData::Audio(v) => v.get_mut(i * ksmps..(i + 1) * ksmps).unwrap_or(&mut []),
            _ => &mut [],
        }
    }

    /// Position of element `i` of an array of one dimension; `None` as for [`Self::position`].
    #[inline(always)]
    pub fn position_1d(&self, i: f64) -> Option<usize> {
        match self.dims[..] {
            [len] => index(i, len),
            _ => None,
        }
    }

    /// Row-major position of an element, or `None` when an index is out of range or their number is
    /// wrong. Indices are truncated as the reference does.
    pub fn position(&self, indices: &[f64]) -> Option<usize> {
        if indices.len() != self.dims.len() || indices.is_empty() {
            return None;
        }
        let mut at = 0usize;
        for (&i, &d) in indices.iter().zip(&self.dims) {
            at = at * d as usize + index(i, d)?;
        }
        Some(at)
    }
}

/// An index, truncated, below `len`.
#[inline(always)]
fn index(i: f64, len: u32) -> Option<usize> {
    (i > -1.0 && i < f64::from(len)).then_some(i as u32 as usize)
}
