//! `zeroarray`, `setslice`, `extendarray`, `findarray`, `weightedsum`: elements of arrays.

use crate::arrays::{check_size, fit};
use crate::step::{Step, at_both, at_init, at_perf};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{OpDef, Port, Res, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::value::{ArrayData, ArrayVal};
use orchestrion_base::world::World;

const ARRAY: Port = port("xarray", "array, changed in place");

/// Definition of `zeroarray`.
pub static ZEROARRAY: OpDef = OpDef::new("zeroarray", "Sets all elements of an array to 0.")
    .sigs(&[
        sig("", "k[]", at_perf::<Zero>()),
        sig("", "a[]", at_perf::<Zero>()),
        sig("", "i[]", at_init::<Zero>()),
        sig("", "a[]k[]", at_perf::<Zero>()),
        sig("", "a[]i[]", at_perf::<Zero>()),
        sig("", "a[]k", at_perf::<Zero>()),
    ])
    .ins(&[ARRAY, port("kmask", "array, or number of a table: only elements with a mask above 0 are set")])
    .changes(1)
    .reads(Res::TABLES)
    .may_fail()
    .extension()
    .source("Manual of csound-plugins: zeroarray");
/// Definition of `setslice`.
pub static SETSLICE: OpDef = OpDef::new("setslice", "Sets a slice of an array.")
    .sigs(&[
        sig("", "i[]ioop", at_init::<SetSlice>()),
        sig("", "k[]kOOP", at_perf::<SetSlice>()),
        sig("", "i[]i[]o", at_init::<SetSlice>()),
        sig("", "k[].[]O", at_perf::<SetSlice>()),
        sig("", "S[]S[]O", at_perf::<SetSlice>()),
    ])
    .ins(&[
        ARRAY,
        port("xvalue", "value of the elements, or array of their values"),
        port("kstart", "first element; default 0"),
        port("kend", "one past the last element; 0 or less counts from the end; default 0"),
        port("kstep", "distance of the elements, 1 or more; default 1"),
    ])
    .changes(1)
    .may_fail()
    .extension()
    .source("Manual of csound-plugins: setslice");
/// Definition of `extendarray`.
pub static EXTENDARRAY: OpDef = OpDef::new("extendarray", "Appends the elements of an array to another.")
    .sigs(&[
        sig("", "i[]i[]", at_init::<Extend>()),
        sig("", "k[]i[]", at_perf::<Extend>()),
        sig("", "k[]k[]", at_perf::<Extend>()),
        sig("", "S[]S[]", at_init::<Extend>()),
    ])
    .ins(&[ARRAY, port("xother", "array whose elements are appended")])
    .changes(1)
    .may_fail()
    .extension()
    .source("Manual of csound-plugins: extendarray");
/// Definition of `findarray`.
pub static FINDARRAY: OpDef = OpDef::new("findarray", "Index of a value in an array.")
    .sigs(&[
        sig("i", "i[]ij", at_init::<Find>()),
        sig("k", ".[]kj", at_perf::<Find>()),
        sig("i", "S[]S", at_init::<Find>()),
        sig("k", "S[]S", at_perf::<Find>()),
    ])
    .outs(&[port("xindex", "index of the first one; -1 if there is none")])
    .ins(&[
        port("xarray", "array"),
        port("xvalue", "number or string"),
        port("itolerance", "difference up to which numbers are equal; below 0 means 1e-12; default -1"),
    ])
    .may_fail()
    .extension()
    .source("Manual of csound-plugins: findarray");
/// Definition of `weightedsum`.
pub static WEIGHTEDSUM: OpDef = OpDef::new("weightedsum", "Weighted sum of the rows of an array.")
    .sigs(&[
        sig("k[]", "k[]k[]", at_both::<WeightedSum>()),
        sig("k[]", "i[]k[]", at_both::<WeightedSum>()),
        sig("i[]", "i[]i[]", at_init::<WeightedSum>()),
    ])
    .outs(&[port("xout[]", "one number a column")])
    .ins(&[
        port("xmatrix[]", "array of two dimensions"),
        port("xweights[]", "one factor a row"),
    ])
    .may_fail()
    .extension()
    .source("Manual of csound-plugins: weightedsum; its example divides by the sum of the weights, the opcode does not");

const TOLERANCE: f64 = 1e-12;

struct Zero;

impl Step for Zero {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let Some(mut array) = io.array_in_mut(0) else { return Ok(()) };
        if io.n_ins() < 2 {
            if let ArrayData::Num(v) | ArrayData::Audio(v) = &mut array.data {
                v.fill(0.0);
            }
            return Ok(());
        }
        let mask = io.array(1);
        let mask = match &mask {
            Some(mask) => mask.nums(),
            None => world.tables.get(io.k(1)).map(|table| &table.data[..]).ok_or("there is no such table")?,
        };
        if mask.len() < array.len() {
            return Err(OpError::new(format!(
                "zeroarray: the mask has {} elements, the array {}",
                mask.len(),
                array.len()
            )));
        }
        for (i, _) in mask.iter().take(array.len()).enumerate().filter(|(_, m)| **m > 0.0) {
            array.audio_mut(i, io.clock.ksmps).fill(0.0);
        }
        Ok(())
    }
}

