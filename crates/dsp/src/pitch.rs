//! Pitch and level conversions, with the reference's rounding.
//!
//! Notations: *cps* is a frequency in Hz; *oct* an octave with a decimal fraction (8.00 is middle C);
//! *pch* an octave with the semitone in the second and third decimal (8.09 is the A above); *note* a
//! MIDI note number (69 is the A above middle C). `a4` is the header constant `A4`, 440 by default.
//!
//! `cpsoct` and `cpspch` go through a table of 8192 steps per octave, so they are exact only on those
//! steps; all others compute directly. Facts: manual chapter "Pitch Converters"; semantics K3.

use crate::math;
use orchestrion_base::lock::made_once;
use std::sync::OnceLock;

/// Frequency of oct 0 is `a4` over this (measured: `cpsoct(0)` with `A4 = 440` is 1.0219750390570...).
const A4_OVER_OCT0: f64 = 430.5389646099018460319362438314060262605;
/// Semitones to octave fraction: a pch fraction of 0.12 is one octave.
const OCTAVES_PER_PCH: f64 = 25.0 / 3.0;
/// ln(10)/20 in the digits that the reference uses (measured: `ampdb(20)` is 9.999999814...).
const LN10_OVER_20: f64 = 0.11512925;
/// log2(10)/20 by which `db` converts.
const LOG2_10_OVER_20: f64 = 0.166096404744368117393515971474;
/// MIDI note 0 is oct 3.
const OCT_OF_NOTE_0: f64 = 3.0;
/// Steps of the octave table.
const STEPS: usize = 8192;
/// Highest note `cpsmidinn` accepts: 32 octaves above A4.
pub const HIGHEST_NOTE: f64 = 12.0 * 32.0 + 69.0;

/// Frequency of oct 0.
#[must_use]
pub fn oct0(a4: f64) -> f64 {
    // The reference's compiler turned the division into this product.
    a4 * (1.0 / A4_OVER_OCT0)
}

/// Frequency ratio of each step of an octave.
fn ratios() -> &'static [f64] {
    static TABLE: OnceLock<Vec<f64>> = OnceLock::new();
    made_once(&TABLE, || (0..STEPS).map(|i| math::exp2(i as f64 / STEPS as f64)).collect()).as_slice()
}

/// Frequency of a whole number of steps above oct 0. Beyond 31 octaves and below 0 the octave wraps
/// modulo 32 (and is negative for 31), as the reference's integer shift does.
fn cps_of_steps(steps: i32, a4: f64) -> f64 {
    let octave = 1i32.wrapping_shl((steps >> 13) as u32);
    f64::from(octave) * (ratios()[steps as usize & (STEPS - 1)] * oct0(a4))
}

/// Octave fraction to frequency; the fraction is truncated to a step of the table.
#[must_use]
pub fn cpsoct(oct: f64, a4: f64) -> f64 {
    cps_of_steps((oct * STEPS as f64) as i32, a4)
}

/// Octave and semitone to frequency; the result is rounded to a step of the table.
#[must_use]
pub fn cpspch(pch: f64, a4: f64) -> f64 {
    let steps = math::lrint(octpch(pch) * STEPS as f64);
    cps_of_steps(steps.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32, a4)
}

/// Octave and semitone to octave fraction.
#[must_use]
pub fn octpch(pch: f64) -> f64 {
    let octave = pch.trunc();
    octave + (pch - octave) * OCTAVES_PER_PCH
}

/// Octave fraction to octave and semitone.
#[must_use]
pub fn pchoct(oct: f64) -> f64 {
    let octave = oct.trunc();
    octave + (oct - octave) * 0.12
}

/// Frequency to octave fraction.
#[must_use]
pub fn octcps(cps: f64, a4: f64) -> f64 {
    math::ln(cps / oct0(a4)) / std::f64::consts::LN_2
}

/// Frequency to octave and semitone.
#[must_use]
pub fn pchcps(cps: f64, a4: f64) -> f64 {
    pchoct(octcps(cps, a4))
}

