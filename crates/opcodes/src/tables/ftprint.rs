//! `ftprint`: points of a table in lines of equal length.

use bstr::BString;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `ftprint`.
pub static FTPRINT: OpDef = OpDef::new("ftprint", "Prints points of a table.")
    .sigs(&[sig("", "iPOOPo", Make::Unit(world_unit::<Print>))])
    .ins(&[
        port("ifn", "table number"),
        port(
            "ktrig",
            "prints when it becomes positive, at init if it is then, in every cycle if it is -1; default 1",
        ),
        port("kstart", "first point; default 0"),
        port("kend", "one past the last point; 0 for all; default 0"),
        port("kstep", "distance of the points, 1 or more; default 1"),
        port("inumcols", "points a line; 0 means 10; default 0"),
    ])
    .reads(Res::TABLES)
    .writes(Res::PRINT)
    .may_fail()
    .source("Manual: ftprint; layout measured on the reference")
    .differences(&[
        "Points beyond the end of the table are left out; the reference prints what lies there in memory.",
        "A step below 1 is an error; the reference does not end.",
    ]);

/// Points a line where the text does not say how many.
const COLUMNS: usize = 10;

#[derive(Default)]
struct Print {
    trigger: f64,
}

impl WorldUgen for Print {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.trigger = cx.k(1).trunc();
        if self.trigger > 0.0 { print(&cx.io, cx.world) } else { Ok(()) }
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let trigger = io.k(1).trunc();
        let last = std::mem::replace(&mut self.trigger, trigger);
        if trigger == -1.0 || trigger > 0.0 && last <= 0.0 { print(io, world) } else { Ok(()) }
    }
}

fn print(io: &Io<'_>, world: &mut World) -> OpResult {
    let (number, start, end, step) = (io.k(0), io.k(2).trunc(), io.k(3).trunc(), io.k(4).trunc());
    let table =
        world.tables.get(number).ok_or_else(|| OpError::new(format!("there is no table {number}")))?;
    if !(start >= 0.0 && end >= 0.0 && step >= 1.0) {
        return Err(OpError::new(format!(
            "ftprint: start and end must be 0 or more and the step 1 or more, not {start}, {end} and {step}"
        )));
    }
    let end = if end == 0.0 { table.len } else { table.len.min(end as usize) };
    let columns = if io.k(5) >= 1.0 { io.k(5) as usize } else { COLUMNS };
    let mut text = BString::from(format!("ftable {number:.0}:\n"));
    let mut column = 0;
    for at in (start as usize..end).step_by(step as usize) {
        if column == 0 {
            text.extend_from_slice(format!("{at:4}: ").as_bytes());
        }
        text.extend_from_slice(format!("{:.4}", table.data[at]).as_bytes());
        column = (column + 1) % columns;
        text.push(if column == 0 { b'\n' } else { b' ' });
    }
    if column != 0 {
        text.push(b'\n');
    }
    world.print(text);
    Ok(())
}
