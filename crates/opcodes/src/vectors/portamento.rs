//! `vport`: portamento of a vector.

use crate::tables::lookup::{find, find_mut};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

/// Definition of `vport`.
pub static VPORT: OpDef = OpDef::new("vport", "Smooths the elements of a vector over time.")
    .sigs(&[sig("", "ikio", Make::Unit(world_unit::<Port>))])
    .ins(&[
        port("ifn", "table of the vector, which is changed"),
        port("khtime", "half-time of the portamento in seconds"),
        port("ielements", "elements of the vector, not more than points of the table"),
        port("ifnInit", "table of the elements' initial values, 0 for zeros; default 0"),
    ])
    .reads(Res::TABLES)
    .writes(Res::TABLES)
    .may_fail()
    .source("Manual: vport; y = (1 - c) x + c y, c = 0.5 to the power of 1 / (kr khtime)");

#[derive(Default)]
struct Port {
    last: Vec<f64>,
    half_time: Option<f64>,
    c2: f64,
}

impl WorldUgen for Port {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (number, elements, initial) = (cx.k(0), cx.k(2) as usize, cx.k(3));
        let too_many = "vport: the vector has more elements than a table points";
        if elements > find(cx.world, "vport", number)?.len {
            return Err(too_many.into());
        }
        self.last.clear();
        if initial != 0.0 {
            let table = find(cx.world, "vport", initial)?;
            if elements > table.len {
                return Err(too_many.into());
            }
            self.last.extend(table.data.iter().take(elements));
        }
        self.last.resize(elements, 0.0);
        self.half_time = None;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let half_time = io.k(1);
        if self.half_time != Some(half_time) {
            self.half_time = Some(half_time);
            self.c2 = math::pow(0.5, 1.0 / io.clock.kr / half_time);
        }
        let (c1, c2) = (1.0 - self.c2, self.c2);
        let table = find_mut(world, "vport", io.k(0))?;
        for (x, y) in table.data.iter_mut().zip(&mut self.last) {
            *y = c1 * *x + c2 * *y;
            *x = *y;
        }
        Ok(())
    }
}
