//! The outline of a channel: lowest and highest sample of each stretch of time, in bounded memory.

/// Stretches above which neighbours are joined; more than twice the pixels of the widest picture.
const MOST: usize = 8192;

/// Lowest and highest value of a stretch.
pub type Extent = (f64, f64);

/// An outline that grows with the sound. As a sound gets longer its stretches double, so there are never
/// more than [`MOST`].
#[derive(Clone, Debug)]
pub struct Outline {
    stretches: Vec<Extent>,
    /// Frames of one stretch.
    length: usize,
    /// Frames of the last stretch.
    filled: usize,
}

impl Default for Outline {
    fn default() -> Self {
        Self { stretches: Vec::new(), length: 1, filled: 1 }
    }
}

impl Outline {
    /// Takes a sample, which must be finite.
    pub fn push(&mut self, x: f64) {
        if self.filled < self.length {
            self.filled += 1;
            if let Some(last) = self.stretches.last_mut() {
                *last = join(*last, (x, x));
            }
            return;
        }
        if self.stretches.len() == MOST {
            self.stretches =
                self.stretches.chunks(2).map(|pair| join(pair[0], pair[pair.len() - 1])).collect();
            self.length *= 2;
        }
        self.stretches.push((x, x));
        self.filled = 1;
    }

    /// The largest absolute sample.
    pub fn peak(&self) -> f64 {
        self.stretches.iter().fold(0.0, |peak, (low, high)| high.abs().max(low.abs()).max(peak))
    }

    /// The outline in so many columns. Between stretches it is a straight line, so neighbouring columns
    /// always touch.
    pub fn columns(&self, count: usize) -> Vec<Extent> {
        if self.stretches.is_empty() {
            return vec![(0.0, 0.0); count];
        }
        let last = self.stretches.len() - 1;
        let total = last as f64 + self.filled as f64 / self.length as f64;
        let edge = |n: usize| n as f64 * total / count as f64;
        let column = |n: usize| {
            let (from, to) = (edge(n), edge(n + 1));
            let inside =
                (from - 0.5).ceil().max(0.0) as usize..=((to - 0.5).floor().max(0.0) as usize).min(last);
            let ends = join(self.at(from), self.at(to));
            self.stretches.get(inside).unwrap_or_default().iter().fold(ends, |a, b| join(a, *b))
        };
        (0..count).map(column).collect()
    }

    /// The outline at a place counted in stretches, whose middles are at 0.5, 1.5, ...
    fn at(&self, place: f64) -> Extent {
        let place = (place - 0.5).clamp(0.0, (self.stretches.len() - 1) as f64);
        let (before, after) = (place.floor() as usize, place.ceil() as usize);
        let share = place - place.floor();
        let between = |a: f64, b: f64| a * (1.0 - share) + b * share;
        let (a, b) = (self.stretches[before], self.stretches[after]);
        (between(a.0, b.0), between(a.1, b.1))
    }
}

fn join(a: Extent, b: Extent) -> Extent {
    (a.0.min(b.0), a.1.max(b.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(samples: impl Iterator<Item = f64>) -> Outline {
        let mut outline = Outline::default();
        samples.for_each(|x| outline.push(x));
        outline
    }

    #[test]
    fn a_click_is_seen_however_long_the_sound() {
        for frames in [10, 1000, 8192, 8193, 100_000] {
            let at = frames / 2;
            let outline = outline((0..frames).map(|n| if n == at { 1.0 } else { 0.0 }));
            assert!(outline.stretches.len() <= MOST);
            let columns = outline.columns(101);
            let seen = columns.iter().position(|column| column.1 == 1.0);
            let want = (2 * at + 1) * 101 / (2 * frames);
            assert!(seen.is_some_and(|n| n.abs_diff(want) <= 1), "{frames}: {seen:?}");
            assert_eq!(columns[10], (0.0, 0.0));
        }
    }

    #[test]
    fn few_samples_are_joined_by_lines() {
        let columns = outline([0.0, 1.0, -1.0].into_iter()).columns(300);
        assert!(columns.windows(2).all(|pair| pair[0].1 >= pair[1].0 && pair[1].1 >= pair[0].0));
        assert_eq!((columns[0], columns[299]), ((0.0, 0.0), (-1.0, -1.0)));
        assert!(columns.iter().all(|(low, high)| high - low < 0.03));
    }

    #[test]
    fn one_frame_and_none() {
        assert_eq!(outline([0.5].into_iter()).columns(2), [(0.5, 0.5); 2]);
        assert_eq!(Outline::default().columns(1), [(0.0, 0.0)]);
        assert_eq!(Outline::default().peak(), 0.0);
    }
}
