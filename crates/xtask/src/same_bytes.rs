//! `cargo xtask same-bytes`: one render gives the same bytes however it is made.
//!
//! Every case, experiment, example and benchmark piece is rendered by this development build, with several threads,
//! one k-cycle at a time, by an optimised build and by WebAssembly in Node. Digests (SHA-256) of the samples and of the
//! messages are compared with those of the plain render.
//!
//! There is no row for processors with fewer SIMD instructions, since nothing on the way of a sample asks what the
//! processor can do (`tests/tidy.rs` looks for it in all that is linked in). What a compiler makes of instructions
//! that only some have is seen with `--cpu native`, which builds the optimised row for this machine's.

use crate::chosen;
use orchestrion::perform::Manner;
use orchestrion_tests::in_process::{self, hear};
use orchestrion_tests::{in_parallel, root};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Endless pieces are cut.
const END: &str = "--end=0.2";

const WASM: &str = "wasm32";

/// Status with which `.ci/wasm-cargo` says that it has no compiler for wasm32.
const UNAVAILABLE: i32 = 75;

/// Pieces whose samples WebAssembly makes differently, and why.
const KNOWN: &[(&str, &str)] = &[
    ("tests/conformance/sound_io/diskin.md:diskin2-mp3", MP3),
    ("tests/conformance/tables/gen01.md:formats", MP3),
];
const MP3: &str = "the MP3 decoder makes tables with the platform's powf";

/// What another build renders.
#[derive(Serialize, Deserialize)]
struct Job {
    flags: Vec<String>,
    /// Files that the pieces may read.
    files: Vec<(String, Vec<u8>)>,
    /// Documents.
    pieces: Vec<String>,
}

struct Options {
    texts: Vec<String>,
    profile: String,
    cpu: Option<String>,
    /// A job that is done in place of everything else: what this program calls itself for.
    job: Option<PathBuf>,
}

/// Compares all ways and prints a table; an error if one differs.
pub fn run(words: &[String]) -> Result<(), String> {
    let options = parse(words)?;
    if let Some(path) = &options.job {
        let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let job: Job = serde_json::from_str(&text).map_err(|e| e.to_string())?;
        digests(&job, &[], Manner::Fast).iter().for_each(|line| println!("{line}"));
        return Ok(());
    }
    let pieces = in_process::pieces()?.into_iter().filter(|(name, _)| chosen(name, &options.texts));
    let (names, documents): (Vec<String>, Vec<String>) = pieces.unzip();
    let host = in_process::host();
    let files =
        host.names().into_iter().map(|name| (host.get(&name).map_or(Vec::new(), |b| b.to_vec()), name));
    let job = Job {
        flags: vec![END.to_owned()],
        files: files.map(|(bytes, name)| (name, bytes)).collect(),
        pieces: documents,
    };
    Comparison::new(names, job).all(&options)
}

fn parse(words: &[String]) -> Result<Options, String> {
    let mut options = Options { texts: Vec::new(), profile: "release".into(), cpu: None, job: None };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
        match word.as_str() {
            "--profile" => options.profile = value()?.clone(),
            "--cpu" => options.cpu = Some(value()?.clone()),
            "--job" => options.job = Some(value()?.into()),
            text => options.texts.push(text.to_owned()),
        }
    }
    Ok(options)
}

