//! The registry's signatures are the reference's, in the order in which it tries them.
#![allow(clippy::unwrap_used, reason = "a test")]

use orchestrion_tests::signatures;

/// Opcodes whose signatures differ on purpose, and why.
const ON_PURPOSE: &[(&str, &str)] = &[
    ("fin", "two more that the reference takes but does not list"),
    ("framebuffer", "the reference takes anything and looks at the types by itself"),
    ("tabmap", "the reference has the same signature twice"),
];

#[test]
fn signatures_are_those_of_the_reference() {
    let stored = signatures::stored().unwrap();
    let registry = orchestrion_opcodes::registry();
    let mut faults = Vec::new();
    for op in registry.iter() {
        let Some(theirs) = stored.get(op.name) else { continue };
        let ours: Vec<_> = op.sigs.iter().map(|sig| (sig.outs.to_owned(), sig.ins.to_owned())).collect();
        let listed = ON_PURPOSE.iter().any(|(name, _)| *name == op.name);
        match (ours == *theirs, listed) {
            (true, true) => faults.push(format!("{}: listed, but equal", op.name)),
            (false, false) => faults.push(format!("{}: {} for {}", op.name, shown(&ours), shown(theirs))),
            _ => {}
        }
    }
    assert!(faults.is_empty(), "{} opcodes differ:\n{}", faults.len(), faults.join("\n"));
}

fn shown(signatures: &[(String, String)]) -> String {
    signatures.iter().map(|(outs, ins)| format!("{outs}={ins}")).collect::<Vec<_>>().join(" ")
}
