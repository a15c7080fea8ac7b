//! Orchestra text compiled while a piece plays.

use super::Performance;
use super::start::NewCode;
use crate::piece::{HostIncludes, parse_orchestra, text_of};
use orchestrion_base::diag::Diagnostic;
use orchestrion_base::error::OpResult;
use orchestrion_base::global::GlobalMem;
use orchestrion_base::host::Host;
use orchestrion_base::limits::{Limit, Limits};
use orchestrion_base::lock::lock;
use orchestrion_base::source::{SourceMap, Span};
use orchestrion_base::world::{Defined, LateCompiler, MessageKind};
use orchestrion_parser::csd;
use orchestrion_parser::preprocess::{self, Language};
use orchestrion_parser::tree::Orchestra;
use orchestrion_vm::compile::{Compiler, Further, Lowered};
use std::sync::{Arc, Mutex};

/// What one compilation counts against the steps of an init pass, so that loops over compilations end in a time like
/// that of loops over numbers.
const COMPILE_STEPS: u64 = 100_000;

/// What was compiled since the performance last took it in; compiler and performance share it.
#[derive(Default)]
pub(super) struct Fresh {
    /// Orchestras that define something.
    orchestras: Vec<Lowered>,
    /// All texts so far, those of the orchestras included.
    sources: Option<SourceMap>,
    /// The globals as the orchestras' instruments 0 have left them, those included that the performance does not
    /// have yet.
    pub globals: GlobalMem,
    /// Which instruments 0 have failed, for people.
    pub failures: Vec<String>,
    /// Steps made.
    pub steps: u64,
}

/// See [`Fresh`].
pub(super) type Waiting = Arc<Mutex<Fresh>>;

/// The compiler of a performance, which the host and the notes use in turn.
pub(super) type SharedCompiler = Arc<Mutex<Compiler>>;

/// What notes compile with.
pub(super) struct Late {
    pub compiler: SharedCompiler,
    pub host: Option<Arc<dyn Host>>,
    pub limits: Limits,
    /// Macros of the command line.
    pub macros: Vec<(String, String)>,
    pub waiting: Waiting,
}

/// An orchestra with the texts that it points into and the place of the score that came with it.
struct Parsed {
    tree: Orchestra,
    sources: SourceMap,
    score: Option<Span>,
}

impl LateCompiler for Late {
    fn compile(&mut self, text: &str, document: bool) -> OpResult<Result<Defined, String>> {
        let mut waiting = lock(&self.waiting);
        waiting.steps += COMPILE_STEPS;
        self.limits
            .check(Limit::InitSteps, waiting.steps, || "too many texts are compiled at once".to_owned())?;
        drop(waiting);
        Ok(self.lower(text, document))
    }
}

impl Late {
    fn lower(&self, text: &str, document: bool) -> Result<Defined, String> {
        if text.trim().is_empty() {
            return Err("there is nothing to compile".to_owned());
        }
        let mut compiler = lock(&self.compiler);
        let Parsed { tree, sources, score } = self.parse(&compiler, text, document)?;
        let before = std::mem::replace(&mut compiler.sources, sources.clone());
        let further = compiler.lower_more(&tree);
        if !matches!(further, Ok(Further { defined: Some(_), .. })) {
            compiler.sources = before;
        }
        let Further { defined, start } = further.map_err(|found| words(&sources, &found))?;
        let instruments = defined.iter().flat_map(|lowered| &lowered.instruments);
        let names = instruments.clone().flat_map(|i| &i.names);
        let text =
            score.and_then(|span| sources.file(span.file)?.text.get(span.start as usize..span.end as usize));
        let result = Defined {
            numbers: instruments.flat_map(|i| i.numbers.iter().copied()).collect(),
            names: names.map(|(name, n)| (name.as_str().into(), *n)).collect(),
            score: text.map(Into::into),
            start: Box::new(NewCode {
                program: start,
                sources: sources.clone(),
                waiting: self.waiting.clone(),
                has_foreign: compiler.has_foreign(),
            }),
        };
        if let Some(lowered) = defined {
            let mut waiting = lock(&self.waiting);
            waiting.orchestras.push(lowered);
            waiting.sources = Some(sources);
        }
        Ok(result)
    }

    fn parse(&self, compiler: &Compiler, text: &str, document: bool) -> Result<Parsed, String> {
        let text = text_of(text.as_bytes());
        let mut sources = compiler.sources.clone();
        let len = text.len() as u32;
        let file = sources.add("compiled text", text);
        let (orchestra, score) = if document {
            let (csd, found) = csd::parse(&sources, file);
            refuse(&sources, found)?;
            (csd.orchestra.ok_or("the document has no <CsInstruments>")?, csd.score)
        } else {
            (Span::new(file, 0, len), None)
        };
        let nothing = crate::host::MemoryHost::default();
        let mut includes = HostIncludes(self.host.as_deref().unwrap_or(&nothing));
        let mut how = preprocess::Options::new(Language::Orchestra);
        how.macros.clone_from(&self.macros);
        how.limits = self.limits;
        let known = |name: &str| compiler.is_opcode(name);
        let (tree, found) = parse_orchestra(&mut sources, orchestra, &mut includes, &how, &known);
        refuse(&sources, found)?;
        Ok(Parsed { tree, sources, score })
    }
}

/// Stops at errors.
fn refuse(sources: &SourceMap, found: Vec<Diagnostic>) -> Result<(), String> {
    if found.iter().any(Diagnostic::is_error) { Err(words(sources, &found)) } else { Ok(()) }
}

fn words(sources: &SourceMap, found: &[Diagnostic]) -> String {
    let line = |d: &Diagnostic| match sources.locate(d.span) {
        Some(l) => format!("{}:{}:{}: {}", l.file, l.line, l.column, d.message),
        None => d.message.clone(),
    };
    found.iter().filter(|d| d.is_error()).map(line).collect::<Vec<_>>().join("\n")
}

impl Performance {
    /// Makes room for what was added to the program.
    pub(super) fn make_room(&mut self) {
        self.globals.grow(&self.program.global_types(), self.world.header.ksmps);
        let codes =
            self.program.codes.iter().chain(&self.program.udos).chain(self.program.globals_code.last());
        let signals = codes.map(|code| code.scratch).max().unwrap_or(0);
        let len = signals * self.world.header.ksmps * self.block_cycles;
        if self.scratch.len() < len {
            self.scratch.resize_with(len, Default::default);
        }
        self.swarm.fit(&self.program);
        if let Some(crew) = &mut self.crew {
            crew.fit(&self.program, self.spin.len(), self.scratch.len(), self.spout.len());
        }
        self.keep_roster();
    }

    /// Makes compiled orchestras part of the performance; their instruments 0 have run already.
    pub(super) fn take_new_code(&mut self) {
        let fresh = std::mem::take(&mut *lock(&self.waiting));
        for failure in fresh.failures {
            self.world.say(MessageKind::Error, failure);
            self.errors += 1;
        }
        if let Some(sources) = fresh.sources {
            self.sources = sources;
        }
        let before = self.globals.len();
        for lowered in fresh.orchestras {
            if let Err(d) = self.program.add_lowered(lowered) {
                self.world.say(MessageKind::Error, format!("{}\n", d.message));
                self.errors += 1;
            }
        }
        self.make_room();
        self.globals.copy_from(&fresh.globals, before);
    }
}
