//! Bytecode: what one instrument's notes share and only read.

use crate::compile::Global;
use crate::ir::{Run, Word};
use bstr::BString;
use orchestrion_base::op::OpDef;
use orchestrion_base::port::Arg;
use orchestrion_base::source::Span;
use orchestrion_base::ty::Base;
use orchestrion_base::world::Header;
use orchestrion_parser::tree::BinaryOp;
use std::collections::BTreeMap;
use std::ops::Range;

/// Index of a cell of the frame.
pub type Slot = u16;

#[allow(
    missing_docs,
    reason = "operands: d destination, s source, a b c inputs, f function, g global, to target"
)]
/// One instruction. Scalar instructions work on cells; `V` instructions on whole blocks of samples or
/// k-values, their operands being indices into [`Code::args`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Inst {
    /// d = s
    Copy { d: Slot, s: Slot },
    /// d = a + b
    Add { d: Slot, a: Slot, b: Slot },
    /// d = a - b
    Sub { d: Slot, a: Slot, b: Slot },
    /// d = a * b
    Mul { d: Slot, a: Slot, b: Slot },
    /// d = a / b
    Div { d: Slot, a: Slot, b: Slot },
    /// d = a * b + c, rounded twice
    MulAdd { d: Slot, a: Slot, b: Slot, c: Slot },
    /// d = a * b - c, rounded twice
    MulSub { d: Slot, a: Slot, b: Slot, c: Slot },
    /// d = c - a * b, rounded twice
    SubMul { d: Slot, a: Slot, b: Slot, c: Slot },
    /// Any other operator.
    Bin { op: BinaryOp, d: Slot, a: Slot, b: Slot },
    /// d = -s
    Neg { d: Slot, s: Slot },
    /// d = s is 0
    Not { d: Slot, s: Slot },
    /// d = ~s
    BitNot { d: Slot, s: Slot },
    /// d = f(a); f in [`Code::map1`]
    Map1 { d: Slot, a: Slot, f: u16 },
    /// d = f(a, b)
    Map2 { d: Slot, a: Slot, b: Slot, f: u16 },
    /// d = f(a, b, c)
    Map3 { d: Slot, a: Slot, b: Slot, c: Slot, f: u16 },
    /// Jump.
    Jump { to: u32 },
    /// Jump if c is not 0.
    JumpIf { c: Slot, to: u32 },
    /// Jump if c is 0.
    JumpUnless { c: Slot, to: u32 },
    /// Jump unless the comparison holds.
    JumpUnlessCmp { op: BinaryOp, a: Slot, b: Slot, to: u32 },
    /// Jump if the comparison holds.
    JumpIfCmp { op: BinaryOp, a: Slot, b: Slot, to: u32 },
    /// Jump if the init pass is of a tied note.
    JumpIfTied { to: u32 },
    /// Jump if the init pass is a reinit.
    JumpIfReinit { to: u32 },
    /// End of a reinit section.
    ReinitReturn,
    /// Run init instructions start..end.
    Reinit { start: u32, end: u32 },
    /// Prepare (init) or test (performance) a `timout`.
    Timout { id: u16, start: Slot, dur: Slot, to: u32 },
    /// Stop this cycle if the note was turned off.
    CheckEnd,
    /// d = global number
    LoadGlobal { d: Slot, g: u16 },
    /// global number = s
    StoreGlobal { g: u16, s: Slot },
    /// audio argument = global signal
    LoadGlobalAudio { d: u16, g: u16 },
    /// global signal = audio argument
    StoreGlobalAudio { g: u16, s: u16 },
    /// signal = its samples of the cycle before
    Carry { d: u16 },
    /// cell = this cycle's value of a stream
    StreamLoad { d: Slot, s: Slot },
    /// this cycle's value of a stream = cell
    StreamStore { d: Slot, s: Slot },
    /// cell = first sample of a signal in this cycle
    SampleLoad { d: Slot, s: u16 },
    /// the one sample of a signal in this cycle = cell
    SampleStore { d: u16, s: Slot },
    /// d = s for signals
    VCopy { d: u16, s: u16 },
    /// d = a op b for signals
    VBin { op: BinaryOp, d: u16, a: u16, b: u16 },
    /// d = -s for signals
    VNeg { d: u16, s: u16 },
    /// d = ~s for signals
    VBitNot { d: u16, s: u16 },
    /// d = f(a) for signals
    VMap1 { d: u16, a: u16, f: u16 },
    /// d = f(a, b) for signals
    VMap2 { d: u16, a: u16, b: u16, f: u16 },
    /// d = f(a, b, c) for signals
    VMap3 { d: u16, a: u16, b: u16, c: u16, f: u16 },
    /// Unit of [`Code::units`]: init or perform.
    Unit { unit: u16 },
    /// Call of [`Code::children`].
    Child { child: u16 },
    /// `subinstr` of [`Code::subs`].
    Subinstr { sub: u16 },
    /// Set the local k-cycle.
    SetKsmps { s: Slot },
    /// Operation of [`Code::words`].
    Word { word: u16 },
}

impl Inst {
    /// Whether it computes whole signals without calling anything.
    pub fn is_vector(self) -> bool {
        matches!(
            self,
            Inst::VCopy { .. }
                | Inst::VBin { .. }
                | Inst::VNeg { .. }
                | Inst::VBitNot { .. }
                | Inst::VMap1 { .. }
                | Inst::VMap2 { .. }
                | Inst::VMap3 { .. }
        )
    }
}

