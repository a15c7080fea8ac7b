//! `cargo xtask threads`: how much faster pieces render on several threads, and whether the bytes are the same.
//!
//! Times are those of the clock: other work on the machine spoils them. Each round renders with every number of threads
//! in turn; medians of the rounds are compared.

use crate::build;
use crate::timing::{Options, median};
use crate::versus::{Folder, load, orchestrion, pieces, stem, timed};
use std::path::Path;

/// Numbers of threads that are compared with the first.
const THREADS: &[u32] = &[1, 2, 4];

/// Pieces of many notes that share nothing, where more threads should help.
const MANY_NOTES: &[&str] = &["notes-k10", "notes-k64", "oscillators"];

/// Renders the pieces whose name contains one of the words, or those of many notes, and prints a table.
pub fn run(words: &[String]) -> Result<(), String> {
    let Options { mut names, runs, profile, .. } = Options::parse(words, 5, None)?;
    if names.is_empty() {
        names = MANY_NOTES.iter().map(|&name| name.to_owned()).collect();
    }
    let ours = build(&profile)?;
    let folder = Folder::new("threads")?;
    println!("{runs} rounds, median seconds of the clock; {}", load());
    println!("| piece | 1 thread | 2 | 4 | 1/2 | 1/4 |\n|---|---|---|---|---|---|");
    for piece in pieces(&names)? {
        let seconds = clocked(&piece, runs, &ours, &folder.0)?;
        let [one, two, four] = seconds;
        let name = stem(&piece);
        println!("| {name} | {one:.3} | {two:.3} | {four:.3} | {:.2} | {:.2} |", one / two, one / four);
    }
    println!("\nafterwards: {}", load());
    Ok(())
}

/// Median seconds of a piece for each number of threads.
fn clocked(piece: &Path, rounds: usize, ours: &Path, folder: &Path) -> Result<[f64; 3], String> {
    let mut seconds = [(); 3].map(|()| Vec::new());
    let mut sound: Option<Vec<u8>> = None;
    for _ in 0..rounds {
        for (seconds, threads) in seconds.iter_mut().zip(THREADS) {
            let mut command = orchestrion(ours);
            command.arg(format!("--threads={threads}"));
            seconds.push(timed(&mut command, piece, folder)?.clock);
            let bytes = std::fs::read(folder.join("out.wav")).map_err(|e| e.to_string())?;
            if sound.get_or_insert_with(|| bytes.clone()) != &bytes {
                return Err(format!("{}: other bytes with {threads} threads", piece.display()));
            }
        }
    }
    Ok(seconds.map(median))
}
