//! One piece graded: a row of the table.

use super::figure::Figure;
use super::kept;
use super::pieces::{self, Piece};
use super::process::{self, End, Limits, Rendered};
use crate::args::ConformArgs;
use orchestrion::conform::{Grade, Sound, Verdict, compare};
use serde::Serialize;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process as this;
use std::time::Duration;

/// Where the other render comes from.
enum Reference {
    /// The installed csound, whose renders are kept in a folder if one is named.
    Csound(Option<PathBuf>),
    /// A folder of WAV files named as the pieces are.
    Folder(PathBuf),
}

/// How pieces are rendered and compared.
pub struct Setting {
    reference: Reference,
    ours: PathBuf,
    limits: Limits,
    scratch: PathBuf,
}

/// One graded piece.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Its name.
    pub piece: String,
    /// The grade with its mark; none where the reference has nothing to compare with.
    pub grade: Option<String>,
    /// The piece renders differently each time, so that C is enough.
    pub varies: bool,
    /// How ours ended.
    pub ours: String,
    /// How the reference ended.
    pub reference: String,
    /// Wall time of our render.
    pub ours_seconds: f64,
    /// Wall time of the reference's.
    pub reference_seconds: f64,
    /// Greatest difference of two samples.
    pub max_difference: Option<f64>,
    /// Peak of the reference.
    pub peak: Option<f64>,
    /// Frame of the first sample that differs.
    pub first_frame: Option<usize>,
    /// What is worth saying.
    pub remark: String,
    /// The drawing of the report.
    #[serde(skip)]
    pub figure: Option<Figure>,
    #[serde(skip)]
    letter: Option<Grade>,
}

impl Setting {
    /// The setting that the command line asks for.
    pub fn new(args: &ConformArgs) -> Result<Setting, String> {
        let reference = match args.reference.to_str() {
            Some("csound") => Reference::Csound(args.keep.clone()),
            _ if args.reference.is_dir() => Reference::Folder(args.reference.clone()),
            _ => {
                return Err(format!("--reference {}: expected csound or a folder", args.reference.display()));
            }
        };
        let time = Duration::try_from_secs_f64(args.timeout).map_err(|e| format!("--timeout: {e}"))?;
        let scratch = std::env::temp_dir().join(format!("orchestrion-conform-{}", this::id()));
        fs::create_dir_all(&scratch).map_err(|e| format!("{}: {e}", scratch.display()))?;
        let ours = std::env::current_exe().map_err(|e| format!("cannot find this program: {e}"))?;
        Ok(Setting { reference, ours, limits: Limits { time, memory_mib: args.memory }, scratch })
    }

    /// Renders and grades one piece; `index` keeps the files of pieces apart.
    pub fn grade(&self, index: usize, piece: &Piece) -> Row {
        let mut row = Row::new(piece);
        let folder = self.scratch.join(index.to_string());
        match self.both(piece, &folder) {
            Ok((ours, reference)) => row.judge(&ours, &reference),
            Err(why) => row.remark = why,
        }
        let _ = fs::remove_dir_all(&folder);
        row
    }

    fn both(&self, piece: &Piece, folder: &Path) -> Result<(Rendered, Rendered), String> {
        let text = fs::read(&piece.path).map_err(|e| format!("cannot read it: {e}"))?;
        fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let copy = folder.join(piece.path.file_name().unwrap_or_default());
        fs::write(&copy, pieces::without_options(&text)).map_err(|e| format!("{}: {e}", copy.display()))?;
        let home = piece.path.parent().filter(|home| !home.as_os_str().is_empty());
        let home = home.unwrap_or(Path::new(".")).canonicalize().map_err(|e| e.to_string())?;
        let reference = match &self.reference {
            Reference::Folder(renders) => kept::in_folder(renders, &piece.name),
            Reference::Csound(keep) => {
                let out = folder.join("theirs.wav");
                let render = || {
                    let words = words(&[], piece, &copy, &out);
                    process::run(Path::new("csound"), &words, &home, &out, self.limits)
                };
                match keep {
                    Some(renders) => kept::or_new(renders, &piece.name, &out, render)?,
                    None => render(),
                }
            }
        };
        let out = folder.join("ours.wav");
        let ours = process::run(
            &self.ours,
            &words(&["render", "--keep-nan"], piece, &copy, &out),
            &home,
            &out,
            self.limits,
        );
        Ok((ours, reference))
    }
}

