//! Documents that call one opcode once, or some times more, for its price: the difference between the two
//! times is the opcode's alone. They are made from the registry and from the cases of `tests/conformance`, which hold a
//! valid call of every opcode with arguments that make it work.

use crate::{no_flags, prepared};
use orchestrion::base::op::{Make, OpDef};
use orchestrion::base::port::{Arg, Place};
use orchestrion::base::source::{SourceMap, Span};
use orchestrion::opcodes::{families, registry};
use orchestrion::parser::csd;
use orchestrion::parser::score::{Event, Field, Kind, Score, Section};
use orchestrion::parser::tree::{
    Expr, ExprKind, Ident, Instr, InstrNameKind, Item, Orchestra, Stmt, StmtKind,
};
use orchestrion::perform::Performance;
use orchestrion::piece::{Compiled, Piece, compile_text};
use orchestrion::vm::code::{Code, Inst, Program};
use orchestrion_tests::case::{self, CaseFile};
use orchestrion_tests::{conformance, in_parallel, in_process, root};
use std::collections::BTreeMap;
use std::fmt::{Display, Formatter, Result as FmtResult, Write as _};
use std::ops::Range;

/// How often a call is repeated where its price is measured.
pub const COPIES: usize = 10;
/// Seconds of the render that tells whether a call may be repeated.
const TRIAL: f64 = 0.05;

/// What a call works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rate {
    /// Samples, in or out.
    Audio,
    /// Values and frames once a k-cycle.
    Control,
}

impl Rate {
    /// `a` or `k`.
    pub fn letter(self) -> char {
        match self {
            Rate::Audio => 'a',
            Rate::Control => 'k',
        }
    }
}

/// A call of one opcode within a case.
#[derive(Clone, Debug)]
pub struct Driver {
    /// Folder of the opcode's definition.
    pub chapter: &'static str,
    /// The opcode.
    pub op: &'static OpDef,
    /// What the call works on.
    pub rate: Rate,
    /// The case: its file and its name.
    pub case: String,
    /// Sample rate of the case.
    pub sr: f64,
    /// The document around its orchestra and its score.
    frame: [String; 3],
    /// The orchestra up to the end of the call, and what follows it.
    orchestra: [String; 2],
    call: String,
    /// Score lines; of notes what stands before and after the number of seconds.
    score: Vec<(String, Option<String>)>,
}

impl Driver {
    /// Chapter, name and rate: `filters/tone/a`.
    pub fn id(&self) -> String {
        format!("{}/{}/{}", self.chapter, self.op.name, self.rate.letter())
    }

    /// The case with the call repeated `copies` times more and notes of `seconds`.
    pub fn document(&self, copies: usize, seconds: f64) -> String {
        let [before, between, after] = &self.frame;
        let [start, rest] = &self.orchestra;
        let mut text = format!("{before}{start}");
        for _ in 0..copies {
            // Writing to a string cannot fail.
            let _ = write!(text, "\n{}", self.call);
        }
        let _ = write!(text, "{rest}\n{between}");
        for (start, rest) in &self.score {
            let _ = match rest {
                Some(rest) => writeln!(text, "{start} {seconds} {rest}"),
                None => writeln!(text, "{start}"),
            };
        }
        text + after
    }

    /// The document, ready to be performed.
    ///
    /// # Errors
    ///
    /// If it does not compile or its instrument 0 fails.
    pub fn performance(&self, copies: usize, seconds: f64) -> Result<Performance, String> {
        prepared(&self.document(copies, seconds))
    }

    /// What goes wrong where the call is repeated, if anything.
    fn fault(&self) -> Option<String> {
        let mut performance = match self.performance(COPIES, TRIAL) {
            Ok(performance) => performance,
            Err(why) => return Some(why),
        };
        while performance.step().is_some() {}
        let said = |performance: &mut Performance| -> String {
            let messages = performance.take_messages();
            let texts = messages.iter().map(|m| m.text.to_string());
            texts.filter(|text| text.contains("ERROR")).take(1).collect()
        };
        if performance.non_finite().is_some() {
            return Some("it makes what is no number".into());
        }
        (performance.errors() > 0).then(|| said(&mut performance).trim_end().to_owned())
    }
}

/// Why an opcode has no driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is taken without effect.
    Silent,
    /// It does not perform.
    InitOnly,
    /// No case calls it while a note of the score performs.
    NoCall,
    /// The last case that was tried, and what went wrong with more calls or a longer note.
    Fails(String, String),
}

impl Display for Why {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        match self {
            Why::Silent => f.write_str("without effect"),
            Why::InitOnly => f.write_str("runs at init only"),
            Why::NoCall => f.write_str("no case calls it while a note of the score performs"),
            Why::Fails(case, fault) => write!(f, "{case} cannot be made longer: {fault}"),
        }
    }
}

