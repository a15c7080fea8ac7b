//! Checks of the tree itself: who may know whom, what every file has, nothing half registered.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test that reads the sources")]

use cargo_metadata::{DepKindInfo, DependencyKind, MetadataCommand, Package, PackageId};
use orchestrion_tests::{case, conformance, opcode_page, root};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What each crate may depend on, in builds and in tests; the diagram of ARCHITECTURE.md. Crates that
/// are not listed (tasks, tests, benches) may use anything.
const LAYERS: &[(&str, &[&str])] = &[
    ("orchestrion-base", &[]),
    ("orchestrion-dsp", &["orchestrion-base"]),
    ("orchestrion-parser", &["orchestrion-base"]),
    ("orchestrion-vm", &["orchestrion-base", "orchestrion-dsp", "orchestrion-parser"]),
    ("orchestrion-opcodes", &["orchestrion-base", "orchestrion-dsp"]),
    (
        "orchestrion",
        &[
            "orchestrion-base",
            "orchestrion-dsp",
            "orchestrion-parser",
            "orchestrion-vm",
            "orchestrion-opcodes",
        ],
    ),
    ("orchestrion-cli", &["orchestrion"]),
    ("orchestrion-wasm", &["orchestrion"]),
    ("orchestrion-python", &["orchestrion"]),
];

/// Dependencies of tests alone, beyond the layers: who, whom, and why.
const IN_TESTS: &[(&str, &str, &str)] = &[(
    "orchestrion-vm",
    "orchestrion-opcodes",
    "the compiler's messages are about orchestras with real opcodes",
)];

/// Files of the product that start programs or name what has to do with processes, and why. No piece can get there.
const PROCESSES: &[(&str, &str)] = &[
    ("crates/engine/src/host/app.rs", "opens the rendered file where the user of the library asks for it"),
    ("crates/cli/src/conform/process.rs", "`conform` compares with the csound that is installed"),
    ("crates/cli/src/exit.rs", "the status of the command"),
    ("crates/cli/src/main.rs", "the status of the command"),
];

/// Crates that open connections or start programs; none may come in through a dependency.
const NETWORK: &[&str] = &[
    "async-std",
    "curl",
    "duct",
    "hyper",
    "mio",
    "native-tls",
    "openssl",
    "quinn",
    "reqwest",
    "rosc",
    "rustls",
    "socket2",
    "subprocess",
    "tokio",
    "tungstenite",
    "ureq",
];

/// Code that asks what the processor can do.
const DETECTION: &[&str] =
    &["is_x86_feature_detected", "is_aarch64_feature_detected", "__cpuid", "cpufeatures"];
/// Dependencies that have such code, and why no sample depends on the answer.
const DETECTING: &[(&str, &str)] = &[
    ("ab_glyph_rasterizer", "only with its feature `std`, which is off"),
    ("aho-corasick", "finds words in text"),
    ("crc32fast", "checksums of pictures"),
    ("libm", "`fma`, whose result is the one number that is rounded once"),
    ("memchr", "finds bytes in text"),
    ("portable-atomic", "the progress bar on the terminal"),
    ("rubato", "only in interpolators that are not used"),
    ("simd-adler32", "checksums of pictures"),
    ("zlib-rs", "compresses, where another package in a build asks for it"),
];

/// The crate with a table of lints of its own: names that others call count as unsafe.
const EXPORTING: &str = "crates/wasm";

/// Crates beside the layers.
const BESIDE: &[&str] = &["orchestrion-xtask", "orchestrion-tests", "orchestrion-benches"];

/// Lines of code, tests apart, above which a file needs a reason to stay whole. Past 400 a reviewer
/// looks hard; this is where looking ends.
const LONG: usize = 500;
/// Files that are longer, and why. A reason names what would be worse if they were split.
const LONG_WITH_REASON: &[(&str, &str)] = &[];

