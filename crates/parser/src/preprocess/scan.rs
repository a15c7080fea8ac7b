//! The scanner: copies plain runs of text and dispatches on the bytes that mean something.

use super::call::Env;
use super::cond::Cond;
use super::loops::Loop;
use super::{Includes, Language, Options};
use orchestrion_base::diag::{Code, Diagnostic, codes};
use orchestrion_base::limits::Limit;
use orchestrion_base::source::{Chunk, FileId, SourceMap, Span};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// Reports beyond this many are counted, not kept.
const MAX_DIAGNOSTICS: usize = 200;

/// A macro: parameters and text.
#[derive(Clone)]
pub(super) struct Macro {
    pub params: Vec<Arc<str>>,
    pub body: Arc<str>,
}

/// Where the bytes of a frame came from.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// A file; byte `i` of the frame's text is byte `i` of the file.
    File(FileId),
    /// A macro's text; the call in the user's file stands for all of it.
    Call(Span),
}

/// A text being read: the main text, an include, a macro's body or argument.
pub(super) struct Frame {
    pub text: Arc<str>,
    pub pos: usize,
    pub end: usize,
    pub place: Place,
    /// Parameters visible in this text.
    pub env: Option<Rc<Env>>,
    /// Name of the file that is being read, for nested includes.
    pub name: Arc<str>,
}

/// What a handler says about where to go on.
pub(super) enum Next {
    /// In the same frame, at this byte.
    At(usize),
    /// Frames changed: look again.
    Switch,
}

pub(super) struct Expander<'a> {
    pub map: &'a mut SourceMap,
    pub includes: &'a mut dyn Includes,
    pub options: &'a Options,
    pub frames: Vec<Frame>,
    pub macros: BTreeMap<Arc<str>, Vec<Macro>>,
    pub conds: Vec<Cond>,
    pub loops: Vec<Loop>,
    pub repeat: Option<Loop>,
    /// Start in `out` of the file name of an `#includestr` being read.
    pub pending_include: Option<usize>,
    /// What is written and not yet taken; it is taken at ends of lines.
    pub out: String,
    /// Bytes that were written and taken.
    pub taken: usize,
    /// The text that this makes.
    file: FileId,
    pub chunks: Vec<Chunk>,
    pub diags: Vec<Diagnostic>,
    pub in_string: bool,
    /// Nothing but blanks since the last newline.
    pub line_start: bool,
    /// Bytes and steps spent, compared with [`Limit::TextBytes`].
    work: usize,
    dropped: usize,
    /// No `}}` beyond this byte of the frame's text (so that a search is not repeated).
    no_braces: Option<(usize, usize)>,
}

/// Bytes that are made before a reader gets them: few enough to stay in the cache.
const TAKEN_AT_A_TIME: usize = 1 << 14;

/// Rounds of a loop in which every piece of text keeps its own place.
const EXACT_ROUNDS: u64 = 100;

const PLAIN: u8 = 0;
const SPECIAL: u8 = 1;

const fn table(bytes: &[u8]) -> [u8; 256] {
    let mut t = [PLAIN; 256];
    let mut i = 0;
    while i < bytes.len() {
        t[bytes[i] as usize] = SPECIAL;
        i += 1;
    }
    t
}

static ORCHESTRA: [u8; 256] = table(b"\"$#;/\\{\n\r");
static SCORE: [u8; 256] = table(b"\"$#;/\\{}c\n\r");
static STRING: [u8; 256] = table(b"\"$\\\n\r");

impl<'a> Expander<'a> {
    pub(super) fn new(map: &'a mut SourceMap, includes: &'a mut dyn Includes, options: &'a Options) -> Self {
        let mut this = Self {
            map,
            includes,
            options,
            frames: Vec::new(),
            macros: BTreeMap::new(),
            conds: Vec::new(),
            loops: Vec::new(),
            repeat: None,
            pending_include: None,
            out: String::new(),
            taken: 0,
            file: Span::NONE.file,
            chunks: Vec::new(),
            diags: Vec::new(),
            in_string: false,
            line_start: true,
            work: 0,
            dropped: 0,
            no_braces: None,
        };
        this.predefine();
        this
    }

