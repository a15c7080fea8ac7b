//! GEN routines: what fills a function table.
//!
//! [`generate`] takes a [`Request`] (the p-fields of an `f` statement or of `ftgen` from p3 on) and a
//! [`Context`] (other tables, random state, sample rate, limits) and returns finished tables: size
//! rules, guard point and normalisation applied as the reference does (semantics I2, I4; manual chapter
//! "Score Statements and GEN Routines"). Files are read by the caller; [`needs`] says which kind.
//!
//! | module | GEN |
//! |---|---|
//! | [`sound`] | 1, 43, 49 |
//! | [`values`] | 2, 17, 41, 42, 51 |
//! | [`polynomial`] | 3, 12, 13, 14, 15 |
//! | [`segments`] | 5, 7, 16, 25, 27 |
//! | [`curves`] | 6, 8, quadbezier |
//! | [`sines`] | 9, 10, 11, 19, 34 |
//! | [`sources`] | 4, 18, 24, 40, 52 |
//! | [`windows`] | 20 |
//! | [`chance`] | 21 |
//! | [`text`] | 23, 28, 44 |
//! | [`spectral`] | 30, 31, 32, 33, padsynth |
//! | [`response`] | 53 |
//! | [`named`] | tanh, exp, sone, farey, wave |

pub mod chance;
pub mod curves;
pub mod named;
pub mod polynomial;
pub mod response;
pub mod segments;
pub mod sines;
pub mod sound;
pub mod sources;
pub mod spectral;
pub mod text;
pub mod values;
pub mod windows;

use crate::gens::sound::{Analysis, Sound};
use orchestrion_base::limits::Limit;
use orchestrion_base::random::Mt19937;
use orchestrion_base::table::{Table, Tables};
use std::fmt;

/// Which routine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which<'a> {
    /// By number; a negative one skips normalisation.
    Number(i32),
    /// By name.
    Name(&'a str),
}

/// The p-fields of a function table statement from p3 on.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// p4.
    pub which: Which<'a>,
    /// p3: number of points; see [`Shape`].
    pub size: f64,
    /// p5 and on. Where a p-field is a string, its number is not used.
    pub args: &'a [f64],
    /// The sound that p5 of GEN01 names, already cut to its skip time.
    pub sound: Option<&'a Sound>,
    /// The text that p5 of GEN23, GEN28 or GEN44 names.
    pub text: Option<&'a [u8]>,
    /// The analysis that p5 of GEN43 names.
    pub analysis: Option<&'a Analysis>,
}

impl<'a> Request<'a> {
    /// A request without files.
    pub fn new(which: Which<'a>, size: f64, args: &'a [f64]) -> Self {
        Self { which, size, args, sound: None, text: None, analysis: None }
    }
}

/// What a routine may use beside its arguments.
pub struct Context<'a> {
    /// Existing tables.
    pub tables: &'a Tables,
    /// The generator that GEN21 draws from.
    pub random: &'a mut Mt19937,
    /// Sample rate of the orchestra in Hz.
    pub sr: f64,
    /// Most points a table may have.
    pub max_points: usize,
}

impl Context<'_> {
    /// An existing table of at least one point.
    fn table(&self, number: f64) -> Result<&Table, GenError> {
        let found = self.tables.get(number.trunc()).filter(|t| t.len > 0 && t.data.len() > t.len);
        found.ok_or(GenError::NoTable(number))
    }
}

/// Finished tables.
#[derive(Clone, Debug, PartialEq)]
pub struct Generated {
    /// The table asked for.
    pub table: Table,
    /// A second table, for the number after the one asked for: GEN15 only.
    pub next: Option<Table>,
}

