//! `orchestrion check`.

use crate::args::{MessageFormat, Words, help_text};
use crate::connect::Engine;
use crate::exit::Exit;
use crate::render::no_piece;
use crate::{report, terminal, words};
use orchestrion::base::diag::{Diagnostic, Severity};
use orchestrion::base::source::SourceMap;

/// Compiles a piece and says what is wrong with it.
pub fn run(args: &Words, engine: &mut impl Engine) -> Exit {
    let mut parsed = words::read(&args.words);
    if let Some(help) = parsed.help {
        terminal::out(&help_text("check", help));
        return Exit::Good;
    }
    if parsed.flags.options().files.is_empty() && !parsed.has_errors() {
        parsed.diagnostics.push(no_piece("check"));
    }
    let job = parsed.job();
    report::print(&SourceMap::default(), &parsed.diagnostics, parsed.message_format);
    let Some(job) = job else { return Exit::Usage };
    let outcome = engine.check(&job, parsed.emit);
    report::print(&outcome.sources, &outcome.diagnostics, parsed.message_format);
    if let Some(text) = &outcome.emitted {
        terminal::out(text);
    }
    if parsed.message_format == MessageFormat::Text && !outcome.diagnostics.is_empty() {
        terminal::err(&count(&outcome.diagnostics));
    }
    Exit::of(&outcome.diagnostics)
}

/// `2 errors, 1 warning`.
fn count(diagnostics: &[Diagnostic]) -> String {
    let of = |severity, name: &str| match diagnostics.iter().filter(|d| d.severity == severity).count() {
        0 => None,
        1 => Some(format!("1 {name}")),
        n => Some(format!("{n} {name}s")),
    };
    let parts = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
    let shown: Vec<String> = parts.into_iter().filter_map(|(s, n)| of(s, n)).collect();
    shown.join(", ") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Emit;
    use crate::connect::{Job, Outcome, Watch};
    use orchestrion::base::diag::codes;
    use orchestrion::base::source::Span;

    struct Actor(Vec<Diagnostic>);

    impl Engine for Actor {
        fn render(&mut self, _: &Job, _: &mut dyn Watch) -> Outcome {
            panic!("check never renders");
        }

        fn check(&mut self, _: &Job, emit: Option<Emit>) -> Outcome {
            assert_eq!(emit, Some(Emit::Tree));
            Outcome { diagnostics: self.0.clone(), ..Outcome::default() }
        }
    }

    #[test]
    fn findings_decide_the_status() {
        let words = || Words { words: ["p.csd", "--emit=tree"].map(String::from).to_vec() };
        assert_eq!(run(&words(), &mut Actor(Vec::new())), Exit::Good);
        let error = Diagnostic::error(codes::SYNTAX, Span::NONE, "x");
        assert_eq!(run(&words(), &mut Actor(vec![error.clone()])), Exit::Usage);
        assert_eq!(run(&Words { words: Vec::new() }, &mut Actor(Vec::new())), Exit::Usage);
        let warning = Diagnostic::warning(codes::SYNTAX, Span::NONE, "x");
        assert_eq!(count(&[error.clone(), warning, error]), "2 errors, 1 warning\n");
    }
}
