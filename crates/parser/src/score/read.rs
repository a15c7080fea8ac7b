//! Statements: the reader that walks through expanded score text and collects sections.

use super::cell::Cell;
use super::resolve::Special;
use super::{End, Event, Kind, Score, ScoreOptions, Section, expr, number};
use crate::preprocess::Stream;
use orchestrion_base::diag::{Code, Diagnostic, codes};
use orchestrion_base::limits::Limit;
use orchestrion_base::source::{FileId, Span};
use std::collections::BTreeMap;

/// Reports beyond this many are counted, not kept.
const MAX_DIAGNOSTICS: usize = 200;

/// Bytes that have been read before they are forgotten: enough that moving what follows costs little.
const FORGET: usize = 1 << 15;

/// Walks through the text of a score.
pub(super) struct Reader<'a> {
    /// The part of the text that is being read: whole lines.
    pub text: String,
    /// Where reading goes on in it.
    pub pos: usize,
    /// Bytes of the whole text before this part.
    before: usize,
    /// Adds some whole lines to a text; false once there are no more.
    more: &'a mut dyn FnMut(&mut String) -> bool,
    /// Whether there are no more.
    at_end: bool,
    pub file: FileId,
    pub options: &'a ScoreOptions,
    instrument: &'a dyn Fn(&str) -> Option<f64>,
    /// Something of a statement was read on this line, so that what follows belongs to it.
    pub in_line: bool,
    // State that statements share.
    pub clock_base: f64,
    pub warp: f64,
    /// p2 of the last statement; negative: none yet.
    pub last_p2: f64,
    pub no_carry: bool,
    /// Fields of times come in pairs (`w`).
    pub paired: bool,
    /// p2 and p3 in seconds where they stand beside those in beats (`w`), by statement.
    pub pairs: BTreeMap<u32, [Option<f64>; 2]>,
    // The section being read.
    pub events: Vec<Event>,
    pub cells: Vec<Cell>,
    /// p3 as it was typed, by the index of its cell, where that is not what `cells` has.
    pub typed: BTreeMap<u32, Cell>,
    /// Where the statement begins that is being read.
    pub began: u32,
    /// Places of `d` statements.
    pub offs: BTreeMap<u32, Span>,
    pub specials: Vec<Special>,
    /// Memory for the operators of expressions.
    pub pending: Vec<expr::Pending>,
    pub tempo: Option<(Vec<f64>, Span)>,
    /// The statement from which fields are carried.
    pub source: Option<u32>,
    /// The last field copied by `.` from the end of a statement.
    pub ended_at: u32,
    /// Statements that end early, with the number of fields they keep.
    pub cuts: BTreeMap<u32, u32>,
    /// Last statement of each instrument.
    pub last_of: BTreeMap<i16, u32>,
    /// Some string of this section holds a blank.
    pub spaced: bool,
    // The whole score.
    marks: BTreeMap<String, usize>,
    returns: Vec<usize>,
    names: BTreeMap<u32, i16>,
    texts: BTreeMap<Box<str>, u32>,
    pub strings: Vec<Box<str>>,
    pub random: i32,
    total: usize,
    pub diags: Vec<Diagnostic>,
    dropped: usize,
}

