//! `orchestrion render --picture`: the sound is sketched while it is rendered, and drawn at the end.

use orchestrion::base::world::Header;
use orchestrion::host::{self, Host};
use orchestrion::options::Options;
use orchestrion::picture::{Picture, PictureFormat, Sketch};
use std::path::Path;

/// A picture in the making, and the file it goes to.
pub struct Drawing {
    name: String,
    picture: Picture,
    sketch: Sketch,
}

impl Drawing {
    /// The drawing that the options ask for.
    pub fn new(options: &Options, header: &Header) -> Option<Self> {
        let name = options.picture.clone()?;
        let format = PictureFormat::of_name(&name)?;
        let piece = options.files.first().and_then(|file| Path::new(file).file_name());
        let title = piece.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let picture = Picture { format, title, ..Picture::default() };
        Some(Self { name, picture, sketch: Sketch::new(header.nchnls, header.sr) })
    }

    /// Takes a block of sound, interleaved.
    pub fn block(&mut self, interleaved: &[f64]) {
        self.sketch.push(interleaved);
    }

    /// Writes the file.
    pub fn save(self, host: &dyn Host) -> Result<(), String> {
        let file = self.sketch.draw(&self.picture).map_err(|e| e.to_string())?;
        host::write(host, &self.name, &file).map_err(|e| e.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use orchestrion::host::MemoryHost;

    fn drawing(picture: &str) -> Option<Drawing> {
        let options = Options {
            picture: Some(picture.to_owned()),
            files: vec!["somewhere/bells.csd".to_owned()],
            ..Options::default()
        };
        Drawing::new(&options, &Header::default())
    }

    #[test]
    fn the_ending_chooses_the_format() {
        let host = MemoryHost::default();
        for (name, start) in [("a.png", &b"\x89PNG"[..]), ("b.svg", b"<svg")] {
            let mut drawing = drawing(name).unwrap();
            drawing.block(&[0.5, -0.5]);
            drawing.save(&host).unwrap();
            assert!(host.get(name).unwrap().starts_with(start), "{name}");
        }
        let svg = String::from_utf8(host.get("b.svg").unwrap().to_vec()).unwrap();
        assert!(svg.contains(">bells.csd<"), "the title is the piece's name without its folder");
        assert!(drawing("c.jpg").is_none());
        assert!(Drawing::new(&Options::default(), &Header::default()).is_none());
    }
}
