//! The compiler as a whole: what it says about orchestras with mistakes, and which pass computes what.

use super::{Compiler, Lowered, WORDS, read_header};
use crate::ir::{Home, OpKind};
use orchestrion_base::diag::{Code, Diagnostic, codes};
use orchestrion_base::source::SourceMap;
use orchestrion_parser::orc;

fn lower(text: &str) -> (Lowered, Vec<Diagnostic>) {
    let registry = orchestrion_opcodes::registry();
    let mut sources = SourceMap::default();
    let file = sources.add("test.orc", text);
    let known = registry.clone();
    let (tree, syntax) = orc::parse(&sources, file, None, &move |name| {
        known.is_known(name) || WORDS.iter().any(|w| w.0 == name)
    });
    let (header, wrong) = read_header(&tree, &super::HeaderOverrides::default());
    let mut compiler = Compiler::new(registry, header);
    compiler.sources.clone_from(&sources);
    let (lowered, mut found) = compiler.lower(&tree);
    found.splice(0..0, syntax.into_iter().chain(wrong));
    (lowered, found)
}

/// Codes of the errors in an instrument with this body.
fn errors(body: &str) -> Vec<Code> {
    let (_, found) = lower(&format!("instr 1\n{body}\nendin\n"));
    found.iter().filter(|d| d.is_error()).map(|d| d.code).collect()
}

/// The only error in an instrument with this body.
fn error(body: &str) -> Diagnostic {
    let (_, found) = lower(&format!("instr 1\n{body}\nendin\n"));
    assert_eq!(found.len(), 1, "{body}: {found:#?}");
    found.into_iter().next().unwrap()
}

#[test]
fn correct_orchestras_are_compiled_in_silence() {
    for body in [
        "a1 oscil 0.5, 440\nout a1",
        "k1 init 0\nk1 += 1\nif k1 > 3 then\nk1 = 0\nendif\nprintk2 k1",
        "kA[] fillarray 1, 2, 3\nkB[] = kA * 2\nprintk2 kB[1]",
        "S1 = \"x\"\nS2 strcat S1, \"y\"\nprints S2",
        "igoto end\nprint p4\nend:",
        "a1 init 0\na1[3] = 2\nk1 = a1[3]\nprintk2 k1",
    ] {
        assert_eq!(errors(body), [], "{body}");
    }
}

#[test]
fn a_misspelt_opcode_comes_with_the_nearest_name() {
    let d = error("a1 oscill 0.5, 440");
    assert_eq!(d.code, codes::UNKNOWN_OPCODE);
    assert!(d.message.contains("`oscill`"), "{}", d.message);
    assert!(d.help.iter().any(|h| h.contains("`oscil`") || h.contains("`oscili`")), "{:?}", d.help);
    // Nothing is near: no wild guess.
    let d = error("a1 zzxxqqyy 0.5, 440");
    assert_eq!(d.code, codes::UNKNOWN_OPCODE);
    assert!(!d.help.iter().any(|h| h.contains("did you mean")), "{:?}", d.help);
}

#[test]
fn types_that_do_not_fit_are_named() {
    let d = error("k1 init 1\ni1 = k1");
    assert_eq!(d.code, codes::TYPE_MISMATCH);
    assert!(d.message.contains("type i") && d.message.contains("type k"), "{}", d.message);
    assert!(d.help.iter().any(|h| h.contains("i(kvar)")), "{:?}", d.help);
    assert_eq!(error("i1 = \"abc\"").code, codes::TYPE_MISMATCH);
    assert_eq!(error("S1 = \"a\"\nif S1 == \"a\" then\nendif").code, codes::TYPE_MISMATCH);
    assert_eq!(error("a1 init 0\nif a1 > 0 then\nendif").code, codes::TYPE_MISMATCH);
    let d = error("a1 oscil \"x\", \"y\"");
    assert_eq!(d.code, codes::NO_SIGNATURE);
    assert!(d.help.iter().any(|h| h.starts_with("signature: ")), "{:?}", d.help);
    assert_eq!(error("a1, a2 oscil 1, 440").code, codes::NO_SIGNATURE);
    assert_eq!(error("k1 init 1\nk2 = k1[0]").code, codes::TYPE_MISMATCH);
}

#[test]
fn variables_and_labels_must_be_known() {
    let d = error("kvalue init 1\nprintk2 kvalu");
    assert_eq!(d.code, codes::UNDEFINED_VARIABLE);
    assert!(d.help.iter().any(|h| h.contains("`kvalue`")), "{:?}", d.help);
    assert_eq!(error("k1 = k1 + 1").code, codes::UNDEFINED_VARIABLE);
    assert_eq!(error("print gi_not_there").code, codes::UNDEFINED_VARIABLE);
    let d = error("igoto lop\nloop:");
    assert_eq!(d.code, codes::UNDEFINED_LABEL);
    assert!(d.help.iter().any(|h| h.contains("`loop`")), "{:?}", d.help);
}