/// What can be measured, and what cannot.
pub struct Survey {
    /// One call at most for each opcode and rate.
    pub drivers: Vec<Driver>,
    /// Chapter and name of the opcodes without a driver, and why they have none.
    pub others: Vec<(&'static str, &'static OpDef, Why)>,
}

/// A call that might be measured.
struct Candidate {
    /// What speaks against it, the worst first: other calls in the statement, loops and branches around it,
    /// the case of another opcode.
    faults: (usize, usize, bool),
    /// Index of the case and place of the statement.
    case: usize,
    call: Span,
    instrument: String,
    rate: Option<Rate>,
}

/// A case that compiles.
struct Source {
    case: String,
    csd: String,
    piece: Piece,
}

/// Looks for a call of every opcode of the registry.
///
/// # Errors
///
/// If the cases cannot be read.
pub fn survey() -> Result<Survey, String> {
    let mut files = case::load_all(&conformance())?;
    files.push(case::load(&root().join("benches/calls.md"))?);
    let sources: Vec<Source> = in_parallel(&files, compiled).into_iter().flatten().collect();
    let mut calls: BTreeMap<String, Vec<Candidate>> = BTreeMap::new();
    for (index, source) in sources.iter().enumerate() {
        collect(index, source, &mut calls);
    }
    let ops: Vec<_> =
        families().flat_map(|(chapter, ops)| ops.iter().map(move |op| (chapter, *op))).collect();
    let found = in_parallel(&ops, |(chapter, op)| {
        choose(chapter, op, calls.get(op.name).map_or(&[][..], Vec::as_slice), &sources)
    });
    let mut survey = Survey { drivers: Vec::new(), others: Vec::new() };
    for ((chapter, op), result) in ops.into_iter().zip(found) {
        match result {
            Ok(drivers) => survey.drivers.extend(drivers),
            Err(why) => survey.others.push((chapter, op, why)),
        }
    }
    Ok(survey)
}

fn compiled(file: &CaseFile) -> Vec<Source> {
    let host = in_process::host();
    let within = [conformance(), root()].into_iter().find_map(|folder| file.path.strip_prefix(folder).ok());
    let shown = within.unwrap_or(&file.path).with_extension("");
    let mut sources = Vec::new();
    for case in &file.cases {
        let Compiled { piece, .. } = compile_text("case.csd", &case.csd, &host, no_flags(), registry());
        if let Some(piece) = piece {
            sources.push(Source {
                case: format!("{}:{}", shown.display(), case.name),
                csd: case.csd.clone(),
                piece,
            });
        }
    }
    sources
}

/// Adds the calls of a case, by opcode.
fn collect(case: usize, source: &Source, calls: &mut BTreeMap<String, Vec<Candidate>>) {
    for item in &source.piece.tree.items {
        if let Item::Instr(instr) = item
            && let Some((instrument, code)) = code_of(instr, &source.piece.program)
        {
            let mut statements = Vec::new();
            simple_statements(&instr.body, 0, &mut statements);
            for (statement, depth) in statements {
                let names = called(statement);
                for name in names.iter().map(|name| name.name.as_str()) {
                    let own = source.case.split([':', '/']).nth(1) == Some(name);
                    calls.entry(name.to_owned()).or_default().push(Candidate {
                        faults: (names.len(), depth, !own),
                        case,
                        call: statement.span,
                        instrument: instrument.clone(),
                        rate: rate(name, code, statement.span),
                    });
                }
            }
        }
    }
}

/// The first number or name of an instrument, as a score gives it, and its code.
fn code_of<'a>(instr: &Instr, program: &'a Program) -> Option<(String, &'a Code)> {
    let (shown, number) = match &instr.names.first()?.kind {
        InstrNameKind::Number(number) => (number.to_string(), *number),
        InstrNameKind::Name { name, .. } => (name.clone(), *program.names.get(name)?),
    };
    Some((shown, program.codes.get(*program.by_number.get(&number)?)?))
}

/// Assignments and calls, with the number of loops and branches around each.
fn simple_statements<'a>(body: &'a [Stmt], depth: usize, found: &mut Vec<(&'a Stmt, usize)>) {
    for statement in body {
        match &statement.kind {
            StmtKind::Assign { .. } | StmtKind::Op { .. } => found.push((statement, depth)),
            StmtKind::If { branches, otherwise } => {
                branches.iter().for_each(|branch| simple_statements(&branch.body, depth + 1, found));
                simple_statements(otherwise.as_deref().unwrap_or_default(), depth + 1, found);
            }
            StmtKind::While { body, .. } | StmtKind::For { body, .. } => {
                simple_statements(body, depth + 1, found);
            }
            _ => {}
        }
    }
}

