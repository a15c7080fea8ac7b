//! Tests of the module above.

use super::*;
use orchestrion_base::diag::codes;
use orchestrion_base::limits::{Limit, Limits};
use std::collections::BTreeMap;

struct Files(BTreeMap<&'static str, &'static str>);

impl Includes for Files {
    fn read(&mut self, name: &str, _from: &str) -> Result<String, String> {
        self.0.get(name).map(|s| (*s).to_owned()).ok_or_else(|| "no such file".to_owned())
    }
}

fn files() -> Files {
    Files(BTreeMap::from([
        ("inc.orc", "gi1 = 1\n#define FROM #inc#\n"),
        ("inc2orc", "gi2 = 2"),
        ("self", "#include \"self\"\n"),
    ]))
}

fn with(options: &Options, text: &str) -> (String, Vec<Diagnostic>) {
    let mut map = SourceMap::default();
    let file = map.add("a.orc", text);
    let span = Span::new(file, 0, text.len() as u32);
    let (file, diags) = expand(&mut map, span, &mut files(), options);
    let out = map.file(file).expect("the result").text.to_string();
    (out, diags)
}

fn orc(text: &str) -> String {
    let (out, diags) = with(&Options::new(Language::Orchestra), text);
    assert_eq!(diags, [], "{text}");
    out
}

fn sco(text: &str) -> String {
    let (out, diags) = with(&Options::new(Language::Score), text);
    assert_eq!(diags, [], "{text}");
    out
}

#[test]
fn macros_expand_with_the_dot_rule() {
    assert_eq!(orc("#define A #5#\n$A $A. $A.1 $A.5"), "\n5 5 51 55");
    assert_eq!(
        orc("#define X #1#\n#define X #2#\n#define T #foo $X bar#\n\"$T $X. ${X} $$X\\n\""),
        "\n\n\n\"foo 2 bar 2 ${X} $2\\n\""
    );
    assert_eq!(orc("#define A # multi\nline#\n[$A]"), "\n[ multi\nline]");
    assert_eq!(orc("#define A ##\n[$A]#define B\n ; c\n /* d */ // e\n #b#\n$B"), "\n[]\nb");
    assert_eq!(orc("#define X #1 \\# 2#\n$X \"$X\""), "\n1 # 2 \"1 \\# 2\"");
    assert_eq!(orc("print $M_PI"), "print 3.14159265358979323846");
}

#[test]
fn arguments_are_scoped_to_their_macro() {
    assert_eq!(orc("#define F(a'b'c) #$a+$b*$c#\n#define G #$F(1'2'3)#\n$F(1'2'3), $G"), "\n\n1+2*3, 1+2*3");
    assert_eq!(orc("#define F(a) #[$a]#\n#define G(a) #$F(<$a>)#\n$G(1) $F($F(2))"), "\n\n[<1>] [[2]]");
    assert_eq!(orc("#define K(a) #k$a.x#\n$K(1) $K((2'3))"), "\nk1x k(2'3)x");
    assert_eq!(orc("#define K(a#b) #$a-$b#\n$K(1#2) $K.(1'2)"), "\n1-2 1-2");
    assert_eq!(orc("#define A #sin#\n$A(1)"), "\nsin(1)");
}

#[test]
fn long_strings_and_comments_are_left_alone() {
    assert_eq!(orc("#define X #2#\n{{$X \"}} $X; $X\n// $X\na/* $X */b"), "\n{{$X \"}} 2\n\nab");
    assert_eq!(orc("\"a;b//c/*d*/#define\" ; x"), "\"a;b//c/*d*/#define\" ");
    assert_eq!(orc("i2 = 1 + \\ ; comment\n   2"), "i2 = 1 +    2");
    assert_eq!(orc("a = 3 # 4 {{ $"), "a = 3 # 4 {{ $");
}

#[test]
fn conditions_nest() {
    let text = "#define A #B#\n#ifdef A\n#ifndef A\n x\n#else\ngi1 = 5\n#end\n#else\ngi1 = 6\n#end\nz";
    assert_eq!(orc(text).split_whitespace().collect::<String>(), "gi1=5z");
    let text = "#ifdef FOO\n garbage $Q\n#elseif\n#ifdef X\n#else\n#endif\n#else\nok\n#endif\n#undef M_PI\n#ifdef M_PI\nno\n#end";
    assert_eq!(orc(text).split_whitespace().collect::<String>(), "ok");
}

