//! `vecdelay`, `vdelayk`: variable delay of control values.

use crate::tables::lookup::{find, point, set_point};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, WorldUgen, port, sig, unit, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const MAX: Port = port("imaxdel", "longest delay in seconds; longer ones wrap around");
const SKIP: Port = port("iskip", "not 0 keeps what the delay line holds; default 0");

/// Definition of `vecdelay`.
pub static VECDELAY: OpDef = OpDef::new("vecdelay", "Delays each element of a vector by a time of its own.")
    .sigs(&[sig("", "iiiiio", Make::Unit(world_unit::<VectorDelay>))])
    .ins(&[
        port("ifn", "table of the delayed vector"),
        port("ifnIn", "table of the vector"),
        port("ifnDel", "table of the delays in seconds"),
        port("ielements", "elements of the vector, not more than points of each table"),
        MAX,
        SKIP,
    ])
    .reads(Res::TABLES)
    .writes(Res::TABLES)
    .source("Manual: vecdelay");
/// Definition of `vdelayk`.
pub static VDELAYK: OpDef = OpDef::new("vdelayk", "Delays a control signal by a time that may change.")
    .sigs(&[sig("k", "kkioo", Make::Unit(unit::<ControlDelay>))])
    .outs(&[port("kr", "delayed signal")])
    .ins(&[
        port("ksig", "signal"),
        port("kdel", "delay in seconds"),
        MAX,
        SKIP,
        port("imode", "0 interpolates between k-cycles, otherwise not; default 0"),
    ])
    .source("Manual: vdelayk");

/// A ring of control values.
#[derive(Clone, Default)]
struct Ring {
    values: Vec<f64>,
    at: usize,
}

impl Ring {
    fn clear(&mut self, len: usize) {
        self.values.clear();
        self.values.resize(len, 0.0);
        self.at = 0;
    }

    /// Takes the newest value and answers with the one `delay` k-cycles ago.
    fn pass(&mut self, value: f64, delay: f64, interpolate: bool) -> f64 {
        let len = self.values.len();
        let Some(newest) = self.values.get_mut(self.at) else { return 0.0 };
        *newest = value;
        let mut place = self.at as f64 - delay;
        if !(0.0..len as f64).contains(&place) {
            place = place.rem_euclid(len as f64);
        }
        // NaN reads the first value; a rest that rounds up to the length reads the first one, too.
        let i = place as usize % len;
        let y = self.values[i];
        let next = self.values[(i + 1) % len];
        self.at = (self.at + 1) % len;
        if interpolate { y + (place - place.trunc()) * (next - y) } else { y }
    }
}

/// Length of a ring for delays up to `seconds`.
fn length(cx: &Init<'_>, seconds: f64, rings: usize) -> OpResult<usize> {
    let len = ((seconds * cx.clock.kr) as usize).max(1);
    cx.world.ask_memory(len.saturating_mul(8).saturating_mul(rings), "the delay line")?;
    Ok(len)
}

#[derive(Default)]
struct VectorDelay {
    rings: Vec<Ring>,
}

impl WorldUgen for VectorDelay {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let elements = cx.k(3) as usize;
        for table in [cx.k(0), cx.k(1), cx.k(2)] {
            if elements > find(cx.world, "vecdelay", table)?.len {
                return Err("vecdelay: the vector has more elements than a table points".into());
            }
        }
        let len = length(cx, cx.k(4), elements)?;
        let same = self.rings.len() == elements && self.rings.first().is_some_and(|r| r.values.len() == len);
        if cx.k(5) == 0.0 || !same {
            self.rings.resize(elements, Ring::default());
            self.rings.iter_mut().for_each(|ring| ring.clear(len));
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        for (i, ring) in self.rings.iter_mut().enumerate() {
            let value = |table| world.tables.get(table).map_or(0.0, |t| point(t, i));
            let y = ring.pass(value(io.k(1)), value(io.k(2)) * io.clock.kr, true);
            set_point(world, io.k(0), i, y);
        }
        Ok(())
    }
}

#[derive(Default)]
struct ControlDelay {
    ring: Ring,
}

impl Ugen for ControlDelay {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let len = length(cx, cx.k(2), 1)?;
        if cx.k(3) == 0.0 || self.ring.values.len() != len {
            self.ring.clear(len);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        io.set(0, self.ring.pass(io.k(0), io.k(1) * io.clock.kr, io.k(4) == 0.0));
        Ok(())
    }
}
