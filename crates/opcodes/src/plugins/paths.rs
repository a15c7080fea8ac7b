//! `pathSplit`, `pathSplitExt`, `pathJoin`, `pathIsAbsolute`, `fileexists`: names of files.

use crate::step::{Step, at_both, at_init};
use bstr::{BString, ByteSlice};
use orchestrion_base::error::OpResult;
use orchestrion_base::host::Purpose;
use orchestrion_base::op::{OpDef, Port, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

const PATH: Port = port("Spath", "path with `/` between its parts, on every system");
const SPLIT: &[Port] = &[
    port("Sfolder", "what is before the last `/`; the root keeps its own"),
    port("Sbase", "what is after it"),
];
const EXTENSION: &[Port] = &[
    port("Sprefix", "path without the extension"),
    port("Sext", "extension with its dot; empty if there is none"),
];

/// Definition of `pathSplit`.
pub static PATHSPLIT: OpDef = OpDef::new("pathSplit", "Folder and name of a path.")
    .sigs(&[sig("SS", "S", at_init::<Split>())])
    .outs(SPLIT)
    .ins(&[PATH])
    .extension()
    .source("Manual of csound-plugins: pathSplit");
/// Definition of `pathSplitk`.
pub static PATHSPLITK: OpDef = OpDef::new("pathSplitk", "Folder and name of a path, in every k-cycle.")
    .sigs(&[sig("SS", "S", at_both::<Split>())])
    .outs(SPLIT)
    .ins(&[PATH])
    .extension()
    .source("Manual of csound-plugins: pathSplitk");
/// Definition of `pathSplitExt`.
pub static PATHSPLITEXT: OpDef =
    OpDef::new("pathSplitExt", "A path without its extension, and the extension.")
        .sigs(&[sig("SS", "S", at_init::<SplitExtension>())])
        .outs(EXTENSION)
        .ins(&[PATH])
        .extension()
        .source("Manual of csound-plugins: pathSplitExt");
/// Definition of `pathSplitExtk`.
pub static PATHSPLITEXTK: OpDef =
    OpDef::new("pathSplitExtk", "A path without its extension, and the extension, in every k-cycle.")
        .sigs(&[sig("SS", "S", at_both::<SplitExtension>())])
        .outs(EXTENSION)
        .ins(&[PATH])
        .extension()
        .source("Manual of csound-plugins: pathSplitExtk");
/// Definition of `pathJoin`.
pub static PATHJOIN: OpDef = OpDef::new("pathJoin", "Joins a folder and a path.")
    .sigs(&[sig("S", "SS", at_init::<Join>())])
    .outs(&[PATH])
    .ins(&[port("Sfolder", "folder"), port("Spath", "path in the folder; an absolute one stays as it is")])
    .extension()
    .source("Manual of csound-plugins: pathJoin");
/// Definition of `pathIsAbsolute`.
pub static PATHISABSOLUTE: OpDef = OpDef::new("pathIsAbsolute", "Whether a path begins at the root.")
    .sigs(&[sig("i", "S", at_init::<IsAbsolute>()), sig("k", "S", at_both::<IsAbsolute>())])
    .outs(&[port("xabsolute", "1 if it does, else 0")])
    .ins(&[PATH])
    .extension()
    .source("Manual of csound-plugins: pathIsAbsolute");
/// Definition of `fileexists`.
pub static FILEEXISTS: OpDef = OpDef::new("fileexists", "Whether a file exists.")
    .sigs(&[sig("i", "S", at_init::<Exists>())])
    .outs(&[port("iexists", "1 if it exists and can be read, else 0")])
    .ins(&[PATH])
    .extension()
    .source("Manual of csound-plugins: fileexists");

struct Split;

impl Step for Split {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let path: BString = io.str(0).to_owned();
        let (folder, base) = match path.rfind_byte(b'/') {
            Some(at) => (&path[..at.max(1)], &path[at + 1..]),
            None => (&b""[..], &path[..]),
        };
        io.set_str(0, folder);
        io.set_str(1, base);
        Ok(())
    }
}

struct SplitExtension;

impl Step for SplitExtension {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let path: BString = io.str(0).to_owned();
        let name = path.rfind_byte(b'/').map_or(0, |slash| slash + 1);
        // A dot at the start of a name begins no extension.
        let dot = path[name..].rfind_byte(b'.').filter(|&at| at > 0).map_or(path.len(), |at| name + at);
        io.set_str(0, &path[..dot]);
        io.set_str(1, &path[dot..]);
        Ok(())
    }
}

struct Join;

impl Step for Join {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let (folder, path) = (io.str(0), io.str(1));
        let mut joined = BString::default();
        if !path.starts_with(b"/") && !folder.is_empty() {
            joined.extend_from_slice(&folder);
            if !folder.ends_with(b"/") {
                joined.push(b'/');
            }
        }
        joined.extend_from_slice(&path);
        io.set_str(0, &joined);
        Ok(())
    }
}

struct IsAbsolute;

impl Step for IsAbsolute {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        io.set(0, f64::from(u8::from(io.str(0).starts_with(b"/"))));
        Ok(())
    }
}

struct Exists;

impl Step for Exists {
    fn step(io: &Io<'_>, world: &World) -> OpResult {
        let found = world.host.as_ref().and_then(|host| host.find(&io.text(0), Purpose::Piece));
        io.set(0, f64::from(u8::from(found.is_some())));
        Ok(())
    }
}
