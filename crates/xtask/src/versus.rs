//! `cargo xtask versus`: whole pieces timed against csound on the same machine in one run.
//!
//! Times are user plus system CPU time of the whole process, start-up included; runs of both programs
//! alternate, so that a slow minute of the machine hits both; medians are compared. Both write a WAV
//! file of 32-bit floats.

use crate::timing::{self, Options};
use crate::{build, chosen};
use orchestrion_tests::render::quick_plugins;
use orchestrion_tests::{assets, root};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use wait4::Wait4;

/// One run of one program.
pub struct Run {
    /// User and system time.
    pub seconds: f64,
    /// Time of the clock.
    pub clock: f64,
    /// Most memory at once.
    pub peak_bytes: u64,
}

/// One piece's row of the table.
#[derive(Serialize)]
struct Row {
    piece: String,
    ours_seconds: f64,
    csound_seconds: f64,
    ratio: f64,
    ours_mib: f64,
    csound_mib: f64,
    /// Spread of csound's runs, (max - min) / median: how noisy the machine was.
    noise: f64,
}

/// Times the chosen pieces and prints the table.
pub fn run(words: &[String]) -> Result<(), String> {
    let options = Options::parse(words, 5, Some("--json"))?;
    let ours = build(&options.profile)?;
    let folder = Folder::new("versus")?;
    let rows = table(&options, &ours, &folder.0)?;
    if let Some(path) = &options.file {
        let text = serde_json::to_string_pretty(&rows).map_err(|e| e.to_string())?;
        std::fs::write(path, text + "\n").map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}

/// A folder for renders with the files that pieces read; removed with it.
pub struct Folder(pub PathBuf);

impl Folder {
    /// A folder named after what is done there.
    pub fn new(what: &str) -> Result<Folder, String> {
        let path = std::env::temp_dir().join(format!("orchestrion-{what}-{}", std::process::id()));
        let shown = |e: std::io::Error| format!("{}: {e}", path.display());
        std::fs::create_dir_all(&path).map_err(shown)?;
        for entry in std::fs::read_dir(assets()).map_err(shown)? {
            let entry = entry.map_err(shown)?;
            std::fs::copy(entry.path(), path.join(entry.file_name())).map_err(shown)?;
        }
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The pieces whose name contains one of the words.
pub fn pieces(names: &[String]) -> Result<Vec<PathBuf>, String> {
    let folder = root().join("benches/pieces");
    let entries = std::fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut pieces: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    pieces.retain(|path| path.extension().is_some_and(|end| end == "csd") && chosen(&stem(path), names));
    pieces.sort();
    Ok(pieces)
}

/// The name of a piece.
pub fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn table(options: &Options, ours: &Path, folder: &Path) -> Result<Vec<Row>, String> {
    println!("{} runs each, median user+system CPU seconds; {}", options.runs, load());
    println!("| piece | ours s | csound s | ours/csound | ours MiB | csound MiB | noise |");
    println!("|---|---|---|---|---|---|---|");
    let mut rows = Vec::new();
    for piece in pieces(&options.names)? {
        let row = compare(&piece, options.runs, ours, folder)?;
        println!(
            "| {} | {:.3} | {:.3} | {:.3} | {:.0} | {:.0} | {:.0} % |",
            row.piece,
            row.ours_seconds,
            row.csound_seconds,
            row.ratio,
            row.ours_mib,
            row.csound_mib,
            row.noise * 100.0
        );
        rows.push(row);
    }
    let mean = rows.iter().map(|row| row.ratio.ln()).sum::<f64>() / rows.len().max(1) as f64;
    println!("| geometric mean | | | {:.3} | | | |", mean.exp());
    println!("\nafterwards: {}", load());
    Ok(rows)
}

fn compare(piece: &Path, runs: usize, ours: &Path, folder: &Path) -> Result<Row, String> {
    let (mut mine, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        theirs.push(timed(&mut csound(), piece, folder)?);
        mine.push(timed(&mut orchestrion(ours), piece, folder)?);
    }
    let (ours_seconds, _) = median(&mine);
    let (csound_seconds, spread) = median(&theirs);
    Ok(Row {
        piece: stem(piece),
        ours_seconds,
        csound_seconds,
        ratio: ours_seconds / csound_seconds,
        ours_mib: peak(&mine),
        csound_mib: peak(&theirs),
        noise: spread / csound_seconds,
    })
}

/// The command that renders with ours.
pub fn orchestrion(path: &Path) -> Command {
    let mut command = Command::new(path);
    command.args(["render", "--threads", "1"]);
    command
}

/// The command that renders with csound.
pub fn csound() -> Command {
    let mut command = Command::new("csound");
    if let Some(plugins) = quick_plugins() {
        command.env("OPCODE6DIR64", plugins);
    }
    command
}

/// Runs `command` on `piece`; a failure is an error, since its time would say nothing.
pub fn timed(command: &mut Command, piece: &Path, folder: &Path) -> Result<Run, String> {
    let out = folder.join("out.wav");
    let _ = std::fs::remove_file(&out);
    command.args(["-W", "-f", "-K", "-d", "-m0", "-o"]).arg(&out).arg(piece);
    command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let name = command.get_program().to_string_lossy().into_owned();
    let start = Instant::now();
    let child = command.spawn().map_err(|e| format!("{name}: {e}"))?;
    let used = child.wait4().map_err(|e| format!("{name}: {e}"))?;
    if !used.status.success() || !out.exists() {
        return Err(format!("{name} failed on {}", piece.display()));
    }
    let seconds = (used.rusage.utime + used.rusage.stime).as_secs_f64();
    Ok(Run { seconds, clock: start.elapsed().as_secs_f64(), peak_bytes: used.rusage.maxrss })
}

/// The median time and the spread of all.
pub fn median(runs: &[Run]) -> (f64, f64) {
    let seconds = || runs.iter().map(|run| run.seconds);
    let (least, most) = (seconds().fold(f64::INFINITY, f64::min), seconds().fold(0.0, f64::max));
    (timing::median(seconds().collect()), most - least)
}

/// Most memory of all runs in MiB.
pub fn peak(runs: &[Run]) -> f64 {
    runs.iter().map(|run| run.peak_bytes).max().unwrap_or(0) as f64 / f64::from(1 << 20)
}

/// How busy the machine is.
pub fn load() -> String {
    match std::fs::read_to_string("/proc/loadavg") {
        Ok(text) => format!("load of the machine {}", text.split(' ').next().unwrap_or("?")),
        Err(_) => "load of the machine unknown".into(),
    }
}
