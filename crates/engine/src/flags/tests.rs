//! Flags as people type them, with what the reference makes of them.

use super::super::combine;
use super::*;
use crate::options::{Container, Dither, MidiValue, Output, SampleFormat};
use orchestrion_base::source::FileId;
use orchestrion_parser::csd::words;

fn read(line: &str) -> (Options, Vec<Diagnostic>) {
    let words: Vec<String> = line.split_whitespace().map(String::from).collect();
    let (set, diagnostics) = parse(&words, FlagSource::CommandLine);
    (set.options(), diagnostics)
}

fn good(line: &str) -> Options {
    let (options, diagnostics) = read(line);
    assert!(diagnostics.is_empty(), "{line}: {diagnostics:?}");
    options
}

fn file(name: &str) -> Option<Output> {
    Some(Output::File(name.to_string()))
}

#[test]
fn all_spellings_of_a_value() {
    for line in ["-o x.wav", "-ox.wav", "--output=x.wav", "--output x.wav", "-Wdo x.wav", "-Wdox.wav"] {
        assert_eq!(good(line).output, file("x.wav"), "{line}");
    }
    for line in ["-r 48000", "-r48000", "--sample-rate=48000"] {
        assert_eq!(good(line).sr, Some(48000.0), "{line}");
    }
}

#[test]
fn formats() {
    use SampleFormat::*;
    let cases = [
        ("-3Wox.wav", Container::Wav, I24),
        ("-Af", Container::Aiff, F32),
        ("-W -24bit", Container::Wav, I24),
        ("--format=24bit", Container::Wav, I24),
        ("--format=wav:float", Container::Wav, F32),
        ("--format=float:aiff", Container::Aiff, F32),
        ("-h -8", Container::Raw, U8),
        ("-f -s", Container::Wav, I16),
        ("--format=double", Container::Wav, F64),
        ("--format=flac -3", Container::Flac, I24),
    ];
    for (line, container, format) in cases {
        let options = good(line);
        assert_eq!((options.container, options.format), (container, format), "{line}");
    }
}

#[test]
fn the_rest_of_what_people_type() {
    let o = good("-n -d -m7 -t60 -F a.mid -K -R -T -H -H1 -Z1 -j 2 -+ignore_csopts=1 -+msg_color=0 p.csd");
    assert_eq!((o.output, o.message_level, o.tempo), (Some(Output::Null), 7, Some(60.0)));
    assert_eq!((o.midi_file.as_deref(), o.no_peaks, o.threads), (Some("a.mid"), true, 2));
    assert_eq!(
        (o.dither, o.ignore_csoptions, o.files),
        (Dither::Triangular, true, vec!["p.csd".to_string()])
    );
    let o = good("--omacro:N=5 --smacro:M=a=b --limiter --strset3=hey --env:SSDIR+=/s --midi-key-cps=5");
    assert_eq!(o.omacros, [("N".to_string(), "5".to_string())]);
    assert_eq!(o.smacros, [("M".to_string(), "a=b".to_string())]);
    assert_eq!((o.limiter, o.strsets), (Some(0.5), vec![(3, "hey".to_string())]));
    assert!(o.env[0].append && o.env[0].name == "SSDIR" && o.env[0].value == "/s");
    assert_eq!(o.midi_map, [(MidiValue::KeyCps, 5)]);
    assert_eq!(good("--picture=a/b.PNG p.csd").picture.as_deref(), Some("a/b.PNG"));
    assert!(read("--picture x.jpg").1[0].message.contains("expected a name ending in .png or .svg"));
    let o = good("--end 2.5 --seed=7 --threads=3 --sample-accurate --0dbfs=1 --ksmps=1 --nchnls=4 -t0");
    assert!(!o.resample_on_load && good("--resample-on-load").resample_on_load);
    assert_eq!((o.end, o.seed, o.threads, o.sample_accurate), (Some(2.5), Some(7), 3, true));
    assert_eq!((o.zero_dbfs, o.ksmps, o.nchnls, o.tempo), (Some(1.0), Some(1), Some(4), None));
}

#[test]
fn devices_are_noted_once() {
    let (options, diagnostics) = read("-odac -iadc -b 256 -B1024 -+rtaudio=alsa -M0 --realtime p.csd");
    assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
    assert_eq!((diagnostics[0].severity, diagnostics[0].code), (Severity::Note, codes::IGNORED_OPTION));
    assert_eq!((options.output, options.device_requested), (None, true));
    assert_eq!(good("-o dacapo.wav").output, file("dacapo.wav"));
    assert!(read("-odac:hw:1,0").0.device_requested);
}

