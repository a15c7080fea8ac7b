//! Documents taken apart and their texts expanded: macros, conditions, loops, includes of themselves.
#![no_main]

use libfuzzer_sys::fuzz_target;
use orchestrion::base::limits::{Limit, Limits};
use orchestrion::base::source::SourceMap;
use orchestrion::parser::csd;
use orchestrion::parser::preprocess::{Includes, Language, Options, expand};

/// Every file that is asked for holds the text itself.
struct Itself<'a>(&'a str);

impl Includes for Itself<'_> {
    fn read(&mut self, _: &str, _: &str) -> Result<String, String> {
        Ok(self.0.to_owned())
    }
}

fuzz_target!(|text: &str| {
    let mut sources = SourceMap::default();
    let file = sources.add("fuzz", text);
    let (document, _) = csd::parse(&sources, file);
    for (span, language) in [(document.orchestra, Language::Orchestra), (document.score, Language::Score)] {
        let Some(span) = span else { continue };
        let options = Options { limits: Limits::default().with(Limit::TextBytes, 100_000), ..Options::new(language) };
        expand(&mut sources, span, &mut Itself(text), &options);
    }
});
