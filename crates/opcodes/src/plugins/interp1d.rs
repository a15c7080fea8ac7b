//! `interp1d`: reading between the elements of an array or table along various curves.

use super::column;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::curve::Shape;

/// Definition of `interp1d`.
pub static INTERP1D: OpDef = OpDef::new("interp1d", "Reads between the elements of an array or a table.")
    .sigs(&[
        sig("i", "ii[]", Make::Init(once)),
        sig("i", "ii[]So", Make::Init(once)),
        sig("k", "k.[]", Make::Unit(unit::<Reader>)),
        sig("k", "k.[]SO", Make::Unit(unit::<Reader>)),
        sig("a", "a.[]", Make::Unit(unit::<Reader>)),
        sig("a", "a.[]SO", Make::Unit(unit::<Reader>)),
        sig("i[]", "i[]i[]", Make::Init(once)),
        sig("i[]", "i[]i[]So", Make::Init(once)),
        sig("k[]", ".[].[]", Make::Unit(unit::<Reader>)),
        sig("k[]", ".[].[]SO", Make::Unit(unit::<Reader>)),
        sig("i", "ii", Make::Init(once)),
        sig("i", "iiSpo", Make::Init(once)),
        sig("k", "kk", Make::Unit(unit::<Reader>)),
        sig("k", "kkSPO", Make::Unit(unit::<Reader>)),
        sig("a", "ak", Make::Unit(unit::<Reader>)),
        sig("a", "akSPO", Make::Unit(unit::<Reader>)),
        sig("i[]", "i[]i", Make::Init(once)),
        sig("i[]", "i[]iSpo", Make::Init(once)),
        sig("k[]", ".[]k", Make::Unit(unit::<Reader>)),
        sig("k[]", ".[]kSPO", Make::Unit(unit::<Reader>)),
    ])
    .outs(&[port("xvalue", "value; beyond the ends that of the end")])
    .ins(&[
        port("xindex", "number, signal or array of numbers: index with fraction"),
        port("xdata", "array, or number of a table"),
        port(
            "Smode",
            "linear, cos, floor, smooth, smoother, cubic or exp; smooth=N and exp=N (also exp(N), expon(N)) set the \
             parameter; default linear",
        ),
        port(
            "kparam or kstep",
            "for arrays: exponent of exp, or how often smooth is applied once more; default 0. For tables: \
             distance of the elements in points; default 1",
        ),
        port("koffset", "for tables: first point; default 0"),
    ])
    .reads(Res::TABLES)
    .may_fail()
    .extension()
    .source("Manual of csound-plugins: interp1d; smoothstep and smootherstep as Perlin defined them")
    .differences(&[
        "`cosine`, `expon(N)`, `exp(N)` are accepted, and an unknown mode is an error; there it gives zeros.",
        "`cubic` in a table with a step takes its four points from the same column.",
    ]);

/// Input of the mode; the parameter or step is behind it.
const MODE: usize = 2;

#[derive(Default)]
struct Reader {
    shape: Shape,
    /// Whether the mode's name carries the shape's parameter.
    fixed: bool,
}

impl Reader {
    fn prepare(&mut self, io: &Io<'_>) -> OpResult {
        let mode = io.text(MODE);
        (self.shape, self.fixed) = Shape::named(&mode).ok_or_else(|| {
            OpError::new(format!(
                "interp1d: there is no mode `{mode}`; write linear, cos, floor, smooth, smoother, cubic or exp=N"
            ))
        })?;
        Ok(())
    }

    fn read(&self, io: &Io<'_>, world: &World) -> OpResult {
        let own = !self.fixed && io.is_array(1);
        let shape = if own { self.shape.with_parameter(io.k(MODE + 1)) } else { self.shape };
        column::read(io, world, MODE + 1, |data, index| shape.read(|row| data.at(row), data.rows - 1, index))
    }
}

fn once(cx: &mut Init<'_>) -> OpResult {
    let mut reader = Reader::default();
    reader.prepare(&cx.io)?;
    reader.read(&cx.io, cx.world)
}

impl Ugen for Reader {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.prepare(&cx.io)?;
        column::size(cx)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        self.read(io, world)
    }
}
