//! Findings as text with the source lines and carets, or as JSON.

use crate::args::MessageFormat;
use crate::terminal;
use annotate_snippets::renderer::{DecorStyle, Renderer};
use annotate_snippets::{AnnotationKind, Group, Level, Snippet};
use orchestrion::base::diag::{Diagnostic, Severity};
use orchestrion::base::source::{SourceMap, Span};
use serde::Serialize;
use std::ops::Range;

/// Prints findings to standard error.
pub fn print(sources: &SourceMap, diagnostics: &[Diagnostic], format: MessageFormat) {
    for diagnostic in diagnostics {
        terminal::err(&match format {
            MessageFormat::Text => text(sources, diagnostic, terminal::wants_colour()),
            MessageFormat::Json => json(sources, diagnostic),
        });
    }
}

/// A finding as rustc prints its own.
pub fn text(sources: &SourceMap, diagnostic: &Diagnostic, colour: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group = Group::with_title(level.primary_title(&diagnostic.message).id(diagnostic.code.0));
    // Places of one file share a snippet; the first place comes first.
    let mut places = vec![(diagnostic.span, diagnostic.label.as_str(), AnnotationKind::Primary)];
    places.extend(diagnostic.related.iter().map(|r| (r.span, r.text.as_str(), AnnotationKind::Context)));
    let mut resolved: Vec<_> = places.into_iter().map(|(s, t, k)| (sources.resolve(s), t, k)).collect();
    while let Some(&(Span { file, .. }, ..)) = resolved.first() {
        let (here, elsewhere): (Vec<_>, Vec<_>) = resolved.into_iter().partition(|(s, ..)| s.file == file);
        resolved = elsewhere;
        let Some(source) = sources.file(file) else { continue };
        let excerpt = Excerpt::around(&source.text, here.iter().map(|&(span, ..)| span));
        let annotations = here.into_iter().map(|(span, label, kind)| {
            let range = visible(&source.text, span);
            let annotation = kind.span(range.start - excerpt.start..range.end - excerpt.start);
            if label.is_empty() { annotation } else { annotation.label(label) }
        });
        let snippet = Snippet::source(excerpt.text).line_start(excerpt.line).path(&*source.name);
        group = group.element(snippet.annotations(annotations));
    }
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(help));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut out = renderer.decor_style(DecorStyle::Ascii).render(&[group]);
    out.push('\n');
    out
}

/// The lines that matter; scores can be long, and the renderer looks at all it is given.
struct Excerpt<'a> {
    text: &'a str,
    /// Byte of the whole text at which it starts.
    start: usize,
    /// Its first line's number.
    line: usize,
}

impl<'a> Excerpt<'a> {
    fn around(text: &'a str, spans: impl Iterator<Item = Span>) -> Self {
        let ranges = spans.map(|span| visible(text, span));
        let whole = ranges.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end)).unwrap_or(0..0);
        let start = text[..whole.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[whole.end..].find('\n').map_or(text.len(), |at| whole.end + at);
        let line = 1 + text[..start].bytes().filter(|&b| b == b'\n').count();
        Self { text: &text[start..end], start, line }
    }
}

/// A range on character boundaries inside the text, at least one character wide where there is one.
fn visible(text: &str, span: Span) -> Range<usize> {
    let start = text.floor_char_boundary((span.start as usize).min(text.len()));
    let end = text.ceil_char_boundary((span.end as usize).clamp(start, text.len()));
    if end > start {
        return start..end;
    }
    let wide = text[start..].chars().next().filter(|&c| c != '\n').map_or(0, char::len_utf8);
    start..start + wide
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
    fn text_points_at_the_place() {
        let (sources, diagnostic) = example();
        let want = "\
error[E0301]: there is no opcode oscilx
 --> piece.csd:2:8
  |
1 | instr 1
  | ------- in this instrument
2 |   aout oscilx 1, 440
  |        ^^^^^^ not an opcode
  |
  = help: did you mean oscili?
";
        assert_eq!(text(&sources, &diagnostic, false), want);
        assert!(text(&sources, &diagnostic, true).contains("\u{1b}["));
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
