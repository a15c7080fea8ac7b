//! The unified document `.csd`: one file with options, orchestra, score and embedded files.
//!
//! A tag but the first counts only at the start of a line, blanks before it allowed. Text outside
//! `<CsoundSynthesizer>` is ignored, a second `<CsInstruments>` or `<CsScore>` replaces the first, and
//! blocks that belong to editors (`<bsbPanel>`, `<MacGUI>`, `<Cabbage>`, `<html>`, ...) are skipped.
//! Source: manual page "Unified File Format", measured on csound 6.18.1.
//!
//! Differences from the reference: `<CsScore bin="...">` is refused, no program is run; `<CsFile>` and
//! other embedded files stay in memory; a section without its closing tag reaches to the end.

mod base64;
mod options;

pub use options::{Word, words};
use orchestrion_base::diag::{Diagnostic, codes};
use orchestrion_base::source::{FileId, SourceMap, Span};

/// A file that the document carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embedded {
    /// Its name; for `<CsMidifileB>` empty, for `<CsSampleB>` `soundin.N`.
    pub name: String,
    /// Its contents.
    pub data: Vec<u8>,
    /// The whole section.
    pub span: Span,
}

/// A document taken apart. Spans are places in the file itself.
#[derive(Clone, Debug, Default)]
pub struct Csd {
    /// The words of `<CsOptions>`, as a shell would give them to a program.
    pub options: Vec<Word>,
    /// Text of `<CsInstruments>`.
    pub orchestra: Option<Span>,
    /// Text of `<CsScore>`; without one a piece runs until it is stopped.
    pub score: Option<Span>,
    /// `<CsFileB>`, `<CsFile>` and `<CsSampleB>`.
    pub files: Vec<Embedded>,
    /// `<CsMidifileB>` or `<CsMidifile>`: a standard MIDI file.
    pub midi: Option<Embedded>,
    /// Text of `<CsLicense>`.
    pub license: Option<Span>,
    /// Text of `<CsShortLicense>`.
    pub short_license: Option<Span>,
}

/// Whether a text looks like a document rather than a bare orchestra.
pub fn is_csd(text: &str) -> bool {
    text.lines().any(starts_document)
}

/// Blocks of editors and front ends, of no meaning for sound.
const FOREIGN: &[&str] = &[
    "bsbPanel",
    "bsbPresets",
    "MacGUI",
    "MacOptions",
    "MacPresets",
    "CsHtml5",
    "CsHTML5",
    "html",
    "EventPanel",
    "Cabbage",
    "CsLADSPA",
    "CsVSTi",
    "CsScratchPad",
    "CsViewer",
];

/// Takes a document apart.
pub fn parse(map: &SourceMap, file: FileId) -> (Csd, Vec<Diagnostic>) {
    let text = map.file(file).map(|f| f.text.clone()).unwrap_or_else(|| "".into());
    let mut reader = Reader { text: &text, file, at: 0, csd: Csd::default(), diags: Vec::new() };
    reader.document();
    (reader.csd, reader.diags)
}

struct Reader<'a> {
    text: &'a str,
    file: FileId,
    at: usize,
    csd: Csd,
    diags: Vec<Diagnostic>,
}

fn opens(line: &str, tag: &str) -> bool {
    name_of(line) == Some(tag)
}

/// Whether a line opens the document. Something may stand before this tag (measured), but no comment.
fn starts_document(line: &str) -> bool {
    ["CsoundSynthesizer", "CsoundSynthesiser"].iter().any(|tag| {
        let before = line.split_once(&format!("<{tag}>")).map(|(before, _)| before);
        opens(line, tag) || before.is_some_and(|text| !text.contains([';', '/']))
    })
}

fn closes(line: &str, tag: &str) -> bool {
    line.trim_start_matches([' ', '\t'])
        .strip_prefix("</")
        .and_then(|l| l.strip_prefix(tag))
        .is_some_and(|l| l.starts_with('>'))
}

/// The name of the tag that a line opens.
fn name_of(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches([' ', '\t']).strip_prefix('<')?;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
    (end > 0 && rest[end..].starts_with(['>', ' ', '\t'])).then(|| &rest[..end])
}

/// The value of `name="value"` in a tag.
fn attribute<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(name)?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| *c == '"' || *c == '\'');
    match quote {
        Some(q) => rest[1..].split_once(q).map(|(v, _)| v),
        None => rest.split(['>', ' ']).next(),
    }
}

impl<'a> Reader<'a> {
    fn line(&mut self) -> Option<(usize, &'a str)> {
        if self.at >= self.text.len() {
            return None;
        }
        let from = self.at;
        let to = self.text[from..].find('\n').map_or(self.text.len(), |n| from + n + 1);
        self.at = to;
        Some((from, &self.text[from..to]))
    }

    fn span(&self, from: usize, to: usize) -> Span {
        Span::new(self.file, from as u32, to as u32)
    }

    fn document(&mut self) {
        let mut inside = false;
        let mut found = false;
        while let Some((from, line)) = self.line() {
            match name_of(line) {
                _ if starts_document(line) => (inside, found) = (true, true),
                Some(tag) if inside => self.section(tag, from, line),
                _ if closes(line, "CsoundSynthesizer") || closes(line, "CsoundSynthesiser") => inside = false,
                _ if inside && line.trim_start_matches([' ', '\t']).starts_with('<') => {
                    self.unknown(from, line)
                }
                _ => {}
            }
        }
        let everything = self.span(0, 0);
        if !found {
            let d = Diagnostic::error(
                codes::CSD_STRUCTURE,
                everything,
                "no <CsoundSynthesizer> in this document",
            );
            self.diags.push(d.help("a document starts with <CsoundSynthesizer> on a line of its own"));
        } else if self.csd.orchestra.is_none() {
            let d =
                Diagnostic::error(codes::CSD_STRUCTURE, everything, "no <CsInstruments> in this document");
            self.diags.push(d);
        } else if inside {
            let end = self.span(self.text.len(), self.text.len());
            let d = Diagnostic::warning(codes::CSD_STRUCTURE, end, "</CsoundSynthesizer> is missing");
            self.diags.push(d);
        }
    }

