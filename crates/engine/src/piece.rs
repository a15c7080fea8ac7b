//! From files to a compiled piece: document, options, orchestra and score.

use crate::flags::{self, FlagSet};
use crate::options::Options;
use orchestrion_base::diag::{Diagnostic, codes};
use orchestrion_base::host::{Host, Purpose};
use orchestrion_base::registry::Registry;
use orchestrion_base::source::{FileId, SourceMap, Span};
use orchestrion_base::world::Header;
use orchestrion_dsp::math;
use orchestrion_parser::csd::{self, Embedded};
use orchestrion_parser::orc;
use orchestrion_parser::preprocess::{self, Includes, Language};
use orchestrion_parser::score::{self, Score, ScoreOptions};
use orchestrion_parser::tree::Orchestra;
use orchestrion_vm::code::Program;
use orchestrion_vm::compile::{Compiler, HeaderOverrides, is_opcode, read_header};

/// A piece, compiled and ready to perform.
pub struct Piece {
    /// The texts that diagnostics point into.
    pub sources: SourceMap,
    /// Options of the piece and of whoever renders it.
    pub options: Options,
    /// The orchestra's tree.
    pub tree: Orchestra,
    /// The compiler, for text compiled later.
    pub compiler: Compiler,
    /// The compiled orchestra.
    pub program: Program,
    /// The score; `None` where the piece has none.
    pub score: Option<Score>,
    /// Files that the document carries.
    pub embedded: Vec<Embedded>,
    /// A MIDI file that the document carries.
    pub midi: Option<Embedded>,
}

impl Piece {
    /// Sample rate, channels and the like, from the orchestra's header and the options.
    pub fn header(&self) -> &Header {
        self.compiler.header()
    }
}

/// What compiling found.
pub struct Compiled {
    /// The piece, if there was no error.
    pub piece: Option<Piece>,
    /// The texts that diagnostics point into.
    pub sources: SourceMap,
    /// The orchestra's tree, errors or not.
    pub tree: Orchestra,
    /// Everything found.
    pub diagnostics: Vec<Diagnostic>,
    /// The options in force.
    pub options: Options,
}

/// Texts of a piece.
struct Texts {
    orchestra: Option<Span>,
    score: Option<Span>,
    options: Vec<csd::Word>,
    files: Vec<Embedded>,
    midi: Option<Embedded>,
}

/// Reads includes through a host.
pub(crate) struct HostIncludes<'a>(pub(crate) &'a dyn Host);

impl Includes for HostIncludes<'_> {
    fn read(&mut self, name: &str, _from: &str) -> Result<String, String> {
        match self.0.read(name, Purpose::Include) {
            Ok(bytes) => Ok(text_of(&bytes)),
            Err(e) => Err(e.to_string()),
        }
    }
}

/// Text of a file, with one kind of line ends.
pub(crate) fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\r', "\n")
}

/// Reads and compiles the files that the flags name: a document, or an orchestra and perhaps a score.
pub fn compile_files(host: &dyn Host, flags: FlagSet, registry: Registry) -> Compiled {
    let mut sources = SourceMap::default();
    let mut diags = Vec::new();
    let files = flags.options().files;
    let mut ids: Vec<(FileId, u32)> = Vec::new();
    for name in &files {
        match host.read(name, Purpose::Piece) {
            Ok(bytes) => {
                let text = text_of(&bytes);
                let len = text.len() as u32;
                ids.push((sources.add(name.as_str(), text), len));
            }
            Err(e) => diags.push(Diagnostic::error(codes::FILE_UNREADABLE, Span::NONE, e.to_string())),
        }
    }
    if ids.is_empty() {
        if diags.is_empty() {
            diags.push(
                Diagnostic::error(codes::FILE_UNREADABLE, Span::NONE, "no piece was named")
                    .help("name a .csd file, or an .orc and a .sco file"),
            );
        }
        return failed(sources, diags, flags.options());
    }
    compile(sources, &ids, host, flags, registry, diags)
}

/// Compiles a document or orchestra given as text; `name` is shown in messages.
pub fn compile_text(name: &str, text: &str, host: &dyn Host, flags: FlagSet, registry: Registry) -> Compiled {
    let mut sources = SourceMap::default();
    let text = text_of(text.as_bytes());
    let len = text.len() as u32;
    let id = sources.add(name, text);
    compile(sources, &[(id, len)], host, flags, registry, Vec::new())
}

/// Parses orchestra text that is compiled into a piece; `name` is shown in messages.
pub(crate) fn parse_text(
    sources: &mut SourceMap,
    name: &str,
    text: &str,
    includes: &mut dyn Includes,
    how: &preprocess::Options,
    compiler: &Compiler,
) -> (Orchestra, Vec<Diagnostic>) {
    let text = text_of(text.as_bytes());
    let len = text.len() as u32;
    let id = sources.add(name, text);
    parse_orchestra(sources, Span::new(id, 0, len), includes, how, &|name| compiler.is_opcode(name))
}

