//! `stack`, `push`, `pop`: bundles of values through one stack that all notes share.
//!
//! Strings and init values are handed on at init, control values and signals in every k-cycle. A bundle is
//! taken by as many variables of the same types.

use bstr::{BString, ByteSlice};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::ty::Base;
use orchestrion_base::world::World;

/// Definition of `stack`.
pub static STACK: OpDef = OpDef::new("stack", "Sets the size of the stack.")
    .sigs(&[sig("", "i", Make::Init(make))])
    .ins(&[port("isize", "bytes, 8 for each number and each sample of a k-cycle; 32768 if never set")])
    .source("Manual: stack")
    .differences(&["sizes count the values only"]);

/// Definition of `push`.
pub static PUSH: OpDef = OpDef::new("push", "Puts values on the stack.")
    .sigs(&[sig("", "N", Make::Unit(world_unit::<Push>))])
    .ins(&[port("xval1, ...", "values of any types")])
    .writes(Res::FAMILY)
    .may_fail()
    .source("Manual: push")
    .differences(ERRORS);

/// Definition of `pop`.
pub static POP: OpDef = OpDef::new("pop", "Takes values off the stack.")
    .sigs(&[sig("NNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN", "", Make::Unit(world_unit::<Pop>))])
    .outs(&[port("xval1, ...", "as many variables, of the same types, as were put there last")])
    .writes(Res::FAMILY)
    .may_fail()
    .source("Manual: pop")
    .differences(ERRORS);

const ERRORS: &[&str] = &["an empty or full stack and other types end the note, not only with a message"];

/// Bytes where the piece sets no size (manual).
const DEFAULT_BYTES: usize = 32768;
/// Greatest size (manual: about 16 MB).
const MAX_BYTES: usize = 1 << 24;

/// What is on the stack. All memory is there from the first use on, but for strings, which come at init.
#[derive(Default)]
struct Stack {
    numbers: Vec<f64>,
    texts: Vec<BString>,
    /// Types of all values, bundle by bundle.
    types: Vec<Base>,
    /// Values of each bundle.
    bundles: Vec<usize>,
    /// Numbers there is room for; 0 before the first use.
    room: usize,
}

impl Stack {
    fn reserve(&mut self, bytes: usize) {
        self.room = bytes / size_of::<f64>();
        self.numbers.reserve_exact(self.room);
        self.types.reserve_exact(self.room);
        self.bundles.reserve_exact(self.room);
    }

    fn begin(&mut self, types: impl ExactSizeIterator<Item = Base>) -> OpResult {
        if self.types.len() + types.len() > self.room || self.bundles.len() == self.room {
            return Err(full());
        }
        self.bundles.push(types.len());
        self.types.extend(types);
        Ok(())
    }

    fn push(&mut self, number: f64) -> OpResult {
        if self.numbers.len() == self.room {
            return Err(full());
        }
        self.numbers.push(number);
        Ok(())
    }

    /// Takes the last bundle's types off, if they are these.
    fn end(&mut self, types: impl ExactSizeIterator<Item = Base>) -> OpResult {
        let &count = self.bundles.last().ok_or("pop: the stack is empty")?;
        let start = self.types.len() - count;
        if !self.types[start..].iter().copied().eq(types) {
            return Err("pop: the values on the stack are of other types, or more or fewer".into());
        }
        self.types.truncate(start);
        self.bundles.pop();
        Ok(())
    }
}

fn full() -> OpError {
    OpError::new("push: the stack is full; `stack` makes a larger one")
}

fn make(cx: &mut Init<'_>) -> OpResult {
    let bytes = (cx.io.k(0).max(0.0) as usize).min(MAX_BYTES);
    cx.world.ask_memory(bytes, "the stack")?;
    let stack = cx.world.shared::<Stack>();
    if stack.room > 0 {
        return Err("stack: the stack is there already".into());
    }
    stack.reserve(bytes);
    Ok(())
}

/// The stack, made if there is none.
fn opened(world: &mut World) -> &mut Stack {
    let stack = world.shared::<Stack>();
    if stack.room == 0 {
        stack.reserve(DEFAULT_BYTES);
    }
    stack
}

/// Whether values of a type go through the stack while notes play.
fn at_perf(base: Base) -> bool {
    matches!(base, Base::K | Base::A)
}

#[derive(Default)]
struct Push {
    performs: bool,
}

impl Push {
    fn types(io: &Io<'_>) -> impl ExactSizeIterator<Item = Base> {
        (0..io.n_ins()).map(|i| if io.is_str(i) { Base::S } else { io.base(i) })
    }
}

impl WorldUgen for Push {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let io = &cx.io;
        self.performs = Self::types(io).any(at_perf);
        let stack = opened(cx.world);
        stack.begin(Self::types(io))?;
        for (i, base) in Self::types(io).enumerate() {
            match base {
                Base::S => stack.texts.push(io.str(i).as_bstr().to_owned()),
                base if at_perf(base) => {}
                _ => stack.push(io.k(i))?,
            }
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        if !self.performs {
            return Ok(());
        }
        let stack = opened(world);
        stack.begin(Self::types(io))?;
        for (i, base) in Self::types(io).enumerate() {
            match base {
                Base::K => stack.push(io.k(i))?,
                Base::A => io.a(i).iter().try_for_each(|x| stack.push(x.get()))?,
                _ => {}
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct Pop {
    performs: bool,
}

impl Pop {
    fn types(io: &Io<'_>) -> impl DoubleEndedIterator<Item = Base> + ExactSizeIterator {
        (0..io.n_outs()).map(|o| io.out_base(o))
    }
}

impl WorldUgen for Pop {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let io = &cx.io;
        self.performs = Self::types(io).any(at_perf);
        let stack = opened(cx.world);
        stack.end(Self::types(io))?;
        for (o, base) in Self::types(io).enumerate().rev() {
            match base {
                Base::S => io.set_str(o, &stack.texts.pop().unwrap_or_default()),
                base if at_perf(base) => {}
                _ => io.set(o, stack.numbers.pop().unwrap_or_default()),
            }
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        if !self.performs {
            return Ok(());
        }
        let stack = opened(world);
        stack.end(Self::types(io))?;
        for (o, base) in Self::types(io).enumerate().rev() {
            if at_perf(base) {
                io.out(o).iter().rev().for_each(|out| out.set(stack.numbers.pop().unwrap_or_default()));
            }
        }
        Ok(())
    }
}
