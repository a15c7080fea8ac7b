//! Parts and shapes of arrays: `slicearray`, `reshapearray`, rows, columns, interleaving.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{OpDef, Port, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::value::ArrayVal;
use orchestrion_base::world::World;

use super::common::{
    ArrayFn, array_init, array_perf, check_size, copy_elements, copy_numbers, first_dim, fit,
};
use crate::step::{Step, at_both, at_init, at_perf};

const SLICE: &[Port] = &[
    port("array", "array of one dimension"),
    port("istart", "first index, from 0"),
    port("iend", "last index"),
    port("istride", "every so many elements; default 1"),
];

/// Definition of `slicearray`.
pub static SLICEARRAY: OpDef = OpDef::new("slicearray", "Part of an array.")
    .sigs(&[
        sig("i[]", "i[]iip", at_init::<Slice>()),
        sig("k[]", "k[]iip", at_perf::<Slice>()),
        sig("a[]", "a[]iip", at_perf::<Slice>()),
        sig("S[]", "S[]iip", at_perf::<Slice>()),
    ])
    .outs(&[port("slice", "elements istart, istart + istride, ... up to iend")])
    .ins(SLICE)
    .may_fail()
    .source("Manual: slicearray");

/// Definition of `slicearray_i`.
pub static SLICEARRAY_I: OpDef = OpDef::new("slicearray_i", "Part of an array, taken at init.")
    .sigs(&[
        sig("i[]", "i[]iip", at_init::<Slice>()),
        sig("k[]", "k[]iip", at_init::<Slice>()),
        sig("S[]", "S[]iip", at_init::<Slice>()),
    ])
    .outs(&[port("slice", "elements istart, istart + istride, ... up to iend")])
    .ins(SLICE)
    .source("Manual: slicearray_i");

/// Definition of `tabslice`.
pub static TABSLICE: OpDef = OpDef::new("tabslice", "Old name of slicearray.")
    .sigs(&[sig("k[]", "k[]iip", at_perf::<Slice>())])
    .outs(&[port("slice", "elements istart, istart + istride, ... up to iend")])
    .ins(SLICE)
    .may_fail()
    .source("Manual: slicearray");

/// Definition of `reshapearray`.
pub static RESHAPEARRAY: OpDef =
    OpDef::new("reshapearray", "Changes the dimensions of an array, not its elements.")
        .sigs(&[sig("", ".[]io", at_init::<Reshape>())])
        .ins(&[
            port("array", "array of one or two dimensions, changed"),
            port("isize0", "rows, or elements of one dimension"),
            port("isize1", "columns; 0 for one dimension; default 0"),
        ])
        .changes(1)
        .source("Manual: reshapearray");

/// Definition of `getrow`.
pub static GETROW: OpDef = OpDef::new("getrow", "One row of a two-dimensional array.")
    .sigs(&[sig("i[]", "i[]i", array_init::<GetRow>()), sig("k[]", "k[]k", array_perf::<GetRow>())])
    .outs(&[port("row", "elements of the row")])
    .ins(&[port("array", "array of two dimensions"), port("row", "index from 0")])
    .may_fail()
    .source("Manual: getrow");

/// Definition of `getcol`.
pub static GETCOL: OpDef = OpDef::new("getcol", "One column of a two-dimensional array.")
    .sigs(&[sig("i[]", "i[]i", array_init::<GetColumn>()), sig("k[]", "k[]k", array_perf::<GetColumn>())])
    .outs(&[port("column", "elements of the column")])
    .ins(&[port("array", "array of two dimensions"), port("col", "index from 0")])
    .may_fail()
    .source("Manual: getcol");

/// Definition of `setrow`.
pub static SETROW: OpDef = OpDef::new("setrow", "Replaces one row of a two-dimensional array.")
    .sigs(&[sig("i[]", "i[]i", at_init::<SetRow>()), sig("k[]", "k[]k", at_both::<SetRow>())])
    .outs(&[port("array", "array of two dimensions; the other rows stay")])
    .ins(&[port("elements", "new row"), port("row", "index from 0")])
    .may_fail()
    .source("Manual: setrow");

