//! `compilestr`, `compileorc`, `compilecsd`: further orchestra text while the piece plays; `return`, which such
//! text may contain.

use crate::step::{WorldStep, world_at_init};
use bstr::ByteSlice;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::event::{Command, When};
use orchestrion_base::host::Purpose;
use orchestrion_base::op::{Make, OpDef, Port, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::{MessageKind, World};

const OUT: &[Port] = &[port("ires", "0, or -1 if the text has errors")];
const LATER: &[&str] = &[AFTERWARDS];
const AFTERWARDS: &str = "the text's own header statements run after this init pass";

/// Definition of `compilestr`.
pub static COMPILESTR: OpDef = OpDef::new("compilestr", "Compiles orchestra text at init.")
    .sigs(&[sig("i", "S", world_at_init::<FromString>())])
    .outs(OUT)
    .ins(&[port("Sorch", "instruments and opcodes, which may replace earlier ones")])
    .source("Manual: compilestr")
    .differences(LATER);
/// Definition of `compileorc`.
pub static COMPILEORC: OpDef = OpDef::new("compileorc", "Compiles an orchestra file at init.")
    .sigs(&[sig("i", "S", world_at_init::<FromFile<false>>())])
    .outs(OUT)
    .ins(&[port("Sfilename", "name of the file")])
    .source("Manual: compileorc")
    .differences(&[
        AFTERWARDS,
        "a file that cannot be read gives -1, as the manual says; in the reference the note falls silent",
    ]);
/// Definition of `compilecsd`.
pub static COMPILECSD: OpDef =
    OpDef::new("compilecsd", "Compiles a document at init; its score starts at once.")
        .sigs(&[sig("i", "S", world_at_init::<FromFile<true>>())])
        .outs(OUT)
        .ins(&[port("Sfilename", "name of the file")])
        .source("Manual: compilecsd")
        .differences(LATER);
/// Definition of `return`.
pub static RETURN: OpDef = OpDef::new("return", "Hands a value to evalstr; elsewhere it does nothing.")
    .sigs(&[sig("", "i", Make::Init(|_| Ok(())))])
    .ins(&[port("ival", "value")])
    .source("Manual: return");

fn compile(io: &Io<'_>, world: &mut World, text: &str, document: bool) -> OpResult {
    let Some(mut compiler) = world.compiler.take() else {
        return Err(OpError::new("there is no compiler in this performance"));
    };
    let compiled = compiler.compile(text, document);
    world.compiler = Some(compiler);
    match compiled {
        Ok(defined) => {
            world.instruments.defined.extend(defined.numbers);
            world.instruments.numbers.extend(defined.names);
            world.request(Command::TakeNewCode)?;
            if let Some(text) = defined.score {
                world.request(Command::Score { text, when: When::Init })?;
            }
            io.set(0, 0.0);
        }
        Err(message) => {
            world.say(MessageKind::Error, format!("{}\n", message.trim_end()));
            io.set(0, -1.0);
        }
    }
    Ok(())
}

struct FromString;

impl WorldStep for FromString {
    fn step(io: &Io<'_>, world: &mut World) -> OpResult {
        compile(io, world, &io.text(0), false)
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
            Ok(bytes) => compile(io, world, &bytes.to_str_lossy(), DOCUMENT),
            Err(e) => {
                world.warn(e.to_string());
                io.set(0, -1.0);
                Ok(())
            }
        }
    }
}
