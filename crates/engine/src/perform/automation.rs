//! Values that follow a curve while a piece plays: p-fields of notes, points of tables, control buses.

use super::Performance;
use super::live::Target;
use orchestrion_dsp::curve::{Shape, bisect};
use orchestrion_opcodes::buses::pool;

/// Times and values, and how to go from one to the next.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    /// Seconds after the start, ascending.
    pub times: Vec<f64>,
    /// One value per time.
    pub values: Vec<f64>,
    /// Interpolation.
    pub shape: Shape,
}

impl Curve {
    /// Value at `t` seconds after the start: the first one before the first time, the last one after the last.
    pub fn at(&self, t: f64) -> f64 {
        let Some(last) = self.times.len().checked_sub(1) else { return 0.0 };
        self.shape.at(&self.values, bisect(|i| self.times[i], last, t))
    }

    /// Seconds from the start to the last point.
    pub fn seconds(&self) -> f64 {
        self.times.last().copied().unwrap_or(0.0)
    }
}

/// What a curve drives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sink {
    /// A p-field of the notes that are meant.
    PField(Target, u16),
    /// A point of a table.
    Table(u32, usize),
    /// A control bus, by its token.
    Bus(i64),
}

/// A curve that runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Automation {
    /// Number by which it can be stopped.
    pub id: f64,
    /// What it drives.
    pub sink: Sink,
    /// Its course.
    pub curve: Curve,
    /// Whether the first value is the one found at the start.
    pub overtake: bool,
    /// First k-cycle.
    pub start: u64,
}

impl Performance {
    /// Starts a curve in the current k-cycle.
    pub fn start_automation(&mut self, mut automation: Automation) {
        automation.start = self.cycle;
        if automation.overtake
            && let Some(value) = self.current(automation.sink)
            && let Some(first) = automation.curve.values.first_mut()
        {
            *first = value;
        }
        if automation.curve.values.first().is_some_and(|x| x.is_nan()) {
            // Nothing to start from: the first value that is one.
            let Some(value) = automation.curve.values.iter().copied().find(|x| !x.is_nan()) else { return };
            automation.curve.values[0] = value;
        }
        self.automations.push(automation);
    }

    /// Stops curves: those that `condemned` chooses by their number.
    pub fn stop_automations(&mut self, condemned: impl Fn(f64) -> bool) {
        self.automations.retain(|a| !condemned(a.id));
    }

    /// Whether any curve runs.
    pub(super) fn is_automated(&self) -> bool {
        !self.automations.is_empty()
    }

    /// Writes this k-cycle's values, in the order in which the curves were started, and drops those that have
    /// reached their last point.
    pub(super) fn automate(&mut self) {
        let h = self.world.header;
        let mut running = std::mem::take(&mut self.automations);
        running.retain(|a| {
            let t = self.cycle.saturating_sub(a.start) as f64 * h.ksmps as f64 / h.sr;
            self.write(a.sink, a.curve.at(t)) && t < a.curve.seconds()
        });
        self.automations = running;
    }

    /// Writes a value; false if there will never be anything to write to again.
    fn write(&mut self, sink: Sink, value: f64) -> bool {
        match sink {
            Sink::PField(target, n) => {
                self.set_pfields(target.p1, target.exact, &[(n, value)]);
                true
            }
            Sink::Table(table, at) => match self.world.tables.get_mut(f64::from(table)) {
                Some(t) => {
                    if let Some(point) = t.data.get_mut(at) {
                        *point = value;
                    }
                    true
                }
                None => false,
            },
            Sink::Bus(token) => pool::write(&mut self.world, token as f64, value).is_ok(),
        }
    }

    fn current(&self, sink: Sink) -> Option<f64> {
        match sink {
            Sink::PField(target, n) => self.pfield_of(target, n),
            Sink::Table(table, at) => self.world.tables.get(f64::from(table))?.data.get(at).copied(),
            Sink::Bus(token) => pool::read(&self.world, token as f64).ok().flatten(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_holds_its_ends_and_meets_its_points() {
        let curve = Curve { times: vec![0.5, 1.0], values: vec![3.0, 5.0], shape: Shape::Linear };
        assert_eq!([0.0, 0.5, 0.75, 1.0, 2.0].map(|t| curve.at(t)), [3.0, 3.0, 4.0, 5.0, 5.0]);
        assert_eq!(curve.seconds(), 1.0);
    }
}
