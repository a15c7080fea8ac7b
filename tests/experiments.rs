//! The experiments about the language agree with the reference, except those that `docs/differences.md`
//! lists with a reason; one that is listed there and agrees fails, too, so that the list stays true.
#![allow(clippy::disallowed_methods, reason = "reads the filter from the environment")]

use orchestrion::conform::Grade;
use orchestrion_tests::render::Program;
use orchestrion_tests::{experiments, in_parallel, judge, store};

#[test]
fn experiments_agree_with_the_reference() {
    let filter = std::env::var("EXPERIMENTS").unwrap_or_default();
    let mut all = experiments::load().unwrap();
    all.retain(|experiment| experiment.name.contains(&filter));
    let references = experiments::references().unwrap();
    let known = experiments::known_differences().unwrap();
    let program = Program::ours().unwrap();
    let results = in_parallel(&all, |experiment| {
        let Some(reference) = references.get(&experiment.name) else {
            return vec!["no reference: run `cargo xtask oracle`".to_owned()];
        };
        let ours = program.render(&experiment.name, &experiment.csd, &experiments::files()).unwrap();
        judge::disagreements(reference, &ours, Grade::A)
    });
    let mut failures = Vec::new();
    for (experiment, found) in all.iter().zip(results) {
        let name = &experiment.name;
        match (known.get(name), found.is_empty()) {
            (None, false) => failures.extend(found.iter().map(|why| format!("{name}: {why}"))),
            (Some(_), true) => failures.push(format!("{name}: agrees, but docs/differences.md lists it")),
            _ => {}
        }
    }
    assert!(failures.is_empty(), "{} failures in {}:\n{}", failures.len(), all.len(), failures.join("\n"));
}

#[test]
fn every_experiment_has_a_current_reference_and_every_difference_an_experiment() {
    let all = experiments::load().unwrap();
    let references = experiments::references().unwrap();
    for experiment in &all {
        let source = references.get(&experiment.name).map(|entry| entry.source.as_str());
        let current = store::fingerprint(&experiment.csd);
        assert_eq!(source, Some(current.as_str()), "{}: run `cargo xtask oracle`", experiment.name);
    }
    for name in experiments::known_differences().unwrap().keys() {
        assert!(all.iter().any(|experiment| experiment.name == *name), "{name} is no experiment");
    }
    assert!(all.len() >= 300, "only {} experiments are left", all.len());
}