/// Reads the whole of a score.
pub(super) fn read(
    lines: &mut Stream<'_>,
    options: &ScoreOptions,
    instrument: &dyn Fn(&str) -> Option<f64>,
) -> (Score, Vec<Diagnostic>) {
    let file = lines.file;
    let mut r = Reader {
        text: String::new(),
        pos: 0,
        before: 0,
        more: &mut |text| lines.take(text),
        at_end: false,
        file,
        options,
        instrument,
        in_line: false,
        clock_base: 0.0,
        warp: 1.0,
        last_p2: -1.0,
        no_carry: false,
        paired: false,
        pairs: BTreeMap::new(),
        events: Vec::new(),
        cells: Vec::new(),
        typed: BTreeMap::new(),
        began: 0,
        offs: BTreeMap::new(),
        specials: Vec::new(),
        pending: Vec::new(),
        tempo: None,
        source: None,
        ended_at: 0,
        cuts: BTreeMap::new(),
        last_of: BTreeMap::new(),
        spaced: false,
        marks: BTreeMap::new(),
        returns: Vec::new(),
        names: BTreeMap::new(),
        texts: BTreeMap::new(),
        strings: Vec::new(),
        random: options.random_state,
        total: 0,
        diags: Vec::new(),
        dropped: 0,
    };
    let mut sections = Vec::new();
    while let Some(section) = r.section() {
        let last = section.end == End::Score;
        sections.push(section);
        if last {
            break;
        }
    }
    if r.dropped > 0 {
        let text = format!("{} more problems in the score are not shown", r.dropped);
        r.diags.push(Diagnostic::warning(codes::SCORE_SYNTAX, Span::new(file, 0, 0), text));
    }
    let score = Score { sections, strings: r.strings, random_state: r.random };
    (score, r.diags)
}

