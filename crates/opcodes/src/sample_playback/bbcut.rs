//! `bbcutm`, `bbcuts`: cut-ups of a sound in the manner of breakbeats.

use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, Make, OpDef, Port, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::random::Rand31;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

const BPS: Port = port("ibps", "tempo in beats per second, above 0");
const SUBDIV: Port = port("isubdiv", "units in a bar, rounded, at least 1");
const BAR: Port = port("ibarlength", "beats in a bar, above 0");
const PHRASE: Port = port("iphrasebars", "bars in the longest phrase, rounded, at least 1");
const REPEATS: Port = port("inumrepeats", "how often a cut may be repeated, rounded, 0 for never");
const SPEED: Port = port("istutterspeed", "stutters in a unit, rounded, at least 1; default 1");
const CHANCE: Port = port("istutterchance", "how likely a phrase ends in a stutter, 0 to 1; default 0");
const FADES: Port = port("ienvchoice", "nonzero fades cuts in and out; default 1");
const SOURCE: &str = "Manual: bbcutm (N. Collins); order of the random numbers, lengths of the fades and that the \
                      first is silence measured on the reference";
const DIFFERENCES: &[&str] =
    &["With one unit in a bar every cut is at least that long; the reference crashes."];

/// Definition of `bbcutm`.
pub static BBCUTM: OpDef = OpDef::new("bbcutm", "Breakbeat cut-ups of a sound.")
    .sigs(&[sig("a", "aiiiiipop", Make::Unit(world_unit::<Bbcut<1>>))])
    .outs(&[port("a1", "cuts of the sound and their repeats")])
    .ins(&[port("asource", "sound"), BPS, SUBDIV, BAR, PHRASE, REPEATS, SPEED, CHANCE, FADES])
    .writes(Res::RANDOM)
    .source(SOURCE)
    .differences(DIFFERENCES);

/// Definition of `bbcuts`.
pub static BBCUTS: OpDef = OpDef::new("bbcuts", "Breakbeat cut-ups of a stereo sound.")
    .sigs(&[sig("aa", "aaiiiiipop", Make::Unit(world_unit::<Bbcut<2>>))])
    .outs(&[port("a1", "left"), port("a2", "right")])
    .ins(&[
        port("asource1", "left"),
        port("asource2", "right"),
        BPS,
        SUBDIV,
        BAR,
        PHRASE,
        REPEATS,
        SPEED,
        CHANCE,
        FADES,
    ])
    .writes(Res::RANDOM)
    .source(SOURCE)
    .differences(DIFFERENCES);

/// Samples of a fade (measured on the reference).
const FADE: usize = 64;
/// How far short of the end of a phrase counts as the end.
const CLOSE: f64 = 1e-6;

/// Rounds as the opcode does, a little in favour of the larger number.
fn nearest(x: f64) -> i32 {
    (if x > 0.0 { x + 0.500_001 } else { x - 0.5 }) as i32
}

/// A whole number from `a` to `b`, the outer ones half as likely as the others.
fn draw(random: &mut Rand31, a: i32, b: i32) -> i32 {
    nearest(f64::from(a) + random.unit() * f64::from(b - a))
}

/// What is cut next, and where the sound is in it.
#[derive(Default)]
struct Cutter {
    /// Units in a bar.
    subdivision: i32,
    phrase_bars: i32,
    most_repeats: i32,
    /// Stutters in a unit.
    stutters: i32,
    stutter_chance: f64,
    fades: bool,
    /// Samples in a unit.
    unit: i32,
    /// Units of this phrase, and those that have been played.
    phrase: i32,
    done: f64,
    /// Units of the cut that plays.
    cut: f64,
    /// How often it is played, and how often it has been.
    plays: i32,
    play: i32,
    stuttering: bool,
    /// Samples in the cut, those that have been played, and those of a fade.
    length: usize,
    at: usize,
    fade: usize,
}

impl Cutter {
    /// Decides about a new phrase and a new cut where the old one is over.
    fn decide(&mut self, random: &mut Rand31) {
        if self.done + CLOSE >= f64::from(self.phrase) {
            self.phrase = draw(random, 1, self.phrase_bars).saturating_mul(self.subdivision);
            (self.done, self.plays, self.play, self.stuttering) = (0.0, 0, 0, false);
        }
        if self.play < self.plays {
            return;
        }
        self.play = 0;
        let left = f64::from(self.phrase) - self.done;
        if self.stutter_chance > random.unit() && left < f64::from(self.subdivision / 2) {
            self.plays = nearest(left * f64::from(self.stutters));
            self.cut = 1.0 / f64::from(self.stutters);
            self.stuttering = true;
        } else {
            self.choose(random, nearest(left));
        }
        self.at = 0;
        self.length = nearest(self.cut * f64::from(self.unit)).max(1) as usize;
        if self.fades && self.length < 4 * FADE {
            self.fade = self.length / 4;
        }
    }

