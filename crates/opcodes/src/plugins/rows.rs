//! `getrowlin`, `tabrowlin`: a row between two rows of a matrix.

use crate::arrays::fit;
use crate::step::{Step, at_both};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const ROW: Port = port("krow", "row with fraction, limited to the rows that there are");
const START: Port = port("xstart", "first column; default 0");
const END: Port = port("xend", "one past the last column; 0 for all; default 0");
const STEP: Port = port("xstep", "distance of the columns, 1 or more; default 1");

/// Definition of `getrowlin`.
pub static GETROWLIN: OpDef = OpDef::new("getrowlin", "A row between two rows of an array or table.")
    .sigs(&[
        sig("k[]", "k[]kOOP", at_both::<FromArray>()),
        sig("k[]", "i[]kOOP", at_both::<FromArray>()),
        sig("k[]", "kiiooop", at_both::<FromTable>()),
    ])
    .outs(&[port("kout[]", "row, on the line between its neighbours")])
    .ins(&[
        port("kmatrix[] or krow", "array of two dimensions; or, for a table, the row"),
        port("krow or itable", "row with fraction, limited to the rows that there are; or the table"),
        port(
            "kstart, or icolumns and iskip",
            "first column; before it, for a table, its columns and where row 0 starts",
        ),
        END,
        STEP,
    ])
    .reads(Res::TABLES)
    .may_fail()
    .extension()
    .source("Manual of csound-plugins: getrowlin");
/// Definition of `tabrowlin`.
pub static TABROWLIN: OpDef =
    OpDef::new("tabrowlin", "A row between two rows of a table, into another table.")
        .sigs(&[sig("", "kiiiooop", Make::Unit(world_unit::<ToTable>))])
        .ins(&[
            ROW,
            port("isource", "number of the table with the rows"),
            port("idest", "number of the table to write"),
            port("icolumns", "columns of a row"),
            port("ioffset", "point where row 0 starts; default 0"),
            START,
            END,
            STEP,
        ])
        .reads(Res::TABLES)
        .writes(Res::TABLES)
        .may_fail()
        .extension()
        .source("Manual of csound-plugins: tabrowlin");

/// Numbers row by row.
struct Matrix<'a> {
    data: &'a [f64],
    columns: usize,
}

impl<'a> Matrix<'a> {
    fn new(data: &'a [f64], columns: f64) -> OpResult<Self> {
        if !(columns >= 1.0 && columns <= data.len() as f64) {
            return Err(OpError::new(format!("{} numbers have no row of {columns} columns", data.len())));
        }
        Ok(Self { data, columns: columns as usize })
    }

    /// The matrix in a table that begins at point `skip`.
    fn of_table(world: &'a World, number: f64, columns: f64, skip: f64) -> OpResult<Self> {
        let table =
            world.tables.get(number).ok_or_else(|| OpError::new(format!("there is no table {number}")))?;
        Self::new(table.data.get(skip.max(0.0) as usize..table.len).unwrap_or(&[]), columns.trunc())
    }

    /// Columns of a slice whose start, end and step are inputs `at` and following.
    fn slice(&self, io: &Io<'_>, at: usize) -> OpResult<impl ExactSizeIterator<Item = usize> + use<>> {
        let (start, end, step) = (io.k(at).trunc(), io.k(at + 1).trunc(), io.k(at + 2).trunc());
        let end = if end == 0.0 { self.columns as f64 } else { end };
        if !(start >= 0.0 && end <= self.columns as f64 && step >= 1.0) {
            return Err(OpError::new(format!(
                "columns {start} to {end} in steps of {step} are not within the {} of a row",
                self.columns
            )));
        }
        Ok((start as usize..end.max(0.0) as usize).step_by(step as usize))
    }

    /// The number of a column, `row` rows down.
    fn at(&self, row: f64, column: usize) -> f64 {
        let last = self.data.len() / self.columns - 1;
        let row = row.clamp(0.0, last as f64);
        let above = row as usize;
        let number = |row: usize| self.data[row.min(last) * self.columns + column];
        number(above) + (number(above + 1) - number(above)) * row.fract()
    }
}

fn fill(io: &Io<'_>, world: &World, matrix: &Matrix<'_>, row: f64, slice_at: usize) -> OpResult {
    let columns = matrix.slice(io, slice_at)?;
    let Some(mut out) = io.array_out(0) else { return Ok(()) };
    fit(&mut out, columns.len(), io, world)?;
    for (out, column) in out.nums_mut().iter_mut().zip(columns) {
        *out = matrix.at(row, column);
    }
    Ok(())
}

struct FromArray;

impl Step for FromArray {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let Some(array) = io.array(0) else { return Ok(()) };
        let &[_, columns] = &array.dims[..] else {
            return Err("getrowlin: the array must have two dimensions".into());
        };
        fill(io, world, &Matrix::new(array.nums(), f64::from(columns))?, io.k(1), 2)
    }
}

struct FromTable;

impl Step for FromTable {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        fill(io, world, &Matrix::of_table(world, io.k(1), io.k(2), io.k(3))?, io.k(0), 4)
    }
}

#[derive(Default)]
struct ToTable {
    row: Vec<f64>,
}

impl WorldUgen for ToTable {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let matrix = Matrix::of_table(cx.world, cx.k(1), cx.k(3), cx.k(4))?;
        self.row.clear();
        self.row.resize(matrix.slice(cx, 5)?.len(), 0.0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let matrix = Matrix::of_table(world, io.k(1), io.k(3), io.k(4))?;
        for (to, column) in self.row.iter_mut().zip(matrix.slice(io, 5)?) {
            *to = matrix.at(io.k(0), column);
        }
        let dest = world.tables.get_mut(io.k(2)).ok_or("tabrowlin: there is no table to write")?;
        if dest.len < self.row.len() {
            return Err(OpError::new(format!(
                "tabrowlin: {} numbers do not fit into a table of {} points",
                self.row.len(),
                dest.len
            )));
        }
        dest.data[..self.row.len()].copy_from_slice(&self.row);
        Ok(())
    }
}