/// Definition of `setcol`.
pub static SETCOL: OpDef = OpDef::new("setcol", "Replaces one column of a two-dimensional array.")
    .sigs(&[sig("i[]", "i[]i", at_init::<SetColumn>()), sig("k[]", "k[]k", at_both::<SetColumn>())])
    .outs(&[port("array", "array of two dimensions; the other columns stay")])
    .ins(&[port("elements", "new column"), port("col", "index from 0")])
    .may_fail()
    .source("Manual: setcol")
    .differences(&["The elements go down the column; the reference strides by the number of rows and one."]);

const ALSO_AT_PERFORMANCE: &[&str] =
    &["The k-rate form follows its input; the reference computes it at init only."];

/// Definition of `interleave`.
pub static INTERLEAVE: OpDef = OpDef::new("interleave", "Takes elements from two arrays in turn.")
    .sigs(&[sig("i[]", "i[]i[]", at_init::<Interleave>()), sig("k[]", "k[]k[]", at_both::<Interleave>())])
    .outs(&[port("array", "twice as long")])
    .ins(&[port("array1", "elements 0, 2, 4, ..."), port("array2", "elements 1, 3, 5, ...; equally long")])
    .may_fail()
    .source("Manual: interleave")
    .differences(ALSO_AT_PERFORMANCE);

/// Definition of `deinterleave`.
pub static DEINTERLEAVE: OpDef =
    OpDef::new("deinterleave", "Deals the elements of an array out to two arrays.")
        .sigs(&[
            sig("i[]i[]", "i[]", at_init::<Deinterleave>()),
            sig("k[]k[]", "k[]", at_both::<Deinterleave>()),
        ])
        .outs(&[port("array1", "elements 0, 2, 4, ..."), port("array2", "elements 1, 3, 5, ...")])
        .ins(&[port("array", "array of one dimension")])
        .may_fail()
        .source("Manual: deinterleave")
        .differences(ALSO_AT_PERFORMANCE);

struct Slice;

impl Step for Slice {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let (Some(array), Some(mut out)) = (io.array(0), io.array_out(0)) else { return Ok(()) };
        let (start, end, stride) = (io.k(1) as i32, io.k(2) as i32, io.k(3) as i32);
        if stride <= 0 {
            return Err(OpError::new("slice increment must be positive"));
        }
        let count = end.saturating_sub(start) / stride + 1;
        let (Ok(count), Ok(start)) = (usize::try_from(count), usize::try_from(start)) else {
            return Err(OpError::new("inconsistent start, end parameters"));
        };
        if array.dims.len() != 1 || i64::from(end) >= i64::from(array.dims[0]) {
            return Err(OpError::new("slice larger than original size"));
        }
        fit(&mut out, count, io, world)?;
        copy_elements(&array, &mut out, (start..).step_by(stride as usize).take(count), io.clock.ksmps);
        Ok(())
    }
}

/// Number of elements of an array of this shape, without overflow.
fn elements(dims: &[u32]) -> usize {
    dims.iter().fold(1, |n: usize, &d| n.saturating_mul(d as usize))
}

struct Reshape;

impl Step for Reshape {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let Some(mut array) = io.array_in_mut(0) else { return Ok(()) };
        let (rows, columns) = (io.k(1) as i32, io.k(2) as i32);
        let (Ok(rows), Ok(columns)) = (u32::try_from(rows), u32::try_from(columns)) else {
            return Err(OpError::new("neither rows nor columns can be negative"));
        };
        if array.dims.len() > 2 {
            return Err(OpError::new("Arrays of more than 2 dimensions are not supported yet"));
        }
        let dims: &[u32] = if columns > 0 { &[rows, columns] } else { &[rows] };
        if elements(dims) != array.len() {
            return Err(OpError::new(format!(
                "the array has {} elements, the new shape {}",
                array.len(),
                elements(dims)
            )));
        }
        array.resize(dims, io.clock.ksmps);
        Ok(())
    }
}

/// Rows and columns of a two-dimensional array.
fn plane(array: &ArrayVal) -> OpResult<(usize, usize)> {
    match *array.dims {
        [rows, columns] => Ok((rows as usize, columns as usize)),
        _ => Err(OpError::new("in array not 2-dimensional")),
    }
}

/// Input 1 as an index below `count`.
fn index(io: &Io<'_>, count: usize, what: &str) -> OpResult<usize> {
    let i = io.k(1) as i32;
    usize::try_from(i)
        .ok()
        .filter(|&i| i < count)
        .ok_or_else(|| OpError::new(format!("{what} {i} is out of range: there are {count}")))
}

struct GetRow;