    /// A cut of an odd number of units up to half a bar, and how often it is played, within the units that are
    /// `left` of the phrase.
    fn choose(&mut self, random: &mut Rand31, left: i32) {
        let half = self.subdivision / 2;
        let odd = if half % 2 == 0 { (half - 2) / 2 } else { (half - 1) / 2 };
        let mut units = 2 * draw(random, 0, odd) + 1;
        if units > left {
            units -= (units - left + 1) / 2 * 2;
        }
        self.plays = draw(random, 1, self.most_repeats.saturating_add(1));
        let fits = |plays: i32, units: i32| i64::from(plays) * i64::from(units) <= i64::from(left);
        while self.plays > 1 && !fits(self.plays, units) {
            self.plays -= 1;
            if self.plays == 1 {
                units = left;
            }
        }
        self.cut = f64::from(units.max(1));
    }

    /// Amplitude of the cut, which is being played for the first time, at this sample.
    fn gain(&self) -> f64 {
        let left = self.length - self.at;
        if left <= self.fade {
            (math::exp(left as f64 / self.fade as f64) - 1.0) / (std::f64::consts::E - 1.0)
        } else if self.at < self.fade {
            0.0
        } else {
            1.0
        }
    }

    /// To the next sample.
    fn advance(&mut self) {
        self.at += 1;
        if self.at < self.length {
            return;
        }
        self.at = 0;
        self.play += 1;
        self.done += self.cut;
        // Fractions of units may not add up to the phrase: the last stutter is what is left.
        if self.stuttering && self.play == self.plays - 1 {
            self.cut = f64::from(self.phrase) - self.done;
        }
    }
}

#[derive(Default)]
struct Bbcut<const CHANNELS: usize> {
    cutter: Cutter,
    /// The cut as it was played, its channels in turn.
    kept: Vec<f64>,
}

impl<const CHANNELS: usize> WorldUgen for Bbcut<CHANNELS> {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let input = |i: usize| cx.k(CHANNELS + i);
        let (bps, bar) = (input(0), input(2));
        let count = |i: usize, name: &str| match nearest(input(i)) {
            n if n >= 1 => Ok(n),
            _ => Err(OpError::new(format!("{name} has to be at least 1"))),
        };
        let (subdivision, phrase_bars) = (count(1, "isubdiv")?, count(3, "iphrasebars")?);
        let stutters = count(5, "istutterspeed")?;
        if !(bps > 0.0 && bar > 0.0) {
            return Err("ibps and ibarlength have to be above 0".into());
        }
        // The longest cut that is repeated is half a bar, or a bar of one unit.
        let unit = cx.clock.sr / bps * bar / f64::from(subdivision);
        let units = (subdivision / 2).max(1);
        let longest = ((unit + 1.0) * f64::from(units)) as usize;
        cx.world.ask_memory(longest.saturating_mul(CHANNELS * size_of::<f64>()), "a cut")?;
        self.kept.resize(longest * CHANNELS, 0.0);
        self.cutter = Cutter {
            subdivision,
            phrase_bars,
            most_repeats: nearest(input(4)).max(0),
            stutters,
            stutter_chance: input(6),
            fades: input(7) != 0.0,
            unit: nearest(unit),
            fade: if input(7) == 0.0 { 0 } else { FADE },
            ..Cutter::default()
        };
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        for n in 0..io.samples_len() {
            self.cutter.decide(&mut world.random.rand31);
            let (cutter, gain) = (&self.cutter, self.cutter.gain());
            let samples: [f64; CHANNELS] = std::array::from_fn(|c| io.x(c).at(n) * gain);
            let kept = self.kept.as_chunks_mut::<CHANNELS>().0.get_mut(cutter.at);
            let samples = match kept {
                Some(kept) if cutter.play > 0 => *kept,
                Some(kept) if cutter.plays > 1 => {
                    *kept = samples;
                    samples
                }
                _ => samples,
            };
            for (c, sample) in samples.into_iter().enumerate() {
                io.out(c)[n].set(sample);
            }
            self.cutter.advance();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_fill_their_phrases() {
        let mut random = Rand31::default();
        for (subdivision, stutters) in [(1, 1), (2, 3), (8, 3), (7, 2), (16, 1)] {
            let mut cutter = Cutter {
                subdivision,
                stutters,
                phrase_bars: 2,
                most_repeats: 3,
                stutter_chance: 0.5,
                unit: 30,
                ..Cutter::default()
            };
            for _ in 0..20_000 {
                cutter.decide(&mut random);
                assert_eq!(cutter.phrase % subdivision, 0);
                assert!(cutter.done < f64::from(cutter.phrase), "{subdivision} {stutters}");
                cutter.advance();
            }
        }
    }

    #[test]
    fn a_cut_fades_out_to_nearly_nothing() {
        let cutter = Cutter { length: 400, at: 399, fade: 64, ..Cutter::default() };
        assert!(cutter.gain() < 0.01);
        assert_eq!(Cutter { at: 63, ..cutter }.gain(), 0.0);
    }
}
