//! Arguments that are no numbers: strings, arrays, spectral frames.

use super::{Arg, Io, Place};
use crate::spectrum::Spectrum;
use crate::text::{Text, set_text};
use crate::value::ArrayVal;
use bstr::{BStr, BString, ByteSlice};
use std::cell::{Ref, RefCell, RefMut};

impl<'a> Io<'a> {
    /// Whether input `i` holds a string: literal, variable, or p-field given as a string.
    pub fn is_str(&self, i: usize) -> bool {
        match self.args.get(self.outs + i) {
            Some(a) => match a.place {
                Place::Str | Place::Literal | Place::GlobalStr => true,
                Place::PField => self.note.strings.borrow().iter().any(|(n, _)| *n == a.slot),
                _ => false,
            },
            None => false,
        }
    }

    /// Whether input `i` is an array.
    pub fn is_array(&self, i: usize) -> bool {
        self.args.get(self.outs + i).is_some_and(|a| matches!(a.place, Place::Array | Place::GlobalArray))
    }

    /// String input `i`; empty if it is a number.
    pub fn str(&self, i: usize) -> Text<'a> {
        match self.args.get(self.outs + i) {
            Some(a) => match a.place {
                Place::Literal => Text::Literal(
                    self.mem.literals.get(a.slot as usize).map_or(BStr::new(b""), |s| s.as_bstr()),
                ),
                Place::PField => Text::Owned(self.note.string(a.slot).unwrap_or_default()),
                _ => self.string_cell(*a).map_or(Text::Literal(BStr::new(b"")), |c| Text::Var(c.borrow())),
            },
            None => Text::Literal(BStr::new(b"")),
        }
    }

    /// String input `i` as text, invalid UTF-8 replaced.
    pub fn text(&self, i: usize) -> String {
        self.str(i).to_str_lossy().into_owned()
    }

    fn string_cell(&self, a: Arg) -> Option<&'a RefCell<BString>> {
        match a.place {
            Place::Str => self.mem.strings.get(a.slot as usize),
            Place::GlobalStr => self.mem.globals.strings.get(a.slot as usize),
            _ => None,
        }
    }

    /// Sets string output `o`.
    pub fn set_str(&self, o: usize, value: &[u8]) {
        if let Some(cell) = self.args.get(o).and_then(|&a| self.string_cell(a)) {
            set_text(&mut cell.borrow_mut(), value);
        }
    }

    /// Copies string input `i` to string output `o`.
    pub fn copy_str(&self, o: usize, i: usize) {
        // The same variable holds its text already.
        if self.args.get(o) != self.args.get(self.outs + i) {
            self.set_str(o, &self.str(i));
        }
    }

    /// Copies the global string `g` to string output `o`.
    pub fn copy_global_str(&self, o: usize, g: u16) {
        let itself = |a: &Arg| a.place == Place::GlobalStr && a.slot == g;
        if let (Some(text), false) =
            (self.mem.globals.strings.get(usize::from(g)), self.args.get(o).is_some_and(itself))
        {
            self.set_str(o, &text.borrow());
        }
    }

    fn array_cell(&self, a: Arg) -> Option<&'a RefCell<ArrayVal>> {
        match a.place {
            Place::Array => self.mem.arrays.get(a.slot as usize),
            Place::GlobalArray => self.mem.globals.arrays.get(a.slot as usize),
            _ => None,
        }
    }

    /// Array input `i`. The compiler keeps outputs and inputs in different arrays.
    pub fn array(&self, i: usize) -> Option<Ref<'a, ArrayVal>> {
        self.args.get(self.outs + i).and_then(|&a| self.array_cell(a)).map(RefCell::borrow)
    }

    /// Array input `i`, to be changed in place (`scalearray`, `sort`-like opcodes that take an array).
    pub fn array_in_mut(&self, i: usize) -> Option<RefMut<'a, ArrayVal>> {
        self.args.get(self.outs + i).and_then(|&a| self.array_cell(a)).map(RefCell::borrow_mut)
    }

    /// Array output `o`.
    pub fn array_out(&self, o: usize) -> Option<RefMut<'a, ArrayVal>> {
        self.args.get(o).and_then(|&a| self.array_cell(a)).map(RefCell::borrow_mut)
    }

    fn spectrum_cell(&self, a: Arg) -> Option<&'a RefCell<Spectrum>> {
        match a.place {
            Place::Spectrum => self.mem.spectra.get(a.slot as usize),
            Place::GlobalSpectrum => self.mem.globals.spectra.get(a.slot as usize),
            _ => None,
        }
    }

    /// Spectral input `i`.
    pub fn spectrum(&self, i: usize) -> Option<Ref<'a, Spectrum>> {
        self.args.get(self.outs + i).and_then(|&a| self.spectrum_cell(a)).map(RefCell::borrow)
    }

    /// Spectral input `i`, to be changed in place, which the definition must announce with
    /// [`crate::op::OpDef::changes`].
    pub fn spectrum_in_mut(&self, i: usize) -> Option<RefMut<'a, Spectrum>> {
        self.args.get(self.outs + i).and_then(|&a| self.spectrum_cell(a)).map(RefCell::borrow_mut)
    }

    /// Spectral output `o`.
    pub fn spectrum_out(&self, o: usize) -> Option<RefMut<'a, Spectrum>> {
        self.args.get(o).and_then(|&a| self.spectrum_cell(a)).map(RefCell::borrow_mut)
    }
}
