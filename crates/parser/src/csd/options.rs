//! `<CsOptions>`: lines of flags, split as a shell would.

use orchestrion_base::source::{FileId, Span};

/// One word of a command line and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word, quotes and escapes removed.
    pub text: String,
    /// Its place.
    pub span: Span,
}

/// Splits `text`, whose first byte is byte `offset` of `file`, into words.
///
/// A line may begin with the command's name, which is left out. Quotes group, `\` takes the next
/// character literally, and `;`, `#` or `//` at the start of a word begins a comment, as does `/*`.
pub fn words(text: &str, file: FileId, offset: usize, out: &mut Vec<Word>) {
    let mut in_comment = false;
    let mut from = 0;
    for line in text.split_inclusive('\n') {
        let first = out.len();
        split_line(line, &mut in_comment, |word, a, b| {
            let span = Span::new(file, (offset + from + a) as u32, (offset + from + b) as u32);
            out.push(Word { text: word, span });
        });
        if out.get(first).is_some_and(|w| !w.text.starts_with('-')) {
            out.remove(first);
        }
        from += line.len();
    }
}

fn split_line(line: &str, in_comment: &mut bool, mut push: impl FnMut(String, usize, usize)) {
    let mut at = 0;
    while at < line.len() {
        let rest = &line[at..];
        if *in_comment {
            let Some(n) = rest.find("*/") else { return };
            at += n + 2;
            *in_comment = false;
            continue;
        }
        let skipped = rest.len() - rest.trim_start().len();
        at += skipped;
        let rest = &rest[skipped..];
        if rest.is_empty() || rest.starts_with([';', '#']) || rest.starts_with("//") {
            return;
        }
        if rest.starts_with("/*") {
            *in_comment = true;
            at += 2;
            continue;
        }
        let (word, len) = one_word(rest);
        push(word, at, at + len);
        at += len;
    }
}

/// The word at the start of `text` and how many bytes it takes.
fn one_word(text: &str) -> (String, usize) {
    let mut word = String::new();
    let mut quoted = false;
    let mut chars = text.char_indices();
    while let Some((i, c)) = chars.next() {
        match c {
            '"' => quoted = !quoted,
            '\n' | '\r' => return (word, i),
            c if c.is_whitespace() && !quoted => return (word, i),
            // Only blanks, quotes and backslashes are escaped, so that Windows paths survive.
            '\\' if text[i + 1..].starts_with(['"', '\\', ' ', '\t']) => {
                word.extend(chars.next().map(|(_, c)| c));
            }
            c => word.push(c),
        }
    }
    (word, text.len())
}
