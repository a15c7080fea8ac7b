//! Scheduling instruments.

use super::ids::{EventId, Field, Instr, Value};
use super::{EngineError, OfflineEngine};
use crate::offline::history::Record;
use bstr::ByteSlice;
use orchestrion_base::event::PField;
use orchestrion_base::limits::Limit;

/// An event to be scheduled: which instrument, when, for how long, with what.
///
/// ```
/// use orchestrion::offline::Event;
/// let event = Event::new("vco").delay(1.0).dur(2.0).args([440.0, 0.1]).set("kcutoff", 2000.0).unique();
/// # let _ = event;
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    instr: Instr,
    delay: f64,
    dur: f64,
    args: Vec<Value>,
    named: Vec<(Field, Value)>,
    unique: bool,
    relative: bool,
    comment: String,
}

impl Event {
    /// An event that starts now and goes on until it is unscheduled.
    pub fn new(instr: impl Into<Instr>) -> Self {
        Self {
            instr: instr.into(),
            delay: 0.0,
            dur: -1.0,
            args: Vec::new(),
            named: Vec::new(),
            unique: false,
            relative: true,
            comment: String::new(),
        }
    }

    /// Start in seconds from now, or since the beginning after [`Event::absolute`]. What lies before now starts
    /// at once.
    #[must_use]
    pub fn delay(mut self, seconds: f64) -> Self {
        self.delay = seconds;
        self
    }

    /// Duration in seconds; negative: until it is unscheduled; 0: only its init pass runs.
    #[must_use]
    pub fn dur(mut self, seconds: f64) -> Self {
        self.dur = seconds;
        self
    }

    /// One more p-field, from p4 on. A text reaches the instrument as a number that `strget` and `S... = p4`
    /// turn back.
    #[must_use]
    pub fn arg(mut self, value: impl Into<Value>) -> Self {
        self.args.push(value.into());
        self
    }

    /// More p-fields, from p4 on.
    #[must_use]
    pub fn args<V: Into<Value>>(mut self, values: impl IntoIterator<Item = V>) -> Self {
        self.args.extend(values.into_iter().map(Into::into));
        self
    }

    /// A p-field by name (`kfreq`, `p6` too) or number. It wins over one given by position, which wins over the
    /// instrument's `pset`.
    #[must_use]
    pub fn set(mut self, field: impl Into<Field>, value: impl Into<Value>) -> Self {
        self.named.push((field.into(), value.into()));
        self
    }

    /// Gives the event a p1 of its own, so that it can be told from other notes of its instrument later.
    #[must_use]
    pub fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// Counts [`Event::delay`] from the beginning instead of from now.
    #[must_use]
    pub fn absolute(mut self) -> Self {
        self.relative = false;
        self
    }

    /// A comment for the event's line in an exported score.
    #[must_use]
    pub fn comment(mut self, text: impl Into<String>) -> Self {
        self.comment = text.into();
        self
    }
}

impl<I: Into<Instr>> From<I> for Event {
    fn from(instr: I) -> Self {
        Event::new(instr)
    }
}

impl OfflineEngine {
    /// Schedules an instrument and answers with the event's id. Events of the same k-cycle start in the order in
    /// which they were scheduled; within each k-cycle instruments play in the order of their numbers, named ones
    /// before numbered ones.
    ///
    /// The end marker moves to the event's end if that is later ([`OfflineEngine::set_end_marker`]); release times
    /// do not count, nor does a negative duration.
    ///
    /// ```
    /// # use orchestrion::offline::{Event, OfflineEngine};
    /// # let mut engine = OfflineEngine::builder().memory().build()?;
    /// engine.compile("instr 100\n  kfreq = p4\n  outch 1, oscili:a(0.1, kfreq)\nendin")?;
    /// let id = engine.sched(Event::new(100).dur(2.0).set("kfreq", 330.0).unique())?;
    /// assert_eq!(id.as_str(), "100.0002");
    /// engine.perform()?;
    /// # assert!(engine.samples().iter().any(|x| x.abs() > 0.09));
    /// # Ok::<(), orchestrion::offline::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// The instrument or one of its p-fields is unknown, a time is no number or, if absolute, past.
    pub fn sched(&mut self, event: impl Into<Event>) -> Result<EventId, EngineError> {
        self.check_running()?;
        let event = event.into();
        let (p1, number) = self.resolve(&event.instr)?;
        let time = self.start_time(event.delay, event.relative)?;
        if !event.dur.is_finite() {
            return Err(super::bad_time("the duration", event.dur, "give seconds, or -1 for no end"));
        }
        let fields = self.fields_of(&event, number)?;
        if let Some(at) = fields.iter().position(|f| matches!(f, Value::Number(x) if !x.is_finite())) {
            return Err(EngineError::Points(format!("p{} of {} is no number", at + 4, event.instr)));
        }
        if self.performance.is_full() {
            let text = "too many events are waiting".to_owned();
            return Err(EngineError::Limit { limit: Limit::Events, text });
        }
        let id = if event.unique {
            self.unique_id(&event.instr, p1, number)?
        } else {
            EventId::new(p1, event.instr.to_string())
        };
        let mut p = vec![PField::Num(id.p1()), PField::Num(time), PField::Num(event.dur)];
        for value in &fields {
            p.push(PField::Num(match value {
                Value::Number(x) => *x,
                Value::Text(text) => self.string_index(text.as_bstr()) as f64,
            }));
        }
        self.live()?.schedule_note(time, p);
        self.reach(time + event.dur.max(0.0));
        let Event { dur, comment, .. } = event;
        self.record(|| Record::Note { time, id: id.clone(), dur, fields, comment });
        Ok(id)
    }

