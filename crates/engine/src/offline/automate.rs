//! Values that follow a curve: p-fields of notes, points of tables, control buses.

use super::history::Record;
use super::ids::{BusToken, EventId, Field, Instr, TableNumber};
use super::{EngineError, OfflineEngine};
use crate::perform::{self, Curve, Sink, Target};
use orchestrion_dsp::curve::Shape;

/// Number under which automations of p-fields run.
pub(super) const PFIELDS: u32 = 11;
/// Number under which automations of tables run.
pub(super) const TABLES: u32 = 12;
/// Number under which automations of buses run.
pub(super) const BUSES: u32 = 26;

/// A curve for a value to follow: points in seconds after its start, and how to go from one to the next.
///
/// ```
/// use orchestrion::offline::Automation;
/// let fade = Automation::new([(0.0, 0.0), (2.0, 1.0)]).mode("cos").delay(0.5);
/// # let _ = fade;
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Automation {
    points: Vec<(f64, f64)>,
    mode: String,
    delay: f64,
    overtake: bool,
    odd: bool,
}

/// Whether automations run under a number.
pub(super) fn is_automation(number: u32) -> bool {
    [PFIELDS, TABLES, BUSES].contains(&number)
}

impl Automation {
    /// From pairs of time and value, times ascending.
    pub fn new(points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        Self {
            points: points.into_iter().collect(),
            mode: "linear".to_owned(),
            delay: 0.0,
            overtake: false,
            odd: false,
        }
    }

    /// From a flat list of times and values: t0, v0, t1, v1, ...
    pub fn flat(pairs: &[f64]) -> Self {
        let odd = !pairs.len().is_multiple_of(2);
        Self { odd, ..Self::new(pairs.chunks_exact(2).map(|pair| (pair[0], pair[1]))) }
    }

    /// Interpolation: `linear` (the default), `cos`, `smooth`, `smoother`, `floor`, `cubic`, or `exp(x)` with an
    /// exponent.
    #[must_use]
    pub fn mode(mut self, mode: impl Into<String>) -> Self {
        self.mode = mode.into();
        self
    }

    /// Seconds from now to the start.
    #[must_use]
    pub fn delay(mut self, seconds: f64) -> Self {
        self.delay = seconds;
        self
    }

    /// Starts from the value found there instead of the first one given; a first value that is NaN does the same.
    #[must_use]
    pub fn overtake(mut self) -> Self {
        self.overtake = true;
        self
    }

    fn curve(&self) -> Result<Curve, EngineError> {
        let refuse = |text: String| Err(EngineError::Points(text));
        if self.odd {
            return refuse("an automation takes pairs of time and value: the list has an odd length".into());
        }
        if self.points.is_empty() {
            return refuse("an automation needs at least one pair of time and value".into());
        }
        for (i, (t, v)) in self.points.iter().enumerate() {
            if !t.is_finite() || !v.is_finite() && (i > 0 || !v.is_nan()) {
                return refuse(format!(
                    "point {i} of the automation is ({t}, {v}): times and values are numbers"
                ));
            }
            if i > 0 && *t < self.points[i - 1].0 {
                return refuse(format!(
                    "times of an automation ascend, but {} s is followed by {t} s",
                    self.points[i - 1].0
                ));
            }
        }
        let shape: Shape = self.mode.parse()?;
        let (times, values) = self.points.iter().copied().unzip();
        Ok(Curve { times, values, shape })
    }
}

impl<P: IntoIterator<Item = (f64, f64)>> From<P> for Automation {
    fn from(points: P) -> Self {
        Automation::new(points)
    }
}

impl OfflineEngine {
    /// Lets a p-field follow a curve, for one note or, given an instrument, for all of its notes. The note need not
    /// have started. It hears the p-field where it reads it at k-rate, as in `kfreq = p4`.
    ///
    /// The answer is the automation's own id, with which [`OfflineEngine::unsched`] stops it.
    ///
    /// ```
    /// # use orchestrion::offline::{Automation, Event, OfflineEngine};
    /// # let mut engine = OfflineEngine::builder().memory().build()?;
    /// engine.compile("instr 100\n  kfreq = p4\n  outch 1, oscili:a(0.1, kfreq)\nendin")?;
    /// let event = engine.sched(Event::new(100).dur(10.0).arg(1000.0).unique())?;
    /// engine.automatep(&event, "kfreq", [(0.0, 1000.0), (3.0, 200.0), (5.0, 300.0)])?;
    /// engine.automatep(&event, 4, Automation::new([(0.0, 0.0), (1.0, 100.0)]).delay(6.0).overtake())?;
    /// # Ok::<(), orchestrion::offline::EngineError>(())
    /// ```
    ///
    /// # Errors
    /// Unknown instrument or p-field, points that do not ascend, unknown mode.
    pub fn automatep(
        &mut self,
        target: impl Into<Instr>,
        field: impl Into<Field>,
        automation: impl Into<Automation>,
    ) -> Result<EventId, EngineError> {
        let target = target.into();
        let (p1, number) = self.resolve(&target)?;
        let n = self.field_number(&target, number, &field.into())?;
        self.start(PFIELDS, Sink::PField(Target::new(p1), n), &automation.into())
    }

    /// Lets a point of a table follow a curve. The automation ends when the table is freed.
    ///
    /// # Errors
    /// Unknown table, no such point, points that do not ascend, unknown mode.
    #[doc(alias = "automateTable")]
    pub fn automate_table(
        &mut self,
        table: impl Into<TableNumber>,
        index: usize,
        automation: impl Into<Automation>,
    ) -> Result<EventId, EngineError> {
        let table = table.into();
        let size = self.table_data(table)?.len();
        if index >= size {
            return Err(EngineError::Table {
                number: table.0,
                reason: format!("it has no point {index}: {size} points"),
            });
        }
        self.start(TABLES, Sink::Table(table.0, index), &automation.into())
    }

    /// Lets a control bus follow a curve.
    ///
    /// # Errors
    /// Unknown or audio bus, points that do not ascend, unknown mode.
    #[doc(alias = "automateBus")]
    pub fn automate_bus(
        &mut self,
        bus: BusToken,
        automation: impl Into<Automation>,
    ) -> Result<EventId, EngineError> {
        self.check_control_bus(bus)?;
        self.start(BUSES, Sink::Bus(bus.0), &automation.into())
    }

    fn start(&mut self, number: u32, sink: Sink, automation: &Automation) -> Result<EventId, EngineError> {
        let curve = automation.curve()?;
        let time = self.start_time(automation.delay, true)?;
        let id = self.unique_id(&Instr::Number(f64::from(number)), f64::from(number), number)?;
        let overtake = automation.overtake || curve.values[0].is_nan();
        let end = time + curve.seconds() + self.one_cycle();
        let running = perform::Automation { id: id.p1(), sink, curve, overtake, start: 0 };
        let record = running.clone();
        self.live()?.schedule_action(time, Box::new(move |p| p.start_automation(running)));
        self.reach(end);
        self.record(|| Record::Automation { time, automation: record });
        Ok(id)
    }
}
