//! `sequ`, `sequstate`: a step sequencer that starts notes.

use crate::print::format::float;
use bstr::BString;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::event::{Command, When};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, Ugen, WorldUgen, port, sig, unit, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::random::LibcRandom;
use orchestrion_base::world::World;
use std::collections::BTreeMap;

/// Definition of `sequ`.
pub static SEQU: OpDef = OpDef::new("sequ", "Steps through a row of notes and starts them.")
    .sigs(&[sig("k", "i[]i[]i[]kkOOOoo", Make::Unit(world_unit::<Sequencer>))])
    .outs(&[port("krec", "number of the step that begins, -1 between steps")])
    .ins(&[
        port("irow[]", "lengths of the steps in beats, fewer than 128"),
        port("iinstr[]", "instrument of each step, 0 for a rest"),
        port("idata[]", "p4 of each step; or a row for each p-field from p4 on"),
        port("kbpm", "beats per minute"),
        port("klen", "steps in use"),
        port(
            "kmode",
            "0 forward in a loop, n > 0 with two steps exchanged after every n, -1 backward, -2 to and fro, \
             -3 at random, -4 forward once, -5 backward once, -6 shuffled, -7 from the start, -8 stopped; default 0",
        ),
        port("kstep", "more than 0 goes on by a step without a clock, less waits; default 0"),
        port("kreset", "not 0 starts again; default 0"),
        port("kverb", "without effect; default 0"),
        IDENTITY,
    ])
    .writes(Res::EVENTS.and(Res::FAMILY))
    .source("Manual: sequ; random steps are those of the C library, measured on the reference");
/// Definition of `sequstate`.
pub static SEQUSTATE: OpDef = OpDef::new("sequstate", "The order of steps of a sequencer.")
    .sigs(&[
        sig("ii[]", "o", Make::Init(|cx| state(&cx.io, cx.world))),
        sig("kk[]", "o", Make::Unit(unit::<State>)),
    ])
    .outs(&[
        port("kres", "steps made so far, and one"),
        port("kout[]", "order of the steps; must have its size"),
    ])
    .ins(&[IDENTITY])
    .reads(Res::FAMILY)
    .source("csound -z1; no page in the manual");

const IDENTITY: Port = port("id", "number of the sequencer, 0 to 9; default 0");
/// Most steps.
const STEPS: usize = 128;

/// What sequencers share: random numbers, and for `sequstate` their steps and orders.
#[derive(Default)]
struct Sequencers {
    random: LibcRandom,
    states: BTreeMap<i32, (i64, usize, Vec<usize>)>,
}

#[derive(Default)]
struct Sequencer {
    order: Vec<usize>,
    /// Steps made so far, and one.
    count: i64,
    next: i64,
    direction: i64,
    /// Samples until the next step.
    wait: i64,
}

impl Sequencer {
    fn restart(&mut self) {
        (self.wait, self.count, self.next) = (0, 1, 0);
        self.order.iter_mut().enumerate().for_each(|(i, step)| *step = i);
    }

    /// The step to make now; `None` if the sequence has come to its end.
    fn choose(&mut self, mode: i32, len: i64, random: &mut LibcRandom) -> Option<i64> {
        let i = self.next;
        let outside = !(0..len).contains(&i);
        match mode {
            0.. if i >= len => (self.next, self.direction) = (0, 1),
            -1 if self.count == 1 || i < 0 => (self.next, self.direction) = (len - 1, -1),
            -2 if outside => {
                self.direction = -self.direction;
                self.next += self.direction;
            }
            -3 => return Some(i64::from(random.draw()) % len),
            -4 => {
                self.direction = 1;
                if i >= len {
                    return None;
                }
            }
            -5 => {
                self.direction = -1;
                if self.count == 1 {
                    self.next = len - 1;
                } else if i < 0 {
                    return None;
                }
            }
            -6 if i >= len => {
                self.shuffle(len as usize, random);
                (self.next, self.direction) = (0, 1);
            }
            -7 => self.restart(),
            -8 => return None,
            _ => {}
        }
        Some(self.next)
    }

    fn shuffle(&mut self, len: usize, random: &mut LibcRandom) {
        for j in 0..len {
            let k = random.draw() as usize % (j + 1);
            if k != j {
                self.order[j] = self.order[k];
            }
            self.order[k] = j;
        }
    }

