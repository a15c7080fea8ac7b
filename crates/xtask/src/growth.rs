//! `cargo xtask growth`: whether time and memory of a render grow in step with what is rendered.
//!
//! Each kind of piece is rendered in four sizes, each twice the one before; times are user plus system CPU time of the whole
//! process.

use crate::timing::Options;
use crate::versus::{Folder, Run, load, median, orchestrion, peak, timed};
use crate::{build, chosen};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// How often the smallest size is doubled.
const DOUBLINGS: usize = 3;
/// Growth of time or memory with twice the size that still counts as in step: the noise of the machine.
const IN_STEP: f64 = 2.2;

/// Lines of text, made while they are written: what this program has in memory counts as memory of the programs
/// that it starts.
type Lines = Box<dyn Iterator<Item = String>>;

/// A piece that comes in sizes.
struct Kind {
    name: &'static str,
    /// What the size counts.
    unit: &'static str,
    smallest: usize,
    /// Orchestra and score of a size.
    text: fn(usize) -> (Lines, Lines),
}

const KINDS: &[Kind] = &[
    Kind { name: "notes", unit: "notes that sound together for 0.25 s", smallest: 5_000, text: notes },
    Kind { name: "events", unit: "score lines, one note after the other", smallest: 100_000, text: events },
    Kind { name: "held", unit: "held notes that are released one by one", smallest: 5_000, text: held },
    Kind { name: "scheduled", unit: "notes that start one another", smallest: 50_000, text: scheduled },
    Kind { name: "duration", unit: "seconds of sixteen oscillators", smallest: 60, text: duration },
    Kind { name: "tables", unit: "tables of 64 numbers", smallest: 5_000, text: tables },
    Kind { name: "instruments", unit: "instruments of ten lines", smallest: 1_000, text: instruments },
    Kind { name: "lines", unit: "lines of one instrument", smallest: 2_000, text: lines },
];

/// One instrument of these lines.
fn instrument(body: &[&str]) -> Lines {
    Box::new(
        [&["instr 1"], body, &["endin"]]
            .concat()
            .join("\n")
            .lines()
            .map(str::to_owned)
            .collect::<Vec<_>>()
            .into_iter(),
    )
}

fn notes(count: usize) -> (Lines, Lines) {
    let score = (0..count).map(|n| format!("i 1 0 .25 {}", 100 + n % 1000));
    (instrument(&["out oscili:a(.0001, p4)"]), Box::new(score))
}

fn events(count: usize) -> (Lines, Lines) {
    let score = (0..count).map(|n| format!("i 1 {} .001 {}", n as f64 / 1000.0, 100 + n % 1000));
    (instrument(&["out oscili:a(.1, p4)"]), Box::new(score))
}

fn held(count: usize) -> (Lines, Lines) {
    let p1 = |n: usize| format!("1.{:06}1", n);
    let starts = (0..count).map(move |n| format!("i {} 0 -1 {}", p1(n), 100 + n % 1000));
    let ends = (0..count).map(move |n| format!("i -{} {} 0", p1(n), 0.1 + n as f64 * 0.1 / count as f64));
    (instrument(&["out oscili:a(.0001, p4)"]), Box::new(starts.chain(ends).chain(["e .25".to_owned()])))
}

fn scheduled(count: usize) -> (Lines, Lines) {
    let body = ["if p4 > 1 then", "schedule 1, .001, .001, p4 - 1", "endif", "out oscili:a(.1, 440)"];
    (
        instrument(&body),
        Box::new([format!("i 1 0 .001 {count}"), format!("f 0 {}", count as f64 * 0.001)].into_iter()),
    )
}

fn duration(seconds: usize) -> (Lines, Lines) {
    let score = (1..=16).map(move |n| format!("i 1 0 {seconds} {}", n * 100));
    (instrument(&["out oscili:a(.01, p4)"]), Box::new(score))
}

