//! From the orchestra's tree to [`Body`] lists: names, types, overloads, rates and passes.

mod body;
mod call;
mod cond;
mod expr;
mod header;
mod stmt;
#[cfg(test)]
mod tests;
mod udo;
mod words;

pub use header::{HeaderOverrides, read_header};
pub use words::WORDS;

use crate::code::Program;
use crate::emit::emit;
use crate::ir::{Body, GlobalId};
use orchestrion_base::diag::{Diagnostic, codes};
use orchestrion_base::op::OpDef;
use orchestrion_base::registry::Registry;
use orchestrion_base::source::{SourceMap, Span};
use orchestrion_base::ty::Ty;
use orchestrion_base::world::Header;
use orchestrion_parser::tree::{Instr, InstrNameKind, Item, OpcodeDef, Orchestra, Stmt};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A global variable.
#[derive(Clone, Debug)]
pub struct Global {
    /// Name.
    pub name: String,
    /// Type.
    pub ty: Ty,
}

/// A user-defined opcode as the compiler keeps it.
#[derive(Clone)]
pub(crate) struct Udo {
    pub def: Arc<OpcodeDef>,
    pub ins: Vec<crate::letters::Entry>,
    pub outs: Vec<crate::letters::Entry>,
    /// Index of its own code, once something needs a frame for it.
    pub own_code: Option<usize>,
    /// Number of statements, to judge what inlining costs.
    pub size: usize,
}

/// One instrument, lowered.
pub struct LoweredInstr {
    /// Its numbers.
    pub numbers: Vec<u32>,
    /// Its names with the numbers they got.
    pub names: Vec<(String, u32)>,
    /// Code.
    pub body: Body,
    /// Names of p-fields that the text assigns to variables (`ifreq = p4`) and pset values.
    pub pset: Vec<f64>,
    /// Place of the definition.
    pub span: Span,
}

/// What compiling an orchestra gives.
pub struct Lowered {
    /// Instrument 0.
    pub global: Body,
    /// Instruments in text order.
    pub instruments: Vec<LoweredInstr>,
    /// Bodies of user-defined opcodes that need frames of their own, by index; with their names.
    pub udos: Vec<(String, Body)>,
    /// Global variables.
    pub globals: Vec<Global>,
}

/// What compiling a further orchestra gives.
pub struct Further {
    /// What is to become part of the program, if it defines anything.
    pub defined: Option<Lowered>,
    /// A program of its instrument 0, to be run at once.
    pub start: Program,
}

/// The compiler: remembers globals, opcodes and instruments of earlier texts, so that more can be
/// compiled into a running engine.
#[derive(Clone)]
pub struct Compiler {
    pub(crate) registry: Registry,
    pub(crate) header: Header,
    pub(crate) globals: Vec<Global>,
    pub(crate) global_ids: BTreeMap<String, GlobalId>,
    pub(crate) udos: Vec<Udo>,
    pub(crate) udo_names: BTreeMap<String, Vec<usize>>,
    pub(crate) udo_bodies: Vec<(String, Body)>,
    pub(crate) diags: Vec<Diagnostic>,
    /// Texts that the trees' spans point into; without them messages of `print` show numbers anew.
    pub sources: SourceMap,
    /// Opcodes of the reference that are missing here, with their first use.
    pub(crate) missing: BTreeMap<String, (Span, Option<&'static str>)>,
    /// Why opcodes that the piece uses do nothing, with their names and where each is first used.
    pub(crate) silent: BTreeMap<&'static str, BTreeMap<&'static str, Span>>,
    /// Numbers of all instruments, named ones too.
    numbers: BTreeSet<u32>,
    names: BTreeMap<String, u32>,
    /// Lowest number for a named instrument.
    first_free: u32,
}

/// The numbers of one `instr` line, and its names with theirs.
type Numbering = (Vec<u32>, Vec<(String, u32)>);

impl Compiler {
    /// What the orchestra's header says.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// A compiler for these opcodes.
    pub fn new(registry: Registry, header: Header) -> Self {
        Self {
            registry,
            header,
            globals: Vec::new(),
            global_ids: BTreeMap::new(),
            udos: Vec::new(),
            udo_names: BTreeMap::new(),
            udo_bodies: Vec::new(),
            diags: Vec::new(),
            sources: SourceMap::default(),
            missing: BTreeMap::new(),
            silent: BTreeMap::new(),
            numbers: BTreeSet::new(),
            names: BTreeMap::new(),
            first_free: 1,
        }
    }

    /// Whether a program registered opcodes of its own.
    pub fn has_foreign(&self) -> bool {
        self.registry.has_foreign()
    }

    /// Whether a name is an opcode: a built-in one, a word of the language, or one defined in an earlier text.
    pub fn is_opcode(&self, name: &str) -> bool {
        is_opcode(&self.registry, name) || self.udo_names.contains_key(name)
    }

