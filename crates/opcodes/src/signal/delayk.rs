//! `delayk`, `vdel_k`, `vdelayk`: delays of control signals.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Sig, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const MODE: Port = port(
    "imode",
    "plus 1 keeps the line of the previous note; plus 2 starts with the first value; default 0",
);

/// Definition of `delayk`.
pub static DELAYK: OpDef = OpDef::new("delayk", "Delays a control signal by a fixed time.")
    .sigs(&[sig("k", "kio", Make::Unit(unit::<Delayk>))])
    .outs(&[port("kr", "delayed signal")])
    .ins(&[port("ksig", "control signal"), port("idel", "delay in seconds, 0 or more"), MODE])
    .source("Manual: delayk")
    .quiet_init();

const VARIABLE_IN: &[Port] = &[
    port("ksig", "control signal"),
    port("kdel", "delay in seconds, 0 to imdel"),
    port("imdel", "longest delay in seconds"),
    MODE,
];
const VARIABLE: &[Sig] = &[sig("k", "kkio", Make::Unit(unit::<VdelK>))];

/// Definition of `vdel_k`.
pub static VDEL_K: OpDef = OpDef::new("vdel_k", "Delays a control signal by a time that may change.")
    .sigs(VARIABLE)
    .outs(&[port("kr", "delayed signal")])
    .ins(VARIABLE_IN)
    .may_fail()
    .source("Manual: vdel_k")
    .quiet_init();

fn points(cx: &Init<'_>, seconds: f64, op: &str) -> OpResult<usize> {
    let points = seconds * cx.clock.kr + 1.5;
    if !(points >= 1.0) {
        return Err(format!("{op}: the delay must not be negative").into());
    }
    cx.world.ask_memory((points as usize).saturating_mul(8), op)?;
    Ok(points as usize)
}

/// A line of control values; `waiting`: k-cycles until it is full.
#[derive(Default)]
struct Delayk {
    line: Vec<f64>,
    at: usize,
    waiting: usize,
    first_value: bool,
}

impl Ugen for Delayk {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let mode = cx.k(2).round_ties_even() as i64;
        if mode & 1 != 0 {
            return Ok(());
        }
        self.first_value = mode & 2 != 0;
        let n = points(cx, cx.k(1), "delayk")?;
        self.line.clear();
        self.line.resize(n, 0.0);
        self.at = 0;
        self.waiting = n - 1;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let x = io.k(0);
        let Some(place) = self.line.get_mut(self.at) else { return Err("delayk: not initialised".into()) };
        *place = x;
        self.at = (self.at + 1) % self.line.len();
        if self.waiting > 0 {
            self.waiting -= 1;
            io.set(0, if self.first_value { x } else { 0.0 });
        } else {
            io.set(0, self.line[self.at]);
        }
        Ok(())
    }
}

#[derive(Default)]
struct VdelK {
    line: Vec<f64>,
    at: usize,
    waiting: usize,
    first_value: bool,
    first: f64,
}

impl Ugen for VdelK {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let mode = cx.k(3).round_ties_even() as i64;
        if mode & 1 != 0 {
            return Ok(());
        }
        self.first_value = mode & 2 != 0;
        let n = points(cx, cx.k(2), "vdel_k")?;
        self.line.clear();
        self.line.resize(n, 0.0);
        self.at = 0;
        self.waiting = n;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, len) = (io.k(0), self.line.len());
        let Some(place) = self.line.get_mut(self.at) else { return Err("vdel_k: not initialised".into()) };
        *place = x;
        let back = (io.k(1) * io.clock.kr).round_ties_even();
        if back < 0.0 {
            return Err("vdel_k: the delay must not be negative".into());
        }
        let from = self.at as i64 - back as i64;
        self.at = (self.at + 1) % len;
        let held = self.line[from.rem_euclid(len as i64) as usize];
        if self.waiting == 0 {
            io.set(0, held);
            return Ok(());
        }
        if self.waiting == len {
            self.first = x;
        }
        self.waiting -= 1;
        let before = if self.first_value { self.first } else { 0.0 };
        io.set(0, if from < 0 { before } else { held });
        Ok(())
    }
}
