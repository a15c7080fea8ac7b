//! Arrays.

use orchestrion_base::op::OpDef;

mod centroid;
mod change;
pub(crate) mod common;
mod fft;
mod fill;
mod frames;
mod map;
mod query;
mod shape;
mod shift;
mod spectrum;
mod tables;
mod trim;

pub(crate) use common::{ArrayFn, array_init, array_perf, check_size, first_dim, fit};

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &centroid::CENTROID,
    &change::SORTA,
    &change::SORTD,
    &change::SCALEARRAY,
    &change::SCALET,
    &change::UNWRAP,
    &change::CMP,
    &fft::RFFT,
    &fft::RIFFT,
    &fft::FFT,
    &fft::FFTINV,
    &fft::DCT,
    &fft::DCTINV,
    &fft::AUTOCORR,
    &fft::CEPS,
    &fft::CEPSINV,
    &fill::FILLARRAY,
    &fill::ARRAY,
    &fill::GENARRAY,
    &fill::GENARRAY_I,
    &fill::TABGEN,
    &frames::FRAMEBUFFER,
    &frames::OLABUFFER,
    &map::MAPARRAY,
    &map::MAPARRAY_I,
    &map::TABMAP,
    &map::TABMAP_I,
    &query::LENARRAY,
    &query::LENTAB,
    &query::MAXARRAY,
    &query::MINARRAY,
    &query::MAXTAB,
    &query::MINTAB,
    &query::SUMARRAY,
    &query::SUMTAB,
    &query::DOT,
    &shape::SLICEARRAY,
    &shape::SLICEARRAY_I,
    &shape::TABSLICE,
    &shape::RESHAPEARRAY,
    &shape::GETROW,
    &shape::GETCOL,
    &shape::SETROW,
    &shape::SETCOL,
    &shape::INTERLEAVE,
    &shape::DEINTERLEAVE,
    &shift::SHIFTIN,
    &shift::SHIFTOUT,
    &spectrum::R2C,
    &spectrum::C2R,
    &spectrum::RECT2POL,
    &spectrum::POL2RECT,
    &spectrum::MAGS,
    &spectrum::POWS,
    &spectrum::PHS,
    &spectrum::CMPLXPROD,
    &spectrum::WINDOW,
    &spectrum::MFB,
    &tables::COPYA2FTAB,
    &tables::COPY2FTAB,
    &tables::COPYF2ARRAY,
    &tables::COPY2TTAB,
    &tables::TAB2ARRAY,
    &trim::TRIM,
    &trim::TRIM_I,
];
