//! Bytes a second from text to tree (`parser/...`) and to a program (`compile/...`): the orchestras of all cases, a
//! long score.
#![allow(missing_docs, reason = "criterion's macros write functions without")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use orchestrion::base::source::{SourceMap, Span};
use orchestrion::host::MemoryHost;
use orchestrion::opcodes::registry;
use orchestrion::parser::orc;
use orchestrion::parser::preprocess::{self, Language, NoIncludes};
use orchestrion::parser::score::{self, ScoreOptions};
use orchestrion::parser::tree::Orchestra;
use orchestrion::piece::compile_text;
use orchestrion::vm::code::Program;
use orchestrion::vm::compile::{Compiler, HeaderOverrides, is_opcode, read_header};
use orchestrion_benches::{brief, document, no_flags};
use orchestrion_dsp::math;

/// Instruments of the orchestra.
const INSTRUMENTS: usize = 500;
/// Lines of the score.
const NOTES: usize = 10_000;

/// Instruments with what orchestras are made of: calls, expressions, branches and loops.
fn orchestra() -> String {
    let instrument = |n: usize| {
        format!(
            "instr {n}\n\
             icps = cpspch(p4 + {n} / 1000)  ; the pitch\n\
             kenv linsegr 0, .01, 1, p3 - .02, .5, .01, 0\n\
             kindex = 0\n\
             while kindex < 4 do\n  kindex += 1\nod\n\
             if kenv > .9 && p5 != 0 then\n  kmod lfo 5, 6\nelse\n  kmod = 0\nendif\n\
             asound vco2 kenv * .2, icps + kmod * (1 - kenv) ^ 2\n\
             afilter moogladder asound, limit:k(icps * 8, 100, 15000), .3\n\
             out afilter * ampdb(-6) + oscili:a(.1, icps)\n\
             endin\n"
        )
    };
    (1..=INSTRUMENTS).map(instrument).collect()
}

fn notes() -> String {
    (0..NOTES)
        .map(|n| format!("i {} {} .5 8.{:02} [{n} % 3]\n", 1 + n % INSTRUMENTS, n as f64 / 10.0, n % 12))
        .collect()
}

fn tree(text: &str) -> Orchestra {
    let registry = registry();
    let mut map = SourceMap::default();
    let file = map.add("bench.orc", text);
    let how = preprocess::Options::new(Language::Orchestra);
    let span = Span::new(file, 0, text.len() as u32);
    let (expanded, _) = preprocess::expand(&mut map, span, &mut NoIncludes, &how);
    orc::parse(&map, expanded, None, &|name| is_opcode(&registry, name)).0
}

fn parser(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parser");
    let text = orchestra();
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("orchestra", |bencher| bencher.iter(|| tree(&text)));
    let text = notes();
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("score", |bencher| {
        bencher.iter(|| {
            let mut map = SourceMap::default();
            let file = map.add("bench.sco", text.as_str());
            let span = Span::new(file, 0, text.len() as u32);
            score::parse(&mut map, span, &mut NoIncludes, &ScoreOptions::new(math::pow), &|_| None)
        });
    });
    group.finish();
}

fn compile(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("compile");
    let text = orchestra();
    group.throughput(Throughput::Bytes(text.len() as u64));
    let tree = tree(&text);
    group.bench_function("program", |bencher| {
        bencher.iter(|| {
            let (header, _) = read_header(&tree, &HeaderOverrides::default());
            let mut program = Program::default();
            let found = program.add(&mut Compiler::new(registry(), header), &tree);
            assert!(found.iter().all(|finding| !finding.is_error()), "{found:?}");
            program
        });
    });
    let whole = document(&text, &notes());
    group.throughput(Throughput::Bytes(whole.len() as u64));
    group.bench_function("piece", |bencher| {
        bencher.iter(|| compile_text("bench.csd", &whole, &MemoryHost::default(), no_flags(), registry()));
    });
    let short = document("instr 1\nout oscili:a(.5, 440)\nendin\n", "i 1 0 1\n");
    group.throughput(Throughput::Bytes(short.len() as u64));
    group.bench_function("one-line", |bencher| {
        bencher.iter(|| compile_text("bench.csd", &short, &MemoryHost::default(), no_flags(), registry()));
    });
    group.finish();
}

criterion_group! { name = all; config = brief(); targets = parser, compile }
criterion_main!(all);
