//! Memory of the global variables.

use crate::spectrum::Spectrum;
use crate::ty::{Base, Ty};
use crate::value::ArrayVal;
use bstr::BString;
use std::cell::{Cell, RefCell};

/// Memory of the global variables, one entry per global and kind; a kind that no global has is empty.
#[derive(Default)]
pub struct GlobalMem {
    /// Numbers.
    pub cells: Vec<Cell<f64>>,
    /// Signals, `ksmps` samples each.
    pub audio: Vec<Cell<f64>>,
    /// Strings.
    pub strings: Vec<RefCell<BString>>,
    /// Arrays.
    pub arrays: Vec<RefCell<ArrayVal>>,
    /// Spectral frames.
    pub spectra: Vec<RefCell<Spectrum>>,
    ksmps: usize,
}

impl GlobalMem {
    /// Makes room for globals of these types; what is there already stays.
    pub fn grow(&mut self, types: &[Ty], ksmps: usize) {
        self.ksmps = ksmps;
        let any = |f: fn(&Ty) -> bool| types.iter().any(f);
        let n = types.len();
        self.cells.resize_with(n, Cell::default);
        if any(|t| t.base == Base::A && !t.is_array()) {
            self.audio.resize_with(n * ksmps, Cell::default);
        }
        if any(|t| t.base == Base::S) {
            self.strings.resize_with(n, RefCell::default);
        }
        if any(|t| t.is_array()) {
            for ty in &types[self.arrays.len()..] {
                self.arrays.push(RefCell::new(ArrayVal::empty(ty.base)));
            }
        }
        if any(|t| matches!(t.base, Base::F | Base::W)) {
            self.spectra.resize_with(n, RefCell::default);
        }
    }

    /// Keeps the first `n` globals.
    pub fn shrink(&mut self, n: usize) {
        self.cells.truncate(n);
        self.audio.truncate(n * self.ksmps);
        self.strings.truncate(n);
        self.arrays.truncate(n);
        self.spectra.truncate(n);
    }

    /// How many globals there are.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Takes over the values that `other` has of the globals from number `first` on.
    pub fn copy_from(&self, other: &Self, first: usize) {
        pairs(&self.cells, &other.cells, first, |to, from| to.set(from.get()));
        pairs(&self.audio, &other.audio, first * self.ksmps, |to, from| to.set(from.get()));
        pairs(&self.strings, &other.strings, first, |to, from| to.borrow_mut().clone_from(&from.borrow()));
        pairs(&self.arrays, &other.arrays, first, |to, from| to.borrow_mut().clone_from(&from.borrow()));
        pairs(&self.spectra, &other.spectra, first, |to, from| to.borrow_mut().clone_from(&from.borrow()));
    }

    /// Samples of a global signal.
    pub fn signal(&self, g: u16) -> &[Cell<f64>] {
        let at = usize::from(g) * self.ksmps;
        self.audio.get(at..at + self.ksmps).unwrap_or(&[])
    }
}

fn pairs<T>(to: &[T], from: &[T], first: usize, copy: impl Fn(&T, &T)) {
    for (to, from) in to.iter().zip(from).skip(first) {
        copy(to, from);
    }
}
