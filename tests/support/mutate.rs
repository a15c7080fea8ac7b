//! Damaged texts: what a slip of the hand, a bad copy or malice makes of a piece. The same seed gives the same damage.

/// Numbers that pieces are not written for.
const NUMBERS: &[&str] = &[
    "0",
    "-1",
    "1",
    "2",
    "0.5",
    "1e300",
    "-1e300",
    "1e-300",
    "2147483648",
    "-2147483649",
    "4294967296",
    "65536",
    "16777216",
    "1e10",
    "(0/0)",
    "(1/0)",
    "0x7fffffff",
    "99999999999999999999",
];

/// Words and signs that mean something wherever they stand.
const TOKENS: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "{{",
    "}}",
    "\"",
    "'",
    ",",
    ":",
    ";",
    "/*",
    "*/",
    "//",
    "\\",
    "\n",
    "#",
    "$",
    "@",
    "@@",
    "%",
    "&",
    "|",
    "^",
    "!",
    "?",
    "~",
    "=",
    "==",
    "+=",
    "-",
    "+",
    "*",
    "/",
    "<<",
    "#define A #$A#\n",
    "#include \"a\"\n",
    "#ifdef A\n",
    "#end\n",
    "instr 1\n",
    "endin\n",
    "opcode a, k, k\n",
    "endop\n",
    "if",
    "then",
    "else",
    "endif",
    "while",
    "until",
    "do",
    "od",
    "goto",
    "kgoto",
    "reinit",
    "init",
    "i",
    "k",
    "a",
    "S",
    "p3",
    "p4",
    "[]",
    "r 99 A\n",
    "n A\n",
    "s\n",
    "e\n",
    "f 1 0 1024 10 1\n",
    "i 1 0 .01\n",
    "i . + .\n",
    "</CsInstruments>\n",
    "<CsScore>\n",
    "%d",
    "%s",
    "\0",
    "\u{e9}",
];

/// A generator of numbers (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
pub struct Chance(u64);

impl Chance {
    /// Starts at a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to below `n`; 0 if there is none.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    fn one_of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

/// A text with one to three damages.
pub fn mutant(text: &str, seed: u64) -> String {
    let mut chance = Chance::new(seed);
    let mut text = text.to_owned();
    for _ in 0..=chance.below(3) {
        text = match chance.below(8) {
            0 => with_other_byte(&text, &mut chance),
            1 => with_lines(&text, |lines, at, _| lines[at] = "", &mut chance),
            2 => with_lines(&text, |lines, at, _| lines.insert(at, lines[at]), &mut chance),
            3 => with_lines(&text, |lines, a, b| lines.swap(a, b), &mut chance),
            4 => with_token(&text, &mut chance),
            5 => without_part(&text, &mut chance),
            _ => with_other_number(&text, &mut chance),
        };
    }
    text
}

fn with_other_byte(text: &str, chance: &mut Chance) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let at = chance.below(bytes.len());
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1 << chance.below(8);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn with_lines(text: &str, change: fn(&mut Vec<&str>, usize, usize), chance: &mut Chance) -> String {
    let mut lines: Vec<&str> = text.split('\n').collect();
    let (a, b) = (chance.below(lines.len()), chance.below(lines.len()));
    change(&mut lines, a, b);
    lines.join("\n")
}

/// A place in a text where a character begins.
fn place(text: &str, chance: &mut Chance) -> usize {
    text.floor_char_boundary(chance.below(text.len() + 1))
}

fn with_token(text: &str, chance: &mut Chance) -> String {
    let (before, after) = text.split_at(place(text, chance));
    format!("{before}{}{after}", chance.one_of(TOKENS))
}

fn without_part(text: &str, chance: &mut Chance) -> String {
    let from = place(text, chance);
    let to = text.floor_char_boundary((from + chance.below(40)).min(text.len()));
    format!("{}{}", &text[..from], &text[to.max(from)..])
}

fn with_other_number(text: &str, chance: &mut Chance) -> String {
    let digit = |i: &usize| text.as_bytes()[*i].is_ascii_digit();
    let starts: Vec<usize> = (0..text.len()).filter(|i| digit(i) && (*i == 0 || !digit(&(i - 1)))).collect();
    let Some(&start) = starts.get(chance.below(starts.len())) else { return text.to_owned() };
    let length = text[start..].find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len() - start);
    format!("{}{}{}", &text[..start], chance.one_of(NUMBERS), &text[start + length..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_damage_again() {
        let text = "instr 1\nk1 = 440 * \u{3c0}\nout oscili(.5, k1)\nendin\n";
        let mutants: Vec<String> = (0..200).map(|seed| mutant(text, seed)).collect();
        assert!(mutants.iter().filter(|m| *m != text).count() > 180);
        assert_eq!(mutants, (0..200).map(|seed| mutant(text, seed)).collect::<Vec<_>>());
        assert!((0..100).all(|seed| mutant("", seed).len() < 200));
    }
}
