//! `flooper`: a table played from its beginning into a loop with crossfaded ends.

use crate::sound::Outputs;
use crate::tables::lookup::{find, point};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Definition of `flooper`.
pub static FLOOPER: OpDef =
    OpDef::new("flooper", "Plays a table from its beginning into a loop with crossfaded ends.")
        .sigs(&[sig("mm", "kkiiii", Make::Unit(unit::<Flooper>))])
        .outs(&[port("asig1 [, asig2]", "one signal for a mono table, two for a stereo one")])
        .ins(&[
            port("kamp", "amplitude"),
            port("kpitch", "speed, 1 for that of the recording; negative plays the loop backwards"),
            port("istart", "start of the loop in seconds"),
            port("idur", "length of the loop in seconds"),
            port("ifad", "length of the crossfade in seconds, up to idur"),
            port("ifn", "table of one or two channels"),
        ])
        .source("Manual: flooper; the loop's order of steps measured on the reference")
        .reads(Res::TABLES)
        .differences(&["before the table there is silence; the reference reads what lies there in memory"]);

#[derive(Default)]
struct Flooper {
    table: f64,
    channels: usize,
    ratio: f64,
    /// The loop, with a frame for the interpolation after it.
    buffer: Vec<f64>,
    /// End of the loop in the table and its length, in frames.
    end: f64,
    length: f64,
    position: f64,
    looping: bool,
}

impl Ugen for Flooper {
    const SEAMLESS: Option<&'static [usize]> = Some(&[0, 1]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.table = cx.k(5);
        let table = find(cx.world, "flooper", self.table)?;
        let frames = |i: usize| (cx.k(i) * table.sr) as usize;
        let (start, length, fade) = (frames(2), frames(3), frames(4));
        if fade > length || length == 0 {
            return Err("flooper: the loop must be longer than nothing and than its crossfade".into());
        }
        if start.saturating_add(length).saturating_add(fade) > table.len {
            return Err(OpError::new("flooper: the table ends before the loop and its crossfade"));
        }
        self.channels = table.channels.clamp(1, 2);
        Outputs::prepare(&cx.io, "flooper", 0, table.channels.max(1))?;
        cx.world.ask_memory((length + 1).saturating_mul(self.channels * 8), "flooper")?;
        self.buffer.clear();
        self.buffer.resize((length + 1) * self.channels, 0.0);
        for c in 0..self.channels {
            let at = |frame: usize| point(table, (start + frame) * self.channels + c);
            let step = 1.0 / fade as f64;
            let mut level = 0.0;
            for n in 0..length {
                let faded = n < fade;
                self.buffer[n * self.channels + c] = at(n) * if faded { level } else { 1.0 };
                level += if faded { step } else { 0.0 };
            }
            for n in 0..fade {
                self.buffer[n * self.channels + c] += level * at(length + n);
                level -= step;
            }
        }
        // The reference leaves the other channel's last frame silent.
        self.buffer[length * self.channels] = self.buffer[0];
        self.ratio = table.sr / cx.clock.sr;
        (self.end, self.length) = ((start + length) as f64, length as f64);
        (self.position, self.looping) = (0.0, false);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let table = world.tables.get(self.table).map_or(&[][..], |table| &table.data);
        let (amp, pitch) = (io.x(0), io.x(1));
        let outs = [0, self.channels - 1].map(|o| io.out(o));
        for n in 0..outs[0].len() {
            let fraction = self.position - self.position.trunc();
            if !self.looping && !(0.0..self.end).contains(&self.position) {
                self.looping = true;
                self.position = wrap(self.position, self.end);
            }
            let from = if self.looping { &self.buffer[..] } else { table };
            let frame = self.position.max(0.0) as usize;
            for (c, out) in outs.iter().enumerate().take(self.channels) {
                let at = |frame: usize| from.get(frame * self.channels + c).copied().unwrap_or(0.0);
                let a = at(frame);
                out[n].set(amp.at(n) * (a + fraction * (at(frame + 1) - a)));
            }
            self.position += pitch.at(n) * self.ratio;
            if self.looping {
                self.position = wrap(self.position, self.length);
            }
        }
        Ok(())
    }
}

/// A position moved into a loop of `length`.
fn wrap(position: f64, length: f64) -> f64 {
    if (0.0..length).contains(&position) {
        return position;
    }
    let position = orchestrion_dsp::math::fmod(position, length);
    if position < 0.0 { position + length } else { position }
}
