//! `cell`, `vcella`: one-dimensional cellular automata in tables.

use crate::tables::lookup::{find, point, set_point};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const TRIGGER: Port = port("ktrig", "not 0 computes the next generation");
const REINIT: Port = port("kreinit", "not 0 goes back to the initial states");
const OUT: Port = port("ioutFunc", "table of the cells' states");
const INITIAL: Port = port("initStateFunc", "table of the initial states");
const ELEMENTS: Port = port("ielements", "number of cells, not more than points of the tables");

/// Definition of `cell`.
pub static CELL: OpDef =
    OpDef::new("cell", "Elementary cellular automaton: three neighbours as a binary number.")
        .sigs(&[sig("", "kkiiii", Make::Unit(world_unit::<Automaton<true>>))])
        .ins(&[
            TRIGGER,
            REINIT,
            OUT,
            INITIAL,
            port("iRuleFunc", "table of the rule: the new state for left * 4 + self * 2 + right"),
            ELEMENTS,
        ])
        .reads(Res::TABLES)
        .writes(Res::TABLES)
        .source("Manual: cell");
/// Definition of `vcella`.
pub static VCELLA: OpDef =
    OpDef::new("vcella", "Cellular automaton whose rule looks at the sum of neighbours.")
        .sigs(&[sig("", "kkiiiiip", Make::Unit(world_unit::<Automaton<false>>))])
        .ins(&[
            TRIGGER,
            REINIT,
            OUT,
            INITIAL,
            port("iRuleFunc", "table of the rule: the new state for each sum, modulo irulelen"),
            ELEMENTS,
            port("irulelen", "length of the rule, at least 1"),
            port("iradius", "neighbours to each side: 1, otherwise 2; default 1"),
        ])
        .reads(Res::TABLES)
        .writes(Res::TABLES)
        .source("Manual: vcella");

/// `ELEMENTARY`: `cell`, otherwise `vcella`.
#[derive(Default)]
struct Automaton<const ELEMENTARY: bool> {
    /// Two generations: the current one, and the one before.
    lines: [Vec<f64>; 2],
    /// Which of them is the current one.
    current: usize,
    rule_len: i64,
    wide: bool,
}

impl<const ELEMENTARY: bool> Automaton<ELEMENTARY> {
    /// What the rule takes for cell `i` of a line.
    fn neighbourhood(&self, line: &[f64], i: usize) -> i64 {
        let n = line.len();
        let right = |by: usize| line[(i + by) % n];
        let left = line[(i + n - 1) % n];
        if ELEMENTARY {
            return (left * 4.0 + line[i] * 2.0 + right(1)) as i64;
        }
        let sum = if self.wide {
            // The second cell's far left neighbour is the last but one, as in the reference.
            let far = if i < 2 { n.saturating_sub(2) } else { i - 2 };
            line[far] + left + line[i] + right(1) + right(2)
        } else {
            left + line[i] + right(1)
        };
        sum as i64 % self.rule_len
    }

    /// Goes on to the next generation.
    fn advance(&mut self, rule: impl Fn(usize) -> f64) {
        let [mut now, mut other] = std::mem::take(&mut self.lines);
        let (line, next) = if self.current == 0 { (&now, &mut other) } else { (&other, &mut now) };
        for (i, next) in next.iter_mut().enumerate() {
            *next = rule(usize::try_from(self.neighbourhood(line, i)).unwrap_or(usize::MAX));
        }
        self.lines = [now, other];
        self.current = 1 - self.current;
    }
}

impl<const ELEMENTARY: bool> WorldUgen for Automaton<ELEMENTARY> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let elements = cx.k(5) as usize;
        find(cx.world, "the automaton's rule", cx.k(4))?;
        let room = find(cx.world, "the automaton", cx.k(2))?.len;
        let initial = find(cx.world, "the automaton's initial state", cx.k(3))?;
        if elements > room.min(initial.len) {
            return Err("the automaton has more cells than a table points".into());
        }
        self.current = 0;
        // What shows before the first step is the other generation of the previous note in this memory (measured).
        let mut other = std::mem::take(&mut self.lines[1]);
        if other.len() != elements {
            other = vec![0.0; elements];
        }
        self.lines = [initial.data[..elements].to_vec(), other];
        if !ELEMENTARY {
            self.rule_len = cx.k(6) as i64;
            self.wide = cx.k(7) != 1.0;
            if self.rule_len < 1 {
                return Err("vcella: irulelen must be 1 or more".into());
            }
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let (out, initial, rule) = (io.k(2), io.k(3), io.k(4));
        if io.k(1) != 0.0 {
            self.current = 0;
            for (i, cell) in self.lines[0].iter_mut().enumerate() {
                *cell = world.tables.get(initial).map_or(0.0, |t| point(t, i));
            }
        }
        if io.k(0) != 0.0 {
            self.advance(|i| world.tables.get(rule).map_or(0.0, |t| point(t, i)));
        }
        // The generation before the current one is the visible one.
        for (i, &cell) in self.lines[1 - self.current].iter().enumerate() {
            set_point(world, out, i, cell);
        }
        Ok(())
    }
}
