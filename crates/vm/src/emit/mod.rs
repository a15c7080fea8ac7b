//! From operations on variables to instructions on places.

mod instruction;
mod list;
mod places;

use crate::blocks;
use crate::code::{Code, MANY, Slot};
use crate::ir::{Body, Home, Op, OpKind, Var};
use orchestrion_base::diag::{Diagnostic, codes};
use orchestrion_base::op::{OpDef, Res};
use orchestrion_base::port::{Arg, Place};
use orchestrion_base::source::Span;
use orchestrion_base::ty::Ty;
use std::collections::{BTreeMap, BTreeSet};

/// Makes the code of a body. `own_frame` is set for opcodes that run inside another note, whose
/// temporaries must not share the scratch memory of the caller.
///
/// # Errors
/// When the instrument has more variables or operations than instructions can address.
pub fn emit(body: &Body, name: &str, span: Span, own_frame: bool) -> Result<Code, Box<Diagnostic>> {
    let mut e = Emitter::new(body, name, own_frame);
    e.allocate();
    e.pass(true);
    e.pass(false);
    e.effects();
    let largest = [
        e.code.cells,
        e.code.args.len(),
        e.code.units.len(),
        e.code.words.len(),
        e.code.audio,
        e.code.arrays.len(),
    ];
    if largest.iter().any(|&n| n > usize::from(u16::MAX)) {
        let error = Diagnostic::error(codes::TOO_LARGE, span, format!("instr {name} is too large"))
            .help("split it into several instruments or opcodes");
        return Err(Box::new(error));
    }
    Ok(e.code)
}

struct Emitter<'a> {
    body: &'a Body,
    code: Code,
    places: Vec<Option<Arg>>,
    labels: Vec<u32>,
    plan: blocks::Plan,
    own_frame: bool,
    unit_ids: BTreeMap<u16, u16>,
    /// Cells that stand for streams in ranges that run cycle by cycle.
    shadow_cells: BTreeMap<Var, Slot>,
    /// Streams of variables that live in cells.
    shadow_streams: BTreeMap<Var, Slot>,
    /// Signals of variables that live in cells.
    signals: BTreeMap<Var, Arg>,
    /// Cells that stand for signals of one sample in ranges that run cycle by cycle.
    samples: BTreeMap<Var, Slot>,
    /// Where the operation being emitted runs.
    mode: Mode,
    /// Opcodes that perform in ranges that run cycle by cycle.
    scalar_units: BTreeSet<u16>,
    map1: BTreeMap<usize, u16>,
}

/// Where an operation runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Init,
    /// For all cycles of a block at once.
    Block,
    /// Cycle by cycle.
    Cycle,
}

impl<'a> Emitter<'a> {
    fn new(body: &'a Body, name: &str, own_frame: bool) -> Self {
        let plan = blocks::analyse(body);
        let unit = |(i, op): (usize, &Op)| match op.kind {
            OpKind::Unit(u) if plan.scalar_range(i).is_some() => Some(u),
            _ => None,
        };
        let scalar_units = body.perf.iter().enumerate().filter_map(unit).collect();
        Self {
            body,
            code: Code {
                name: name.to_owned(),
                pfields: body.pfields,
                timouts: usize::from(body.timouts),
                ..Code::default()
            },
            places: vec![None; body.vars.len()],
            labels: vec![0; body.labels as usize],
            plan,
            own_frame,
            unit_ids: BTreeMap::new(),
            shadow_cells: BTreeMap::new(),
            shadow_streams: BTreeMap::new(),
            signals: BTreeMap::new(),
            samples: BTreeMap::new(),
            mode: Mode::Init,
            scalar_units,
            map1: BTreeMap::new(),
        }
    }

    /// Whether an opcode that adds to the output adds once to each channel: numbers of channels are different
    /// constants, or there is but one. Channels are rounded, and the lowest is 1.
    fn adds_once(&self, op: &Op) -> bool {
        let numbers: Vec<Option<u64>> = op
            .ins
            .iter()
            .filter(|v| self.body.ty(**v) != Ty::A)
            .map(|v| match self.body.home(*v) {
                Home::Const(x) => Some(x.round_ties_even().max(1.0).to_bits()),
                _ => None,
            })
            .collect();
        let distinct: BTreeSet<&Option<u64>> = numbers.iter().collect();
        numbers.len() <= 1 || distinct.len() == numbers.len() && !numbers.contains(&None)
    }