/// The opcodes that a statement calls.
fn called(statement: &Stmt) -> Vec<&Ident> {
    let mut names = Vec::new();
    match &statement.kind {
        StmtKind::Assign { values, .. } => values.iter().for_each(|value| called_in(value, &mut names)),
        StmtKind::Op { name, args, .. } => {
            names.push(name);
            args.iter().for_each(|arg| called_in(arg, &mut names));
        }
        _ => {}
    }
    names
}

fn called_in<'a>(expr: &'a Expr, names: &mut Vec<&'a Ident>) {
    match &expr.kind {
        ExprKind::Call { name, args, .. } => {
            names.push(name);
            args.iter().for_each(|arg| called_in(arg, names));
        }
        ExprKind::Index { base, indices } => {
            called_in(base, names);
            indices.iter().for_each(|index| called_in(index, names));
        }
        ExprKind::Unary { operand, .. } => called_in(operand, names),
        ExprKind::Binary { left, right, .. } => {
            called_in(left, names);
            called_in(right, names);
        }
        ExprKind::Ternary { cond, yes, no } => {
            [cond, yes, no].into_iter().for_each(|part| called_in(part, names))
        }
        ExprKind::ArrayLit(items) => items.iter().for_each(|item| called_in(item, names)),
        _ => {}
    }
}

/// What a call works on at performance; `None` if it runs at init only.
fn rate(name: &str, code: &Code, call: Span) -> Option<Rate> {
    let within = |span: &Span| span.file == call.file && call.start <= span.start && span.end <= call.end;
    let instructions = code.perf.iter().zip(&code.perf_spans).filter(|(_, span)| within(span));
    let rates = instructions.filter_map(|(inst, _)| rate_of(name, code, *inst));
    rates.min()
}

fn rate_of(name: &str, code: &Code, inst: Inst) -> Option<Rate> {
    let is_signal = |arg: &Arg| matches!(arg.place, Place::Audio | Place::Scratch);
    let of = |args: &[Arg]| if args.iter().any(is_signal) { Rate::Audio } else { Rate::Control };
    match inst {
        Inst::Unit { unit } => {
            let unit = &code.units[usize::from(unit)];
            (unit.def.name == name).then(|| of(&code.args[unit.args.clone()]))
        }
        Inst::Word { word } => Some(of(&code.args[code.words[usize::from(word)].args.clone()])),
        Inst::VMap1 { .. } | Inst::VMap2 { .. } | Inst::VMap3 { .. } => Some(Rate::Audio),
        Inst::Map1 { .. } | Inst::Map2 { .. } | Inst::Map3 { .. } => Some(Rate::Control),
        _ => None,
    }
}

/// The best call of an opcode for each rate, or why there is none.
fn choose(
    chapter: &'static str,
    op: &'static OpDef,
    candidates: &[Candidate],
    sources: &[Source],
) -> Result<Vec<Driver>, Why> {
    if op.silent.is_some() {
        return Err(Why::Silent);
    }
    if op.sigs.iter().all(|sig| matches!(sig.make, Make::Init(_))) {
        return Err(Why::InitOnly);
    }
    let mut candidates: Vec<&Candidate> = candidates.iter().filter(|c| c.rate.is_some()).collect();
    candidates.sort_by_key(|c| (c.faults, c.case));
    let mut why = Why::NoCall;
    let mut drivers: Vec<Driver> = Vec::new();
    for candidate in candidates {
        let Some(rate) = candidate.rate.filter(|rate| drivers.iter().all(|d| d.rate != *rate)) else {
            continue;
        };
        let Some(driver) = driver(chapter, op, rate, candidate, &sources[candidate.case]) else { continue };
        match driver.fault() {
            Some(fault) => why = Why::Fails(driver.case, fault),
            None => drivers.push(driver),
        }
    }
    if drivers.is_empty() { Err(why) } else { Ok(drivers) }
}

fn driver(
    chapter: &'static str,
    op: &'static OpDef,
    rate: Rate,
    candidate: &Candidate,
    source: &Source,
) -> Option<Driver> {
    let score = lines(source.piece.score.as_ref()?, &candidate.instrument)?;
    let mut map = SourceMap::default();
    let file = map.add("case.csd", source.csd.as_str());
    let (document, _) = csd::parse(&map, file);
    let (orchestra, old) = (document.orchestra?, document.score?);
    let cut = |range: Range<u32>| source.csd[range.start as usize..range.end as usize].to_owned();
    let text = &source.piece.sources.file(candidate.call.file)?.text;
    let held = |range: Range<u32>| holding(text, range, &source.piece.tree, op);
    let Span { start, end, .. } = candidate.call;
    Some(Driver {
        chapter,
        op,
        rate,
        case: source.case.clone(),
        sr: source.piece.header().sr,
        frame: [
            cut(0..orchestra.start),
            cut(orchestra.end..old.start),
            cut(old.end..source.csd.len() as u32),
        ],
        orchestra: [held(0..end), held(end..text.len() as u32)],
        call: held(start..end),
        score,
    })
}

