//! Masking tables of `partikkel`: a loop of values, one for each grain in turn.

/// Where the next grain reads each of the masking tables, in the order of `partikkelget`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Masks {
    /// Gain.
    pub gain: u32,
    /// Frequency at the start.
    pub start: u32,
    /// Frequency at the end.
    pub end: u32,
    /// Modulation index.
    pub modulation: u32,
    /// Channel.
    pub channel: u32,
    /// Mix of waveforms.
    pub mix: u32,
}

impl Masks {
    /// The place that `partikkelget` numbers so.
    pub fn place(&mut self, number: i32) -> Option<&mut u32> {
        let places = [
            &mut self.gain,
            &mut self.start,
            &mut self.end,
            &mut self.modulation,
            &mut self.channel,
            &mut self.mix,
        ];
        places.into_iter().nth(usize::try_from(number).ok()?)
    }
}

/// Goes on to the next place in the loop whose bounds, from 0, are the table's first two points; gives the
/// one before. A place outside of the loop is its first.
pub(super) fn next(place: &mut u32, table: &[f64]) -> usize {
    let bound = |i: usize| table.get(i).map_or(0, |&x| x as i64 as u32);
    let (first, last) = (bound(0), bound(1));
    if *place < first || *place > last {
        *place = first;
    }
    let now = *place;
    *place = place.wrapping_add(1);
    now as usize
}

/// The value at a place of a table.
pub(super) fn value(table: &[f64], place: usize) -> f64 {
    table.get(place.saturating_add(2)).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_loop_and_come_back_into_range() {
        let table = [1.0, 3.0, 10.0, 11.0, 12.0, 13.0];
        let mut place = 0;
        let read: Vec<f64> = (0..5).map(|_| value(&table, next(&mut place, &table))).collect();
        assert_eq!(read, [11.0, 12.0, 13.0, 11.0, 12.0]);
        place = 77;
        assert_eq!(next(&mut place, &table), 1);
        assert_eq!((next(&mut place, &[]), value(&[], usize::MAX)), (0, 0.0));
    }

    #[test]
    fn places_go_by_the_numbers_of_the_manual() {
        let mut masks = Masks { channel: 7, ..Masks::default() };
        assert_eq!(masks.place(4), Some(&mut 7));
        assert_eq!(masks.place(6), None);
        assert_eq!(masks.place(-1), None);
    }
}
