//! The orchestra parser as a whole: trees by their dump, messages by their text.

use super::{dump, parse};
use orchestrion_base::diag::Diagnostic;
use orchestrion_base::source::SourceMap;

const OPCODES: &[&str] = &[
    "oscil",
    "out",
    "outs",
    "print",
    "prints",
    "init",
    "xin",
    "xout",
    "timout",
    "turnoff",
    "fillarray",
    "pan2",
    "in",
    "reinit",
    "abs",
    "i",
    "k",
    "a",
    "p",
    "int",
    "random",
    "ftgen",
    "cggoto",
    "loop_lt",
    "active",
    "ftfree",
];

fn run(text: &str) -> (String, Vec<Diagnostic>) {
    let mut map = SourceMap::default();
    let file = map.add("test.orc", text);
    let (tree, diags) = parse(&map, file, None, &|name| OPCODES.contains(&name));
    (dump(&tree), diags)
}

/// The dump of statements that hold no error.
#[track_caller]
fn tree(text: &str) -> String {
    let (tree, diags) = run(text);
    assert!(diags.is_empty(), "{text}\n{diags:#?}");
    tree.trim_end().to_owned()
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(tree(text), *expected, "{text}");
    }
}

/// Messages with the text they point to.
fn messages(text: &str) -> Vec<String> {
    let (_, diags) = run(text);
    diags
        .iter()
        .map(|d| format!("{} @ `{}`", d.message, &text[d.span.start as usize..d.span.end as usize]))
        .collect()
}

#[test]
fn precedence_is_the_references() {
    check(&[
        ("i1 = -2^2", "(= (i1) (^ (- 2) 2))"),
        ("i1 = 2^3^2", "(= (i1) (^ (^ 2 3) 2))"),
        ("i1 = 2^3#1", "(= (i1) (^ 2 (# 3 1)))"),
        ("i1 = 1|2&3", "(= (i1) (| 1 (& 2 3)))"),
        ("i1 = 1+2<<1", "(= (i1) (<< (+ 1 2) 1))"),
        ("i1 = 3|4#1", "(= (i1) (| 3 (# 4 1)))"),
        ("i1 = 10%4*3", "(= (i1) (* (% 10 4) 3))"),
        ("i1 = -~i2 - -1", "(= (i1) (- (- (~ i2)) (- 1)))"),
        ("i1 = c1 ? 1 : c2 ? 2 : 3+1", "(= (i1) (? c1 1 (? c2 2 (+ 3 1))))"),
        ("i1 = 3 == i1|2 ? 1 : 0", "(= (i1) (? (== 3 (| i1 2)) 1 0))"),
        ("i1 = (i2 = 3 ? 1 : 2)", "(= (i1) (? (== i2 3) 1 2))"),
        ("if a == 1 || b == 2 && c == 3 goto x", "(if-goto (&& (|| (== a 1) (== b 2)) (== c 3)) x)"),
    ]);
}

#[test]
fn the_opcode_of_a_statement() {
    check(&[
        ("a1 oscil .5, 440", "(op (a1) oscil 0.5 440)"),
        ("a1, a2 pan2 a3, .5", "(op (a1 a2) pan2 a3 0.5)"),
        ("print i1, 440", "(op () print i1 440)"),
        ("out a1 - a2", "(op () out (- a1 a2))"),
        ("a1 Mine -3", "(op (a1) Mine (- 3))"),
        ("out (a1+a2)*.5, a3", "(op () out (* (+ a1 a2) 0.5) a3)"),
        ("out(a1)", "(op () out a1)"),
        ("out:a(a1)", "(op () out:a a1)"),
        ("out oscil(1, 440)", "(op () out (call oscil 1 440))"),
        ("out oscil:a(1, 440)", "(op () out (call oscil:a 1 440))"),
        ("a1 oscil (.5), 440", "(op (a1) oscil 0.5 440)"),
        ("a1 in", "(op (a1) in)"),
        ("k1 oscil, 100, 1", "(op (k1) oscil 100 1)"),
        ("print, i1, 3", "(op () print i1 3)"),
        ("turnoff", "(op () turnoff)"),
        ("nobody a1, 3", "(op () nobody a1 3)"),
        ("k1 nobody a1, 3", "(op (k1) nobody a1 3)"),
        ("k1 nobody", "(op (k1) nobody)"),
        ("a random 1, 2", "(op (a) random 1 2)"),
        ("print i", "(op () print i)"),
        ("ftfree i, 0", "(op () ftfree i 0)"),
        ("print kA[0], kA[]", "(op () print (at kA 0) kA[])"),
        ("print -1", "(op () print (- 1))"),
        ("prints \"a\\n\", {{b}}", "(op () prints \"a\\n\" \"b\")"),
        ("timout 0, 1, lab", "(op () timout 0 1 lab)"),
        ("do: timout 0, 1, do", "(label do)\n(op () timout 0 1 do)"),
    ]);
}

