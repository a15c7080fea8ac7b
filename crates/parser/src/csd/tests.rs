//! Tests of the module above.

use super::*;
use orchestrion_base::source::SourceMap;

fn read(text: &str) -> (Csd, Vec<Diagnostic>) {
    let mut map = SourceMap::default();
    let file = map.add("a.csd", text);
    parse(&map, file)
}

fn at(text: &str, span: Option<Span>) -> &str {
    let span = span.expect("the section");
    &text[span.start as usize..span.end as usize]
}

#[test]
fn sections_are_found_at_line_starts_only() {
    let text = "junk\n<CsoundSynthesizer>\n<CsOptions>\n-d ; no\n</CsOptions>\n<CsInstruments>\nprints {{</CsInstruments> inside}}\n  </CsInstruments>\n  <CsScore>\ni1 0 1\n  </CsScore>\n</CsoundSynthesizer>\n<CsScore>\n</CsScore>\n";
    let (csd, diags) = read(text);
    assert_eq!(diags, []);
    assert_eq!(at(text, csd.orchestra), "prints {{</CsInstruments> inside}}\n");
    assert_eq!(at(text, csd.score), "i1 0 1\n");
    assert_eq!(csd.options.iter().map(|w| w.text.as_str()).collect::<Vec<_>>(), ["-d"]);
}

#[test]
fn a_second_orchestra_replaces_the_first_and_unknown_tags_warn() {
    let text = "<CsoundSynthesizer>\n<CsInstruments>\na\n</CsInstruments>\n<Foo>\n<bsbPanel>\n <label>x</label>\n</bsbPanel>\n<CsInstruments>\nb\n</CsInstruments>\n</CsoundSynthesizer>";
    let (csd, diags) = read(text);
    assert_eq!(at(text, csd.orchestra), "b\n");
    assert!(csd.score.is_none());
    assert_eq!(diags.len(), 1);
    assert_eq!(diags[0].message, "unknown tag `<Foo>` ignored");
}

#[test]
fn programs_are_never_run() {
    let text = "<CsoundSynthesizer>\n<CsInstruments>\n</CsInstruments>\n<CsScore bin=\"rm -rf\">\nx\n</CsScore>\n</CsoundSynthesizer>";
    let (csd, diags) = read(text);
    assert_eq!(at(text, csd.score), "");
    assert_eq!((diags[0].code, diags[0].is_error()), (codes::CSD_REFUSED, true));
}

#[test]
fn embedded_files_are_decoded() {
    let text = "<CsoundSynthesizer>\n<CsInstruments>\n</CsInstruments>\n<CsFileB filename=\"a b.txt\">\nSGVs\nbG8=\n</CsFileB>\n<CsMidifileB>\nTVRoZA==\n</CsMidifileB>\n<CsFileB filename=x>\n!\n</CsFileB>\n</CsoundSynthesizer>";
    let (csd, diags) = read(text);
    assert_eq!((csd.files[0].name.as_str(), csd.files[0].data.as_slice()), ("a b.txt", &b"Hello"[..]));
    assert_eq!(csd.midi.expect("midi").data, b"MThd");
    assert_eq!(diags.len(), 1);
    assert_eq!(&text[diags[0].span.start as usize..diags[0].span.end as usize], "!");
}

#[test]
fn words_are_split_like_a_command_line() {
    let text = "csound -d -o \"my file.wav\" ; c\n# all\n--omacro:X=\"a b\" -W // c\n/* x\n-y */ -z a\\ b \"\\\"q\"\n";
    let mut out = Vec::new();
    words(text, FileId(0), 100, &mut out);
    let list: Vec<_> = out.iter().map(|w| w.text.as_str()).collect();
    assert_eq!(list, ["-d", "-o", "my file.wav", "--omacro:X=a b", "-W", "-z", "a b", "\"q"]);
    assert_eq!((out[0].span.start, out[0].span.end), (107, 109));
}

#[test]
fn unclosed_sections_are_reported_and_kept() {
    let text = "<CsoundSynthesizer>\n<CsInstruments>\ninstr 1\n";
    let (csd, diags) = read(text);
    assert_eq!(at(text, csd.orchestra), "instr 1\n");
    assert!(diags.iter().any(|d| d.is_error() && d.message.contains("CsInstruments")));
    assert_eq!(read("").1.len(), 1);
    assert!(is_csd("  <CsoundSynthesizer>\n") && !is_csd("instr 1\nendin\n"));
    assert!(is_csd("csdo<CsoundSynthesizer>\n") && !is_csd("; see <CsoundSynthesizer>\ninstr 1\nendin\n"));
}