fn tables(count: usize) -> (Lines, Lines) {
    let score = (1..=count).map(|n| format!("f {n} 0 64 10 1 {n}"));
    (instrument(&["out oscili:a(.01, 440, p4)"]), Box::new(score.chain([format!("i 1 0 .1 {count}")])))
}

fn instruments(count: usize) -> (Lines, Lines) {
    let text =
        |n| [format!("instr {n}")].into_iter().chain(chain(9)).chain(["out a9".into(), "endin".into()]);
    (Box::new((1..=count).flat_map(text)), Box::new((1..=count).map(|n| format!("i {n} 0 .01"))))
}

fn lines(count: usize) -> (Lines, Lines) {
    let end = [format!("out a{count}"), "endin".into()];
    let text = ["instr 1".to_owned()].into_iter().chain(chain(count)).chain(end);
    (Box::new(text), Box::new(["i 1 0 .1".to_owned()].into_iter()))
}

/// Filters, each of what the one before made.
fn chain(count: usize) -> impl Iterator<Item = String> {
    let first = ["a1 oscili .5, 440".to_owned()].into_iter();
    first.chain((2..=count).map(|n| format!("a{n} tone a{}, 1000 + {n}", n - 1)))
}

/// Renders the kinds whose name contains one of the words, and prints a table of each.
pub fn run(words: &[String]) -> Result<(), String> {
    let Options { names, runs, profile, .. } = Options::parse(words, 3, None)?;
    let ours = build(&profile)?;
    let folder = Folder::new("growth")?;
    println!("{runs} runs each, median user+system CPU seconds; {}", load());
    println!(
        "| piece | size | s | µs each | s/before | MiB | MiB/before | |\n|---|---|---|---|---|---|---|---|"
    );
    for kind in KINDS.iter().filter(|kind| chosen(kind.name, &names)) {
        grow(kind, runs, &ours, &folder.0)?;
    }
    println!("\nafterwards: {}", load());
    for kind in KINDS.iter().filter(|kind| chosen(kind.name, &names)) {
        println!("- {}: {}", kind.name, kind.unit);
    }
    Ok(())
}

/// Prints the rows of one kind.
fn grow(kind: &Kind, runs: usize, ours: &Path, folder: &Path) -> Result<(), String> {
    let mut before: Option<(f64, f64)> = None;
    for doubling in 0..=DOUBLINGS {
        let size = kind.smallest << doubling;
        let piece = folder.join("piece.csd");
        write(&piece, (kind.text)(size)).map_err(|e| format!("{}: {e}", piece.display()))?;
        let runs: Result<Vec<Run>, String> =
            (0..runs).map(|_| timed(&mut orchestrion(ours), &piece, folder)).collect();
        let runs = runs?;
        let (seconds, mib) = (median(&runs).0, peak(&runs));
        let growth = before.map(|(s, m)| (seconds / s, mib / m));
        let shown = |x: Option<f64>| x.map_or_else(String::new, |x| format!("{x:.2}"));
        let verdict = match growth {
            Some((time, memory)) if time > IN_STEP || memory > IN_STEP => "more than in step",
            _ => "",
        };
        println!(
            "| {} | {size} | {seconds:.3} | {:.2} | {} | {mib:.0} | {} | {verdict} |",
            kind.name,
            seconds * 1e6 / size as f64,
            shown(growth.map(|g| g.0)),
            shown(growth.map(|g| g.1)),
        );
        before = Some((seconds, mib));
    }
    Ok(())
}

fn write(path: &Path, text: (Lines, Lines)) -> std::io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    writeln!(file, "<CsoundSynthesizer>\n<CsInstruments>\nsr = 44100\nksmps = 32\nnchnls = 1\n0dbfs = 1")?;
    let (orchestra, score) = text;
    for line in orchestra {
        writeln!(file, "{line}")?;
    }
    writeln!(file, "</CsInstruments>\n<CsScore>")?;
    for line in score {
        writeln!(file, "{line}")?;
    }
    writeln!(file, "</CsScore>\n</CsoundSynthesizer>")?;
    file.flush()
}
