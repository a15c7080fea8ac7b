//! `granule`: up to 128 voices that play grains of a sound, each moving through it at its own pace.

use crate::lookup::{any_table, truncated};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Res, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::random::Lcg16;
use orchestrion_base::table::Table;
use orchestrion_base::world::World;

/// Definition of `granule`.
pub static GRANULE: OpDef = OpDef::new("granule", "Many voices of grains of a sound.")
    .sigs(&[sig("a", "xiiiiiiiiikikiiivppppo", Make::Unit(unit::<Granule>))])
    .outs(&[port("ares", "sum of all voices")])
    .ins(&[
        port("xamp", "amplitude; of an audio signal the first value of each cycle"),
        port("ivoice", "number of voices, up to 128"),
        port("iratio", "speed of the way through the sound, above 0; 1 is as sampled"),
        port("imode", "1 forwards, -1 backwards, 0 each grain at random"),
        port("ithd", "samples of the sound below this are left out; 0 for none"),
        port("ifn", "table of the sound"),
        port("ipshift", "0 each grain at a random pitch within an octave, 1 to 4: voices take ipitch1 to 4 in turn"),
        port("igskip", "start of the part that is played, in seconds"),
        port("igskip_os", "greatest random deviation from the way through the sound, in seconds"),
        port("ilength", "length of the part that is played, in seconds"),
        port("kgap", "silence between grains in seconds"),
        port("igap_os", "greatest random deviation of the gap in percent"),
        port("kgsize", "duration of a grain in seconds"),
        port("igsize_os", "greatest random deviation of the duration in percent"),
        port("iatt", "rise of a grain in percent of its duration"),
        port("idec", "decay of a grain in percent of its duration"),
        port("iseed", "seed, 0 to 1; negative goes on with the instance's previous note; default 0.5"),
        port("ipitch1", "pitch as a factor; default 1"),
        port("ipitch2", "pitch as a factor; default 1"),
        port("ipitch3", "pitch as a factor; default 1"),
        port("ipitch4", "pitch as a factor; default 1"),
        port("ifnenv", "table of the shape of rise and decay; default 0, straight lines"),
    ])
    .source("Manual: granule (A. Lee); integer arithmetic of places and order of random draws measured on the reference")
    .reads(Res::TABLES)
    .differences(&["A rise or decay of 0 is at once; the reference divides by zero."]);

/// Most voices (manual).
const MOST_VOICES: f64 = 128.0;

/// Percentages and times that stay the same through a note, in samples.
#[derive(Clone, Copy, Default)]
struct Fixed {
    start: i32,
    length: i32,
    end: i32,
    skip_spread: f64,
    gap_spread: f64,
    size_spread: f64,
    ratio: f64,
    rise: f64,
    decay: f64,
    mode: i32,
    /// Whether pitches are random.
    any_pitch: bool,
}

/// One voice; times in samples.
#[derive(Clone, Copy, Default)]
struct Voice {
    /// Points of the sound that the grain has advanced.
    advanced: f64,
    /// Steps since the grain started, of the gap included.
    count: i32,
    /// Where in the sound the grain starts.
    from: i32,
    size: i32,
    /// Steps from grain to grain.
    stretch: i32,
    direction: i32,
    pitch: f64,
}

#[derive(Default)]
struct Granule {
    sound: f64,
    envelope: f64,
    fixed: Fixed,
    voices: Vec<Voice>,
    random: Lcg,
}

/// The generator, kept over notes for a negative seed.
struct Lcg(Lcg16);

impl Default for Lcg {
    fn default() -> Self {
        Self(Lcg16::new(0.0))
    }
}

impl Lcg {
    /// A random part of `spread`, truncated.
    fn part(&mut self, spread: f64) -> i32 {
        truncated(spread * self.0.draw())
    }

    /// A pitch from half to double.
    fn pitch(&mut self) -> f64 {
        let x = self.0.draw();
        if x < 0.0 { x * 0.5 + 1.0 } else { x + 1.0 }
    }

    fn direction(&mut self) -> i32 {
        if self.0.draw() < 0.0 { -1 } else { 1 }
    }
}

