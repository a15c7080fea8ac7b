//! String arguments of opcodes.

use bstr::{BStr, BString, ByteSlice};
use std::cell::Ref;

/// Gives a string another text, in the memory it has if there is room.
pub fn set_text(to: &mut BString, text: &[u8]) {
    to.clear();
    to.extend_from_slice(text);
}

/// A string argument, borrowed.
pub enum Text<'a> {
    /// From a literal.
    Literal(&'a BStr),
    /// From a variable.
    Var(Ref<'a, BString>),
    /// From a p-field.
    Owned(BString),
}

impl std::ops::Deref for Text<'_> {
    type Target = BStr;
    fn deref(&self) -> &BStr {
        match self {
            Text::Literal(s) => s,
            Text::Var(s) => s.as_bstr(),
            Text::Owned(s) => s.as_bstr(),
        }
    }
}
