//! Whole documents compiled, and every finding placed in the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use orchestrion::host::MemoryHost;

fuzz_target!(|text: &str| {
    let compiled = orchestrion_fuzz::compile(text, &MemoryHost::default());
    for finding in &compiled.diagnostics {
        compiled.sources.locate(finding.span);
    }
});
