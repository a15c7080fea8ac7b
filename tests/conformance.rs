//! Every case under `tests/conformance` agrees with what csound did with it.
//!
//! One test a family would hide nothing more: the failures of all cases are listed together, each with
//! its file, line and first differing sample. `CASES=filters/tone` runs just the paths that contain it.
#![allow(clippy::disallowed_methods, reason = "reads the filter from the environment")]

use orchestrion_tests::case::{self, Case, CaseFile};
use orchestrion_tests::render::Program;
use orchestrion_tests::store::{self, Entry};
use orchestrion_tests::{conformance, in_parallel, judge};

#[test]
fn cases_agree_with_the_reference() {
    let filter = std::env::var("CASES").unwrap_or_default();
    let mut files = case::load_all(&conformance()).unwrap();
    files.retain(|file| file.path.to_string_lossy().contains(&filter));
    let program = Program::ours().unwrap();
    let mut work = Vec::new();
    let mut failures = Vec::new();
    for file in &files {
        match store::read(&file.store()) {
            Ok(entries) => work.extend(paired(file, entries, &mut failures)),
            Err(why) => failures.push(format!("{why}: run `cargo xtask oracle`")),
        }
    }
    let results = in_parallel(&work, |(_, case, reference)| {
        let ours = program.render(&case.name, &case.csd, &[]).unwrap();
        judge::disagreements(reference, &ours, case.require)
    });
    for ((file, case, _), found) in work.iter().zip(results) {
        failures.extend(found.iter().map(|why| format!("{}: {why}", place(file, case))));
    }
    let total: usize = files.iter().map(|file| file.cases.len()).sum();
    assert!(total > 0, "no case matches `{filter}`");
    assert!(
        failures.is_empty(),
        "{} disagreements in {total} cases:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn every_case_has_a_current_reference() {
    let mut failures = Vec::new();
    for file in case::load_all(&conformance()).unwrap() {
        match store::read(&file.store()) {
            Ok(entries) => drop(paired(&file, entries, &mut failures)),
            Err(why) => failures.push(format!("{why}: run `cargo xtask oracle`")),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The cases of `file` with their references; those without a current one become failures.
fn paired<'a>(
    file: &'a CaseFile,
    entries: Vec<Entry>,
    failures: &mut Vec<String>,
) -> Vec<(&'a CaseFile, &'a Case, Entry)> {
    let mut pairs = Vec::new();
    for case in &file.cases {
        let source = store::fingerprint(case.for_csound());
        match entries.iter().find(|entry| entry.name == case.name && entry.source == source) {
            Some(entry) => pairs.push((file, case, entry.clone())),
            None => failures
                .push(format!("{}: no current reference: run `cargo xtask oracle`", place(file, case))),
        }
    }
    pairs
}

fn place(file: &CaseFile, case: &Case) -> String {
    let path = file.path.strip_prefix(conformance()).unwrap_or(&file.path);
    format!("{}:{} {}", path.display(), case.line, case.name)
}
