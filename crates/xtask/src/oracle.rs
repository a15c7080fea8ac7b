//! `cargo xtask oracle`: runs the real csound on cases and experiments and stores what it did.

use crate::chosen;
use orchestrion_tests::case::{self, Case, CaseFile};
use orchestrion_tests::render::{Outcome, Program};
use orchestrion_tests::store::{self, Entry, Precision};
use orchestrion_tests::{conformance, experiments, in_parallel};

/// The version the project is measured against.
const REFERENCE: &str = "Csound version 6.18";
/// Bytes of all stores above which a warning is printed.
const BUDGET: u64 = 30 << 20;

/// Stores the references of the cases and experiments chosen by `texts`.
pub fn run(texts: &[String]) -> Result<(), String> {
    check_version()?;
    let mut all = case::load_all(&conformance())?;
    let total = all.len();
    all.retain(|file| chosen(&file.path.to_string_lossy(), texts));
    let mut cases = 0;
    for file in &all {
        cases += file.cases.len();
        one_file(file)?;
    }
    println!("{cases} cases in {} of {total} files", all.len());
    if chosen("experiments", texts) {
        language()?;
    }
    weigh()
}

fn check_version() -> Result<(), String> {
    const PIECE: &str = "<CsoundSynthesizer>\n<CsInstruments>\ninstr 1\nendin\n</CsInstruments>\n\
                         <CsScore>\ni 1 0 0.01\n</CsScore>\n</CsoundSynthesizer>\n";
    let probe = Program::Csound.render("probe", PIECE, &[])?;
    match probe.log.contains(REFERENCE) {
        true => Ok(()),
        false => Err(format!("`csound` is not {REFERENCE}:\n{}", probe.log)),
    }
}

fn one_file(file: &CaseFile) -> Result<(), String> {
    let rendered = in_parallel(&file.cases, |case| {
        let once = entry(&case.name, case.for_csound(), &[])?;
        let again = entry(&case.name, case.for_csound(), &[])?.0;
        Ok::<_, String>((once, again))
    });
    let mut entries = Vec::new();
    for (case, result) in file.cases.iter().zip(rendered) {
        let ((entry, log), again) = result?;
        remark(file, case, &entry, &log);
        if differs(&entry, &again) {
            println!("{}: the reference renders it differently each time", place(file, case));
        }
        entries.push(entry);
    }
    store::write(&file.store(), &entries, Precision::F32)
}

/// Whether two runs of the same case differ in what they printed or in a bit of a sample.
fn differs(once: &Entry, again: &Entry) -> bool {
    let bits = |entry: &Entry| -> Option<Vec<u64>> {
        Some(entry.sound.as_ref()?.samples.iter().map(|x| x.to_bits()).collect())
    };
    once.printed != again.printed || bits(once) != bits(again)
}

fn place(file: &CaseFile, case: &Case) -> String {
    format!("{}:{} {}", file.path.display(), case.line, case.name)
}

fn language() -> Result<(), String> {
    let files = experiments::files();
    let all = experiments::load()?;
    let results = in_parallel(&all, |experiment| entry(&experiment.name, &experiment.csd, &files));
    let entries = results.into_iter().map(|result| Ok(result?.0)).collect::<Result<Vec<_>, String>>()?;
    println!("{} experiments", entries.len());
    store::write(&experiments::store(), &entries, Precision::F64)
}

/// What csound did with a document, and what it said.
fn entry(name: &str, csd: &str, files: &[std::path::PathBuf]) -> Result<(Entry, String), String> {
    let Outcome { status, crashed, printed, sound, log } = Program::Csound.render(name, csd, files)?;
    let source = store::fingerprint(csd);
    Ok((Entry { name: name.to_owned(), source, status, crashed, printed, sound }, log))
}

/// Says what the author of a case should look at: errors, crashes, results that show nothing.
fn remark(file: &CaseFile, case: &Case, entry: &Entry, log: &str) {
    let place = place(file, case);
    let seconds = entry.sound.as_ref().map_or(0.0, |sound| sound.seconds());
    let peak = entry.sound.as_ref().map_or(0.0, |sound| sound.peak());
    if entry.crashed {
        println!("{place}: the reference crashes or hangs");
    } else if entry.status != 0 {
        println!("{place}: the reference ends with status {}\n{}", entry.status, indent(log));
    } else if peak == 0.0 && entry.printed.is_empty() {
        println!("{place}: silent and prints nothing: it tests nothing");
    } else if seconds > 1.0 {
        println!("{place}: {seconds} s is long for a case");
    }
}

fn indent(log: &str) -> String {
    let telling = |line: &&str| line.contains("rror") || line.contains("ARNING") || line.contains("line");
    log.lines().filter(telling).map(|line| format!("    {line}\n")).collect()
}

fn weigh() -> Result<(), String> {
    let stores = case::load_all(&conformance())?.into_iter().map(|file| file.store());
    let size = |path| std::fs::metadata(path).map_or(0, |data| data.len());
    let bytes: u64 = stores.chain([experiments::store()]).map(size).sum();
    println!("the stores hold {} KiB", bytes / 1024);
    match bytes > BUDGET {
        true => Err(format!("the stores are larger than {} MiB: make cases shorter", BUDGET >> 20)),
        false => Ok(()),
    }
}
