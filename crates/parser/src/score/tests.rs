//! Tests of the module above.

use super::*;
use orchestrion_base::diag::codes;
use orchestrion_base::limits::{Limit, Limits};

fn pow(a: f64, b: f64) -> f64 {
    // Whole exponents and halves are all the tests need.
    if b == 0.5 {
        a.sqrt()
    } else {
        (0..b.abs() as u32).fold(1.0, |x, _| if b < 0.0 { x / a } else { x * a })
    }
}

fn lines_with(options: &ScoreOptions, text: &str) -> (Vec<String>, Vec<Diagnostic>) {
    let mut map = SourceMap::default();
    let file = map.add("a.sco", text);
    let span = Span::new(file, 0, text.len() as u32);
    let name = |n: &str| match n {
        "A" => Some(3.0),
        "B" => Some(4.0),
        _ => None,
    };
    let (score, diags) = parse(&mut map, span, &mut NoIncludes, options, &name);
    let mut out = Vec::new();
    for section in &score.sections {
        for e in &section.events {
            let mut line = char::from(e.kind as u8).to_string();
            for c in section.fields(e) {
                match score.value(*c) {
                    Field::Number(v) => line.push_str(&format!(" {}", (v * 1e6).round() / 1e6)),
                    Field::Text(t) => line.push_str(&format!(" {t:?}")),
                }
            }
            out.push(line);
        }
        out.push(if section.end == End::Score { "e" } else { "s" }.to_owned());
    }
    (out, diags)
}

fn lines(text: &str) -> Vec<String> {
    lines_with(&ScoreOptions::new(pow), text).0
}

fn check(text: &str, wanted: &[&str]) {
    assert_eq!(lines(text), wanted, "{text}");
}

#[test]
fn fields_are_carried_within_an_instrument() {
    check(
        "i1 0 1 5\ni2 3 1\ni1 1\ni .\ni1 2 . 7",
        &["i 1 0 1 5", "i 1 1 1 5", "i 1 1 1 5", "i 1 2 1 7", "i 2 3 1", "e"],
    );
    check(
        "i1.5 0 1 5\ni. 1 . .\ni . 2 .\ni1.6 3\ni1 4",
        &["i 1.5 0 1 5", "i 1.5 1 1 5", "i 1.5 2 1 5", "i 1.6 3 1 5", "i 1 4 1 5", "e"],
    );
    check(
        "i1 0 1\ni1 0 2 5\ni1 0 . 6\ni 1 + \ni 1",
        &["i 1 0 1", "i 1 0 2 6", "i 1 0 2 5", "i 1 2 2 6", "i 1 4 2 6", "e"],
    );
    check(
        "i1 0 1 5\ni1 1\nC 0\ni1 2\ni1 3 1\nC 1\ni1 4",
        &["i 1 0 1 5", "i 1 1 1 5", "i 1 2 1", "i 1 3 1", "i 1 4 1", "e"],
    );
    check("i1 0 1 5 6\ni1 1 1 7 !\ni1 2 1 8 ! 9", &["i 1 0 1 5 6", "i 1 1 1 7", "i 1 2 1 8", "e"]);
}

#[test]
fn times_follow_earlier_statements() {
    check(
        "i1 0 2\ni2 1 1\ni1 + 1\ni1 ^+1 1\ni2 ^-.5 1",
        &["i 1 0 2", "i 2 1 1", "i 1 2 1", "i 2 2.5 1", "i 1 3 1", "e"],
    );
    check(
        "b 10\ni1 0 1 1\ni1 + 1 2\nb 5\ni1 + 1 3\ni1 ^+1 1 4\ns\ni1 0 1 5",
        &["i 1 10 1 1", "i 1 11 1 2", "i 1 12 1 3", "i 1 13 1 4", "s", "i 1 0 1 5", "e"],
    );
    check("v 2\ni1 1 1 1\nv .5\ni1 1 1 2\ni1 + 1 3", &["i 1 0.5 0.5 2", "i 1 1 0.5 3", "i 1 2 2 1", "e"]);
    check("B 1\ni1 0 .1 1\nB 1\ni1 0", &["i 1 1 0.1 1", "i 1 2 0.1 1", "e"]);
}

