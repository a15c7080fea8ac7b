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

#[test]
fn blocks_and_threads_change_nothing() {
    let pieces = in_process::pieces().unwrap();
    let results = in_parallel(&pieces, |(name, csd)| compare(name, csd));
    let failures: Vec<&String> = results.iter().filter_map(|r| r.as_ref().err()).collect();
    assert!(failures.is_empty(), "{} of {}: {failures:#?}", failures.len(), pieces.len());
    let sounded = results.iter().filter(|r| matches!(r, Ok(samples) if *samples > 0)).count();
    assert!(sounded > 200, "only {sounded} pieces sounded");
}