/// MIDI note to frequency. The opcode refuses notes below 0 and above [`HIGHEST_NOTE`].
#[must_use]
pub fn cpsmidinn(note: f64, a4: f64) -> f64 {
    math::exp2((note - 69.0) * (1.0 / 12.0)) * a4
}

/// MIDI note to octave fraction.
#[must_use]
pub fn octmidinn(note: f64) -> f64 {
    note / 12.0 + OCT_OF_NOTE_0
}

/// MIDI note to octave and semitone.
#[must_use]
pub fn pchmidinn(note: f64) -> f64 {
    pchoct(octmidinn(note))
}

/// MIDI note to frequency, any note.
#[must_use]
pub fn mtof(note: f64, a4: f64) -> f64 {
    cpsmidinn(note, a4)
}

/// Frequency to MIDI note with fraction.
#[must_use]
pub fn ftom(cps: f64, a4: f64) -> f64 {
    // The reference takes the logarithm to base 2 by this product.
    12.0 * (math::ln(cps / a4) * std::f64::consts::LOG2_E) + 69.0
}

/// Octave and semitone to MIDI note.
#[must_use]
pub fn pchtom(pch: f64) -> f64 {
    let octave = pch.floor();
    (octave - 3.0) * 12.0 + (pch - octave) * 100.0
}

/// Octave and step of an equal division of the octave into `divisions` to frequency; oct 0 is the
/// reference's fixed 1.02197503906 Hz whatever `A4` is.
#[must_use]
pub fn cps2pch(pch: f64, divisions: f64) -> f64 {
    let octave = pch.trunc();
    // Frequency of oct 0 as measured on the reference.
    math::exp2(octave + 100.0 * (pch - octave) / divisions) * 1.02197503906
}

/// Repetition and step of an equal division of the interval `repeat` to frequency; 0.00 is `base` Hz.
#[must_use]
pub fn cpsxpch(pch: f64, divisions: f64, repeat: f64, base: f64) -> f64 {
    let octave = pch.trunc();
    math::pow(repeat, octave + 100.0 * (pch - octave) / divisions) * base
}

/// Semitones to frequency ratio.
#[must_use]
pub fn semitone(x: f64) -> f64 {
    math::exp2(x * (1.0 / 12.0))
}

/// Cents to frequency ratio.
#[must_use]
pub fn cent(x: f64) -> f64 {
    math::exp2(x / 1200.0)
}

/// Octaves to frequency ratio: also `powoftwo`.
#[must_use]
pub fn octave(x: f64) -> f64 {
    math::exp2(x)
}

/// Logarithm to base 2 of a positive number: `logbtwo`.
#[must_use]
pub fn logbtwo(x: f64) -> f64 {
    math::ln(x) * std::f64::consts::LOG2_E
}

/// Decibels to amplitude ratio by the function `db`.
#[must_use]
pub fn db(x: f64) -> f64 {
    math::exp2(x * LOG2_10_OVER_20)
}

/// Decibels to amplitude: 0 dB is 1.
#[must_use]
pub fn ampdb(db: f64) -> f64 {
    math::exp(db * LN10_OVER_20)
}

/// Amplitude to decibels: 1 is 0 dB.
#[must_use]
pub fn dbamp(amp: f64) -> f64 {
    // The reference's compiler turned the division into this product.
    math::ln(amp.abs()) * (1.0 / LN10_OVER_20)
}

/// Decibels relative to full scale to amplitude.
#[must_use]
pub fn ampdbfs(db: f64, full_scale: f64) -> f64 {
    full_scale * math::exp(db * LN10_OVER_20)
}

