//! Engines share nothing: a hundred of them on several threads, made, compiled wrongly, performed and dropped in any
//! order, each sounding as it does alone. What they take they give back: all memory is counted, which is why this is
//! a program of its own.
#![allow(clippy::unwrap_used, reason = "a test")]

use orchestrion::offline::{Event, OfflineEngine};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use std::alloc::System;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const ENGINES: u64 = 100;
const THREADS: usize = 4;

/// Numbers that are well mixed and the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % sides
    }
}

/// An engine with things of its own: rates, a table, a channel, random numbers, global variables, messages.
fn make(number: u64) -> OfflineEngine {
    let ksmps = [1, 10, 64][number as usize % 3];
    let mut engine = OfflineEngine::builder().memory().nchnls(1).ksmps(ksmps).sr(8000.0).build().unwrap();
    let orchestra = format!(
        "gkown init {number}\ngi1 ftgen 1, 0, 64, 10, 1, {number}/100\nchnset {number}, \"own\"\nzakinit 2, 2\n\
         instr 100\n iown chnget \"own\"\n a1 oscili .2, 200 + iown, 1\n a2 rand .1\n a3 delay a1, .01\n gkown += 1\n \
         a4 vco2 .1, 100 + gkown\n if iown != {number} then\n  prints \"another engine's channel\\n\"\n endif\n out a1 + a2 + a3 + a4\nendin"
    );
    engine.compile(&orchestra).unwrap();
    engine.sched(Event::new(100).dur(0.05)).unwrap();
    engine
}

/// The sound of an engine that is left alone.
fn alone(number: u64) -> Vec<f64> {
    let mut engine = make(number);
    engine.perform().unwrap();
    engine.take_samples()
}

/// Does something to an engine that must not change its sound.
fn disturb(engine: &mut OfflineEngine, dice: &mut Dice) {
    match dice.roll(4) {
        0 => assert!(engine.compile("instr 101\n out nonsense(1)\nendin").is_err()),
        1 => assert!(engine.compile("instr 102\n out (((\n").is_err()),
        2 => assert!(engine.compile("i1 = 1\nk1[] init -1\ngi1 ftgen 1, 0, 3, 99, 1").is_err()),
        _ => drop(engine.take_messages()),
    }
}

fn crowd(thread: usize) {
    let mut dice = Dice(thread as u64 + 1);
    let mut alive: Vec<(u64, OfflineEngine, f64)> = Vec::new();
    let mut waiting: Vec<u64> = (0..ENGINES).filter(|n| *n as usize % THREADS == thread).collect();
    while !waiting.is_empty() || !alive.is_empty() {
        if !waiting.is_empty() && dice.roll(2) == 0 {
            let number = waiting.swap_remove(dice.roll(waiting.len() as u64) as usize);
            alive.push((number, make(number), 0.0));
            continue;
        }
        if alive.is_empty() {
            continue;
        }
        let at = dice.roll(alive.len() as u64) as usize;
        let (number, engine, time) = &mut alive[at];
        disturb(engine, &mut dice);
        *time += 0.02;
        // Some are dropped with notes playing.
        let dropped = number.is_multiple_of(7) && *time > 0.03;
        if !dropped && *time < 0.05 {
            engine.perform_until(*time).unwrap();
            continue;
        }
        if !dropped {
            engine.perform().unwrap();
            assert_eq!(engine.take_samples()[..400], alone(*number)[..400], "engine {number}");
            assert!(engine.take_messages().is_empty());
        }
        alive.swap_remove(at);
    }
}

/// All threads with their engines, from beginning to end.
fn round() {
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            scope.spawn(move || crowd(thread));
        }
    });
}

/// Bytes that are allocated now.
fn held() -> i64 {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated as i64 - stats.bytes_deallocated as i64
}

#[test]
fn a_hundred_engines_do_not_notice_each_other_and_leave_nothing_behind() {
    // Tables that all engines may use, such as those of sines, are made once and stay.
    round();
    let before = held();
    round();
    let left = held() - before;
    // One engine takes some hundred kilobytes; a few bytes may belong to the program that runs the test.
    assert!(left < 4096, "{left} bytes are left");
}
