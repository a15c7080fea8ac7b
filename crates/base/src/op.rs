//! The opcode contract: how an opcode describes itself and how the machine calls it.
//!
//! An opcode is a static [`OpDef`]. Everything that is said about opcodes anywhere (signature check,
//! documentation, listing, effects analysis) is read from it.

use crate::error::{OpError, OpResult};
use crate::port::Io;
use crate::world::World;

/// An opcode's definition.
#[derive(Debug)]
pub struct OpDef {
    /// Name as written in an orchestra.
    pub name: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// Outputs, for documentation: name and one sentence with unit and range.
    pub outs: &'static [Port],
    /// Inputs, for documentation.
    pub ins: &'static [Port],
    /// Signatures in the reference's registration order.
    pub sigs: &'static [Sig],
    /// Paper, manual page or measurement behind it.
    pub source: &'static str,
    /// Shared things that `perform` reads.
    pub reads: Res,
    /// Shared things that `perform` changes.
    pub writes: Res,
    /// Whether `perform` may return an error.
    pub may_fail: bool,
    /// Whether init changes nothing that other notes see.
    pub quiet_init: bool,
    /// Inputs that the opcode changes in place: bit *i* for input *i*, the last bit for all from 31 on.
    pub changes: u32,
    /// Whether the compiler appends one more input, a string literal: the inputs as the text spells
    /// them, separated by newlines (`print` shows them).
    pub arg_names: bool,
    /// Whether it makes the global variable that is its output a channel. The compiler appends one more input: the
    /// number of that variable, -1 where the output is none.
    pub exports: bool,
    /// Whether it is none of csound's opcodes. A piece's own opcode of the same name then replaces it, and in
    /// an expression the wanted type chooses among its signatures, not their order alone.
    pub extension: bool,
    /// Why the opcode does nothing here although the piece goes on; the compiler warns.
    pub silent: Option<&'static str>,
    /// Deliberate differences from the reference, one sentence each.
    pub differences: &'static [&'static str],
}

/// Name and meaning of one argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port {
    /// Name as in the manual (`kfreq`).
    pub name: &'static str,
    /// Unit, range and meaning.
    pub doc: &'static str,
}

/// Shorthand for a [`Port`].
pub const fn port(name: &'static str, doc: &'static str) -> Port {
    Port { name, doc }
}

/// One signature: type letters as `csound -z1` prints them, and what runs.
#[derive(Clone, Copy, Debug)]
pub struct Sig {
    /// Output letters.
    pub outs: &'static str,
    /// Input letters.
    pub ins: &'static str,
    /// What runs.
    pub make: Make,
}

/// Shorthand for a [`Sig`].
pub const fn sig(outs: &'static str, ins: &'static str, make: Make) -> Sig {
    Sig { outs, ins, make }
}

/// What an opcode is made of.
#[derive(Clone, Copy)]
pub enum Make {
    /// A function that runs at init only.
    Init(fn(&mut Init<'_>) -> OpResult),
    /// A unit with state; see [`unit()`] and [`world_unit`].
    Unit(fn() -> Box<dyn Unit>),
    /// A pure function of one number, element by element at the rate of the output.
    Map1(fn(f64) -> f64),
    /// A pure function of two numbers.
    Map2(fn(f64, f64) -> f64),
    /// A pure function of three numbers.
    Map3(fn(f64, f64, f64) -> f64),
    /// A word that the machine itself performs; listed so that the documentation is complete.
    Word,
}

impl std::fmt::Debug for Make {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Make::Init(_) => "Init",
            Make::Unit(_) => "Unit",
            Make::Map1(_) => "Map1",
            Make::Map2(_) => "Map2",
            Make::Map3(_) => "Map3",
            Make::Word => "Word",
        })
    }
}

impl OpDef {
    /// Starts a definition.
    pub const fn new(name: &'static str, summary: &'static str) -> Self {
        Self {
            name,
            summary,
            outs: &[],
            ins: &[],
            sigs: &[],
            source: "",
            reads: Res::NONE,
            writes: Res::NONE,
            may_fail: false,
            quiet_init: false,
            changes: 0,
            arg_names: false,
            exports: false,
            extension: false,
            silent: None,
            differences: &[],
        }
    }

    /// Signatures in the reference's registration order.
    pub const fn sigs(mut self, sigs: &'static [Sig]) -> Self {
        self.sigs = sigs;
        self
    }

    /// Documents the outputs.
    pub const fn outs(mut self, outs: &'static [Port]) -> Self {
        self.outs = outs;
        self
    }

    /// Documents the inputs.
    pub const fn ins(mut self, ins: &'static [Port]) -> Self {
        self.ins = ins;
        self
    }

    /// Names the source.
    pub const fn source(mut self, source: &'static str) -> Self {
        self.source = source;
        self
    }

    /// Declares what `perform` reads of things that other notes may change while this one plays.
    pub const fn reads(mut self, res: Res) -> Self {
        self.reads = Res(self.reads.0 | res.0);
        self
    }