fn check(cx: &Init<'_>) -> OpResult {
    let (k, percent) = (|i: usize| cx.k(i), 0.0..=100.0);
    let ipshift = k(6);
    let rules = [
        (k(1) <= MOST_VOICES, "ivoice is at most 128"),
        (k(2) > 0.0, "iratio has to be above 0"),
        (k(3) == 0.0 || k(3).abs() == 1.0, "imode is -1, 0 or 1"),
        (k(4) >= 0.0, "ithd may not be negative"),
        ([0.0, 1.0, 2.0, 3.0, 4.0].contains(&ipshift), "ipshift is 0 to 4"),
        (k(1) >= ipshift, "there are fewer voices than pitches"),
        (ipshift == 0.0 || (17..21).all(|i| k(i) >= 0.0), "pitches may not be negative"),
        (k(7) >= 0.0 && k(8) >= 0.0, "igskip and igskip_os may not be negative"),
        (k(10) >= 0.0 && k(12) >= 0.0, "kgap and kgsize may not be negative"),
        (percent.contains(&k(11)) && percent.contains(&k(13)), "igap_os and igsize_os are 0 to 100 percent"),
        (k(14) >= 0.0 && k(15) >= 0.0 && k(14) + k(15) <= 100.0, "iatt and idec exceed 100 percent"),
    ];
    match rules.iter().find(|(holds, _)| !holds) {
        Some((_, text)) => Err(OpError::new(format!("granule: {text}"))),
        None => Ok(()),
    }
}

/// Leaves out points below a threshold; the table stays that way, as in the reference.
fn leave_out(table: &mut Table, threshold: f64) {
    let len = table.len;
    let mut kept = 0;
    for i in 0..len.min(table.data.len()) {
        if table.data[i].abs() >= threshold {
            table.data[kept] = table.data[i];
            kept += 1;
        }
    }
    table.data.truncate(kept + 1);
    table.len = kept;
}

impl Granule {
    fn start_voices(&mut self, cx: &Init<'_>, number: usize) {
        let (sr, fixed, random) = (cx.clock.sr, &self.fixed, &mut self.random);
        let pitches: Vec<f64> = (17..17 + cx.k(6) as usize).map(|i| cx.k(i)).collect();
        let from = truncated(cx.k(7) * sr);
        let mut gaps = vec![truncated(cx.k(10) * sr); number];
        // Draws go property by property over all voices.
        if fixed.gap_spread != 0.0 {
            for gap in &mut gaps {
                *gap = gap.saturating_add(random.part(f64::from(*gap) * fixed.gap_spread));
            }
        }
        self.voices = vec![Voice { from, direction: fixed.mode, ..Voice::default() }; number];
        if fixed.mode == 0 {
            self.voices.iter_mut().for_each(|v| v.direction = random.direction());
        }
        for (i, voice) in self.voices.iter_mut().enumerate() {
            voice.pitch = if fixed.any_pitch { random.pitch() } else { pitches[i % pitches.len().max(1)] };
            voice.size = truncated(cx.k(12) * sr * voice.pitch);
        }
        if fixed.size_spread != 0.0 {
            for voice in &mut self.voices {
                voice.size =
                    voice.size.saturating_add(random.part(f64::from(voice.size) * fixed.size_spread));
            }
        }
        for (voice, gap) in self.voices.iter_mut().zip(gaps) {
            voice.stretch = voice.size.saturating_add(gap);
            if fixed.skip_spread != 0.0 {
                let moved = truncated(fixed.skip_spread * random.0.draw() + f64::from(voice.from));
                voice.from = moved.max(fixed.start);
                if voice.from.saturating_add(voice.stretch) > fixed.end {
                    voice.from = fixed.start;
                }
            }
        }
    }
}

impl Ugen for Granule {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        check(cx)?;
        let sr = cx.clock.sr;
        self.sound = any_table(cx.world, cx.k(5))?;
        self.envelope = if cx.k(21) > 0.0 { any_table(cx.world, cx.k(21))? } else { 0.0 };
        if cx.k(16) >= 0.0 {
            self.random = Lcg(Lcg16::new(cx.k(16)));
        }
        let (start, length) = (truncated(cx.k(7) * sr), truncated(cx.k(9) * sr));
        self.fixed = Fixed {
            start,
            length: length.max(1),
            end: start.saturating_add(length),
            skip_spread: (cx.k(8) * sr).trunc(),
            gap_spread: cx.k(11) / 100.0,
            size_spread: cx.k(13) / 100.0,
            ratio: cx.k(2),
            rise: cx.k(14) * 0.01,
            decay: cx.k(15) * 0.01,
            mode: cx.k(3) as i32,
            any_pitch: cx.k(6) == 0.0,
        };
        let voices = cx.k(1).ceil().max(0.0) as usize;
        self.start_voices(cx, voices);
        let threshold = cx.k(4);
        if threshold != 0.0
            && let Some(table) = cx.world.tables.get_mut(self.sound)
        {
            leave_out(table, threshold);
        }
        let len = cx.world.tables.get(self.sound).map_or(0, |t| t.len);
        if f64::from(self.fixed.end) > len as f64 {
            return Err("granule: igskip and ilength reach past the end of the sound".into());
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &World) -> OpResult {
        let Some(sound) = world.tables.get(self.sound) else {
            io.set(0, 0.0);
            return Ok(());
        };
        let envelope = if self.envelope > 0.0 { world.tables.get(self.envelope) } else { None };
        let (amp, sr) = (io.k(0), io.clock.sr);
        let (gap, size) = (truncated(io.k(10) * sr), io.k(12) * sr);
        for out in io.out(0) {
            let mut sum = 0.0;
            for voice in &mut self.voices {
                if truncated(voice.advanced) >= voice.size.saturating_sub(1) {
                    voice.count = voice.count.saturating_add(1);
                } else {
                    sum += voice.sample(&self.fixed, sound, envelope);
                    voice.advanced += voice.pitch;
                    voice.count = truncated(voice.advanced);
                }
                if voice.count >= voice.stretch {
                    voice.renew(&self.fixed, &mut self.random, gap, size);
                }
            }
            out.set(sum * amp);
        }
        Ok(())
    }
}