/// One use of an opcode.
pub struct UnitCode {
    /// Definition.
    pub def: &'static OpDef,
    /// What runs; init functions have no state.
    pub run: Run,
    /// Index of its state in the frame, for units.
    pub state: u16,
    /// Its arguments in [`Code::args`].
    pub args: Range<usize>,
    /// How many of them are outputs.
    pub outs: usize,
    /// Whether a program registered it: its panics are errors.
    pub foreign: bool,
    /// Whether outputs have a value for each k-cycle of a block.
    pub streams: bool,
}

/// What an instruction [`Inst::Word`] does.
#[derive(Clone, Copy)]
pub enum WordKind {
    /// A word of the language.
    Word(Word),
    /// A function for every element of an array.
    Map1(fn(f64) -> f64),
}

/// One use of a word.
pub struct WordCode {
    /// What it does.
    pub kind: WordKind,
    /// Its arguments in [`Code::args`].
    pub args: Range<usize>,
    /// How many of them are outputs.
    pub outs: usize,
}

/// One call of an opcode in a frame of its own.
pub struct ChildCode {
    /// Index of its code in [`Program::udos`].
    pub udo: usize,
    /// Arguments in [`Code::args`]: outputs, then inputs.
    pub args: Range<usize>,
    /// How many of them are outputs.
    pub outs: usize,
}

/// A part of the performance code and how it is run over a block of k-cycles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// First instruction.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// Each instruction for all cycles before the next one; otherwise all instructions cycle by cycle.
    pub blocked: bool,
}

/// The code of an instrument or opcode.
#[derive(Default)]
pub struct Code {
    /// Name for messages: the instrument's number or name, or the opcode's name.
    pub name: String,
    /// Init pass.
    pub init: Vec<Inst>,
    /// Performance.
    pub perf: Vec<Inst>,
    /// Source of each init instruction.
    pub init_spans: Vec<Span>,
    /// Source of each performance instruction.
    pub perf_spans: Vec<Span>,
    /// Positions of labels in the init code, for `reinit`.
    pub init_labels: BTreeMap<u32, u32>,
    /// How to run `perf` over a block.
    pub plan: Vec<Segment>,
    /// Whether notes may be run many k-cycles at a time.
    pub blockable: bool,
    /// Arguments of units, words, children and signal instructions.
    pub args: Vec<Arg>,
    /// Opcodes.
    pub units: Vec<UnitCode>,
    /// Constructors of the unit states, in order of [`UnitCode::state`].
    pub states: Vec<fn() -> Box<dyn orchestrion_base::op::Unit>>,
    /// Words.
    pub words: Vec<WordCode>,
    /// Calls with frames.
    pub children: Vec<ChildCode>,
    /// Arguments of each `subinstr` in `args`, and how many of them are outputs.
    pub subs: Vec<(Range<usize>, usize)>,
    /// Functions of one number.
    pub map1: Vec<fn(f64) -> f64>,
    /// Functions of two numbers.
    pub map2: Vec<fn(f64, f64) -> f64>,
    /// Functions of three numbers.
    pub map3: Vec<fn(f64, f64, f64) -> f64>,
    /// Values of constant cells.
    pub consts: Vec<(Slot, f64)>,
    /// String literals.
    pub literals: Vec<BString>,
    /// Number of cells; the first is the count of p-fields plus one, then the p-fields.
    pub cells: usize,
    /// Number of streams.
    pub streams: usize,
    /// Number of audio variables.
    pub audio: usize,
    /// Number of audio temporaries.
    pub scratch: usize,
    /// Number of strings.
    pub strings: usize,
    /// Element types of arrays.
    pub arrays: Vec<Base>,
    /// Number of spectral frames.
    pub spectra: usize,
    /// Highest p-field with a cell.
    pub pfields: u16,
    /// Number of `timout`s.
    pub timouts: usize,
    /// Cells of local `kr` and `ksmps`, if the text reads them under `setksmps`.
    pub local_kr: Option<Slot>,
    /// See `local_kr`.
    pub local_ksmps: Option<Slot>,
    /// Whether performance does anything but call the same opcode again.
    pub performs: bool,
    /// Parameters of an opcode: inputs and outputs.
    pub params: (Vec<Arg>, Vec<Arg>),
    /// Default p-fields (`pset`), p1 first.
    pub pset: Vec<f64>,
    /// What performance reads of shared things.
    pub reads: orchestrion_base::op::Res,
    /// What performance changes of shared things.
    pub writes: orchestrion_base::op::Res,
    /// Whether the init pass changes nothing but what the note has to itself, and not how long the note lasts.
    pub quiet_init: bool,
    /// How often a k-cycle of performance adds to an output channel: 0, 1, or [`MANY`] times.
    pub additions: u8,
    /// Globals read at performance.
    pub global_reads: Vec<u16>,
    /// Globals written at performance.
    pub global_writes: Vec<u16>,
    /// Globals that its opcodes make channels.
    pub exports: Vec<u16>,
}

/// More than once, or not known how often.
pub const MANY: u8 = 2;

/// A compiled orchestra.
#[derive(Default)]
pub struct Program {
    /// Header constants.
    pub header: Header,
    /// Instrument 0 of each text compiled so far.
    pub globals_code: Vec<Code>,
    /// Codes of instruments.
    pub codes: Vec<Code>,
    /// Instrument number to index in `codes`.
    pub by_number: BTreeMap<u32, usize>,
    /// Codes of opcodes that need frames of their own.
    pub udos: Vec<Code>,
    /// Global variables.
    pub globals: Vec<Global>,
    /// Names of instruments.
    pub names: BTreeMap<String, u32>,
}
