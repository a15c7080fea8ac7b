//! `partikkel`: all time-domain varieties of granular synthesis in one opcode.

use super::masks::Masks;
use super::particle::{Particle, Shapes};
use super::particle_maker::{Maker, Moment};
use super::partikkelsync::Link;
use crate::lookup::power_of_two_table;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::note::{AtEnd, EndAction};
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::random::Mt19937;
use orchestrion_base::world::World;
use std::collections::VecDeque;

const INS: &str = "xkiakiiikkkkikkiiaikikkkikkkkkiaaaakkkkioj";

/// Definition of `partikkel`.
pub static PARTIKKEL: OpDef = OpDef::new("partikkel", "Granular synthesis with values for each grain.")
    .sigs(&[sig("ammmmmmm", INS, Make::Unit(world_unit::<Partikkel>))])
    .outs(&[port("a1", "first of up to 8 signals, among which ichannelmasks distributes the grains")])
    .ins(&[
        port("xgrainfreq", "grains per second in Hz; 0 leaves the clock to async"),
        port(
            "kdistribution",
            "how far grains are delayed, in periods of the clock times the values of idisttab; below 0 \
             these are read in turn, else at random. A delay is at most 10 s",
        ),
        port("idisttab", "table of delays; -1 is none"),
        port(
            "async",
            "added to the phase of the clock; from 1 on a grain is made, once until it falls again",
        ),
        port("kenv2amt", "how far the second envelope is applied, 0 to 1"),
        port("ienv2tab", "table of the second envelope; -1 is constant 1"),
        port("ienv_attack", "table of the attack; -1 is constant 1"),
        port("ienv_decay", "table of the decay; -1 is constant 1"),
        port(
            "ksustain_amount",
            "part of the grain, 0 to 1, between attack and decay; the last value of the attack is held",
        ),
        port("ka_d_ratio", "part of attack and decay, 0 to 1, that is attack"),
        port("kduration", "duration of a grain in milliseconds; below a sample there is none"),
        port("kamp", "amplitude"),
        port("igainmasks", "masking table of gains; -1 is 1"),
        port("kwavfreq", "frequency of the waveforms in Hz, or transposition where kwavekey is in Hz"),
        port(
            "ksweepshape",
            "course of the frequency: 0 stays at the start, 0.5 is a straight line, 1 begins at the end",
        ),
        port("iwavfreqstarttab", "masking table of frequency factors at a grain's start; -1 is 1"),
        port("iwavfreqendtab", "masking table of frequency factors at a grain's end; -1 is 1"),
        port("awavfm", "modulator of the frequency; 1 doubles it"),
        port("ifmamptab", "masking table of modulation indices; -1 is 1"),
        port("kfmenv", "table of the envelope of the modulation; -1 is constant 1"),
        port("icosine", "table of a cosine for the trainlets"),
        port("ktraincps", "frequency of trainlets in Hz"),
        port("knumpartials", "partials of trainlets; no more than fit below half the sample rate"),
        port("kchroma", "amplitude of a partial of trainlets divided by that of the one below"),
        port(
            "ichannelmasks",
            "masking table of outputs from 0; with a fraction a grain goes to two, the last and the first \
             included; -1 is 0",
        ),
        port("krandommask", "how likely a grain is muted, 0 to 1"),
        port("kwaveform1", "table of the first waveform, of any length; below 0 it is silent"),
        port("kwaveform2", "table of the second waveform"),
        port("kwaveform3", "table of the third waveform"),
        port("kwaveform4", "table of the fourth waveform"),
        port(
            "iwaveamptab",
            "masking table of groups of 5: gains of the waveforms and of the trainlet; -1 is 0.5 each and \
             no trainlet",
        ),
        port("asamplepos1", "where the first waveform starts, 0 to 1"),
        port("asamplepos2", "where the second waveform starts, 0 to 1"),
        port("asamplepos3", "where the third waveform starts, 0 to 1"),
        port("asamplepos4", "where the fourth waveform starts, 0 to 1"),
        port("kwavekey1", "factor of the frequency of the first waveform"),
        port("kwavekey2", "factor of the frequency of the second waveform"),
        port("kwavekey3", "factor of the frequency of the third waveform"),
        port("kwavekey4", "factor of the frequency of the fourth waveform"),
        port("imax_grains", "how many grains may sound at a time, at least 1; beyond, the oldest end"),
        port("iopcode_id", "number for partikkelsync, partikkelget and partikkelset; default 0, none"),
        port(
            "ipanlaws",
            "table of 8 curves, one for each pair of neighbouring outputs, for channels with a fraction; \
             default -1, straight lines",
        ),
    ])
    .reads(Res::TABLES)
    .writes(Res::FAMILY)
    .may_fail()
    .source(
        "Manual: partikkel; Ø. Brandtsegg, S. Saue, T. Johansen, \"Particle synthesis - a unified model for \
         granular synthesis\", 2011; grains between samples measured on the reference",
    )
    .differences(&[
        "The random numbers are seeded from the clock by the reference and never by us.",
        "With a negative delay a grain starts at once; in the reference it is never heard.",
    ]);

