//! The table of docs/engine.md names what there is: everything on csoundengine's page, and only methods that
//! exist.
#![expect(clippy::disallowed_methods, reason = "a check of the tree itself reads files")]

use orchestrion_tests::root;
use std::fs;

/// The methods and attributes of csoundengine's page, and those that its "See also" lines name.
const PAGE: &str = "compile assignEventId sched unsched nohistory setEndMarker perform cancel stop strSet inputMessage \
    readSoundfile queryVariable call makeEmptyTable channelPointer initChannel setChannel getControlChannel fillTable \
    makeTable getTableData tableInfo freeTable elapsedTime playSample automatep automateTable rewind generateCsd write \
    includeFile playSoundFromDisk setp assignBus releaseBus writeBus readBus automateBus openOutfile now endtime \
    unschedAll renderjob RenderJob sr ksmps outfile nchnls a4 globalcode numAudioBuses numControlBuses quiet includes \
    sampleAccurate encoding commandlineOptions";

fn rows() -> Vec<(String, String)> {
    let text = fs::read_to_string(root().join("docs/engine.md")).expect("the page");
    let cells = |line: &str| line.split('|').map(|c| c.trim().to_owned()).collect::<Vec<_>>();
    let rows = text.lines().filter(|line| line.starts_with("| ")).map(cells);
    rows.filter(|c| c.len() >= 4 && c[1] != "csoundengine").map(|c| (c[1].clone(), c[2].clone())).collect()
}

/// The words of a cell that are names: those in backticks, up to a parenthesis.
fn names(cell: &str) -> Vec<String> {
    let quoted = cell.split('`').skip(1).step_by(2);
    let bare = |name: &str| name.split(['(', '.', ':']).next().unwrap_or_default().to_owned();
    quoted.map(bare).collect()
}

#[test]
fn everything_on_the_page_has_a_row() {
    let ours: Vec<String> = rows().iter().flat_map(|(page, _)| names(page)).collect();
    for name in PAGE.split_ascii_whitespace() {
        assert!(ours.iter().any(|n| n == name), "docs/engine.md says nothing of {name}");
    }
}

#[test]
fn every_rust_name_exists() {
    let folder = root().join("crates/engine/src/offline");
    let sources: String = fs::read_dir(folder)
        .expect("the engine")
        .chain(fs::read_dir(root().join("crates/engine/src/offline/export")).expect("its exporter"))
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|e| e == "rs"))
        .map(|entry| fs::read_to_string(entry.path()).expect("readable"))
        .collect();
    for name in rows().iter().flat_map(|(_, rust)| names(rust)) {
        let exists = ["fn", "struct", "enum"].iter().any(|kind| {
            ["(", "<", " ", ";"].iter().any(|end| sources.contains(&format!("pub {kind} {name}{end}")))
        });
        assert!(exists, "docs/engine.md names {name}, which does not exist");
    }
}