#[test]
fn the_line_of_a_malformed_include_is_skipped() {
    for line in ["#include xé", "#include \"a", "#include", "#include é"] {
        let (out, diags) = with(&Options::new(Language::Orchestra), &format!("{line}\ngi1 = 1\n"));
        assert_eq!((out.as_str(), diags.len()), ("\ngi1 = 1\n", 1), "{line}");
    }
}

#[test]
fn includes_share_macros() {
    assert_eq!(
        orc("#define N #2#\n#include \"inc.orc\"\n#includestr \"inc$N.orc\"\n$FROM"),
        "\ngi1 = 1\n\ngi2 = 2\ninc"
    );
    let (_, diags) = with(&Options::new(Language::Orchestra), "#include \"none\"\n");
    assert_eq!(diags[0].code, codes::INCLUDE_MISSING);
}

#[test]
fn places_lead_to_the_file_of_the_user() {
    let mut map = SourceMap::default();
    let text = "#define A #xx yy#\n#include \"inc.orc\"\nfoo $A bar\n";
    let file = map.add("a.orc", text);
    let span = Span::new(file, 0, text.len() as u32);
    let (out, _) = expand(&mut map, span, &mut files(), &Options::new(Language::Orchestra));
    let result = map.file(out).expect("the result").text.clone();
    let place = |what: &str| {
        let at = result.find(what).expect("text") as u32;
        let l = map.locate(Span::new(out, at, at + 1)).expect("a place");
        (l.file.to_string(), l.line, l.column)
    };
    assert_eq!(place("gi1"), ("inc.orc".to_owned(), 1, 1));
    assert_eq!(place("yy"), ("a.orc".to_owned(), 3, 5));
    assert_eq!(place("bar"), ("a.orc".to_owned(), 3, 8));
}

#[test]
fn mistakes_are_reported() {
    let codes_of = |text: &str| {
        let (_, d) = with(&Options::new(Language::Orchestra), text);
        d.iter().map(|d| (d.code, d.severity)).collect::<Vec<_>>()
    };
    use orchestrion_base::diag::Severity::{Error, Warning};
    assert_eq!(codes_of("i1 = $NOSUCH"), [(codes::MACRO_UNDEFINED, Error)]);
    assert_eq!(codes_of("\"$NOSUCH\""), [(codes::MACRO_UNDEFINED, Warning)]);
    assert_eq!(codes_of("#define D $M_PI."), [(codes::MACRO_SYNTAX, Error)]);
    assert_eq!(codes_of("#ifdef X\n"), [(codes::MACRO_SYNTAX, Error)]);
    assert_eq!(codes_of("#end\n#else\n"), [(codes::MACRO_SYNTAX, Error); 2]);
    assert_eq!(codes_of("#define F(a'b) #$a#\n$F(1) $F"), [(codes::MACRO_SYNTAX, Error); 2]);
    assert_eq!(codes_of("#define X #$X#\n$X"), [(codes::MACRO_LIMIT, Error)]);
    assert_eq!(codes_of("#include \"self\"\n"), [(codes::MACRO_LIMIT, Error)]);
    assert_eq!(codes_of("a /* b"), [(codes::UNTERMINATED, Warning)]);
}

fn small(bytes: u64, depth: u64) -> Limits {
    Limits::default().with(Limit::TextBytes, bytes).with(Limit::MacroDepth, depth)
}

#[test]
fn includes_nest_as_deep_as_they_may() {
    let options = |depth| Options {
        limits: Limits::default().with(Limit::IncludeDepth, depth),
        ..Options::new(Language::Orchestra)
    };
    let (_, diags) = with(&options(7), "\n#include \"self\"\n");
    assert_eq!(
        diags[0].message,
        "limit include-depth reached: more than 7 files including each other \
         (--limit:include-depth=N allows another number)"
    );
    assert!(with(&options(1), "1\n").1.is_empty());
}