/// Tables that have to be there from init on unless they are below 0, with the names of their inputs.
const TABLES: [(usize, &str); 11] = [
    (2, "idisttab"),
    (5, "ienv2tab"),
    (6, "ienv_attack"),
    (7, "ienv_decay"),
    (12, "igainmasks"),
    (15, "iwavfreqstarttab"),
    (16, "iwavfreqendtab"),
    (18, "ifmamptab"),
    (24, "ichannelmasks"),
    (30, "iwaveamptab"),
    (41, "ipanlaws"),
];
const COSINE: usize = 20;
/// Longest delay of a grain in seconds (manual).
const LONGEST_DELAY: f64 = 10.0;
/// Grain frequency in Hz below which grains are not delayed (measured on the reference).
const SLOWEST_DELAYED: f64 = 0.001;

/// When grains are made.
#[derive(Default)]
struct GrainClock {
    /// A grain is made where it reaches 1.
    phase: f64,
    step: f64,
    /// Whether `async` has been 1 since the last sample.
    synced: bool,
}

impl GrainClock {
    /// Takes the value of `async` at this sample; whether a grain is made.
    fn tick(&mut self, sync: f64) -> bool {
        match (sync >= 1.0, self.synced) {
            (true, false) => self.phase = 1.0,
            (true, true) => self.step = 0.0,
            (false, _) if sync != 0.0 => self.phase = (self.phase + sync).clamp(0.0, 1.0),
            (false, _) => {}
        }
        self.synced = sync >= 1.0;
        let due = self.phase >= 1.0;
        if due {
            self.phase -= self.phase.floor();
        }
        due
    }

    /// To the next sample.
    fn advance(&mut self, step: f64) {
        self.step = step;
        self.phase += step;
    }
}

#[derive(Default)]
struct Partikkel {
    clock: GrainClock,
    masks: Masks,
    /// Place in the table of delays.
    delay_at: usize,
    random: Mt19937,
    /// Sounding and waiting grains, the latest first.
    grains: VecDeque<Particle>,
    most: usize,
    /// Number of the link, and of this instance among those that have one.
    link: Option<(f64, u64)>,
    end: EndAction,
    /// Memory for the sum of a grain and for the outputs, a k-cycle each.
    buffer: Vec<f64>,
}

