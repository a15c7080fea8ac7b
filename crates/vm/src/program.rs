//! Whole orchestras: lowering, emitting and what one instrument means for the others.

use crate::code::{Code, Inst, MANY, Program, UnitCode};
use crate::compile::{Compiler, Lowered};
use crate::emit::emit;
use orchestrion_base::diag::Diagnostic;
use orchestrion_base::op::Res;
use orchestrion_base::port::{Arg, Place};
use orchestrion_base::source::Span;
use orchestrion_base::ty::Ty;
use orchestrion_parser::tree::Orchestra;
use std::collections::{BTreeMap, BTreeSet};

/// A state of a program to go back to.
pub struct Mark {
    lengths: [usize; 4],
    by_number: BTreeMap<u32, usize>,
    names: BTreeMap<String, u32>,
}

impl Program {
    /// Adds an orchestra to a program; afterwards [`Program::globals_code`] ends with its instrument 0.
    /// With errors among the diagnostics the program is as it was.
    pub fn add(&mut self, compiler: &mut Compiler, orchestra: &Orchestra) -> Vec<Diagnostic> {
        let (lowered, mut diags) = compiler.lower(orchestra);
        if diags.iter().any(Diagnostic::is_error) {
            return diags;
        }
        match self.add_lowered(lowered) {
            Ok(()) => self.header = compiler.header,
            Err(d) => diags.push(*d),
        }
        diags
    }

    /// Where the program stands, for [`Program::go_back`].
    pub fn mark(&self) -> Mark {
        Mark {
            lengths: [self.globals_code.len(), self.codes.len(), self.udos.len(), self.globals.len()],
            by_number: self.by_number.clone(),
            names: self.names.clone(),
        }
    }

    /// Takes back everything added since `mark`. Notes of what goes must not play.
    pub fn go_back(&mut self, mark: Mark) {
        let [globals_code, codes, udos, globals] = mark.lengths;
        self.globals_code.truncate(globals_code);
        self.codes.truncate(codes);
        self.udos.truncate(udos);
        self.globals.truncate(globals);
        self.by_number = mark.by_number;
        self.names = mark.names;
    }

    /// Adds an orchestra that the compiler has lowered without errors.
    ///
    /// # Errors
    /// An instrument is too large for the machine; the program is as it was.
    pub fn add_lowered(&mut self, lowered: Lowered) -> Result<(), Box<Diagnostic>> {
        let (global, udos, instruments) = self.emit_all(&lowered)?;
        self.globals = lowered.globals;
        self.udos.extend(udos);
        self.globals_code.push(global);
        for (code, instr) in instruments.into_iter().zip(&lowered.instruments) {
            let index = self.codes.len();
            self.codes.push(code);
            for n in &instr.numbers {
                self.by_number.insert(*n, index);
            }
            for (name, n) in &instr.names {
                self.names.insert(name.clone(), *n);
            }
        }
        self.judge();
        Ok(())
    }

    /// Types of the global variables.
    pub fn global_types(&self) -> Vec<Ty> {
        self.globals.iter().map(|g| g.ty).collect()
    }

    fn emit_all(&self, lowered: &Lowered) -> Result<(Code, Vec<Code>, Vec<Code>), Box<Diagnostic>> {
        let global = emit(&lowered.global, "0", Span::NONE, false)?;
        let udos = lowered
            .udos
            .iter()
            .map(|(name, body)| emit(body, name, Span::NONE, true))
            .collect::<Result<Vec<_>, _>>()?;
        let instruments = lowered
            .instruments
            .iter()
            .map(|i| {
                let name = match i.names.first() {
                    Some((name, _)) => name.clone(),
                    None => i.numbers.first().map(u32::to_string).unwrap_or_default(),
                };
                let mut code = emit(&i.body, &name, i.span, false)?;
                code.pset.clone_from(&i.pset);
                Ok(code)
            })
            .collect::<Result<Vec<_>, Box<Diagnostic>>>()?;
        Ok((global, udos, instruments))
    }

