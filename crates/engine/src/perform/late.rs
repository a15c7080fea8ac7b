//! Orchestra text compiled while a piece plays.

use super::Performance;
use crate::piece::{HostIncludes, parse_orchestra, text_of};
use orchestrion_base::diag::Diagnostic;
use orchestrion_base::host::Host;
use orchestrion_base::limits::Limits;
use orchestrion_base::lock::lock;
use orchestrion_base::source::{SourceMap, Span};
use orchestrion_base::world::{Defined, LateCompiler, MessageKind};
use orchestrion_parser::csd;
use orchestrion_parser::preprocess::{self, Language};
use orchestrion_vm::compile::{Compiler, Lowered};
use std::sync::{Arc, Mutex};

/// Compiled orchestras that wait to become part of the performance, with all texts so far.
pub(super) type Waiting = Arc<Mutex<Vec<(Lowered, SourceMap)>>>;

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

impl LateCompiler for Late {
    fn compile(&mut self, text: &str, document: bool) -> Result<Defined, String> {
        let text = text_of(text.as_bytes());
        let mut compiler = lock(&self.compiler);
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
        compiler.sources.clone_from(&sources);
        let lowered = compiler.lower_more(&tree).map_err(|found| words(&sources, &found))?;
        let text =
            score.and_then(|span| sources.file(span.file)?.text.get(span.start as usize..span.end as usize));
        let defined = Defined {
            numbers: lowered.instruments.iter().flat_map(|i| i.numbers.iter().copied()).collect(),
            names: lowered
                .instruments
                .iter()
                .flat_map(|i| i.names.iter().map(|(name, n)| (name.as_str().into(), *n)))
                .collect(),
            score: text.map(Into::into),
        };
        lock(&self.waiting).push((lowered, sources));
        Ok(defined)
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
        self.globals.grow(&self.program);
        let codes =
            self.program.codes.iter().chain(&self.program.udos).chain(self.program.globals_code.last());
        let signals = codes.map(|code| code.scratch).max().unwrap_or(0);
        let len = signals * self.world.header.ksmps * self.block_cycles;
        if self.scratch.len() < len {
            self.scratch.resize_with(len, Default::default);
        }
        self.keep_roster();
    }

    /// Makes compiled orchestras part of the performance and runs their instrument 0.
    pub(super) fn take_new_code(&mut self) {
        let waiting = std::mem::take(&mut *lock(&self.waiting));
        for (lowered, sources) in waiting {
            self.sources = sources;
            if let Err(d) = self.program.add_lowered(lowered) {
                self.world.say(MessageKind::Error, format!("{}\n", d.message));
                self.errors += 1;
                continue;
            }
            self.make_room();
            if let Err(e) = self.run_globals() {
                self.report(&e, "0");
                self.errors += 1;
            }
        }
    }
}
