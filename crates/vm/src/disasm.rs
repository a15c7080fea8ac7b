//! Bytecode as text, for `orchestrion check --emit code`.

use crate::code::{Code, Inst, Program};
use orchestrion_base::port::Arg;
use std::fmt::Write;

/// All code of a program.
pub fn program(p: &Program) -> String {
    let mut out = String::new();
    for code in &p.globals_code {
        list(&mut out, "instr 0", code);
    }
    for code in &p.codes {
        list(&mut out, &format!("instr {}", code.name), code);
    }
    for code in &p.udos {
        list(&mut out, &format!("opcode {}", code.name), code);
    }
    out
}

fn list(out: &mut String, title: &str, code: &Code) {
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "{title}: {} cells, {} streams, {} signals, {} scratch, {} strings, {} arrays, {}",
        code.cells,
        code.streams,
        code.audio,
        code.scratch,
        code.strings,
        code.arrays.len(),
        if code.blockable { "runs in blocks" } else { "runs cycle by cycle" }
    );
    for (slot, x) in &code.consts {
        let _ = writeln!(out, "  c{slot} = {x}");
    }
    for (name, insts) in [("init", &code.init), ("perform", &code.perf)] {
        let _ = writeln!(out, " {name}");
        for (i, inst) in insts.iter().enumerate() {
            if name == "perform"
                && let Some(s) = code.plan.iter().find(|s| s.start as usize == i)
            {
                let _ = writeln!(out, "  -- {}", if s.blocked { "block" } else { "cycle by cycle" });
            }
            let _ = writeln!(out, "  {i:4} {}", instruction(code, *inst));
        }
    }
}

fn arguments(code: &Code, range: std::ops::Range<usize>, outs: usize) -> String {
    let show = |a: &Arg| format!("{:?}{}", a.place, a.slot).to_lowercase();
    let (o, i) = code.args[range].split_at(outs);
    let join = |l: &[Arg]| l.iter().map(show).collect::<Vec<_>>().join(", ");
    format!("{} <- {}", join(o), join(i))
}

fn instruction(code: &Code, inst: Inst) -> String {
    match inst {
        Inst::Unit { unit } => {
            let u = &code.units[usize::from(unit)];
            format!("{} {}", u.def.name, arguments(code, u.args.clone(), u.outs))
        }
        Inst::Word { word } => {
            let w = &code.words[usize::from(word)];
            let name = match w.kind {
                crate::code::WordKind::Word(w) => format!("{w:?}"),
                crate::code::WordKind::Map1(_) => "ArrayMap".to_owned(),
            };
            format!("{name} {}", arguments(code, w.args.clone(), w.outs))
        }
        Inst::Child { child } => {
            let c = &code.children[usize::from(child)];
            format!("call opcode {} {}", c.udo, arguments(code, c.args.clone(), c.outs))
        }
        other => format!("{other:?}"),
    }
}
