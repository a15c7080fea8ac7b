//! Pieces through the plain way in.

use super::*;
use crate::host::Purpose;

const HEADER: &str = "sr = 8000\nksmps = 10\nnchnls = 2\n0dbfs = 1\n";

/// A document with this instrument and score.
fn piece(body: &str, score: &str) -> String {
    format!(
        "<CsoundSynthesizer>\n<CsInstruments>\n{HEADER}instr 1\n{body}\nendin\n</CsInstruments>\n\
         <CsScore>\n{score}\n</CsScore>\n</CsoundSynthesizer>\n"
    )
}

#[test]
fn sound_peaks_and_prints_come_back() {
    let text = piece(
        "prints \"hello %d\\n\", p4\naleft init .5\naright init -.25\nouts aleft, aright",
        "i 1 0 .01 7",
    );
    let sound = Render::new().option("-m0").text(&text).unwrap();
    assert_eq!((sound.channels, sound.sr, sound.frames), (2, 8000.0, 80));
    assert_eq!((sound.peaks.as_slice(), sound.seconds()), (&[0.5, 0.25][..], 0.01));
    assert!(sound.channel(1).all(|x| x == -0.25) && sound.channel(1).count() == 80);
    assert_eq!((sound.channel(2).count(), sound.printed().as_str()), (0, "hello 7\n"));
    assert!(sound.diagnostics.is_empty() && sound.errors == 0);
}

#[test]
fn errors_show_the_line() {
    let error = Render::new().text(&piece("out oscilx(1, 2)", "i 1 0 1")).unwrap_err();
    let want = "out oscilx(1, 2)\n  |     ^^^^^^";
    assert!(error.to_string().contains(want), "{error}");
    assert!(format!("{error:?}").contains(want), "unwrap shows the same");
    assert!(matches!(error, RenderError::Compile(_)));
    let error = Render::new().option("--bogus").text(&piece("", "i 1 0 1")).unwrap_err();
    assert!(error.to_string().contains("--bogus"), "{error}");
    let error = Render::new().file("/nonexistent/piece.csd").unwrap_err();
    assert!(error.to_string().contains("cannot find \"/nonexistent/piece.csd\""), "{error}");
}

#[test]
fn a_note_that_fails_is_counted_and_the_others_play() {
    let text = piece("out oscili:a(1, 1000, p4)", "i 1 0 .01 99\ni 1 0 .01 -1");
    let sound = Render::new().text(&text).unwrap();
    assert_eq!(sound.errors, 1);
    assert!((sound.peaks[0] - 1.0).abs() < 1e-6);
    assert!(sound.messages.iter().any(|message| message.kind == MessageKind::Error));
}

#[test]
fn endless_pieces_end() {
    let text = piece("out a(1)", "i 1 0 -1\nf 0 36000");
    let sound = Render::new().end(0.5).text(&text).unwrap();
    assert_eq!(sound.frames, 4000);
    let error = Render::new().keep(100_000).text(&text).unwrap_err();
    assert!(matches!(error, RenderError::TooLong(100_000)));
    let cancel = Cancel::default();
    let error = Render::new()
        .cancel(&cancel)
        .on_progress(|progress| {
            if progress.seconds > 10.0 {
                cancel.cancel();
            }
        })
        .text(&text)
        .unwrap_err();
    let RenderError::Cancelled(sound) = &error else { panic!("{error}") };
    assert!((10.0..15.0).contains(&sound.seconds()) && sound.samples.len() as u64 == 2 * sound.frames);
    assert!(error.to_string().starts_with("the render was cancelled at 1"));
}

#[test]
fn a_file_takes_the_sound_only_if_the_caller_says_so() {
    let text =
        piece("out a(1)", "i 1 0 .01").replace("<CsInst", "<CsOptions>\n-o own.wav\n</CsOptions>\n<CsInst");
    let host = MemoryHost::default();
    let sound = Render::new().host(Arc::new(host.clone())).text(&text).unwrap();
    assert_eq!((sound.samples.len(), host.names().len()), (160, 0));
    let sound = Render::new()
        .host(Arc::new(host.clone()))
        .output("out.flac")
        .option("--format=flac")
        .text(&text)
        .unwrap();
    assert_eq!((sound.samples.len(), sound.frames), (0, 80));
    assert!(host.read("out.flac", Purpose::Sound).unwrap().starts_with(b"fLaC"));
}

#[test]
fn messages_follow_the_level() {
    let text = piece("out a(1)", "i 1 0 .01");
    let mut heard = 0;
    let sound = Render::new().on_message(|_| heard += 1).text(&text).unwrap();
    assert!(!sound.messages.is_empty());
    assert_eq!(heard, sound.messages.len());
    assert!(Render::new().option("-m0").text(&text).unwrap().messages.is_empty());
}

#[test]
fn the_seed_is_an_option() {
    let text = piece("seed 0\nout rand:a(1, 2)", "i 1 0 .01");
    let render = |seed| Render::new().seed(seed).text(&text).unwrap().samples;
    assert!(render(1) != render(2) && render(1) == render(1));
}
