//! `ftsamplebank`: the sound files of a folder as tables.

use super::make::make_table;
use orchestrion_base::error::OpResult;
use orchestrion_base::event::PField;
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `ftsamplebank`.
pub static FTSAMPLEBANK: OpDef = OpDef::new("ftsamplebank", "Loads the sound files of a folder into tables.")
    .sigs(
        const {
            &[
                sig("i", "Siiii", Make::Init(|cx| load(&cx.io, cx.world, AT_INIT))),
                sig("k", "Skkkkk", Make::Unit(world_unit::<OnTrigger>)),
            ]
        },
    )
    .outs(&[port(
        "inum",
        "how many files there are; 0 if there is no such folder; those that cannot be read count, too",
    )])
    .ins(&[
        port(
            "Sdir",
            "folder; its files that end in .wav, .aiff, .ogg and .flac are taken in the order of their names",
        ),
        port("ifirst", "number of the first table; the others follow"),
        port("ktrig", "1 loads the files anew after init; only at control rate"),
        port("iskip", "seconds to skip in each file"),
        port("iformat", "encoding of files without a header; ignored"),
        port("ichannel", "channel to load, 0 for all"),
    ])
    .writes(Res::TABLES)
    .source("Manual: ftsamplebank; which files, and their order, measured on the reference")
    .differences(&["the tables are there at once; in the reference in the next k-cycle"]);

/// How names of sound files end (measured on the reference).
const ENDINGS: [&str; 4] = [".wav", ".aiff", ".ogg", ".flac"];

/// Where the arguments stand: first table, seconds to skip, format, channel.
type Places = [usize; 4];
const AT_INIT: Places = [1, 2, 3, 4];
const AT_PERF: Places = [1, 3, 4, 5];

/// Paths of the sound files in the folder that input 0 names, in order.
fn files(io: &Io<'_>, world: &mut World) -> OpResult<Vec<String>> {
    let host = world.host.as_ref().ok_or("ftsamplebank: there are no files here")?;
    let folder = io.text(0);
    let mut names = match host.list(&folder) {
        Ok(names) => names,
        Err(e) => {
            world.warn(format!("ftsamplebank: {e}"));
            return Ok(Vec::new());
        }
    };
    names.retain(|name| ENDINGS.iter().any(|ending| name.ends_with(ending)));
    names.sort_unstable();
    Ok(names.into_iter().map(|name| format!("{folder}/{name}")).collect())
}

fn load(io: &Io<'_>, world: &mut World, [first, skip, format, channel]: Places) -> OpResult {
    const READ: PField = PField::Num(1.0);
    let files = files(io, world)?;
    io.set(0, files.len() as f64);
    for (i, file) in files.into_iter().enumerate() {
        let args = [
            PField::Str(file.into()),
            PField::Num(io.k(skip)),
            PField::Num(io.k(format)),
            PField::Num(io.k(channel)),
        ];
        if let Err(e) = make_table(world, io.k(first) + i as f64, 0.0, &READ, &args) {
            world.warn(format!("ftsamplebank: {e}"));
        }
    }
    Ok(())
}

#[derive(Default)]
struct OnTrigger;

impl WorldUgen for OnTrigger {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        load(&cx.io, cx.world, AT_PERF)
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        if io.k(2) == 1.0 { load(io, world, AT_PERF) } else { Ok(()) }
    }
}
