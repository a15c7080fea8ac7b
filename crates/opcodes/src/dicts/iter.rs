//! `dict_iter`: one pair of a dict after the other.

use super::dict::{self, Key, Value};
use bstr::{BString, ByteSlice};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::ty::Base;
use orchestrion_base::world::World;

/// Definition of `dict_iter`.
pub static DICT_ITER: OpDef = OpDef::new("dict_iter", "The next pair of a dict, in every call.")
    .sigs(&[
        sig("SSk", "iP", Make::Unit(unit::<Iter>)),
        sig("Skk", "iP", Make::Unit(unit::<Iter>)),
        sig("kSk", "iP", Make::Unit(unit::<Iter>)),
        sig("kkk", "iP", Make::Unit(unit::<Iter>)),
    ])
    .outs(&[
        port("xkey", "key"),
        port("xvalue", "value"),
        port("kindex", "0 for the first pair and so on; -1 when there are no more"),
    ])
    .ins(&[
        port("idict", "handle of the dict, as dict_new gave it"),
        port(
            "kreset",
            "0 goes through the pairs once, 1 in every k-cycle, 2 again after each end; default 1",
        ),
    ])
    .reads(Res::FAMILY)
    .may_fail()
    .extension()
    .source("Manual of csound-plugins: dict_iter")
    .differences(&["Pairs come in ascending order of their keys; there in no order that one could rely on."]);

/// The pair that was given last.
#[derive(Default)]
struct Iter {
    text: BString,
    number: i64,
    /// How many pairs were given since the start.
    given: u64,
    cycle: u64,
}

impl Ugen for Iter {
    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        self.given = 0;
        self.cycle = u64::MAX;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let dict = dict::get(world, io.k(0))?;
        let reset = io.k(1).trunc();
        if reset == 1.0 && self.cycle != io.abs_cycle() {
            self.cycle = io.abs_cycle();
            self.given = 0;
        }
        let last = (self.given > 0).then(|| match io.out_base(0) {
            Base::S => Key::Text(self.text.as_bstr()),
            _ => Key::Number(self.number),
        });
        let Some((key, value)) = dict.after(last) else {
            io.set(2, -1.0);
            if reset == 2.0 || reset == -1.0 {
                self.given = 0;
            }
            return Ok(());
        };
        match (key, io.out_base(0)) {
            (Key::Text(s), Base::S) => {
                io.set_str(0, s);
                self.text.clear();
                self.text.extend_from_slice(s);
            }
            (Key::Number(n), Base::K) => {
                io.set(0, n as f64);
                self.number = n;
            }
            _ => return Err(OpError::new("dict_iter: the keys of this dict are of the other type")),
        }
        match (value, io.out_base(1)) {
            (Value::Text(s), Base::S) => io.set_str(1, s),
            (Value::Number(x), Base::K) => io.set(1, *x),
            _ => return Err(OpError::new("dict_iter: the value of this pair is of the other type")),
        }
        io.set(2, self.given as f64);
        self.given += 1;
        Ok(())
    }
}
