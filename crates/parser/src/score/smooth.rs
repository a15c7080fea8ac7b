//! Smoothsort (Dijkstra, EWD 796a, 1981).
//!
//! The reference sorts with it, and it is not stable: where the order leaves ties (notes that carried
//! all that counts), only the same algorithm gives the same order.

/// The sequence's heaps, as Dijkstra names them: `p` tells which Leonardo trees there are, `b` and `c`
/// are the sizes of the last tree and its larger child (-1 below the two smallest trees).
#[derive(Clone, Copy)]
struct Trees {
    p: u64,
    b: isize,
    c: isize,
}

impl Trees {
    fn up(&mut self) {
        (self.b, self.c) = (self.b + self.c + 1, self.b);
    }

    fn down(&mut self) {
        (self.b, self.c) = (self.c, self.b - self.c - 1);
    }
}

/// Sorts; `le(a, b)` tells whether `a` may stand before `b`.
pub(super) fn sort(list: &mut [u32], le: impl Fn(u32, u32) -> bool) {
    let n = list.len();
    if n < 2 {
        return;
    }
    let mut heap = Heap { list, le };
    let mut t = Trees { p: 1, b: 1, c: 1 };
    for last in 0..n - 1 {
        if t.p & 7 == 3 {
            heap.sift(last, t);
            t.p = (t.p + 1) >> 2;
            t.up();
            t.up();
        } else {
            if (last as isize + 1 + t.c) < n as isize {
                heap.sift(last, t);
            } else {
                heap.trinkle(last, t);
            }
            loop {
                t.down();
                t.p <<= 1;
                if t.b <= 1 {
                    break;
                }
            }
            t.p += 1;
        }
    }
    let mut root = n - 1;
    heap.trinkle(root, t);
    for _ in 1..n {
        if t.b == 1 {
            root -= 1;
            t.p -= 1;
            while t.p & 1 == 0 && t.p > 0 {
                t.p >>= 1;
                t.up();
            }
        } else {
            t.p -= 1;
            root = moved(root, t.c - t.b);
            if t.p > 0 {
                heap.semitrinkle(root, t);
            }
            t.down();
            t.p = (t.p << 1) + 1;
            root = moved(root, t.c);
            heap.semitrinkle(root, t);
            t.down();
            t.p = (t.p << 1) + 1;
        }
    }
}

fn moved(index: usize, by: isize) -> usize {
    index.wrapping_add_signed(by)
}

struct Heap<'a, F> {
    list: &'a mut [u32],
    le: F,
}

impl<F: Fn(u32, u32) -> bool> Heap<'_, F> {
    fn le(&self, a: usize, b: usize) -> bool {
        (self.le)(self.list[a], self.list[b])
    }

    /// The larger child of the tree at `root`; `true` where it is the right one, which is smaller in size.
    fn child(&self, root: usize, t: Trees) -> (usize, bool) {
        let left = moved(root, t.c - t.b);
        if self.le(root - 1, left) { (left, false) } else { (root - 1, true) }
    }

    /// Restores one tree whose root is out of order.
    fn sift(&mut self, mut root: usize, mut t: Trees) {
        let value = self.list[root];
        while t.b >= 3 {
            let (child, right) = self.child(root, t);
            if (self.le)(self.list[child], value) {
                break;
            }
            self.list[root] = self.list[child];
            root = child;
            if right {
                t.down();
            }
            t.down();
        }
        self.list[root] = value;
    }

    /// Restores the order of roots to the left of `root`, then the tree it ends in.
    fn trinkle(&mut self, mut root: usize, mut t: Trees) {
        let value = self.list[root];
        while t.p > 0 {
            while t.p & 1 == 0 {
                t.p >>= 1;
                t.up();
            }
            if t.p == 1 {
                break;
            }
            let stepson = moved(root, -t.b);
            if (self.le)(self.list[stepson], value) {
                break;
            }
            t.p -= 1;
            if t.b >= 3 {
                let (child, right) = self.child(root, t);
                if right {
                    t.down();
                    t.p <<= 1;
                }
                if !self.le(child, stepson) {
                    self.list[root] = self.list[child];
                    root = child;
                    t.down();
                    break;
                }
            }
            self.list[root] = self.list[stepson];
            root = stepson;
        }
        self.list[root] = value;
        self.sift(root, t);
    }

    /// As [`Heap::trinkle`], when the tree at `root` is in order itself. `t` describes the tree to its
    /// right.
    fn semitrinkle(&mut self, root: usize, t: Trees) {
        let stepson = moved(root, -t.c);
        if !self.le(stepson, root) {
            self.list.swap(stepson, root);
            self.trinkle(stepson, t);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sort;

    #[test]
    fn sorts() {
        let mut x = 7u64;
        for n in 0..300 {
            let mut list: Vec<u32> = (0..n)
                .map(|_| {
                    x = x.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                    (x >> 40) as u32 % 50
                })
                .collect();
            let mut wanted = list.clone();
            wanted.sort_unstable();
            sort(&mut list, |a, b| a <= b);
            assert_eq!(list, wanted);
        }
    }

    /// What the reference makes of 9 notes of which three groups tie (`--keep-sorted-score`).
    #[test]
    fn ties_end_up_as_in_the_reference() {
        let line = [1, 1, 1, 1, 1, 1, 1, 8, 8];
        let mut list: Vec<u32> = (0..9).collect();
        sort(&mut list, |a, b| line[b as usize] > line[a as usize]);
        assert_eq!(list.iter().map(|i| i + 5).collect::<Vec<_>>(), [11, 5, 7, 6, 10, 9, 8, 13, 12]);
    }
}
