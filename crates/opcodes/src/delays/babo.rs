//! `babo`: reverberation of a rectangular room, from its first reflections and a feedback delay network.

use crate::lookup::any_table;
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{Init, Make, OpDef, Ugen, port, sig, unit};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;
use orchestrion_dsp::delay::DelayLine;
use orchestrion_dsp::math;
use std::f64::consts::TAU;

/// Definition of `babo`.
pub static BABO: OpDef = OpDef::new("babo", "Reverberation of a rectangular room.")
    .quiet_init()
    .sigs(&[sig("aa", "akkkiiijj", Make::Unit(unit::<Babo>))])
    .outs(&[port("a1", "left"), port("a2", "right")])
    .ins(&[
        port("asig", "signal"),
        port("ksrcx", "place of the source from the middle of the room in metres, to the right"),
        port("ksrcy", "to the front"),
        port("ksrcz", "to the top"),
        port("irx", "width of the room in metres"),
        port("iry", "depth of the room in metres"),
        port("irz", "height of the room in metres"),
        port("idiff", "diffusion at the walls, 0 to 1; default 1"),
        port(
            "ifno",
            "table of decay, decay of high frequencies, place of the receiver (3), distance of its ears, \
             gain of the direct sound (not used) and of the first reflections",
        ),
    ])
    .source("Rocchesso, The Ball within the Box (1995); manual: babo")
    .differences(&["Rooms without extent are refused; the reference warns and goes on."]);

const NODES: usize = 15;
/// Metres per second.
const SPEED_OF_SOUND: f64 = 330.0;
/// What the table holds where there is none.
const DEFAULTS: [f64; 8] = [0.99, 0.1, 0.0, 0.0, 0.0, 0.3, 0.5, 0.8];

/// Angles of the eigenvalues of the feedback matrix for full diffusion (Rocchesso).
#[expect(clippy::approx_constant, reason = "the digits of the reference")]
const ANGLES: [f64; NODES] = [
    3.142592, -1.7370, -2.1559, -1.2566, -2.9936, 1.0472, -2.5133, -1.6140, 1.6140, 2.5133, -1.0472, 2.9936,
    1.2566, 2.1559, 1.7370,
];

/// Directions in which the delays of the network go through the room.
const DIRECTIONS: [[f64; 3]; NODES] = [
    [1.0, 0.0, 0.0],
    [2.0, 1.0, 0.0],
    [1.0, 1.0, 0.0],
    [1.0, 2.0, 0.0],
    [0.0, 1.0, 0.0],
    [0.0, 2.0, 1.0],
    [0.0, 1.0, 1.0],
    [0.0, 1.0, 2.0],
    [0.0, 0.0, 1.0],
    [1.0, 0.0, 2.0],
    [1.0, 0.0, 1.0],
    [1.0, 1.0, 1.0],
    [1.0, 2.0, 1.0],
    [2.0, 1.0, 1.0],
    [2.0, 0.0, 1.0],
];

/// Nodes that both outputs hear, and those that each hears by the diffusion.
const BOTH: [usize; 3] = [0, 4, 8];
const SIDES: [[usize; 2]; 2] = [[7, 12], [9, 13]];

/// A delay line with the low-pass of the walls.
#[derive(Default)]
struct Node {
    line: DelayLine,
    a0: f64,
    a1: f64,
    past: [f64; 3],
}

impl Node {
    fn output(&self) -> f64 {
        let [x, x1, x2] = self.past;
        self.a0 * x + self.a1 * x1 + self.a0 * x2
    }

    fn feed_filter(&mut self) {
        let [x, x1, _] = self.past;
        self.past = [last(&self.line), x, x1];
    }
}

/// A line of some seconds of delay.
fn line(seconds: f64, sr: f64) -> DelayLine {
    DelayLine::new((seconds * sr).ceil() as usize)
}

/// The sample before the oldest one: the line's delay as the reference counts it.
fn last(line: &DelayLine) -> f64 {
    line.read(line.len() - 1)
}

/// Delay in samples and gain of a path through the air.
#[derive(Clone, Copy, Default)]
struct Path {
    delay: f64,
    gain: f64,
}

impl Path {
    fn new(distance: f64, sr: f64) -> Self {
        Self { delay: distance / SPEED_OF_SOUND * sr, gain: 1.0 / (1.0 + distance) }
    }
}

/// The direct path and the first reflections of the six walls, by mirror images.
fn paths(receiver: [f64; 3], source: [f64; 3], room: [f64; 3], sr: f64) -> [Path; 7] {
    let square = |x: f64| x * x;
    let apart: [f64; 3] = std::array::from_fn(|i| square(receiver[i] - source[i]));
    let around = |axis: usize| apart.iter().sum::<f64>() - apart[axis];
    let mirrored = |axis: usize, sign: f64| {
        let along = room[axis] + sign * (receiver[axis] + source[axis]);
        Path::new((square(along) + around(axis)).sqrt(), sr)
    };
    [
        Path::new(apart.iter().sum::<f64>().sqrt(), sr),
        mirrored(0, 1.0),
        mirrored(0, -1.0),
        mirrored(1, -1.0),
        mirrored(1, 1.0),
        mirrored(2, -1.0),
        mirrored(2, 1.0),
    ]
}

