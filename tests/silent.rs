//! Pieces with opcodes that only show or send something render without them, and say so.
#![allow(clippy::unwrap_used, reason = "a test")]

use orchestrion_tests::render::Program;

const PIECE: &str = r#"
<CsoundSynthesizer>
<CsInstruments>
sr = 44100
ksmps = 32
nchnls = 1
0dbfs = 1
FLpanel "Frequency", 900, 400, 50, 50
gkfreq, ihandle FLslider "Frequency", 200, 5000, -1, 5, -1, 750, 30, 125, 50
FLpanelEnd
FLrun
instr 1
printk 0, gkfreq
outkc 1, 7, 1, 0, 1
OSCsend 1, "", 7770, "/frequency", "f", gkfreq
out oscili(.5, gkfreq)
endin
</CsInstruments>
<CsScore>
i 1 0 .0007
</CsScore>
</CsoundSynthesizer>
"#;

#[test]
fn widgets_stand_at_their_least_value_and_nothing_is_sent() {
    let ours = Program::ours().unwrap().render("silent", PIECE, &[]).unwrap();
    assert_eq!(ours.status, 0, "{}", ours.log);
    assert!(ours.printed.iter().any(|line| line.contains("200.0")), "{:?}", ours.printed);
    assert!(ours.sound.unwrap().peak() > 0.0);
    for warning in ["FLpanel, FLpanelEnd, FLrun, FLslider", "no MIDI is sent: outkc", "OSCsend"] {
        assert!(ours.log.contains(warning), "{warning}:\n{}", ours.log);
    }
}
