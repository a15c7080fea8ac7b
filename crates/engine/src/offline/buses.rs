//! Buses, made and used from outside.

use super::history::Record;
use super::ids::BusToken;
use super::{EngineError, OfflineEngine};
use orchestrion_base::world::World;
use orchestrion_opcodes::buses::pool::{self, Kind};

/// What a bus carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BusKind {
    /// A signal, cleared after each k-cycle.
    Audio,
    /// A number, which stays.
    Control,
}

impl OfflineEngine {
    pub(super) fn configure_buses(&mut self, audio: usize, control: usize) -> Result<(), EngineError> {
        pool::configure(self.live()?.world(), audio, control);
        Ok(())
    }

    /// Makes an audio bus, for `busout`, `busmix` and `busin`: a mono signal from instruments with lower numbers to
    /// those with higher ones. Without `persist` it lasts until its last user ends, and until it has its first one;
    /// with it until [`OfflineEngine::release_bus`].
    ///
    /// # Errors
    /// There are no more buses ([`super::Builder::num_audio_buses`]).
    #[doc(alias = "assignBus")]
    pub fn assign_audio_bus(&mut self, persist: bool) -> Result<BusToken, EngineError> {
        self.assign(BusKind::Audio, 0.0, persist)
    }

    /// Makes a control bus that holds `value`. It keeps what is written to it. `persist` as for
    /// [`OfflineEngine::assign_audio_bus`].
    ///
    /// # Errors
    /// There are no more buses ([`super::Builder::num_control_buses`]).
    #[doc(alias = "assignBus")]
    pub fn assign_control_bus(&mut self, value: f64, persist: bool) -> Result<BusToken, EngineError> {
        self.assign(BusKind::Control, value, persist)
    }

    fn assign(&mut self, kind: BusKind, value: f64, persist: bool) -> Result<BusToken, EngineError> {
        let time = self.now();
        let audio = kind == BusKind::Audio;
        let world = self.live()?.world();
        let made = if audio {
            pool::assign(world, Kind::Audio, None, persist)
        } else {
            pool::assign(world, Kind::Control, Some(value), persist)
        };
        let token = made.map_err(|e| EngineError::NoBus(e.to_string()))? as i64;
        self.record(|| Record::Bus { time, token, audio, value, persist });
        Ok(BusToken(token))
    }

    /// Takes back the hold that `persist` has on a bus, `delay` seconds from now. It goes when its last user has
    /// ended. A bus without persistence that nobody uses yet goes at once.
    ///
    /// # Errors
    /// There is no such bus, if it is to be released now; the delay is no number.
    #[doc(alias = "releaseBus")]
    pub fn release_bus(&mut self, bus: BusToken, delay: f64) -> Result<(), EngineError> {
        let token = bus.0;
        let time = self.start_time(delay, true)?;
        if delay > 0.0 {
            self.at(time, move |world| pool::release_kept(world, token as f64))?;
        } else {
            self.with_bus(bus, |world| pool::release_kept(world, token as f64))?;
        }
        self.record(|| Record::BusRelease { time, token });
        Ok(())
    }

    /// Sets a control bus, now or `delay` seconds from now.
    ///
    /// # Errors
    /// There is no such bus, or it carries audio; the delay is no number.
    #[doc(alias = "writeBus")]
    pub fn write_bus(&mut self, bus: BusToken, value: f64, delay: f64) -> Result<(), EngineError> {
        self.check_control_bus(bus)?;
        let token = bus.0;
        let time = self.start_time(delay, true)?;
        if delay > 0.0 {
            self.at(time, move |world| pool::write(world, token as f64, value))?;
        } else {
            self.with_bus(bus, |world| pool::write(world, token as f64, value))?;
        }
        self.record(|| Record::BusValue { time, token, value });
        Ok(())
    }

    /// Current value of a control bus.
    ///
    /// # Errors
    /// There is no such bus, or it carries audio.
    #[doc(alias = "readBus")]
    pub fn read_bus(&self, bus: BusToken) -> Result<f64, EngineError> {
        let world = self.shared()?;
        let value =
            pool::read(world, bus.0 as f64).map_err(|e| EngineError::Bus { bus, reason: e.to_string() })?;
        Ok(value.unwrap_or(0.0))
    }

    pub(super) fn check_control_bus(&self, bus: BusToken) -> Result<(), EngineError> {
        self.read_bus(bus).map(|_| ())
    }

    fn with_bus<T>(
        &mut self,
        bus: BusToken,
        work: impl FnOnce(&mut World) -> Result<T, orchestrion_base::error::OpError>,
    ) -> Result<T, EngineError> {
        work(self.live()?.world()).map_err(|e| EngineError::Bus { bus, reason: e.to_string() })
    }

    /// Does something to the buses later; what fails then is a warning.
    fn at(
        &mut self,
        time: f64,
        work: impl FnOnce(&mut World) -> Result<(), orchestrion_base::error::OpError> + Send + 'static,
    ) -> Result<(), EngineError> {
        self.live()?.schedule_action(
            time,
            Box::new(move |p| {
                if let Err(e) = work(p.world()) {
                    p.world().warn(e.to_string());
                }
            }),
        );
        self.reach(time);
        Ok(())
    }
}
