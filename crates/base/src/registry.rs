//! The list of all opcodes.

use crate::op::OpDef;
use std::collections::{BTreeMap, BTreeSet};

/// All opcodes that a compiler knows: the built-in ones and those that a program registers.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    ops: Vec<&'static OpDef>,
    by_name: BTreeMap<&'static str, usize>,
    /// Names of the reference that are not built: name and, if it never will be, why.
    missing: BTreeMap<&'static str, Option<&'static str>>,
    /// Whether the built-in opcodes are all there.
    complete: bool,
    foreign: BTreeSet<&'static str>,
}

impl Registry {
    /// Adds an opcode; a later one replaces an earlier one of the same name.
    pub fn add(&mut self, op: &'static OpDef) {
        if self.complete {
            self.foreign.insert(op.name);
        }
        match self.by_name.get(op.name) {
            Some(&i) => self.ops[i] = op,
            None => {
                self.by_name.insert(op.name, self.ops.len());
                self.ops.push(op);
            }
        }
    }

    /// Says that the built-in opcodes are all there: those added later are foreign.
    pub fn complete(&mut self) {
        self.complete = true;
    }

    /// Whether a program registered this opcode. A panic in one is an error of the note.
    pub fn is_foreign(&self, name: &str) -> bool {
        self.foreign.contains(name)
    }

    /// Whether a program registered any opcode.
    pub fn has_foreign(&self) -> bool {
        !self.foreign.is_empty()
    }

    /// Names a reference opcode that is not there; `reason` if it cannot be served offline.
    pub fn add_missing(&mut self, name: &'static str, reason: Option<&'static str>) {
        self.missing.insert(name, reason);
    }

    /// The opcode with this name.
    pub fn get(&self, name: &str) -> Option<&'static OpDef> {
        self.by_name.get(name).map(|&i| self.ops[i])
    }

    /// Whether the reference has this name, built here or not.
    pub fn is_known(&self, name: &str) -> bool {
        self.by_name.contains_key(name) || self.missing.contains_key(name)
    }

    /// `Some` if the reference has the opcode and we do not; inside, the reason if it is for good.
    pub fn missing(&self, name: &str) -> Option<Option<&'static str>> {
        if self.by_name.contains_key(name) {
            return None;
        }
        self.missing.get(name).copied()
    }

    /// All opcodes, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = &'static OpDef> + '_ {
        self.ops.iter().copied()
    }
}
