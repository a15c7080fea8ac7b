//! Dicts: mappings from strings or numbers to strings or numbers, of the collection csound-plugins; csound does
//! not have them.

use orchestrion_base::op::OpDef;

mod access;
mod dict;
mod iter;
mod make;
mod query;

/// The opcodes of this chapter.
pub const OPS: &[&OpDef] = &[
    &make::DICT_NEW,
    &make::DICT_LOADSTR,
    &make::DICT_DUMP,
    &make::DICT_FREE,
    &make::DICT_CLEAR,
    &make::DICT_UPDATE,
    &access::DICT_GET,
    &access::DICT_GETI,
    &access::DICT_SET,
    &access::DICT_DEL,
    &access::DICT_DELK,
    &iter::DICT_ITER,
    &query::DICT_SIZE,
    &query::DICT_EXISTS,
    &query::DICT_QUERY,
    &query::DICT_PRINT,
];
