//! Carry: fields taken from earlier statements, by `.`, `+`, `^x` or by leaving them out.

use super::Kind;
use super::cell::Cell;
use super::read::Reader;
use orchestrion_base::diag::{Diagnostic, codes};
use orchestrion_base::source::Span;

impl Reader<'_> {
    pub(super) fn carry_rest(&mut self, id: usize, carry: bool) {
        let count = self.events[id].count;
        let before = id.checked_sub(1).filter(|&b| count == 0 && self.events[b].kind == Kind::Note);
        let Some(source) = self.source.or(before.map(|b| b as u32)) else { return };
        let have = self.events[source as usize].count;
        if have > count {
            self.cut(id, count);
        }
        if self.no_carry {
            // `C 0` stops at p3. [measured]
            if count < 3 {
                self.copy(id, source, count + 1, 3.min(have).saturating_sub(count));
            }
        } else if carry {
            self.copy(id, source, count + 1, have.saturating_sub(count));
        }
    }

    /// `^x`: x beats after the p2 of the last statement of any instrument.
    pub(super) fn after_last(&mut self, id: usize, a: usize, b: usize) {
        let from = a + 1 + usize::from(self.bytes().get(a + 1) == Some(&b'+') && a + 1 < b);
        let step = if from < b {
            self.warp * self.whole_number(from, b)
        } else {
            self.warn(codes::SCORE_SYNTAX, a, b, "expected a number directly after `^`; taken as 0");
            0.0
        };
        if self.last_p2 < 0.0 {
            self.warn(codes::SCORE_REFERENCE, a, b, "`^` has no earlier statement to count from");
            self.last_p2 = step;
        } else {
            self.last_p2 += step;
        }
        let p2 = self.last_p2;
        self.cells.push(Cell::BAD);
        self.set_beat(id, p2);
    }

    /// A lone `.` or `+`.
    pub(super) fn sign(&mut self, id: usize, n: u32, sign: u8, at: usize) {
        let note = self.events[id].kind == Kind::Note;
        let source = if n == 1 {
            id.checked_sub(1).filter(|&b| self.events[b].kind == Kind::Note).map(|b| b as u32)
        } else {
            self.source.filter(|&s| n <= self.events[s as usize].count)
        };
        match source {
            Some(source) if note && sign == b'.' => self.copy(id, source, n, 1),
            Some(source) if note && n == 2 => {
                let s = &self.events[source as usize];
                let p2 = s.time + s.duration(&self.cells).abs();
                self.last_p2 = p2;
                self.cells.push(Cell::PLUS);
                self.set_beat(id, p2);
            }
            _ => {
                let text = format!("`{}` has nothing to refer to; taken as 0", char::from(sign));
                self.warn(codes::SCORE_REFERENCE, at, at + 1, text);
                self.cells.push(Cell::of(0.0));
            }
        }
    }

    /// More fields follow field `n`. Where `.` copied it from the end of a statement, the reference ends
    /// the new statement there as well and loses them. (measured)
    pub(super) fn cut(&mut self, id: usize, n: u32) {
        if n == 0 || self.ended_at != n || self.cuts.contains_key(&(id as u32)) {
            return;
        }
        self.cuts.insert(id as u32, n);
        let d = Diagnostic::warning(
            codes::SCORE_REFERENCE,
            Span::new(self.file, self.began, self.place(self.pos)),
            format!("Csound loses the fields after p{n}: `.` took it from the last field of its statement"),
        )
        .help(format!("write the value of p{n} instead of `.`, or give the earlier statement more fields"));
        self.report(d);
    }

    /// Copies `count` fields of `source`, from field `n` on.
    pub(super) fn copy(&mut self, id: usize, source: u32, n: u32, count: u32) {
        let s = self.events[source as usize];
        let (mut at, mut inside) = self.find(source, n);
        for i in 0..count {
            let n = n + i;
            // Inside a string there is no number.
            let whole = self.cell(source, at);
            let cell = if inside == 0 { whole } else { Cell::BAD };
            if inside > 0 && inside < self.blanks(whole) {
                inside += 1;
            } else {
                (at, inside) = (at.saturating_add(1), 0);
            }
            let cell = match cell.special() {
                Some(special) => {
                    let copied = self.specials[special as usize].clone();
                    self.special(copied)
                }
                None => cell,
            };
            let duration = s.duration(&self.cells);
            if n == 3 {
                self.push_p3(cell, duration);
            } else {
                self.cells.push(cell);
            }
            let e = &mut self.events[id];
            match n {
                1 => {
                    e.instrument = s.instrument;
                    self.source = self.last_of.get(&s.instrument).copied();
                }
                2 => {
                    e.time = if cell == Cell::PLUS { s.time + duration.abs() } else { s.time };
                    self.last_p2 = e.time;
                }
                _ => {}
            }
            let e = &mut self.events[id];
            e.line = s.line;
            e.count = e.count.max(n);
            if n == s.count || self.cuts.get(&source) == Some(&n) {
                if i + 1 < count {
                    self.ended_at = n;
                    self.cut(id, n);
                }
                self.ended_at = n;
            }
        }
    }

    pub(super) fn cell(&self, source: u32, n: u32) -> Cell {
        let s = &self.events[source as usize];
        if n == 0 || n > s.count {
            return Cell::BAD;
        }
        self.cell_at(s.first + n - 1)
    }

    /// The field at an index, as it was typed.
    pub(super) fn cell_at(&self, index: u32) -> Cell {
        let typed = if self.typed.is_empty() { None } else { self.typed.get(&index) };
        typed.or_else(|| self.cells.get(index as usize)).copied().unwrap_or(Cell::BAD)
    }

    /// Where the reference finds field `n`: it counts blanks, so that a string with blanks counts as several
    /// fields, and a field that ended its statement early as one with the next. [measured: h_strs]
    pub(super) fn find(&self, source: u32, n: u32) -> (u32, u32) {
        if !self.spaced && self.cuts.is_empty() {
            return (n, 0);
        }
        let cut = self.cuts.get(&source).map_or(0, |c| c + 1);
        let mut seen = 0;
        for i in 1..=self.events[source as usize].count {
            seen += u32::from(i != cut || i == 1);
            if seen >= n {
                return (i, 0);
            }
            let blanks = self.blanks(self.cell(source, i));
            if seen + blanks >= n {
                return (i, n - seen);
            }
            seen += blanks;
        }
        (u32::MAX, 0)
    }

    pub(super) fn blanks(&self, cell: Cell) -> u32 {
        match cell.text() {
            Some(text) if self.spaced => self.strings[text as usize].matches(' ').count() as u32,
            _ => 0,
        }
    }
}
