//! What a piece printed, told apart from what the program said about it.
//!
//! Both csound and Orchestrion write both to stderr. Lines that open as messages are left out; in the
//! rest, names of internal variables are blanked (`#i0 = 1` becomes `# = 1`), since each compiler has
//! its own.

/// How messages open, csound's and ours.
const OPENINGS: &[&str] = &[
    "UnifiedCSD:",
    "sorting score",
    "\t... done",
    "--Csound version",
    "[commit:",
    "libsndfile-",
    "displays suppressed",
    "graphics suppressed",
    "sr = ",
    "0dBFS level",
    "orch now loaded",
    "audio buffered in",
    "writing ",
    "SECTION ",
    "new alloc for",
    "B  ",
    "\t  B",
    "\t  T",
    "\t\t   T",
    "rtevent:",
    "Score finished",
    "inactive allocs",
    "end of s",
    "\t number of samples",
    "csound command:",
    "INIT ERROR",
    "PERF ERROR",
    "PerfError in",
    " from file",
    " line ",
    "MIDI channel ",
    "Reading MIDI file",
    " Track ",
    "done.",
    "end of midi track",
    "   note aborted",
    "WARNING",
    "Parsing failed",
    "error",
    "warning",
    "note:",
    "help:",
    "  section ",
    "Found:",
    "Line:",
    "cannot compile",
    "score error",
    "ftable ",
    "header init errors",
    "Elapsed time",
    "swrite:",
    "sread:",
    "      remainder of line",
    "Reading options",
    "STARTING FILE",
    "Creating ",
    ">>>",
    "Stopping on",
    "Line ",
    "rate set to",
    "overall samples",
    "\t   overall samples",
    "\t\t   overall",
    "Missing local arg",
    "couldn't",
    "cannot create",
    "could not find",
    "redefined",
    "chnl ",
    "Setting instrument",
    "Early return from",
    "note[",
    "time advanced",
    " >>>",
    "Undefined macro",
    "Error",
    "soundin",
    "Found Formant",
    "GEN 53:",
    "striking ",
    "Unknown",
    "Invalid",
    "note deleted.",
    "unknown CSD tag",
    "Cannot open #include",
    "define macro unexpected",
    "defining argument",
    "negative name",
    "Unexpected untyped word",
    "csoundLoadSoundFile",
    "Cannot load file.",
    "cannot load",
    "PVOCEX_LoadFile()",
    "pvsys:",
    "    unable to open",
];
/// Where messages are recognised by how they end.
const ENDINGS: &[&str] = &[
    "errors in performance",
    "note aborted",
    "init errors",
    "sample blks of",
    "deprecated",
    "loaded into memory",
    "extra noteoffs",
];

/// Messages of csound that may follow on the line of a piece that printed no line end.
const GLUED: &[&str] = &["Score finished in csoundPerform()", "INIT ERROR in", "PERF ERROR in", "\t  B  "];

/// The printed lines of a log.
pub fn lines(log: &str) -> Vec<String> {
    log.lines().map(before_message).filter(|line| !is_message(line)).map(normal).collect()
}

fn before_message(line: &str) -> &str {
    let at = GLUED.iter().filter_map(|message| line.find(message)).min();
    &line[..at.unwrap_or(line.len())]
}

fn is_message(line: &str) -> bool {
    let trimmed = line.trim();
    trimmed.is_empty()
        || (OPENINGS.iter().any(|opening| line.starts_with(opening)) && !is_print(line))
        || ENDINGS.iter().any(|ending| trimmed.ends_with(ending))
        || trimmed.contains("sample blks of")
        || is_excerpt(trimmed)
        || is_echo(trimmed)
}

/// `print`'s lines: `instr 1:  i1 = 2.000`.
fn is_print(line: &str) -> bool {
    line.strip_prefix("instr ").is_some_and(|rest| rest.contains(":  ") && rest.contains(" = "))
}

/// Score statements that csound shows after a message about them: `f  1     0.00 ... ...`, `i 2 .<=`.
fn is_echo(line: &str) -> bool {
    line.starts_with("f ") && line.ends_with("...") || line.starts_with("i ") && line.ends_with("<=")
}

/// Lines of our diagnostics' source excerpts: `  --> file:1:2`, `12 | out a1`, `   |     ^^`.
fn is_excerpt(line: &str) -> bool {
    let bar = line.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
    line.starts_with("-->") || line.starts_with("= ") || bar.starts_with('|') || line.starts_with(":::")
}

fn normal(line: &str) -> String {
    let line = line.trim_end();
    if !is_print(line) {
        return line.to_owned();
    }
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find('#') {
        out.push_str(&rest[..=at]);
        rest = rest[at + 1..].trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    }
    out.push_str(rest);
    out
}

/// Whether two printed lines say the same: equal, or numbers that differ only as roundings of nearly
/// equal values do (one part in a million, or 1e-12).
pub fn agree(reference: &str, ours: &str) -> bool {
    if reference == ours {
        return true;
    }
    let (mut a, mut b) = (reference.split_whitespace(), ours.split_whitespace());
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a == b || numbers_agree(a, b) => {}
            _ => return false,
        }
    }
}

fn numbers_agree(a: &str, b: &str) -> bool {
    let number = |word: &str| word.trim_matches(|c: char| "(),:;[]".contains(c)).parse::<f64>().ok();
    match (number(a), number(b)) {
        (Some(a), Some(b)) => {
            (a.is_nan() && b.is_nan()) || a == b || (a - b).abs() <= 1e-12 + 1e-6 * a.abs().max(b.abs())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_the_piece_printed() {
        let log = "SECTION 1:\nnew alloc for instr 1:\nhello\ninstr 1:  #i0 = 5.000  p4 = 2.000\n \
                   i1     1.00000\nB  0.000 ..  0.010 T  0.010 TT  0.010 M:  0.00000\n\nend of score.\n\
                   256 1024 sample blks of floats written to x.wav (WAV)\n\t  B  0.000 - note deleted.\n";
        let kept = ["hello", "instr 1:  # = 5.000  p4 = 2.000", " i1     1.00000"];
        assert_eq!(lines(log), kept);
    }

    #[test]
    fn leaves_out_our_diagnostics() {
        let log = "error[E0103]: no such opcode\n --> a.csd:3:1\n  |\n3 | foo 1\n  | ^^^\n  = help: tone\n";
        assert_eq!(lines(log), [] as [&str; 0]);
    }

    #[test]
    fn numbers_agree_up_to_their_last_digit() {
        assert!(agree("x 0.333333 nan", "x  0.3333333 -nan"));
        assert!(agree("0 1.01453e-16", "0 0"));
        assert!(!agree("x 0.333333", "x 0.333400"));
        assert!(!agree("1 2", "1 2 3"));
    }
}
