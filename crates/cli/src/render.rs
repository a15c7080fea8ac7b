//! `orchestrion render`.

use crate::args::{MessageFormat, Words, help_text};
use crate::connect::{Engine, Summary, Watch};
use crate::exit::Exit;
use crate::progress::{Bar, Progress, decibels};
use crate::{report, terminal, words};
use orchestrion::base::diag::{Diagnostic, codes};
use orchestrion::base::source::{SourceMap, Span};
use orchestrion::options::{Log, Options};
use std::fs::File;
use std::io::Write;

/// Renders a piece.
pub fn run(args: &Words, engine: &mut impl Engine) -> Exit {
    let mut parsed = words::read(&args.words);
    if let Some(help) = parsed.help {
        terminal::out(&help_text("render", help));
        return Exit::Good;
    }
    let options = parsed.flags.options();
    if options.files.is_empty() && !parsed.has_errors() {
        parsed.diagnostics.push(no_piece("render"));
    }
    let log = match open_log(&options.log) {
        Ok(log) => log,
        Err(message) => {
            parsed.diagnostics.push(Diagnostic::error(codes::BAD_OPTION, Span::NONE, message));
            LogTo::Nothing
        }
    };
    let job = parsed.job();
    report::print(&SourceMap::default(), &parsed.diagnostics, parsed.message_format);
    let Some(job) = job else { return Exit::Usage };
    let mut watcher = Watcher { bar: Bar::new(shows_progress(&options)), log };
    let outcome = engine.render(&job, &mut watcher);
    watcher.bar.finish();
    report::print(&outcome.sources, &outcome.diagnostics, parsed.message_format);
    if let Some(summary) = &outcome.summary
        && parsed.message_format == MessageFormat::Text
        && !is_quiet(&options)
    {
        watcher.message(&describe(summary));
    }
    match outcome.exit {
        // `exitnow 0` says that all is well.
        Some(status) => Exit::Asked(status as u8),
        None => Exit::of(&outcome.diagnostics),
    }
}

/// The complaint about a command without a piece.
pub fn no_piece(command: &str) -> Diagnostic {
    Diagnostic::error(codes::BAD_OPTION, Span::NONE, "no piece was named")
        .help(format!("orchestrion {command} piece.csd"))
        .help(format!("orchestrion {command} --help"))
}

fn is_quiet(options: &Options) -> bool {
    // 16 silences the reference too (manual, -m).
    options.log == Log::Null || options.message_level & 0xff == 0 || options.message_level == 16
}

fn shows_progress(options: &Options) -> bool {
    !is_quiet(options)
}

enum LogTo {
    Stderr,
    File(File),
    Nothing,
}

fn open_log(log: &Log) -> Result<LogTo, String> {
    match log {
        Log::Stderr => Ok(LogTo::Stderr),
        Log::Null => Ok(LogTo::Nothing),
        Log::File(name) => File::create(name)
            .map(LogTo::File)
            .map_err(|e| format!("cannot write the log file \"{name}\": {e}")),
    }
}

struct Watcher {
    bar: Bar,
    log: LogTo,
}

impl Watch for Watcher {
    fn message(&mut self, text: &str) {
        match &mut self.log {
            LogTo::Stderr => self.bar.print(text),
            // A full disk must not end the render for the sake of its log.
            LogTo::File(file) => drop(file.write_all(text.as_bytes())),
            LogTo::Nothing => {}
        }
    }

    fn progress(&mut self, progress: &Progress) {
        self.bar.update(progress);
    }
}

/// Peaks and samples out of range of each channel, and what was written.
fn describe(summary: &Summary) -> String {
    let levels = &summary.levels;
    let peaks: Vec<String> = levels.peaks.iter().map(|p| format!("{p:.5} ({})", decibels(*p))).collect();
    let mut out = format!("peak amplitudes: {}\n", peaks.join("  "));
    if levels.out_of_range.iter().any(|&n| n > 0) {
        let counts: Vec<String> = levels.out_of_range.iter().map(u64::to_string).collect();
        out += &format!("samples out of range: {}\n", counts.join("  "));
    }
    out += &format!("{:.3} s written to {}\n", summary.seconds, summary.output);
    out
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
