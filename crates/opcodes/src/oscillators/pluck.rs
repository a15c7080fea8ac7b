//! `pluck`: plucked string or drum after Karplus and Strong.

use crate::lookup::{any_table, truncated};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `pluck`.
pub static PLUCK: OpDef = OpDef::new("pluck", "Naturally decaying plucked string or drum.")
    .sigs(&[sig("a", "kkiiioo", Make::Unit(world_unit::<Pluck>))])
    .outs(&[port("ares", "signal")])
    .ins(&[
        port("kamp", "amplitude"),
        port("kcps", "resampling pitch in Hz"),
        port("icps", "pitch in Hz that sets the length of the buffer"),
        port("ifn", "table that fills the buffer; 0 fills it at random"),
        port("imeth", "1 average, 2 stretched average, 3 drum, 4 stretched drum, 5 weighted, 6 recursive"),
        port("iparm1", "stretch (2), roughness (3, 4) or weight (5); default 0"),
        port("iparm2", "stretch (4) or weight (5); default 0"),
    ])
    .source("Karplus and Strong 1983; manual: pluck; random sequence measured on the reference")
    .writes(Res::RANDOM)
    .may_fail();

/// The two small generators that all plucked strings of an engine share.
struct Dice {
    wide: u16,
    narrow: u16,
}

impl Default for Dice {
    fn default() -> Self {
        Self { wide: 1000, narrow: 1000 }
    }
}

impl Dice {
    /// -1 to 1.
    fn wide(&mut self) -> f64 {
        self.wide = self.wide.wrapping_mul(15625).wrapping_add(1);
        f64::from(self.wide as i16) / 32768.0
    }

    /// 0 to 32767.
    fn narrow(&mut self) -> i16 {
        self.narrow = self.narrow.wrapping_mul(15625).wrapping_add(1) & 0x7fff;
        self.narrow as i16
    }
}

#[derive(Clone, Copy, Default)]
enum Method {
    #[default]
    Average,
    Stretched(i16),
    Drum(i16),
    StretchedDrum(i16, i16),
    Weighted(f64, f64),
    Recursive,
}

#[derive(Default)]
struct Pluck {
    /// `len` points and a copy of the first.
    buffer: Vec<f64>,
    len: usize,
    per_hertz: f64,
    phase: i32,
    method: Method,
}

/// Shortest buffer.
const SHORTEST: i32 = 64;

impl WorldUgen for Pluck {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let len = truncated(cx.clock.sr / cx.k(2)).max(SHORTEST) as usize;
        cx.world.ask_memory(len * 8, "pluck")?;
        if len > 1 << 22 {
            return Err("pluck: frequency too low".into());
        }
        self.len = len;
        self.buffer.clear();
        if cx.k(3) == 0.0 {
            let dice = cx.world.shared::<Dice>();
            self.buffer.extend((0..len).map(|_| dice.wide()));
        } else {
            let table = any_table(cx.world, cx.k(3))?;
            let points = cx.world.tables.get(table).map_or(&[][..], |t| &t.data);
            let step = points.len().saturating_sub(1) / len;
            self.buffer.extend((0..len).map(|i| points.get(i * step).copied().unwrap_or(0.0)));
        }
        self.buffer.push(self.buffer[0]);
        self.per_hertz = (len as f64 * 256.0 + 128.0) * (1.0 / cx.clock.sr);
        self.phase = 0;
        self.method = method(cx.k(4) as i16, cx.k(5), cx.k(6))?;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let period = (self.len as i32) << 8;
        let step = truncated(io.k(1) * self.per_hertz);
        if step > period {
            return Err("pluck: kcps more than sample rate".into());
        }
        let amp = io.k(0);
        for out in io.out(0) {
            let i = (self.phase >> 8) as usize;
            let point = |i: usize| self.buffer.get(i).copied().unwrap_or(0.0);
            let a = point(i);
            out.set((a + (point(i + 1) - a) * (f64::from(self.phase & 255) * (1.0 / 256.0))) * amp);
            self.phase = self.phase.wrapping_add(step);
            if self.phase >= period {
                self.phase -= period;
                self.smooth(world.shared::<Dice>());
            }
        }
        Ok(())
    }
}

fn method(number: i16, one: f64, two: f64) -> OpResult<Method> {
    let stretch = |x: f64, name: &str| {
        if x < 1.0 {
            Err(format!("illegal stretch factor({name}) value"))
        } else {
            Ok((32768.0 / x) as i32 as i16)
        }
    };
    let rough = |x: f64| {
        if (0.0..=1.0).contains(&x) {
            Ok((32768.0 * x) as i32 as i16)
        } else {
            Err("illegal roughness factor(param1) value")
        }
    };
    Ok(match number {
        1 => Method::Average,
        2 => Method::Stretched(stretch(one, "param1")?),
        3 => Method::Drum(rough(one)?),
        4 => Method::StretchedDrum(rough(one)?, stretch(two, "param2")?),
        5 if one + two > 1.0 => return Err("coefficients too large (param1 + param2)".into()),
        5 => Method::Weighted(one, two),
        6 => Method::Recursive,
        _ => return Err("unknown method code".into()),
    })
}

impl Pluck {
    /// Goes over the buffer once, each point meeting the one before it.
    fn smooth(&mut self, dice: &mut Dice) {
        let method = self.method;
        let Some((head, rest)) = self.buffer.split_first_mut() else { return };
        let mut before = *head;
        if let Some(last) = rest.last() {
            *head = *last;
        }
        for point in rest {
            let old = *point;
            let average = (old + before) * 0.5;
            *point = match method {
                Method::Average => average,
                Method::Stretched(keep) if dice.narrow() < keep => average,
                Method::Drum(flip) if dice.narrow() < flip => -average,
                Method::Drum(_) => average,
                Method::StretchedDrum(flip, keep) if dice.narrow() < keep => {
                    if dice.narrow() < flip {
                        -average
                    } else {
                        average
                    }
                }
                Method::Stretched(_) | Method::StretchedDrum(..) => old,
                Method::Weighted(one, two) => one * old + two * before,
                Method::Recursive => average,
            };
            before = if matches!(method, Method::Recursive) { average } else { old };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn decays_and_repeats_itself() {
        let play = || {
            let mut bench = Bench::new(&PLUCK, 0);
            for (i, x) in [1.0, 441.0, 441.0, 0.0, 1.0].into_iter().enumerate() {
                bench.set(i, x);
            }
            bench.render(44100)
        };
        let out = play();
        let power = |part: &[f64]| part.iter().map(|y| y * y).sum::<f64>();
        assert!(power(&out[..1000]) > 2.0 * power(&out[43000..44000]));
        assert_eq!(out, play());
    }
}