impl Reader<'_> {
    pub fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// Goes on with more of the text where all of this part has been read; false at the end of the text.
    fn refill(&mut self) -> bool {
        while self.pos >= self.text.len() && !self.at_end {
            self.at_end = !(self.more)(&mut self.text);
        }
        self.pos < self.text.len()
    }

    /// Forgets what lies behind, unless a mark may lead back there.
    fn forget(&mut self) {
        if self.pos > FORGET && self.marks.is_empty() {
            self.text.drain(..self.pos);
            self.before += self.pos;
            self.pos = 0;
        }
    }

    /// Gives up the rest of the text.
    fn give_up(&mut self) {
        (self.pos, self.at_end) = (self.text.len(), true);
    }

    /// A place in the whole text.
    pub fn place(&self, pos: usize) -> u32 {
        (self.before + pos) as u32
    }

    pub fn span(&self, from: usize, to: usize) -> Span {
        Span::new(self.file, self.place(from), self.place(to))
    }

    pub fn report(&mut self, d: Diagnostic) {
        if self.diags.len() < MAX_DIAGNOSTICS {
            self.diags.push(d);
        } else {
            self.dropped += 1;
        }
    }

    pub fn warn(&mut self, code: Code, from: usize, to: usize, text: impl Into<String>) {
        let d = Diagnostic::warning(code, self.span(from, to), text);
        self.report(d);
    }

    /// The next byte that is neither blank nor newline.
    pub fn skip_space(&mut self) -> Option<u8> {
        loop {
            while let Some(&b) = self.bytes().get(self.pos) {
                match b {
                    b'\n' => self.in_line = false,
                    b' ' | b'\t' => {}
                    _ => return Some(b),
                }
                self.pos += 1;
            }
            if !self.refill() {
                return None;
            }
        }
    }

    /// Goes behind the end of the line.
    pub fn flush_line(&mut self) {
        self.refill();
        let rest = &self.bytes()[self.pos..];
        self.pos += rest.iter().position(|&b| b == b'\n').map_or(rest.len(), |n| n + 1);
        self.in_line = false;
    }

    /// The letter of the next statement and its place.
    fn next_op(&mut self) -> Option<(u8, usize)> {
        loop {
            self.forget();
            let c = self.skip_space()?;
            let at = self.pos;
            if matches!(c, b'a'..=b'f' | b'B' | b'C' | b'i' | b'm' | b'n' | b'q'..=b't' | b'v'..=b'y')
                && c != b'c'
            {
                self.pos += 1;
                self.in_line = true;
                return Some((c, at));
            }
            let shown = self.text[at..].chars().next().unwrap_or(' ');
            let to = at + shown.len_utf8();
            self.warn(
                codes::SCORE_SYNTAX,
                at,
                to,
                format!("expected a score statement, found `{shown}`; line skipped"),
            );
            self.flush_line();
        }
    }

    fn begin_section(&mut self) {
        self.events = Vec::new();
        self.cells = Vec::new();
        self.typed.clear();
        self.offs.clear();
        self.specials.clear();
        self.tempo = None;
        self.source = None;
        self.last_of.clear();
        self.cuts.clear();
        self.spaced = false;
        self.paired = false;
        self.pairs.clear();
    }

    /// Reads up to the next `s` or `e`; `None` at the end of the text.
    fn section(&mut self) -> Option<Section> {
        self.begin_section();
        let mut something = false;
        let mut skipping = false;
        while let Some((op, at)) = self.next_op() {
            let most = self.options.limits.size(Limit::Events);
            if self.total >= most {
                let text = Limit::Events.reached(format!("the score has more than {most} statements"));
                let d = Diagnostic::error(codes::SCORE_LIMIT, self.span(at, at + 1), text);
                self.report(d);
                self.give_up();
                return Some(self.finish(End::Score, None));
            }
            self.total += 1;
            if skipping && !matches!(op, b's' | b'e' | b'm' | b'r') {
                self.flush_line();
                continue;
            }
            skipping = false;
            match op {
                b's' | b'e' => {
                    let time = self.end_time();
                    let end = if op == b'e' { End::Score } else { End::Section };
                    if let Some(back) = self.returns.pop() {
                        self.pos = back;
                        self.in_line = false;
                    } else if op == b's' {
                        (self.clock_base, self.warp, self.last_p2) = (0.0, 1.0, -1.0);
                    }
                    if op == b's' && !something {
                        continue;
                    }
                    return Some(self.finish(end, time));
                }
                b'x' => {
                    something = true;
                    skipping = true;
                    self.flush_line();
                }
                b'b' | b'B' | b'C' | b'v' => self.setting(op),
                b'm' | b'n' => self.mark(op, at),
                b'r' => {
                    self.warn(
                        codes::SCORE_SYNTAX,
                        at,
                        at + 1,
                        "`r` must stand at the start of a line; line skipped",
                    );
                    self.flush_line();
                }
                _ => {
                    something = true;
                    self.statement(op, at);
                }
            }
        }
        if something {
            return Some(self.finish(End::Score, None));
        }
        None
    }

    fn statement(&mut self, op: u8, at: usize) {
        match op {
            b'i' => self.event(Kind::Note, at),
            b'f' => self.event(Kind::Table, at),
            b'a' => self.event(Kind::Advance, at),
            b'q' => self.event(Kind::Mute, at),
            b'd' => self.event(Kind::Off, at),
            b'y' => self.seed(at),
            _ => self.tempo(op, at),
        }
    }

    /// Time after `s` or `e`, a number that ends at a blank.
    fn end_time(&mut self) -> Option<f64> {
        let from = self.pos;
        self.flush_line();
        let line = self.text[from..self.pos].trim();
        let (value, used) = number::prefix(line.as_bytes());
        let ends = line.as_bytes().get(used).is_none_or(u8::is_ascii_whitespace);
        (used > 0 && ends).then_some(value)
    }

    /// `b`, `B`, `C` and `v`: one number that later statements obey.
    fn setting(&mut self, op: u8) {
        let value = self.plain_number();
        match op {
            b'b' => self.clock_base = value,
            b'B' => self.clock_base += value,
            b'v' => self.warp = value,
            _ => self.no_carry = value == 0.0,
        }
        self.flush_line();
    }

    /// `m NAME` remembers this place, `n NAME` repeats from there to the end of its section.
    fn mark(&mut self, op: u8, at: usize) {
        while matches!(self.bytes().get(self.pos), Some(b' ' | b'\t')) {
            self.pos += 1;
        }
        let from = self.pos;
        let is_name = |i: usize, b: u8| b.is_ascii_alphabetic() || i > 0 && (b == b'_' || b.is_ascii_digit());
        let len = self.bytes()[from..].iter().enumerate().take_while(|&(i, &b)| is_name(i, b)).count();
        self.pos += len;
        let name = self.text[from..from + len].to_owned();
        self.flush_line();
        if op == b'm' {
            self.marks.insert(name, self.pos);
        } else if let Some(&place) = self.marks.get(&name) {
            let most = self.options.limits.size(Limit::MacroDepth);
            if self.returns.len() >= most {
                let text = Limit::MacroDepth.reached(format!("`n {name}` nests more than {most} deep"));
                let d = Diagnostic::error(codes::SCORE_LIMIT, self.span(at, from + len), text);
                self.report(d.help("does the section repeat itself?"));
                self.give_up();
                self.returns.clear();
            } else {
                self.returns.push(self.pos);
                self.pos = place;
            }
        } else {
            let d = Diagnostic::warning(
                codes::SCORE_REFERENCE,
                self.span(at, from + len),
                format!("no section is named `{name}`"),
            )
            .help(format!("`m {name}` must stand above the section's statements"));
            self.report(d);
        }
    }

    /// `y`: seeds the generator of `~`.
    fn seed(&mut self, at: usize) {
        let from = self.pos;
        self.flush_line();
        let (value, used) = number::prefix(self.text[from..self.pos].trim_start().as_bytes());
        self.random = if used > 0 { value as i32 } else { self.options.clock_seed };
        if used == 0 {
            let text = format!("`y` without a number seeds with {} in every render", self.random);
            let d = Diagnostic::new(
                orchestrion_base::diag::Severity::Note,
                codes::SCORE_SYNTAX,
                self.span(at, from),
                text,
            );
            self.report(d);
        }
        self.push_event(Kind::Seed);
    }

    /// `t` and `w`: pairs of beat and tempo.
    fn tempo(&mut self, op: u8, at: usize) {
        self.push_event(if op == b't' { Kind::Tempo } else { Kind::Warp });
        let mut points = Vec::new();
        while let Some(value) = self.strict_number() {
            points.push(value);
        }
        if op == b'w' {
            self.paired = true;
        } else if self.tempo.is_some() {
            self.warn(codes::SCORE_SYNTAX, at, self.pos, "a second `t` in this section is ignored");
        } else {
            let to = at + self.text[at..self.pos].trim_end().len();
            self.tempo = Some((points, self.span(at, to)));
        }
    }

    /// Adds an event without fields and gives its index.
    pub fn push_event(&mut self, kind: Kind) -> usize {
        let id = self.events.len();
        self.events.push(Event {
            kind,
            class: 0,
            instrument: 0,
            count: 0,
            first: self.cells.len() as u32,
            line: id as u32,
            time: 0.0,
        });
        id
    }

    /// Index of a string, each kept once.
    pub fn intern(&mut self, text: String) -> u32 {
        if let Some(&i) = self.texts.get(text.as_str()) {
            return i;
        }
        let i = self.strings.len() as u32;
        let text: Box<str> = text.into();
        self.strings.push(text.clone());
        self.texts.insert(text, i);
        i
    }

    /// The number by which a named instrument sorts; -1 where there is none.
    pub fn named(&mut self, text: u32, from: usize, to: usize) -> i16 {
        if let Some(&n) = self.names.get(&text) {
            return n;
        }
        let full = self.strings[text as usize].clone();
        let (name, negative) = match full.strip_prefix('-') {
            Some(name) => (name, true),
            None => (&*full, false),
        };
        let found = (self.instrument)(name).map(|n| n as i16).filter(|n| *n != 0);
        if found.is_none() {
            self.warn(
                codes::SCORE_REFERENCE,
                from,
                to,
                format!("the orchestra has no instrument named `{name}`"),
            );
        }
        let n = found.unwrap_or(-1);
        let n = if negative { -n } else { n };
        self.names.insert(text, n);
        n
    }
}
