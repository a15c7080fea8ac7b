//! One document through csound or through Orchestrion, in a folder of its own and with a time limit.

use crate::printed;
use orchestrion::conform::{Sound, wav};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What became of a document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Exit status; 0 when nothing went wrong.
    pub status: i32,
    /// It crashed, or did not end in time.
    pub crashed: bool,
    /// The lines the piece printed.
    pub printed: Vec<String>,
    /// What it rendered, if it did.
    pub sound: Option<Sound>,
    /// Everything it said.
    pub log: String,
}

/// Which program renders.
#[derive(Clone, Debug)]
pub enum Program {
    /// csound 6.18.1.
    Csound,
    /// The command `orchestrion` at this path.
    Orchestrion(PathBuf),
}

/// How long a case or experiment may take.
const LIMIT: Duration = Duration::from_secs(20);
/// Address space in KiB a render may take, so that a fault does not take the machine with it.
const MEMORY_KIB: u64 = 4 << 20;

impl Program {
    /// The `orchestrion` of this workspace, built first if need be.
    ///
    /// # Errors
    ///
    /// If it does not build.
    pub fn ours() -> Result<Program, String> {
        static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
        BUILT.get_or_init(build).clone().map(Program::Orchestrion)
    }

    /// Renders `csd`, saved as `name`.csd among copies of `files`, to a WAV file of doubles.
    ///
    /// # Errors
    ///
    /// If the program cannot be started or files cannot be written; what the program itself says or
    /// does is in the outcome.
    pub fn render(&self, name: &str, csd: &str, files: &[PathBuf]) -> Result<Outcome, String> {
        let folder = Scratch::new()?;
        let write = |path: PathBuf, bytes: &[u8]| {
            std::fs::write(&path, bytes).map_err(|e| format!("{}: {e}", path.display()))
        };
        let piece = format!("{name}.csd");
        write(folder.0.join(&piece), csd.as_bytes())?;
        for file in files {
            let bytes = std::fs::read(file).map_err(|e| format!("{}: {e}", file.display()))?;
            write(folder.0.join(file.file_name().unwrap_or_default()), &bytes)?;
        }
        let mut words: Vec<String> = match self {
            Program::Csound => vec!["csound".into()],
            Program::Orchestrion(path) => {
                vec![path.display().to_string(), "render".into(), "--keep-nan".into()]
            }
        };
        let flags = ["-W", "--format=double", "-K", "-d", "-m0", "-+msg_color=0", "-o", "OUT.wav"];
        words.extend(flags.map(str::to_owned));
        words.push(piece);
        run(&folder.0, &words)
    }
}

/// Folders that make csound start quickly: links to its plugins without graphics, Python and Faust,
/// which take two thirds of its start-up. `None` where the plugins are not where Debian puts them.
pub fn quick_plugins() -> Option<PathBuf> {
    static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    FOLDER.get_or_init(link_plugins).clone()
}

#[cfg(unix)]
fn link_plugins() -> Option<PathBuf> {
    const HEAVY: [&str; 14] = [
        "faust",
        "py",
        "widgets",
        "virtual",
        "jack",
        "rtjack",
        "rtpa",
        "rtpulse",
        "rtalsa",
        "libpmidi",
        "fluid",
        "dssi",
        "ableton",
        "websocket",
    ];
    let from = Path::new("/usr/lib/x86_64-linux-gnu/csound/plugins64-6.0");
    let folder = std::env::temp_dir().join(format!("orchestrion-csound-plugins-{}", std::process::id()));
    std::fs::create_dir_all(&folder).ok()?;
    for entry in std::fs::read_dir(from).ok()? {
        let path = entry.ok()?.path();
        let name = path.file_name()?.to_string_lossy().into_owned();
        if !HEAVY.iter().any(|heavy| name.contains(heavy)) {
            let _ = std::os::unix::fs::symlink(&path, folder.join(&name));
        }
    }
    Some(folder)
}

#[cfg(not(unix))]
fn link_plugins() -> Option<PathBuf> {
    None
}

/// Builds the command in the profile this program was built in and returns its path.
fn build() -> Result<PathBuf, String> {
    let here = std::env::current_exe().map_err(|e| e.to_string())?;
    let profile_folder = here
        .ancestors()
        .find(|folder| folder.parent().is_some_and(|above| above.join("CACHEDIR.TAG").exists()))
        .ok_or("the test does not run from a target folder")?;
    let profile = match profile_folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let target = profile_folder.parent().unwrap_or(profile_folder);
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--package", "orchestrion-cli", "--profile", profile, "--target-dir"])
        .arg(target)
        .current_dir(crate::root())
        .status()
        .map_err(|e| format!("cargo: {e}"))?;
    if !built.success() {
        return Err("the command orchestrion does not build".into());
    }
    Ok(profile_folder.join(format!("orchestrion{}", std::env::consts::EXE_SUFFIX)))
}

fn run(folder: &Path, words: &[String]) -> Result<Outcome, String> {
    let log_path = folder.join("LOG");
    let log_file = std::fs::File::create(&log_path).map_err(|e| format!("{}: {e}", log_path.display()))?;
    let mut command = limited(words);
    command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log_file);
    for key in ["SSDIR", "SFDIR", "SADIR", "INCDIR"] {
        command.env(key, crate::assets());
    }
    command.env("SFDIR", folder);
    if let Some(plugins) = quick_plugins() {
        command.env("OPCODE6DIR64", plugins);
    }
    let mut child = command.spawn().map_err(|e| format!("{}: {e}", words[0]))?;
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().map_err(|e| e.to_string())? {
            break status.code();
        }
        if started.elapsed() > LIMIT {
            let _ = child.kill();
            let _ = child.wait();
            break None;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let log = String::from_utf8_lossy(&std::fs::read(&log_path).unwrap_or_default()).into_owned();
    // csound catches its own segmentation faults and ends with a status of its own.
    let caught = log.lines().any(|line| line.starts_with("csound command: "));
    let crashed = status.is_none() || status == Some(101) || caught;
    // What a crash leaves behind is chance, and what a hang does may be huge.
    let bytes = if crashed { None } else { std::fs::read(folder.join("OUT.wav")).ok() };
    let sound = bytes.and_then(|bytes| wav::parse(&bytes).ok());
    Ok(Outcome { status: status.unwrap_or(-1), crashed, printed: printed::lines(&log), sound, log })
}

/// The command with a bound on its memory where a shell can set one.
fn limited(words: &[String]) -> Command {
    if cfg!(unix) {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -v {MEMORY_KIB}; exec \"$0\" \"$@\"")]).args(words);
        command
    } else {
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]);
        command
    }
}

/// A folder of one render, removed with it.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Scratch, String> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("orchestrion-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        Ok(Scratch(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
