//! What the tasks that take times share: their options and the middle of what they measure.

use std::path::PathBuf;

/// How a task that takes times is run.
pub struct Options {
    /// Which of its subjects: those whose name contains one of these, all without any.
    pub names: Vec<String>,
    /// How often each is measured, at least once.
    pub runs: usize,
    /// The profile that ours is built with.
    pub profile: String,
    /// A file for the results, of a task that has a flag for one.
    pub file: Option<PathBuf>,
}

impl Options {
    /// Reads a task's words. `file` is its flag for a file of results, if it has one.
    ///
    /// # Errors
    /// A flag without a good value.
    pub fn parse(words: &[String], runs: usize, file: Option<&str>) -> Result<Self, String> {
        let mut options = Self { names: Vec::new(), runs, profile: "release".into(), file: None };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word.as_str() {
                "--runs" => options.runs = value()?.parse().map_err(|_| "--runs needs a number")?,
                "--profile" => options.profile.clone_from(value()?),
                flag if Some(flag) == file => options.file = Some(value()?.into()),
                name => options.names.push(name.to_owned()),
            }
        }
        options.runs = options.runs.max(1);
        Ok(options)
    }
}

/// The median.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    (values[(values.len() - 1) / 2] + values[values.len() / 2]) / 2.0
}
