//! Renders of the reference kept in a folder: a rerun then costs only ours.
//!
//! `NAME.wav` holds what was rendered, `NAME.end` how the render ended, the seconds it took and the
//! telling line of its log.

use super::process::{self, End, Rendered};
use std::fs;
use std::path::{Path, PathBuf};

/// The render of the piece `name` in a folder of sound files that need no `NAME.end`.
pub fn in_folder(renders: &Path, name: &str) -> Rendered {
    let path = renders.join(name).with_extension("wav");
    read(&path).unwrap_or_else(|| {
        let sound = process::sound(&path);
        let end = End::Status(if sound.is_some() { 0 } else { 1 });
        Rendered { end, seconds: 0.0, sound, telling: format!("{}: no such render", path.display()) }
    })
}

/// The kept render of the piece `name`; if there is none, that of `render`, which writes `out` and is
/// kept from now on.
pub fn or_new(
    renders: &Path,
    name: &str,
    out: &Path,
    render: impl FnOnce() -> Rendered,
) -> Result<Rendered, String> {
    let path = renders.join(name).with_extension("wav");
    if let Some(rendered) = read(&path) {
        return Ok(rendered);
    }
    let rendered = render();
    keep(&path, out, &rendered).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(rendered)
}

fn note(path: &Path) -> PathBuf {
    path.with_extension("end")
}

fn read(path: &Path) -> Option<Rendered> {
    let text = fs::read_to_string(note(path)).ok()?;
    let mut lines = text.lines();
    let end = End::from_text(lines.next()?)?;
    let seconds = lines.next()?.parse().ok()?;
    let telling = lines.next().unwrap_or_default().to_owned();
    let sound = process::sound(path).filter(|_| !matches!(end, End::Crash(_)));
    Some(Rendered { end, seconds, sound, telling })
}

fn keep(path: &Path, out: &Path, rendered: &Rendered) -> std::io::Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(Path::new("")))?;
    if out.exists() {
        fs::copy(out, path)?;
    }
    fs::write(note(path), format!("{}\n{}\n{}\n", rendered.end, rendered.seconds, rendered.telling))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_render_is_made_once() {
        let folder = std::env::temp_dir().join(format!("orchestrion-kept-{}", std::process::id()));
        let rendered = || Rendered {
            end: End::Status(1),
            seconds: 0.5,
            sound: None,
            telling: "error: no such opcode".into(),
        };
        let out = folder.join("none.wav");
        let first = or_new(&folder, "a/piece.csd", &out, rendered).map(|r| r.telling);
        let again = or_new(&folder, "a/piece.csd", &out, || panic!("it is kept")).map(|r| r.telling);
        let _ = fs::remove_dir_all(&folder);
        assert_eq!((first, again), (Ok(rendered().telling), Ok(rendered().telling)));
        assert_eq!(in_folder(&folder, "b.csd").end, End::Status(1));
    }
}
