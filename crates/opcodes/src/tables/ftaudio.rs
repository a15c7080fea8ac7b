//! `ftaudio`: a table to a sound file.

use super::lookup::find;
use crate::sound_io::fout::fout_format;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::host::{HostError, SoundFormat, SoundKind};
use orchestrion_base::op::{Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `ftaudio`.
pub static FTAUDIO: OpDef = OpDef::new("ftaudio", "Writes a table to a sound file.")
    .sigs(
        const {
            &[
                sig("i", "iSioo", Make::Init(|cx| write(&cx.io, cx.world, AT_INIT))),
                sig("k", "kkSkpOO", Make::Unit(world_unit::<OnTrigger>)),
            ]
        },
    )
    .outs(&[port("ians", "1 where the file was written; at control rate 0 in the cycles without trigger")])
    .ins(&[
        port("ktrig", "nonzero writes in this k-cycle; only at control rate"),
        port("ifn", "table number"),
        port("Sfile", "name of the file, which is replaced"),
        port("iformat", "kind of file and encoding, as for fout"),
        port("isync", "0 waits for the file to be written, which we always do; only at control rate"),
        port("ibeg", "first frame; default 0"),
        port("iend", "frame after the last one; 0 is the end of the table; default 0"),
    ])
    .reads(Res::TABLES)
    .writes(Res::FILES)
    .may_fail()
    .source("Manual: ftaudio; results measured on the reference")
    .differences(&[
        "samples are scaled by 0dbfs, and what is above full scale is clipped; the reference wraps it round",
        "ibeg counts frames in tables of several channels, too; the reference starts at sample ibeg",
    ]);

/// Where the arguments stand: table, name, format, first and last frame.
type Places = [usize; 5];
const AT_INIT: Places = [0, 1, 2, 3, 4];
const AT_PERF: Places = [1, 2, 3, 5, 6];

fn write(io: &Io<'_>, world: &World, [table, name, format, begin, end]: Places) -> OpResult {
    let table = find(world, "ftaudio", io.k(table))?;
    let channels = table.channels.max(1);
    let frames = table.len / channels;
    let (begin, end) = (io.k(begin).max(0.0) as usize, io.k(end));
    let end = if end > 0.0 { end as usize } else { frames };
    if begin >= end || end > frames {
        return Err(OpError::new(format!(
            "ftaudio: the table has no frames {begin} to {end}, only {frames}"
        )));
    }
    let (kind, encoding) = fout_format(io.int(format));
    let format = SoundFormat { kind, encoding, channels, sr: world.header.sr };
    let scale = if kind == Some(SoundKind::Raw) { 1.0 } else { 1.0 / world.header.zero_dbfs };
    let samples: Vec<f64> = table.data[begin * channels..end * channels].iter().map(|x| x * scale).collect();
    let error = |e: HostError| OpError::new(format!("ftaudio: {e}"));
    let writer = world.sound_writer.as_ref().ok_or("ftaudio: there are no sound files here")?;
    let mut file = writer.create_sound(&io.text(name), &format).map_err(error)?;
    file.write(&samples).and_then(|()| file.finish()).map_err(error)?;
    io.set(0, 1.0);
    Ok(())
}

#[derive(Default)]
struct OnTrigger;

impl WorldUgen for OnTrigger {
    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        io.set(0, 0.0);
        if io.k(0) == 0.0 { Ok(()) } else { write(io, world, AT_PERF) }
    }
}
