//! What a piece may touch: nothing but files, and those only where whoever renders allows it.

use crate::command::{Folder, document, render};
use orchestrion::Render;
use orchestrion::offline::OfflineEngine;

/// A folder with the sandbox `in` and, beside it, `out` with files that no piece may read.
struct Place {
    folder: Folder,
}

/// Frames of the secret sound.
const SECRET: &str = "secret.wav";

impl Place {
    fn new() -> Self {
        let folder = Folder::new();
        let sound = std::fs::read(orchestrion_tests::assets().join("mono.wav")).unwrap();
        folder.write("in/own.wav", &sound);
        folder.write("out/secret.wav", &sound);
        folder.write("out/secret.txt", "1 2 3 4\n");
        folder.write("out/secret.orc", "prints \"SECRET\\n\"\n");
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.0.join("out"), folder.0.join("in/link")).unwrap();
            std::os::unix::fs::symlink(folder.0.join("out/made"), folder.0.join("in/dangling")).unwrap();
        }
        Self { folder }
    }

    /// Renders an orchestra within the sandbox; `extra` flags come from whoever renders, `options` from the piece.
    fn render(&self, extra: &[&str], options: &str, orchestra: &str) -> (i32, String) {
        let piece = self.folder.write("in/p.csd", document(options, orchestra, "i 1 0 .01"));
        let sandbox = format!("--sandbox={}", self.folder.at("in"));
        let words: Vec<&str> =
            [sandbox.as_str()].into_iter().chain(extra.iter().copied()).chain([piece.as_str()]).collect();
        render(&self.folder.0.join("in"), &words)
    }

    /// Other spellings of a file in `out`, each of which leads out of the sandbox.
    fn spellings(&self, name: &str) -> Vec<String> {
        let mut all = vec![
            self.folder.at(&format!("out/{name}")),
            format!("../out/{name}"),
            format!("./../in/../out/{name}"),
        ];
        if cfg!(unix) {
            all.push(format!("link/{name}"));
        }
        all
    }

    fn outside(&self) -> Vec<String> {
        let names = |entry: std::io::Result<std::fs::DirEntry>| {
            entry.unwrap().file_name().to_string_lossy().into_owned()
        };
        let mut all: Vec<String> = std::fs::read_dir(self.folder.0.join("out")).unwrap().map(names).collect();
        all.sort();
        all
    }
}

/// Ways to read a file, `NAME` standing for it, and which of the secrets they would read.
const READS: &[(&str, &str)] = &[
    ("a1 diskin \"NAME\"", SECRET),
    ("a1 diskin2 \"NAME\"", SECRET),
    ("a1 soundin \"NAME\"", SECRET),
    ("a1 mp3in \"NAME\"", SECRET),
    ("a1 in\ni1 filelen \"NAME\"", SECRET),
    ("i1 ftgen 0, 0, 0, 1, \"NAME\", 0, 0, 0", SECRET),
    ("i1 ftgen 0, 0, 0, -23, \"NAME\"", "secret.txt"),
    ("i1 ftgen 0, 0, 0, -43, \"NAME\", 0", SECRET),
    ("ftload \"NAME\", 0, 7", "secret.txt"),
    ("ftload \"NAME\", 1, 7", "secret.txt"),
    ("fini \"NAME\", 0, 0, i1", "secret.txt"),
    ("S1, k1 readf \"NAME\"", "secret.txt"),
    ("k1 readk \"NAME\", 1, 1", "secret.txt"),
    ("fin \"NAME\", 0, 0, a1", SECRET),
    ("f1 pvsfread 0, \"NAME\"", SECRET),
    ("i1 compileorc \"NAME\"", "secret.orc"),
    ("i1 compilecsd \"NAME\"", "secret.orc"),
    ("k1[] fillarray 1\nk1[] fillarray \"NAME\"", "secret.txt"),
];

/// Ways to write a file.
const WRITES: &[&str] = &[
    "a1 = .5\nfout \"NAME\", 4, a1",
    "k1 = 1\nfoutk \"NAME\", 4, k1",
    "ih fiopen \"NAME\", 0\nfouti ih, 0, 0, 1",
    "i1 ftgen 5, 0, 8, 2, 1\nftsave \"NAME\", 0, 5",
    "i1 ftgen 5, 0, 8, 2, 1\nftsave \"NAME\", 1, 5",
    "fprints \"NAME\", \"hello\"",
    "fprintks \"NAME\", \"hello\"",
    "k1 = 1\ndumpk k1, \"NAME\", 1, 0",
    "f1 pvsanal oscili(.5, 440), 256, 64, 256, 1\npvsfwrite f1, \"NAME\"",
    "a1 = .5\nk1 = 1\nibuf = 1\nout a1\nfout \"NAME\", 14, a1",
];

