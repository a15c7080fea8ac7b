//! Tempo: from beats to seconds.
//!
//! Between two points of a `t` statement the length of a beat, 60 / tempo, changes linearly with the
//! beat, so time is quadratic in it; equal beats make a jump, after the last point the tempo stays.
//! Source: manual page "t Statement"; the order of operations measured to the last bit.

#[derive(Clone, Copy, Debug, PartialEq)]
struct Segment {
    beat: f64,
    slope: f64,
    length: f64,
    time: f64,
}

/// Maps beats of one section to seconds.
#[derive(Clone, Debug, PartialEq)]
pub struct TempoMap {
    segments: Vec<Segment>,
}

impl TempoMap {
    /// From beat and tempo in turn. `Ok(None)`: a single tempo of 60, where beats are seconds.
    pub(super) fn new(points: &[f64]) -> Result<Option<Self>, &'static str> {
        const ORDER: &str = "`t` needs beats and tempos in turn, the first beat 0, beats not falling";
        const TEMPO: &str = "`t` needs tempos above 0";
        if points.len() < 2 || !points.len().is_multiple_of(2) || points[0] != 0.0 {
            return Err(ORDER);
        }
        if points[1] <= 0.0 {
            return Err(TEMPO);
        }
        if points.len() == 2 && points[1] == 60.0 {
            return Ok(None);
        }
        let mut segments = vec![Segment { beat: 0.0, slope: 0.0, length: 60.0 / points[1], time: 0.0 }];
        for pair in points[2..].chunks_exact(2) {
            let (beat, tempo) = (pair[0], pair[1]);
            let Some(last) = segments.last_mut() else { break };
            let span = beat - last.beat;
            if tempo <= 0.0 {
                return Err(TEMPO);
            }
            let length = 60.0 / tempo;
            if span < 0.0 {
                return Err(ORDER);
            }
            if span == 0.0 {
                last.length = length;
                continue;
            }
            let mean = (length + last.length) * 0.5;
            last.slope = (mean - last.length) / span;
            let time = mean * span + last.time;
            segments.push(Segment { beat, slope: 0.0, length, time });
        }
        Ok(Some(Self { segments }))
    }

    /// Seconds at `beat`; before beat 0 the first segment goes on.
    pub fn time(&self, beat: f64) -> f64 {
        let (inside, start) = self.parts(beat);
        inside + start
    }

    /// Seconds from `start` (itself in seconds) to `beat`, added in the order the reference's compiler
    /// chose for `a` statements. (measured)
    pub(super) fn since(&self, start: f64, beat: f64) -> f64 {
        let (inside, origin) = self.parts(beat);
        inside + (origin - start)
    }

    /// Seconds since the last point of the map, and that point's time.
    fn parts(&self, beat: f64) -> (f64, f64) {
        let i = self.segments.partition_point(|s| s.beat <= beat).max(1) - 1;
        let s = &self.segments[i];
        let x = beat - s.beat;
        ((s.slope * x + s.length) * x, s.time)
    }
}

#[cfg(test)]
mod tests {
    use super::TempoMap;

    #[test]
    fn jumps_and_ramps() {
        let map =
            TempoMap::new(&[0.0, 120.0, 2.0, 120.0, 2.0, 60.0, 4.0, 60.0]).expect("a map").expect("a map");
        assert_eq!([0.0, 1.0, 2.0, 3.0, 5.0].map(|b| map.time(b)), [0.0, 0.5, 1.0, 2.0, 4.0]);
        let map = TempoMap::new(&[0.0, 60.0, 2.0, 97.0, 4.0, 33.0]).expect("a map").expect("a map");
        // From the file that `csound --keep-sorted-score` writes.
        assert_eq!(map.time(1.0).to_bits(), 0x3FEC_F2CD_DB0D_3225);
        assert_eq!(map.time(3.3).to_bits(), 0x4007_6FA9_3E3C_8E9C);
    }

    #[test]
    fn mistakes_are_told() {
        assert_eq!(TempoMap::new(&[0.0, 60.0]), Ok(None));
        for bad in
            [&[1.0, 120.0][..], &[0.0], &[0.0, 0.0], &[0.0, 60.0, 1.0], &[0.0, 60.0, 2.0, 60.0, 1.0, 60.0]]
        {
            assert!(TempoMap::new(bad).is_err(), "{bad:?}");
        }
    }
}
