//! Buses in plain csound, for written pieces: the token is the index into an array of signals or into a table.

use super::plan::Plan;
use crate::offline::OfflineEngine;
use crate::offline::history::Record;

/// Buses that the piece's own `busassign` may make beside those of the history.
const SPARE: usize = 256;
/// What a control bus holds before anything is written to it; csoundengine's mark.
const UNSET: &str = "-999999999";

/// The opcodes, if the piece uses buses.
pub(super) fn text(engine: &OfflineEngine, plan: &Plan) -> String {
    let names = ["busassign", "busin", "busout", "busmix"];
    let used = engine.history.records().iter().any(|r| match r {
        Record::Code(code) => names.iter().any(|name| code.contains(name)),
        Record::Bus { .. } => true,
        _ => false,
    });
    if !used {
        return String::new();
    }
    let (table, next) = (plan.bus_table, plan.buses);
    let count = next + SPARE;
    let last = engine.performance.highest_instrument() + 1;
    format!(
        "; Buses: audio buses are silent again after each k-cycle, by the last instrument. In an expression the first\n\
         ; `busin` is taken, the one for audio: write `busin:k(ibus)` for a number.\n\
         gi__bustable ftgen {table}, 0, -{count}, -7, {UNSET}, {count}, {UNSET}\n\
         gi__busnext init {next}\n\
         ga__bus[] init {count}\n\
         opcode busassign, i, So\n  Skind, ipersist xin\n  itoken = gi__busnext\n  gi__busnext += 1\n  xout itoken\nendop\n\
         opcode busin, a, i\n  itoken xin\n  asig = ga__bus[itoken]\n  xout asig\nendop\n\
         opcode busin, k, io\n  itoken, idefault xin\n  kvalue tab itoken, {table}\n  \
         xout kvalue == {UNSET} ? idefault : kvalue\nendop\n\
         opcode busin, i, io\n  itoken, idefault xin\n  ivalue tab_i itoken, {table}\n  \
         xout ivalue == {UNSET} ? idefault : ivalue\nendop\n\
         opcode busout, 0, ia\n  itoken, asig xin\n  ga__bus[itoken] = asig\nendop\n\
         opcode busout, 0, ik\n  itoken, kvalue xin\n  tabw kvalue, itoken, {table}\nendop\n\
         opcode busout, 0, ii\n  itoken, ivalue xin\n  tabw_i ivalue, itoken, {table}\nendop\n\
         opcode busmix, 0, ia\n  itoken, asig xin\n  ga__bus[itoken] = ga__bus[itoken] + asig\nendop\n\
         instr {last}\n  asilence = 0\n  kbus = 0\n  while kbus < {count} do\n    ga__bus[kbus] = asilence\n    kbus += 1\n  \
         od\nendin\nalwayson {last}\n\n"
    )
}
