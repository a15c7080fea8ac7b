//! `cargo xtask experiments`: renders the experiments about the language and lists what disagrees,
//! with the rows that `docs/differences.md` would need.

use crate::chosen;
use orchestrion::conform::Grade;
use orchestrion_tests::render::Program;
use orchestrion_tests::{experiments, in_parallel, judge};

/// Renders the experiments chosen by `texts`.
pub fn run(texts: &[String]) -> Result<(), String> {
    let mut all = experiments::load()?;
    all.retain(|experiment| chosen(&experiment.name, texts));
    let references = experiments::references()?;
    let known = experiments::known_differences()?;
    let program = Program::ours()?;
    let files = experiments::files();
    let results = in_parallel(&all, |experiment| {
        let reference = references.get(&experiment.name).ok_or("no reference: run `cargo xtask oracle`")?;
        let ours = program.render(&experiment.name, &experiment.csd, &files)?;
        Ok::<_, String>(judge::disagreements(reference, &ours, Grade::A))
    });
    let mut agree = 0;
    for (experiment, result) in all.iter().zip(results) {
        let found = result?;
        agree += usize::from(found.is_empty());
        let listed = if known.contains_key(&experiment.name) { " (listed)" } else { "" };
        for why in found {
            println!("{}{listed}: {why}", experiment.name);
        }
    }
    println!("{agree} of {} agree", all.len());
    Ok(())
}
