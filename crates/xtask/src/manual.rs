//! `cargo xtask manual`: the examples of csound's manual through both programs, graded.
//!
//! Examples are copied to a work folder outside the tree, since Debian compresses some of the files they
//! read and some write files of their own. csound's renders are kept there: a rerun renders only ours.

use crate::build;
use orchestrion_tests::root;
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where Debian's `csound-doc` puts the examples.
pub const EXAMPLES: &str = "/usr/share/doc/csound-doc/html/examples";

struct Options {
    only: Vec<String>,
    examples: PathBuf,
    work: PathBuf,
    profile: String,
}

/// What is read of the report of `orchestrion conform`.
#[derive(Deserialize)]
struct Report {
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    piece: String,
    grade: Option<String>,
    varies: bool,
    peak: Option<f64>,
    ours: String,
    remark: String,
}

/// Grades the chosen examples and says what stands between the others and an A.
pub fn run(words: &[String]) -> Result<(), String> {
    let options = parse(words)?;
    let ours = build(&options.profile)?;
    let examples = options.work.join("examples");
    if !examples.exists() {
        copy(&options.examples, &examples)?;
    }
    let report = options.work.join("report.json");
    let mut command = Command::new(ours);
    command.arg("conform").arg(&examples).arg("--keep").arg(options.work.join("renders"));
    command.arg("--options").arg(root().join("tests/manual.tsv")).arg("--json").arg(&report);
    command.arg("--html").arg(options.work.join("report.html"));
    for text in &options.only {
        command.arg("--only").arg(text);
    }
    command.stdout(Stdio::null());
    let status = command.status().map_err(|e| format!("orchestrion: {e}"))?;
    if !status.success() {
        return Err(format!("orchestrion conform: {status}"));
    }
    summarize(&report)
}

fn parse(words: &[String]) -> Result<Options, String> {
    let mut options = Options {
        only: Vec::new(),
        examples: EXAMPLES.into(),
        work: std::env::temp_dir().join("orchestrion-manual"),
        profile: "fast".into(),
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
        match word.as_str() {
            "--examples" => options.examples = value()?.into(),
            "--work" => options.work = value()?.into(),
            "--profile" => options.profile = value()?.clone(),
            text => options.only.push(text.to_owned()),
        }
    }
    Ok(options)
}

/// Copies the folder `from` and unpacks what is compressed in it.
pub fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let ran = |command: &mut Command| match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?}: {status}")),
        Err(e) => Err(format!("{command:?}: {e}")),
    };
    let parent = to.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(|e| format!("{}: {e}", parent.display()))?;
    ran(Command::new("cp").args(["-r", "--"]).arg(from).arg(to))?;
    ran(Command::new("gunzip").args(["-r", "-f", "--"]).arg(to))
}

fn summarize(report: &Path) -> Result<(), String> {
    let text = fs::read_to_string(report).map_err(|e| format!("{}: {e}", report.display()))?;
    let rows = serde_json::from_str::<Report>(&text).map_err(|e| e.to_string())?.rows;
    let short: Vec<&Row> = rows.iter().filter(|row| !row.is_good()).collect();
    let lacks = |code: &str| short.iter().filter(|row| row.remark.contains(code)).count();
    let (missing, refused) = (lacks(MISSING), lacks(REFUSED));
    for row in &short {
        if !row.remark.contains(MISSING) && !row.remark.contains(REFUSED) {
            println!("{:5} {:32} {}", row.grade.as_deref().unwrap_or("-"), row.piece, row.remark);
        }
    }
    println!("\n{} examples", rows.len());
    for letter in ["A", "B", "C", "F"] {
        let with = |row: &&Row| row.grade.as_deref().is_some_and(|grade| grade.starts_with(letter));
        println!("{letter:>10} {}", rows.iter().filter(with).count());
    }
    let sounds = |row: &&Row| row.grade.as_deref() == Some("A") && row.peak.is_some_and(|peak| peak > 0.0);
    println!("{:>10} A that sound", rows.iter().filter(sounds).count());
    println!("of those that could be better:");
    println!("{missing:>10} use opcodes that are not there yet, {refused} opcodes that never will be");
    let told = |what: &str| rows.iter().filter(|row| row.ours.starts_with(what)).count();
    println!("ours crashed {} times and hung {} times", told("crash"), told("time is up"));
    Ok(())
}

/// Code of the message about opcodes that are not there yet.
const MISSING: &str = "[E0302]";
/// Code of the message about opcodes that never will be there.
const REFUSED: &str = "[E0311]";

impl Row {
    fn is_good(&self) -> bool {
        let enough: &[&str] = if self.varies { &["A", "B", "C"] } else { &["A"] };
        let reached = |grade: &String| enough.contains(&grade.as_str());
        self.grade.as_ref().is_none_or(reached) && !self.ours.starts_with("crash")
    }
}