impl Drop for Setting {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.scratch);
    }
}

fn words(first: &[&str], piece: &Piece, copy: &Path, out: &Path) -> Vec<String> {
    let quiet = ["-W", "-f", "-K", "-d", "-m0", "-+msg_color=0"];
    let mut words: Vec<String> = first.iter().chain(&quiet).map(|&word| word.to_owned()).collect();
    words.extend(piece.flags.iter().cloned());
    words.extend(["-o".to_owned(), out.display().to_string(), copy.display().to_string()]);
    words
}

impl Row {
    fn new(piece: &Piece) -> Row {
        Row {
            piece: piece.name.clone(),
            grade: None,
            varies: piece.varies,
            ours: String::new(),
            reference: String::new(),
            ours_seconds: 0.0,
            reference_seconds: 0.0,
            max_difference: None,
            peak: None,
            first_frame: None,
            remark: String::new(),
            figure: None,
            letter: None,
        }
    }

    /// The grade, or `-` where there is nothing to compare with.
    pub fn label(&self) -> &str {
        self.grade.as_deref().unwrap_or("-")
    }

    /// Whether the piece is as good as `required`; those without a reference are.
    pub fn reaches(&self, required: Grade) -> bool {
        let required = if self.varies { required.max(Grade::C) } else { required };
        self.letter.is_none_or(|grade| grade <= required) && !self.ours.starts_with("crash")
    }

    fn judge(&mut self, ours: &Rendered, reference: &Rendered) {
        (self.ours, self.reference) = (ours.end.to_string(), reference.end.to_string());
        (self.ours_seconds, self.reference_seconds) = (ours.seconds, reference.seconds);
        let Some(theirs) = reference.sound.as_ref().filter(|sound| !sound.samples.is_empty()) else {
            self.remark = format!("the reference renders nothing ({}): {}", reference.end, reference.telling);
            if let End::Crash(why) = &ours.end {
                self.remark = format!("ours crashed: {why}: {}; {}", ours.telling, self.remark);
            }
            return;
        };
        let Some(mine) = &ours.sound else {
            self.set(Grade::F, "F".into());
            self.remark = format!("ours renders nothing ({}): {}", ours.end, ours.telling);
            return;
        };
        let verdict = if reference.end.is_stopped() && (ours.end.is_stopped() || longer(mine, theirs)) {
            let common = mine.samples.len().min(theirs.samples.len());
            compare(&start(theirs, common), &start(mine, common))
        } else {
            compare(theirs, mine)
        };
        self.set(verdict.grade, verdict.label());
        self.max_difference = verdict.max_difference.is_finite().then_some(verdict.max_difference);
        self.peak = Some(verdict.peak);
        self.first_frame = verdict.first.map(|first| first.frame);
        self.remark = remark(&verdict, ours);
        if verdict.grade != Grade::A {
            self.figure = Some(Figure::new(theirs, mine, verdict.first));
        }
    }

    fn set(&mut self, grade: Grade, label: String) {
        (self.letter, self.grade) = (Some(grade), Some(label));
    }
}

fn longer(one: &Sound, other: &Sound) -> bool {
    one.samples.len() > other.samples.len()
}

/// The first `samples` samples: what can be compared of a render that was stopped.
fn start(sound: &Sound, samples: usize) -> Sound {
    Sound { samples: sound.samples[..samples].to_vec(), ..*sound }
}

fn remark(verdict: &Verdict, ours: &Rendered) -> String {
    let mut parts: Vec<String> = verdict.mismatch.iter().cloned().collect();
    if let Some((theirs, mine)) = verdict.lengths {
        parts.push(format!("{mine} frames for {theirs}"));
    }
    if let Some(first) = verdict.first {
        parts.push(format!(
            "frame {} channel {}: {:.9} for {:.9}; at most {:.2e} of the peak",
            first.frame,
            first.channel,
            first.ours,
            first.reference,
            verdict.max_difference / if verdict.peak > 0.0 { verdict.peak } else { 1.0 }
        ));
    }
    if ours.end != End::Status(0) {
        parts.push(format!("ours: {}: {}", ours.end, ours.telling));
    }
    parts.join("; ")
}

