//! Notes that run many k-cycles at a time, or on several threads, sound, bit for bit, as when they run one at a
//! time: every case, every experiment and the first moments of every benchmark piece, all ways.
#![allow(clippy::unwrap_used, reason = "a test")]

use orchestrion::perform::Manner;
use orchestrion_tests::in_parallel;
use orchestrion_tests::in_process::{self, hear};

/// Longest render: endless pieces are cut.
const SECONDS: &str = "--end=0.4";

/// How a piece sounds otherwise than one k-cycle at a time on one thread.
fn compare(name: &str, csd: &str) -> Result<usize, String> {
    let hear = |manner, threads: u32| {
        hear(csd, &[SECONDS, "--keep-nan", &format!("--threads={threads}")].map(str::to_owned), manner)
    };
    let Some(plain) = hear(Manner::PerCycle, 1) else { return Ok(0) };
    for (manner, threads, what) in [(Manner::Fast, 1, "blocks"), (Manner::Spread, 3, "threads")] {
        let other = hear(manner, threads).unwrap();
        if other.samples != plain.samples {
            return Err(format!("{name}: {what}: samples differ"));
        }
        if other.told() != plain.told() {
            return Err(format!("{name}: {what}: messages differ"));
        }
    }
    Ok(plain.samples.len())
}

/// The piece with a swarm instead of its notes, if it may play as one: many short notes of each instrument that the score
/// starts, so that there is a start or an end in nearly every k-cycle; some end before they have begun.
fn swarm(csd: &str) -> Option<String> {
    let (before, rest) = csd.split_once("<CsScore>")?;
    let (score, after) = rest.split_once("</CsScore>")?;
    let (played, others): (Vec<&str>, Vec<&str>) = score.lines().partition(|line| line.starts_with('i'));
    let program = in_process::compile(csd, &[])?.program;
    let quiet = program.keeps_to_itself();
    let mut notes = String::new();
    for line in played.into_iter().take(3) {
        let mut fields = line[1..].split_whitespace();
        let p1 = fields.next()?.parse().ok()?;
        program.by_number.get(&p1).filter(|code| quiet[**code])?;
        let more: Vec<&str> = fields.skip(2).take_while(|field| !field.starts_with(';')).collect();
        for n in 0..30 {
            let (start, length) = (f64::from(n * n % 47) * 0.0007, f64::from(n % 7) * 0.0021 + 0.0001);
            notes += &format!("i {p1} {start} {length} {}\n", more.join(" "));
        }
    }
    (!notes.is_empty()).then(|| format!("{before}<CsScore>\n{notes}{}\n</CsScore>{after}", others.join("\n")))
}

#[test]
fn blocks_and_threads_change_nothing() {
    let pieces = in_process::pieces().unwrap();
    let results = in_parallel(&pieces, |(name, csd)| compare(name, csd));
    let failures: Vec<&String> = results.iter().filter_map(|r| r.as_ref().err()).collect();
    assert!(failures.is_empty(), "{} of {}: {failures:#?}", failures.len(), pieces.len());
    let sounded = results.iter().filter(|r| matches!(r, Ok(samples) if *samples > 0)).count();
    assert!(sounded > 200, "only {sounded} pieces sounded");
}

#[test]
fn notes_that_start_and_end_within_blocks_change_nothing() {
    let pieces = in_process::pieces().unwrap();
    let swarms: Vec<_> = pieces.iter().filter_map(|(name, csd)| Some((name, swarm(csd)?))).collect();
    let results = in_parallel(&swarms, |(name, csd)| compare(name, csd));
    let failures: Vec<&String> = results.iter().filter_map(|r| r.as_ref().err()).collect();
    assert!(failures.is_empty(), "{} of {}: {failures:#?}", failures.len(), swarms.len());
    assert!(swarms.len() > 300, "only {} swarms", swarms.len());
}
