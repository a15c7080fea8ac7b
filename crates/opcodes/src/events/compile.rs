//! `compilestr`, `compileorc`, `compilecsd`, `evalstr`: further orchestra text while the piece plays; `return`, which
//! such text may contain.

use crate::step::{WorldStep, world_at_init};
use bstr::ByteSlice;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::event::{Command, When};
use orchestrion_base::host::Purpose;
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::{MessageKind, World};

const OUT: &[Port] = &[port("ires", "0, or -1 if the text has errors")];

/// Definition of `compilestr`.
pub static COMPILESTR: OpDef = OpDef::new("compilestr", "Compiles orchestra text at init.")
    .sigs(&[sig("i", "S", world_at_init::<FromString>())])
    .outs(OUT)
    .ins(&[port("Sorch", "instruments and opcodes, which may replace earlier ones")])
    .source("Manual: compilestr");
/// Definition of `compileorc`.
pub static COMPILEORC: OpDef = OpDef::new("compileorc", "Compiles an orchestra file at init.")
    .sigs(&[sig("i", "S", world_at_init::<FromFile<false>>())])
    .outs(OUT)
    .ins(&[port("Sfilename", "name of the file")])
    .source("Manual: compileorc")
    .differences(&[
        "a file that cannot be read gives -1, as the manual says; in the reference the note falls silent",
    ]);
/// Definition of `compilecsd`.
pub static COMPILECSD: OpDef =
    OpDef::new("compilecsd", "Compiles a document at init; its score starts at once.")
        .sigs(&[sig("i", "S", world_at_init::<FromFile<true>>())])
        .outs(OUT)
        .ins(&[port("Sfilename", "name of the file")])
        .source("Manual: compilecsd");
/// Definition of `evalstr`.
pub static EVALSTR: OpDef =
    OpDef::new("evalstr", "Compiles orchestra text and gives the value that it returns.")
        .sigs(&[
            sig("i", "S", world_at_init::<Evaluate>()),
            sig("k", "Sk", Make::Unit(world_unit::<Evaluation>)),
        ])
        .outs(&[port("xres", "value of the text's last `return`, 0 without one, NaN if the text has errors")])
        .ins(&[
            port("Scode", "statements, instruments and opcodes; the statements run at once"),
            port("ktrig", "compile and run the text when this is not 0; otherwise the value stays"),
        ])
        .source("Manual: evalstr; values without `return` and of wrong texts measured on the reference")
        .writes(Res::ANYTHING)
        .differences(&["a text that evaluates another one returns its own value, not the other's"]);
/// Definition of `return`.
pub static RETURN: OpDef = OpDef::new("return", "Hands a value to evalstr; elsewhere it does nothing.")
    .sigs(&[sig("", "i", world_at_init::<Return>())])
    .ins(&[port("ival", "value")])
    .source("Manual: return");

/// Compiles a text and runs its statements. Answers whether it could be compiled.
fn compile(io: &Io<'_>, world: &mut World, text: &str, document: bool) -> OpResult<bool> {
    world.request(Command::TakeNewCode)?;
    let Some(mut compiler) = world.compiler.take() else {
        return Err(OpError::new("there is no compiler in this performance"));
    };
    let compiled = compiler.compile(text, document);
    world.compiler = Some(compiler);
    match compiled? {
        Ok(defined) => {
            world.instruments.defined.extend(defined.numbers);
            world.instruments.numbers.extend(defined.names);
            defined.start.start(io, world)?;
            if let Some(text) = defined.score {
                world.request(Command::Score { text, when: When::Init })?;
            }
            Ok(true)
        }
        Err(message) => {
            for line in message.lines() {
                world.say(MessageKind::Error, format!("error: {line}\n"));
            }
            Ok(false)
        }
    }
}

/// Sets the result of the opcodes that only compile.
fn compile_only(io: &Io<'_>, world: &mut World, text: &str, document: bool) -> OpResult {
    let done = compile(io, world, text, document)?;
    io.set(0, if done { 0.0 } else { -1.0 });
    Ok(())
}

struct Return;

impl WorldStep for Return {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        world.returned = io.k(0);
        Ok(())
    }
}

struct Evaluate;

impl WorldStep for Evaluate {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        // The text that this one is part of may have returned something before.
        let outer = std::mem::replace(&mut world.returned, 0.0);
        let done = compile(io, world, &io.text(0), false)?;
        let value = std::mem::replace(&mut world.returned, outer);
        io.set(0, if done { value } else { f64::NAN });
        Ok(())
    }
}

#[derive(Default)]
struct Evaluation;

impl WorldUgen for Evaluation {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        cx.set(0, 0.0);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        if io.k(1) == 0.0 { Ok(()) } else { Evaluate::step(io, world) }
    }
}

struct FromString;

impl WorldStep for FromString {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        compile_only(io, world, &io.text(0), false)
    }
}

struct FromFile<const DOCUMENT: bool>;

impl<const DOCUMENT: bool> WorldStep for FromFile<DOCUMENT> {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        let name = io.text(0);
        let Some(host) = &world.host else {
            return Err(OpError::new("there are no files in this performance"));
        };
        match host.read(&name, Purpose::Include) {
            Ok(bytes) => compile_only(io, world, &bytes.to_str_lossy(), DOCUMENT),
            Err(e) => {
                world.warn(e.to_string());
                io.set(0, -1.0);
                Ok(())
            }
        }
    }
}
