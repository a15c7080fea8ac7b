//! p-fields: the words of a statement and what each of them is.

use super::cell::Cell;
use super::number;
use super::read::Reader;
use super::resolve::{FOREVER, Special};
use super::{Kind, expr};
use orchestrion_base::diag::codes;
use orchestrion_base::source::Span;

/// A word of a statement.
enum Word {
    /// A value in brackets.
    Value(f64),
    /// Bytes that may be a number or a sign.
    Plain(usize, usize),
    /// A string between quotes.
    Text(usize, usize),
}

/// What a word made of the statement.
enum Step {
    Go,
    /// `!`: no fields are carried.
    StopCarry,
    /// The word counts for nothing.
    Skip,
}

/// Bytes that may begin a word.
static STARTS: [bool; 256] = set(b"0123456789.+-^np<>()\"~!z[");

/// Bytes of which the rest of a word may consist.
static CONTINUES: [bool; 256] = set(b"0123456789.+-eEnp<>()~z");

const fn set(bytes: &[u8]) -> [bool; 256] {
    let mut set = [false; 256];
    let mut i = 0;
    while i < bytes.len() {
        set[bytes[i] as usize] = true;
        i += 1;
    }
    set
}

impl Reader<'_> {
    /// The next word, or `None` where the statement ends; `n` fields came before it.
    fn word(&mut self, kind: Option<Kind>, n: u32) -> Option<Word> {
        let c = self.skip_space()?;
        let from = self.pos;
        if c == b'[' {
            self.in_line = true;
            return Some(Word::Value(expr::read(self)));
        }
        let allowed = if kind.is_some() { STARTS[usize::from(c)] } else { c.is_ascii_digit() };
        if !allowed {
            if self.in_line {
                let shown = self.text[from..].chars().next().unwrap_or(' ');
                let text = format!("unexpected `{shown}`; the rest of the line is ignored");
                self.warn(codes::SCORE_SYNTAX, from, from + shown.len_utf8(), text);
                self.flush_line();
            }
            return None;
        }
        self.in_line = true;
        self.pos += 1;
        if c == b'"' {
            return self.string(kind, n, from);
        }
        let rest = &self.bytes()[self.pos..];
        self.pos += rest.iter().position(|&b| !CONTINUES[usize::from(b)]).unwrap_or(rest.len());
        Some(Word::Plain(from, self.pos))
    }

    fn string(&mut self, kind: Option<Kind>, n: u32, from: usize) -> Option<Word> {
        let is_name = n == 0 && matches!(kind, Some(Kind::Note | Kind::Off | Kind::Mute));
        if n < 3 && !is_name {
            self.warn(
                codes::SCORE_SYNTAX,
                from,
                from + 1,
                "a string cannot stand here; the rest of the line is ignored",
            );
            self.flush_line();
            return None;
        }
        loop {
            match self.bytes().get(self.pos) {
                None | Some(b'\n') => {
                    self.warn(codes::UNTERMINATED, from, self.pos, "string is not closed");
                    return None;
                }
                Some(b'"') => break,
                Some(b'\\') => self.pos += 2,
                Some(_) => self.pos += 1,
            }
            self.pos = self.pos.min(self.text.len());
        }
        self.pos += 1;
        Some(Word::Text(from + 1, self.pos - 1))
    }

    /// A number as p1 to p3 need it: all of the word, or `z` for ever; else 0.
    pub(super) fn whole_number(&mut self, from: usize, to: usize) -> f64 {
        let word = &self.bytes()[from..to];
        let (value, used) = number::prefix(word);
        if word.get(used) == Some(&b'z') {
            return FOREVER;
        }
        if used == 0 || used < word.len() {
            let text = format!("expected a number, found `{}`; taken as 0", &self.text[from..to]);
            self.warn(codes::SCORE_SYNTAX, from, to, text);
            return 0.0;
        }
        value
    }

    /// The number after `b`, `v` and the like; 0 where there is none.
    pub(super) fn plain_number(&mut self) -> f64 {
        match self.word(Some(Kind::Note), 1) {
            Some(Word::Value(v)) => v,
            Some(Word::Plain(a, b)) => self.whole_number(a, b),
            Some(Word::Text(..)) | None => 0.0,
        }
    }

    /// The next number of a `t` statement.
    pub(super) fn strict_number(&mut self) -> Option<f64> {
        match self.word(None, 0)? {
            Word::Value(v) => Some(v),
            Word::Plain(a, b) | Word::Text(a, b) => Some(self.whole_number(a, b)),
        }
    }

    /// Reads the fields of a statement and carries those that are missing.
    pub(super) fn event(&mut self, kind: Kind, at: usize) {
        let id = self.push_event(kind);
        let specials = self.specials.len();
        self.began = self.place(at);
        let mut carry = true;
        let mut end = self.pos;
        self.ended_at = 0;
        loop {
            let n = self.events[id].count;
            let Some(word) = self.word(Some(kind), n) else { break };
            end = self.pos;
            self.cut(id, n);
            match self.field(id, n + 1, word) {
                Step::Go => self.events[id].count = self.events[id].count.max(n + 1),
                Step::Skip => {}
                Step::StopCarry => {
                    carry = false;
                    break;
                }
            }
        }
        if kind == Kind::Note {
            self.carry_rest(id, carry);
        }
        self.settle_place(id, specials, self.span(at, end));
        if self.events[id].count == 0 {
            self.warn(
                codes::SCORE_SYNTAX,
                at,
                at + 1,
                format!("`{}` needs p-fields; ignored", char::from(kind as u8)),
            );
        }
        let e = &self.events[id];
        if matches!(kind, Kind::Note | Kind::Off) && e.count > 0 {
            self.last_of.insert(e.instrument, id as u32);
        }
    }

    /// Notes where a statement stands for those of its fields that may turn out to be wrong when all are read.
    fn settle_place(&mut self, id: usize, specials: usize, place: Span) {
        for special in &mut self.specials[specials..] {
            special.place = place;
        }
        if self.events[id].kind == Kind::Off {
            self.offs.insert(self.events[id].line, place);
        }
    }

    /// Takes one word as field `n`.
    fn field(&mut self, id: usize, n: u32, word: Word) -> Step {
        let kind = self.events[id].kind;
        let note = kind == Kind::Note;
        if let Word::Plain(a, b) = word {
            let (first, alone) = (self.bytes()[a], b - a == 1);
            match first {
                b'^' if note && n == 2 => {
                    self.after_last(id, a, b);
                    return Step::Go;
                }
                b'.' | b'+' if alone => {
                    self.sign(id, n, first, a);
                    return Step::Go;
                }
                b'!' => return self.exclamation(kind, n, a, b),
                _ => {}
            }
        }
        match n {
            1 => self.first_field(id, word),
            2 => {
                let typed = self.early(&word);
                let p2 = self.warp * typed + self.clock_base;
                self.last_p2 = p2;
                self.cells.push(Cell::of(typed));
                self.set_beat(id, p2);
            }
            3 => {
                let typed = self.early(&word);
                let p3 = if note { self.warp * typed } else { typed };
                self.set_beats(id);
                self.push_p3(Cell::of(typed), p3);
            }
            _ => {
                let cell = self.late(&word);
                self.cells.push(cell);
            }
        }
        Step::Go
    }

    /// p2 is known; in a `w` section its time in seconds follows.
    pub(super) fn set_beat(&mut self, id: usize, p2: f64) {
        if self.paired {
            let time = self.warp * self.plain_number() + self.clock_base;
            self.pairs.entry(id as u32).or_default()[0] = Some(time);
        }
        self.events[id].time = p2;
    }

    /// p3 is read; in a `w` section its duration in seconds follows.
    fn set_beats(&mut self, id: usize) {
        let kind = self.events[id].kind;
        if self.paired && matches!(kind, Kind::Note | Kind::Table) {
            let duration = self.warp * self.plain_number();
            self.pairs.entry(id as u32).or_default()[1] = Some(duration);
        }
    }

    /// Adds field 3: what was typed and how many beats that is.
    pub(super) fn push_p3(&mut self, typed: Cell, beats: f64) {
        let cell = Cell::raw(beats);
        if typed != cell {
            self.typed.insert(self.cells.len() as u32, typed);
        }
        self.cells.push(cell);
    }

    fn early(&mut self, word: &Word) -> f64 {
        match *word {
            Word::Value(v) => v,
            Word::Plain(a, b) | Word::Text(a, b) => self.whole_number(a, b),
        }
    }

    fn first_field(&mut self, id: usize, word: Word) {
        let kind = self.events[id].kind;
        let (cell, instrument) = match word {
            Word::Text(a, b) => {
                let text = self.text_cell(a, b);
                (text, text.text().map_or(-1, |t| self.named(t, a, b)))
            }
            other => {
                let value = self.early(&other);
                (Cell::of(value), value as i64 as i16)
            }
        };
        self.cells.push(cell);
        if matches!(kind, Kind::Note | Kind::Off) {
            self.events[id].instrument = instrument;
            self.source = self.last_of.get(&instrument).copied();
        } else {
            self.source = None;
        }
    }

    fn exclamation(&mut self, kind: Kind, n: u32, a: usize, b: usize) -> Step {
        if kind != Kind::Note {
            let text = format!("`!` is ignored in `{}`", char::from(kind as u8));
            self.warn(codes::SCORE_SYNTAX, a, b, text);
            return Step::Skip;
        }
        if n < 4 || b - a > 1 {
            self.warn(codes::SCORE_SYNTAX, a, b, "`!` must stand alone, after p3");
            self.flush_line();
            return Step::Skip;
        }
        self.flush_line();
        Step::StopCarry
    }

    /// Field 4 or later.
    fn late(&mut self, word: &Word) -> Cell {
        match *word {
            Word::Value(v) => Cell::of(v),
            Word::Text(a, b) => self.text_cell(a, b),
            Word::Plain(a, b) => self.late_word(a, b),
        }
    }

    fn late_word(&mut self, a: usize, b: usize) -> Cell {
        let word = &self.bytes()[a..b];
        let (whole, used) = number::prefix(word);
        if used == word.len() {
            return Cell::of(whole);
        }
        let special = match word {
            b"<" | b">" => Special::linear(),
            b"(" | b")" => Special::exponential(),
            b"~" => Special::random(),
            [b'n', b'p', digits @ ..] if !digits.is_empty() && is_index(digits) => {
                Special::next(index(digits))
            }
            [b'p', b'p', digits @ ..] if !digits.is_empty() && is_index(digits) => {
                Special::previous(index(digits))
            }
            _ => {
                let (value, end) = loose_number(word);
                if end == word.len() && end > 0 {
                    return self.special(Special::malformed(value));
                }
                let forever = word.get(used) == Some(&b'z');
                let text = format!("expected a number, found `{}`; taken as {value}", &self.text[a..b]);
                self.warn(codes::SCORE_SYNTAX, a, b, text);
                if forever { Special::forever(value) } else { Special::malformed(value) }
            }
        };
        self.special(special)
    }

    pub(super) fn special(&mut self, special: Special) -> Cell {
        self.specials.push(special);
        Cell::of_special(self.specials.len() as u32 - 1)
    }

    fn text_cell(&mut self, a: usize, b: usize) -> Cell {
        let raw = &self.text[a..b];
        self.spaced |= raw.contains(' ');
        let text = if raw.contains('\\') { unescape(raw) } else { raw.to_owned() };
        Cell::of_text(self.intern(text))
    }
}

fn is_index(digits: &[u8]) -> bool {
    digits.len() <= 2 && digits.iter().all(u8::is_ascii_digit)
}

fn index(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |n, d| n * 10 + u32::from(d - b'0'))
}

/// The number a field from p4 on is read as, and the byte after it: one sign of each kind may lead, an
/// exponent may lack its digits.
fn loose_number(word: &[u8]) -> (f64, usize) {
    let plus = usize::from(word.first() == Some(&b'+'));
    let rest = &word[plus..];
    if rest.get(1) == Some(&b'+') || plus == 1 && rest.first() == Some(&b'+') {
        return (0.0, 0);
    }
    let (value, mut used) = number::prefix(rest);
    if used > 0 && matches!(rest.get(used), Some(b'e' | b'E')) {
        used += 1;
        used += usize::from(matches!(rest.get(used), Some(b'+' | b'-')));
    }
    (value, if used > 0 { plus + used } else { 0 })
}

/// Decodes the escapes that the score knows; any other `\x` is `x`.
fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('a') => out.push('\x07'),
            Some('b') => out.push('\x08'),
            Some('f') => out.push('\x0c'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('v') => out.push('\x0b'),
            Some(c) => out.push(c),
            None => {}
        }
    }
    out
}