#[test]
fn assignments_and_arrays() {
    check(&[
        ("0dbfs = 1", "(= (0dbfs) 1)"),
        ("ka, kb = 1, 2", "(= (ka kb) 1 2)"),
        ("k1 *= 2+1", "(*= (k1) (+ 2 1))"),
        ("kA[] fillarray 1, 2", "(op (kA[]) fillarray 1 2)"),
        ("kA[][] init 2, 2", "(op (kA[][]) init 2 2)"),
        ("kA[i+1][2] = kB[1][2]", "(= (kA[(+ i 1)][2]) (at kB 1 2))"),
        ("kA[0] += 1", "(+= (kA[0]) 1)"),
        ("kA[] = [1, 2, 3]", "(= (kA[]) [1 2 3])"),
        ("sig:a = oscil(1, 2)", "(= (sig:a) (call oscil 1 2))"),
        ("x:k[] = [1]", "(= (x:k[]) [1])"),
        ("i1 = int (3.5)", "(= (i1) (call int 3.5))"),
        ("i1 = i2>1?i2:k1", "(= (i1) (? (> i2 1) i2 k1))"),
        ("i1 = @5 + @@5", "(= (i1) (+ 8 9))"),
    ]);
}

#[test]
fn lines_go_on_after_operators_and_backslash() {
    check(&[
        ("k1 = 1 + ; comment\n 2", "(= (k1) (+ 1 2))"),
        ("k1 = 1 \\ ; comment\n + 2", "(= (k1) (+ 1 2))"),
        ("print 1, /* two\n lines */ 2,\n 3", "(op () print 1 2 3)"),
        ("k1 =\n 5\nprint 1", "(= (k1) 5)\n(op () print 1)"),
    ]);
}

#[test]
fn blocks() {
    check(&[
        (
            "instr 1, Foo, +Bar\nif k1 > 2 then\nout a1\nelseif (k1 = 3) ithen\nelse out a2\nfi\nendin",
            "(instr 1 Foo +Bar\n  (if\n    (then (> k1 2)\n      (op () out a1))\n    (ithen (== k1 3))\n    (else\n      (op () out a2))))",
        ),
        ("while i1<3 do i1+=1\nod", "(while (< i1 3)\n  (+= (i1) 1))"),
        ("until i1>3 do\ni1+=1\nenduntil", "(until (> i1 3)\n  (+= (i1) 1))"),
        ("for x in arr do\nprint x\nod", "(for (x) arr\n  (op () print x))"),
        ("for x, n in [1,2] do\nprint x\nod", "(for (x n) [1 2]\n  (op () print x))"),
        (
            "switch p4\ncase 1, 2\nprint 1\ncase 3\ndefault\nprint 2\nendsw",
            "(switch p4\n  (case (1 2)\n    (op () print 1))\n  (case (3))\n  (default\n    (op () print 2)))",
        ),
        (
            "if p4 == 1 igoto lab\nlab: print 1\n5:\ngoto 5",
            "(if-igoto (== p4 1) lab)\n(label lab)\n(op () print 1)\n(label 5)\n(goto 5)",
        ),
        ("tigoto x\nrigoto y\nkgoto z", "(tigoto x)\n(rigoto y)\n(kgoto z)"),
    ]);
}

#[test]
fn opcode_headers() {
    check(&[
        ("opcode Foo, ak[], aSo\nendop", "(opcode Foo (a k[]) (a S o))"),
        (
            "opcode Foo,0,0\nprint 1\nendop\ninstr 1\nFoo\nendin",
            "(opcode Foo () ()\n  (op () print 1))\n(instr 1\n  (op () Foo))",
        ),
        ("opcode Foo a i\nendop", "(opcode Foo (a) (i))"),
        ("opcode Foo(x:k, y:i[]):(a, k)\nendop", "(opcode Foo (a k) (k i[]) (params x y))"),
        ("opcode Foo(x:k):a\nendop", "(opcode Foo (a) (k) (params x))"),
        ("opcode Foo(x:k)\nendop", "(opcode Foo () (k) (params x))"),
    ]);
    assert_eq!(messages("opcode Foo, a, x\nendop"), ["`x` is no type of an opcode's argument @ `x`"]);
}

