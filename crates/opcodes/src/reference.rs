//! The opcode names of the reference, built here or not, and why some never will be.
//!
//! With them a piece that uses an opcode we lack is told so by name instead of being told that there is
//! no such opcode.

/// Names that csound 6.18.1 lists (`csound -z`) or takes though it hides them; sorted, without `instr`,
/// `endin`, `opcode` and `endop`, which are syntax.
const NAMES: &str = include_str!("reference.txt");

/// Why an offline renderer cannot serve an opcode, by name or, with a final `*`, by the name's beginning.
const REFUSED: &[(&str, &str)] = &[
    (
        "it talks to other machines or programs over a network",
        "sockrecv* strecv websocket remoteport insremot insglobal midremot midglobal link_*",
    ),
    ("it needs the JACK sound server", "Jacko* jacktransport"),
    ("it needs a serial port", "serial* arduino*"),
    ("it hosts plugins that are shared libraries", "dssi*"),
    ("it runs Python", "py*"),
    ("it compiles Faust programs with a shared library", "faust*"),
    ("it runs other programs", "system system_i"),
    ("it reads or writes pictures, which are no part of a sound renderer", "image*"),
];

/// All names of the reference, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    NAMES.split_ascii_whitespace()
}

/// Why an offline renderer cannot serve the opcode `name`; `None` if it could.
pub fn refusal(name: &str) -> Option<&'static str> {
    let fits = |pattern: &str| match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    };
    REFUSED.iter().find(|(_, patterns)| patterns.split_ascii_whitespace().any(fits)).map(|(why, _)| *why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_many() {
        let all: Vec<_> = names().collect();
        assert!(all.is_sorted_by(|a, b| a < b));
        assert!(all.len() > 1600);
    }

    #[test]
    fn every_opcode_is_defined_once() {
        let mut names: Vec<_> = crate::families().flat_map(|(_, ops)| ops.iter().map(|op| op.name)).collect();
        names.sort_unstable();
        let twice: Vec<_> = names.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }

    #[test]
    fn an_opcode_is_one_of_the_references_or_an_extension() {
        let all: Vec<_> = names().collect();
        for (_, ops) in crate::families() {
            let astray: Vec<_> = ops
                .iter()
                .filter(|op| all.contains(&op.name) == op.extension)
                .map(|op| (op.name, op.extension))
                .collect();
            assert!(astray.is_empty(), "name, and whether it says that it is an extension: {astray:?}");
        }
    }

    #[test]
    fn what_is_missing_has_a_reason_only_if_it_is_for_good() {
        let registry = crate::registry();
        assert_eq!(registry.missing("dssiinit"), Some(Some("it hosts plugins that are shared libraries")));
        assert_eq!(registry.missing("pyruni"), Some(Some("it runs Python")));
        assert_eq!(registry.missing("la_k_qr_sym_eigen_mc"), Some(None));
        assert_eq!(registry.missing("tone"), None);
        assert_eq!(registry.missing("no_such_opcode"), None);
    }

    #[test]
    fn no_pattern_is_idle_and_none_hits_an_opcode_we_have() {
        let registry = crate::registry();
        for pattern in REFUSED.iter().flat_map(|(_, patterns)| patterns.split_ascii_whitespace()) {
            let start = pattern.trim_end_matches('*');
            assert!(names().any(|name| name.starts_with(start)), "{pattern}");
        }
        let both: Vec<_> =
            names().filter(|name| refusal(name).is_some() && registry.get(name).is_some()).collect();
        assert!(both.is_empty(), "served and refused: {both:?}");
    }
}
