//! `cargo xtask export`: pieces that an engine writes, rendered by csound and compared with the engine's sound.

use crate::chosen;
use orchestrion::conform::{Sound, compare};
use orchestrion::offline::{
    Automation, ChannelMode, EngineError, Event, MakeTable, OfflineEngine, PlayFile, PlaySample,
};
use orchestrion_tests::render::Program;
use std::path::PathBuf;

#[path = "../../../examples/vco.rs"]
#[allow(dead_code, reason = "the example's own main is not needed here")]
mod vco;

type Story = fn() -> Result<OfflineEngine, EngineError>;

const STORIES: &[(&str, Story)] = &[
    ("example-1", || vco::render(None)),
    ("fields", fields),
    ("modes", modes),
    ("ends", ends),
    ("data", data),
    ("buses", buses),
    ("samples", samples),
    ("order", order),
    ("exact", exact),
];

/// Renders the stories whose name contains a text with both, and prints the largest differences.
pub fn run(texts: &[String]) -> Result<(), String> {
    let mut failed = 0;
    println!("| story | frames | peak | largest difference / peak |\n|---|---|---|---|");
    for (name, story) in STORIES.iter().filter(|(name, _)| chosen(name, texts)) {
        let mut engine = story().map_err(|e| format!("{name}: {e}"))?;
        engine.perform().map_err(|e| format!("{name}: {e}"))?;
        let ours = Sound {
            rate: engine.sr(),
            channels: engine.nchnls() as usize,
            samples: engine.samples().to_vec(),
        };
        let folder = std::env::temp_dir().join(format!("orchestrion-export-{}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
        let path = folder.join("piece.csd");
        engine.write(&path.display().to_string()).map_err(|e| format!("{name}: {e}"))?;
        let csd = std::fs::read_to_string(&path).map_err(|e| e.to_string())?;
        let csd = csd.replace("\"piece.assets/", "\"");
        let outcome = Program::Csound.render("piece", &csd, &files(&folder.join("piece.assets")))?;
        let _ = std::fs::remove_dir_all(&folder);
        let Some(theirs) = outcome.sound else {
            failed += 1;
            println!("| {name} | {} | | csound failed: {} |", ours.frames(), outcome.log);
            continue;
        };
        let peak = theirs.peak();
        let largest = compare(&theirs, &ours).max_difference;
        let good = ours.frames() == theirs.frames() && largest <= 2e-6 * peak;
        failed += usize::from(!good);
        println!("| {name} | {} / {} | {peak:.4} | {:.2e} |", ours.frames(), theirs.frames(), largest / peak);
    }
    if failed == 0 { Ok(()) } else { Err(format!("{failed} stories differ")) }
}

fn files(folder: &std::path::Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

fn engine(code: &str) -> Result<OfflineEngine, EngineError> {
    let mut engine = OfflineEngine::builder().nchnls(1).memory().build()?;
    engine.compile(code)?;
    Ok(engine)
}

const TONE: &str = "
instr 100
  kfreq = p4
  kamp = p5
  out linsegr:a(0, .05, 1, .1, 0) * oscili:a(kamp, kfreq)
endin
instr tone
  pset 0, 0, 0, 300, 0.1
  kfreq = p4
  kamp = p5
  out linsegr:a(0, .05, 1, .1, 0) * vco2:a(kamp, kfreq)
endin
";

fn fields() -> Result<OfflineEngine, EngineError> {
    let mut e = engine(TONE)?;
    let one = e.sched(Event::new(100).dur(1.0).args([440.0, 0.2]).unique())?;
    e.sched(Event::new(100).delay(0.1).dur(1.0).args([550.0, 0.2]))?;
    let named = e.sched(Event::new("tone").delay(0.05).dur(1.2).unique())?;
    e.setp(&one, [("kfreq", 660.0)], 0.0)?;
    e.setp(100, [("kamp", 0.1)], 0.4)?;
    e.setp(&named, [("kfreq", 200.0), ("kamp", 0.3)], 0.6)?;
    e.automatep(&one, "kamp", Automation::new([(0.0, 0.0), (0.3, 0.5)]).delay(0.5).overtake())?;
    Ok(e)
}

fn modes() -> Result<OfflineEngine, EngineError> {
    let mut e = engine(TONE)?;
    for (n, mode) in
        ["linear", "cos", "floor", "smooth", "smoother", "cubic", "exp(2.5)"].into_iter().enumerate()
    {
        let event = e.sched(Event::new("tone").delay(n as f64 * 0.1).dur(1.0).unique())?;
        let curve = Automation::new([(0.0, 200.0), (0.2, 900.0), (0.5, 300.0), (0.7, 400.0)]).mode(mode);
        e.automatep(&event, "kfreq", curve.delay(n as f64 * 0.1))?;
    }
    Ok(e)
}

fn ends() -> Result<OfflineEngine, EngineError> {
    let mut e = engine(TONE)?;
    let one = e.sched(Event::new(100).args([440.0, 0.2]).unique())?;
    e.sched(Event::new(100).args([550.0, 0.2]).unique())?;
    let named = e.sched(Event::new("tone").unique())?;
    e.unsched(&one, 0.3)?;
    e.unsched(&named, 0.5)?;
    e.perform_until(0.8)?;
    e.sched(Event::new(100).delay(0.5).dur(1.0).args([880.0, 0.5]))?;
    e.unsched_all()?;
    e.sched(Event::new("tone").delay(0.2).dur(0.3))?;
    e.set_end_marker(1.6)?;
    Ok(e)
}

fn data() -> Result<OfflineEngine, EngineError> {
    let mut e = engine(
        "instr 100\n  kgain chnget \"gain\"\n  Skind chnget \"kind\"\n  iwave = strlen(Skind) == 4 ? p5 : p4\n  \
         out oscili:a(kgain, 440, iwave)\nendin\ninstr 101\n  Sname strget p4\n  out oscili:a(0.1, strlen(Sname) * 100)\nendin",
    )?;
    e.init_channel("gain", 0.1, ChannelMode::Read)?;
    e.init_channel("kind", "long", ChannelMode::Read)?;
    e.set_channel("gain", 0.3, 0.5)?;
    e.set_channel("kind", "other", 0.7)?;
    let square: Vec<f64> = (0..512).map(|n| if n < 256 { 1.0 } else { -1.0 }).collect();
    let square = e.make_table(square)?;
    let saw: Vec<f64> = (0..4096).map(|n| f64::from(n) / 2048.0 - 1.0).collect();
    let saw = e.make_table(saw)?;
    e.fill_table(square, &[0.0; 100])?;
    e.sched(Event::new(100).dur(0.7).arg(square).arg(saw))?;
    e.sched(Event::new(100).delay(0.8).dur(0.3).arg(square).arg(saw))?;
    e.sched(Event::new(101).delay(1.0).dur(0.3).arg("five \"quoted\" words").comment("a text"))?;
    Ok(e)
}

fn buses() -> Result<OfflineEngine, EngineError> {
    let mut e = engine(
        "instr 100\n  busmix(p4, oscili:a(0.2, p5))\nendin\ninstr 110\n  asig busin p4\n  kgain busin p5, 0.25\n  \
         out asig * kgain\nendin\n",
    )?;
    let sound = e.assign_audio_bus(true)?;
    let gain = e.assign_control_bus(0.5, true)?;
    e.sched(Event::new(100).dur(1.0).arg(sound).arg(440.0))?;
    e.sched(Event::new(100).delay(0.3).dur(1.0).arg(sound).arg(660.0))?;
    e.sched(Event::new(110).dur(1.5).arg(sound).arg(gain))?;
    e.write_bus(gain, 1.0, 0.5)?;
    e.automate_bus(gain, Automation::new([(0.0, 1.0), (0.4, 0.1)]).delay(0.8))?;
    Ok(e)
}

fn samples() -> Result<OfflineEngine, EngineError> {
    let mut e = OfflineEngine::builder().memory().build()?;
    let wave = |sr: f64, n: usize| (n as f64 * 300.0 * std::f64::consts::TAU / sr).sin() * 0.3;
    let mono: Vec<f64> = (0..22050).map(|n| wave(22050.0, n)).collect();
    let table = e.make_table(MakeTable::new(mono).sr(22050.0))?;
    let event = e.play_sample(PlaySample::new(table).fade(0.05).start(0.1))?;
    e.setp(&event, [("kspeed", 1.5), ("kgain", 0.5)], 0.4)?;
    let file = std::env::temp_dir().join(format!("orchestrion-export-{}.wav", std::process::id()));
    let file = file.display().to_string();
    let mut tone = OfflineEngine::builder().outfile(file.clone()).build()?;
    tone.compile("instr 100\n  outs oscili:a(0.2, 500), oscili:a(0.2, 700)\nendin")?;
    tone.sched(Event::new(100).dur(1.0))?;
    tone.stop()?;
    e.play_sound_from_disk(PlayFile::new(file).delay(0.5).speed(0.75))?;
    Ok(e)
}

fn order() -> Result<OfflineEngine, EngineError> {
    let mut e = engine(
        "ginext init 1\ninstr 100\n  ginext *= 2\n  out upsamp(ginext)\nendin\ninstr 101\n  ginext += 3\n  out upsamp(ginext)\nendin",
    )?;
    for n in 0..5 {
        e.sched(Event::new(101.0 + f64::from(n) / 100.0).delay(0.1).dur(0.1))?;
        e.sched(Event::new(100.0 + f64::from(n) / 100.0).delay(0.1).dur(0.1))?;
    }
    Ok(e)
}

fn exact() -> Result<OfflineEngine, EngineError> {
    let mut e = OfflineEngine::builder().nchnls(1).sample_accurate(true).memory().build()?;
    e.compile("instr 100\n  out oscili:a(p4, 441)\nendin")?;
    for n in 0..8 {
        e.sched(Event::new(100).delay(f64::from(n) * 0.0501).dur(0.0333).arg(0.1))?;
    }
    Ok(e)
}
