//! Findings about a piece as text, with its lines and carets under them.

use annotate_snippets::renderer::{DecorStyle, Renderer};
use annotate_snippets::{AnnotationKind, Group, Level, Snippet};
use orchestrion_base::diag::{Diagnostic, Severity};
use orchestrion_base::source::{SourceMap, Span};
use std::fmt;
use std::ops::Range;

/// Findings together with the texts they point into. Shown, each has its place and its line.
#[derive(Clone, Default)]
pub struct Findings {
    /// Everything found, in order.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts.
    pub sources: SourceMap,
}

impl Findings {
    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// Whether one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&texts(&self.sources, &self.diagnostics))
    }
}

/// The same as for people, since `unwrap` and a `main` that fails show this form.
impl fmt::Debug for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{self}")
    }
}

/// Findings one after the other, without a line's end after the last.
pub(crate) fn texts(sources: &SourceMap, diagnostics: &[Diagnostic]) -> String {
    let all: String = diagnostics.iter().map(|diagnostic| text(sources, diagnostic, false)).collect();
    all.trim_end().to_owned()
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

#[cfg(test)]
mod tests {
    use super::*;
    use orchestrion_base::diag::codes;

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
    fn findings_are_shown_one_after_the_other() {
        let warning = Diagnostic::warning(codes::SYNTAX, Span::NONE, "odd");
        let mut findings = Findings { diagnostics: vec![warning.clone(), warning], ..Findings::default() };
        assert_eq!(findings.to_string(), "warning[E0201]: odd\nwarning[E0201]: odd");
        assert!(!findings.has_errors() && !findings.is_empty());
        findings.diagnostics.push(example().1);
        assert!(findings.has_errors());
    }
}
