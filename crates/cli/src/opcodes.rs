//! `orchestrion opcodes`: everything is read from the definitions.

use crate::args::{MessageFormat, OpcodesArgs};
use crate::exit::Exit;
use crate::terminal;
use orchestrion::base::op::{OpDef, Port, Sig};
use orchestrion::opcodes::{families, registry};
use orchestrion::vm::compile::WORDS;
use serde::Serialize;

/// The heading of the words that the compiler handles itself.
const LANGUAGE: &str = "language";

/// Lists opcodes or explains some.
pub fn run(args: &OpcodesArgs) -> Exit {
    let registry = registry();
    let mut status = Exit::Good;
    if args.names.is_empty() {
        terminal::out(&list(args));
        return status;
    }
    for name in &args.names {
        match registry.get(name) {
            Some(op) if args.message_format == MessageFormat::Json => terminal::out(&json(op)),
            Some(op) => terminal::out(&explain(op)),
            None if let Some(word) = word(name) => terminal::out(&one_word(word, args.message_format)),
            None => {
                status = Exit::Usage;
                let reason = match registry.missing(name) {
                    Some(Some(why)) => format!("{name}: an opcode of Csound that is not served: {why}"),
                    Some(None) => format!("{name}: an opcode of Csound that Orchestrion does not have yet"),
                    None => format!("{name}: no such opcode"),
                };
                terminal::err(&format!("{reason}\n"));
            }
        }
    }
    status
}

/// One line per opcode, under the headings of the manual's chapters.
fn list(args: &OpcodesArgs) -> String {
    let mut out = String::new();
    for (family, ops) in families().filter(|(name, _)| args.family.as_deref().is_none_or(|f| f == *name)) {
        if args.message_format == MessageFormat::Json {
            ops.iter().for_each(|op| out += &json(op));
            continue;
        }
        if ops.is_empty() {
            continue;
        }
        out += &format!("{family}\n");
        for op in ops {
            out += &format!("  {:<18} {}\n", op.name, op.summary);
        }
    }
    if args.family.as_deref().is_none_or(|f| f == LANGUAGE) {
        out += &words(args.message_format);
    }
    out
}

/// The compiler's own words.
fn words(format: MessageFormat) -> String {
    let own = |(name, _): &&(&str, &str)| registry().get(name).is_none();
    let lines = WORDS.iter().filter(own).map(|&word| match format {
        MessageFormat::Json => one_word(word, format),
        MessageFormat::Text => format!("  {:<18} {}\n", word.0, word.1),
    });
    let heading = if format == MessageFormat::Text { format!("{LANGUAGE}\n") } else { String::new() };
    heading + &lines.collect::<String>()
}

fn word(name: &str) -> Option<(&'static str, &'static str)> {
    WORDS.iter().copied().find(|(word, _)| *word == name)
}

fn one_word((name, summary): (&'static str, &'static str), format: MessageFormat) -> String {
    match format {
        MessageFormat::Json => json(&OpDef::new(name, summary)),
        MessageFormat::Text => format!("{name}: {summary}\n\n"),
    }
}

/// Signatures, arguments, source and differences.
fn explain(op: &OpDef) -> String {
    let mut out = format!("{}: {}\n", op.name, op.summary);
    for sig in op.sigs {
        out += &format!("  {}\n", signature(op, sig));
    }
    out += &ports("outputs", op.outs);
    out += &ports("inputs", op.ins);
    if op.extension {
        out += "extension: Csound does not have this opcode\n";
    }
    if !op.source.is_empty() {
        out += &format!("source: {}\n", op.source);
    }
    if let Some(why) = op.silent {
        out += &format!("without effect: {why}\n");
    }
    for difference in op.differences {
        out += &format!("differs from Csound: {difference}\n");
    }
    out + "\n"
}

fn signature(op: &OpDef, sig: &Sig) -> String {
    [sig.outs, op.name, sig.ins].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn ports(heading: &str, ports: &[Port]) -> String {
    if ports.is_empty() {
        return String::new();
    }
    let lines: String = ports.iter().map(|p| format!("  {:<10} {}\n", p.name, p.doc)).collect();
    format!("{heading}\n{lines}")
}

#[derive(Serialize)]
struct JsonOpcode {
    name: &'static str,
    summary: &'static str,
    signatures: Vec<JsonSignature>,
    outputs: Vec<JsonPort>,
    inputs: Vec<JsonPort>,
    source: &'static str,
    extension: bool,
    differences: &'static [&'static str],
}

#[derive(Serialize)]
struct JsonSignature {
    outputs: &'static str,
    inputs: &'static str,
}

#[derive(Serialize)]
struct JsonPort {
    name: &'static str,
    doc: &'static str,
}

fn json(op: &OpDef) -> String {
    let ports = |ports: &[Port]| ports.iter().map(|p| JsonPort { name: p.name, doc: p.doc }).collect();
    let value = JsonOpcode {
        name: op.name,
        summary: op.summary,
        signatures: op.sigs.iter().map(|s| JsonSignature { outputs: s.outs, inputs: s.ins }).collect(),
        outputs: ports(op.outs),
        inputs: ports(op.ins),
        source: op.source,
        extension: op.extension,
        differences: op.differences,
    };
    // Strings always serialise.
    serde_json::to_string(&value).unwrap_or_default() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use orchestrion::base::op::{Make, port, sig};

    static OP: OpDef = OpDef::new("tone", "First-order low-pass filter.")
        .outs(&[port("ares", "the filtered signal")])
        .ins(&[port("asig", "input"), port("khp", "half-power point in Hz")])
        .sigs(&[sig("a", "ako", Make::Word)])
        .source("manual, tone");

    #[test]
    fn an_explanation_has_all_parts() {
        let want = "tone: First-order low-pass filter.\n  a tone ako\noutputs\n  ares       the filtered signal\n\
                    inputs\n  asig       input\n  khp        half-power point in Hz\nsource: manual, tone\n\n";
        assert_eq!(explain(&OP), want);
        let value: serde_json::Value = serde_json::from_str(&json(&OP)).unwrap();
        assert_eq!(value["signatures"][0]["inputs"], "ako");
    }

    #[test]
    fn every_opcode_is_listed() {
        let args = OpcodesArgs { names: Vec::new(), family: None, message_format: MessageFormat::Text };
        let text = list(&args);
        for (_, ops) in families() {
            assert!(ops.iter().all(|op| text.contains(&format!("  {:<18} ", op.name))));
        }
        assert!(WORDS.iter().all(|(name, _)| text.contains(&format!("  {name:<18} "))));
    }

    #[test]
    fn unknown_names_fail() {
        let args = |names: &[&str]| OpcodesArgs {
            names: names.iter().map(|n| (*n).to_string()).collect(),
            family: None,
            message_format: MessageFormat::Text,
        };
        assert_eq!(run(&args(&["no_such_opcode"])), Exit::Usage);
        assert_eq!(run(&args(&["dssiinit"])), Exit::Usage);
        assert_eq!(run(&args(&["goto", "tone"])), Exit::Good);
    }
}
