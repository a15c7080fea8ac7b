//! One render in a process of its own, limited in time and memory.

use orchestrion::conform::{Sound, wav};
use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What a render may use up.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Wall time.
    pub time: Duration,
    /// Address space.
    pub memory_mib: u64,
}

/// The largest file that a render may write, in MiB: three minutes of stereo floats.
const FILE_MIB: u64 = 128;

/// How a render ended.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// By itself, with this status.
    Status(i32),
    /// It was stopped when its time was up.
    Timeout,
    /// It was stopped when its sound file had [`FILE_MIB`].
    TooLong,
    /// By a fault, which is named.
    Crash(String),
}

impl End {
    /// Whether the render would have gone on.
    pub fn is_stopped(&self) -> bool {
        matches!(self, End::Timeout | End::TooLong)
    }

    /// Reads what [`fmt::Display`] writes.
    pub fn from_text(text: &str) -> Option<End> {
        match text {
            "ok" => Some(End::Status(0)),
            "time is up" => Some(End::Timeout),
            "its file is too large" => Some(End::TooLong),
            _ => match text.split_once(' ')? {
                ("status", code) => code.parse().ok().map(End::Status),
                ("crash:", why) => Some(End::Crash(why.to_owned())),
                _ => None,
            },
        }
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Status(0) => f.write_str("ok"),
            End::Status(code) => write!(f, "status {code}"),
            End::Timeout => f.write_str("time is up"),
            End::TooLong => f.write_str("its file is too large"),
            End::Crash(why) => write!(f, "crash: {why}"),
        }
    }
}

/// A render.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// How it ended.
    pub end: End,
    /// Wall time in seconds.
    pub seconds: f64,
    /// What was rendered, if there is a readable file; of a stopped render as far as it got.
    pub sound: Option<Sound>,
    /// The line of its log that tells most.
    pub telling: String,
}

/// Runs `program` with `words` in `folder`; it is expected to write `out`.
pub fn run(program: &Path, words: &[String], folder: &Path, out: &Path, limits: Limits) -> Rendered {
    let log = out.with_extension("log");
    let started = Instant::now();
    let end = match spawn_and_wait(program, words, folder, &log, out, limits) {
        Ok(Some(status)) => ended(status),
        Ok(None) => End::Timeout,
        Err(error) => End::Crash(format!("{}: {error}", program.display())),
    };
    let seconds = started.elapsed().as_secs_f64();
    let text = fs::read(&log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let end = caught(&text).map_or(end, End::Crash);
    let end = if is_full(out) { End::TooLong } else { end };
    let sound = sound(out).filter(|_| !matches!(end, End::Crash(_)));
    Rendered { end, seconds, sound, telling: telling(&text) }
}

/// The sound file at `path`, if it can be read.
pub fn sound(path: &Path) -> Option<Sound> {
    fs::read(path).ok().and_then(|bytes| wav::parse(&bytes).ok())
}

fn spawn_and_wait(
    program: &Path,
    words: &[String],
    folder: &Path,
    log: &Path,
    out: &Path,
    limits: Limits,
) -> std::io::Result<Option<ExitStatus>> {
    let mut command = limited(program, words, limits.memory_mib);
    // What a piece writes besides goes where its sound goes.
    let scratch: PathBuf = out.parent().map(Path::to_path_buf).unwrap_or_default();
    command.current_dir(folder).env("SFDIR", scratch);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(log)?);
    let mut child = command.spawn()?;
    let deadline = Instant::now() + limits.time;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() > deadline {
            let _ = child.kill();
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(3));
    }
}

/// The command, through a shell that sets limits where there is one.
fn limited(program: &Path, words: &[String], memory_mib: u64) -> Command {
    if cfg!(unix) {
        let mut command = Command::new("sh");
        let (memory, file) = (memory_mib * 1024, FILE_MIB * 2048);
        command.args(["-c", &format!("ulimit -v {memory}; ulimit -f {file}; exec \"$0\" \"$@\"")]);
        command.arg(program).args(words);
        command
    } else {
        let mut command = Command::new(program);
        command.args(words);
        command
    }
}

fn ended(status: ExitStatus) -> End {
    /// The status of a Rust program that panicked.
    const PANIC: i32 = 101;
    match status.code() {
        Some(PANIC) => End::Crash("panicked".into()),
        Some(code) => End::Status(code),
        None if over_file_limit(status) => End::TooLong,
        None => End::Crash(status.to_string()),
    }
}

/// Whether the signal was the one for files beyond their limit.
#[cfg(unix)]
fn over_file_limit(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    /// SIGXFSZ on Linux and macOS.
    const XFSZ: i32 = 25;
    status.signal() == Some(XFSZ)
}

/// Elsewhere there is no limit.
#[cfg(not(unix))]
fn over_file_limit(_: ExitStatus) -> bool {
    false
}

/// Whether a file has reached its limit: csound takes no signal for it and ends with an error.
fn is_full(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|data| data.len() >= FILE_MIB << 20)
}

/// csound catches its own faults, says so and ends with a status of its own.
fn caught(log: &str) -> Option<String> {
    let line = log.lines().rev().take(3).find_map(|line| line.strip_prefix("csound command: "))?;
    Some(line.to_lowercase())
}

/// The first error of a log, or its last line.
fn telling(log: &str) -> String {
    let error = |line: &&str| {
        let line = line.trim_start();
        line.starts_with("error") || line.contains("ERROR") || line.contains("panicked at")
    };
    let line = log.lines().find(error).or_else(|| log.lines().rfind(|line| !line.trim().is_empty()));
    line.unwrap_or("").trim().chars().take(160).collect()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str, milliseconds: u64) -> Rendered {
        let folder = std::env::temp_dir();
        let out = folder.join(format!("orchestrion-process-{}-{milliseconds}.wav", std::process::id()));
        let limits = Limits { time: Duration::from_millis(milliseconds), memory_mib: 1024 };
        run(Path::new("sh"), &["-c".into(), script.into()], &folder, &out, limits)
    }

    #[test]
    fn status_and_first_error_are_kept() {
        let rendered = shell("echo note >&2; echo 'error: no such opcode' >&2; echo end >&2; exit 3", 5001);
        assert_eq!((rendered.end, rendered.telling.as_str()), (End::Status(3), "error: no such opcode"));
    }

    #[test]
    fn ends_are_read_as_they_are_written() {
        let why = || "segmentation fault".to_owned();
        for end in [End::Status(0), End::Status(3), End::Timeout, End::TooLong, End::Crash(why())] {
            assert_eq!(End::from_text(&end.to_string()), Some(end));
        }
        assert_eq!(End::from_text("status x"), None);
    }

    #[test]
    fn a_hang_and_a_crash_are_told_apart() {
        assert_eq!(shell("sleep 20", 102).end, End::Timeout);
        assert!(matches!(shell("kill -SEGV $$", 5003).end, End::Crash(_)));
        assert_eq!(shell("kill -XFSZ $$", 5003).end, End::TooLong);
        let caught = shell("echo 'csound command: Segmentation fault' >&2; exit 1", 5004);
        assert_eq!(caught.end, End::Crash("segmentation fault".into()));
    }
}