impl ArrayFn for GetRow {
    fn len(io: &Io<'_>, _: &World) -> OpResult<usize> {
        io.array(0).map_or(Ok(0), |a| Ok(plane(&a)?.1))
    }

    fn fill(io: &Io<'_>, _: &World, out: &mut [f64]) -> OpResult {
        let Some(array) = io.array(0) else { return Ok(()) };
        let (rows, columns) = plane(&array)?;
        let row = index(io, rows, "row")?;
        copy_numbers(&array.nums()[row * columns..(row + 1) * columns], out);
        Ok(())
    }
}

struct GetColumn;

impl ArrayFn for GetColumn {
    fn len(io: &Io<'_>, _: &World) -> OpResult<usize> {
        io.array(0).map_or(Ok(0), |a| Ok(plane(&a)?.0))
    }

    fn fill(io: &Io<'_>, _: &World, out: &mut [f64]) -> OpResult {
        let Some(array) = io.array(0) else { return Ok(()) };
        let (_, columns) = plane(&array)?;
        let column = index(io, columns, "column")?;
        for (out, row) in out.iter_mut().zip(array.nums().chunks(columns)) {
            *out = row[column];
        }
        Ok(())
    }
}

/// Makes the output at least `rows` by `columns`.
fn grow(io: &Io<'_>, world: &World, rows: usize, columns: usize) -> OpResult {
    let Some(mut out) = io.array_out(0) else { return Ok(()) };
    let fits = out.dims.len() == 2 && out.dims[0] as usize >= rows && out.dims[1] as usize >= columns;
    if !fits && (out.dims.is_empty() || out.dims.len() == 2) {
        check_size(rows.saturating_mul(columns), world)?;
        out.resize(&[rows as u32, columns as u32], io.clock.ksmps);
    }
    Ok(())
}

/// Index that `setrow` and `setcol` write to, with what the array must have for it.
fn target(io: &Io<'_>) -> OpResult<usize> {
    let i = io.k(1) as i32;
    usize::try_from(i).map_err(|_| OpError::new(format!("index {i} is out of range")))
}

struct SetRow;

impl Step for SetRow {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let row = target(io)?;
        grow(io, world, row.saturating_add(1), first_dim(io, 0))?;
        let (Some(from), Some(mut out)) = (io.array(0), io.array_out(0)) else { return Ok(()) };
        let (rows, columns) = plane(&out)?;
        let row = index(io, rows, "row").map(|_| row)?;
        copy_numbers(from.nums(), &mut out.nums_mut()[row * columns..(row + 1) * columns]);
        Ok(())
    }
}

struct SetColumn;

impl Step for SetColumn {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let column = target(io)?;
        grow(io, world, first_dim(io, 0), column.saturating_add(1))?;
        let (Some(from), Some(mut out)) = (io.array(0), io.array_out(0)) else { return Ok(()) };
        let (rows, columns) = plane(&out)?;
        let column = index(io, columns, "column").map(|_| column)?;
        if from.dims.len() != 1 || from.nums().len() < rows {
            return Err(OpError::new("the new column is too short"));
        }
        for (row, &x) in out.nums_mut().chunks_mut(columns).zip(from.nums()) {
            row[column] = x;
        }
        Ok(())
    }
}

struct Interleave;

impl Step for Interleave {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let (Some(a), Some(b), Some(mut out)) = (io.array(0), io.array(1), io.array_out(0)) else {
            return Ok(());
        };
        if a.dims.len() != 1 || a.dims != b.dims {
            return Err(OpError::new("array inputs not in correct format"));
        }
        fit(&mut out, a.len() * 2, io, world)?;
        for (pair, (&a, &b)) in out.nums_mut().chunks_mut(2).zip(a.nums().iter().zip(b.nums())) {
            copy_numbers(&[a, b], pair);
        }
        Ok(())
    }
}

struct Deinterleave;

impl Step for Deinterleave {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let Some(array) = io.array(0) else { return Ok(()) };
        if array.dims.len() != 1 {
            return Err(OpError::new("array inputs not in correct format"));
        }
        for o in 0..2 {
            let Some(mut out) = io.array_out(o) else { return Ok(()) };
            fit(&mut out, array.len() / 2, io, world)?;
            for (out, pair) in out.nums_mut().iter_mut().zip(array.nums().chunks_exact(2)) {
                *out = pair[o];
            }
        }
        Ok(())
    }
}