#[test]
fn nothing_outside_is_read() {
    let place = Place::new();
    for (text, secret) in READS {
        for name in place.spellings(secret) {
            let orchestra = format!("instr 1\na1 = 0\ni1 = 0\n{}\nendin", text.replace("NAME", &name));
            let (status, said) = place.render(&["-n"], "", &orchestra);
            assert!(!said.contains("SECRET"), "{text} {name}: {said}");
            let refused = said.contains("outside the sandbox");
            assert!(refused || status != 0 || text.contains("compile"), "{text} {name}: {said}");
            assert!(refused || said.contains("ERROR"), "{text} {name}: {said}");
        }
    }
}

#[test]
fn nothing_outside_is_written() {
    let place = Place::new();
    let before = place.outside();
    for text in WRITES {
        let mut names = place.spellings("made");
        names.extend(cfg!(unix).then(|| "dangling".to_owned()));
        for name in names {
            let orchestra = format!("instr 1\n{}\nendin", text.replace("NAME", &name));
            let (status, said) = place.render(&["-n"], "", &orchestra);
            assert_eq!(status, 2, "{text} {name}: {said}");
            assert!(said.contains("outside the sandbox"), "{text} {name}: {said}");
            assert_eq!(place.outside(), before, "{text} {name}");
        }
    }
    for text in WRITES {
        let (status, said) =
            place.render(&["-n"], "", &format!("instr 1\n{}\nendin", text.replace("NAME", "made")));
        assert_eq!(status, 0, "{text}: {said}");
        assert!(std::fs::remove_file(place.folder.at("in/made")).is_ok(), "{text}");
    }
}

#[test]
fn includes_outputs_and_search_paths_stay_inside() {
    let place = Place::new();
    let before = place.outside();
    for name in place.spellings("secret.orc") {
        let (status, said) = place.render(&["-n"], "", &format!("#include \"{name}\"\ninstr 1\nendin"));
        assert_eq!(status, 1, "{name}: {said}");
        assert!(said.contains("outside the sandbox") && !said.contains("SECRET"), "{name}: {said}");
    }
    for name in place.spellings("made.wav") {
        for flag in ["-o", "--picture="] {
            let flag = format!(
                "{flag}{}",
                name.replace("made.wav", if flag == "-o" { "made.wav" } else { "made.svg" })
            );
            let (status, said) = place.render(&[], &flag, "instr 1\nendin");
            assert_ne!(status, 0, "{flag}: {said}");
            assert!(said.contains("outside the sandbox"), "{flag}: {said}");
        }
        let (status, said) =
            place.render(&["-n"], &format!("-F {}", name.replace("made.wav", SECRET)), "instr 1\nendin");
        assert_ne!(status, 0, "{said}");
        assert!(said.contains("outside the sandbox"), "{said}");
        let (status, said) =
            place.render(&["-n"], &format!("-i {}", name.replace("made.wav", SECRET)), "instr 1\nendin");
        assert_ne!(status, 0, "{said}");
        assert!(said.contains("outside the sandbox"), "{said}");
    }
    // A search path leads out as little, whoever sets it.
    let reads = "instr 1\na1 diskin \"secret.wav\"\nS1 = \"secret.wav\"\nprintf_i \"valid %d\\n\", 1, filevalid(S1)\nendin";
    for variable in ["SSDIR", "SFDIR"] {
        let set = format!("--env:{variable}={}", place.folder.at("out"));
        for (extra, options) in [(vec!["-n", set.as_str()], ""), (vec!["-n"], set.as_str())] {
            let (status, said) = place.render(&extra, options, reads);
            assert_eq!(status, 2, "{said}");
            assert!(said.contains("cannot find \"secret.wav\"") && !said.contains("valid 1"), "{said}");
        }
        let (status, said) = place.render(
            &["-o", "o.wav", &format!("--env:SFDIR={}", place.folder.at("out"))],
            "",
            "instr 1\nendin",
        );
        // Named on the command line: allowed, wherever it goes.
        assert_eq!(status, 0, "{said}");
        std::fs::remove_file(place.folder.at("out/o.wav")).unwrap();
    }
    let include = format!("--env:INCDIR={}", place.folder.at("out"));
    let (status, said) = place.render(&["-n", &include], "", "#include \"secret.orc\"\ninstr 1\nendin");
    assert_eq!(status, 1, "{said}");
    assert!(!said.contains("SECRET"), "{said}");
    assert_eq!(place.outside(), before);
}

#[test]
fn the_piece_cannot_widen_its_sandbox() {
    let place = Place::new();
    let options = format!("-n --sandbox={}", place.folder.at("out"));
    let (status, said) = place.render(&[], &options, "instr 1\na1 diskin \"../out/secret.wav\"\nendin");
    assert_eq!(status, 2, "{said}");
    assert!(said.contains("only whoever renders the piece may say this"), "{said}");
}

