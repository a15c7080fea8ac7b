//! The compiler's intermediate form: two straight lists of operations per instrument, one for the
//! init pass and one for performance, over typed variables.
//!
//! Lowering decides *what* is computed and in which pass; [`crate::emit`] decides *where* values live
//! and which instruction computes them.

use bstr::BString;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, OpDef, Unit};
use orchestrion_base::source::Span;
use orchestrion_base::ty::Ty;
use orchestrion_parser::tree::BinaryOp;
use smallvec::SmallVec;

/// Index of a variable of a [`Body`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Var(pub u32);

/// Index of a label of a [`Body`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LabelId(pub u32);

/// Index of a global variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GlobalId(pub u16);

/// Where a variable comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Home {
    /// A number known at compile time.
    Const(f64),
    /// A string literal.
    Literal(BString),
    /// A p-field.
    PField(u16),
    /// A named variable of the instrument.
    Named,
    /// A result of a sub-expression, written before it is read in every pass.
    Temp,
    /// The copy of a global number or signal that operations work on.
    Shadow(GlobalId),
    /// A global string, array or spectral frame.
    Global(GlobalId),
    /// `kr` where `setksmps` may change it.
    LocalKr,
    /// `ksmps` where `setksmps` may change it.
    LocalKsmps,
}

/// A variable.
#[derive(Clone, Debug)]
pub struct VarInfo {
    /// Type.
    pub ty: Ty,
    /// Origin.
    pub home: Home,
    /// Name in the source, empty for temporaries.
    pub name: String,
}

/// Operations the machine performs on strings, arrays and notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// out string = in string; a number becomes `soundin.N`.
    StrCopy,
    /// out array gets the dimensions given by the inputs; elements 0.
    ArrayInit,
    /// `out = array[indices]`
    ArrayGet,
    /// `array[indices] = value`; inputs are array, value, indices.
    ArraySet,
    /// out = sample of the signal at an index
    SampleGet,
    /// Sample of the signal at an index = value; inputs are signal, value, index.
    SampleSet,
    /// out array = in array.
    ArrayCopy,
    /// out array gets the dimensions of the in arrays, which must agree; elements stay if nothing changes.
    ArrayShape,
    /// Every element of the out array = in.
    ArrayFill,
    /// out array = list of elements.
    ArrayList,
    /// Element-wise arithmetic of arrays, or array and number.
    ArrayBin(BinaryOp),
    /// Element-wise negation.
    ArrayNeg,
    /// Number of elements of the first dimension.
    ArrayLen,
    /// out spectral frame = in frame.
    SpectrumCopy,
}

/// What an operation does.
#[derive(Clone, Copy, Debug)]
pub enum OpKind {
    /// A place to jump to.
    Label(LabelId),
    /// Jump.
    Jump(LabelId),
    /// Jump if input 0 is not 0.
    JumpIf(LabelId),
    /// Jump if input 0 is 0.
    JumpUnless(LabelId),
    /// Jump if this init pass belongs to a tied note.
    JumpIfTied(LabelId),
    /// Jump if this init pass is a reinit.
    JumpIfReinit(LabelId),
    /// End of a `reinit` section.
    ReinitReturn,
    /// Run the init code between two labels again.
    Reinit(LabelId, LabelId),
    /// Jump while the time since init is within [input 0, input 0 + input 1).
    Timout(LabelId, u16),
    /// Ends the note's cycle if it was turned off.
    CheckEnd,
    /// out = in, with conversion between rates: number to audio fills, audio to number takes the first sample.
    Copy,
    /// shadow = global
    LoadGlobal(GlobalId),
    /// global = shadow
    StoreGlobal(GlobalId),
    /// Arithmetic.
    Bin(BinaryOp),
    /// -x
    Neg,
    /// !x
    Not,
    /// ~x
    BitNot,
    /// Function of one number.
    Map1(fn(f64) -> f64),
    /// Function of two numbers.
    Map2(fn(f64, f64) -> f64),
    /// Function of three numbers.
    Map3(fn(f64, f64, f64) -> f64),
    /// Function of one number for every element of an array.
    ArrayMap1(fn(f64) -> f64),
    /// Unit of [`Body::units`]: init in the init list, perform in the other.
    Unit(u16),
    /// Init function of [`Body::units`].
    InitFn(u16),
    /// Call of the user-defined opcode [`Body::children`], in a frame of its own.
    Child(u16),
    /// Play of another instrument as part of this note, [`Body::subs`].
    Subinstr(u16),
    /// `setksmps`
    SetKsmps,
    /// Something with strings, arrays or p-fields.
    Word(Word),
}

/// An operation.
#[derive(Clone, Debug)]
pub struct Op {
    /// What it does.
    pub kind: OpKind,
    /// Variables it writes.
    pub outs: SmallVec<[Var; 2]>,
    /// Variables it reads.
    pub ins: SmallVec<[Var; 4]>,
    /// Source.
    pub span: Span,
}

/// What a unit operation runs.
#[derive(Clone, Copy)]
pub enum Run {
    /// A unit with state.
    Unit(fn() -> Box<dyn Unit>),
    /// An init function.
    Init(fn(&mut Init<'_>) -> OpResult),
}

/// One use of an opcode.
#[derive(Clone)]
pub struct UnitUse {
    /// Its definition.
    pub def: &'static OpDef,
    /// What runs.
    pub run: Run,
    /// Outputs.
    pub outs: Vec<Var>,
    /// Inputs.
    pub ins: Vec<Var>,
    /// Whether a program registered the opcode.
    pub foreign: bool,
}

/// One call of a user-defined opcode in a frame of its own.
#[derive(Clone, Debug)]
pub struct ChildUse {
    /// Index of the opcode's code in the program.
    pub udo: usize,
    /// Outputs.
    pub outs: Vec<Var>,
    /// Inputs.
    pub ins: Vec<Var>,
}

/// The lowered form of an instrument or opcode.
#[derive(Clone, Default)]
pub struct Body {
    /// Variables.
    pub vars: Vec<VarInfo>,
    /// Init pass.
    pub init: Vec<Op>,
    /// Performance.
    pub perf: Vec<Op>,
    /// Opcodes used.
    pub units: Vec<UnitUse>,
    /// Calls with frames of their own.
    pub children: Vec<ChildUse>,
    /// Instruments played as part of the note: outputs and inputs of each `subinstr`.
    pub subs: Vec<(Vec<Var>, Vec<Var>)>,
    /// Number of labels.
    pub labels: u32,
    /// Number of `timout`s.
    pub timouts: u16,
    /// Highest p-field that the text names.
    pub pfields: u16,
    /// Inputs and outputs, for the code of a user-defined opcode.
    pub params: (Vec<Var>, Vec<Var>),
    /// Whether `setksmps` is used at this level.
    pub local_ksmps: bool,
    /// Whether a k-cycle is known to be one sample long, so that signals are numbers.
    pub one_sample: bool,
}

impl Body {
    /// A variable's type.
    pub fn ty(&self, v: Var) -> Ty {
        self.vars[v.0 as usize].ty
    }

    /// A variable's origin.
    pub fn home(&self, v: Var) -> &Home {
        &self.vars[v.0 as usize].home
    }

    /// The global variable that a variable is or stands for.
    pub fn global(&self, v: Var) -> Option<GlobalId> {
        match self.home(v) {
            Home::Shadow(g) | Home::Global(g) => Some(*g),
            _ => None,
        }
    }
}
