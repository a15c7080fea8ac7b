//! Samples that are no finite numbers.

use crate::command::{Folder, document, render};
use orchestrion::{Render, Rendering};

/// Instrument 1 is fine, 2 spoils the sound in channel 2 from its second k-cycle on.
const ORCHESTRA: &str = "nchnls = 2
instr 1
 outs oscili(.25, 440), oscili(.25, 440)
endin
instr 2
 k1 init 1
 k2 = k1 / k1
 a1 tone a(k2), 500
 outch 2, a1
 k1 = 0
endin";
const SCORE: &str = "i 1 0 .1\ni 2 .05 .01\ni 1 0 .1";

fn play(flags: &[&str], orchestra: &str, score: &str) -> Rendering {
    let render = flags.iter().fold(Render::new(), |render, flag| render.option(*flag));
    render.text(&document("", orchestra, score)).unwrap()
}

fn said(made: &Rendering) -> String {
    made.messages.iter().map(|m| m.text.to_string()).collect()
}

#[test]
fn they_are_silence_and_the_instrument_is_named() {
    let made = play(&[], ORCHESTRA, SCORE);
    let found = made.non_finite.as_ref().unwrap();
    assert_eq!((&found.instruments[..], found.channel), (&["2".to_owned()][..], 1));
    // 0.05 s and one k-cycle of 10 samples.
    assert!((found.seconds - 0.05125).abs() < 1e-9, "{}", found.seconds);
    assert_eq!(found.samples, 70);
    assert!(made.samples.iter().all(|x| x.is_finite()));
    assert!(made.samples[410 * 2] != 0.0 && made.samples[415 * 2 + 1] == 0.0);
    assert_eq!(made.errors, 1);
    let said = said(&made);
    assert!(
        said.contains("no finite numbers from instr 2, channel 2, at 0.051250 s; written as silence"),
        "{said}"
    );
}

#[test]
fn whoever_renders_can_keep_them() {
    let made = play(&["--keep-nan"], ORCHESTRA, SCORE);
    assert_eq!(made.samples.iter().filter(|x| x.is_nan()).count(), 70);
    assert_eq!((made.errors, made.non_finite.unwrap().samples), (0, 70));
}

#[test]
fn a_trace_names_the_opcode_and_the_line() {
    let made = play(&["--trace-nan"], ORCHESTRA, SCORE);
    let said = said(&made);
    assert!(said.contains("a number that is not finite from opcode expression <text>:16:"), "{said}");
    assert_eq!(said.matches("trace-nan:").count(), 1, "{said}");
    assert_eq!(made.non_finite.unwrap().instruments, ["2"]);
    let unit = "instr 1\n a1 resonz oscili(.5, 440), 0/0.0000001, k(10)\n a2 = a1 * 2\n a3 powoftwo a(5000)\n out a2 + a3\nendin";
    let said = self::said(&play(&["--trace-nan"], unit, "i 1 0 .01"));
    assert!(said.contains("from opcode expression <text>:13:"), "{said}");
}

#[test]
fn traced_and_untraced_sound_is_the_same() {
    let orchestra = "instr 1\n k1 = 0\n while k1 < 5 do\n  k1 += 1\n od\n if k1 > 3 kgoto on\n k1 = 0\non:\n \
                     a1 oscili k1 / 10, 440\n a1 tone a1, 500 + k1\n out a1\nendin";
    let [plain, traced] = [&[][..], &["--trace-nan"]].map(|flags| play(flags, orchestra, "i 1 0 .1"));
    assert!(plain.peaks[0] > 0.1 && plain.samples == traced.samples);
    assert!(!said(&traced).contains("trace-nan"));
}

#[test]
fn infinite_and_huge_ones_count_too() {
    for value in ["1 / k1", "1e300 * (1 - k1)", "1e39 * (1 - k1)", "log(k1 - 1)"] {
        let orchestra = format!("instr 1\n k1 init 0\n a1 = {value}\n out a1\nendin");
        let found = play(&[], &orchestra, "i 1 0 .01").non_finite;
        assert!(found.is_some_and(|found| found.samples == 80 && found.seconds == 0.0), "{value}");
    }
    let loud = play(&[], "instr 1\n a1 = 3e38\n out a1\nendin", "i 1 0 .01");
    assert!(loud.non_finite.is_none() && loud.peaks[0] == 3e38);
}

#[test]
fn one_sample_within_a_block_names_all_that_played() {
    let spoiled = "instr 1\n a1 mpulse 1, 0, .002\n a1 = 1 / (1 - a1) - 1\n out a1\nendin";
    let orchestra = format!("ksmps = 100\n{spoiled}\ninstr 2\n a1 = .5\n out a1\nendin");
    let found = play(&[], &orchestra, "i 1 0 .01\ni 2 0 .01").non_finite.unwrap();
    assert_eq!(found.instruments.len(), 2, "{found:?}");
}

#[test]
fn the_status_of_the_command_tells() {
    let folder = Folder::new();
    let piece = folder.write("p.csd", document("-f -o x.wav", ORCHESTRA, SCORE));
    let exit = folder.write(
        "e.csd",
        document("-n", &format!("{ORCHESTRA}\ninstr 3\nexitnow 0\nendin"), &format!("{SCORE}\ni 3 .09 1")),
    );
    let (status, said) = render(&folder.0, &[&piece]);
    assert_eq!(status, 2, "{said}");
    assert!(said.contains("from instr 2, channel 2"), "{said}");
    let samples = || {
        let bytes = std::fs::read(folder.at("x.wav")).unwrap();
        let sound =
            orchestrion::soundfile::read(bytes.into(), &orchestrion::soundfile::Limits::default()).unwrap();
        sound.frames.iter().filter(|x| !x.is_finite()).count()
    };
    assert_eq!(samples(), 0);
    assert_eq!(render(&folder.0, &["--keep-nan", &piece]).0, 0);
    assert_eq!(samples(), 70);
    assert_eq!(render(&folder.0, &[&exit]).0, 2);
    let (_, said) = render(&folder.0, &["--trace-nan", &piece]);
    assert!(said.contains("p.csd:16:"), "{said}");
}
