//! Files made byte by byte; orders and times are those csound 6.18.1 performed.

use super::*;

fn track(events: &[&[u8]]) -> Vec<u8> {
    let body: Vec<u8> = events.concat().into_iter().chain(*b"\x00\xff\x2f\x00").collect();
    let mut out = b"MTrk".to_vec();
    out.extend((body.len() as u32).to_be_bytes());
    out.extend(body);
    out
}

fn file(format: u16, division: u16, tracks: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"MThd\0\0\0\x06".to_vec();
    for word in [format, tracks.len() as u16, division] {
        out.extend(word.to_be_bytes());
    }
    out.extend(tracks.concat());
    out
}

/// Time in milliseconds, status, first data byte.
fn played(file: &MidiFile) -> Vec<(u32, u8, u8)> {
    let ms = |e: &MidiEvent| (e.time * 1000.0).round() as u32;
    file.events.iter().map(|e| (ms(e), e.message.status, e.message.data1)).collect()
}

const SECOND_PER_QUARTER: &[u8] = b"\x00\xff\x51\x03\x0f\x42\x40";

fn three_tracks() -> Vec<u8> {
    file(
        1,
        1000,
        &[
            track(&[SECOND_PER_QUARTER]),
            track(&[b"\x00\x90\x3c\x64", b"\x32\x80\x3c\x00", b"\x00\x90\x3d\x64"]),
            track(&[b"\x00\x90\x48\x5a", b"\x32\x90\x49\x5a", b"\x00\x80\x48\x00"]),
        ],
    )
}

#[test]
fn events_of_one_tick_keep_the_order_of_tracks() {
    let midi = read(&three_tracks(), "").unwrap();
    let want = [(0, 0x90, 60), (0, 0x90, 72), (50, 0x80, 60), (50, 0x90, 61), (50, 0x90, 73), (50, 0x80, 72)];
    assert_eq!(played(&midi), want);
    assert_eq!((midi.end * 1000.0).round(), 50.0);
}

#[test]
fn tempo_changes_count_for_all_tracks() {
    let midi = file(
        1,
        1000,
        &[
            track(&[b"\x00\x90\x3c\x64", b"\x64\x80\x3c\x00", b"\x64\x90\x3d\x00"]),
            track(&[SECOND_PER_QUARTER, b"\x64\xff\x51\x03\x07\xa1\x20"]),
        ],
    );
    let midi = read(&midi, "").unwrap();
    assert_eq!(played(&midi), [(0, 0x90, 60), (100, 0x80, 60), (150, 0x90, 61)]);
    assert!(midi.events[0].message.is_note_on() && midi.events[2].message.is_note_off());
}

#[test]
fn time_code_division() {
    let notes = track(&[b"\x00\x90\x3c\x64", b"\x64\x80\x3c\x00"]);
    // 25 frames of 40 parts: a tick is a millisecond.
    assert_eq!(played(&read(&file(0, 0xe728, std::slice::from_ref(&notes)), "").unwrap())[1].0, 100);
    assert_eq!(read(&file(0, 0, &[notes]), ""), Err(MidiError::NoDivision));
}

#[test]
fn all_kinds_of_messages() {
    let notes = track(&[
        b"\x00\xf0\x03\x01\x02\xf7",
        b"\x00\xc1\x05",
        b"\x00\xe1\x01\x40",
        b"\x00\xb1\x07\x64",
        b"\x00\x08\x63",
        b"\x00\xd1\x09",
        b"\x00\xa1\x3c\x09",
    ]);
    let midi = read(&file(0, 96, &[notes]), "").unwrap();
    let bytes: Vec<_> =
        midi.events.iter().map(|e| [e.message.status, e.message.data1, e.message.data2]).collect();
    let want = [[0xc1, 5, 0], [0xe1, 1, 64], [0xb1, 7, 100], [0xb1, 8, 99], [0xd1, 9, 0], [0xa1, 60, 9]];
    assert_eq!(bytes, want);
    assert_eq!(midi.events[0].message.channel(), 1);
}

#[test]
fn muted_tracks_keep_their_tempo() {
    let midi = read(&three_tracks(), "110").unwrap();
    assert_eq!(played(&midi), [(0, 0x90, 72), (50, 0x90, 73), (50, 0x80, 72)]);
}

#[test]
fn damaged_files_never_panic() {
    assert!(matches!(read(b"RIFF", ""), Err(MidiError::Damaged(_))));
    assert_eq!(read(&file(2, 96, &[]), ""), Err(MidiError::Format2));
    let good = three_tracks();
    for at in 0..good.len() {
        let _ = read(&good[..at], "1");
        for value in [0, 1, 0x7f, 0x80, 0xff] {
            let mut bad = good.clone();
            bad[at] = value;
            let _ = read(&bad, "");
        }
    }
}

#[test]
fn a_second_header_is_no_danger() {
    let headers = b"MThd\0\0\0\x06\0\0\0\x01\0\x60MThd\0\0\0\x06\0\0\0\x01\x80\x60";
    assert_eq!(read(headers, ""), Err(MidiError::NoDivision));
}