    /// The number of a named instrument.
    pub fn instrument_number(&self, name: &str) -> Option<u32> {
        self.names.get(name).copied()
    }

    /// All named instruments with their numbers.
    pub fn instrument_names(&self) -> impl Iterator<Item = (&str, u32)> {
        self.names.iter().map(|(n, i)| (n.as_str(), *i))
    }

    /// Lowers an orchestra. With errors among the diagnostics the result must not be run.
    pub fn lower(&mut self, orchestra: &Orchestra) -> (Lowered, Vec<Diagnostic>) {
        let first_udo = self.udo_bodies.len();
        let numbering = self.number_instruments(orchestra);
        let mut global_stmts: Vec<&Stmt> = Vec::new();
        let mut instruments = Vec::new();
        let mut global = body::Builder::for_global(self);
        let mut next = numbering.into_iter();
        for item in &orchestra.items {
            match item {
                Item::Stmt(stmt) => {
                    global_stmts.push(stmt);
                    global.statement(self, stmt);
                }
                Item::Opcode(def) => self.define_udo(def),
                Item::Instr(instr) => {
                    let (numbers, names) = next.next().unwrap_or_default();
                    if numbers.is_empty() {
                        continue;
                    }
                    instruments.push(self.lower_instrument(instr, numbers, names));
                }
            }
        }
        let global = global.finish(self, None);
        self.report_missing();
        self.report_silent();
        let lowered = Lowered {
            global,
            instruments,
            udos: self.udo_bodies[first_udo..].to_vec(),
            globals: self.globals.clone(),
        };
        (lowered, std::mem::take(&mut self.diags))
    }

    /// Lowers a further orchestra, which may define instruments anew, and emits its instrument 0. With errors the
    /// compiler is as it was, and also if the orchestra only does something and defines nothing.
    ///
    /// # Errors
    /// What was found, if there are errors among it.
    pub fn lower_more(&mut self, orchestra: &Orchestra) -> Result<Further, Vec<Diagnostic>> {
        let before = self.clone();
        let (lowered, found) = self.lower(orchestra);
        if found.iter().any(Diagnostic::is_error) {
            *self = before;
            return Err(found);
        }
        let start = match self.emit_start(&lowered) {
            Ok(start) => start,
            Err(d) => {
                *self = before;
                return Err(vec![*d]);
            }
        };
        let defines = !lowered.instruments.is_empty()
            || self.udos.len() > before.udos.len()
            || self.globals.len() > before.globals.len();
        if !defines {
            *self = before;
        }
        Ok(Further { defined: defines.then_some(lowered), start })
    }

    /// A program of nothing but an orchestra's instrument 0 and the opcodes that it may call.
    fn emit_start(&self, lowered: &Lowered) -> Result<Program, Box<Diagnostic>> {
        let global = emit(&lowered.global, "0", Span::NONE, false)?;
        let bodies = if global.children.is_empty() { &[] } else { &self.udo_bodies[..] };
        let udos = bodies.iter().map(|(name, body)| emit(body, name, Span::NONE, true));
        Ok(Program {
            header: self.header,
            udos: udos.collect::<Result<_, _>>()?,
            globals_code: vec![global],
            globals: lowered.globals.clone(),
            ..Program::default()
        })
    }

    fn lower_instrument(
        &mut self,
        instr: &Instr,
        numbers: Vec<u32>,
        names: Vec<(String, u32)>,
    ) -> LoweredInstr {
        let mut builder = body::Builder::for_instrument(self);
        builder.statements(self, &instr.body);
        let pset = builder.pset.clone();
        let body = builder.finish(self, None);
        LoweredInstr { numbers, names, body, pset, span: instr.span }
    }

    /// Keeps the numbers below `first` from named instruments.
    pub fn reserve_numbers(&mut self, first: u32) {
        self.first_free = first.max(1);
    }

    /// Gives every instrument of a text its numbers: explicit ones as written, names the lowest that
    /// are free, `+names` after those (semantics F2). A duplicate number is an error, of duplicate
    /// names the first definition stays (F1). Instruments of earlier texts are replaced.
    fn number_instruments(&mut self, orchestra: &Orchestra) -> Vec<Numbering> {
        let instrs: Vec<&Instr> = orchestra
            .items
            .iter()
            .filter_map(|i| if let Item::Instr(i) = i { Some(i) } else { None })
            .collect();
        let mut result = vec![(Vec::new(), Vec::new()); instrs.len()];
        let mut numbers: BTreeMap<u32, Span> = BTreeMap::new();
        let mut here: BTreeSet<&str> = BTreeSet::new();
        for (slot, instr) in result.iter_mut().zip(&instrs) {
            for name in &instr.names {
                if let InstrNameKind::Number(n) = name.kind {
                    if let Some(&first) = numbers.get(&n) {
                        let d =
                            Diagnostic::error(codes::REDEFINED, name.span, format!("instr {n} redefined"))
                                .related(first, "first defined here")
                                .help("give one of them another number");
                        self.diags.push(d);
                    } else {
                        numbers.insert(n, name.span);
                        self.numbers.insert(n);
                        slot.0.push(n);
                    }
                }
            }
        }
        let mut free = self.first_free;
        for pass_plus in [false, true] {
            for (slot, instr) in result.iter_mut().zip(&instrs) {
                for part in &instr.names {
                    let InstrNameKind::Name { name, plus } = &part.kind else { continue };
                    if *plus != pass_plus || !here.insert(name) {
                        continue;
                    }
                    let number = self.names.get(name).copied().unwrap_or_else(|| {
                        while !self.numbers.insert(free) {
                            free += 1;
                        }
                        free
                    });
                    self.names.insert(name.clone(), number);
                    slot.0.push(number);
                    slot.1.push((name.clone(), number));
                }
            }
        }
        result
    }