#[test]
fn ramps_and_references() {
    check(
        "i1 0 1 1\ni1 1 1 <\ni2 1 1 7\ni1 3 1 >\ni1 4 1 9",
        &["i 1 0 1 1", "i 1 1 1 3", "i 2 1 1 7", "i 1 3 1 7", "i 1 4 1 9", "e"],
    );
    check("i1 0 1 16\ni1 1 1 (\ni1 2 1 64", &["i 1 0 1 16", "i 1 1 1 32", "i 1 2 1 64", "e"]);
    check(
        "i1 0 1 10 np4 pp4\ni1 1 1 20 np4 pp4\ni1 2 1 30 np4 pp4\ni1 0 .5 40 np4 pp4",
        &["i 1 0 0.5 40 10 0", "i 1 0 1 10 20 40", "i 1 1 1 20 30 10", "i 1 2 1 30 0 20", "e"],
    );
    check(
        "i1 0 1 np4\ni1 1 1 np4\ni1 2 1 6\ni1 3 1 pp4\ni1 4 1 pp4",
        &["i 1 0 1 6", "i 1 1 1 6", "i 1 2 1 6", "i 1 3 1 6", "i 1 4 1 6", "e"],
    );
    // References are to what was typed, not to seconds.
    check(
        "t 0 120\ni1 0 1 np3\ni1 1 2 pp2\nv 2\ni1 1 1 pp3",
        &["i 1 0 0.5 2", "i 1 0.5 1 0", "i 1 1 1 2", "e"],
    );
    // A circle, and notes that differ in the fraction of p1.
    check("i1 0 1 np4\ni1 1 1 pp4\ni1.5 2 1 pp4", &["i 1 0 1 0", "i 1 1 1 0", "i 1.5 2 1 0", "e"]);
    check(
        "i \"A\" 0 1 1\ni \"A\" 1 1 <\ni \"A\" 2 1 3",
        &["i \"A\" 0 1 1", "i \"A\" 1 1 0", "i \"A\" 2 1 3", "e"],
    );
}

#[test]
fn expressions_compute_as_the_reference_does() {
    check(
        "i1 0 1 [1-2*3+4] [2^3*2] [2*3^2] [10-4-3*2-1] [1|6&3+1] [-3+1] [8/2*4] [2*3-4*5+6*7]",
        &["i 1 0 1 -9 64 18 1 4 -2 16 -56", "e"],
    );
    check(
        "i1 0 .1 [2*3+1] [2^3] [7%4] [@5] [@@5] [6&3] [6|3] [6#3] [(1+2)*3] [2^3^2] [3*-2] [[1+1]*3] [1e2]",
        &["i 1 0 0.1 7 8 3 8 9 2 7 5 9 512 -6 6 100", "e"],
    );
    check("i1 0 1 [~*100]\ni1 0 1 [~*100]", &["i 1 0 1 52.624481", "i 1 0 1 16.252485", "e"]);
    check("y 3\ni1 0 1 [~]", &["i 1 0 1 0.037873", "e"]);
    for bad in ["[", "[1", "[p4]", "[rnd(5)]", "[1 2]", "[(1]", "[1)]", "[*2]", "[]", "[1+]", "[-(1)]", "[é]"]
    {
        let (out, diags) = lines_with(&ScoreOptions::new(pow), &format!("i1 0 1 {bad}\ni2 0 1"));
        assert!(diags.iter().any(Diagnostic::is_error), "{bad}");
        assert!(out.contains(&"i 2 0 1".to_owned()), "{bad} {out:?}");
    }
}

#[test]
fn sections_sort_and_end() {
    check(
        "i2 0 .2 1\ni1 0 .3 2\ni1 0 .1 3\ni \"A\" 0 .1 4\ni1.5 0 .1 5\ni1 0 .1 6\nf1 0 8 10 1\ni1 0 -1 7\ni-1 0 1 8\ni1 0 .1 9",
        &[
            "i -1 0 1 8",
            "f 1 0 8 10 1",
            "i 1 0 -1 7",
            "i 1 0 0.1 3",
            "i 1.5 0 0.1 5",
            "i 1 0 0.1 6",
            "i 1 0 0.1 9",
            "i 1 0 0.3 2",
            "i 2 0 0.2 1",
            "i \"A\" 0 0.1 4",
            "e",
        ],
    );
    check(
        "s\ns\ni1 0 1\ns 1.3\ni1 0 1\nx\ni1 0 .1 2\ns\nm A\ni1 0 .1 4\ns\nn A\ne 2\ni1 0 1",
        &["i 1 0 1", "f 0 1.3", "s", "i 1 0 1", "s", "i 1 0 0.1 4", "s", "i 1 0 0.1 4", "s", "f 0 2", "e"],
    );
    check("", &[]);
    check("; nothing\n\n", &[]);
    check("e", &["e"]);
}