#[test]
fn files_of_a_document_stay_in_memory() {
    let place = Place::new();
    let before = place.outside();
    let text =
        document("-n", "instr 1\na1 diskin \"../out/made.wav\"\nprints \"played\\n\"\nendin", "i 1 0 .01");
    // The first bytes of a WAV file in base64; that it is too short is said by the reader of sound files.
    let carried =
        "<CsFileB filename=\"../out/made.wav\">\nUklGRiQAAABXQVZFZm10IA==\n</CsFileB>\n</CsoundSynthesizer>";
    let piece = place.folder.write("in/p.csd", text.replace("</CsoundSynthesizer>", carried));
    let (_, said) = render(&place.folder.0, &["--sandbox", &place.folder.at("in"), &piece]);
    assert!(!said.contains("outside the sandbox") && said.contains("made.wav"), "{said}");
    assert_eq!(place.outside(), before);
}

#[test]
fn what_is_inside_or_granted_is_served() {
    let place = Place::new();
    let (status, said) = place.render(&["-n"], "", "instr 1\na1 diskin \"own.wav\"\nout a1\nendin");
    assert_eq!(status, 0, "{said}");
    let other = format!("--sandbox={}", place.folder.at("out"));
    let (status, said) = place.render(&["-n", &other], "", "instr 1\na1 diskin \"../out/secret.wav\"\nendin");
    assert_eq!(status, 0, "{said}");
    let out = place.folder.at("elsewhere.wav");
    let (status, said) = place.render(&["-o", &out], "", "instr 1\nendin");
    assert_eq!(status, 0, "{said}");
    assert!(std::fs::metadata(&out).is_ok());
    let (status, said) = render(&place.folder.0, &["--sandbox=none", &place.folder.at("in/p.csd")]);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("cannot make a sandbox of \"none\""), "{said}");
}

#[test]
fn library_and_engine_have_sandboxes() {
    let place = Place::new();
    let (inside, secret) = (place.folder.at("in"), place.folder.at("out/secret.wav"));
    let piece =
        |name: &str| format!("0dbfs = 1\ninstr 1\nout diskin:a(\"{name}\")\nendin\nschedule 1, 0, .01\n");
    let made = Render::new().sandbox(&inside).end(0.01).text(&piece(&secret)).unwrap();
    assert_eq!((made.errors, made.peaks[0]), (1, 0.0));
    let made = Render::new().sandbox(&inside).end(0.01).text(&piece(&place.folder.at("in/own.wav"))).unwrap();
    assert!(made.errors == 0 && made.peaks[0] > 0.0, "{:?}", made.messages);
    // Without a sandbox a piece given as text has no files at all.
    let made = Render::new().end(0.01).text(&piece(&secret)).unwrap();
    assert_eq!((made.errors, made.peaks[0]), (1, 0.0));

    let out = place.folder.at("out/engine.wav");
    let mut engine = OfflineEngine::builder().sandbox(&inside).outfile(&out).build().unwrap();
    engine
        .compile(&format!(
            "instr 100\na1 diskin \"{secret}\"\nfout \"{}\", 4, a1\nendin\nschedule 100, 0, .1",
            place.folder.at("out/made")
        ))
        .unwrap();
    engine.perform_until(0.1).unwrap();
    assert_eq!(engine.errors(), 1);
    engine.stop().unwrap();
    assert_eq!(place.outside(), ["engine.wav", "secret.orc", "secret.txt", "secret.wav"]);

    // Its temporary file is its own affair.
    let mut engine = OfflineEngine::builder().sandbox(&inside).nchnls(1).build().unwrap();
    engine.perform_until(0.1).unwrap();
    let job = engine.stop().unwrap().unwrap();
    assert_eq!(job.samples().unwrap().len() as u64, job.frames());
    std::fs::remove_file(job.outfile().unwrap()).unwrap();
}

#[test]
fn an_engine_in_memory_touches_no_file() {
    let folder = Folder::new();
    let host = std::sync::Arc::new(orchestrion::host::MemoryHost::default());
    let mut engine = OfflineEngine::builder().host(host.clone()).build().unwrap();
    let name = folder.at("made");
    engine.compile(&format!("instr 100\na1 = .5\nfout \"{name}\", 4, a1\nfprints \"{name}.txt\", \"x\"\nendin\nschedule 100, 0, .1")).unwrap();
    engine.perform_until(0.1).unwrap();
    let job = engine.stop().unwrap().unwrap();
    assert_eq!(engine.errors(), 0);
    assert!(std::fs::read_dir(&folder.0).unwrap().next().is_none());
    // Not even the temporary file of its own sound.
    assert!(host.get(job.outfile().unwrap()).is_some() && std::fs::metadata(job.outfile().unwrap()).is_err());
    assert!(host.get(&name).is_some());
}
