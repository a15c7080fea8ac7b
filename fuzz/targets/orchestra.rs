//! The orchestra parser; its tree must print.
#![no_main]

use libfuzzer_sys::fuzz_target;
use orchestrion::base::source::SourceMap;
use orchestrion::parser::orc;

fuzz_target!(|text: &str| {
    let mut sources = SourceMap::default();
    let file = sources.add("fuzz", text);
    let (tree, _) = orc::parse(&sources, file, None, &|name| name.len() % 2 == 0);
    orc::dump(&tree);
});
