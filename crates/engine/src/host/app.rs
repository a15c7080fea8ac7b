//! Opening a file in another program.
#![expect(clippy::disallowed_methods, reason = "what the user of the library asks for with open_outfile")]

use super::HostError;
use std::process::{Command, Stdio};

/// Opens a file in the program `app`, or in the system's usual one if that is empty, and does not wait for it. Only
/// the user of the library can ask for this; no piece can.
///
/// # Errors
/// The file is gone, or the program cannot be started.
pub fn open_with(name: &str, app: &str) -> Result<(), HostError> {
    if !std::path::Path::new(name).exists() {
        return Err(HostError::NotFound { name: name.to_owned(), tried: Vec::new() });
    }
    let usual = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    let program = if app.is_empty() { usual } else { app };
    let started = Command::new(program)
        .arg(name)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match started {
        Ok(_) => Ok(()),
        Err(e) => Err(HostError::Refused {
            action: "open",
            name: name.to_owned(),
            reason: format!("{program}: {e}"),
        }),
    }
}
