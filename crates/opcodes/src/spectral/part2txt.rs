//! `part2txt`: partial tracks as text in a file.

use super::frames::Seen;
use super::tracks::{layout, places};
use crate::sound::detach;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::host::HostError;
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use std::io::Write;

/// Definition of `part2txt`.
pub static PART2TXT: OpDef = OpDef::new("part2txt", "Writes partial tracks to a text file.")
    .sigs(&[sig("", "Sf", Make::Unit(world_unit::<Part2txt>))])
    .ins(&[
        port("SFile", "name of the file; a line is amplitude, frequency, phase and number of a track"),
        port("ftrks", "partial tracks"),
    ])
    .writes(Res::FILES)
    .may_fail()
    .source("Manual: part2txt; the decimals measured on the reference")
    .differences(&[
        "whoever reads the file before the note has ended may find another part of it than in the reference",
    ]);

/// The line after the tracks of a frame.
const END_OF_FRAME: &[u8] = b"-1.0 -1.0 -1.0 -1\n";
/// Longest line: three single-precision numbers with six decimals and a whole one.
const LINE: usize = 192;

#[derive(Default)]
struct Part2txt {
    seen: Seen,
    writer: Option<usize>,
}

impl WorldUgen for Part2txt {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let room = layout(&cx.io, 1)?.bins().saturating_mul(LINE);
        self.seen = Seen::default();
        cx.world.ask_memory(room, "part2txt")?;
        let error = |e: HostError| OpError::new(e.to_string());
        if let Some(old) = self.writer.take()
            && detach(cx.io.note, old)
        {
            cx.world.out_files.release(old).map_err(error)?;
        }
        let host = cx.world.host.clone().ok_or("there are no files here")?;
        let writer = cx.world.out_files.open_bytes(&*host, &cx.io.text(0), cx.io.note, room);
        self.writer = Some(writer.map_err(error)?);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let out = self.writer.and_then(|writer| world.out_files.bytes(writer));
        let (Some(from), Some(out)) = (io.spectrum(1), out) else { return Ok(()) };
        if !self.seen.is_news(from.frame_count) {
            return Ok(());
        }
        // Number 0, which the first track of all has, ends a frame, too, as in the reference (measured).
        for t in places(&from.frame).take_while(|t| t.number >= 1.0) {
            let line = writeln!(out, "{:.6} {:.6} {:.6} {}", t.amp, t.frequency, t.phase, t.number.trunc());
            debug_assert!(line.is_ok(), "writing to memory cannot fail");
        }
        out.extend_from_slice(END_OF_FRAME);
        Ok(())
    }
}
