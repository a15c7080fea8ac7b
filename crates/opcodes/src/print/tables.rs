//! `ftprint`, `print_type`: contents of tables, and types of variables.

use super::format::{Value, element};
use crate::step::{WorldStep, world_at_init};
use crate::tables::lookup::find;
use bstr::{BStr, BString};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::ty::{Base, Ty};
use orchestrion_base::world::World;

/// Definition of `ftprint`.
pub static FTPRINT: OpDef = OpDef::new("ftprint", "Prints points of a table.")
    .sigs(&[sig("", "iPOOPo", Make::Unit(world_unit::<FtPrint>))])
    .ins(&[
        port("ifn", "table number"),
        port(
            "ktrig",
            "prints when it becomes positive, in every k-cycle if negative; default 1: once at init",
        ),
        port("kstart", "first point; default 0"),
        port("kend", "one past the last point, 0 for the table's end; default 0"),
        port("kstep", "distance of the points, at least 1; default 1"),
        port("inumcols", "points in a line, 0 for 10; default 0"),
    ])
    .reads(Res::TABLES)
    .writes(Res::PRINT)
    .may_fail()
    .source("Manual: ftprint; layout measured on the reference");
/// Definition of `print_type`.
pub static PRINT_TYPE: OpDef = OpDef::new("print_type", "Prints the type of a variable.")
    .sigs(&[sig("", ".", world_at_init::<PrintType>())])
    .ins(&[port("xvar", "variable")])
    .source("csound -z1; no page in the manual, words measured on the reference");

#[derive(Default)]
struct FtPrint {
    trigger: i32,
    columns: usize,
}

/// A place in a table of `len` points.
fn place(x: f64, len: usize) -> OpResult<usize> {
    let place = x as i64;
    if place < 0 {
        return Err(OpError::new(format!("ftprint: place {place} is before the table's start")));
    }
    Ok((place as usize).min(len))
}

impl FtPrint {
    fn print(&self, io: &Io<'_>, world: &mut World) -> OpResult {
        let table = find(world, "ftprint", io.k(0))?;
        let start = place(io.k(2), table.len)?;
        let end = if io.k(3).trunc() == 0.0 { table.len } else { place(io.k(3), table.len)? };
        let step = io.k(4) as usize;
        if step == 0 {
            return Err(OpError::new("ftprint: kstep must be 1 or more"));
        }
        let mut text = BString::from(format!("ftable {}:\n", io.k(0).trunc()));
        let mut line = BString::default();
        let mut first = start;
        let mut shown = 0;
        for i in (start..end).step_by(step) {
            let x = table.data.get(i).copied().unwrap_or(0.0);
            line.extend_from_slice(&element(BStr::new("%.4f"), Value::Num(x), world.limits.string_bytes)?);
            shown += 1;
            if shown < self.columns {
                line.push(b' ');
            } else {
                text.extend_from_slice(format!(" {first:3}: {line}\n").as_bytes());
                line.clear();
                (first, shown) = (i + step, 0);
            }
        }
        if !line.is_empty() {
            text.extend_from_slice(format!(" {first:3}: {line}\n").as_bytes());
        }
        world.print(text);
        Ok(())
    }

    /// Prints if the trigger asks for it.
    fn step(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let trigger = io.k(1) as i32;
        let last = std::mem::replace(&mut self.trigger, trigger);
        if trigger < 0 || trigger > 0 && last <= 0 { self.print(io, world) } else { Ok(()) }
    }
}

impl WorldUgen for FtPrint {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        find(cx.world, "ftprint", cx.k(0))?;
        self.columns = Some(cx.k(5) as usize).filter(|n| *n > 0).unwrap_or(10);
        self.trigger = 0;
        if cx.k(1) as i32 > 0 { self.step(&cx.io, cx.world) } else { Ok(()) }
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        self.step(io, world)
    }
}

struct PrintType;

impl WorldStep for PrintType {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let letter = match io.base(0) {
            _ if io.is_array(0) => '[',
            _ if io.is_str(0) => 'S',
            Base::BoolI => 'b',
            Base::BoolK => 'B',
            base => Ty::plain(base).letter(),
        };
        world.print(format!("Variable Type: {letter}\n"));
        Ok(())
    }
}