impl WorldUgen for Partikkel {
    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        for (i, name) in TABLES.into_iter().chain([(COSINE, "icosine")]) {
            if i == COSINE || cx.k(i) >= 0.0 {
                power_of_two_table(cx.world, cx.k(i)).map_err(|e| OpError::new(format!("{name}: {e}")))?;
            }
        }
        let most = cx.k(39);
        if most.is_nan() || most < 1.0 {
            return Err("imax_grains has to be at least 1".into());
        }
        self.most = most as usize;
        cx.world.ask_memory(self.most.saturating_mul(size_of::<Particle>()), "imax_grains of partikkel")?;
        self.grains.clear();
        self.grains.reserve_exact(self.most);
        self.buffer = vec![0.0; (1 + cx.n_outs()) * cx.clock.ksmps];
        self.clock = GrainClock { phase: 1.0, ..GrainClock::default() };
        self.random = Mt19937::new(cx.world.random.clock_seed());
        (self.masks, self.delay_at) = (Masks::default(), 0);
        self.join(cx);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let Some((id, instance)) = self.link else { return self.play(io, world, None) };
        let mut link = Link::find(world, id).map(std::mem::take).unwrap_or_default();
        link.offer(instance, &self.masks);
        let played = self.play(io, world, Some((&mut link, instance)));
        if let Some(place) = Link::find(world, id) {
            *place = link;
        }
        played
    }
}

impl Partikkel {
    fn join(&mut self, cx: &mut Init<'_>) {
        if let Some((_, instance)) = self.link.take() {
            Link::leave(cx.world, instance as f64);
        }
        let id = cx.k(40);
        if id.trunc() != 0.0 && !id.is_nan() {
            let instance = Link::join(cx.world, id, cx.clock.ksmps, &self.masks);
            self.end.set(cx.note, AtEnd::Call(Link::leave, instance as f64));
            self.link = Some((id, instance));
        }
    }

    /// Makes the grains of this k-cycle and adds up all that sound in it.
    fn play(&mut self, io: &Io<'_>, world: &World, mut link: Option<(&mut Link, u64)>) -> OpResult {
        let maker = Maker::new(io, world)?;
        let (sync, frequency) = (io.x(3), io.x(0));
        for n in 0..io.samples_len() {
            let due = self.clock.tick(sync.at(n));
            if due {
                // As in the reference a frequency at audio rate delays by its value one sample before.
                let frequency = frequency.at(n.saturating_sub(1)).abs();
                let masks = match &mut link {
                    Some((link, instance)) if link.is_of(*instance) => &mut link.masks,
                    _ => &mut self.masks,
                };
                let moment = Moment {
                    sample: n,
                    delay: delay(io, &maker, &mut self.delay_at, &mut self.random, frequency),
                    phase: self.clock.phase,
                    step: self.clock.step,
                };
                if self.grains.len() >= self.most {
                    self.grains.pop_back();
                }
                if let Some(grain) = maker.grain(&moment, masks, &mut self.random)? {
                    self.grains.push_front(grain);
                }
            }
            if let Some((link, _)) = &mut link {
                link.show(io.first + n, due, self.clock.phase);
            }
            self.clock.advance(frequency.at(n).abs() / io.clock.sr);
        }
        self.render(io, world, &maker.shapes);
        Ok(())
    }

    fn render(&mut self, io: &Io<'_>, world: &World, shapes: &Shapes<'_>) {
        let frames = io.samples_len();
        let (mix, outs) = self.buffer.split_at_mut(frames);
        outs.fill(0.0);
        self.grains.retain_mut(|grain| {
            grain.render(io.x(17), shapes, world, mix, outs);
            grain.goes_on(frames)
        });
        for (o, samples) in outs.chunks_exact(frames.max(1)).enumerate().take(io.n_outs()) {
            for (out, sample) in io.out(o).iter().zip(samples) {
                out.set(*sample);
            }
        }
    }
}

/// How many seconds later than now the grain starts that the clock makes now.
fn delay(io: &Io<'_>, maker: &Maker<'_>, at: &mut usize, random: &mut Mt19937, frequency: f64) -> f64 {
    let table = maker.delays;
    let points = table.len().saturating_sub(1).max(1);
    let amount = io.k(1);
    let i = if amount >= 0.0 {
        (f64::from(random.draw()) / 4_294_967_296.0 * points as f64) as usize
    } else {
        let now = *at % points;
        *at = now + 1;
        now
    };
    let periods = table.get(i).copied().unwrap_or(0.0) * amount.abs();
    if frequency < SLOWEST_DELAYED { 0.0 } else { (periods / frequency).min(LONGEST_DELAY) }
}