    /// The global with this name, made with this type if there is none.
    pub(crate) fn global(&mut self, name: &str, ty: Ty) -> GlobalId {
        if let Some(&id) = self.global_ids.get(name) {
            return id;
        }
        let id = GlobalId(self.globals.len().min(usize::from(u16::MAX)) as u16);
        self.globals.push(Global { name: name.to_owned(), ty });
        self.global_ids.insert(name.to_owned(), id);
        id
    }

    /// The text at a span.
    pub(crate) fn text(&self, span: Span) -> Option<&str> {
        self.sources.file(span.file)?.text.get(span.start as usize..span.end as usize)
    }

    pub(crate) fn error(&mut self, d: Diagnostic) {
        self.diags.push(d);
    }

    /// One message for all opcodes that the reference has and we do not.
    fn report_missing(&mut self) {
        let missing = std::mem::take(&mut self.missing);
        let mut missing: Vec<_> = missing.iter().collect();
        missing.sort_by_key(|(_, (span, _))| (span.file, span.start));
        let (refused, later): (Vec<_>, Vec<_>) = missing.into_iter().partition(|(_, (_, why))| why.is_some());
        for (name, (span, why)) in refused {
            let why = why.unwrap_or_default();
            self.diags.push(
                Diagnostic::error(
                    codes::OPCODE_REFUSED,
                    *span,
                    format!("`{name}` cannot be used offline: {why}"),
                )
                .help("remove it from the piece, or render the part that needs it elsewhere"),
            );
        }
        if let Some((_, (span, _))) = later.first() {
            let names: Vec<&str> = later.iter().map(|(n, _)| n.as_str()).collect();
            let mut d = Diagnostic::error(
                codes::OPCODE_NOT_YET,
                *span,
                format!(
                    "Orchestrion does not have {} yet: {}",
                    plural(names.len(), "this opcode", "these opcodes"),
                    names.join(", ")
                ),
            )
            .label("first used here")
            .help("`orchestrion opcodes` lists what there is");
            for (name, (span, _)) in later.iter().skip(1) {
                d = d.related(*span, format!("`{name}`"));
            }
            self.diags.push(d);
        }
    }

    /// Remembers the first use of an opcode that does nothing.
    pub(crate) fn note_silent(&mut self, def: &OpDef, span: Span) {
        if let Some(why) = def.silent {
            self.silent.entry(why).or_default().entry(def.name).or_insert(span);
        }
    }

    /// One warning for all opcodes that do nothing for the same reason.
    fn report_silent(&mut self) {
        for (why, uses) in std::mem::take(&mut self.silent) {
            let names: Vec<&str> = uses.keys().copied().collect();
            let first = uses.into_values().min_by_key(|span| (span.file, span.start));
            self.diags.push(Diagnostic::warning(
                codes::SILENT_OPCODE,
                first.unwrap_or(Span::NONE),
                format!("{why}: {}", names.join(", ")),
            ));
        }
    }
}

/// Whether a name is that of a built-in opcode or of a word that the machine performs.
pub fn is_opcode(registry: &Registry, name: &str) -> bool {
    registry.is_known(name) || WORDS.iter().any(|word| word.0 == name)
}

fn plural<'a>(n: usize, one: &'a str, many: &'a str) -> &'a str {
    if n == 1 { one } else { many }
}

/// The candidate nearest to `name` by edit distance, if it is near enough to be a slip.
pub fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.len() / 3).clamp(1, 3);
    candidates
        .map(|c| (distance(name, c), c))
        .filter(|(d, _)| *d <= limit)
        .min_by_key(|(d, c)| (*d, *c))
        .map(|(_, c)| c)
}

/// Levenshtein distance of two short names.
fn distance(a: &str, b: &str) -> usize {
    if a.len().abs_diff(b.len()) > 3 || a.len() > 64 {
        return usize::MAX;
    }
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let cost = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
