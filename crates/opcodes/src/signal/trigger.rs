//! `trigger`, `changed`, `changed2`: impulses when a value crosses a threshold or changes.

use bstr::{BString, ByteSlice};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::value::{ArrayData, ArrayVal};
use orchestrion_base::world::World;

/// Definition of `trigger`.
pub static TRIGGER: OpDef = OpDef::new("trigger", "1 when a control signal crosses a threshold, else 0.")
    .quiet_init()
    .sigs(&[sig("k", "kkk", Make::Unit(unit::<Trigger>))])
    .outs(&[port("kout", "1 or 0")])
    .ins(&[
        port("ksig", "control signal"),
        port("kthreshold", "threshold"),
        port("kmode", "0 upwards, 1 downwards, 2 both"),
    ])
    .may_fail()
    .source("Manual: trigger");

const OUT: &[Port] = &[port("ktrig", "1 if anything has changed since the last k-cycle, else 0")];
const IN: &[Port] = &[port("kvar...", "values, a string, or an array")];

/// Definition of `changed`.
pub static CHANGED: OpDef = OpDef::new("changed", "1 when a value changes; 0 counts as the value before.")
    .sigs(&[sig("k", "S", Make::Unit(unit::<ChangedText>)), sig("k", "z", Make::Unit(unit::<Changed<true>>))])
    .outs(OUT)
    .ins(IN)
    .source("Manual: changed")
    .quiet_init();
/// Definition of `changed2`.
pub static CHANGED2: OpDef = OpDef::new("changed2", "1 when a value changes; never in the first k-cycle.")
    .quiet_init()
    .sigs(&[
        sig("k", "S", Make::Unit(unit::<ChangedText>)),
        sig("k", "z", Make::Unit(unit::<Changed<false>>)),
        sig("k", ".[]", Make::Unit(unit::<ChangedArray>)),
    ])
    .outs(OUT)
    .ins(IN)
    .source("Manual: changed2");

#[derive(Default)]
struct Trigger {
    last: f64,
}

impl Ugen for Trigger {
    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        self.last = 0.0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, threshold) = (io.k(0), io.k(1));
        let up = self.last <= threshold && x > threshold;
        let down = self.last >= threshold && x < threshold;
        let crossed = match io.k(2).round_ties_even() as i64 {
            0 => up,
            1 => down,
            2 => up || down,
            _ => return Err("trigger: the mode must be 0, 1 or 2".into()),
        };
        self.last = x;
        io.set(0, f64::from(crossed));
        Ok(())
    }
}

/// `AT_ONCE`: the first k-cycle is compared with 0.
#[derive(Default)]
struct Changed<const AT_ONCE: bool> {
    last: Vec<f64>,
    started: bool,
}

impl<const AT_ONCE: bool> Ugen for Changed<AT_ONCE> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.last.clear();
        self.last.resize(cx.n_ins(), 0.0);
        self.started = AT_ONCE;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let mut changed = false;
        for (i, last) in self.last.iter_mut().enumerate() {
            let x = io.k(i);
            changed |= x != *last;
            *last = x;
        }
        io.set(0, f64::from(changed && self.started));
        self.started = true;
        Ok(())
    }
}

#[derive(Default)]
struct ChangedText {
    last: BString,
}

impl Ugen for ChangedText {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.last = cx.str(0).as_bytes().into();
        cx.set(0, 0.0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let text = io.str(0);
        let changed = self.last != *text;
        if changed {
            self.last.clear();
            self.last.extend_from_slice(text.as_bytes());
        }
        io.set(0, f64::from(changed));
        Ok(())
    }
}

#[derive(Default)]
struct ChangedArray {
    last: Option<ArrayVal>,
    started: bool,
}

/// Whether two arrays hold the same bits, as far as both reach.
fn same(a: &ArrayVal, b: &ArrayVal) -> bool {
    let bits = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(x, y)| x.to_bits() == y.to_bits());
    match (&a.data, &b.data) {
        (ArrayData::Num(a), ArrayData::Num(b)) | (ArrayData::Audio(a), ArrayData::Audio(b)) => bits(a, b),
        _ => a.data == b.data,
    }
}

impl Ugen for ChangedArray {
    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        self.started = false;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let Some(array) = io.array(0) else { return Ok(()) };
        let changed = !self.last.as_ref().is_some_and(|last| same(last, &array));
        if changed {
            self.last = Some(array.clone());
        }
        io.set(0, f64::from(changed && self.started));
        self.started = true;
        Ok(())
    }
}
