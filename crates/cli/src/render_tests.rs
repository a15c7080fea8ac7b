//! The command against an engine that plays a part.

use super::*;
use crate::args::Emit;
use crate::connect::{Job, Outcome};
use orchestrion::soundfile::Levels;

/// Answers with these findings and remembers what it was asked.
#[derive(Default)]
struct Actor {
    findings: Vec<Diagnostic>,
    files: Vec<String>,
}

impl Engine for Actor {
    fn render(&mut self, job: &Job, watch: &mut dyn Watch) -> Outcome {
        self.files = job.flags.options().files;
        watch.progress(&Progress { seconds: 1.0, total: None, peak: 0.5 });
        Outcome { diagnostics: self.findings.clone(), ..Outcome::default() }
    }

    fn check(&mut self, _: &Job, _: Option<Emit>) -> Outcome {
        Outcome::default()
    }
}

fn render(line: &str, actor: &mut Actor) -> Exit {
    run(&Words { words: line.split_whitespace().map(String::from).collect() }, actor)
}

#[test]
fn status_follows_what_happened() {
    let mut actor = Actor::default();
    assert_eq!(render("-m0 -o x.wav a.orc a.sco", &mut actor), Exit::Good);
    assert_eq!(actor.files, ["a.orc", "a.sco"]);
    actor.findings = vec![Diagnostic::error(codes::PERF_ERROR, Span::NONE, "note removed")];
    assert_eq!(render("-m0 p.csd", &mut actor), Exit::Performance);
    actor.findings.push(Diagnostic::error(codes::SYNTAX, Span::NONE, "bad"));
    assert_eq!(render("-m0 p.csd", &mut actor), Exit::Usage);
}

#[test]
fn a_wrong_command_line_never_reaches_the_engine() {
    for line in ["", "-m0", "--bogus p.csd", "-o", "-O /nonexistent/log p.csd"] {
        let mut actor = Actor::default();
        assert_eq!(render(line, &mut actor), Exit::Usage, "{line}");
        assert!(actor.files.is_empty(), "{line}");
    }
    assert_eq!(render("--help", &mut Actor::default()), Exit::Good);
}

#[test]
fn the_summary_names_peaks_and_clipping() {
    let mut levels = Levels::new(2);
    levels.measure(&[0.5, -2.0]);
    let summary = Summary { output: "x.wav".into(), seconds: 1.5, levels };
    let want = "peak amplitudes: 0.50000 (-6.0 dB)  2.00000 (6.0 dB)\n\
                samples out of range: 0  1\n1.500 s written to x.wav\n";
    assert_eq!(describe(&summary), want);
}

#[test]
fn quiet_levels() {
    let quiet = |line: &str| {
        let words: Vec<String> = line.split_whitespace().map(String::from).collect();
        is_quiet(&words::read(&words).flags.options())
    };
    assert!(quiet("-m0") && quiet("-m16") && quiet("-O null") && quiet("-m 1024"));
    assert!(!quiet("-m7") && !quiet("-d"));
}
