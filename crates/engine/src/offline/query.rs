//! Asking an engine: variables, expressions, score lines.

use super::history::Record;
use super::ids::{EventId, Value};
use super::{EngineError, OfflineEngine};
use crate::perform::PField;
use bstr::ByteSlice;
use orchestrion_parser::score::{self, Field, Kind, ScoreOptions};

impl OfflineEngine {
    /// Current value of a global number: `gifoo`, `gkfoo`.
    ///
    /// # Errors
    /// There is no such variable.
    #[doc(alias = "queryVariable")]
    pub fn query_variable(&self, name: &str) -> Result<f64, EngineError> {
        self.check_running()?;
        let performance = &self.performance;
        performance.global(name.trim()).ok_or_else(|| EngineError::UnknownVariable(name.to_owned()))
    }

    /// Value of an expression that has one at init (the history does not keep it): `ftlen(200)`, `gifoo * 2`. What it does besides is done, as by
    /// `ftgen(200, 0, 100, 2, 0)`.
    ///
    /// # Errors
    /// The expression does not compile, or fails.
    #[doc(alias = "evalCode")]
    pub fn call(&mut self, expression: &str) -> Result<f64, EngineError> {
        let performance = self.live()?;
        if let Some(value) = performance.global(expression.trim()) {
            return Ok(value);
        }
        let result = performance.evaluate(expression);
        self.collect_messages();
        Ok(result?)
    }

    /// Schedules a line of a score: `i`, `f` or `e`, times counted from now. Answers with p1, 0 for a named
    /// instrument. `e` moves the end marker.
    ///
    /// # Errors
    /// The line is not understood, or its instrument unknown.
    #[doc(alias = "inputMessage")]
    pub fn input_message(&mut self, line: &str) -> Result<f64, EngineError> {
        let refuse =
            |reason: &str| EngineError::ScoreLine { line: line.to_owned(), reason: reason.to_owned() };
        let now = self.now();
        let performance = self.live()?;
        let limits = performance.shared().limits;
        let options = ScoreOptions { limits, ..ScoreOptions::new(orchestrion_dsp::math::pow) };
        let (score, found) = score::parse_line(line, &options, &|name| performance.instrument(name));
        if let Some(d) = found.first() {
            return Err(refuse(&d.message));
        }
        if let Some(rest) = line.trim_start().strip_prefix('e') {
            let delay: f64 = rest
                .split_whitespace()
                .last()
                .unwrap_or("0")
                .parse()
                .map_err(|_| refuse("`e` takes a time"))?;
            self.set_end_marker(now + delay.max(0.0))?;
            return Ok(0.0);
        }
        let section = score.sections.first().ok_or_else(|| refuse("there is no statement in it"))?;
        let [event] = &section.events[..] else { return Err(refuse("give one statement")) };
        let mut p: Vec<PField> = Vec::new();
        for cell in section.fields(event) {
            p.push(match score.value(*cell) {
                Field::Number(x) => PField::Num(x),
                Field::Text(text) => PField::Str(text.into()),
            });
        }
        let named = matches!(p.first(), Some(PField::Str(_)));
        let p1 = match p.first() {
            Some(PField::Str(name)) => performance.instrument(&name.to_str_lossy()).unwrap_or(0.0),
            first => first.map_or(0.0, PField::num),
        };
        let whole = p1.abs().trunc();
        match event.kind {
            Kind::Note if p.len() < 3 => return Err(refuse("`i` takes p1, p2 and p3 at least")),
            Kind::Note if !(whole < 4e9 && performance.has_instrument(whole as u32)) => {
                return Err(refuse("there is no such instrument"));
            }
            Kind::Note | Kind::Table => {}
            _ => return Err(refuse("only `i`, `f` and `e` can be scheduled")),
        }
        let time = now + event.time.max(0.0);
        let duration = if event.kind == Kind::Note { section.duration(event).max(0.0) } else { 0.0 };
        if event.kind == Kind::Note {
            performance.schedule_note(time, p.clone());
        } else {
            performance.schedule_statement(time, b'f', p.clone());
        }
        self.reach(time + duration);
        let letter = event.kind as u8;
        let noted = event.kind == Kind::Note && p1 > 0.0;
        self.record(|| if noted { note(time, p1, &p) } else { Record::Statement { time, letter, p } });
        Ok(if named { 0.0 } else { p1 })
    }
}

/// The record of a note that a score line starts.
fn note(time: f64, p1: f64, p: &[PField]) -> Record {
    let value = |field: &PField| match field {
        PField::Num(x) => Value::Number(*x),
        PField::Str(text) => Value::Text(text.clone()),
    };
    let text = match p.first() {
        Some(PField::Str(name)) => name.to_str_lossy().into_owned(),
        _ => p1.to_string(),
    };
    let fields = p.iter().skip(3).map(value).collect();
    let dur = p.get(2).map_or(0.0, PField::num);
    Record::Note { time, id: EventId::new(p1, text), dur, fields, comment: String::new() }
}
