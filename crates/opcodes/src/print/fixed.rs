//! `print` and the control-rate printers with a fixed layout: `printk`, `printk2`.

use bstr::BString;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

use super::format::float;

/// Definition of `print`.
pub static PRINT: OpDef = OpDef::new("print", "Prints init-time values with their names.")
    .sigs(&[sig("", "m", Make::Init(print))])
    .ins(&[port("iarg1, ...", "values to print")])
    .arg_names()
    .source("Manual: print; layout measured on the reference");

/// Definition of `printk`.
pub static PRINTK: OpDef = OpDef::new("printk", "Prints a control value at intervals.")
    .sigs(&[sig("", "ikoooo", Make::Unit(world_unit::<Printk>))])
    .ins(&[
        port("itime", "seconds between printings; less than a k-cycle prints in every one"),
        port("kval", "value"),
        port("ispace", "blanks before the value, 0 to 120; default 0"),
        port("inamed", "nonzero prints the name of the variable; default 0"),
    ])
    .arg_names()
    .writes(Res::PRINT)
    .source("Manual: printk; layout measured on the reference");

/// Definition of `printk2`.
pub static PRINTK2: OpDef = OpDef::new("printk2", "Prints a control value whenever it changes.")
    .sigs(&[sig("", "koo", Make::Unit(world_unit::<Printk2>))])
    .ins(&[
        port("kvar", "value"),
        port("inumspaces", "blanks before the value, 0 to 120; default 0"),
        port("inamed", "nonzero prints the name of the variable; default 0"),
    ])
    .arg_names()
    .writes(Res::PRINT)
    .source("Manual: printk2; layout measured on the reference");

/// Most blanks before a value.
const MOST_BLANKS: i32 = 120;

/// How the text spells input `i`, `#` for an expression; the compiler appends all spellings as the
/// last input.
fn name(io: &Io<'_>, i: usize) -> BString {
    let names = io.str(io.n_ins() - 1);
    match names.split(|&c| c == b'\n').nth(i) {
        Some(name) if !name.is_empty() => name.into(),
        _ => "#".into(),
    }
}

fn print(cx: &mut Init<'_>) -> OpResult {
    let io = &cx.io;
    let mut line = BString::from(format!("instr {}:", io.pfield(1) as i32));
    for i in 0..io.n_ins() - 1 {
        line.extend_from_slice(b"  ");
        line.extend_from_slice(&name(io, i));
        line.extend_from_slice(b" = ");
        line.extend_from_slice(&float("5.3f", io.k(i)));
    }
    line.push(b'\n');
    cx.world.print(line);
    Ok(())
}

/// Appends blanks, the name if wanted, and the value.
fn finish(mut line: BString, io: &Io<'_>, value: usize, blanks: i32, named: bool) -> BString {
    line.extend(std::iter::repeat_n(b' ', blanks.clamp(0, MOST_BLANKS) as usize));
    if named {
        line.extend_from_slice(&name(io, value));
        line.extend_from_slice(b" = ");
    }
    line.extend_from_slice(&float("11.5f", io.k(value)));
    line.push(b'\n');
    line
}

/// When to print next, in local k-cycles since the start of the performance.
#[derive(Default)]
pub(super) struct Interval {
    cycles: f64,
    next: f64,
}

impl Interval {
    /// Prints every `cycles` k-cycles, for the first time at once.
    pub(super) fn start(&mut self, cycles: f64) {
        self.cycles = cycles;
        self.next = f64::NEG_INFINITY;
    }

    /// Prints every `cycles` k-cycles; what is due next stays.
    pub(super) fn set(&mut self, cycles: f64) {
        self.cycles = cycles;
    }

    /// Prints for the first time in the next cycle.
    pub(super) fn skip(&mut self, io: &Io<'_>) {
        self.next = io.abs_cycle() as f64 + 1.0;
    }

    /// Whether to print now.
    pub(super) fn due(&mut self, io: &Io<'_>) -> bool {
        let now = io.abs_cycle() as f64;
        if now < self.next {
            return false;
        }
        self.next = now + self.cycles;
        true
    }
}

/// State of `printk`.
#[derive(Default)]
struct Printk {
    interval: Interval,
}

impl WorldUgen for Printk {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let time = cx.k(0);
        self.interval.start(if time < 1.0 / cx.clock.kr { 0.0 } else { time * cx.world.header.kr });
        if cx.note.reinit.get() {
            self.interval.skip(&cx.io);
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        if self.interval.due(io) {
            // The reference's clock stands at the end of the cycle and is put back by a local cycle.
            let header = &world.header;
            let time = ((world.cycle + 1) * header.ksmps as u64) as f64 / header.sr - 1.0 / io.clock.kr;
            let line = format!(" i{:4} time {}: ", io.pfield(1) as i32, float("11.5f", time));
            world.print(finish(line.into(), io, 1, io.k(2) as i32, io.k(3) != 0.0));
        }
        Ok(())
    }
}

/// State of `printk2`: the value printed last.
#[derive(Default)]
struct Printk2 {
    last: Option<f64>,
}

impl WorldUgen for Printk2 {
    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        self.last = None;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let value = io.k(0);
        if self.last != Some(value) {
            self.last = Some(value);
            let line = format!(" i{} ", io.pfield(1) as i32);
            world.print(finish(line.into(), io, 0, io.k(1) as i32, io.k(2) != 0.0));
        }
        Ok(())
    }
}