    /// Whether any opcode reads one of these shared things at performance or at init.
    pub fn reads(&self, what: Res) -> bool {
        let codes = self.codes.iter().chain(&self.udos).chain(&self.globals_code);
        codes.flat_map(|code| &code.units).any(|unit| unit.def.reads.meets(what))
    }

    /// Which of [`Program::codes`] may be performed on several threads at a time: those that share nothing with other
    /// notes but what does not change, and that a thread can have copies of.
    pub fn shareable(&self) -> Vec<bool> {
        // What an opcode's frame runs is that of all opcodes, since they call each other.
        let exports = !self.exports().is_empty();
        let udos = self.udos.iter().all(|code| is_shareable(code, exports));
        let calls = |code: &Code| udos || code.children.is_empty();
        self.codes.iter().map(|code| code.blockable && calls(code) && is_shareable(code, exports)).collect()
    }

    /// Globals that opcodes of the program make channels.
    fn exports(&self) -> BTreeSet<u16> {
        let codes = self.globals_code.iter().chain(&self.codes).chain(&self.udos);
        codes.flat_map(|code| &code.exports).copied().collect()
    }

    /// Who touches a global variable that is a channel, too, touches channels.
    fn spread_exports(&mut self) {
        let exports = self.exports();
        let meet = |globals: &[u16]| globals.iter().any(|g| exports.contains(g));
        for code in self.codes.iter_mut().chain(&mut self.udos) {
            if meet(&code.global_reads) {
                code.reads = code.reads.and(Res::CHANNELS);
            }
            if meet(&code.global_writes) {
                code.writes = code.writes.and(Res::CHANNELS);
            }
        }
    }

    /// Which of [`Program::codes`] have notes that change nothing which others see, not even at init, and whose memory
    /// only notes of the same number use.
    pub fn keeps_to_itself(&self) -> Vec<bool> {
        let mut numbers = vec![0; self.codes.len()];
        for &code in self.by_number.values() {
            numbers[code] += 1;
        }
        let alone = |(code, numbers): (&Code, usize)| {
            code.blockable && code.quiet_init && code.children.is_empty() && numbers == 1
        };
        self.codes.iter().zip(numbers).map(alone).collect()
    }

    /// Decides which instruments may run many k-cycles at a time: those that at performance change
    /// nothing shared and read nothing that anybody changes.
    fn judge(&mut self) {
        self.spread_exports();
        let mut written = Res::NONE;
        let mut globals: BTreeSet<u16> = BTreeSet::new();
        for code in self.codes.iter().chain(&self.udos) {
            written = written.and(code.writes);
            globals.extend(&code.global_writes);
        }
        // What opcodes of one note share never concerns other notes, and what they add to the output neither.
        let shared = |r: Res| r.without(Res::NOTE.and(Res::OUT));
        for code in self.codes.iter_mut().chain(&mut self.udos) {
            let pure = shared(code.writes) == Res::NONE
                && !shared(code.reads).meets(written)
                && code.global_writes.is_empty()
                && !code.global_reads.iter().any(|g| globals.contains(g) || written.meets(Res::GLOBALS));
            code.blockable &= pure;
        }
        let opcodes_add = self.udos.iter().any(|code| code.additions > 0);
        for code in &mut self.codes {
            if opcodes_add && !code.children.is_empty() || !code.subs.is_empty() {
                code.additions = MANY;
            }
        }
    }
}

/// Whether notes of a code may play on any thread; `exports` tells whether some global is a channel.
fn is_shareable(code: &Code, exports: bool) -> bool {
    let global =
        |arg: &Arg| matches!(arg.place, Place::GlobalStr | Place::GlobalArray | Place::GlobalSpectrum);
    let loads_signal = |inst: &Inst| matches!(inst, Inst::LoadGlobalAudio { .. });
    let inits = |inst: &Inst| matches!(inst, Inst::Reinit { .. });
    // A channel may be a global signal or string.
    let exported = |unit: &UnitCode| exports && unit.def.reads.meets(Res::CHANNELS);
    code.subs.is_empty()
        && !code.args.iter().any(global)
        && !code.units.iter().any(exported)
        && !code.perf.iter().any(|inst| loads_signal(inst) || inits(inst))
        && !code.states.iter().any(|make| make().is_exclusive())
}