    /// Begins with the text at `span`; answers with the place of the text that is made of it.
    pub(super) fn start(&mut self, span: Span) -> FileId {
        let Some(file) = self.map.file(span.file) else {
            self.file = self.map.reserve("<expanded>");
            return self.file;
        };
        let (text, name) = (file.text.clone(), file.name.clone());
        let (mut start, mut end) = (span.start as usize, (span.end as usize).min(text.len()));
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        start = start.min(end);
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        self.file = self.map.reserve(name.clone());
        self.frames.push(Frame { text, pos: start, end, place: Place::File(span.file), env: None, name });
        self.file
    }

    /// Reads until no frame is left.
    pub(super) fn run(&mut self) {
        while self.write(usize::MAX) {}
    }

    /// Reads until at least so many bytes are there to be taken and end with a line; false once all is read.
    fn write(&mut self, bytes: usize) -> bool {
        while let Some(frame) = self.frames.last() {
            let (text, end, mut pos) = (frame.text.clone(), frame.end, frame.pos);
            loop {
                if pos >= end {
                    self.leave_frame();
                    break;
                }
                if self.out.len() >= bytes && self.pending_include.is_none() && self.out.ends_with('\n') {
                    if let Some(frame) = self.frames.last_mut() {
                        frame.pos = pos;
                    }
                    return true;
                }
                match self.step(&text[..end], pos) {
                    Next::At(p) => pos = p,
                    Next::Switch => break,
                }
            }
        }
        false
    }

    /// Moves some lines more to the end of `text`; false once all was moved.
    pub(super) fn take(&mut self, text: &mut String) -> bool {
        let more = self.write(TAKEN_AT_A_TIME);
        self.taken += self.out.len();
        text.push_str(&self.out);
        self.out.clear();
        more
    }

    /// Leaves what was not taken, and where all of it came from, in the map.
    pub(super) fn finish(mut self, span: Span) -> Vec<Diagnostic> {
        if let Some(cond) = self.conds.first() {
            let d = Diagnostic::error(codes::MACRO_SYNTAX, cond.span, "`#ifdef` without `#end`");
            self.report(d);
        }
        if self.dropped > 0 {
            let text = format!("{} more problems of this kind are not shown", self.dropped);
            self.diags.push(Diagnostic::warning(codes::MACRO_LIMIT, span, text));
        }
        if self.chunks.is_empty() {
            let origin = Span::new(span.file, span.start, span.start);
            self.chunks.push(Chunk { at: 0, origin, verbatim: true });
        }
        self.map.fill(self.file, self.out, self.chunks);
        self.diags
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        if self.diags.len() < MAX_DIAGNOSTICS {
            self.diags.push(diagnostic);
        } else {
            self.dropped += 1;
        }
    }

    pub(super) fn error(&mut self, code: Code, from: usize, to: usize, message: impl Into<String>) {
        let d = Diagnostic::error(code, self.span(from, to), message);
        self.report(d);
    }

    /// The place of bytes `from..to` of the current frame in the user's file.
    pub(super) fn span(&self, from: usize, to: usize) -> Span {
        match self.frames.last().map(|f| f.place) {
            Some(Place::File(file)) => Span::new(file, from as u32, to as u32),
            Some(Place::Call(span)) => span,
            None => Span::NONE,
        }
    }

    /// Spends `n` of the budget; on exhaustion reports and stops everything.
    pub(super) fn charge(&mut self, n: usize) -> bool {
        self.work = self.work.saturating_add(n);
        !self.is_over(Limit::TextBytes, self.work, "bytes of expanded text")
    }

    /// Whether `count` is beyond a limit; if so, reports it and stops everything.
    pub(super) fn is_over(&mut self, limit: Limit, count: usize, what: &str) -> bool {
        let over = count > self.options.limits.size(limit);
        if over {
            self.exceed(limit, what);
        }
        over
    }

    #[cold]
    fn exceed(&mut self, limit: Limit, what: &str) {
        let most = self.options.limits.size(limit);
        self.stop(limit.reached(format!("more than {most} {what}")));
    }

