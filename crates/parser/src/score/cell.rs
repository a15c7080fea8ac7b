//! A p-field in 8 bytes: a finite number, or in the payload of a NaN the index of a string or of
//! something that is worked out after sorting.

/// One p-field; see [`crate::score::Score::value`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell(u64);

const TAG: u64 = 0xFFFF_0000_0000_0000;
const TEXT: u64 = 0x7FFA_0000_0000_0000;
const SPECIAL: u64 = 0x7FFB_0000_0000_0000;

impl Cell {
    /// A `+` in p2.
    pub(super) const PLUS: Cell = Cell(0x7FFC_0000_0000_0000);
    /// Text that is no number; read as 0.
    pub(super) const BAD: Cell = Cell(0x7FFD_0000_0000_0000);

    /// A number; what is not finite becomes 0.
    pub(super) fn of(value: f64) -> Self {
        if value.is_finite() { Cell(value.to_bits()) } else { Cell(0) }
    }

    /// Any number, finite or not, for a field that is still to be computed with.
    pub(super) fn raw(value: f64) -> Self {
        Cell(value.to_bits())
    }

    pub(super) fn of_text(index: u32) -> Self {
        Cell(TEXT | u64::from(index))
    }

    pub(super) fn of_special(index: u32) -> Self {
        Cell(SPECIAL | u64::from(index))
    }

    fn payload(self, tag: u64) -> Option<u32> {
        (self.0 & TAG == tag).then_some(self.0 as u32)
    }

    /// Index of the string, where this is one.
    pub fn text(self) -> Option<u32> {
        self.payload(TEXT)
    }

    pub(super) fn special(self) -> Option<u32> {
        self.payload(SPECIAL)
    }

    /// The number; 0 for a string.
    pub fn number(self) -> f64 {
        let value = f64::from_bits(self.0);
        if value.is_nan() { 0.0 } else { value }
    }
}