    /// Gives away a p1 that no other event has: the instrument's number with a fraction from 0.0002 up.
    ///
    /// # Errors
    /// There is no such instrument, or it is named with a fraction.
    #[doc(alias = "assignEventId")]
    pub fn assign_event_id(&mut self, instr: impl Into<Instr>) -> Result<EventId, EngineError> {
        self.check_running()?;
        let instr = instr.into();
        let (p1, number) = self.resolve(&instr)?;
        self.unique_id(&instr, p1, number)
    }

    /// p1 and instrument number that a number or name stands for.
    pub(super) fn resolve(&self, instr: &Instr) -> Result<(f64, u32), EngineError> {
        self.check_running()?;
        let performance = &self.performance;
        let p1 = match instr {
            Instr::Number(n) => Some(*n),
            Instr::Name(name) => performance.instrument(name),
        };
        let whole = p1.map(f64::trunc).filter(|n| (1.0..4e9).contains(n));
        match (p1, whole) {
            (Some(p1), Some(n)) if performance.has_instrument(n as u32) => Ok((p1, n as u32)),
            _ => Err(self.unknown_instrument(instr)),
        }
    }

    fn unknown_instrument(&self, instr: &Instr) -> EngineError {
        let name = instr.to_string();
        let bare = name.split('.').next().unwrap_or_default();
        let nearest = orchestrion_vm::compile::nearest(bare, self.names()).map(str::to_owned);
        EngineError::UnknownInstrument { name, nearest }
    }

    pub(super) fn unique_id(&mut self, instr: &Instr, p1: f64, number: u32) -> Result<EventId, EngineError> {
        if p1.fract() != 0.0 {
            return Err(EngineError::NotUnique(instr.to_string()));
        }
        // The first note is 2, and numbers come round after 9998, as in csoundengine.
        let counter = self.instances.entry(number).or_insert(1);
        *counter = if *counter >= 9998 { 1 } else { *counter + 1 };
        let fraction = format!("{counter:04}");
        let fraction = fraction.trim_end_matches('0');
        let p1 = format!("{number}.{fraction}").parse().unwrap_or(p1);
        Ok(EventId::new(p1, format!("{instr}.{fraction}")))
    }

    /// The p-fields from p4 on: by position, by name, and from the instrument's `pset`.
    fn fields_of(&self, event: &Event, number: u32) -> Result<Vec<Value>, EngineError> {
        if event.named.is_empty() {
            return Ok(event.args.clone());
        }
        let mut named = Vec::with_capacity(event.named.len());
        for (field, value) in &event.named {
            named.push((self.field_number(&event.instr, number, field)?, value));
        }
        let defaults = self.performance.pset(number).get(3..).unwrap_or(&[]);
        let highest = named.iter().map(|(n, _)| usize::from(*n) - 3).max().unwrap_or(0);
        let count = highest.max(defaults.len()).max(event.args.len());
        let mut fields = vec![Value::Number(0.0); count];
        fields.iter_mut().zip(defaults).for_each(|(field, x)| *field = Value::Number(*x));
        fields.iter_mut().zip(&event.args).for_each(|(field, x)| *field = x.clone());
        for (n, value) in named {
            fields[usize::from(n) - 4] = value.clone();
        }
        Ok(fields)
    }

    /// The number of an instrument's p-field.
    pub(super) fn field_number(&self, instr: &Instr, number: u32, field: &Field) -> Result<u16, EngineError> {
        let n = match field {
            Field::Number(n) => Some(*n),
            Field::Name(name) => {
                let plain = name.strip_prefix('p').and_then(|n| n.parse().ok());
                plain.or_else(|| self.instruments.get(&number).and_then(|fields| fields.number(name)))
            }
        };
        match n {
            Some(n @ 1..=3) => Err(EngineError::FieldReserved(n)),
            Some(n @ 4..=10_000) => Ok(n),
            _ => Err(EngineError::UnknownField {
                instrument: instr.to_string(),
                field: field.clone(),
                known: self.field_names(number),
            }),
        }
    }

    fn field_names(&self, number: u32) -> Vec<String> {
        let fields = self.instruments.get(&number);
        fields
            .map_or(Vec::new(), |f| f.names().into_iter().map(|(name, n)| format!("{name} (p{n})")).collect())
    }

    /// Seconds since the beginning at which something starts.
    pub(super) fn start_time(&self, delay: f64, relative: bool) -> Result<f64, EngineError> {
        let now = self.now();
        if !delay.is_finite() {
            return Err(super::bad_time("the delay", delay, "give seconds"));
        }
        if relative {
            return Ok(now + delay.max(0.0));
        }
        if delay < now {
            return Err(super::bad_time(
                "an absolute start",
                delay,
                &format!("{now} s are rendered already"),
            ));
        }
        Ok(delay)
    }
}
