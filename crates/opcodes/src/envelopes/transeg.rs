//! `transeg`, `transegb`, `transegr`: segments whose curvature the user chooses.

use super::segments::{OUTS, ask_release};
use crate::lookup::{nearest, truncated};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Port, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::math;

const INS: &[Port] = &[
    port("ia", "start value"),
    port("idur", "duration of the segment in seconds (transegb: time of its end)"),
    port("itype", "curvature: 0 straight, positive slow to start, negative fast to start"),
    port("ib", "value at the end of the segment"),
    port("...", "further segments of three values"),
];
const SOURCE: &str = "Manual: transeg: ia + (ib - ia) (1 - exp(t itype / (n - 1))) / (1 - exp(itype)); \
                      at audio rate transegb jumps to the end (measured)";

/// Definition of `transeg`.
pub static TRANSEG: OpDef = OpDef::new("transeg", "Series of segments of chosen curvature.")
    .sigs(&[sig("k", "iiim", Make::Unit(unit::<Plain>)), sig("a", "iiim", Make::Unit(unit::<Plain>))])
    .outs(OUTS)
    .ins(INS)
    .source(SOURCE)
    .quiet_init();

/// Definition of `transegb`.
pub static TRANSEGB: OpDef =
    OpDef::new("transegb", "Series of segments of chosen curvature between breakpoints.")
        .quiet_init()
        .sigs(&[
            sig("k", "iiim", Make::Unit(unit::<Breakpoints>)),
            sig("a", "iiim", Make::Unit(unit::<Breakpoints>)),
        ])
        .outs(OUTS)
        .ins(INS)
        .source(SOURCE);

/// Definition of `transegr`.
pub static TRANSEGR: OpDef =
    OpDef::new("transegr", "Series of segments of chosen curvature with a release segment.")
        .sigs(&[sig("k", "iiim", Make::Unit(unit::<Release>)), sig("a", "iiim", Make::Unit(unit::<Release>))])
        .outs(OUTS)
        .ins(INS)
        .source(SOURCE)
        .quiet_init();

#[derive(Clone, Copy, Default)]
struct Bend {
    /// Steps.
    count: i32,
    cycles: i32,
    samples: i32,
    from: f64,
    next: f64,
    /// Curvature per sample.
    alpha: f64,
    /// Slope per sample, or size of the exponential.
    size: f64,
}

#[derive(Default)]
struct Walk {
    bends: Vec<Bend>,
    entered: usize,
    left: usize,
    count: i32,
    value: f64,
    x: f64,
    now: Bend,
    /// Curvature of the last segment that has one.
    last_alpha: f64,
}

/// What tells the three opcodes apart at init.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Plain,
    Breakpoints,
    Release,
}

impl Walk {
    /// False if the first duration is not positive, which leaves the envelope as it was.
    fn start(&mut self, cx: &Init<'_>, kind: Kind) -> OpResult<bool> {
        if cx.n_ins() % 3 != 1 || cx.n_ins() < 4 {
            return Err("Incorrect argument count in transeg".into());
        }
        if cx.k(1) <= 0.0 {
            return Ok(false);
        }
        let count = cx.n_ins() / 3;
        let (mut past, mut from, mut last_alpha) = (0.0, cx.k(0), 0.0);
        let mut bends = Vec::with_capacity(count);
        for i in 0..count {
            let (mut duration, alpha, next) = (cx.k(3 * i + 1), cx.k(3 * i + 2), cx.k(3 * i + 3));
            if kind == Kind::Breakpoints {
                duration -= past;
                past += duration;
            }
            let length = duration * cx.clock.sr;
            let samples = if kind == Kind::Release { truncated(length + 0.5) } else { nearest(length) };
            let cycles = if samples < 0 { 0 } else { truncated(duration * cx.clock.kr) };
            // transegb sets no length in samples (measured on the reference).
            let samples = if kind == Kind::Breakpoints { 0 } else { samples };
            let size = if alpha == 0.0 {
                (next - from) / length
            } else {
                last_alpha = alpha;
                (next - from) / (1.0 - math::exp(alpha))
            };
            let count = if cx.is_audio_out() { samples } else { cycles };
            bends.push(Bend { count, cycles, samples, from, next, alpha: alpha / length, size });
            from = next;
        }
        *self = Self { left: count + 1, now: bends[0], bends, value: cx.k(0), last_alpha, ..Self::default() };
        Ok(true)
    }

    /// Enters the next segment; false if it has no length.
    fn enter(&mut self) -> bool {
        let Some(&bend) = self.bends.get(self.entered) else { return false };
        self.entered += 1;
        self.count = bend.count;
        if self.count == 0 {
            self.value = bend.next;
            return false;
        }
        self.now = bend;
        self.x = 0.0;
        true
    }