    fn exchange(&mut self, len: usize, random: &mut LibcRandom) {
        let (a, b) = loop {
            let pair = (random.draw() as usize % len, random.draw() as usize % len);
            if pair.0 != pair.1 {
                break pair;
            }
        };
        self.order.swap(a, b);
    }

    /// Makes step `i`: its note as score text, if it is no rest.
    fn note(&self, io: &Io<'_>, i: usize) -> Option<BString> {
        let step = self.order.get(i).copied()?;
        let (row, instruments, data) = (io.array(0)?, io.array(1)?, io.array(2)?);
        let instrument = *instruments.nums().get(step)?;
        if instrument == 0.0 {
            return None;
        }
        let length = 60.0 / io.k(3) * row.nums().get(step)?;
        let flat = data.dims.len() < 2;
        let mut text = BString::from("i ");
        text.extend_from_slice(&float("%.2f", instrument));
        text.extend_from_slice(b" 0 ");
        text.extend_from_slice(&float(if flat { "%f" } else { "%g" }, length));
        for value in data.nums().iter().skip(step).step_by(self.order.len().max(1)) {
            text.push(b' ');
            text.extend_from_slice(&float(if flat { "%f" } else { "%g" }, *value));
        }
        Some(text)
    }
}

impl WorldUgen for Sequencer {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let len = |i| cx.io.array(i).map_or(0, |a| a.dims.last().copied().unwrap_or(0) as usize);
        let steps = len(0);
        if steps == 0 || steps != len(1) || steps != len(2) || steps >= STEPS {
            return Err(OpError::new("sequ: the arrays must have the same size, less than 128"));
        }
        if !(0..10).contains(&(cx.io.k(9) as i32)) {
            return Err(OpError::new("sequ: the id must be 0 to 9"));
        }
        self.order = vec![0; steps];
        self.restart();
        self.direction = 1;
        let id = cx.io.k(9) as i32;
        let state = (self.count, steps, self.order.clone());
        cx.world.shared::<Sequencers>().states.insert(id, state);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let len = (io.k(4) as i64).clamp(1, self.order.len().max(1) as i64);
        let mut mode = io.k(5) as i32;
        io.set(0, -1.0);
        if io.k(6) != 0.0 {
            if io.k(6) < 0.0 {
                return Ok(());
            }
        } else if io.k(7) != 0.0 {
            mode = -7;
        } else if self.wait > 0 {
            self.wait -= io.clock.ksmps as i64;
            return Ok(());
        }
        let Some(i) = self.choose(mode, len, &mut world.shared::<Sequencers>().random) else { return Ok(()) };
        let i = usize::try_from(i).unwrap_or(0);
        if let Some(text) = self.note(io, i) {
            world.request(Command::Score { text, when: When::Perf })?;
        }
        let beats = io.array(0).and_then(|row| row.nums().get(i).copied()).unwrap_or(0.0);
        self.wait = (beats * io.clock.sr * 60.0 / io.k(3)) as i64;
        let shared = world.shared::<Sequencers>();
        if mode > 0 && len > 1 && self.count % i64::from(mode) == 0 {
            self.exchange(len as usize, &mut shared.random);
        }
        io.set(0, i as f64);
        self.next += self.direction;
        self.count += 1;
        if let Some(state) = shared.states.get_mut(&(io.k(9) as i32)) {
            (state.0, state.1) = (self.count, len as usize);
            state.2.clone_from(&self.order);
        }
        Ok(())
    }
}

fn state(io: &Io<'_>, world: &World) -> OpResult {
    let found = world.shared_ref::<Sequencers>().and_then(|s| s.states.get(&(io.k(0) as i32)));
    let Some((count, len, order)) = found else { return Ok(()) };
    io.set(0, *count as f64);
    let Some(mut array) = io.array_out(1) else { return Ok(()) };
    if array.nums().len() != order.len() {
        return Err(OpError::new("sequstate: the array has not the size of the sequence"));
    }
    for (to, step) in array.nums_mut().iter_mut().zip(order).take(*len) {
        *to = *step as f64;
    }
    Ok(())
}

#[derive(Default)]
struct State;

impl Ugen for State {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        state(&cx.io, cx.world)
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        state(io, world)
    }
}