    /// Reads to the closing tag; gives the text between and goes on behind it.
    fn body(&mut self, tag: &str, open: usize) -> (usize, usize) {
        let start = self.at;
        while let Some((from, line)) = self.line() {
            if closes(line, tag) {
                return (start, from);
            }
        }
        let d = Diagnostic::error(
            codes::CSD_STRUCTURE,
            self.span(open, start),
            format!("<{tag}> is not closed; expected a line that starts with </{tag}>"),
        );
        self.diags.push(d);
        (start, self.text.len())
    }

    fn section(&mut self, tag: &str, from: usize, line: &str) {
        match tag {
            "CsInstruments" => {
                let (a, b) = self.body(tag, from);
                self.csd.orchestra = Some(self.span(a, b));
            }
            "CsScore" => self.score(from, line),
            "CsOptions" => {
                let (a, b) = self.body(tag, from);
                words(&self.text[a..b], self.file, a, &mut self.csd.options);
            }
            "CsLicense" | "CsLicence" => {
                let (a, b) = self.body(tag, from);
                self.csd.license = Some(self.span(a, b));
            }
            "CsShortLicense" | "CsShortLicence" => {
                let (a, b) = self.body(tag, from);
                self.csd.short_license = Some(self.span(a, b));
            }
            "CsVersion" => self.version(from),
            "CsFileB" | "CsFile" | "CsFileC" | "CsSampleB" | "CsMidifileB" | "CsMidifile" => {
                self.embedded(tag, from, line)
            }
            _ if FOREIGN.contains(&tag) => {
                let closing = format!("</{tag}>");
                if !line.contains(&closing) {
                    let _ = self.body(tag, from);
                }
            }
            _ => self.unknown(from, line),
        }
    }

    fn unknown(&mut self, from: usize, line: &str) {
        let line = line.trim_end();
        let d = Diagnostic::warning(
            codes::CSD_UNKNOWN,
            self.span(from, from + line.len()),
            format!("unknown tag `{}` ignored", line.trim_start()),
        );
        self.diags.push(d);
    }

    fn score(&mut self, from: usize, line: &str) {
        let (a, b) = self.body("CsScore", from);
        let span = self.span(from, from + line.trim_end().len());
        match attribute(line, "bin") {
            Some(program) => {
                let d = Diagnostic::error(
                    codes::CSD_REFUSED,
                    span,
                    format!(
                        "the score would be made by the program `{program}`, and Orchestrion runs no programs"
                    ),
                )
                .help("run it yourself and put what it writes between <CsScore> and </CsScore>");
                self.diags.push(d);
                self.csd.score = Some(self.span(b, b));
            }
            None => self.csd.score = Some(self.span(a, b)),
        }
    }

    fn version(&mut self, from: usize) {
        let (a, b) = self.body("CsVersion", from);
        for line in self.text[a..b].lines() {
            let mut parts = line.split_whitespace();
            let (Some(word), Some(number)) = (parts.next(), parts.next()) else { continue };
            let Some(wanted) = version_number(number) else { continue };
            let fits = match word {
                "Before" => VERSION <= wanted,
                "After" => VERSION >= wanted,
                "Later" => VERSION > wanted,
                _ => continue,
            };
            if !fits {
                let d = Diagnostic::warning(
                    codes::CSD_STRUCTURE,
                    self.span(a, b),
                    format!("this document asks for Csound `{}`, Orchestrion follows 6.18", line.trim()),
                );
                self.diags.push(d);
            }
        }
    }

    fn embedded(&mut self, tag: &str, from: usize, line: &str) {
        let (a, b) = self.body(tag, from);
        let span = self.span(from, b);
        let text = &self.text[a..b];
        let name = attribute(line, "filename").unwrap_or("").to_owned();
        let data = match tag {
            "CsFile" => text.as_bytes().to_vec(),
            _ => match base64::decode(text) {
                Ok(data) if tag != "CsFileC" => data,
                Ok(_) => {
                    return self.refused(span, "compressed or encrypted files (<CsFileC>) are not supported");
                }
                Err(at) => {
                    let place = self.span(a + at, (a + at + 1).min(b));
                    return self.diags.push(Diagnostic::error(
                        codes::CSD_STRUCTURE,
                        place,
                        format!("<{tag}> is not valid base64"),
                    ));
                }
            },
        };
        match tag {
            "CsMidifileB" | "CsMidifile" => self.csd.midi = Some(Embedded { name, data, span }),
            _ if name.is_empty() => {
                let d =
                    Diagnostic::error(codes::CSD_STRUCTURE, span, format!("<{tag}> needs filename=\"...\""));
                self.diags.push(d);
            }
            "CsSampleB" => self.csd.files.push(Embedded { name: format!("soundin.{name}"), data, span }),
            _ => self.csd.files.push(Embedded { name, data, span }),
        }
    }

    fn refused(&mut self, span: Span, text: &str) {
        self.diags.push(Diagnostic::error(codes::CSD_REFUSED, span, text));
    }
}

/// The version whose behaviour is followed, major and minor.
const VERSION: (u32, u32) = (6, 18);

fn version_number(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.split('.');
    let major = parts.next()?.parse().ok()?;
    let minor = parts.next().map_or(Some(0), |m| m.parse().ok())?;
    Some((major, minor))
}

#[cfg(test)]
mod tests;
