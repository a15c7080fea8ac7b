//! Cases: Markdown files with fenced blocks of Csound.
//!
//! A block opens with ```` ```csound NAME key=value ... ```` (an instrument's body, or an orchestra if
//! it contains `instr` lines; lines before a lone `---` are global, lines after a lone `--` are the
//! score) or ```` ```csd NAME ... ```` (a
//! whole document). `grade=B because REASON` loosens the comparison and must end the line.
//!
//! Lines after a lone `=== csound` are what csound renders instead: for opcodes that it does not have.

use orchestrion::conform::Grade;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// One block, ready to render.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Unique in its file.
    pub name: String,
    /// Line of the opening fence in the Markdown file, from 1.
    pub line: usize,
    /// The whole document.
    pub csd: String,
    /// What csound renders instead, if the document uses what it does not have.
    pub equivalent: Option<String>,
    /// The least grade that passes.
    pub require: Grade,
    /// Why less than A passes.
    pub because: Option<String>,
}

impl Case {
    /// The document that csound renders.
    pub fn for_csound(&self) -> &str {
        self.equivalent.as_ref().unwrap_or(&self.csd)
    }
}

/// The cases of one Markdown file.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its blocks in order.
    pub cases: Vec<Case>,
}

impl CaseFile {
    /// The store of its references: the same name with the ending `.ref`.
    pub fn store(&self) -> PathBuf {
        self.path.with_extension("ref")
    }
}

