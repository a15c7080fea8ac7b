//! `tb0_init` to `tb15_init` and the functions `tb0()` to `tb15()`: sixteen tables read in expressions.

use crate::tables::lookup::{find, point};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Tables chosen by the `tb` opcodes' init words.
#[derive(Default)]
struct Chosen([f64; 16]);

fn choose<const N: usize>(cx: &mut Init<'_>) -> OpResult {
    // The reference rounds this number, unlike that of other opcodes.
    let number = cx.io.k(0).round_ties_even();
    find(cx.world, "tb_init", number)?;
    cx.world.shared::<Chosen>().0[N] = number;
    Ok(())
}

/// Point nearest to an index; 0 outside of the table, where the reference reads foreign memory.
fn value<const N: usize>(world: &World, index: f64) -> f64 {
    let number = world.shared_ref::<Chosen>().map_or(0.0, |c| c.0[N]);
    let i = index.round_ties_even();
    if i < 0.0 || i.is_nan() {
        return 0.0;
    }
    world.tables.get(number).map_or(0.0, |t| point(t, i as usize))
}

fn read<const N: usize>(cx: &mut Init<'_>) -> OpResult {
    let y = value::<N>(cx.world, cx.io.k(0));
    cx.io.set(0, y);
    Ok(())
}

#[derive(Default)]
struct Read<const N: usize>;

impl<const N: usize> Ugen for Read<N> {
    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        io.set(0, value::<N>(world, io.k(0)));
        Ok(())
    }
}

const fn init<const N: usize>(name: &'static str) -> OpDef {
    OpDef::new(name, "Chooses the table that the tb function of the same number reads.")
        .sigs(const { &[sig("", "i", Make::Init(choose::<N>))] })
        .ins(const { &[port("ifn", "table number")] })
        .source("Manual: tb")
}

const fn reader<const N: usize>(name: &'static str) -> OpDef {
    OpDef::new(name, "Reads the table that was chosen by the init word of the same number.")
        .sigs(const { &[sig("i", "i", Make::Init(read::<N>)), sig("k", "k", Make::Unit(unit::<Read<N>>))] })
        .outs(const { &[port("iout", "value of the table")] })
        .ins(const { &[port("iIndex", "index in points, rounded")] })
        .reads(Res::TABLES.and(Res::FAMILY))
        .source("Manual: tb")
}

/// Definitions of the sixteen init words.
pub static INIT: [OpDef; 16] = [
    init::<0>("tb0_init"),
    init::<1>("tb1_init"),
    init::<2>("tb2_init"),
    init::<3>("tb3_init"),
    init::<4>("tb4_init"),
    init::<5>("tb5_init"),
    init::<6>("tb6_init"),
    init::<7>("tb7_init"),
    init::<8>("tb8_init"),
    init::<9>("tb9_init"),
    init::<10>("tb10_init"),
    init::<11>("tb11_init"),
    init::<12>("tb12_init"),
    init::<13>("tb13_init"),
    init::<14>("tb14_init"),
    init::<15>("tb15_init"),
];
/// Definitions of the sixteen functions.
pub static READ: [OpDef; 16] = [
    reader::<0>("tb0"),
    reader::<1>("tb1"),
    reader::<2>("tb2"),
    reader::<3>("tb3"),
    reader::<4>("tb4"),
    reader::<5>("tb5"),
    reader::<6>("tb6"),
    reader::<7>("tb7"),
    reader::<8>("tb8"),
    reader::<9>("tb9"),
    reader::<10>("tb10"),
    reader::<11>("tb11"),
    reader::<12>("tb12"),
    reader::<13>("tb13"),
    reader::<14>("tb14"),
    reader::<15>("tb15"),
];