    /// Reports a limit and abandons all frames.
    pub(super) fn stop(&mut self, text: String) {
        let at = self.frames.last().map_or(0, |f| f.pos);
        if !self.frames.is_empty() {
            self.error(codes::MACRO_LIMIT, at, at, text);
        }
        self.frames.clear();
        self.loops.clear();
        self.conds.clear();
        self.repeat = None;
    }

    /// Copies bytes `from..to` of the current frame to the result.
    pub(super) fn copy(&mut self, text: &str, from: usize, to: usize) -> bool {
        if from >= to {
            return true;
        }
        if !self.charge(to - from) {
            return false;
        }
        match self.frames.last().map(|f| f.place) {
            Some(Place::File(_)) => self.locate(self.span(from, to), true),
            Some(Place::Call(origin)) => self.locate(origin, false),
            None => {}
        }
        self.out.push_str(&text[from..to]);
        true
    }

    /// Notes where the text that is written next comes from. After many rounds of a loop that is the loop: what is
    /// wrong in a line of it mostly was in the first rounds.
    pub(super) fn locate(&mut self, origin: Span, verbatim: bool) {
        let at = (self.taken + self.out.len()) as u32;
        let long = self.loops.iter().chain(&self.repeat).find(|l| l.index >= EXACT_ROUNDS);
        let (origin, verbatim) = long.map_or((origin, verbatim), |l| (l.span, false));
        match self.chunks.last_mut() {
            Some(c)
                if verbatim
                    && c.verbatim
                    && c.origin.file == origin.file
                    && c.origin.end == origin.start
                    && c.at + (c.origin.end - c.origin.start) == at =>
            {
                c.origin.end = origin.end;
            }
            Some(c) if !verbatim && !c.verbatim && c.origin == origin => {}
            _ => self.chunks.push(Chunk { at, origin, verbatim }),
        }
    }

    /// Writes text that stands nowhere, located at bytes `from..to` of the current frame.
    pub(super) fn emit(&mut self, text: &str, from: usize, to: usize) {
        if self.charge(text.len()) {
            self.locate(self.span(from, to), false);
            self.out.push_str(text);
        }
    }

    fn step(&mut self, text: &str, pos: usize) -> Next {
        let bytes = text.as_bytes();
        let score = self.options.language == Language::Score;
        if score && self.line_start && !self.in_string {
            let first = skip_blanks(bytes, pos);
            if let Some(next) = self.score_line(text, pos, first) {
                return next;
            }
        }
        let at = pos + self.plain_run(&bytes[pos..]);
        if at > pos {
            if !self.copy(text, pos, at) {
                return Next::Switch;
            }
            self.line_start &= bytes[pos..at].iter().all(|&b| is_blank(b));
        }
        if at >= bytes.len() { Next::At(at) } else { self.special(text, at) }
    }

    /// How many bytes there are before the next that means something here.
    pub(super) fn plain_run(&self, bytes: &[u8]) -> usize {
        let special = match (self.in_string, self.options.language) {
            (true, _) => &STRING,
            (false, Language::Score) => &SCORE,
            (false, Language::Orchestra) => &ORCHESTRA,
        };
        bytes.iter().position(|&b| special[b as usize] != PLAIN).unwrap_or(bytes.len())
    }

    fn special(&mut self, text: &str, at: usize) -> Next {
        let bytes = text.as_bytes();
        match bytes[at] {
            b'\n' => self.newline(text, at, at + 1),
            b'\r' if bytes.get(at + 1) == Some(&b'\n') => self.newline(text, at, at + 2),
            b'\r' => self.newline(text, at, at + 1),
            b'"' => self.quote(text, at),
            b'$' => self.dollar(text, at),
            b'\\' => self.backslash(text, at),
            b';' | b'c' => Next::At(line_end(bytes, at)),
            b'/' if bytes.get(at + 1) == Some(&b'/') => Next::At(line_end(bytes, at)),
            b'/' if bytes.get(at + 1) == Some(&b'*') => self.block_comment(text, at),
            b'#' => self.hash(text, at),
            b'{' if self.options.language == Language::Score => self.loop_start(text, at),
            b'}' => self.loop_end(text, at),
            b'{' if bytes.get(at + 1) == Some(&b'{') => self.long_string(text, at),
            _ => self.plain(text, at, at + 1),
        }
    }