/// Why there is no table.
#[derive(Clone, Debug, PartialEq)]
pub enum GenError {
    /// No routine of this number.
    UnknownNumber(i32),
    /// No routine of this name.
    UnknownName(String),
    /// Size 0 with a routine that cannot find the size itself.
    NeedsSize,
    /// The size is not a number that a table can have.
    BadSize(f64),
    /// More points than the limit allows.
    TooLarge {
        /// Points asked for.
        points: f64,
        /// The limit.
        limit: usize,
    },
    /// A source table does not exist.
    NoTable(f64),
    /// The caller gave no sound, text or analysis.
    NoFile,
    /// The arguments do not fit.
    Arguments(&'static str),
}

impl fmt::Display for GenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownNumber(n) => write!(f, "there is no GEN routine {n}"),
            Self::UnknownName(n) => write!(f, "there is no GEN routine \"{n}\""),
            Self::NeedsSize => f.write_str("size 0 is only for GEN 1, 2, 23, 28, 44 and 49"),
            Self::BadSize(size) => write!(f, "a table cannot have {size} points"),
            Self::TooLarge { points, limit } => {
                let what = format!("{points} points are more than the {limit} of a table");
                f.write_str(&Limit::TablePoints.reached(what))
            }
            Self::NoTable(n) => write!(f, "there is no table {n} to read from"),
            Self::NoFile => f.write_str("the file could not be read"),
            Self::Arguments(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for GenError {}

/// What a routine needs the caller to read first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// A sound file; p5 names it.
    Sound,
    /// A text file; p5 names it.
    Text,
    /// A phase vocoder analysis (PVOC-EX); p5 names it.
    Analysis,
}

/// Which file, if any, p5 names.
#[must_use]
pub fn needs(which: Which<'_>) -> Needs {
    match which {
        Which::Number(n) => match n.unsigned_abs() {
            1 | 49 => Needs::Sound,
            23 | 28 | 44 => Needs::Text,
            43 => Needs::Analysis,
            _ => Needs::Nothing,
        },
        Which::Name(_) => Needs::Nothing,
    }
}

/// Names of the routines that have no number.
pub const NAMES: &[&str] = &["exp", "farey", "padsynth", "quadbezier", "sone", "tanh", "wave"];

/// How many points a size asks for (semantics I2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Points without the guard point; 0 where the routine finds the size.
    pub len: usize,
    /// Whether the routine continues into the guard point; otherwise it repeats the first point.
    pub extended: bool,
}

impl Shape {
    /// The shape of a size: `2^k` wraps its guard point, `2^k + 1` has `2^k` points and continues, any
    /// other positive or any negative size is taken as it is and continues.
    pub fn of(size: f64, limit: usize) -> Result<Self, GenError> {
        let rounded = size.round_ties_even();
        if !rounded.is_finite() {
            return Err(GenError::BadSize(size));
        }
        if rounded.abs() > limit as f64 {
            return Err(GenError::TooLarge { points: rounded.abs(), limit });
        }
        let n = rounded.abs() as usize;
        if rounded > 0.0 && (n & !1).is_power_of_two() {
            return Ok(Self { len: n & !1, extended: n & 1 == 1 });
        }
        Ok(Self { len: n, extended: true })
    }
}

/// A table in the making.
pub(crate) struct Draft<'a> {
    /// p3 as written.
    size: f64,
    /// p5 and on.
    args: &'a [f64],
    /// Points without guard point.
    len: usize,
    /// Points and guard point, all 0 at first.
    data: Vec<f64>,
    /// Whether the routine fills the guard point itself.
    extended: bool,
    /// Whether to divide by the greatest magnitude at the end.
    normalise: bool,
    /// What sampled sounds add.
    sampled: Option<Table>,
    /// Second table of GEN15.
    next: Option<Vec<f64>>,
}

impl Draft<'_> {
    /// Argument `i` from p5 on; missing ones are 0, as in the reference.
    fn arg(&self, i: usize) -> f64 {
        self.args.get(i).copied().unwrap_or(0.0)
    }

    /// Sets the size that the routine found.
    fn resize(&mut self, len: usize, cx: &Context<'_>) -> Result<(), GenError> {
        if len > cx.max_points {
            return Err(GenError::TooLarge { points: len as f64, limit: cx.max_points });
        }
        self.len = len;
        self.data = vec![0.0; len + 1];
        Ok(())
    }

    fn finish(&self, data: &mut [f64]) {
        if !self.extended {
            data[self.len] = data[0];
        }
        if self.normalise {
            normalise(data);
        }
    }
}

