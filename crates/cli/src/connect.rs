//! The one place where the command line meets the engine.

use crate::args::Emit;
use crate::picture::Drawing;
use crate::progress::Progress;
use orchestrion::base::diag::{Diagnostic, codes};
use orchestrion::base::source::{SourceMap, Span};
use orchestrion::flags::FlagSet;
use orchestrion::host::FileHost;
use orchestrion::options::Output;
use orchestrion::piece::compile_files;
use orchestrion::soundfile::Levels;
use std::sync::Arc;

/// What the engine is asked to do.
pub struct Job {
    /// Flags of the command line; the engine lays them over the piece's `<CsOptions>` with
    /// [`orchestrion::flags::combine`].
    pub flags: FlagSet,
    /// The file system, with the piece's directory and the search paths of environment and flags.
    pub host: FileHost,
}

/// What the engine tells while it works.
pub trait Watch {
    /// A message for the user, with its newline.
    fn message(&mut self, text: &str);
    /// Some time was rendered.
    fn progress(&mut self, progress: &Progress);
}

/// What came of it.
#[derive(Default)]
pub struct Outcome {
    /// The texts that diagnostics point into.
    pub sources: SourceMap,
    /// Everything found, in order.
    pub diagnostics: Vec<Diagnostic>,
    /// Figures of a render that ran.
    pub summary: Option<Summary>,
    /// Status that the piece asked for with `exitnow`.
    pub exit: Option<i32>,
    /// Text asked for with `--emit`.
    pub emitted: Option<String>,
}

/// Figures of a render.
pub struct Summary {
    /// What was written: a file's name, `stdout`, or nothing.
    pub output: String,
    /// Seconds of sound.
    pub seconds: f64,
    /// Peaks and samples out of range.
    pub levels: Levels,
}

/// The engine as the command line sees it.
pub trait Engine {
    /// Renders a piece.
    fn render(&mut self, job: &Job, watch: &mut dyn Watch) -> Outcome;
    /// Compiles a piece.
    fn check(&mut self, job: &Job, emit: Option<Emit>) -> Outcome;
}

impl Job {
    /// A job for these flags: search paths come from the environment, then from `--env`.
    ///
    /// # Errors
    /// A folder of `--sandbox` is none.
    pub fn new(flags: FlagSet) -> Result<Self, Diagnostic> {
        let host = FileHost::of(&flags.options(), |name| std::env::var(name).ok());
        let host = host.map_err(|e| Diagnostic::error(codes::BAD_OPTION, Span::NONE, e.to_string()))?;
        Ok(Self { flags, host })
    }
}

/// The engine of this build.
pub fn engine() -> impl Engine {
    Real
}

/// The engine itself.
struct Real;

/// Passes what the engine tells on to the terminal, as far as the message level lets it.
struct Follower<'a> {
    watch: &'a mut dyn Watch,
    level: u32,
    drawing: Option<Drawing>,
}

impl orchestrion::render::Watch for Follower<'_> {
    fn message(&mut self, message: &orchestrion::base::world::Message) {
        if orchestrion::render::is_shown(message.kind, self.level) {
            self.watch.message(&message.text.to_string());
        }
    }

    fn progress(&mut self, p: &orchestrion::render::Progress) -> bool {
        self.watch.progress(&Progress { seconds: p.seconds, total: p.total, peak: p.peak });
        true
    }

    fn block(&mut self, interleaved: &[f64]) {
        if let Some(drawing) = &mut self.drawing {
            drawing.block(interleaved);
        }
    }
}

impl Engine for Real {
    fn render(&mut self, job: &Job, watch: &mut dyn Watch) -> Outcome {
        let compiled = compile_files(&job.host, job.flags.clone(), orchestrion::opcodes::registry());
        let mut outcome =
            Outcome { sources: compiled.sources, diagnostics: compiled.diagnostics, ..Outcome::default() };
        let Some(piece) = compiled.piece else { return outcome };
        if compiled.options.syntax_only {
            return outcome;
        }
        let level = compiled.options.message_level;
        let drawing = Drawing::new(&compiled.options, piece.header());
        let mut follower = Follower { watch, level, drawing };
        let rendered = orchestrion::render::render(piece, Arc::new(job.host.clone()), &mut follower);
        outcome.diagnostics.extend(rendered.diagnostics);
        if let Some(Err(text)) = follower.drawing.map(|drawing| drawing.save(&job.host)) {
            outcome.diagnostics.push(Diagnostic::error(codes::FILE_UNREADABLE, Span::NONE, text));
        }
        if rendered.errors > 0 {
            let text = format!("{} errors while performing", rendered.errors);
            outcome.diagnostics.push(Diagnostic::error(codes::PERF_ERROR, Span::NONE, text));
        }
        // `exitnow 0` says that all is well, which holds for what the piece can know.
        let spoiled = rendered.non_finite.is_some() && !compiled.options.keep_nan;
        outcome.exit = rendered.exit.filter(|status| *status != 0 || !spoiled);
        outcome.summary = Some(Summary {
            output: match &compiled.options.output {
                Some(Output::File(name)) => name.clone(),
                Some(Output::Stdout) => "stdout".to_owned(),
                Some(_) => "nothing".to_owned(),
                None => orchestrion::soundfile::default_name(compiled.options.container).to_owned(),
            },
            seconds: if rendered.sr > 0.0 { rendered.frames as f64 / rendered.sr } else { 0.0 },
            levels: rendered.levels,
        });
        outcome
    }

    fn check(&mut self, job: &Job, emit: Option<Emit>) -> Outcome {
        let compiled = compile_files(&job.host, job.flags.clone(), orchestrion::opcodes::registry());
        let emitted = match emit {
            Some(Emit::Tree) => Some(orchestrion::parser::orc::dump(&compiled.tree)),
            Some(Emit::Code) => compiled.piece.as_ref().map(|p| orchestrion::vm::disasm::program(&p.program)),
            None => None,
        };
        Outcome {
            sources: compiled.sources,
            diagnostics: compiled.diagnostics,
            emitted,
            ..Outcome::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use orchestrion::flags::{FlagSource, parse};

    /// A watcher that does not look.
    struct Nobody;

    impl Watch for Nobody {
        fn message(&mut self, _: &str) {}

        fn progress(&mut self, _: &Progress) {}
    }

    #[test]
    fn a_render_draws_its_picture() {
        let folder = std::env::temp_dir().join(format!("orchestrion-picture-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let at = |name: &str| folder.join(name).display().to_string();
        std::fs::write(at("p.orc"), "0dbfs = 1\ninstr 1\n out oscili(.5, 440)\nendin\nschedule 1, 0, .1\n")
            .unwrap();
        let render = |picture: &str| {
            let words =
                [at("p.orc"), "-n".to_owned(), "--end=.1".to_owned(), format!("--picture={}", at(picture))];
            Real.render(&Job::new(parse(&words, FlagSource::CommandLine).0).unwrap(), &mut Nobody)
        };
        let outcome = render("p.svg");
        assert!(outcome.diagnostics.is_empty(), "{:?}", outcome.diagnostics);
        let svg = std::fs::read_to_string(at("p.svg")).unwrap();
        assert!(svg.contains(">p.orc<") && svg.contains("1 channel, 44100 Hz, 0.100 s"));
        let outcome = render("nowhere/p.png");
        assert!(outcome.diagnostics[0].message.starts_with("cannot write"), "{:?}", outcome.diagnostics);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
