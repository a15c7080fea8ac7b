//! Headers against hex dumps of the reference's files.

use super::*;

fn header(container: Container, format: SampleFormat, channels: u32) -> Header {
    Header { spec: SoundSpec { sr: 1000.0, channels, container, format }, room: false }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[test]
fn headers_are_the_references() {
    // 100 frames at 1000 Hz, csound 6.18.1 with -K.
    let cases = [
        (
            Container::Wav,
            SampleFormat::I24,
            1,
            "524946465001000057415645666d74201000000001000100e8030000b80b00000300180064617461\
             2c010000",
        ),
        (
            Container::Wav,
            SampleFormat::F32,
            1,
            "52494646d801000057415645666d74201000000003000100e8030000a00f00000400200066616374\
             040000006400000050414420100000000000000000000000000000000000000064617461\
             90010000",
        ),
        (
            Container::Rf64,
            SampleFormat::I16,
            1,
            "52463634ffffffff5741564564733634\
             1c0000002801000000000000c8000000000000006400000000000000000000\
             00666d742028000000feff0100e8030000d007000002001000160010000400\
             00000100000000001000800000aa00389b7164617461ffffffff",
        ),
        (
            Container::Aiff,
            SampleFormat::I16,
            1,
            "464f524d000000f641494646434f4d4d00000012000100000064001040\
             08fa0000000000000053534e44000000d00000000000000000",
        ),
        (
            Container::Aiff,
            SampleFormat::F32,
            1,
            "464f524d000001d0414946434656455200000004a2805140434f4d4d00000018\
             00010000006400204008fa00000000000000464c3332000053534e4400000198\
             0000000000000000",
        ),
        (Container::Au, SampleFormat::F32, 1, "2e736e64000000180000019000000006000003e800000001"),
    ];
    for (container, format, channels, want) in cases {
        let got = header(container, format, channels).bytes(Length::Frames(100));
        assert_eq!(hex(&got), want, "{container:?} {format}");
    }
}

#[test]
fn length_never_changes_the_size_of_a_header() {
    use Container::*;
    for container in [Wav, WavEx, Rf64, Aiff, Au, Raw] {
        for format in [SampleFormat::I16, SampleFormat::F32, SampleFormat::F64] {
            for channels in [1, 2, 3, 16] {
                for room in [false, true] {
                    let h = Header { room, ..header(container, format, channels) };
                    let size = h.bytes(Length::Frames(0)).len();
                    for length in [Length::Frames(7), Length::Frames(1 << 33), Length::Unknown] {
                        assert_eq!(h.bytes(length).len(), size, "{container:?} {format} {channels}");
                    }
                }
            }
        }
    }
}

#[test]
fn large_wavs_become_rf64() {
    let frames = 1u64 << 31;
    for (format, room) in [(SampleFormat::F32, false), (SampleFormat::I16, true), (SampleFormat::F64, true)] {
        let h = Header { room, ..header(Container::Wav, format, 2) };
        let bytes = h.bytes(Length::Frames(frames));
        assert_eq!(&bytes[..4], b"RF64");
        assert_eq!(&bytes[12..16], b"ds64");
        let word = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
        let data = frames * h.spec.frame_bytes();
        assert_eq!((word(20), word(28), word(36)), (bytes.len() as u64 - 8 + data, data, frames));
        assert_eq!(&h.bytes(Length::Frames(10))[..4], b"RIFF");
    }
}

#[test]
fn rates_as_extended_floats() {
    assert_eq!(hex(&extended(44100)), "400eac44000000000000");
    assert_eq!(hex(&extended(1)), "3fff8000000000000000");
}
