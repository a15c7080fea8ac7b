//! Arrays from lists, ranges and files: `fillarray`, `genarray`.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::host::Purpose;
use orchestrion_base::op::{Init, Make, OpDef, Port, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

use super::common::{ArrayFn, array_init, array_perf_only, copy_numbers, fit};

/// Definition of `fillarray`.
pub static FILLARRAY: OpDef = OpDef::new("fillarray", "Fills an array with the values given.")
    .sigs(&[
        sig("k[]", "m", array_init::<List>()),
        sig("i[]", "m", array_init::<List>()),
        sig("S[]", "W", Make::Init(strings)),
        sig("k[]", "z", array_perf_only::<List>()),
        sig("k[]", "S", Make::Init(file)),
        sig("i[]", "S", Make::Init(file)),
    ])
    .outs(&[port("array", "one dimension: as many elements as values; more: filled row by row")])
    .ins(&[port("value1, ...", "values; or the name of a text file of numbers")])
    .source("Manual: fillarray; semantics B13");

/// Definition of `array`.
pub static ARRAY: OpDef = OpDef::new("array", "Old name of fillarray.")
    .sigs(&[sig("k[]", "m", array_init::<List>()), sig("i[]", "m", array_init::<List>())])
    .outs(&[port("array", "one dimension: as many elements as values; more: filled row by row")])
    .ins(&[port("value1, ...", "values")])
    .source("Manual: fillarray");

const SERIES: &[Port] =
    &[port("istart", "first value"), port("iend", "greatest value"), port("inc", "difference; default 1")];

/// Definition of `genarray`.
pub static GENARRAY: OpDef = OpDef::new("genarray", "Array of an arithmetic series.")
    .sigs(&[sig("i[]", "iip", array_init::<Series>()), sig("k[]", "kkp", array_perf_only::<Series>())])
    .outs(&[port("array", "start, start + inc, ... up to end")])
    .ins(&[port("start", "first value"), port("end", "greatest value"), port("inc", "difference; default 1")])
    .may_fail()
    .source("Manual: genarray; increments are summed up");

/// Definition of `genarray_i`.
pub static GENARRAY_I: OpDef =
    OpDef::new("genarray_i", "k-rate array of an arithmetic series, made at init.")
        .sigs(&[sig("k[]", "iip", array_init::<Series>())])
        .outs(&[port("array", "start, start + inc, ... up to end")])
        .ins(SERIES)
        .source("Manual: genarray_i");

/// Definition of `tabgen`.
pub static TABGEN: OpDef = OpDef::new("tabgen", "Old name of genarray_i.")
    .sigs(&[sig("k[]", "iip", array_init::<Series>())])
    .outs(&[port("array", "start, start + inc, ... up to end")])
    .ins(SERIES)
    .source("Manual: genarray_i");

struct List;

impl ArrayFn for List {
    fn len(io: &Io<'_>, _: &World) -> OpResult<usize> {
        Ok(io.n_ins())
    }

    fn fill(io: &Io<'_>, _: &World, out: &mut [f64]) -> OpResult {
        for (i, out) in out.iter_mut().enumerate().take(io.n_ins()) {
            *out = io.k(i);
        }
        Ok(())
    }
}

struct Series;

impl ArrayFn for Series {
    fn len(io: &Io<'_>, _: &World) -> OpResult<usize> {
        let count = (io.k(1) - io.k(0)) / io.k(2) + 1.0;
        if count.is_nan() || count <= -1.0 {
            return Err(OpError::new("inconsistent start, end and increment parameters"));
        }
        Ok(count as usize)
    }

    fn fill(io: &Io<'_>, _: &World, out: &mut [f64]) -> OpResult {
        let mut x = io.k(0);
        for out in out {
            *out = x;
            x += io.k(2);
        }
        Ok(())
    }
}

fn strings(cx: &mut Init<'_>) -> OpResult {
    let io = &cx.io;
    let Some(mut out) = io.array_out(0) else { return Ok(()) };
    fit(&mut out, io.n_ins(), io, cx.world)?;
    for (i, out) in out.strs_mut().iter_mut().enumerate().take(io.n_ins()) {
        out.clear();
        out.extend_from_slice(&io.str(i));
    }
    Ok(())
}

fn file(cx: &mut Init<'_>) -> OpResult {
    let io = &cx.io;
    let name = io.text(0);
    let host = cx.world.host.as_ref().ok_or_else(|| OpError::new("there are no files here"))?;
    let text = host.read(&name, Purpose::Data).map_err(|e| OpError::new(e.to_string()))?;
    let values = numbers(&text);
    let Some(mut out) = io.array_out(0) else { return Ok(()) };
    fit(&mut out, values.len(), io, cx.world)?;
    copy_numbers(&values, out.nums_mut());
    Ok(())
}

/// Numbers of a text: anything may stand between them; `;`, `#` and `<` start a comment to the end of
/// the line.
fn numbers(text: &[u8]) -> Vec<f64> {
    text.split(|&c| c == b'\n')
        .filter_map(|line| line.split(|c| b";#<".contains(c)).next())
        .flat_map(crate::strings::words)
        .map(crate::strings::leading_number)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_file() {
        assert_eq!(numbers(b"1 2, 3 ; 4 5\n# 6\n<CsFile>\n-7.5e1"), [1.0, 2.0, 3.0, -75.0]);
    }
}
