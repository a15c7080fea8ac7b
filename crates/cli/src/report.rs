//! Findings as text with the source lines and carets, or as JSON.

use crate::args::MessageFormat;
use crate::terminal;
use orchestrion::base::diag::{Diagnostic, Severity};
use orchestrion::base::source::{SourceMap, Span};
use orchestrion::report::text;
use serde::Serialize;

/// Prints findings to standard error.
pub fn print(sources: &SourceMap, diagnostics: &[Diagnostic], format: MessageFormat) {
    for diagnostic in diagnostics {
        terminal::err(&match format {
            MessageFormat::Text => text(sources, diagnostic, terminal::wants_colour()),
            MessageFormat::Json => json(sources, diagnostic),
        });
    }
}

#[derive(Serialize)]
struct JsonDiagnostic<'a> {
    severity: &'static str,
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<JsonPlace>,
    label: &'a str,
    related: Vec<JsonRelated<'a>>,
    help: &'a [String],
    rendered: String,
}

#[derive(Serialize)]
struct JsonRelated<'a> {
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<JsonPlace>,
}

/// Lines and columns count from 1, columns in characters; bytes from 0.
#[derive(Serialize)]
struct JsonPlace {
    file: String,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    byte_start: u32,
    byte_end: u32,
}

/// A finding as one line of JSON.
pub fn json(sources: &SourceMap, diagnostic: &Diagnostic) -> String {
    let related = diagnostic.related.iter();
    let value = JsonDiagnostic {
        severity: match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        code: diagnostic.code.0,
        message: &diagnostic.message,
        place: place(sources, diagnostic.span),
        label: &diagnostic.label,
        related: related.map(|r| JsonRelated { text: &r.text, place: place(sources, r.span) }).collect(),
        help: &diagnostic.help,
        rendered: text(sources, diagnostic, false),
    };
    // Strings and numbers always serialise.
    let mut line = serde_json::to_string(&value).unwrap_or_default();
    line.push('\n');
    line
}

fn place(sources: &SourceMap, span: Span) -> Option<JsonPlace> {
    let span = sources.resolve(span);
    let from = sources.locate(span)?;
    let to = sources.locate(Span { start: span.end.max(span.start), ..span })?;
    Some(JsonPlace {
        file: from.file.to_string(),
        line: from.line,
        column: from.column,
        end_line: to.line,
        end_column: to.column,
        byte_start: span.start,
        byte_end: span.end,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use orchestrion::base::diag::codes;

    fn example() -> (SourceMap, Diagnostic) {
        let mut sources = SourceMap::default();
        let file = sources.add("piece.csd", "instr 1\n  aout oscilx 1, 440\nendin\n");
        let diagnostic =
            Diagnostic::error(codes::UNKNOWN_OPCODE, Span::new(file, 15, 21), "there is no opcode oscilx")
                .label("not an opcode")
                .related(Span::new(file, 0, 7), "in this instrument")
                .help("did you mean oscili?");
        (sources, diagnostic)
    }

    #[test]
    fn a_finding_without_a_place() {
        let diagnostic = Diagnostic::error(codes::BAD_OPTION, Span::NONE, "unknown flag -y");
        assert_eq!(text(&SourceMap::default(), &diagnostic, false), "error[E0005]: unknown flag -y\n");
        let value: serde_json::Value =
            serde_json::from_str(&json(&SourceMap::default(), &diagnostic)).unwrap();
        assert_eq!(value["code"], "E0005");
        assert!(value.get("place").is_none());
    }

    #[test]
    fn json_has_lines_and_columns() {
        let (sources, diagnostic) = example();
        let line = json(&sources, &diagnostic);
        assert_eq!(line.matches('\n').count(), 1);
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(value["severity"], "error");
        assert_eq!((value["place"]["line"].as_u64(), value["place"]["column"].as_u64()), (Some(2), Some(8)));
        assert_eq!(value["place"]["end_column"], 14);
        assert_eq!(value["related"][0]["place"]["line"], 1);
        assert_eq!(value["help"][0], "did you mean oscili?");
    }

    #[test]
    fn odd_places_never_panic() {
        let mut sources = SourceMap::default();
        let file = sources.add("p", "é\nx");
        let empty = sources.add("empty", "");
        for file in [file, empty] {
            for (start, end) in [(0, 0), (1, 1), (0, 1), (2, 2), (4, 4), (3, 2), (90, 99), (0, 99)] {
                let diagnostic =
                    Diagnostic::warning(codes::SYNTAX, Span::new(file, start, end), "m").label("l");
                assert!(text(&sources, &diagnostic, false).starts_with("warning[E0201]: m\n"));
                let _ = json(&sources, &diagnostic);
            }
        }
    }
}