#[test]
fn all_errors_are_found_in_one_run() {
    let found = errors("a1 oscill 1, 440\ni1 = \"x\"\nprint iunknown\nigoto nowhere");
    assert_eq!(
        found,
        [codes::UNKNOWN_OPCODE, codes::TYPE_MISMATCH, codes::UNDEFINED_VARIABLE, codes::UNDEFINED_LABEL]
    );
    // One mistake is one message: what depends on its result is not reported as well.
    assert_eq!(errors("k1 oscill 1\nk2 = k1 + 1\nprintk2 k2"), [codes::UNKNOWN_OPCODE]);
}

#[test]
fn instruments_are_defined_once() {
    let (_, found) = lower("instr 1\nendin\ninstr 1\nendin\n");
    assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), [codes::REDEFINED]);
    let (lowered, _) = lower("instr Foo\nendin\ninstr 2, 1\nendin\ninstr +Last\nendin\ninstr Bar\nendin\n");
    let numbers: Vec<_> = lowered.instruments.iter().map(|i| i.numbers.clone()).collect();
    assert_eq!(numbers, [vec![3], vec![2, 1], vec![5], vec![4]]);
}

#[test]
fn the_header_must_be_consistent() {
    let (_, found) = lower("sr = 44100\nkr = 4410\nksmps = 11\n");
    assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), [codes::BAD_HEADER]);
}

/// Numbers of the instrument's operations at init and at performance of a kind.
fn count(body: &str, kind: fn(&OpKind) -> bool) -> (usize, usize) {
    let (lowered, found) = lower(&format!("instr 1\n{body}\nendin\n"));
    assert!(!found.iter().any(Diagnostic::is_error), "{found:#?}");
    let body = &lowered.instruments[0].body;
    let n = |ops: &[crate::ir::Op]| ops.iter().filter(|op| kind(&op.kind)).count();
    (n(&body.init), n(&body.perf))
}

#[test]
fn rates_decide_the_pass() {
    let bin = |k: &OpKind| matches!(k, OpKind::Bin(_));
    assert_eq!(count("i1 = p4 * 2", bin), (1, 0));
    assert_eq!(count("k1 init 1\nk2 = k1 * 2", bin), (0, 1));
    assert_eq!(count("i1 = 2 * 3 + 1", bin), (0, 0));
    let copy = |k: &OpKind| matches!(k, OpKind::Copy);
    assert_eq!(count("k1 init 5", copy), (1, 0));
    assert_eq!(count("k1 = 5", copy), (0, 1));
    let jump = |k: &OpKind| matches!(k, OpKind::JumpUnless(_));
    assert_eq!(count("if p4 > 1 then\nendif", jump), (1, 1));
    assert_eq!(count("k1 init 1\nif k1 > 1 then\nendif", jump), (0, 1));
    assert_eq!(count("if p4 > 1 ithen\nendif", jump), (1, 0));
}

#[test]
fn print_gets_the_names_of_its_arguments() {
    let (lowered, found) = lower("instr 1\ni1 = 2\nprint i1, 1.50, (5), 1+1, i1*2, sr, 1/3e9, @5\nendin\n");
    assert_eq!(found, []);
    let names = lowered.instruments[0].body.vars.iter().find_map(|v| match &v.home {
        Home::Literal(text) => Some(text.to_string()),
        _ => None,
    });
    assert_eq!(names.as_deref(), Some("i1\n1.50\n5\n2\n#\nsr\n3.3333333333333331963e-10\n8"));
}

#[test]
fn an_opcode_may_swap_its_callers_variables() {
    let swap = "opcode Swap, kk, kk\nk1, k2 xin\nkz = 0\nxout k2, k1\nendop\n";
    let (lowered, found) =
        lower(&format!("{swap}instr 1\nk3 init 1\nk4 init 2\nk3, k4 Swap k3, k4\nendin\n"));
    assert_eq!(found, []);
    let body = &lowered.instruments[0].body;
    let copies: Vec<_> =
        body.perf.iter().filter(|op| matches!(op.kind, OpKind::Copy)).map(|op| op.ins[0]).collect();
    // `kz`, both results into temporaries, both temporaries into the variables.
    assert_eq!(copies.len(), 5);
    assert!(copies[3..].iter().all(|v| body.vars[v.0 as usize].home == Home::Temp));
}
