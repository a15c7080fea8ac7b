//! Signature letters: which arguments fit which input, and what an output is (semantics C1 to C3).

use orchestrion_base::ty::{Base, Ty};

/// What kind of expression an argument is, as far as signatures tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Number literal.
    Const,
    /// Reserved constant such as `sr`.
    Reserved,
    /// p-field.
    PField,
    /// Anything else: the type decides.
    Value,
    /// A name that is no variable: a label.
    Label,
}

/// An argument as signatures see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// Type.
    pub ty: Ty,
    /// Kind of expression.
    pub found: Found,
}

/// One entry of a signature: a letter and its array dimensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Letter.
    pub letter: char,
    /// Number of `[]` behind it.
    pub dims: u8,
}

/// Splits a signature such as `k[]io` into entries.
pub fn entries(sig: &str) -> Vec<Entry> {
    let mut list: Vec<Entry> = Vec::new();
    for c in sig.chars() {
        match c {
            '[' => {
                if let Some(last) = list.last_mut() {
                    last.dims += 1;
                }
            }
            ']' | ' ' => {}
            letter => list.push(Entry { letter, dims: 0 }),
        }
    }
    list
}

/// The value that a missing optional argument takes; `None` if the entry is not optional.
pub fn default_of(entry: Entry) -> Option<Option<f64>> {
    if entry.dims > 0 {
        return None;
    }
    Some(Some(match entry.letter {
        'o' | 'O' => 0.0,
        'p' | 'P' => 1.0,
        'q' => 10.0,
        'v' | 'V' => 0.5,
        'j' | 'J' => -1.0,
        'h' => 127.0,
        '?' => return Some(None),
        _ => return None,
    }))
}

/// Whether an input entry takes any number of arguments.
pub fn is_variadic(entry: Entry) -> bool {
    entry.dims == 0 && matches!(entry.letter, 'm' | 'M' | 'N' | 'n' | 'W' | 'y' | 'z' | 'Z' | '*')
        || entry.dims > 0 && matches!(entry.letter, 'm' | 'M' | 'N' | 'z' | '*')
}

/// Whether an argument fits an input entry.
pub fn accepts(entry: Entry, given: Given) -> bool {
    if given.found == Found::Label {
        return entry.letter == 'l';
    }
    if entry.dims > 0 {
        let base =
            entry.letter == '.' || Ty::of_letter(entry.letter).is_some_and(|t| t.base == given.ty.base);
        return given.ty.is_array() && (base || is_variadic(entry));
    }
    if matches!(entry.letter, '.' | '?' | '*') {
        return true;
    }
    if given.ty.is_array() {
        return false;
    }
    let base = given.ty.base;
    let i = base == Base::I;
    let k = i || base == Base::K;
    match entry.letter {
        'i' | 'o' | 'p' | 'q' | 'v' | 'j' | 'h' | 'm' | 'n' => i,
        'k' | 'O' | 'P' | 'V' | 'J' | 'z' => k,
        'a' | 'y' => base == Base::A,
        'x' | 'M' | 'Z' => k || base == Base::A,
        'S' | 'W' => base == Base::S,
        'T' => base == Base::S || i,
        'U' => base == Base::S || k,
        'N' => k || matches!(base, Base::A | Base::S),
        'B' => matches!(base, Base::BoolK | Base::BoolI),
        'b' => base == Base::BoolI,
        'f' => base == Base::F,
        'w' => base == Base::W,
        'l' => false,
        _ => false,
    }
}

/// Whether arguments fit the inputs of a signature.
pub fn inputs_match(sig: &[Entry], given: &[Given]) -> bool {
    let mut at = 0;
    for (i, &entry) in sig.iter().enumerate() {
        if is_variadic(entry) && i + 1 == sig.len() {
            let rest = &given[at.min(given.len())..];
            let odd = entry.letter != 'n' || rest.len() % 2 == 1;
            return odd && rest.iter().all(|&g| accepts(entry, g));
        }
        match given.get(at) {
            Some(&g) if accepts(entry, g) => at += 1,
            Some(_) => return false,
            None if default_of(entry).is_some() || is_variadic(entry) => {}
            None => return false,
        }
    }
    at == given.len()
}