/// Opcodes that no case can compare with the reference, and why.
const WITHOUT_CASE: &[(&str, &str)] = &[
    ("date", "tells the time of day"),
    ("dates", "tells the time of day"),
    ("rtclock", "tells the time of day"),
    ("systime", "tells the time of day"),
    ("tabifd", "the reference crashes"),
    ("inq", "cases have no sound input"),
    ("inh", "cases have no sound input"),
    ("ino", "cases have no sound input"),
    ("inx", "cases have no sound input"),
    ("in32", "cases have no sound input"),
    ("inrg", "cases have no sound input"),
    ("compileorc", "the reference ends the note where the file is missing, and cases have no files"),
    ("ctrlprint", "the reference prints to standard output, not among its messages"),
    ("ctrlprintpresets", "as ctrlprint"),
    ("print_type", "csound prints its line beside the messages"),
    ("pwd", "tells where the tests run"),
    ("cpumeter", "watches the processor"),
    ("miditempo", "without a MIDI file the reference gives 60 times the sample rate"),
    ("slider16tablef", "the reference crashes"),
    ("slider64tablef", "the reference takes foreign memory for its filters"),
    ("inletkid", "the reference takes the signal for the instance's name"),
    ("outletkid", "the reference takes the instance's name for the signal"),
    ("inletf", "the reference silences what it should receive"),
    ("outletf", "as inletf"),
    ("soundout", "the reference cannot open a file with it"),
    ("soundouts", "the reference cannot open a file with it"),
    ("tabmap_i", "the reference finds no signature that fits"),
    ("clockon", "measures processor time"),
    ("clockoff", "measures processor time"),
    ("readclock", "measures processor time"),
    ("urandom", "reads the system's random numbers"),
    ("lentab", "the reference ends with `null iopadr`"),
];

#[test]
fn crates_know_only_the_layers_below_them() {
    let manifest = root().join("Cargo.toml");
    let metadata = MetadataCommand::new().manifest_path(manifest).no_deps().exec().unwrap();
    let mut faults = Vec::new();
    for package in &metadata.packages {
        let name = package.name.as_str();
        let Some((_, allowed)) = LAYERS.iter().find(|(layer, _)| *layer == name) else {
            if !BESIDE.contains(&name) {
                faults.push(format!("{name} has no row in LAYERS"));
            }
            continue;
        };
        for dependency in package.dependencies.iter().filter(|d| d.name.starts_with("orchestrion")) {
            let for_tests = dependency.kind == DependencyKind::Development
                && IN_TESTS.iter().any(|(who, whom, _)| *who == name && *whom == dependency.name);
            if !for_tests && !allowed.contains(&dependency.name.as_str()) {
                faults.push(format!("{name} -> {} ({:?})", dependency.name, dependency.kind));
            }
        }
    }
    assert_none("a crate may not know another", &faults);
}

#[test]
fn nothing_in_the_product_knows_programs_or_the_network() {
    let product =
        ["base", "dsp", "parser", "vm", "opcodes", "engine", "cli"].map(|name| format!("crates/{name}/src/"));
    let mut faults = Vec::new();
    for path in sources() {
        let name = shown(&path);
        let listed = PROCESSES.iter().any(|(file, _)| *file == name);
        if listed || !product.iter().any(|folder| name.starts_with(folder)) {
            continue;
        }
        // The number of one's own process makes names of temporary files.
        let text = read(&path).replace("std::process::id()", "").replace("use std::process as this;", "");
        let words = ["std::process", "std::net", "os::unix::net", "Command::new", "TcpStream", "UdpSocket"];
        faults.extend(
            words.iter().filter(|word| text.contains(**word)).map(|word| format!("{word} in {name}")),
        );
    }
    assert_none("a piece could get out through", &faults);
}

#[test]
fn no_dependency_of_the_product_opens_connections() {
    let names = product().into_iter().map(|package| package.name.to_string());
    let faults: Vec<String> = names.filter(|name| NETWORK.contains(&name.as_str())).collect();
    assert_none("knows the network:", &faults);
}

#[test]
fn no_sample_depends_on_what_the_processor_can_do() {
    let detects = |package: &Package| {
        let sources =
            files_below(&package.manifest_path.parent().unwrap().join("src").into_std_path_buf(), "rs");
        sources.iter().any(|path| {
            let text = read(path);
            DETECTION.iter().any(|word| text.contains(word))
        })
    };
    let found: BTreeSet<String> =
        product().iter().filter(|p| detects(p)).map(|p| p.name.to_string()).collect();
    let listed: BTreeSet<String> = DETECTING.iter().map(|(name, _)| (*name).to_owned()).collect();
    let faults: Vec<String> = found.symmetric_difference(&listed).cloned().collect();
    assert_none("asks what the processor can do and is not listed, or the other way round:", &faults);
}

