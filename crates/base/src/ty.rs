//! Types of Csound values as far as names and signatures know them.

use std::fmt;

/// The element type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Base {
    /// Number that changes only while a note initialises.
    I,
    /// Number with one value per k-cycle.
    K,
    /// Audio signal, one value per sample.
    A,
    /// String of bytes.
    S,
    /// Spectral frame (f-signal).
    F,
    /// Spectrum of the old `spectrum` family (w-signal).
    W,
    /// Truth value known at init time.
    BoolI,
    /// Truth value that may change every k-cycle.
    BoolK,
}

/// A type: an element type and the number of array dimensions (0 for a plain value).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ty {
    /// Element type.
    pub base: Base,
    /// Array dimensions.
    pub dims: u8,
}

impl Ty {
    /// i-rate number.
    pub const I: Ty = Ty::plain(Base::I);
    /// k-rate number.
    pub const K: Ty = Ty::plain(Base::K);
    /// Audio signal.
    pub const A: Ty = Ty::plain(Base::A);
    /// String.
    pub const S: Ty = Ty::plain(Base::S);
    /// Spectral frame.
    pub const F: Ty = Ty::plain(Base::F);
    /// Init-time truth value.
    pub const BOOL_I: Ty = Ty::plain(Base::BoolI);
    /// Performance-time truth value.
    pub const BOOL_K: Ty = Ty::plain(Base::BoolK);

    /// A plain value of an element type.
    pub const fn plain(base: Base) -> Ty {
        Ty { base, dims: 0 }
    }

    /// An array of `dims` dimensions.
    pub const fn array(base: Base, dims: u8) -> Ty {
        Ty { base, dims }
    }

    /// Whether this is an array.
    pub const fn is_array(self) -> bool {
        self.dims > 0
    }

    /// The type a variable's name gives it: the first letter after an optional `g`.
    /// `None` where that letter means nothing, as in `foo`... which Csound reads as an f-signal only
    /// because of its first letter.
    pub fn of_name(name: &str) -> Option<Ty> {
        let local = name.strip_prefix('g').unwrap_or(name);
        let base = match local.as_bytes().first()? {
            b'i' => Base::I,
            b'k' => Base::K,
            b'a' => Base::A,
            b'S' => Base::S,
            b'f' => Base::F,
            b'w' => Base::W,
            b'p' if local.len() > 1 && local[1..].bytes().all(|b| b.is_ascii_digit()) => Base::I,
            _ => return None,
        };
        Some(Ty::plain(base))
    }

    /// The type a single signature letter or annotation names, such as `k` in `op:k(x)`.
    pub fn of_letter(letter: char) -> Option<Ty> {
        Some(Ty::plain(match letter {
            'i' => Base::I,
            'k' => Base::K,
            'a' => Base::A,
            'S' => Base::S,
            'f' => Base::F,
            'w' => Base::W,
            'b' => Base::BoolI,
            'B' => Base::BoolK,
            _ => return None,
        }))
    }

    /// The element's letter.
    pub fn letter(self) -> char {
        match self.base {
            Base::I => 'i',
            Base::K => 'k',
            Base::A => 'a',
            Base::S => 'S',
            Base::F => 'f',
            Base::W => 'w',
            Base::BoolI => 'b',
            Base::BoolK => 'B',
        }
    }
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.letter())?;
        for _ in 0..self.dims {
            f.write_str("[]")?;
        }
        Ok(())
    }
}

/// Whether a name is a global variable's: `g` followed by a type letter.
pub fn is_global_name(name: &str) -> bool {
    name.len() > 2 && name.starts_with('g') && Ty::of_name(name).is_some()
        || name.len() == 2 && name.starts_with('g') && Ty::of_letter(name.as_bytes()[1] as char).is_some()
}