/// Renders the pieces of a job in this process; a line for each.
fn digests(job: &Job, flags: &[&str], manner: Manner) -> Vec<String> {
    let flags: Vec<String> = job.flags.iter().cloned().chain(flags.iter().map(|f| (*f).to_owned())).collect();
    in_parallel(&job.pieces, |document| {
        let heard = hear(document, &flags, manner).filter(|heard| !heard.samples.is_empty());
        heard.map_or_else(
            || "no-sound".to_owned(),
            |heard| {
                let samples: Vec<u8> = heard.samples.iter().flat_map(|bits| bits.to_le_bytes()).collect();
                format!("{} {}", digest(&samples), digest(&heard.told()))
            },
        )
    })
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The plain render and what others differ from it in.
struct Comparison {
    names: Vec<String>,
    job: Job,
    plain: Vec<String>,
    faults: Vec<String>,
}

impl Comparison {
    /// Makes the plain render, and forgets the pieces that have no sound.
    fn new(names: Vec<String>, mut job: Job) -> Self {
        let plain = digests(&job, &[], Manner::Fast);
        let heard: Vec<bool> = plain.iter().map(|line| line != "no-sound").collect();
        let mut which = heard.iter();
        job.pieces.retain(|_| which.next() == Some(&true));
        let keep =
            |list: Vec<String>| list.into_iter().zip(&heard).filter(|(_, h)| **h).map(|(x, _)| x).collect();
        Self { names: keep(names), job, plain: keep(plain), faults: Vec::new() }
    }

    fn all(mut self, options: &Options) -> Result<(), String> {
        println!("{} pieces that sound, compared with one thread of the development build", self.names.len());
        self.row("2 threads", |job| Ok(digests(job, &["--threads=2"], Manner::Spread)))?;
        self.row("4 threads", |job| Ok(digests(job, &["--threads=4"], Manner::Spread)))?;
        self.row("one k-cycle at a time", |job| Ok(digests(job, &[], Manner::PerCycle)))?;
        let path = folder()?.join("job.json");
        let text = serde_json::to_string(&self.job).map_err(|e| e.to_string())?;
        fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
        let optimised = optimised(&options.profile, options.cpu.as_deref())?;
        self.row("optimised", |_| lines(Command::new(&optimised).args(["same-bytes", "--job"]).arg(&path)))?;
        match module()? {
            Some(module) => {
                let script = root().join("tests/same_bytes.mjs");
                self.row(WASM, |_| lines(Command::new("node").arg(&script).arg(&module).arg(&path)))?;
            }
            None => println!("{WASM}: SKIPPED"),
        }
        match self.faults.as_slice() {
            [] => Ok(()),
            faults => Err(format!("{} renders differ:\n  {}", faults.len(), faults.join("\n  "))),
        }
    }

    fn row(&mut self, way: &str, render: impl Fn(&Job) -> Result<Vec<String>, String>) -> Result<(), String> {
        let begin = Instant::now();
        let lines = render(&self.job)?;
        if lines.len() != self.plain.len() {
            return Err(format!("{way}: {} lines for {} pieces", lines.len(), self.plain.len()));
        }
        let rows = self.names.iter().zip(&self.plain).zip(&lines);
        let faults: Vec<String> = rows
            .filter_map(|((name, plain), line)| {
                let known = KNOWN.iter().find(|(piece, _)| way == WASM && piece == name);
                match (plain == line, known) {
                    (true, Some(_)) => {
                        Some(format!("{way}: {name}: no longer differs, strike it from KNOWN"))
                    }
                    (false, Some((_, why))) => {
                        println!("{way}: {name} differs: {why}");
                        None
                    }
                    (false, None) => Some(format!("{way}: {name}: {}", what_differs(plain, line))),
                    (true, None) => None,
                }
            })
            .collect();
        println!("{way}: {} differ ({:.0} s)", faults.len(), begin.elapsed().as_secs_f64());
        self.faults.extend(faults);
        Ok(())
    }
}

fn what_differs(plain: &str, line: &str) -> String {
    let samples = |line: &str| line.split_once(' ').map(|(samples, _)| samples.to_owned());
    match line.split_once(' ') {
        Some((what @ ("no-sound" | "trapped"), why)) => format!("{what}, {why}"),
        _ if samples(plain) == samples(line) => "messages".to_owned(),
        _ => "samples".to_owned(),
    }
}

/// Where jobs and other builds go.
fn folder() -> Result<PathBuf, String> {
    let folder = root().join("target/same-bytes");
    fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    Ok(folder)
}

/// This program as a profile makes it, for a processor or for every one.
fn optimised(profile: &str, cpu: Option<&str>) -> Result<PathBuf, String> {
    let mut cargo = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
    cargo.args(["build", "--quiet", "--package", "orchestrion-xtask", "--profile", profile]);
    let target = match cpu {
        None => root().join("target"),
        Some(cpu) => {
            cargo.env("RUSTFLAGS", format!("-C target-cpu={cpu}"));
            folder()?.join(cpu)
        }
    };
    match cargo.env("CARGO_TARGET_DIR", &target).current_dir(root()).status() {
        Ok(status) if status.success() => {
            Ok(target.join(if profile == "dev" { "debug" } else { profile }).join("xtask"))
        }
        _ => Err("the optimised build fails".to_owned()),
    }
}

/// The WebAssembly module; nothing if there is no compiler for it or no Node.
fn module() -> Result<Option<PathBuf>, String> {
    if Command::new("node").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("no Node.js here");
        return Ok(None);
    }
    let build = ["build", "--package", "orchestrion-wasm"];
    let status = Command::new("bash").arg(root().join(".ci/wasm-cargo")).args(build).status();
    match status.map_err(|e| format!("bash: {e}"))?.code() {
        Some(0) => Ok(Some(root().join("target/wasm/wasm32-unknown-unknown/debug/orchestrion_wasm.wasm"))),
        Some(UNAVAILABLE) => Ok(None),
        _ => Err("the WebAssembly module does not build".to_owned()),
    }
}

/// What a program prints.
fn lines(command: &mut Command) -> Result<Vec<String>, String> {
    let program = Path::new(command.get_program()).display().to_string();
    let done = command.stderr(Stdio::inherit()).output().map_err(|e| format!("{program}: {e}"))?;
    if !done.status.success() {
        return Err(format!("{program}: {}", done.status));
    }
    Ok(String::from_utf8_lossy(&done.stdout).lines().map(str::to_owned).collect())
}
