//! What the fuzz targets share: limits that keep one input short, and a render that nobody hears.

use orchestrion::base::world::Message;
use orchestrion::flags::{FlagSource, parse};
use orchestrion::host::MemoryHost;
use orchestrion::options::Output;
use orchestrion::piece::{Compiled, compile_text};
use orchestrion::render::{Progress, Watch, render};
use std::sync::Arc;

/// Flags that keep a piece short: what an input may use is limited, not what it may try.
const LIMITS: &[&str] = &[
    "--end=0.02",
    "--limit:init-steps=200000",
    "--limit:cycle-steps=100000",
    "--limit:instances=200",
    "--limit:events=5000",
    "--limit:cycle-events=500",
    "--limit:table-points=1000000",
    "--limit:table-bytes=50000000",
    "--limit:note-bytes=50000000",
    "--limit:array-elements=100000",
    "--limit:string-bytes=100000",
    "--limit:message-bytes=1000000",
    "--limit:text-bytes=200000",
    "--limit:recursion=64",
    "--limit:output-seconds=0.1",
];

struct Nobody;

impl Watch for Nobody {
    fn message(&mut self, _: &Message) {}

    fn progress(&mut self, _: &Progress) -> bool {
        true
    }
}

/// Compiles a document with files that it may read.
pub fn compile(document: &str, host: &MemoryHost) -> Compiled {
    let words: Vec<String> = LIMITS.iter().map(|word| (*word).to_owned()).collect();
    let (flags, _) = parse(&words, FlagSource::CommandLine);
    compile_text("fuzz", document, host, flags, orchestrion::opcodes::registry())
}

/// Compiles and renders a document.
pub fn perform(document: &str, host: MemoryHost) {
    let Some(mut piece) = compile(document, &host).piece else { return };
    piece.options.output = Some(Output::Null);
    render(piece, Arc::new(host), &mut Nobody);
}