#[test]
fn errors_name_what_is_missing() {
    for (text, expected) in [
        ("k1 = (1 + 2\nk2 = 1", "missing `)` @ ``"),
        ("print kA[3", "missing `]` @ ``"),
        ("k1 = 3 )", "`)` without `(` @ `)`"),
        ("k1 = 3 +\nk2 = 4", "expected a value after `+` @ `+`"),
        ("k1 oscil 3 4", "expected an operator or a comma before the number `4` @ `4`"),
        ("if 1 < 2 == 1 goto x", "comparisons cannot be chained @ `==`"),
        ("goto", "expected the name of a label @ ``"),
        ("a1, a2", "expected an opcode or `=` after the variables @ `a2`"),
        ("k1 = 1e", "`1e` is not a number @ `1e`"),
        ("k1 = $X", "the character `$` has no meaning here @ `$`"),
        ("prints \"abc\nprint 1", "the string is not closed @ `\"abc`"),
        ("endif", "`endif` without `if` @ `endif`"),
        ("if k1 > 3\nprint 1\nendif", "expected `then` or `goto` after the condition of `if` @ `if k1 > 3`"),
        ("while k1 > 3\nprint 1\nod", "expected `do` at the end of the `while` line @ `while k1 > 3`"),
        ("instr 1\ninstr 2\nendin", "expected `endin` before the next `instr` @ `instr`"),
        ("instr 1\nif k1 > 1 then\nendin", "expected `endif` before `endin` @ `endin`"),
        ("instr 1.5\nendin", "instrument numbers are whole numbers @ `1.5`"),
    ] {
        assert_eq!(messages(text), [expected], "{text}");
    }
}

#[test]
fn an_error_costs_one_statement() {
    let (tree, diags) = run(
        "instr 1\nprint 1\nk1 = = 3\nprint 2\nif (k1 > then\nprint 3\nendif\nk2 oscil 1 1\nendin\nprint 4",
    );
    assert_eq!(diags.len(), 3, "{diags:#?}");
    let expected = "(instr 1\n  (op () print 1)\n  (error)\n  (op () print 2)\n  (if\n    (then (error)\n      (op () print 3)))\n  (error))\n(op () print 4)\n";
    assert_eq!(tree, expected);
}

#[test]
fn depth_is_limited() {
    let deep = |open: &str, n: usize| format!("k1 = {}1", open.repeat(n));
    for text in [
        deep("(", 100_000),
        deep("-", 100_000),
        deep("1+", 100_000),
        deep("1?1:", 100_000),
        deep("int(", 100_000),
        deep("[", 100_000),
        format!("{}{}", "if 1 == 1 then\n".repeat(20_000), "od\n".repeat(20_000)),
        "switch 1\n".repeat(2_000),
    ] {
        let (_, diags) = run(&text);
        assert!(!diags.is_empty(), "{}", &text[..40]);
    }
    tree(&format!("k1 = {}1{}", "(".repeat(150), ")".repeat(150)));
}

/// Any damage to a piece gives diagnostics, never a panic, and a statement before it survives.
#[test]
fn damaged_text_is_survived() {
    let piece = include_str!("everything.orc");
    assert!(run(piece).1.is_empty(), "{:#?}", run(piece).1);
    let pieces = [
        "(", ")", "[", "]", "\"", "{{", "}}", "\n", "if ", "endif\n", "instr ", "endin\n", ",", "=", ":",
        "?", "do ", "od\n", "switch ", "case ", "endsw\n", "opcode ", "endop\n", "/*", "@", "1e", "goto ",
        "then ", "\u{e9}", "$", "\\",
    ];
    let mut state = 12345_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % below
    };
    for _ in 0..3_000 {
        let mut text = piece.to_owned();
        for _ in 0..=random(4) {
            let at = random(text.len());
            let to = (at + random(12)).min(text.len());
            if text.is_char_boundary(at) && text.is_char_boundary(to) {
                text.replace_range(at..to, pieces[random(pieces.len())]);
            }
        }
        let (shown, diags) = run(&format!("print 77\n{text}"));
        assert!(shown.starts_with("(op () print 77)\n"), "{text}\n{shown}");
        assert!(diags.iter().all(|d| d.span.start <= d.span.end), "{diags:#?}");
    }
}