    /// Declares what `perform` changes of things that other notes may see.
    pub const fn writes(mut self, res: Res) -> Self {
        self.writes = Res(self.writes.0 | res.0);
        self
    }

    /// Declares that `perform` may return an error.
    pub const fn may_fail(mut self) -> Self {
        self.may_fail = true;
        self
    }

    /// Declares that init changes nothing that other notes see: it makes no tables, draws no numbers from the shared
    /// generators, opens nothing. Notes of which all opcodes say so can start within a block.
    pub const fn quiet_init(mut self) -> Self {
        self.quiet_init = true;
        self
    }

    /// Declares which inputs the opcode changes in place: bit *i* for input *i*.
    pub const fn changes(mut self, mask: u32) -> Self {
        self.changes = mask;
        self
    }

    /// Asks the compiler for one more input: a string literal with the inputs as the text spells them,
    /// separated by newlines.
    pub const fn arg_names(mut self) -> Self {
        self.arg_names = true;
        self
    }

    /// Declares that it makes the global variable that is its output a channel, and asks the compiler for one more
    /// input, the number of that variable.
    pub const fn exports(mut self) -> Self {
        self.exports = true;
        self
    }

    /// Declares that csound does not have this opcode.
    pub const fn extension(mut self) -> Self {
        self.extension = true;
        self
    }

    /// Declares that the opcode does nothing, and why.
    pub const fn silent(mut self, why: &'static str) -> Self {
        self.silent = Some(why);
        self
    }

    /// Lists deliberate differences from the reference.
    pub const fn differences(mut self, differences: &'static [&'static str]) -> Self {
        self.differences = differences;
        self
    }
}

/// A set of things that notes share. An instrument whose opcodes touch none that anybody changes
/// while it plays may be run many k-cycles at a time, or in parallel with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Res(pub u32);

impl Res {
    /// Nothing.
    pub const NONE: Res = Res(0);
    /// Contents of function tables.
    pub const TABLES: Res = Res(1);
    /// Software channels.
    pub const CHANNELS: Res = Res(1 << 1);
    /// Zak patch space.
    pub const ZAK: Res = Res(1 << 2);
    /// Random state that all notes share.
    pub const RANDOM: Res = Res(1 << 3);
    /// Files.
    pub const FILES: Res = Res(1 << 4);
    /// Messages, whose order is part of the result.
    pub const PRINT: Res = Res(1 << 5);
    /// Events: starting, stopping and counting notes.
    pub const EVENTS: Res = Res(1 << 6);
    /// The sum of the outputs so far (`monitor`); adding to it is no effect.
    pub const SPOUT: Res = Res(1 << 7);
    /// Any other state that a family of opcodes shares through [`World::shared`].
    pub const FAMILY: Res = Res(1 << 8);
    /// State shared by opcodes of the same note (`delayr` and its taps).
    pub const NOTE: Res = Res(1 << 9);
    /// The note's own life: `turnoff`, `xtratim` at performance.
    pub const LIFE: Res = Res(1 << 10);
    /// MIDI controllers, bends and pressures.
    pub const MIDI: Res = Res(1 << 11);
    /// Which notes play and what their p-fields are ([`World::roster`]).
    pub const NOTES: Res = Res(1 << 12);
    /// Adding to the output channels: no effect on others, but the order of the additions counts.
    pub const OUT: Res = Res(1 << 13);

    /// Global variables, whichever: text that is compiled while a note plays may name any.
    pub const GLOBALS: Res = Res(1 << 14);
    /// All that is shared.
    pub const ANYTHING: Res = Res((1 << 15) - 1);

    /// Both sets.
    #[must_use]
    pub const fn and(self, other: Res) -> Res {
        Res(self.0 | other.0)
    }

    /// This set without what is in `other`.
    #[must_use]
    pub const fn without(self, other: Res) -> Res {
        Res(self.0 & !other.0)
    }

    /// Whether the sets have anything in common.
    pub const fn meets(self, other: Res) -> bool {
        self.0 & other.0 != 0
    }
}

/// Arguments and world of an init call.
pub struct Init<'a> {
    /// Arguments, note, clock.
    pub io: Io<'a>,
    /// What all notes share.
    pub world: &'a mut World,
}

impl<'a> std::ops::Deref for Init<'a> {
    type Target = Io<'a>;
    fn deref(&self) -> &Io<'a> {
        &self.io
    }
}

/// A unit generator that only needs to look at the shared world while it performs. This is what
/// nearly all opcodes with state are.
pub trait Ugen: Default + Send + 'static {
    /// Set where one long k-cycle gives the same samples, bit for bit, as several short ones with the
    /// same control inputs: nothing is computed per cycle but what follows from those inputs. The
    /// machine then performs a block of cycles in one call. The list names the inputs that are read
    /// only through [`Io::x`]; at `ksmps = 1` a control input among them may change within the block.
    const SEAMLESS: Option<&'static [usize]> = None;

    /// Set where, at `ksmps = 1`, the same holds for control outputs: they are written value by value through
    /// [`Io::out`], as audio is.
    const SEAMLESS_CONTROL: bool = false;

    /// Prepares for a note. Runs again on `reinit`, on tied notes and when the instance is reused;
    /// state that the reference keeps then must be kept.
    ///
    /// # Errors
    /// An error drops the note.
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let _ = cx;
        Ok(())
    }

    /// Produces one k-cycle: `io.out(0)` has one sample per sample of the cycle for audio outputs,
    /// one value for control outputs. Must not allocate.
    ///
    /// # Errors
    /// An error removes the note; declare [`OpDef::may_fail`].
    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult;
}