/// Elements of a slice; a limit of 0 or less counts from the end.
fn slice(io: &Io<'_>, len: usize) -> OpResult<impl Iterator<Item = usize> + use<>> {
    let (start, end, step) = (io.k(2).trunc(), io.k(3).trunc(), io.k(4).trunc());
    let end = if end <= 0.0 { len as f64 + end } else { end };
    if !(start >= 0.0 && end <= len as f64 && step >= 1.0) {
        return Err(OpError::new(format!(
            "setslice: {start} to {end} in steps of {step} is not within the {len} elements of the array"
        )));
    }
    Ok((start as usize..end.max(0.0) as usize).step_by(step as usize))
}

struct SetSlice;

impl Step for SetSlice {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let Some(mut array) = io.array_in_mut(0) else { return Ok(()) };
        if !io.is_array(1) {
            let len = array.len();
            let value = io.k(1);
            slice(io, len)?.for_each(|i| array.nums_mut()[i] = value);
            return Ok(());
        }
        let Some(source) = io.array(1) else { return Ok(()) };
        let start = io.k(2).max(0.0) as usize;
        let (room, needed) = (array.len().saturating_sub(start), source.len());
        if needed > room {
            return Err(OpError::new(format!(
                "setslice: {needed} elements do not fit from element {start} on: there are {room}"
            )));
        }
        match (&mut array.data, &source.data) {
            (ArrayData::Num(to), ArrayData::Num(from)) => to[start..start + needed].copy_from_slice(from),
            (ArrayData::Str(to), ArrayData::Str(from)) => to[start..start + needed].clone_from_slice(from),
            _ => {}
        }
        Ok(())
    }
}

struct Extend;

impl Step for Extend {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let (Some(mut array), Some(other)) = (io.array_in_mut(0), io.array(1)) else { return Ok(()) };
        let old = array.len();
        let n = old + other.len();
        check_size(n, world)?;
        array.resize(&[u32::try_from(n).unwrap_or(u32::MAX)], io.clock.ksmps);
        match (&mut array.data, &other.data) {
            (ArrayData::Num(to), ArrayData::Num(from)) => to[old..].copy_from_slice(from),
            (ArrayData::Str(to), ArrayData::Str(from)) => to[old..].clone_from_slice(from),
            _ => {}
        }
        Ok(())
    }
}

struct Find;

impl Step for Find {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let Some(array) = io.array(0) else { return Ok(()) };
        let found = match &array.data {
            ArrayData::Str(v) => v.iter().position(|s| **s == **io.str(1)),
            _ => {
                let tolerance = if io.k(2) < 0.0 { TOLERANCE } else { io.k(2) };
                let value = io.k(1);
                array.nums().iter().position(|x| (x - value).abs() <= tolerance)
            }
        };
        io.set(0, found.map_or(-1.0, |i| i as f64));
        Ok(())
    }
}

struct WeightedSum;

impl WeightedSum {
    fn columns(matrix: &ArrayVal, weights: &ArrayVal) -> OpResult<usize> {
        match (&matrix.dims[..], weights.len()) {
            ([rows, columns], n) if *rows as usize == n => Ok(*columns as usize),
            _ => Err("weightedsum: there must be one weight for each row of a two-dimensional array".into()),
        }
    }
}

impl Step for WeightedSum {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let (Some(mut out), Some(matrix), Some(weights)) = (io.array_out(0), io.array(0), io.array(1)) else {
            return Ok(());
        };
        let columns = Self::columns(&matrix, &weights)?;
        fit(&mut out, columns, io, world)?;
        for (column, out) in out.nums_mut().iter_mut().enumerate() {
            let rows = matrix.nums().chunks(columns.max(1)).zip(weights.nums());
            *out = rows.map(|(row, weight)| row[column] * weight).sum();
        }
        Ok(())
    }
}
