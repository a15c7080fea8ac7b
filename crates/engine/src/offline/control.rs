//! Changing and ending what plays.

use super::automate::is_automation;
use super::history::Record;
use super::ids::{Field, Instr};
use super::{EngineError, OfflineEngine};
use crate::perform::Target;

impl OfflineEngine {
    /// Ends notes `delay` seconds from now, letting them play their release: the one that an id or a number with a
    /// fraction means, or all notes of an instrument. Only notes that play at that moment end; events to come
    /// stay. The id of an automation stops that.
    ///
    /// # Errors
    /// Unknown instrument; the delay is no number.
    pub fn unsched(&mut self, what: impl Into<Instr>, delay: f64) -> Result<(), EngineError> {
        let what = what.into();
        let (p1, number) = match &what {
            Instr::Number(p1) if is_automation(*p1 as u32) => (*p1, *p1 as u32),
            _ => self.resolve(&what)?,
        };
        let time = self.start_time(delay, true)?;
        let target = Target::new(p1);
        self.live()?.schedule_action(
            time,
            Box::new(move |p| {
                p.release_notes(target);
                p.stop_automations(
                    |id| if target.exact { id == p1 } else { id.trunc() == f64::from(number) },
                );
            }),
        );
        self.reach(time);
        self.record(|| Record::Unsched { time, target });
        Ok(())
    }

    /// Ends all notes, letting them play their release, stops all automations, and drops what is scheduled.
    ///
    /// # Errors
    /// The engine was stopped.
    #[doc(alias = "unschedAll")]
    pub fn unsched_all(&mut self) -> Result<(), EngineError> {
        let time = self.now();
        self.live()?.release_all();
        self.record(|| Record::UnschedAll { time });
        Ok(())
    }

    /// Sets p-fields `delay` seconds from now: of the note that an id or a number with a fraction means, or of all
    /// notes of an instrument that play then. A note hears it where it reads the p-field at k-rate
    /// (`kfreq = p4`).
    ///
    /// # Errors
    /// Unknown instrument or p-field, no pairs, a value or delay that is no number.
    pub fn setp<F: Into<Field>>(
        &mut self,
        target: impl Into<Instr>,
        pairs: impl IntoIterator<Item = (F, f64)>,
        delay: f64,
    ) -> Result<(), EngineError> {
        let instr = target.into();
        let (p1, number) = self.resolve(&instr)?;
        let mut set = Vec::new();
        for (field, value) in pairs {
            let n = self.field_number(&instr, number, &field.into())?;
            if !value.is_finite() {
                return Err(EngineError::Points(format!("p{n} of {instr} cannot be set to {value}")));
            }
            set.push((n, value));
        }
        if set.is_empty() {
            return Err(EngineError::Points("setp takes pairs of p-field and value: there are none".into()));
        }
        let time = self.start_time(delay, true)?;
        let target = Target::new(p1);
        let pairs = set.clone();
        self.live()?.schedule_action(time, Box::new(move |p| p.set_pfields(target.p1, target.exact, &set)));
        self.reach(time);
        self.record(|| Record::SetP { time, target, pairs });
        Ok(())
    }
}
