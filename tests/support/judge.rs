//! Does a render agree with its reference.

use crate::printed;
use crate::render::Outcome;
use crate::store::Entry;
use orchestrion::conform::{Grade, compare};

/// The disagreements of `ours` with `reference`, none if it passes; `require` is for the samples.
pub fn disagreements(reference: &Entry, ours: &Outcome, require: Grade) -> Vec<String> {
    let mut found = Vec::new();
    if ours.crashed {
        found.push(format!("crashed or did not end: {}", last_line(&ours.log)));
    } else if !reference.crashed {
        found.extend(status(reference, ours));
        // What did not compile in either has printed nothing but messages.
        let both_refused = ours.status == 1 && reference.status != 0 && reference.sound.is_none();
        if !both_refused {
            let theirs = printed::lines(&reference.printed.join("\n"));
            found.extend(printed_lines(&theirs, &ours.printed));
        }
        found.extend(sound(reference, ours, require));
    }
    found
}

/// Statuses agree if both are 0 or neither is: ours tells kinds of failure apart, the reference counts
/// errors. What `exitnow` asks for is not an error count and has to agree.
fn status(reference: &Entry, ours: &Outcome) -> Option<String> {
    ((reference.status == 0) != (ours.status == 0)).then(|| {
        format!(
            "exit status {}, the reference's is {}: {}",
            ours.status,
            reference.status,
            last_line(&ours.log)
        )
    })
}

fn last_line(log: &str) -> &str {
    let error = log.lines().find(|line| line.starts_with("error"));
    error.or_else(|| log.lines().rfind(|line| !line.trim().is_empty())).unwrap_or("(it said nothing)")
}

fn printed_lines(reference: &[String], ours: &[String]) -> Option<String> {
    let differs = |(r, o): (&String, &String)| !printed::agree(r, o);
    if let Some(at) = reference.iter().zip(ours).position(differs) {
        return Some(format!(
            "printed line {}: `{}`, the reference's is `{}`",
            at + 1,
            ours[at],
            reference[at]
        ));
    }
    match (reference.get(ours.len()), ours.get(reference.len())) {
        (Some(missing), _) => Some(format!("printed {} lines, then misses `{missing}`", ours.len())),
        (_, Some(extra)) => Some(format!("printed all lines, then also `{extra}`")),
        _ => None,
    }
}

fn sound(reference: &Entry, ours: &Outcome, require: Grade) -> Option<String> {
    let theirs = reference.sound.as_ref()?;
    let Some(mine) = &ours.sound else {
        return (!theirs.samples.is_empty()).then(|| "rendered nothing".to_owned());
    };
    let verdict = compare(theirs, mine);
    if verdict.grade <= require && verdict.lengths.is_none() {
        return None;
    }
    let mut text = format!("grade {}, {require} is required", verdict.label());
    if let Some(why) = verdict.mismatch {
        text += &format!(": {why}");
    }
    if let Some((theirs, mine)) = verdict.lengths {
        text += &format!(": {mine} frames, the reference has {theirs}");
    }
    if let Some(first) = verdict.first {
        text += &format!(
            "; first differs at frame {} channel {}: {} for {}; by {:.3e} at most, peak {}",
            first.frame, first.channel, first.ours, first.reference, verdict.max_difference, verdict.peak
        );
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use orchestrion::conform::Sound;

    fn reference() -> Entry {
        Entry {
            name: "x".into(),
            source: String::new(),
            status: 0,
            crashed: false,
            printed: vec!["a 1".into(), "b".into()],
            sound: Some(Sound { rate: 10.0, channels: 1, samples: vec![0.0, 1.0] }),
        }
    }

    fn ours() -> Outcome {
        let Entry { printed, sound, .. } = reference();
        Outcome { printed, sound, ..Outcome::default() }
    }

    #[test]
    fn equal_renders_agree_and_each_difference_is_named() {
        let none: [&str; 0] = [];
        assert_eq!(disagreements(&reference(), &ours(), Grade::A), none);
        let text = |change: fn(&mut Outcome)| {
            let mut outcome = ours();
            change(&mut outcome);
            disagreements(&reference(), &outcome, Grade::A).join("\n")
        };
        assert!(text(|o| o.status = 1).contains("exit status 1"));
        assert!(text(|o| o.crashed = true).contains("crashed"));
        assert!(text(|o| o.printed[1] = "c".into()).contains("printed line 2: `c`"));
        assert!(text(|o| o.printed.truncate(1)).contains("misses `b`"));
        assert!(text(|o| o.printed.push("z".into())).contains("also `z`"));
        assert!(text(|o| o.sound = None).contains("rendered nothing"));
        assert!(
            text(|o| o.sound.as_mut().unwrap().samples[1] = 0.5).contains("frame 1 channel 0: 0.5 for 1")
        );
    }

    #[test]
    fn where_the_reference_crashed_an_orderly_end_agrees() {
        let crashed = Entry { crashed: true, status: 1, ..reference() };
        assert!(disagreements(&crashed, &Outcome::default(), Grade::A).is_empty());
        let hung = Outcome { crashed: true, ..Outcome::default() };
        assert!(!disagreements(&crashed, &hung, Grade::A).is_empty());
    }
}