/// A unit generator that changes the shared world while it performs. Its definition says what with
/// [`OpDef::writes`].
pub trait WorldUgen: Default + Send + 'static {
    /// As [`Ugen::init`].
    ///
    /// # Errors
    /// An error drops the note.
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let _ = cx;
        Ok(())
    }

    /// As [`Ugen::perform`].
    ///
    /// # Errors
    /// An error removes the note.
    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult;
}

/// The world as a running unit may see it.
pub enum WorldRef<'a> {
    /// Notes run one after the other.
    Exclusive(&'a mut World),
    /// Notes run in parallel.
    Shared(&'a World),
}

impl WorldRef<'_> {
    /// To look only.
    #[inline(always)]
    pub fn get(&self) -> &World {
        match self {
            WorldRef::Exclusive(w) => w,
            WorldRef::Shared(w) => w,
        }
    }
}

/// An error with the k-cycle of the block in which it happened.
pub type RunResult = Result<(), (usize, OpError)>;

/// What the machine holds: a unit with its rates and types erased. Made by [`unit()`] and
/// [`world_unit`]; opcode authors implement [`Ugen`] or [`WorldUgen`].
pub trait Unit: Send {
    /// Calls the unit's init.
    ///
    /// # Errors
    /// Those of the unit.
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult;

    /// Calls the unit's perform for the k-cycles `io.cycle .. io.cycle + cycles`.
    ///
    /// # Errors
    /// Those of the unit, with the cycle.
    fn run(&mut self, io: &mut Io<'_>, cycles: usize, world: &mut WorldRef<'_>) -> RunResult;

    /// Calls the unit's perform for one k-cycle, without what blocks need.
    ///
    /// # Errors
    /// Those of the unit.
    fn cycle(&mut self, io: &Io<'_>, world: &mut WorldRef<'_>) -> OpResult;

    /// Whether performance needs the world for itself, so that it cannot run beside other notes.
    fn is_exclusive(&self) -> bool {
        false
    }
}

/// Calls `perform` for each of `cycles` k-cycles.
#[inline(always)]
fn cycle_by_cycle(io: &mut Io<'_>, cycles: usize, mut perform: impl FnMut(&Io<'_>) -> OpResult) -> RunResult {
    let keeps = io.has_streams();
    for cycle in io.cycle..io.cycle + cycles {
        io.cycle = cycle;
        if keeps {
            io.keep_outputs();
        }
        perform(io).map_err(|e| (cycle, e))?;
    }
    Ok(())
}

/// The world to change.
#[inline(always)]
fn exclusive<'w>(world: &'w mut WorldRef<'_>) -> OpResult<&'w mut World> {
    match world {
        WorldRef::Exclusive(world) => Ok(world),
        WorldRef::Shared(_) => Err(OpError::new("an opcode that changes shared state ran in parallel")),
    }
}

struct Pure<T>(T);
struct Worldly<T>(T);

impl<T: Ugen> Unit for Pure<T> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.init(cx)
    }

    fn run(&mut self, io: &mut Io<'_>, cycles: usize, world: &mut WorldRef<'_>) -> RunResult {
        let world = world.get();
        let start = io.cycle;
        if let Some(signals) = T::SEAMLESS
            && io.widen(cycles, signals, T::SEAMLESS_CONTROL)
        {
            return self.0.perform(io, world).map_err(|e| (start, e));
        }
        cycle_by_cycle(io, cycles, |io| self.0.perform(io, world))
    }

    fn cycle(&mut self, io: &Io<'_>, world: &mut WorldRef<'_>) -> OpResult {
        self.0.perform(io, world.get())
    }
}

impl<T: WorldUgen> Unit for Worldly<T> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.init(cx)
    }

    fn run(&mut self, io: &mut Io<'_>, cycles: usize, world: &mut WorldRef<'_>) -> RunResult {
        let start = io.cycle;
        let world = exclusive(world).map_err(|e| (start, e))?;
        cycle_by_cycle(io, cycles, |io| self.0.perform(io, world))
    }

    fn cycle(&mut self, io: &Io<'_>, world: &mut WorldRef<'_>) -> OpResult {
        self.0.perform(io, exclusive(world)?)
    }

    fn is_exclusive(&self) -> bool {
        true
    }
}

/// Makes a [`Ugen`] for a [`Make::Unit`].
pub fn unit<T: Ugen>() -> Box<dyn Unit> {
    Box::new(Pure(T::default()))
}

/// Makes a [`WorldUgen`] for a [`Make::Unit`].
pub fn world_unit<T: WorldUgen>() -> Box<dyn Unit> {
    Box::new(Worldly(T::default()))
}