impl Voice {
    /// Place in the sound of point `i` of the grain, wrapped into the part that is played.
    fn place(&self, fixed: &Fixed, i: i32) -> i32 {
        let room = if self.direction < 0 { self.from - fixed.start } else { fixed.end - self.from };
        let past = i - room;
        match (past >= 0, self.direction < 0) {
            (true, true) => fixed.end - past % fixed.length,
            (true, false) => fixed.start + past % fixed.length,
            (false, true) => self.from - i,
            (false, false) => self.from + i,
        }
    }

    /// The grain's strength at its point `i`, 0 to 1.
    fn strength(&self, fixed: &Fixed, i: i32) -> f64 {
        let part = |x: f64| truncated(f64::from(self.size) * x);
        let (rise, decay) = (part(fixed.rise), part(fixed.decay));
        let sustained = self.size.saturating_sub(decay);
        if i < sustained {
            if rise > 0 { (f64::from(i) / f64::from(rise)).min(1.0) } else { 1.0 }
        } else {
            (f64::from(decay) - (f64::from(i) - f64::from(sustained))) / f64::from(decay)
        }
    }

    fn sample(&self, fixed: &Fixed, sound: &Table, envelope: Option<&Table>) -> f64 {
        let i = truncated(self.advanced);
        let point = |i: i32| usize::try_from(i).ok().and_then(|i| sound.data.get(i)).copied().unwrap_or(0.0);
        let place = self.place(fixed, i);
        let mut next = place + self.direction;
        if next < fixed.start {
            next = fixed.end - (fixed.start - next) + 1;
        }
        if next > fixed.end {
            next = fixed.start + (next - fixed.end) - 1;
        }
        let mut strength = self.strength(fixed, i);
        if let Some(envelope) = envelope {
            let at = truncated(strength * envelope.len as f64) - 1;
            strength = usize::try_from(at).ok().and_then(|i| envelope.data.get(i)).copied().unwrap_or(0.0);
        }
        let (a, b) = (point(place), point(next));
        (a + (b - a) * (self.advanced - f64::from(i))) * strength
    }

    /// Starts the next grain; `gap` and `size` are those of this cycle.
    fn renew(&mut self, fixed: &Fixed, random: &mut Lcg, gap: i32, size: f64) {
        (self.count, self.advanced) = (0, 0.0);
        self.from = self.from.saturating_add(truncated(f64::from(self.size) / self.pitch * fixed.ratio));
        if fixed.skip_spread != 0.0 {
            self.from = self.from.saturating_add(random.part(fixed.skip_spread));
        }
        if self.from >= fixed.end {
            self.from = fixed.start + (self.from - fixed.end) % fixed.length;
        }
        self.from = self.from.max(fixed.start);
        if fixed.mode == 0 {
            self.direction = random.direction();
        }
        if fixed.any_pitch {
            self.pitch = random.pitch();
        }
        let mut gap = gap;
        if fixed.gap_spread != 0.0 {
            gap = gap.saturating_add(random.part(f64::from(gap) * fixed.gap_spread));
        }
        self.size = truncated(size * self.pitch);
        if fixed.size_spread != 0.0 {
            self.size = self.size.saturating_add(random.part(f64::from(self.size) * fixed.size_spread));
        }
        self.stretch = self.size.saturating_add(gap);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn a_voice_plays_the_sound() {
        let mut bench = Bench::new(&GRANULE, 0);
        bench.world.tables.insert(1, Table::new((0..=2000).map(f64::from).collect()));
        let (second, percent) = (1.0 / 44100.0, 0.0);
        let inputs = [
            1.0,
            1.0,
            1.0,
            1.0,
            0.0,
            1.0,
            1.0,
            0.0,
            0.0,
            1500.5 * second,
            0.0,
            percent,
            400.5 * second,
            percent,
            percent,
            percent,
            0.5,
            1.0,
            1.0,
            1.0,
            1.0,
            0.0,
        ];
        for (i, x) in inputs.into_iter().enumerate() {
            bench.set(i, x);
        }
        let out = bench.render(300);
        assert!(out.iter().enumerate().all(|(n, &y)| y == n as f64), "{out:?}");
    }
}