#[test]
fn tempo_applies_to_its_section() {
    check(
        "i1 0 1\ni1 1 1\nt 0 60 2 60 2 240\ni1 2 1\ns\ni1 1 1",
        &["i 1 0 1", "i 1 1 1", "i 1 2 0.25", "s", "i 1 1 1", "e"],
    );
    check("t 0 30\ni1 1 -2\ni1 2 -1\nf0 3\ne 4", &["i 1 2 -4", "i 1 4 -2", "f 0 6", "f 0 8", "e"]);
}

#[test]
fn times_stay_in_beats_on_request() {
    let options = ScoreOptions { beats: true, ..ScoreOptions::new(pow) };
    let (score, _) = parse_line("t 0 30\ni1 1 1\ni2 1 -1\na0 2 1\nw\ni1 1 8 2 16\ne 4", &options, &|_| None);
    let section = &score.sections[0];
    let times: Vec<_> = section.events.iter().map(|e| (e.time, section.duration(e))).collect();
    assert_eq!(times, [(1.0, 1.0), (1.0, -2.0), (2.0, 2.0), (1.0, 2.0), (4.0, 0.0)]);
}

#[test]
fn strings_are_kept_and_decoded() {
    check(
        "i1 0 .01 \"a\\tb;c\" \"two /*x*/\" \"\\\"q\"",
        &["i 1 0 0.01 \"a\\tb;c\" \"two /*x*/\" \"\\\"q\"", "e"],
    );
    check(
        "i1 0 .1 \"a\" \"c\" 5\ni1 + . . . 6",
        &["i 1 0 0.1 \"a\" \"c\" 5", "i 1 0.1 0.1 \"a\" \"c\" 6", "e"],
    );
    // The reference counts the blank inside the string.
    check(
        "i1 0 .1 \"a b\" \"c\" 5\ni1 + . . . 6",
        &["i 1 0 0.1 \"a b\" \"c\" 5", "i 1 0.1 0.1 \"a b\" 0 6", "e"],
    );
}

#[test]
fn mistakes_cost_a_line_not_the_score() {
    check(
        "i1 0 .1 foo\ni1 0 .1 1 z\nz\n$ 3\ni2 1 1 3,4\ni3 1-2 1\ni4 0 1 1-2 +5 +-5 1e 5",
        &["i 1 0 0.1", "i 1 0 0.1 1 0 0", "i 3 0 1", "i 4 0 1 1 5 -5 1 5", "i 2 1 1 3", "e"],
    );
}

#[test]
fn limits_are_named() {
    let options =
        ScoreOptions { limits: Limits::default().with(Limit::Events, 10), ..ScoreOptions::new(pow) };
    let (_, diags) = lines_with(&options, &"i1 0 1\n".repeat(20));
    assert!(diags[0].message.contains("limit events"));
    let (_, diags) = lines_with(&ScoreOptions::new(pow), "m A\ni1 0 1\nb 0\nn A\ns\n");
    assert!(diags.iter().any(|d| d.message.contains("limit macro-depth")));
}

#[test]
fn a_carried_last_field_ends_the_statement() {
    check("i1 0 1\ni1 1 . 5\ni1 2 2 6", &["i 1 0 1", "i 1 1 1", "i 1 2 2 6", "e"]);
    check("i1 0 1 4\ni1 1 . 5", &["i 1 0 1 4", "i 1 1 1 5", "e"]);
    let (_, diags) = lines_with(&ScoreOptions::new(pow), "i1 0 1\ni1 1 . 5");
    assert_eq!(diags[0].code, codes::SCORE_REFERENCE);
}

#[test]
fn chords_that_carry_are_ordered_as_in_the_reference() {
    let notes: Vec<String> =
        lines("i1 0 1 5\ni1 0 . 6\ni1 0 . 7\ni1 0 . 8\ni1 0 . 9\ni1 0 . 10\ni1 0 . 11\ni1 0 1 12\ni1 0 . 13");
    let last: Vec<&str> = notes.iter().filter_map(|l| l.strip_prefix("i 1 0 1 ")).collect();
    assert_eq!(last, ["11", "5", "7", "6", "10", "9", "8", "13", "12"]);
}