/// Amplitude to decibels relative to full scale.
#[must_use]
pub fn dbfsamp(amp: f64, full_scale: f64) -> f64 {
    math::ln(amp.abs() / full_scale) / LN10_OVER_20
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::ulps;

    const A4: f64 = 442.0;

    /// Printed by the reference with `A4 = 442` and `0dbfs = 32`, seventeen digits.
    #[rustfmt::skip]
    const ROWS: [[f64; 20]; 4] = [
        [8.0899999999999999, 441.99999999999994, 279.72558005523621, 8.7499999999999982, 8.0107999999999997, 2.9782371432638217, -0.26115428083413406, 550.8067996960516, 9.067499999999999, 9.0081000000000007, 550.8067996960516, 68.999999999999986, 1.5956748085530439, 1.0046839025805561, 272.47876670806011, 2.5380488904922993, 18.158971165628198, 81.217564495753578, -11.944029616533818, 2.5380489859637803],
        [8.9999000000000002, 84720.418215302678, 525.58507178144475, 16.332500000000003, 8.1199879999999993, 3.1320064120169264, 1.5840769442031188, 883.95404553643436, 9.7499249999999993, 9.0899909999999995, 883.95404553643436, 159.99000000000001, 1.6817831161191623, 1.0052120819781476, 511.9645120942867, 2.8183503656795152, 19.084754449137638, 90.187211701744488, -11.018246333024379, 2.8183504836186186],
        [0.0030000000000000001, 1.0445828866784816, 1.0287070853539428, 0.025000000000000001, 0.00035999999999999997, -8.4187243433323626, -137.02469211998832, 8.2257804115558333, 3.0022500000000001, 3.00027, 8.2257804115558333, -35.700000000000003, 1.000173301810164, 1.0000017328694528, 1.0020816050796328, 1.0003454474032165, -50.457576943426865, 32.011054316902928, -80.560577725588885, 1.0003454474171705],
        [12.34567, 30968.583895534448, 5343.1826303412072, 14.880583333333334, 12.041480399999999, 3.5880306692182664, 7.056368030619204, 5032.8331666126624, 12.259252499999999, 12.0311103, 5032.8331666126624, 142.56700000000001, 2.0403346993732789, 1.0071566257442814, 5204.9550892386678, 4.1426999116371288, 21.830294163380998, 132.56639717238812, -8.2727066187810188, 4.1427001494433977],
    ];

    #[test]
    fn conversions_equal_the_reference() {
        for row in &ROWS {
            let x = row[0];
            let got = [
                x,
                cpspch(x, A4),
                cpsoct(x, A4),
                octpch(x),
                pchoct(x),
                octcps(x, A4),
                ftom(x, A4),
                cpsmidinn(x * 9.0, A4),
                octmidinn(x * 9.0),
                pchmidinn(x * 9.0),
                mtof(x * 9.0, A4),
                pchtom(x),
                semitone(x),
                cent(x),
                octave(x),
                ampdb(x),
                dbamp(x),
                ampdbfs(x, 32.0),
                dbfsamp(x, 32.0),
                db(x),
            ];
            for (i, (&got, &want)) in got.iter().zip(row).enumerate() {
                // ftom: the sum with 69 may round either way, and cancels near note 0.
                let equal = if i == 6 { (got - want).abs() <= 3e-14 } else { ulps(got, want) <= 1 };
                assert!(equal, "column {i} of {x}: {got:?}, expected {want:?}");
            }
        }
    }

    #[test]
    fn octaves_wrap_as_in_the_reference() {
        let rows = [
            (-1.5, 122760959.21583623, 1558923037.5532677),
            (40.2, 834.36135955825, 301.88467925954888),
            (33.7, 117.07397386153815, 3.3353859975117643),
            (31.7, 29.268493465384537, -3581343444.7123413),
        ];
        for (x, pch, oct) in rows {
            assert!(ulps(cpspch(x, A4), pch) <= 1, "cpspch({x})");
            assert!(ulps(cpsoct(x, A4), oct) <= 1, "cpsoct({x})");
        }
        assert!(cpspch(f64::NAN, A4).is_finite() && cpsoct(1e300, A4).is_finite());
    }

    #[test]
    fn other_divisions_equal_the_reference() {
        assert!(ulps(cps2pch(8.09, 12.0), 440.00007517405584) <= 1);
        assert!(ulps(cps2pch(7.18, 19.0), 252.25313360844669) <= 1);
        assert!(ulps(cpsxpch(8.09, 12.0, 2.0, 1.02), 439.14974390209937) <= 1);
        assert!(ulps(cpsxpch(1.05, 17.0, 3.0, 100.0), 414.42985655826499) <= 1);
        assert_eq!(logbtwo(10.0), 3.3219280948873626);
    }
}