/// The packages that are built into the command line.
fn product() -> Vec<Package> {
    let manifest = root().join("Cargo.toml");
    let mut metadata = MetadataCommand::new().manifest_path(manifest).exec().unwrap();
    let graph = metadata.resolve.take().unwrap();
    let name = |id: &PackageId| metadata.packages.iter().find(|p| p.id == *id).unwrap().name.to_string();
    let mut reached: BTreeSet<PackageId> = BTreeSet::new();
    let mut next: Vec<_> =
        graph.nodes.iter().map(|node| &node.id).filter(|id| name(id) == "orchestrion-cli").collect();
    while let Some(id) = next.pop() {
        if !reached.insert(id.clone()) {
            continue;
        }
        let node = graph.nodes.iter().find(|node| node.id == *id).unwrap();
        let built = |kinds: &[DepKindInfo]| kinds.iter().any(|kind| kind.kind == DependencyKind::Normal);
        next.extend(node.deps.iter().filter(|dep| built(&dep.dep_kinds)).map(|dep| &dep.pkg));
    }
    assert!(reached.len() > 20, "the graph was not read");
    metadata.packages.retain(|package| reached.contains(&package.id));
    metadata.packages
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    let manifests = files_below(&root().join("crates"), "toml")
        .into_iter()
        .chain(["tests/Cargo.toml", "benches/Cargo.toml"].map(|path| root().join(path)));
    let faults: Vec<_> = manifests
        .filter(|path| path.ends_with("Cargo.toml") && !read(path).contains("[lints]\nworkspace = true"))
        .map(|path| shown(&path))
        .filter(|path| *path != format!("{EXPORTING}/Cargo.toml"))
        .collect();
    assert_none("no `[lints] workspace = true` in", &faults);
}

#[test]
fn nothing_is_unsafe_but_exported_names() {
    let table = |path: &str, header: &str| {
        let text = read(&root().join(path)).replace("workspace.lints", "lints");
        let (_, table) = text.split_once(header).unwrap();
        let lines = table.lines().take_while(|line| !line.starts_with("[profile"));
        lines.filter(|l| !l.is_empty() && !l.starts_with('#')).map(str::to_owned).collect::<Vec<_>>()
    };
    let everywhere = table("Cargo.toml", "[lints.rust]");
    assert!(everywhere.contains(&"unsafe_code = \"forbid\"".to_owned()));
    let exporting: Vec<String> = everywhere.iter().map(|line| line.replace("forbid", "deny")).collect();
    assert_eq!(table(&format!("{EXPORTING}/Cargo.toml"), "[lints.rust]"), exporting);
    let mut faults = Vec::new();
    for path in files_below(&root().join(EXPORTING), "rs") {
        let text = read(&path).replace("#[unsafe(no_mangle)]", "").replace("#![expect(unsafe_code", "");
        let lines = text.lines().filter(|line| !line.starts_with("//!") && line.contains("unsafe"));
        faults.extend(lines.map(|line| format!("{}: {line}", shown(&path))));
    }
    assert_none("more than a name is unsafe in", &faults);
}

#[test]
fn every_file_says_what_it_holds() {
    let faults: Vec<_> =
        sources().iter().filter(|path| !read(path).starts_with("//!")).map(|path| shown(path)).collect();
    assert_none("does not open with `//!`", &faults);
}

#[test]
fn files_stay_readable_in_one_go() {
    let mut faults = Vec::new();
    for path in sources() {
        let text = read(&path);
        let lines = text.lines().take_while(|line| !line.starts_with("#[cfg(test)]")).count();
        let listed = LONG_WITH_REASON.iter().any(|(name, _)| *name == shown(&path));
        if lines > LONG && !listed {
            faults.push(format!("{}: {lines} lines", shown(&path)));
        } else if lines <= LONG && listed {
            faults.push(format!("{}: no longer long, strike it from LONG_WITH_REASON", shown(&path)));
        }
    }
    assert_none(
        &format!("more than {LONG} lines before its tests: split it or argue in LONG_WITH_REASON"),
        &faults,
    );
}