#[test]
fn lines_at_run_time_are_scores_of_their_own() {
    let (score, diags) =
        parse_line("i \"A\" .5 1 \"x\"\ni . + . \"y\"", &ScoreOptions::new(pow), &|_| Some(3.0));
    assert_eq!((score.sections.len(), diags.len()), (1, 0));
    let section = &score.sections[0];
    let fields = section.fields(&section.events[1]);
    assert_eq!(score.value(fields[0]), Field::Text("A"));
    assert_eq!(score.value(fields[1]), Field::Number(1.5));
    assert_eq!(score.value(fields[3]), Field::Text("y"));
    let (_, diags) = parse_line("#include \"x\"\ni \"Z\" 0 1", &ScoreOptions::new(pow), &|_| None);
    assert!(diags.len() == 2 && diags.iter().all(|d| d.span == Span::NONE));
}

/// Statements thrown together in any order neither panic nor take long, and give finite sorted times.
#[test]
fn garbage_never_panics() {
    let parts = [
        "i",
        "i1 ",
        "i2 0 1 ",
        "i \"A\" ",
        "f1 0 8 10 1 ",
        "t 0 60 3 90 ",
        "w 0 60 ",
        "b 1 ",
        "B ",
        "C 0 ",
        "v 2 ",
        "y ",
        "y 3 ",
        "m A\n",
        "n A\n",
        "r 2 X\n",
        "{ 2 Y\n",
        "}\n",
        "s\n",
        "e\n",
        "x\n",
        "a 0 1 1 ",
        "q 1 0 0 ",
        "d 1 0 ",
        ". ",
        "+ ",
        "^+1 ",
        "^",
        "! ",
        "< ",
        "> ",
        "( ",
        ") ",
        "~ ",
        "np4 ",
        "pp4 ",
        "np99 ",
        "n ",
        "p ",
        "[1+2*3] ",
        "[~] ",
        "[@@5] ",
        "[",
        "]",
        "[(",
        "1 ",
        "-2 ",
        "1e400 ",
        "z ",
        "1-2 ",
        "5e ",
        "\"a b\" ",
        "\"\\",
        "\n",
        "\n",
        "\n",
        "; c\n",
        "/*",
        "*/",
        "é",
        "\0",
        "$X",
        "i1 0 1 2 3 4\n",
        "i1 0 . 5\n",
        "i. 3 . < np5 \"s\"\n",
    ];
    let mut x = 99u64;
    for round in 0..6000 {
        let mut text = String::new();
        for _ in 0..round % 60 {
            x = x.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            text.push_str(parts[(x >> 33) as usize % parts.len()]);
        }
        let limits = Limits::default().with(Limit::Events, 500).with(Limit::MacroDepth, 20);
        let options =
            ScoreOptions { limits: limits.with(Limit::TextBytes, 1 << 14), ..ScoreOptions::new(pow) };
        let (score, _) = parse_line(&text, &options, &|n| (n == "A").then_some(3.0));
        for section in &score.sections {
            for e in &section.events {
                assert!(e.count as usize == section.fields(e).len() && e.count > 0, "{text}");
                for c in section.fields(e) {
                    assert!(match score.value(*c) {
                        Field::Number(v) => v.is_finite(),
                        Field::Text(_) => true,
                    });
                }
            }
        }
    }
}

struct Included;

impl Includes for Included {
    fn read(&mut self, name: &str, _: &str) -> Result<String, String> {
        Ok(format!("i 7 0 1 \"{name}\""))
    }
}

#[test]
fn long_scores_are_read_in_parts_without_a_seam() {
    // Longer than what is expanded at a time by far; statements, carried fields and a mark reach across.
    let line = "i 1 + .\n 5\n";
    let many = line.repeat(5000);
    let text = format!(
        "i 2 0 1\nm place\ni 1 0 1 3\n{many}#define X #7#\n#includestr \"a$X.b\"\ni 1 0 [1\n{many}s\nn place\ne\n"
    );
    let mut map = SourceMap::default();
    let file = map.add("a.sco", text.as_str());
    let span = Span::new(file, 0, text.len() as u32);
    let (score, diags) = parse(&mut map, span, &mut Included, &ScoreOptions::new(pow), &|_| None);
    let counts: Vec<usize> = score.sections.iter().map(|s| s.events.len()).collect();
    assert_eq!(counts, [10_004, 10_003, 0][..counts.len()]);
    let names: Vec<_> = score.sections[0].events.iter().filter(|e| e.count == 4 && e.time == 0.0).collect();
    assert!(names.iter().any(|e| score.value(score.sections[0].fields(e)[3]) == Field::Text("a7b")));
    let error = diags.iter().find(|d| d.code == codes::SCORE_EXPRESSION).expect("an error");
    assert_eq!(map.locate(error.span).map(|place| (place.line, place.column)), Some((10_006, 9)));
}
