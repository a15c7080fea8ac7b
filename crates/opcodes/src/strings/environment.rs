//! `getcfg`, `pwd`, `directory`: what a render is set to, and folders.

use crate::arrays::common::check_size;
use crate::step::{Step, at_init};
use bstr::BString;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{OpDef, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `getcfg`.
pub static GETCFG: OpDef = OpDef::new("getcfg", "A setting of the render.")
    .sigs(&[sig("S", "i", at_init::<Setting>())])
    .outs(&[port("Svalue", "the setting")])
    .ins(&[port(
        "iopt",
        "1 length of strings (without meaning), 2 and 3 names of the sound files, 4 realtime audio, 5 beat mode, \
         6 operating system, 7 callbacks",
    )])
    .source("Manual: getcfg")
    .differences(&[
        "a render knows no file names: options 2 and 3 give nothing",
        "the operating system is Linux everywhere, so that a render is the same everywhere",
    ]);
/// Definition of `pwd`.
pub static PWD: OpDef = OpDef::new("pwd", "The current folder.")
    .sigs(&[sig("S", "", at_init::<CurrentFolder>())])
    .outs(&[port("Sres", "full name; empty if the host has no folders")])
    .source("Manual: pwd");
/// Definition of `directory`.
pub static DIRECTORY: OpDef = OpDef::new("directory", "The files of a folder.")
    .sigs(&[sig("S[]", "SN", at_init::<Files>())])
    .outs(&[port("SFiles[]", "names in alphabetical order")])
    .ins(&[
        port("SDirectory", "name of the folder"),
        port("SExtension", "only files that end so; default all"),
    ])
    .source("Manual: directory")
    .differences(&["names are in order; the reference gives them as the file system does"]);

struct Setting;

impl Step for Setting {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let value = match (io.k(0) + 0.5) as i32 {
            1 => "31",
            2 | 3 | 7 => "",
            4 => "0",
            5 => {
                if world.tempo.is_some() {
                    "1"
                } else {
                    "0"
                }
            }
            6 => "Linux",
            n => return Err(OpError::new(format!("getcfg: there is no option {n}"))),
        };
        io.set_str(0, value.as_bytes());
        Ok(())
    }
}

struct CurrentFolder;

impl Step for CurrentFolder {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let folder = world.host.as_ref().and_then(|host| host.current_folder());
        io.set_str(0, folder.unwrap_or_default().as_bytes());
        Ok(())
    }
}

struct Files;

impl Step for Files {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let Some(host) = &world.host else { return Err(OpError::new("directory: there are no files here")) };
        let extension = if io.n_ins() > 1 { io.text(1) } else { String::new() };
        let mut names = host.list(&io.text(0)).map_err(|e| OpError::new(format!("directory: {e}")))?;
        names.retain(|name| name.ends_with(&extension));
        names.sort_unstable();
        check_size(names.len(), world)?;
        let Some(mut array) = io.array_out(0) else { return Ok(()) };
        array.resize(&[names.len() as u32], io.clock.ksmps);
        for (to, name) in array.strs_mut().iter_mut().zip(names) {
            *to = BString::from(name);
        }
        Ok(())
    }
}