#[test]
fn opcode_files_modules_and_rows_are_the_same() {
    let mut faults = Vec::new();
    let lib = read(&opcodes().join("lib.rs"));
    let mut defined = 0;
    for family in families() {
        let folder = opcodes().join(&family);
        let list = read(&folder.join("mod.rs"));
        if !lib.contains(&format!("{family}::OPS")) {
            faults.push(format!("{family}: not in FAMILIES of crates/opcodes/src/lib.rs"));
        }
        let on_disk = modules_on_disk(&folder);
        let declared = declared_modules(&list);
        faults.extend(
            on_disk.difference(&declared).map(|name| format!("{family}/{name}.rs: no `mod {name};`")),
        );
        faults
            .extend(declared.difference(&on_disk).map(|name| format!("{family}: `mod {name};` has no file")));
        for name in &on_disk {
            for definition in definitions(&folder.join(format!("{name}.rs"))) {
                defined += 1;
                if !list.contains(&format!("{name}::{definition}")) {
                    faults.push(format!("{family}/{name}.rs: {definition} has no row in OPS"));
                }
            }
        }
    }
    assert_none("opcodes half registered", &faults);
    let rows: usize = orchestrion_opcodes::families().map(|(_, ops)| ops.len()).sum();
    assert!(defined > 0 && rows >= defined, "{rows} rows for {defined} definitions");
}

#[test]
fn every_opcode_is_heard_in_a_case_and_every_case_folder_is_a_chapter() {
    let mut heard = BTreeSet::new();
    for file in case::load_all(&conformance()).unwrap() {
        for case in &file.cases {
            let words = case.csd.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            heard.extend(words.map(str::to_owned));
        }
    }
    let mut faults = Vec::new();
    for (family, ops) in orchestrion_opcodes::families() {
        for op in ops {
            match (heard.contains(op.name), WITHOUT_CASE.iter().find(|(name, _)| *name == op.name)) {
                (false, None) if op.silent.is_none() => {
                    faults.push(format!("{family}: {} is in no case", op.name))
                }
                (true, Some(_)) => {
                    faults.push(format!("{} has a case, strike it from WITHOUT_CASE", op.name))
                }
                _ => {}
            }
        }
    }
    let chapters = families();
    let folders = std::fs::read_dir(conformance()).unwrap().map(|entry| entry.unwrap().path());
    faults.extend(
        folders
            .filter(|path| path.is_dir() && !chapters.contains(&stem(path)))
            .map(|path| format!("{}: no such chapter", shown(&path))),
    );
    assert_none("tests/conformance does not cover crates/opcodes/src", &faults);
}

#[test]
fn the_page_of_opcodes_is_current() {
    let path = opcode_page::path();
    assert!(read(&path) == opcode_page::text(), "{}: run `cargo xtask opcodes`", shown(&path));
}

fn assert_none(what: &str, faults: &[String]) {
    assert!(faults.is_empty(), "{what}:\n  {}", faults.join("\n  "));
}

fn opcodes() -> PathBuf {
    root().join("crates/opcodes/src")
}

/// The folders of `crates/opcodes/src`: one a chapter of the manual.
fn families() -> Vec<String> {
    let entries = std::fs::read_dir(opcodes()).unwrap().map(|entry| entry.unwrap().path());
    let mut families: Vec<String> = entries.filter(|path| path.is_dir()).map(|path| stem(&path)).collect();
    families.sort();
    families
}

fn modules_on_disk(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| stem(&path)).filter(|name| name != "mod").collect()
}

/// Names of `mod name;` lines, public or not.
fn declared_modules(list: &str) -> BTreeSet<String> {
    let name = |line: &str| {
        let after = line.trim().split("mod ").nth(1)?.strip_suffix(';')?;
        line.trim_start().starts_with(['m', 'p']).then(|| after.to_owned())
    };
    list.lines().filter_map(name).collect()
}

/// Names of the opcode definitions in a file: `pub static NAME: OpDef = ...`.
fn definitions(path: &Path) -> Vec<String> {
    if !path.exists() {
        return Vec::new();
    }
    let name = |line: &str| {
        let (head, tail) = line.split_once(": OpDef")?;
        let name = head.split_once("static ")?.1;
        tail.trim_start().starts_with('=').then(|| name.to_owned())
    };
    read(path).lines().filter_map(name).collect()
}

/// All Rust sources of the workspace.
fn sources() -> Vec<PathBuf> {
    let folders = ["crates", "tests", "benches", "examples"].map(|name| root().join(name));
    let mut sources: Vec<PathBuf> = folders.iter().flat_map(|folder| files_below(folder, "rs")).collect();
    sources.sort();
    sources
}

fn files_below(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files = Vec::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() && !path.ends_with("target") {
            files.extend(files_below(&path, ending));
        } else if path.extension().is_some_and(|end| end == ending) {
            files.push(path);
        }
    }
    files
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}
