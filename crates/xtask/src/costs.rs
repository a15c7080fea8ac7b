//! `cargo xtask costs`: what one call of each opcode costs a sample, in ours and in csound.
//!
//! Both programs render a case with the call as it stands and with the call repeated; the difference between
//! the two times is that of the repetitions alone, whatever else the case does.

use crate::timing::{Options, median};
use crate::versus::{Folder, csound, load, orchestrion, timed};
use crate::{build, chosen};
use orchestrion_benches::drivers::{COPIES, Driver, survey};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// Seconds of sound that the first attempt renders.
const FIRST: f64 = 2.0;
/// Seconds of sound at most.
const LONGEST: f64 = 100.0;
/// Processor time that the repetitions should take, so that the clock's grain and the noise of the
/// machine do not matter much.
const ENOUGH: f64 = 0.04;
/// Processor time of one render after which it is not lengthened.
const LONG: f64 = 2.0;
/// Seconds after which a render has failed.
const LIMIT: &str = "60";

/// What the calls of one driver cost.
struct Row {
    id: String,
    case: String,
    ours: f64,
    /// `None` where csound does not have the opcode or fails.
    csound: Option<f64>,
}

impl Row {
    fn ratio(&self) -> Option<f64> {
        self.csound.map(|csound| self.ours / csound)
    }
}

/// Measures the chosen opcodes and prints a table, the costliest against csound first.
pub fn run(words: &[String]) -> Result<(), String> {
    let options = Options::parse(words, 3, Some("--csv"))?;
    let ours = build(&options.profile)?;
    let folder = Folder::new("costs")?;
    let mut drivers = survey()?.drivers;
    drivers.retain(|driver| chosen(&driver.id(), &options.names));
    let mut rows = Vec::new();
    for (n, driver) in drivers.iter().enumerate() {
        match measure(driver, options.runs, &ours, &folder.0) {
            Ok(row) => rows.push(row),
            Err(why) => println!("{}: {why}", driver.id()),
        }
        eprint!("\r{}/{}", n + 1, drivers.len());
    }
    eprintln!();
    rows.sort_by(|a, b| b.ratio().unwrap_or(0.0).total_cmp(&a.ratio().unwrap_or(0.0)));
    print(&rows);
    match &options.file {
        Some(path) => std::fs::write(path, csv(&rows)).map_err(|e| format!("{}: {e}", path.display())),
        None => Ok(()),
    }
}

/// The price of a driver's call in both programs, in renders long enough to tell.
fn measure(driver: &Driver, runs: usize, ours: &Path, folder: &Path) -> Result<Row, String> {
    let case = driver.case.clone();
    let has_csound = !driver.op.extension;
    let mut attempt = Attempt { driver, ours, folder, seconds: FIRST };
    let mut priced = Vec::new();
    loop {
        let mine = attempt.price(true)?;
        let theirs = if has_csound { attempt.price(false).ok() } else { None };
        priced.push((mine.each, theirs.as_ref().map(|price| price.each)));
        let shown = theirs.as_ref().map_or(mine.repeated, |theirs| theirs.repeated.min(mine.repeated));
        let longest = theirs.map_or(mine.longest, |theirs| theirs.longest.max(mine.longest));
        if shown >= ENOUGH || longest >= LONG || attempt.seconds >= LONGEST {
            if priced.len() >= runs {
                break;
            }
        } else {
            priced.clear();
            attempt.seconds *= (ENOUGH * 1.25 / shown.max(1e-9)).clamp(1.5, 10.0).min(1.5 * LONG / longest);
            attempt.seconds = attempt.seconds.min(LONGEST);
        }
    }
    let ours = median(priced.iter().map(|(ours, _)| *ours).collect());
    let csound = priced.iter().map(|(_, csound)| *csound).collect::<Option<Vec<_>>>().map(median);
    Ok(Row { id: driver.id(), case, ours, csound })
}

struct Attempt<'a> {
    driver: &'a Driver,
    ours: &'a Path,
    folder: &'a Path,
    seconds: f64,
}

struct Price {
    /// Nanoseconds a sample and call.
    each: f64,
    /// Seconds that the repetitions took.
    repeated: f64,
    /// Seconds of the longer render.
    longest: f64,
}

impl Attempt<'_> {
    fn price(&self, by_ours: bool) -> Result<Price, String> {
        let seconds = |copies| {
            let piece = self.folder.join("piece.csd");
            let text = self.driver.document(copies, self.seconds);
            std::fs::write(&piece, text).map_err(|e| format!("{}: {e}", piece.display()))?;
            let program = if by_ours { orchestrion(self.ours) } else { csound() };
            let run = timed(&mut limited(&program), &piece, self.folder)?;
            Ok::<f64, String>(run.seconds)
        };
        let (once, again) = (seconds(0)?, seconds(COPIES)?);
        let repeated = again - once;
        let samples = self.seconds * self.driver.sr * COPIES as f64;
        Ok(Price { each: (repeated * 1e9 / samples).max(0.001), repeated, longest: again })
    }
}

/// The same command, ended when it takes too long.
fn limited(command: &Command) -> Command {
    let mut limited = Command::new("timeout");
    limited.arg(LIMIT).arg(command.get_program()).args(command.get_args());
    for (key, value) in command.get_envs() {
        limited.env(key, value.unwrap_or_default());
    }
    limited
}

fn print(rows: &[Row]) {
    println!("nanoseconds a sample and call, {COPIES} calls; {}", load());
    println!("| opcode | ours ns | csound ns | ours/csound | case |\n|---|---|---|---|---|");
    for row in rows {
        let shown = |x: Option<f64>| x.map_or_else(String::new, |x| format!("{x:.2}"));
        let (csound, ratio) = (shown(row.csound), shown(row.ratio()));
        println!("| {} | {:.2} | {csound} | {ratio} | {} |", row.id, row.ours, row.case);
    }
    let ratios: Vec<f64> = rows.iter().filter_map(Row::ratio).map(f64::ln).collect();
    let mean = (ratios.iter().sum::<f64>() / ratios.len().max(1) as f64).exp();
    println!("| geometric mean of {} | | | {mean:.2} | |", ratios.len());
}

fn csv(rows: &[Row]) -> String {
    let mut text = String::from("opcode,ours_ns,csound_ns,ratio,case\n");
    for row in rows {
        let shown = |x: Option<f64>| x.map_or_else(String::new, |x| format!("{x:.4}"));
        let (csound, ratio) = (shown(row.csound), shown(row.ratio()));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{},{:.4},{csound},{ratio},{}", row.id, row.ours, row.case);
    }
    text
}