/// Expands macros and builds the tree.
pub(crate) fn parse_orchestra(
    sources: &mut SourceMap,
    span: Span,
    includes: &mut dyn Includes,
    how: &preprocess::Options,
    is_opcode: &dyn Fn(&str) -> bool,
) -> (Orchestra, Vec<Diagnostic>) {
    let (expanded, mut diags) = preprocess::expand(sources, span, includes, how);
    let (tree, found) = orc::parse(sources, expanded, None, is_opcode);
    diags.extend(found);
    (tree, diags)
}

fn failed(sources: SourceMap, diagnostics: Vec<Diagnostic>, options: Options) -> Compiled {
    Compiled { piece: None, sources, tree: Orchestra::default(), diagnostics, options }
}

fn compile(
    mut sources: SourceMap,
    ids: &[(FileId, u32)],
    host: &dyn Host,
    flags: FlagSet,
    registry: Registry,
    mut diags: Vec<Diagnostic>,
) -> Compiled {
    let texts = take_apart(&sources, ids, &mut diags);
    let (options, found) = flags::combine(&texts.options, flags);
    diags.extend(found);
    let Some(orchestra) = texts.orchestra else {
        diags.push(
            Diagnostic::error(codes::CSD_STRUCTURE, Span::NONE, "the document has no <CsInstruments>")
                .help("put the orchestra between <CsInstruments> and </CsInstruments>"),
        );
        return failed(sources, diags, options);
    };
    let mut includes = HostIncludes(host);
    let mut pre = preprocess::Options::new(Language::Orchestra);
    pre.macros.clone_from(&options.omacros);
    pre.limits = options.limits;
    let (tree, found) =
        parse_orchestra(&mut sources, orchestra, &mut includes, &pre, &|name| is_opcode(&registry, name));
    diags.extend(found);
    let (header, found) = read_header(&tree, &overrides(&options));
    diags.extend(found);
    let mut compiler = Compiler::new(registry, header);
    compiler.sources.clone_from(&sources);
    let mut program = Program::default();
    diags.extend(program.add(&mut compiler, &tree));
    let score = texts.score.map(|span| {
        let mut how = ScoreOptions::new(math::pow);
        how.macros.clone_from(&options.smacros);
        how.limits = options.limits;
        how.beats = options.tempo.is_some_and(|tempo| tempo > 0.0);
        let (score, found) = score::parse(&mut sources, span, &mut includes, &how, &|name| {
            numbered(name, |name| compiler.instrument_number(name))
        });
        diags.extend(found);
        score
    });
    if diags.iter().any(Diagnostic::is_error) {
        return Compiled { piece: None, sources, tree, diagnostics: diags, options };
    }
    let piece = Piece {
        sources: sources.clone(),
        options: options.clone(),
        tree: tree.clone(),
        compiler,
        program,
        score,
        embedded: texts.files,
        midi: texts.midi,
    };
    Compiled { piece: Some(piece), sources, tree, diagnostics: diags, options }
}

/// The number behind an instrument's name, which may end in a fraction: `Bell.25` (semantics F2).
pub(crate) fn numbered(name: &str, number: impl Fn(&str) -> Option<u32>) -> Option<f64> {
    if let Some(n) = number(name) {
        return Some(f64::from(n));
    }
    let (base, fraction) = name.rsplit_once('.')?;
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let n = number(base)?;
    format!("{n}.{fraction}").parse().ok()
}

fn take_apart(sources: &SourceMap, ids: &[(FileId, u32)], diags: &mut Vec<Diagnostic>) -> Texts {
    let (first, len) = ids[0];
    let text = sources.file(first).map(|f| f.text.clone()).unwrap_or_else(|| "".into());
    if csd::is_csd(&text) {
        let (csd, found) = csd::parse(sources, first);
        diags.extend(found);
        return Texts {
            orchestra: csd.orchestra,
            score: csd.score,
            options: csd.options,
            files: csd.files,
            midi: csd.midi,
        };
    }
    Texts {
        orchestra: Some(Span::new(first, 0, len)),
        score: ids.get(1).map(|&(id, len)| Span::new(id, 0, len)),
        options: Vec::new(),
        files: Vec::new(),
        midi: None,
    }
}

fn overrides(o: &Options) -> HeaderOverrides {
    HeaderOverrides {
        sr: o.sr,
        kr: o.kr,
        ksmps: o.ksmps.map(f64::from),
        nchnls: o.nchnls.map(f64::from),
        nchnls_i: o.nchnls_i.map(f64::from),
        zero_dbfs: o.zero_dbfs,
        a4: None,
    }
}
