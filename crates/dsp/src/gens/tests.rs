//! Every routine against tables that the reference made (`reference.txt`, binary values through
//! `ftsave`), and all of them against nonsense.

use super::*;

/// Texts that GEN23 and GEN28 read in the reference run.
const TEXTS: [(&str, &str); 4] = [
    ("a.txt", "1 2 3.5 -4\n"),
    ("b.txt", "; note\n1,2 # more 5\n3e1 -4.5;6\n <x 3>\n7"),
    ("m.txt", "<MATRIX size=3>\n1 2\n2 1 .5\n3 3 4\n</MATRIX>\n"),
    ("c.txt", "0 0 1\n0.02 .5 -1\n.05 1 1\n"),
];

struct World {
    tables: Tables,
    random: Mt19937,
}

impl World {
    fn new() -> Self {
        Self { tables: Tables::default(), random: Mt19937::new(3) }
    }

    fn run(&mut self, request: &Request<'_>) -> Result<Generated, GenError> {
        let World { tables, random } = self;
        generate(request, &mut Context { tables, random, sr: 44100.0, max_points: 1 << 20 })
    }
}

fn number(word: &str) -> f64 {
    word.parse().unwrap_or_else(|_| panic!("{word} is no number"))
}

fn statement<'a>(size: &str, which: &'a str, args: &'a [f64], text: Option<&'a str>) -> Request<'a> {
    let which = which.parse().map_or(Which::Name(which), Which::Number);
    Request { text: text.map(str::as_bytes), ..Request::new(which, number(size), args) }
}

/// Whether two points agree to a few roundings of the greatest one: the reference's compiler
/// reassociates sums and products.
fn agree(got: f64, want: f64, greatest: f64) -> bool {
    got == want || got.is_nan() && want.is_nan() || (got - want).abs() <= 4e-15 * greatest
}

