//! Standard output and standard error.

use crate::exit::Exit;
use clap::error::ErrorKind;
use std::io::{IsTerminal, Write};

/// Prints to standard output. A closed pipe is no reason to complain.
pub fn out(text: &str) {
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

/// Prints to standard error.
pub fn err(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Whether standard error is a terminal, on which progress and colours make sense.
pub fn is_interactive() -> bool {
    std::io::stderr().is_terminal()
}

/// Whether messages are coloured: on a terminal, unless `NO_COLOR` is set (no-color.org).
pub fn wants_colour() -> bool {
    is_interactive() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Shows clap's help or complaint. Its own status for complaints is 2, which is taken here.
pub fn usage(error: &clap::Error) -> Exit {
    let _ = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Good,
        _ => Exit::Usage,
    }
}