#[test]
fn expansion_is_bounded() {
    let mut text = "#define A0 #xxxxxxxxxxxxxxxx#\n".to_owned();
    for i in 1..40 {
        text.push_str(&format!("#define A{i} #$A{0}$A{0}#\n", i - 1));
    }
    text.push_str("$A39");
    let options = Options { limits: small(1 << 16, 1000), ..Options::new(Language::Orchestra) };
    let (out, diags) = with(&options, &text);
    assert!(out.len() <= 1 << 16);
    assert_eq!(diags.len(), 1);
    assert!(diags[0].message.contains("limit text-bytes"));
    let options = Options { limits: small(1 << 16, 1000), ..Options::new(Language::Score) };
    assert_eq!(with(&options, "{ 4000000000 X\n}\n").1[0].code, codes::MACRO_LIMIT);
    assert_eq!(with(&options, "r 4000000000 X\n").1[0].code, codes::MACRO_LIMIT);
}

#[test]
fn score_loops_count_from_zero() {
    let lines = |t: &str| sco(t).split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(lines("{ 2 C\ni1 $C 1\n{ 2 X\ni2 $C $X\n}\n}\n"), "i1 0 1 i2 0 0 i2 0 1 i1 1 1 i2 1 0 i2 1 1");
    assert_eq!(
        lines("r 3 NN\ni1 0 .1 [$NN]\ns\ni1 9\ne\n"),
        "i1 0 .1 [0] s i1 0 .1 [1] s i1 0 .1 [2] s i1 9 e"
    );
    assert_eq!(lines("r2\ni1 0 1\n"), "i1 0 1 s i1 0 1 s");
    assert_eq!(lines("r2\ni1 0 1\nr2\ni2 0 1\ne 5\ni3"), "i1 0 1 s i1 0 1 s i2 0 1 s i2 0 1 s i3");
    assert_eq!(lines("#define N #2#\n{ $N. X i9\ni $X.5\n}"), "i 05 i 15");
    assert_eq!(lines("c foo\ni1 0 1 c bar\nm chorus\ni1 \"{c}\"\ne 4\n"), "i1 0 1 m chorus i1 \"{c}\" e 4");
    assert_eq!(lines("#define L #9#\n{ 2 L\n$L\n}\n$L"), "0 1 1");
    assert_eq!(sco("#define A #4#\n#define A #5#\n$A\n#undef A\n$A"), "\n\n5\n4");
    assert_eq!(with(&Options::new(Language::Score), "}\n{ 0 X\n}\n{ 3 Y\n").1.len(), 3);
}

#[test]
fn predefined_macros_come_from_the_command_line() {
    let mut options = Options::new(Language::Score);
    options.macros.push(("TEMPO".into(), "90".into()));
    assert_eq!(with(&options, "t 0 $TEMPO").0, "t 0 90");
}

/// Texts made of the bytes that matter, in any order, neither panic nor run away.
#[test]
fn garbage_never_panics() {
    let parts = [
        "$",
        "A",
        "(",
        ")",
        "'",
        "#",
        "define ",
        "#define A(x) #$x$B#",
        "#define B #b$A(1)#",
        "\n",
        "\"",
        "{",
        "}",
        "{{",
        "}}",
        "\\",
        ";",
        "/*",
        "*/",
        "#ifdef A\n",
        "#else\n",
        "#end\n",
        "r 3 X\n",
        "{ 2 Y\n",
        "s\n",
        "e 1\n",
        "m c\n",
        "é",
        "\r\n",
        ".",
        "#undef A\n",
        "#include \"inc.orc\"\n",
        "#includestr \"",
        "$X",
        "5",
        " ",
        "#exit",
    ];
    let mut x = 12345u64;
    for round in 0..4000 {
        let mut text = String::new();
        for _ in 0..round % 40 {
            x = x.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            text.push_str(parts[(x >> 33) as usize % parts.len()]);
        }
        for language in [Language::Orchestra, Language::Score] {
            let options = Options { limits: small(4096, 40), ..Options::new(language) };
            let mut map = SourceMap::default();
            let file = map.add("a", text.as_str());
            let (out, diags) =
                expand(&mut map, Span::new(file, 0, text.len() as u32), &mut files(), &options);
            let len = map.file(out).expect("the result").text.len() as u32;
            assert!(len <= 4096);
            for at in 0..=len {
                map.locate(Span::new(out, at, at));
            }
            assert!(diags.iter().all(|d| d.span == Span::NONE || map.locate(d.span).is_some()));
        }
    }
}