    /// Copies bytes that turned out to mean nothing special.
    pub(super) fn plain(&mut self, text: &str, from: usize, to: usize) -> Next {
        self.line_start = false;
        if self.copy(text, from, to) { Next::At(to) } else { Next::Switch }
    }

    fn newline(&mut self, text: &str, at: usize, end: usize) -> Next {
        self.in_string = false;
        self.line_start = true;
        self.pending_include = None;
        if text.as_bytes()[end - 1] == b'\n' {
            return if self.copy(text, end - 1, end) { Next::At(end) } else { Next::Switch };
        }
        self.emit("\n", at, end);
        if self.frames.is_empty() { Next::Switch } else { Next::At(end) }
    }

    fn quote(&mut self, text: &str, at: usize) -> Next {
        self.in_string = !self.in_string;
        if let (false, Some(start)) = (self.in_string, self.pending_include.take()) {
            return self.include_string(text, start, at);
        }
        self.plain(text, at, at + 1)
    }

    /// Continuation line, or an escaped character that is copied as it is.
    fn backslash(&mut self, text: &str, at: usize) -> Next {
        let bytes = text.as_bytes();
        let mut end = skip_blanks(bytes, at + 1);
        if bytes.get(end) == Some(&b';') {
            end = line_end(bytes, end);
        }
        match bytes.get(end) {
            Some(b'\n') => return Next::At(end + 1),
            Some(b'\r') if bytes.get(end + 1) == Some(&b'\n') => return Next::At(end + 2),
            Some(b'\r') => return Next::At(end + 1),
            _ => {}
        }
        let in_macro = matches!(self.frames.last().map(|f| f.place), Some(Place::Call(_)));
        if in_macro && !self.in_string && bytes.get(at + 1) == Some(&b'#') {
            // In a macro's text `\#` stands for `#`.
            return self.plain(text, at + 1, at + 2);
        }
        let escaped = bytes.get(at + 1).is_some_and(u8::is_ascii);
        self.plain(text, at, at + 1 + usize::from(escaped))
    }

    fn block_comment(&mut self, text: &str, at: usize) -> Next {
        if let Some(n) = text[at + 2..].find("*/") {
            return Next::At(at + 2 + n + 2);
        }
        let d = Diagnostic::warning(codes::UNTERMINATED, self.span(at, at + 2), "comment is not closed")
            .label("the rest of the text is taken as comment")
            .help("close it with `*/`");
        self.report(d);
        Next::At(text.len())
    }

    /// `{{ }}`: copied whole, nothing in it is expanded.
    fn long_string(&mut self, text: &str, at: usize) -> Next {
        let key = (text.as_ptr() as usize, text.len());
        if self.no_braces != Some(key) {
            if let Some(n) = text[at + 2..].find("}}") {
                return self.plain(text, at, at + 2 + n + 2);
            }
            self.no_braces = Some(key);
        }
        self.plain(text, at, at + 2)
    }
}

pub(super) fn is_blank(b: u8) -> bool {
    b == b' ' || b == b'\t'
}

pub(super) fn is_name(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

pub(super) fn skip_blanks(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && is_blank(bytes[at]) {
        at += 1;
    }
    at
}

/// End of the name that starts at `at`; `at` itself where none does.
pub(super) fn name_end(bytes: &[u8], at: usize) -> usize {
    if !bytes.get(at).is_some_and(|&b| is_name(b) && !b.is_ascii_digit()) {
        return at;
    }
    let mut end = at + 1;
    while end < bytes.len() && is_name(bytes[end]) {
        end += 1;
    }
    end
}

/// First newline at or after `at`, or the end.
pub(super) fn line_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && bytes[at] != b'\n' && bytes[at] != b'\r' {
        at += 1;
    }
    at
}

/// First byte of the line after the one that holds `at`.
pub(super) fn next_line(bytes: &[u8], at: usize) -> usize {
    match line_end(bytes, at) {
        end if bytes.get(end) == Some(&b'\r') && bytes.get(end + 1) == Some(&b'\n') => end + 2,
        end => (end + 1).min(bytes.len()),
    }
}