#[test]
fn tables_equal_the_reference() {
    let mut world = World::new();
    let mut next = None;
    let mut statement_line = "";
    let mut failures = Vec::new();
    let mut compared = 0;
    for line in include_str!("reference.txt").lines().filter(|l| !l.starts_with('#')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if words[0] == "=" {
            let n: u32 = statement_line.split_whitespace().nth(1).expect("a number").parse().expect("one");
            let want: Vec<f64> = words[2..].iter().map(|w| number(w)).collect();
            let table = world.tables.get(f64::from(n)).unwrap_or_else(|| panic!("{statement_line}: none"));
            let greatest = want.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
            let same = want.len() == table.data.len()
                && want.iter().zip(&table.data).all(|(w, g)| agree(*g, *w, greatest));
            compared += 1;
            if !same || words[1] != table.len.to_string() {
                failures.push(format!("{statement_line}\n  got  {:?}\n  want {want:?}", table.data));
            }
            continue;
        }
        statement_line = line;
        let n: u32 = words[1].parse().expect("a table number");
        if words[0] == "next" {
            world.tables.insert(n, next.take().expect("a second table"));
            continue;
        }
        let text = TEXTS.iter().find(|(name, _)| words.get(4) == Some(name)).map(|(_, text)| *text);
        let args: Vec<f64> =
            words[4..].iter().map(|w| if text.is_some() { 0.0 } else { number(w) }).collect();
        let made = world.run(&statement(words[2], words[3], &args, text));
        let made = made.unwrap_or_else(|e| panic!("{line}: {e}"));
        world.tables.insert(n, made.table);
        next = made.next;
    }
    assert!(compared > 300, "only {compared} tables compared");
    assert!(failures.is_empty(), "{} tables differ:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn no_arguments_do_harm() {
    let mut world = World::new();
    let source = world.run(&Request::new(Which::Number(10), 16.0, &[1.0, 0.5])).expect("a table");
    world.tables.insert(1, source.table);
    let strange = [0.0, 1.0, -1.0, 0.4, 3.0, 1e300, -1e300, f64::NAN, f64::INFINITY];
    let mut g = orchestrion_base::random::Rand31::default();
    let sizes = [0.0, 1.0, 2.0, 3.0, 8.0, 9.0, 10.0, -8.0, -1.0, 1e9, f64::NAN];
    let sound = Sound { samples: vec![0.5; 7], channels: 2, sr: 8000.0, ..Sound::default() };
    let analysis = Analysis { data: vec![1.0; 20], fft_size: 4, channels: 2 };
    let mut made = 0;
    for round in 0..20_000 {
        let pick = |x: f64, n: usize| (x * n as f64) as usize % n;
        let which = if round % 8 == 0 {
            Which::Name(NAMES[pick(g.unit(), NAMES.len())])
        } else {
            Which::Number(pick(g.unit(), 112) as i32 - 56)
        };
        let count = pick(g.unit(), 12);
        let args: Vec<f64> = (0..count)
            .map(|_| {
                let x = g.unit();
                if x < 0.5 { strange[pick(g.unit(), strange.len())] } else { (x * 16.0).round() - 8.0 }
            })
            .collect();
        let size = sizes[pick(g.unit(), sizes.len())];
        let mut request = Request::new(which, size, &args);
        request.sound = Some(&sound);
        request.text = Some(b"1 e 2 -;\n<");
        request.analysis = Some(&analysis);
        if let Ok(done) = world.run(&request) {
            assert_eq!(done.table.data.len(), done.table.len + 1, "{which:?} {size} {args:?}");
            made += 1;
        }
    }
    assert!(made > 500, "only {made} requests gave tables");
}

#[test]
fn errors_name_the_limit() {
    let mut world = World::new();
    let e = world.run(&Request::new(Which::Number(10), 1e9, &[1.0])).expect_err("too large");
    let text = "limit table-points reached: 1000000000 points are more than the 1048576 of a table";
    assert!(e.to_string().starts_with(text), "{e}");
    let e = world.run(&Request::new(Which::Number(10), 0.0, &[1.0])).expect_err("no size");
    assert_eq!(e, GenError::NeedsSize);
    let e = world.run(&Request::new(Which::Name("nope"), 8.0, &[1.0])).expect_err("no routine");
    assert_eq!(e.to_string(), "there is no GEN routine \"nope\"");
    let e = world.run(&Request::new(Which::Number(30), 8.0, &[77.0, 1.0, 2.0])).expect_err("no table");
    assert_eq!(e, GenError::NoTable(77.0));
}

#[test]
fn sounds_fill_tables() {
    // Two channels of five frames; expectations from the reference with a file of these samples.
    let samples = vec![3.0, -0.1, 6.0, -0.2, 9.0, -0.3, 12.0, -0.4, 15.0, -0.5];
    let sound = Sound { samples, channels: 2, sr: 8000.0, ..Sound::default() };
    let run = |gen_number: i32, size: f64, channel: f64| {
        let args = [0.0, 0.0, 0.0, channel];
        let mut request = Request::new(Which::Number(gen_number), size, &args);
        request.sound = Some(&sound);
        World::new().run(&request).expect("a table").table
    };
    let all = run(1, 0.0, 0.0);
    assert_eq!((all.len, all.channels, all.frames, all.sr), (11, 2, 5, 8000.0));
    assert_eq!((all.data[0], all.data[8], all.data[10], all.data[11]), (0.2, 1.0, 0.0, 0.2));
    assert_eq!(run(-1, 0.0, 2.0).data, [-0.1, -0.2, -0.3, -0.4, -0.5, -0.1]);
    assert_eq!(run(1, 8.0, 0.0).frames, 4);
    assert_eq!(run(-1, 9.0, 1.0).data, [3.0, 6.0, 9.0, 12.0, 15.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(run(-1, 4.0, 1.0).data, [3.0, 6.0, 9.0, 12.0, 3.0]);
    assert_eq!(run(-1, 5.0, 1.0).data, [3.0, 6.0, 9.0, 12.0, 15.0]);
    assert_eq!(run(-1, -7.0, 1.0).data, [3.0, 6.0, 9.0, 12.0, 15.0, 0.0, 0.0, 0.0]);
}

#[test]
fn analyses_are_averaged() {
    // Two frames of two channels, transform size 4: three bins.
    let frame = |a: f32| [a, 100.0, 2.0 * a, 200.0, 3.0 * a, 300.0];
    let data: Vec<f32> = [1.0, 10.0, 3.0, 30.0].into_iter().flat_map(frame).collect();
    let analysis = Analysis { data, fft_size: 4, channels: 2 };
    let run = |channel: f64| {
        let args = [0.0, channel];
        let mut request = Request::new(Which::Number(-43), 4.0, &args);
        request.analysis = Some(&analysis);
        World::new().run(&request).map(|g| g.table.data)
    };
    assert_eq!(run(2.0), Ok(vec![20.0, 40.0, 60.0, 0.0, 20.0]));
    assert_eq!(run(0.0), Ok(vec![5.5, 11.0, 16.5, 0.0, 5.5]));
    assert!(run(3.0).is_err());
}

#[test]
fn bezier_curves_pass_through_their_points() {
    let mut world = World::new();
    let args = [1.0, 2.0, 0.0, 8.0, 0.5, 10.0, 4.0, 16.0, -1.0];
    let table = world.run(&Request::new(Which::Name("quadbezier"), 17.0, &args)).expect("a table").table;
    assert_eq!((table.data[0], table.data[8], table.data[16]), (1.0, 0.5, -1.0));
    assert!(table.data[1] < 1.0 && table.data[9] > 0.5);
}
