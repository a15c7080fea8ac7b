//! `ftgen`, `ftgentmp`, `ftgenonce`, `ftfree`: making and removing tables at init.

use crate::tables::make::make_table;
use bstr::ByteSlice;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::event::PField;
use orchestrion_base::op::{Init, Make, OpDef, Port, Sig, port, sig};
use orchestrion_base::port::Io;

const OUT: &[Port] = &[port("ifn", "number of the table")];
const IN: &[Port] = &[
    port("ip1", "number of the table; 0 takes the lowest free number from 101 up"),
    port("ip2dummy", "ignored"),
    port("isize", "points: a power of two, that plus 1, or any other number; 0 lets some GENs decide"),
    port("igen", "number of the GEN routine, negative to skip normalisation, or its name"),
    port("iarga...", "arguments of the GEN routine, p5 and on of an f statement; may be one array"),
];

const fn def(name: &'static str, summary: &'static str, sigs: &'static [Sig]) -> OpDef {
    OpDef::new(name, summary)
        .sigs(sigs)
        .outs(OUT)
        .ins(IN)
        .source("Manual: ftgen, ftgentmp, ftgenonce; numbers measured on the reference (semantics I1)")
}

/// Definition of `ftgen`.
pub static FTGEN: OpDef = def(
    "ftgen",
    "Makes a table.",
    &[
        sig("i", "iiiiim", Make::Init(ftgen)),
        sig("i", "iiiSim", Make::Init(ftgen)),
        sig("i", "iiiiSm", Make::Init(ftgen)),
        sig("i", "iiiSSm", Make::Init(ftgen)),
        sig("i", "iiiii[]", Make::Init(ftgen)),
        sig("i", "iiiSi[]", Make::Init(ftgen)),
    ],
);
/// Definition of `ftgentmp`.
pub static FTGENTMP: OpDef = def(
    "ftgentmp",
    "Makes a table that is removed when the note ends, unless its number was given.",
    &[
        sig("i", "iiiiim", Make::Init(ftgentmp)),
        sig("i", "iiiiSm", Make::Init(ftgentmp)),
        sig("i", "iiiSim", Make::Init(ftgentmp)),
        sig("i", "iiiSSm", Make::Init(ftgentmp)),
    ],
);
/// Definition of `ftgenonce`.
pub static FTGENONCE: OpDef = def(
    "ftgenonce",
    "Makes a table, or finds the one that was made with the same arguments.",
    &[
        sig("i", "iiiiim", Make::Init(ftgenonce)),
        sig("i", "iiiSim", Make::Init(ftgenonce)),
        sig("i", "iiiiSm", Make::Init(ftgenonce)),
        sig("i", "iiiSSm", Make::Init(ftgenonce)),
    ],
);
/// Definition of `ftfree`.
pub static FTFREE: OpDef = OpDef::new("ftfree", "Removes a table.")
    .sigs(&[sig("", "ii", Make::Init(ftfree))])
    .ins(&[port("ifno", "table number"), port("iwhen", "0: now; otherwise when the note ends")])
    .source("Manual: ftfree");

fn field(io: &Io<'_>, i: usize) -> PField {
    if io.is_str(i) { PField::Str(io.str(i).as_bytes().into()) } else { PField::Num(io.k(i)) }
}

fn args(io: &Io<'_>) -> Vec<PField> {
    match io.array(4) {
        Some(array) => array.nums().iter().map(|x| PField::Num(*x)).collect(),
        None => (4..io.n_ins()).map(|i| field(io, i)).collect(),
    }
}

fn make(cx: &mut Init<'_>) -> OpResult<u32> {
    let (routine, args) = (field(&cx.io, 3), args(&cx.io));
    let number = make_table(cx.world, cx.io.k(0), cx.io.k(2), &routine, &args)
        .map_err(|e| OpError::new(format!("ftgen: {e}")))?;
    cx.io.set(0, f64::from(number));
    Ok(number)
}

fn ftgen(cx: &mut Init<'_>) -> OpResult {
    make(cx).map(drop)
}

fn ftgentmp(cx: &mut Init<'_>) -> OpResult {
    let number = make(cx)?;
    if cx.io.int(0) == 0 {
        cx.io.note.free_tables.borrow_mut().push(number);
    }
    Ok(())
}

/// Tables that `ftgenonce` made: all its arguments from the size on, and the number.
#[derive(Default)]
struct Once(Vec<(Vec<PField>, u32)>);

fn ftgenonce(cx: &mut Init<'_>) -> OpResult {
    let mut key = vec![PField::Num(cx.io.k(0)), PField::Num(cx.io.k(2)), field(&cx.io, 3)];
    key.extend(args(&cx.io));
    let found = cx.world.shared::<Once>().0.iter().find(|(k, _)| *k == key).map(|(_, n)| *n);
    match found {
        Some(number) => cx.io.set(0, f64::from(number)),
        None => {
            let number = make(cx)?;
            cx.world.shared::<Once>().0.push((key, number));
        }
    }
    Ok(())
}

fn ftfree(cx: &mut Init<'_>) -> OpResult {
    let number = u32::try_from(cx.io.int(0)).ok().filter(|n| *n > 0);
    let number = number.ok_or_else(|| OpError::new(format!("ftfree: there is no table {}", cx.io.k(0))))?;
    if cx.io.k(1) != 0.0 {
        cx.io.note.free_tables.borrow_mut().push(number);
        return Ok(());
    }
    if cx.world.tables.remove(number) {
        Ok(())
    } else {
        Err(OpError::new(format!("ftfree: there is no table {number}")))
    }
}
