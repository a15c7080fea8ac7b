//! `setctrl`, `control`: sliders of a panel, which only the piece itself moves here.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const NUMBER: Port = port("inum", "number of the slider, 0 to 99");

/// Definition of `setctrl`.
pub static SETCTRL: OpDef = OpDef::new("setctrl", "Sets a slider of a panel.")
    .sigs(&[sig("", "iii", Make::Init(set)), sig("", "iSi", Make::Init(set))])
    .ins(&[
        NUMBER,
        port("ival", "value or label"),
        port("itype", "1 value, 2 least, 3 greatest value, 4 label"),
    ])
    .silent(WHY)
    .source("Manual: setctrl");
/// Definition of `control`.
pub static CONTROL: OpDef = OpDef::new("control", "A slider of a panel; it stands where `setctrl` put it.")
    .sigs(&[sig("k", "k", Make::Unit(unit::<Control>))])
    .outs(&[port("kres", "value, 0 at first")])
    .ins(&[NUMBER])
    .reads(Res::FAMILY)
    .silent(WHY)
    .source("Manual: control");

const WHY: &str = "there is no panel with sliders and buttons: they keep their values";

/// Where the sliders stand.
struct Sliders([f64; 100]);

impl Default for Sliders {
    fn default() -> Self {
        Self([0.0; 100])
    }
}

fn set(cx: &mut Init<'_>) -> OpResult {
    const VALUE: f64 = 1.0;
    let (number, value) = (cx.k(0), cx.k(1));
    if cx.k(2) == VALUE
        && let Some(slider) = cx.world.shared::<Sliders>().0.get_mut(number as usize)
    {
        *slider = value;
    }
    Ok(())
}

#[derive(Default)]
struct Control;

impl Ugen for Control {
    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let sliders = world.shared_ref::<Sliders>();
        io.set(0, sliders.and_then(|sliders| sliders.0.get(io.k(0) as usize)).copied().unwrap_or(0.0));
        Ok(())
    }
}