/// Divides by the greatest magnitude unless that is 0 or 1. NaN does not count.
fn normalise(data: &mut [f64]) {
    let greatest = data.iter().fold(0.0, |m: f64, x| if x.abs() > m { x.abs() } else { m });
    if greatest != 0.0 && greatest != 1.0 {
        data.iter_mut().for_each(|x| *x /= greatest);
    }
}

type Routine = fn(&mut Draft<'_>, &mut Context<'_>, &Request<'_>) -> Result<(), GenError>;

fn routine(which: Which<'_>) -> Result<Routine, GenError> {
    let number = match which {
        Which::Name(name) => return named_routine(name),
        Which::Number(n) => n,
    };
    Ok(match number.unsigned_abs() {
        1 | 49 => sound::gen01,
        2 => values::gen02,
        3 => polynomial::gen03,
        4 => sources::gen04,
        5 => segments::gen05,
        6 => curves::gen06,
        7 => segments::gen07,
        8 => curves::gen08,
        9 => sines::gen09,
        10 => sines::gen10,
        11 => sines::gen11,
        12 => polynomial::gen12,
        13 => polynomial::gen13,
        14 => polynomial::gen14,
        15 => polynomial::gen15,
        16 => segments::gen16,
        17 => values::gen17,
        18 => sources::gen18,
        19 => sines::gen19,
        20 => windows::gen20,
        21 => chance::gen21,
        23 => text::gen23,
        24 => sources::gen24,
        25 => segments::gen25,
        27 => segments::gen27,
        28 => text::gen28,
        30 => spectral::gen30,
        31 => spectral::gen31,
        32 => spectral::gen32,
        33 => spectral::gen33,
        34 => sines::gen34,
        40 => sources::gen40,
        41 => values::gen41,
        42 => values::gen42,
        43 => sound::gen43,
        44 => text::gen44,
        51 => values::gen51,
        52 => sources::gen52,
        53 => response::gen53,
        _ => return Err(GenError::UnknownNumber(number)),
    })
}

fn named_routine(name: &str) -> Result<Routine, GenError> {
    Ok(match name {
        "exp" => named::exp,
        "farey" => named::farey,
        "padsynth" => spectral::padsynth,
        "quadbezier" => curves::quadbezier,
        "sone" => named::sone,
        "tanh" => named::tanh,
        "wave" => named::wave,
        _ => return Err(GenError::UnknownName(name.to_string())),
    })
}

/// Makes a table.
pub fn generate(request: &Request<'_>, cx: &mut Context<'_>) -> Result<Generated, GenError> {
    let run = routine(request.which)?;
    let shape = Shape::of(request.size, cx.max_points)?;
    let finds_size =
        matches!(request.which, Which::Number(n) if matches!(n.unsigned_abs(), 1 | 2 | 23 | 28 | 44 | 49));
    if shape.len == 0 && !finds_size {
        return Err(GenError::NeedsSize);
    }
    if request.args.is_empty() {
        return Err(GenError::Arguments("the GEN routine has no arguments"));
    }
    let gen_number = match request.which {
        Which::Number(n) => n,
        Which::Name(_) => 0,
    };
    let mut draft = Draft {
        size: request.size,
        args: request.args,
        len: shape.len,
        data: vec![0.0; shape.len + 1],
        extended: shape.extended,
        normalise: !matches!(request.which, Which::Number(n) if n < 0),
        sampled: None,
        next: None,
    };
    run(&mut draft, cx, request)?;
    let mut data = std::mem::take(&mut draft.data);
    draft.finish(&mut data);
    let described = draft.sampled.take().unwrap_or(Table { sr: cx.sr, channels: 1, ..Table::default() });
    let args = request.args.to_vec();
    let table = Table { data, len: draft.len, gen_number, args, ..described };
    let next = draft.next.take().map(|mut data| {
        draft.finish(&mut data);
        Table { data, ..table.clone() }
    });
    Ok(Generated { table, next })
}

#[cfg(test)]
mod tests;