/// Whether a variable fits an output entry.
pub fn output_accepts(entry: Entry, ty: Ty) -> bool {
    if entry.dims > 0 {
        return ty.is_array()
            && (entry.letter == '.' || Ty::of_letter(entry.letter).is_some_and(|t| t.base == ty.base));
    }
    if matches!(entry.letter, '*' | '.') {
        return true;
    }
    if ty.is_array() {
        return false;
    }
    match entry.letter {
        's' => matches!(ty.base, Base::K | Base::A),
        'm' => ty.base == Base::A,
        'z' => ty.base == Base::K,
        'I' => matches!(ty.base, Base::I | Base::S),
        'X' => matches!(ty.base, Base::A | Base::K | Base::I),
        'N' => matches!(ty.base, Base::A | Base::K | Base::I | Base::S),
        'F' => ty.base == Base::F,
        letter => Ty::of_letter(letter).is_some_and(|t| t == ty),
    }
}

/// Whether an output entry may be left out or repeated.
pub fn output_is_variadic(entry: Entry) -> bool {
    matches!(entry.letter, 'm' | 'z' | 'I' | 'X' | 'N' | 'F' | '*') && entry.dims == 0
}

/// Whether variables fit the outputs of a signature.
pub fn outputs_match(sig: &[Entry], outs: &[Ty]) -> bool {
    if outs.len() > sig.len() && sig.last().is_none_or(|&e| e.letter != '*') {
        return false;
    }
    let fits = outs
        .iter()
        .enumerate()
        .all(|(i, &ty)| sig.get(i).or(sig.last()).is_some_and(|&e| output_accepts(e, ty)));
    fits && sig.iter().skip(outs.len()).all(|&e| output_is_variadic(e))
}

/// Type of the value that a call with these outputs has inside an expression; `None` if it has none
/// or several (semantics C8).
pub fn value_type(sig: &[Entry]) -> Option<Ty> {
    let first = *sig.first()?;
    if sig.iter().skip(1).any(|&e| !output_is_variadic(e)) {
        return None;
    }
    let base = match first.letter {
        's' | 'm' | 'X' | 'N' => Base::A,
        'z' => Base::K,
        'I' => Base::I,
        'F' => Base::F,
        letter => Ty::of_letter(letter)?.base,
    };
    Some(Ty { base, dims: first.dims })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(letters: &str) -> Vec<Given> {
        entries(letters)
            .iter()
            .map(|e| Given {
                ty: Ty { dims: e.dims, ..Ty::of_letter(e.letter).expect("a type letter") },
                found: Found::Value,
            })
            .collect()
    }

    fn fits(sig: &str, args: &str) -> bool {
        inputs_match(&entries(sig), &given(args))
    }

    #[test]
    fn inputs_follow_the_letter_table() {
        assert!(fits("xkjo", "aii") && fits("kkjo", "ki") && !fits("kkjo", "ak"));
        assert!(fits("iim", "iiiii") && !fits("iim", "ik"));
        assert!(fits("k[]m", "k[]i") && !fits("k[]m", "a[]i") && fits(".[]p", "S[]"));
        assert!(!fits("a", "k") && !fits("kk", "kkk"));
        assert!(fits("SN", "Siak") && !fits("S", "i") && fits("T", "i"));
    }

    #[test]
    fn outputs_are_exact_but_for_the_variadic_ones() {
        let out = |sig: &str, args: &str| {
            outputs_match(&entries(sig), &given(args).iter().map(|g| g.ty).collect::<Vec<_>>())
        };
        assert!(out("a", "a") && !out("a", "k") && !out("aa", "a"));
        assert!(out("mmmm", "aa") && out("zzzz", "k") && out("", ""));
    }
}