/// What the opening line of a block says.
struct Opening {
    name: String,
    whole: bool,
    dur: String,
    header: [(&'static str, String); 4],
    require: Grade,
    because: Option<String>,
}

/// All case files below `dir`, sorted by path.
///
/// # Errors
///
/// If a folder or file cannot be read or a block is malformed: the message names file and line.
pub fn load_all(dir: &Path) -> Result<Vec<CaseFile>, String> {
    let mut files = Vec::new();
    let mut folders = vec![dir.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        for entry in entries {
            let path = entry.map_err(|e| format!("{}: {e}", folder.display()))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "md") {
                files.push(load(&path)?);
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// The case file at `path`.
///
/// # Errors
///
/// If it cannot be read or a block is malformed: the message names file and line.
pub fn load(path: &Path) -> Result<CaseFile, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let cases = parse(&text).map_err(|(line, why)| format!("{}:{line}: {why}", path.display()))?;
    Ok(CaseFile { path: path.to_path_buf(), cases })
}

/// The blocks of a Markdown text, or the line and reason of the first malformed one.
pub fn parse(text: &str) -> Result<Vec<Case>, (usize, String)> {
    let mut cases: Vec<Case> = Vec::new();
    let mut lines = text.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        let Some(opening) = opening(line).map_err(|why| (number, why))? else { continue };
        let mut body = String::new();
        loop {
            let Some((line, _)) = lines.next() else {
                return Err((number, "the block is not closed".into()));
            };
            if line.trim_end() == "```" {
                break;
            }
            body.push_str(line);
            body.push('\n');
        }
        if cases.iter().any(|case| case.name == opening.name) {
            return Err((number, format!("a second block is named `{}`", opening.name)));
        }
        let whole = |body: &str| if opening.whole { body.to_owned() } else { document(&opening, body) };
        let (csd, equivalent) = match body.split_once("\n=== csound\n") {
            Some((ours, theirs)) => (whole(&format!("{ours}\n")), Some(whole(theirs))),
            None => (whole(&body), None),
        };
        cases.push(Case {
            name: opening.name,
            line: number,
            csd,
            equivalent,
            require: opening.require,
            because: opening.because,
        });
    }
    Ok(cases)
}

fn opening(line: &str) -> Result<Option<Opening>, String> {
    let Some(info) = line.strip_prefix("```") else { return Ok(None) };
    let (settings, because) = match info.split_once(" because ") {
        Some((settings, reason)) => (settings, Some(reason.trim().to_owned())),
        None => (info, None),
    };
    let mut words = settings.split_whitespace();
    let whole = match words.next() {
        Some("csound") => false,
        Some("csd") => true,
        _ => return Ok(None),
    };
    let name = words.next().filter(|word| !word.contains('=')).ok_or("a block needs a name")?;
    let header = [("sr", "44100"), ("ksmps", "16"), ("nchnls", "1"), ("0dbfs", "1")];
    let mut opening = Opening {
        name: name.to_owned(),
        whole,
        dur: "0.02".to_owned(),
        header: header.map(|(key, value)| (key, value.to_owned())),
        require: Grade::A,
        because,
    };
    for word in words {
        opening.set(word)?;
    }
    match (opening.require, &opening.because) {
        (Grade::A, Some(_)) => Err("`because` gives a reason for a grade below A, and there is none".into()),
        (Grade::B | Grade::C, None) => Err("a grade below A needs a reason: `grade=B because ...`".into()),
        _ => Ok(Some(opening)),
    }
}

impl Opening {
    fn set(&mut self, word: &str) -> Result<(), String> {
        let (key, value) = word.split_once('=').ok_or_else(|| format!("`{word}` is not key=value"))?;
        if key == "grade" {
            let grade = Grade::from_name(value).filter(|grade| *grade != Grade::F);
            self.require = grade.ok_or_else(|| format!("`{value}` is not a grade: A, B or C"))?;
        } else if self.whole {
            return Err(format!("`{key}` is for ```csound blocks: a whole document sets it itself"));
        } else if key == "dur" {
            self.dur = value.to_owned();
        } else {
            let slot = self.header.iter_mut().find(|(name, _)| *name == key);
            slot.ok_or_else(|| format!("`{key}` is none of dur, grade, sr, ksmps, nchnls, 0dbfs"))?.1 =
                value.to_owned();
        }
        Ok(())
    }
}

/// The document around a block's body.
fn document(opening: &Opening, body: &str) -> String {
    let (orchestra, score) = match body.split_once("\n--\n") {
        Some((orchestra, score)) => (orchestra, score),
        None => (body.trim_end_matches('\n'), ""),
    };
    let mut csd = String::from("<CsoundSynthesizer>\n<CsInstruments>\n");
    for (key, value) in &opening.header {
        let _ = writeln!(csd, "{key} = {value}");
    }
    let begins = |line: &str| line.split_whitespace().next() == Some("instr");
    if orchestra.lines().any(begins) {
        let _ = writeln!(csd, "{orchestra}");
    } else {
        let (globals, body) = orchestra.split_once("\n---\n").unwrap_or(("", orchestra));
        let _ = writeln!(csd, "{globals}\ninstr 1\n{body}\nendin");
    }
    csd.push_str("</CsInstruments>\n<CsScore>\n");
    csd.push_str(score);
    if !score.lines().any(|line| line.trim_start().starts_with('i')) {
        let _ = writeln!(csd, "i 1 0 {}", opening.dur);
    }
    csd.push_str("</CsScore>\n</CsoundSynthesizer>\n");
    csd
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_wrapped_and_its_line_is_known() {
        let cases = parse("# tone\n\n```csound plain dur=0.5 nchnls=2\nouts a1, a2\n```\n").unwrap();
        assert_eq!((cases[0].name.as_str(), cases[0].line, cases[0].require), ("plain", 3, Grade::A));
        assert_eq!(
            cases[0].csd,
            "<CsoundSynthesizer>\n<CsInstruments>\nsr = 44100\nksmps = 16\nnchnls = 2\n0dbfs = 1\n\
             \ninstr 1\nouts a1, a2\nendin\n</CsInstruments>\n<CsScore>\ni 1 0 0.5\n</CsScore>\n\
             </CsoundSynthesizer>\n"
        );
    }

    #[test]
    fn an_orchestra_and_its_score_are_taken_as_they_are() {
        let cases = parse("```csound two\ninstr 5\nendin\n--\nf 1 0 8 10 1\ni 5 0 1\n```\n").unwrap();
        assert!(cases[0].csd.contains("0dbfs = 1\ninstr 5\nendin\n</CsInstruments>"));
        assert!(cases[0].csd.contains("<CsScore>\nf 1 0 8 10 1\ni 5 0 1\n</CsScore>"));
    }

    #[test]
    fn globals_stand_before_the_instrument() {
        let cases = parse("```csound g\ngi1 ftgen 0, 0, 8, 10, 1\n---\nout a1\n```\n").unwrap();
        assert!(cases[0].csd.contains("0dbfs = 1\ngi1 ftgen 0, 0, 8, 10, 1\ninstr 1\nout a1\nendin\n"));
    }

    #[test]
    fn a_score_of_tables_keeps_the_default_note() {
        let cases = parse("```csound one\nout a1\n--\nf 1 0 8 10 1\n```\n").unwrap();
        assert!(cases[0].csd.contains("<CsScore>\nf 1 0 8 10 1\ni 1 0 0.02\n</CsScore>"));
    }

    #[test]
    fn csound_may_render_an_equivalent_of_its_own() {
        let text = "```csound x dur=1\nabusout out\n=== csound\nout a1\n--\nf 1 0 8 10 1\n```\n";
        let case = &parse(text).unwrap()[0];
        assert!(case.csd.contains("instr 1\nabusout out\nendin\n") && case.csd.contains("i 1 0 1\n"));
        assert!(case.for_csound().contains("instr 1\nout a1\nendin\n"));
        assert!(case.for_csound().contains("f 1 0 8 10 1\ni 1 0 1\n"));
    }

    #[test]
    fn a_looser_grade_needs_its_reason_on_the_line() {
        let cases = parse("```csound x grade=B because the reference uses floats\nout a1\n```").unwrap();
        let because = Some("the reference uses floats".to_owned());
        assert_eq!((cases[0].require, &cases[0].because), (Grade::B, &because));
        assert_eq!(parse("\n```csound x grade=B\n```").unwrap_err().0, 2);
        assert!(parse("```csound x because why\n```").is_err());
    }

    #[test]
    fn malformed_blocks_are_refused() {
        for text in ["```csound\n```", "```csound a\n", "```csound a foo=1\n```", "```csd a dur=1\n```"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse("```csound a\n```\n```csound a\n```").unwrap_err().1.contains("second"));
        assert_eq!(parse("```rust\nlet x;\n```").unwrap(), []);
    }
}