#[derive(Default)]
struct Babo {
    taps: DelayLine,
    late: DelayLine,
    nodes: [Node; NODES],
    /// First row of the circulant feedback matrix.
    matrix: [f64; NODES],
    diffusion: f64,
    settings: [f64; 8],
}

/// First row of the feedback matrix, as the reference computes it.
fn matrix(diffusion: f64) -> [f64; NODES] {
    std::array::from_fn(|j| {
        let (sin, cos) = math::sin_cos(ANGLES[j] * diffusion);
        (0..NODES)
            .map(|i| {
                let (s, c) = math::sin_cos(TAU / NODES as f64 * i as f64 * j as f64);
                (cos * c - sin * s) / NODES as f64
            })
            .sum()
    })
}

impl Babo {
    /// The taps of one ear.
    fn early(&self, paths: &[Path; 7]) -> f64 {
        let len = self.taps.len();
        // A delay of 0 means the oldest sample, which is written over next.
        let read = |delay: usize| self.taps.read(if delay.is_multiple_of(len) { len } else { delay % len });
        let tap = |path: &Path| {
            let whole = path.delay as usize;
            let fraction = path.delay - whole as f64;
            (read(whole) * (1.0 - fraction) + read(whole + 1) * fraction) * path.gain
        };
        paths.iter().map(tap).sum()
    }

    /// One step of the network: its two outputs.
    fn network(&mut self, x: f64) -> [f64; 2] {
        let outputs: [f64; NODES] = std::array::from_fn(|i| self.nodes[i].output());
        for node in &mut self.nodes {
            node.feed_filter();
        }
        for (i, node) in self.nodes.iter_mut().enumerate() {
            let mixed: f64 =
                outputs.iter().enumerate().map(|(j, y)| self.matrix[(j + NODES - i) % NODES] * y).sum();
            node.line.push(mixed + x);
        }
        let sum = |nodes: &[usize]| nodes.iter().map(|&i| self.nodes[i].output()).sum::<f64>();
        let rest = 1.0 - self.settings[7];
        SIDES.map(|side| (sum(&BOTH) + self.diffusion * sum(&side)) * rest)
    }
}

impl Ugen for Babo {
    const SEAMLESS: Option<&'static [usize]> = Some(&[]);

    fn init(&mut self, cx: &mut Init<'_>) -> OpResult {
        let (room, sr) = ([4, 5, 6].map(|i| cx.k(i)), cx.clock.sr);
        if room.iter().any(|side| side.is_nan() || *side <= 0.0) {
            return Err(format!("Babo: resonator dimensions are incorrect: {room:?} must be above 0").into());
        }
        self.diffusion = if cx.k(7) < 0.0 { 1.0 } else { cx.k(7) };
        self.settings = DEFAULTS;
        if cx.k(8) > 0.0 {
            let number = any_table(cx.world, cx.k(8))?;
            if let Some(table) = cx.world.tables.get(number) {
                for (setting, value) in self.settings.iter_mut().zip(&table.data[..table.len]) {
                    *setting = *value;
                }
            }
        }
        let diagonal = room.iter().map(|side| side * side).sum::<f64>().sqrt();
        let seconds = 2.0 * diagonal / SPEED_OF_SOUND;
        cx.world.ask_memory((seconds * sr * 8.0 * (NODES + 2) as f64) as usize, "babo")?;
        self.taps = line(seconds, sr);
        self.late = line(self.taps.len() as f64 * (1.0 / sr), sr);
        let times = DIRECTIONS.map(|d| {
            let squares: f64 = (0..3).map(|i| (d[i] / room[i]) * (d[i] / room[i])).sum();
            2.0 / (SPEED_OF_SOUND * squares.sqrt())
        });
        let shortest = times.iter().copied().fold(f64::INFINITY, f64::min);
        for (node, time) in self.nodes.iter_mut().zip(times) {
            let [low, high] = [0, 1].map(|i: usize| math::exp(time / shortest * math::ln(self.settings[i])));
            *node = Node {
                line: line(time, sr),
                a0: (low + high) * 0.25,
                a1: (low - high) * 0.5,
                // The filter's last input comes from the previous note (measured on the reference).
                past: [node.past[0], 0.0, 0.0],
            };
        }
        self.matrix = matrix(self.diffusion);
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, _: &World) -> OpResult {
        let (x, sr, room) = (io.x(0), io.clock.sr, [4, 5, 6].map(|i| io.k(i)));
        let [_, _, rx, ry, rz, ears, _, early] = self.settings;
        let source = [1, 2, 3].map(|i| io.k(i));
        let paths = [-0.5, 0.5].map(|side| paths([rx + side * ears, ry, rz], source, room, sr));
        for (n, (left, right)) in io.out(0).iter().zip(io.out(1)).enumerate() {
            let x = x.at(n);
            self.taps.push(x);
            self.late.push(x);
            let first = [self.early(&paths[0]) * early, self.early(&paths[1]) * early];
            let late = self.network(last(&self.late));
            left.set(first[0] + late[0]);
            right.set(first[1] + late[1]);
        }
        Ok(())
    }
}
