//! `cargo xtask mutants`: damaged examples of csound's manual, each rendered by a process of its own.

use crate::build;
use crate::manual::{EXAMPLES, copy};
use orchestrion::conform::wav;
use orchestrion_tests::{in_parallel, mutate};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How long one may take; the limits below end a render much earlier on an idle machine.
const TIME: Duration = Duration::from_secs(60);
/// Address space of one in KiB.
const MEMORY_KIB: u64 = 4 << 20;
/// Limits of one.
const FLAGS: &[&str] = &[
    "--end=1",
    "--limit:init-steps=10000000",
    "--limit:cycle-steps=10000000",
    "--limit:table-bytes=500000000",
    "--limit:note-bytes=500000000",
    "--limit:cycle-events=10000",
    "--limit:text-bytes=50000000",
];

struct Options {
    count: usize,
    seed: u64,
    examples: PathBuf,
    work: PathBuf,
    profile: String,
}

/// Renders mutants and keeps those that crash, do not end, or write what is no number without saying so.
pub fn run(words: &[String]) -> Result<(), String> {
    let options = parse(words)?;
    let ours = build(&options.profile)?;
    let examples = options.work.join("examples");
    if !examples.exists() {
        copy(&options.examples, &examples)?;
    }
    let mut pieces = Vec::new();
    for entry in fs::read_dir(&examples).map_err(|e| format!("{}: {e}", examples.display()))? {
        pieces.push(entry.map_err(|e| e.to_string())?.path());
    }
    pieces.retain(|path| path.extension().is_some_and(|end| end == "csd"));
    pieces.sort();
    let numbers: Vec<usize> = (0..options.count).collect();
    let fates = in_parallel(&numbers, |&n| {
        let path = &pieces[n * 7 % pieces.len()];
        let bytes = fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let mutant = mutate::mutant(&String::from_utf8_lossy(&bytes), options.seed + n as u64);
        let folder = options.work.join("mutants").join(n.to_string());
        let fate = render(&ours, &examples, &folder, &mutant)?;
        if fate != Fate::Ended {
            println!("mutant {n} of {} {fate:?}: {}", path.display(), folder.display());
        } else {
            fs::remove_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        }
        Ok::<Fate, String>(fate)
    });
    let fates = fates.into_iter().collect::<Result<Vec<_>, _>>()?;
    let count = |fate| fates.iter().filter(|f| **f == fate).count();
    println!(
        "{} mutants: {} panics, {} signals, {} without an end, {} with samples that are no numbers and status 0",
        fates.len(),
        count(Fate::Panicked),
        count(Fate::Killed),
        count(Fate::Endless),
        count(Fate::NoNumbers)
    );
    Ok(())
}

fn parse(words: &[String]) -> Result<Options, String> {
    let mut options = Options {
        count: 3000,
        seed: 1,
        examples: EXAMPLES.into(),
        work: std::env::temp_dir().join("orchestrion-mutants"),
        profile: "fast".into(),
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
        let number = || value.parse::<usize>().map_err(|e| format!("{word} {value}: {e}"));
        match word.as_str() {
            "--count" => options.count = number()?,
            "--seed" => options.seed = number()? as u64,
            "--examples" => options.examples = value.into(),
            "--work" => options.work = value.into(),
            "--profile" => options.profile.clone_from(value),
            other => return Err(format!("{other} is no option of mutants")),
        }
    }
    Ok(options)
}

/// What became of a mutant.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Ended,
    Panicked,
    Killed,
    Endless,
    NoNumbers,
}

fn render(ours: &Path, examples: &Path, folder: &Path, mutant: &str) -> Result<Fate, String> {
    let failed = |e: std::io::Error| format!("{}: {e}", folder.display());
    fs::create_dir_all(folder).map_err(failed)?;
    fs::write(folder.join("mutant.csd"), mutant).map_err(failed)?;
    let log = fs::File::create(folder.join("LOG")).map_err(failed)?;
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -v {MEMORY_KIB}; exec \"$0\" \"$@\"")]).arg(ours).arg("render");
    command.args(FLAGS).args(["-W", "--format=double", "-d", "-m0", "-o", "OUT.wav", "mutant.csd"]);
    for key in ["SSDIR", "SADIR", "INCDIR", "MFDIR"] {
        command.env(key, examples);
    }
    command.env("SFDIR", folder).current_dir(folder);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    let mut child = command.spawn().map_err(failed)?;
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait().map_err(failed)? {
            return Ok(match status.code() {
                None => Fate::Killed,
                Some(101) => Fate::Panicked,
                Some(0) if has_no_numbers(&folder.join("OUT.wav")) => Fate::NoNumbers,
                Some(_) => Fate::Ended,
            });
        }
        if started.elapsed() > TIME {
            child.kill().and_then(|()| child.wait()).map_err(failed)?;
            return Ok(Fate::Endless);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Whether a sound file holds samples that are not finite.
fn has_no_numbers(path: &Path) -> bool {
    let sound = fs::read(path).ok().and_then(|bytes| wav::parse(&bytes).ok());
    sound.is_some_and(|sound| sound.samples.iter().any(|x| !x.is_finite()))
}
