//! Strings.

use orchestrion_base::op::OpDef;

mod build;
mod environment;
mod query;
mod string2array;

pub(crate) use string2array::{leading_number, words};

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &build::STRSET,
    &build::STRGET,
    &build::S,
    &build::STRCPY,
    &build::STRCPYK,
    &build::STRCAT,
    &build::STRCATK,
    &build::SPRINTF,
    &build::SPRINTFK,
    &build::STRSUB,
    &build::STRSUBK,
    &build::STRUPPER,
    &build::STRUPPERK,
    &build::STRLOWER,
    &build::STRLOWERK,
    &build::STRSTRIP,
    &environment::GETCFG,
    &environment::PWD,
    &environment::DIRECTORY,
    &query::STRLEN,
    &query::STRLENK,
    &query::STRCMP,
    &query::STRCMPK,
    &query::STRINDEX,
    &query::STRINDEXK,
    &query::STRRINDEX,
    &query::STRRINDEXK,
    &query::STRCHAR,
    &query::STRCHARK,
    &query::STRTOD,
    &query::STRTODK,
    &query::STRTOL,
    &query::STRTOLK,
    &string2array::STRING2ARRAY,
];