    /// Whether an operation of the init pass changes nothing but what the note has to itself, and not how long the note
    /// lasts.
    fn is_quiet(&self, op: &Op) -> bool {
        let is_own = |v: &Var| !matches!(self.body.home(*v), Home::Global(_) | Home::PField(..=3));
        let quiet = match op.kind {
            OpKind::Unit(u) | OpKind::InitFn(u) => {
                let def = self.body.units[usize::from(u)].def;
                def.quiet_init && def.changes == 0
            }
            OpKind::Label(_)
            | OpKind::Jump(_)
            | OpKind::JumpIf(_)
            | OpKind::JumpUnless(_)
            | OpKind::LoadGlobal(_) => true,
            kind => blocks::is_arithmetic(&kind),
        };
        quiet && op.outs.iter().all(is_own)
    }

    /// Sums up what the code does to shared things.
    fn effects(&mut self) {
        self.code.quiet_init = self.body.init.iter().all(|op| self.is_quiet(op));
        let mut reads = Res::NONE;
        let mut writes = Res::NONE;
        self.code.performs = self.body.perf.iter().any(performs);
        let (mut globals_read, mut globals_written) = (BTreeSet::new(), BTreeSet::new());
        let jumps = blocks::jump_ranges(&self.body.perf);
        for (i, op) in self.body.perf.iter().enumerate() {
            match op.kind {
                OpKind::Unit(id) => {
                    let def: &OpDef = self.body.units[usize::from(id)].def;
                    reads = reads.and(def.reads);
                    writes = writes.and(def.writes);
                    if def.writes.meets(Res::OUT) {
                        let once = !jumps.iter().any(|&(a, b)| a < i && i < b) && self.adds_once(op);
                        let more = if once { 1 } else { MANY };
                        self.code.additions = (self.code.additions + more).min(MANY);
                    }
                }
                OpKind::Reinit(..) => writes = writes.and(Res::LIFE),
                OpKind::LoadGlobal(g) => {
                    globals_read.insert(g.0);
                }
                OpKind::StoreGlobal(g) => {
                    globals_written.insert(g.0);
                }
                _ => {}
            }
            for v in op.outs.iter().chain(&op.ins) {
                if let Home::Global(g) = self.body.home(*v) {
                    // Arrays and strings may be changed through inputs as well.
                    globals_read.insert(g.0);
                    globals_written.insert(g.0);
                }
            }
        }
        self.code.reads = reads;
        self.code.writes = writes;
        self.code.global_reads = globals_read.into_iter().collect();
        self.code.global_writes = globals_written.into_iter().collect();
        self.code.exports = self.exports();
    }

    /// Globals that opcodes make channels.
    fn exports(&self) -> Vec<u16> {
        let exporting = self.body.units.iter().filter(|unit| unit.def.exports);
        exporting.flat_map(|unit| &unit.outs).filter_map(|v| Some(self.body.global(*v)?.0)).collect()
    }
}

fn is_cell(a: Arg) -> bool {
    matches!(a.place, Place::Cell | Place::PField)
}

/// Whether an operation does something by itself: conditions, jumps and calls of opcodes do not.
fn performs(op: &Op) -> bool {
    use orchestrion_parser::tree::BinaryOp::{And, Eq, Ge, Gt, Le, Lt, Ne, Or};
    !matches!(
        op.kind,
        OpKind::Label(_)
            | OpKind::LoadGlobal(_)
            | OpKind::Child(_)
            | OpKind::Subinstr(_)
            | OpKind::Jump(_)
            | OpKind::JumpIf(_)
            | OpKind::JumpUnless(_)
            | OpKind::Not
            | OpKind::Bin(Eq | Ne | Lt | Le | Gt | Ge | And | Or)
    )
}
