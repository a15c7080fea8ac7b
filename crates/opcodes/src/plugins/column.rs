//! A series of numbers out of an array, or a column out of a table, and the reading of one for numbers,
//! signals and arrays alike.

use crate::arrays::{first_dim, fit};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::Init;
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Numbers that lie `step` apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column<'a> {
    data: &'a [f64],
    step: usize,
    /// How many there are, at least one.
    pub rows: usize,
}

impl<'a> Column<'a> {
    /// Every `step`th of the numbers from `offset` on; `None` if there is none.
    fn new(data: &'a [f64], step: f64, offset: f64) -> Option<Self> {
        let step = step.max(1.0) as usize;
        let data = data.get(offset.max(0.0) as usize..)?;
        (!data.is_empty()).then(|| Self { data, step, rows: data.len().div_ceil(step) })
    }

    /// The number in a row; the last one beyond the end.
    pub fn at(&self, row: usize) -> f64 {
        self.data.get(row.min(self.rows - 1) * self.step).copied().unwrap_or(0.0)
    }
}

/// Calls `f` for every number that input 0 has (number, signal or array) and writes the results to output
/// 0. Input 1 is the array, or the table with the step in input `step` and the offset behind it.
///
/// # Errors
/// There is no such table, or no number in it.
pub(super) fn read(io: &Io<'_>, world: &World, step: usize, f: impl Fn(&Column<'_>, f64) -> f64) -> OpResult {
    let array = io.array(1);
    let column = match &array {
        Some(array) => Column::new(array.nums(), 1.0, 0.0).ok_or("the array has no elements")?,
        None => {
            let number = io.k(1);
            let table = world.tables.get(number);
            let table = table.ok_or_else(|| OpError::new(format!("there is no table {number}")))?;
            let (step, offset) = if io.n_ins() > step { (io.k(step), io.k(step + 1)) } else { (1.0, 0.0) };
            let points = table.data.get(..table.len).unwrap_or(&table.data);
            Column::new(points, step, offset)
                .ok_or_else(|| OpError::new(format!("table {number} has no point {offset}")))?
        }
    };
    if let Some(mut out) = io.array_out(0) {
        let from = io.array(0);
        fit(&mut out, first_dim(io, 0), io, world)?;
        for (out, x) in out.nums_mut().iter_mut().zip(from.as_ref().map_or(&[][..], |a| a.nums())) {
            *out = f(&column, *x);
        }
        return Ok(());
    }
    let x = io.x(0);
    for (n, out) in io.out(0).iter().enumerate() {
        out.set(f(&column, x.at(n)));
    }
    Ok(())
}

/// Gives an array output the size of the array in input 0.
///
/// # Errors
/// It is over the limit.
pub(super) fn size(cx: &mut Init<'_>) -> OpResult {
    let n = first_dim(&cx.io, 0);
    cx.array_out(0).map_or(Ok(()), |mut out| fit(&mut out, n, &cx.io, cx.world))
}
