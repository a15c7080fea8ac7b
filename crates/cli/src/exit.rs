//! Exit statuses.

use orchestrion::base::diag::Diagnostic;
use std::process::ExitCode;

/// How a command ended. The reference's status is its number of errors modulo 256, so that 256
/// errors look like none; ours is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: nothing went wrong.
    Good,
    /// 1: the command line is wrong or the piece does not compile; nothing was rendered.
    Usage,
    /// 2: notes failed while the piece was running.
    Performance,
    /// What the piece asked for with `exitnow`.
    Asked(u8),
}

impl Exit {
    /// The status that these findings call for: codes `E05..` arise while a piece runs.
    pub fn of(diagnostics: &[Diagnostic]) -> Exit {
        let errors = || diagnostics.iter().filter(|d| d.is_error());
        if errors().any(|d| !d.code.0.starts_with("E05")) {
            Exit::Usage
        } else if errors().next().is_some() {
            Exit::Performance
        } else {
            Exit::Good
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Good => 0,
            Exit::Usage => 1,
            Exit::Performance => 2,
            Exit::Asked(status) => status,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use orchestrion::base::diag::codes;
    use orchestrion::base::source::Span;

    #[test]
    fn the_gravest_finding_decides() {
        let warning = Diagnostic::warning(codes::SYNTAX, Span::NONE, "w");
        let syntax = Diagnostic::error(codes::SYNTAX, Span::NONE, "s");
        let note = Diagnostic::error(codes::PERF_ERROR, Span::NONE, "p");
        assert_eq!(Exit::of(&[]), Exit::Good);
        assert_eq!(Exit::of(std::slice::from_ref(&warning)), Exit::Good);
        assert_eq!(Exit::of(&[warning.clone(), note.clone()]), Exit::Performance);
        assert_eq!(Exit::of(&[note, syntax, warning]), Exit::Usage);
    }
}