/// A part of an orchestra where envelopes hold their last value, so that notes may be as long as they
/// like: `linseg` for `line` and `expseg` for `expon`, which go on for ever. The opcode that is measured stays.
fn holding(text: &str, range: Range<u32>, tree: &Orchestra, op: &OpDef) -> String {
    let mut out = String::new();
    let mut at = range.start;
    for name in names(tree).filter(|name| range.start <= name.span.start && name.span.end <= range.end) {
        let instead = match name.name.as_str() {
            "line" if op.name != "line" => "linseg",
            "expon" if op.name != "expon" => "expseg",
            _ => continue,
        };
        out.push_str(&text[at as usize..name.span.start as usize]);
        out.push_str(instead);
        at = name.span.end;
    }
    out + &text[at as usize..range.end as usize]
}

/// The names of all calls in simple statements of instruments, in text order.
fn names(tree: &Orchestra) -> impl Iterator<Item = &Ident> {
    let mut statements = Vec::new();
    for item in &tree.items {
        if let Item::Instr(instr) = item {
            simple_statements(&instr.body, 0, &mut statements);
        }
    }
    let mut names: Vec<&Ident> =
        statements.into_iter().flat_map(|(statement, _)| called(statement)).collect();
    names.sort_by_key(|name| name.span.start);
    names.into_iter()
}

/// The tables of a score's first section and a note of each instrument, all from the start; `None` if none is of
/// `instrument`.
fn lines(score: &Score, instrument: &str) -> Option<Vec<(String, Option<String>)>> {
    let section = score.sections.first()?;
    let mut lines = Vec::new();
    let mut played: Vec<String> = Vec::new();
    for event in &section.events {
        let fields = shown(score, section, event);
        match event.kind {
            Kind::Table => {
                let rest = fields.get(2..).unwrap_or_default().join(" ");
                lines.push((format!("f {} 0 {rest}", fields[0]), None));
            }
            Kind::Note if fields.len() > 2 && !fields[0].starts_with('-') => {
                let name = fields[0].trim_matches('"');
                let name = name.split('.').next().unwrap_or(name).to_owned();
                if !played.contains(&name) {
                    lines.push((format!("i {} 0", fields[0]), Some(fields[3..].join(" "))));
                    played.push(name);
                }
            }
            _ => {}
        }
    }
    played.iter().any(|name| name == instrument).then_some(lines)
}

fn shown(score: &Score, section: &Section, event: &Event) -> Vec<String> {
    let show = |field| match field {
        Field::Number(number) => number.to_string(),
        Field::Text(text) => format!("\"{text}\""),
    };
    section.fields(event).iter().map(|cell| show(score.value(*cell))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use orchestrion::base::lock::made_once;
    use std::collections::BTreeSet;
    use std::sync::OnceLock;

    /// Share of the opcodes that perform for which a call must be found.
    const FOUND: f64 = 0.9;

    fn surveyed() -> &'static Survey {
        static SURVEY: OnceLock<Survey> = OnceLock::new();
        made_once(&SURVEY, || survey().unwrap())
    }

    #[test]
    fn every_opcode_is_measured_or_it_is_known_why_not() {
        let survey = surveyed();
        let measured: BTreeSet<&str> = survey.drivers.iter().map(|driver| driver.op.name).collect();
        let others: BTreeSet<&str> = survey.others.iter().map(|(_, op, _)| op.name).collect();
        assert!(measured.is_disjoint(&others));
        let all: BTreeSet<&str> = registry().iter().map(|op| op.name).collect();
        assert_eq!(all, &measured | &others);

        let unlucky: Vec<String> = survey
            .others
            .iter()
            .filter(|(_, _, why)| !matches!(why, Why::Silent | Why::InitOnly))
            .map(|(chapter, op, why)| format!("{chapter}/{}: {why}", op.name))
            .collect();
        let share = measured.len() as f64 / (measured.len() + unlucky.len()) as f64;
        assert!(share > FOUND, "only {share:.3} of the opcodes that perform:\n{}", unlucky.join("\n"));
    }

    #[test]
    fn a_call_is_repeated_where_it_stands() {
        let tone = surveyed().drivers.iter().find(|driver| driver.op.name == "tone").unwrap();
        let text = tone.document(2, 1.5);
        assert_eq!(text.matches("a2 tone ax, k1\na2 tone ax, k1\na2 tone ax, k1\n").count(), 1, "{text}");
        assert!(text.contains("linseg 100, .05, 5000") && text.contains("i 1 0 1.5"), "{text}");
    }
}