/// How many pieces reached what.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Tally {
    /// Pieces that the reference renders.
    pub graded: usize,
    /// Of these, by grade: A, B, C, F.
    pub by_grade: [usize; 4],
    /// With grade A and a peak above 0: equal silence shows little.
    pub sounding: usize,
    /// With a length that differs.
    pub lengths: usize,
    /// Pieces that the reference does not render.
    pub without_reference: usize,
    /// Ours crashed.
    pub crashes: usize,
    /// Ours did not end in time.
    pub timeouts: usize,
}

impl Tally {
    /// Counts rows.
    pub fn of(rows: &[Row]) -> Tally {
        let mut tally = Tally::default();
        for row in rows {
            match row.letter {
                Some(grade) => {
                    tally.graded += 1;
                    tally.by_grade[grade as usize] += 1;
                }
                None => tally.without_reference += 1,
            }
            let sounds = row.peak.is_some_and(|peak| peak > 0.0);
            tally.sounding += usize::from(row.letter == Some(Grade::A) && sounds);
            tally.lengths += usize::from(row.label().ends_with('L'));
            tally.crashes += usize::from(row.ours.starts_with("crash"));
            tally.timeouts += usize::from(row.ours == End::Timeout.to_string());
        }
        tally
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, failed] = self.by_grade;
        let part = 100.0 * a as f64 / self.graded.max(1) as f64;
        write!(
            f,
            "{} pieces graded: A {a} ({part:.1} %; {} of them sounding), B {b}, C {c}, F {failed}; ",
            self.graded, self.sounding
        )?;
        write!(
            f,
            "{} with another length; ours crashed {} times and hung {}; ",
            self.lengths, self.crashes, self.timeouts
        )?;
        write!(f, "{} pieces that the reference does not render", self.without_reference)
    }
}

/// The JSON report.
#[derive(Serialize)]
pub struct Report<'a> {
    /// The counts.
    pub tally: &'a Tally,
    /// All rows.
    pub rows: &'a [Row],
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(samples: &[f64]) -> Rendered {
        let sound = Some(Sound { rate: 1000.0, channels: 1, samples: samples.to_vec() });
        Rendered { end: End::Status(0), seconds: 0.1, sound, telling: String::new() }
    }

    fn nothing(end: End) -> Rendered {
        Rendered { end, seconds: 0.1, sound: None, telling: "error: why".into() }
    }

    fn judged(ours: &Rendered, reference: &Rendered) -> Row {
        let mut row = Row::new(&Piece::default());
        row.judge(ours, reference);
        row
    }

    #[test]
    fn equal_renders_are_an_a_and_others_are_drawn() {
        let row = judged(&rendered(&[0.0, 1.0]), &rendered(&[0.0, 1.0]));
        assert_eq!((row.label(), row.figure.is_some(), row.reaches(Grade::A)), ("A", false, true));
        let row = judged(&rendered(&[0.0, -1.0]), &rendered(&[0.0, 1.0]));
        assert_eq!((row.label(), row.figure.is_some(), row.first_frame), ("C", true, Some(1)));
        assert!(!row.reaches(Grade::B) && row.reaches(Grade::C));
        assert!(Row { varies: true, ..row }.reaches(Grade::A));
    }

    #[test]
    fn endless_pieces_are_compared_as_far_as_both_got() {
        let stopped = |end: End, samples: &[f64]| Rendered { end, ..rendered(samples) };
        let endless = stopped(End::TooLong, &[0.0, 1.0, 0.5]);
        assert_eq!(judged(&stopped(End::Timeout, &[0.0, 1.0]), &endless).label(), "A");
        assert_eq!(judged(&rendered(&[0.0]), &endless).label(), "FL");
        assert_eq!(judged(&endless, &rendered(&[0.0])).label(), "FL");
    }

    #[test]
    fn what_ours_cannot_render_fails_and_what_the_reference_cannot_is_no_fault() {
        let missing = judged(&nothing(End::Status(1)), &rendered(&[1.0]));
        assert_eq!((missing.label(), missing.reaches(Grade::C)), ("F", false));
        assert!(missing.remark.contains("error: why"));
        let both = judged(&nothing(End::Status(1)), &nothing(End::Timeout));
        assert_eq!((both.label(), both.reaches(Grade::A)), ("-", true));
        let crash = judged(&nothing(End::Crash("panicked".into())), &nothing(End::Timeout));
        assert!(!crash.reaches(Grade::F));
        let tally = Tally::of(&[missing, both, crash]);
        assert_eq!((tally.graded, tally.by_grade, tally.crashes), (1, [0, 0, 0, 1], 1));
    }
}
