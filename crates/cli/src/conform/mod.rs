//! `orchestrion conform`: pieces rendered by Orchestrion and by the reference, graded and reported.
//!
//! Every render is a process of its own with a limit on time and memory, ours too: a crash or a hang
//! is a row of the table and nothing more.

mod figure;
mod kept;
mod page;
mod pieces;
mod process;
mod row;

use crate::args::{ConformArgs, MessageFormat};
use crate::exit::Exit;
use crate::report;
use indicatif::{ProgressBar, ProgressStyle};
use orchestrion::base::diag::{Diagnostic, codes};
use orchestrion::base::source::{SourceMap, Span};
use orchestrion::conform::Grade;
use pieces::Piece;
use row::{Row, Tally};
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Renders the pieces with both, prints the table and writes the reports that were asked for.
pub fn run(args: &ConformArgs) -> Exit {
    match conform(args) {
        Ok(exit) => exit,
        Err(message) => {
            let diagnostic = Diagnostic::error(codes::BAD_OPTION, Span::NONE, message);
            report::print(&SourceMap::default(), &[diagnostic], MessageFormat::Text);
            Exit::Usage
        }
    }
}

fn conform(args: &ConformArgs) -> Result<Exit, String> {
    let pieces = pieces::collect(&args.paths, &args.only, args.options.as_deref())?;
    let setting = row::Setting::new(args)?;
    let rows = grade_all(&pieces, &setting, args.jobs);
    let tally = Tally::of(&rows);
    print_table(&rows, &tally).map_err(|e| format!("cannot print: {e}"))?;
    if let Some(path) = &args.json {
        let text = serde_json::to_string_pretty(&row::Report { tally: &tally, rows: &rows });
        save(path, &text.map_err(|e| e.to_string())?)?;
    }
    if let Some(path) = &args.html {
        save(path, &page::html(&rows, &tally))?;
    }
    let required = args.require.as_deref().and_then(Grade::from_name);
    let reached = required.is_none_or(|grade| rows.iter().all(|row| row.reaches(grade)));
    Ok(if reached { Exit::Good } else { Exit::Performance })
}

fn save(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))
}

/// The rows of all pieces, in their order, `jobs` pieces at a time.
fn grade_all(pieces: &[Piece], setting: &row::Setting, jobs: Option<usize>) -> Vec<Row> {
    let processors = || thread::available_parallelism().map_or(1, usize::from);
    let jobs = jobs.unwrap_or_else(processors).clamp(1, pieces.len().max(1));
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} {msg}");
    let bar = ProgressBar::new(pieces.len() as u64)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let next = AtomicUsize::new(0);
    let work = || {
        let mut rows = Vec::new();
        while let Some((index, piece)) = take(&next, pieces) {
            bar.set_message(piece.name.clone());
            rows.push((index, setting.grade(index, piece)));
            bar.inc(1);
        }
        rows
    };
    let mut rows: Vec<(usize, Row)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
    });
    bar.finish_and_clear();
    rows.sort_by_key(|(index, _)| *index);
    rows.into_iter().map(|(_, row)| row).collect()
}

fn take<'a>(next: &AtomicUsize, pieces: &'a [Piece]) -> Option<(usize, &'a Piece)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    pieces.get(index).map(|piece| (index, piece))
}

fn print_table(rows: &[Row], tally: &Tally) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let width = rows.iter().map(|row| row.piece.chars().count()).max().unwrap_or(0).clamp(5, 48);
    writeln!(out, "{:width$}  grade  {:>8}  {:>8}  remark", "piece", "ours s", "theirs s")?;
    for row in rows {
        let (ours, theirs) = (row.ours_seconds, row.reference_seconds);
        writeln!(out, "{:width$}  {:5}  {ours:8.3}  {theirs:8.3}  {}", row.piece, row.label(), row.remark)?;
    }
    writeln!(out, "\n{tally}")
}