    /// Walks on until a segment has a length; `hold` segments stay ahead. False if the value stays.
    fn advance(&mut self, hold: bool) -> bool {
        loop {
            if hold && self.left == 2 {
                return false;
            }
            self.left -= 1;
            if self.left == 0 {
                if !hold && let Some(bend) = self.entered.checked_sub(1).and_then(|i| self.bends.get(i)) {
                    self.value = bend.next;
                }
                return false;
            }
            if self.enter() {
                return true;
            }
        }
    }

    /// Bends the last segment so that it starts at the present value.
    fn let_go(&mut self, audio: bool, ksmps: f64) -> bool {
        self.left = 1;
        self.entered = self.bends.len().saturating_sub(1);
        let (value, last_alpha) = (self.value, self.last_alpha);
        if let Some(bend) = self.bends.last_mut() {
            let length = if audio { f64::from(bend.samples) } else { f64::from(bend.cycles) * ksmps };
            if bend.alpha == 0.0 {
                bend.size = (bend.next - value) / length;
            } else {
                bend.size = (bend.next - value) / (1.0 - math::exp(last_alpha));
                bend.alpha = last_alpha / length;
                bend.from = value;
            }
        }
        let moving = self.enter();
        if !moving {
            self.left = 0;
        }
        moving
    }

    /// Whether the value moves in this step.
    #[inline(always)]
    fn tick(&mut self, hold: bool) -> bool {
        if self.left == 0 {
            return false;
        }
        self.count = self.count.saturating_sub(1);
        self.count > 0 || self.advance(hold)
    }

    /// One sample on.
    #[inline(always)]
    fn move_sample(&mut self) {
        if self.now.alpha == 0.0 {
            self.value += self.now.size;
        } else {
            self.x += self.now.alpha;
            self.value = self.now.from + self.now.size * (1.0 - math::exp(self.x));
        }
    }

    fn perform(&mut self, io: &Io<'_>) {
        if io.is_audio_out() {
            for out in io.out(0) {
                let moving = self.tick(false);
                out.set(self.value);
                if moving {
                    self.move_sample();
                }
            }
            return;
        }
        io.set(0, self.value);
        if self.tick(false) {
            let ksmps = io.clock.ksmps as f64;
            self.x += ksmps * self.now.alpha;
            if self.now.alpha == 0.0 {
                self.value += self.now.size * ksmps;
            } else {
                self.value = self.now.from + self.now.size * (1.0 - math::exp(self.x));
            }
        }
    }

    fn perform_released(&mut self, io: &Io<'_>) {
        let (releasing, ksmps) = (io.note.releasing.get(), io.clock.ksmps as f64);
        let audio = io.is_audio_out();
        for out in io.out(0) {
            if !audio {
                out.set(self.value);
            }
            let moving = if releasing && self.left > 1 { self.let_go(audio, ksmps) } else { self.tick(true) };
            if audio {
                out.set(self.value);
                if moving {
                    self.move_sample();
                }
            } else if moving {
                // One cycle behind transeg (measured on the reference).
                if self.now.alpha == 0.0 {
                    self.value += self.now.size * ksmps;
                } else {
                    self.value = self.now.from + self.now.size * (1.0 - math::exp(self.x));
                }
                self.x += ksmps * self.now.alpha;
            }
        }
    }
}

#[derive(Default)]
struct Plain(Walk);

impl Ugen for Plain {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.start(cx, Kind::Plain).map(|_| ())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        self.0.perform(io);
        Ok(())
    }
}

#[derive(Default)]
struct Breakpoints(Walk);

impl Ugen for Breakpoints {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        self.0.start(cx, Kind::Breakpoints).map(|_| ())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        self.0.perform(io);
        Ok(())
    }
}

#[derive(Default)]
struct Release(Walk);

impl Ugen for Release {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        if self.0.start(cx, Kind::Release)? {
            ask_release(cx, self.0.bends.last().map_or(0, |b| b.cycles));
        }
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        self.0.perform_released(io);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::Bench;

    #[test]
    fn curvature_bends_the_line() {
        let play = |curve: f64| {
            let mut bench = Bench::new(&TRANSEG, 1);
            for (i, x) in [0.0, 64.0 / 44100.0, curve, 1.0].into_iter().enumerate() {
                bench.set(i, x);
            }
            bench.render(80)
        };
        assert!((play(0.0)[32] - 0.5).abs() < 1e-9);
        assert!(play(4.0)[32] < 0.2 && play(-4.0)[32] > 0.8);
        assert!(play(4.0)[70] == 1.0);
    }
}