#[test]
fn what_should_change_the_sound_file_and_does_not_is_warned_of() {
    for (line, why) in [
        ("-+id_title=A", "-+id_title=A has no effect: sound files get no tags"),
        ("--sinesize=1024", "--sinesize=1024 has no effect: the built-in sine table has 16384 points"),
    ] {
        let (_, diagnostics) = read(line);
        assert_eq!((diagnostics.len(), diagnostics[0].severity), (1, Severity::Warning));
        assert_eq!((diagnostics[0].code, &*diagnostics[0].message), (codes::IGNORED_OPTION, why));
    }
    good("-v -R -D --m-dB=1");
}

#[test]
fn bad_flags_say_why_and_what_was_meant() {
    let text = |line: &str| {
        let (_, diagnostics) = read(line);
        assert!(!diagnostics.is_empty(), "{line}");
        let d = &diagnostics[0];
        assert_eq!(d.code, codes::BAD_OPTION);
        format!("{}{}", d.message, d.help.iter().map(|h| format!(" | {h}")).collect::<String>())
    };
    assert_eq!(text("--outptu=x"), "unknown flag --outptu in \"--outptu=x\" | did you mean --output?");
    assert_eq!(text("-y"), "unknown flag -y");
    assert_eq!(text("-Wy"), "unknown flag -y in \"-Wy\"");
    assert_eq!(text("-o"), "-o needs a value (FILE)");
    assert_eq!(text("-o -W"), "-o needs a value (FILE)");
    assert_eq!(text("-r fast"), "-r: expected a number, found \"fast\"");
    assert_eq!(text("-r0"), "-r0: expected a number above 0, found \"0\"");
    assert_eq!(text("--nosound=1"), "--nosound takes no value");
    assert!(text("--format=mp3").starts_with("--format=mp3: \"mp3\" is none of the formats wav, "));
    assert_eq!(text("-U sndinfo"), "-U is not served: no other programs are run");
    let (_, diagnostics) = read("-+foo=1");
    assert_eq!(diagnostics[0].severity, Severity::Warning);
}

#[test]
fn command_line_beats_csoptions() {
    let set = |line: &str, source| {
        let words: Vec<String> = line.split_whitespace().map(String::from).collect();
        parse(&words, source).0
    };
    let piece = set("csound -o a.wav -f -r 22050 --omacro:A=1 ignored.orc", FlagSource::CsOptions);
    let user = set("piece.csd -o b.wav -s --omacro:A=2", FlagSource::CommandLine);
    let options = piece.overlay(user).options();
    assert_eq!(
        (options.output, options.format, options.sr),
        (file("b.wav"), SampleFormat::I16, Some(22050.0))
    );
    assert_eq!(options.omacros.last(), Some(&("A".to_string(), "2".to_string())));
    assert_eq!(options.files, ["piece.csd"]);
}

#[test]
fn a_piece_with_its_own_options() {
    let set = |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|w| (*w).to_string()).collect();
        parse(&words, FlagSource::CommandLine).0
    };
    let mut own = Vec::new();
    words("-o a.wav -f --bogus\n-r 2000; comment", FileId(0), 0, &mut own);
    let (options, diagnostics) = combine(&own, set(&["-s"]));
    assert_eq!((options.output, options.format), (file("a.wav"), SampleFormat::I16));
    assert_eq!(options.sr, Some(2000.0));
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(diagnostics[0].span.start, 12);
    let (options, diagnostics) = combine(&own, set(&["-+ignore_csopts=1"]));
    assert_eq!((options.output, options.format, diagnostics.len()), (None, SampleFormat::I16, 0));
}

#[test]
fn no_two_flags_share_a_name() {
    let mut names: Vec<&str> = TABLE.iter().flat_map(|f| f.names).copied().collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn rubbish_never_panics() {
    for word in ["", "-", "--", "-+", "-é", "-Hé", "--=", "--omacro:", "--omacro:=", "-oé", "-Z9x", "-+=1"]
    {
        let _ = parse(&[word.to_string()], FlagSource::CommandLine);
        let _ = parse(&[word.to_string(), "é".to_string()], FlagSource::CsOptions);
    }
}
