//! `<CsOptions>` cut into words, each with its place.

use orchestrion_base::source::{FileId, Span};

/// One word of options and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word without quotes.
    pub text: String,
    /// Its place, or [`Span::NONE`].
    pub span: Span,
}

/// Cuts the text of `<CsOptions>` into words. `start` is the byte of `file` at which `text` begins.
///
/// As measured on the reference: blanks separate, double quotes join (also inside a word), a
/// backslash keeps the next character, `;` and a word that starts with `#`, `//` or `/*` begin a
/// comment to the end of the line, and a word `csound` that opens a line is dropped.
pub fn split(text: &str, file: FileId, start: u32) -> Vec<Word> {
    let mut words = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        split_line(line, file, start + at, &mut words);
        at += line.len() as u32;
    }
    words
}

fn split_line(line: &str, file: FileId, start: u32, words: &mut Vec<Word>) {
    let first = words.len();
    let mut rest = line.char_indices().peekable();
    while let Some(&(from, c)) = rest.peek() {
        if c.is_whitespace() {
            rest.next();
            continue;
        }
        let tail = &line[from..];
        if c == ';' || c == '#' || tail.starts_with("//") || tail.starts_with("/*") {
            break;
        }
        let (mut text, mut quoted, mut end) = (String::new(), false, line.len());
        while let Some(&(i, c)) = rest.peek() {
            if !quoted && (c.is_whitespace() || c == ';') {
                end = i;
                break;
            }
            rest.next();
            match c {
                '"' => quoted = !quoted,
                '\\' => text.extend(rest.next().map(|(_, c)| c)),
                '\n' | '\r' => {}
                c => text.push(c),
            }
        }
        let span = Span::new(file, start + from as u32, start + end as u32);
        if !(words.len() == first && text == "csound") {
            words.push(Word { text, span });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_as_the_reference_cuts_them() {
        let text = "csound -W -o \"my file.wav\" ; rest\n#-f\n -oa\\ b.wav // x\n--omacro:A=\"1 2\"\n";
        let words = split(text, FileId(3), 100);
        let texts: Vec<&str> = words.iter().map(|w| w.text.as_str()).collect();
        assert_eq!(texts, ["-W", "-o", "my file.wav", "-oa b.wav", "--omacro:A=1 2"]);
        assert_eq!(words[0].span, Span::new(FileId(3), 107, 109));
        assert_eq!(words[2].span, Span::new(FileId(3), 113, 126));
    }

    #[test]
    fn an_unclosed_quote_ends_with_the_line() {
        let words = split("-o \"a b\n-W", FileId(0), 0);
        assert_eq!(words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>(), ["-o", "a b", "-W"]);
    }
}
