//! `doppler`: a moving source, heard late and with shifted pitch.

use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::interp;
use std::collections::VecDeque;
use std::f64::consts::TAU;

/// Definition of `doppler`.
pub static DOPPLER: OpDef = OpDef::new("doppler", "Doppler shift of a moving source.")
    .quiet_init()
    .sigs(&[sig("a", "akkjj", Make::Unit(unit::<Doppler>))])
    .outs(&[port("ares", "what the microphone hears; it does not get quieter with distance")])
    .ins(&[
        port("asource", "signal at the source"),
        port("ksourceposition", "place of the source, in metres"),
        port("kmicposition", "place of the microphone, in metres"),
        port("jsoundspeed", "speed of sound in metres per second; default 340.29"),
        port("jfiltercutoff", "how fast places may change, in Hz; default 6"),
    ])
    .source("Gogins 2010; manual: doppler")
    .may_fail()
    .differences(&[
        "Sources farther away than 10 seconds of sound are an error; the reference takes memory.",
    ]);

/// Seconds of sound that may be on the way.
const LONGEST: f64 = 10.0;

#[derive(Default)]
struct Doppler {
    samples_per_metre: f64,
    /// Factor of the smoothing of distances.
    alpha: f64,
    /// Smoothed distance; none before the first k-cycle.
    distance: Option<f64>,
    /// Samples on the way, and where the source was in each of their k-cycles.
    samples: VecDeque<f64>,
    places: VecDeque<f64>,
    /// Counted from the first of these samples: the sample that is heard at no distance, and the next that
    /// is taken.
    now: i64,
    next: i64,
    last: [f64; 2],
}

impl Doppler {
    /// Takes samples up to number `target`, dropping k-cycles that are through; returns how many were
    /// dropped.
    fn take_to(&mut self, target: i64, ksmps: i64, mic: f64, place: &mut f64) {
        let mut target = target;
        while target >= self.next {
            if self.next >= ksmps && self.places.len() > 1 {
                self.samples.drain(..ksmps as usize);
                self.places.pop_front();
                (self.now, self.next, target) = (self.now - ksmps, self.next - ksmps, target - ksmps);
                *place = self.places.front().copied().unwrap_or(0.0) - mic;
            }
            let sample = usize::try_from(self.next).ok().and_then(|i| self.samples.get(i));
            self.last = [self.last[1], sample.copied().unwrap_or(0.0)];
            self.next += 1;
        }
    }
}

impl Ugen for Doppler {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let or = |given: f64, default: f64| if given == -1.0 { default } else { given };
        let sr = cx.clock.sr;
        self.samples_per_metre = sr / or(cx.k(3), 340.29);
        self.alpha = 1.0 / (1.0 + sr / (TAU * or(cx.k(4), 6.0)));
        let room = (LONGEST * sr) as usize + 2 * cx.clock.ksmps;
        cx.world.ask_memory(room * 8, "doppler")?;
        self.samples = VecDeque::with_capacity(room);
        self.places = VecDeque::with_capacity(room / cx.clock.ksmps + 2);
        (self.distance, self.now, self.next, self.last) = (None, 0, 0, [0.0; 2]);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, mic, len) = (io.x(0), io.k(2), io.samples_len());
        if self.samples.len() + len > self.samples.capacity() || self.places.len() == self.places.capacity() {
            return Err("the source is farther away than sound travels in 10 seconds".into());
        }
        self.samples.extend((0..len).map(|n| x.at(n)));
        self.places.push_back(io.k(1));
        let mut place = self.places.front().copied().unwrap_or(0.0) - mic;
        let mut smooth = self.distance.unwrap_or(place);
        for out in io.out(0) {
            smooth += self.alpha * (place - smooth);
            let time = self.now as f64 - smooth.abs() * self.samples_per_metre;
            let target = time as i64;
            let fraction = time - target as f64;
            self.now += 1;
            self.take_to(target, len as i64, mic, &mut place);
            out.set(interp::linear(self.last[0], self.last[1], fraction));
        }
        self.distance = Some(smooth);
        Ok(())
    }
}
