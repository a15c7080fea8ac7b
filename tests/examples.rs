//! The examples of the folder `examples` run, and check what they render.

macro_rules! examples {
    ($($name:ident = $path:literal;)*) => {
        $(
            #[path = $path]
            mod $name;
        )*

        $(#[test]
        fn $name() {
            $name::main().unwrap_or_else(|e| panic!("{e}"));
        })*
    };
}

examples! {
    schedule = "../examples/schedule.rs";
    unschedule = "../examples/unschedule.rs";
    pitch = "../examples/pitch.rs";
    query = "../examples/query.rs";
    channel = "../examples/channel.rs";
    sample = "../examples/sample.rs";
    automate = "../examples/automate.rs";
    buses = "../examples/buses.rs";
    three_lines = "../examples/three_lines.rs";
    watched = "../examples/watched.rs";
}

#[path = "../examples/vco.rs"]
#[allow(dead_code, reason = "its main writes files")]
mod vco;

#[test]
fn the_chord_of_example_1_glides_and_fades() {
    let engine = vco::render(None).unwrap_or_else(|e| panic!("{e}"));
    let samples = engine.samples();
    // 8 s of notes and 5 more, in whole k-cycles; channel 2 is silent.
    assert_eq!(samples.len(), 2 * 573_312);
    assert!(samples.iter().skip(1).step_by(2).all(|x| *x == 0.0));
    let left: Vec<f64> = samples.iter().step_by(2).copied().collect();
    let level = |second: usize| {
        let part = &left[second * 44100..(second + 1) * 44100];
        (part.iter().map(|x| x * x).sum::<f64>() / part.len() as f64).sqrt()
    };
    assert!(level(6) > 0.05, "{}", level(6));
    // The longest fade, 4.465 s, ends at 12.465 s.
    let last = left.iter().rposition(|x| *x != 0.0).unwrap_or(0) as f64 / 44100.0;
    assert!((last - 12.465).abs() < 0.01, "{last}");
}
