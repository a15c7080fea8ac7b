//! An engine's history as a piece that csound renders to the same sound.
//!
//! What the engine does by itself becomes instruments with low numbers ([`helpers.orc`](HELPERS)). A p-field that is set
//! or automated while its note plays becomes a point of a table of that note: a line at the top of the instrument
//! copies it into the p-field each k-cycle (`vtabk` writes to its arguments, p-fields included; measured on csound
//! 6.18.1), so the instrument's own text stays as it is.

mod assets;
mod buses;
mod orchestra;
mod plan;
mod score;

pub use assets::Asset;
pub(super) use orchestra::quoted;

use super::{EngineError, OfflineEngine};
use crate::host;

/// Instruments that do what the engine does by itself.
const HELPERS: &str = include_str!("helpers.orc");

/// A piece: its document and the files it reads.
#[derive(Clone, Debug, PartialEq)]
pub struct Csd {
    /// The document.
    pub text: String,
    /// Files that it names, relative to where it stands.
    pub assets: Vec<Asset>,
}

impl OfflineEngine {
    /// The history as a piece for csound: code, events, automations, tables, channels, and the end marker. Its files
    /// lie in the folder `piece.assets`. Works before, between and after renders, and after the engine was stopped.
    ///
    /// # Errors
    /// A sound file that belongs to the piece cannot be read.
    #[doc(alias = "generateCsd")]
    pub fn generate_csd(&self) -> Result<Csd, EngineError> {
        self.csd("piece.assets")
    }

    /// Writes the piece of [`OfflineEngine::generate_csd`] to a file, and what it needs to a folder beside that, named
    /// like it with `.assets` instead of `.csd`. Sound files are copied there.
    ///
    /// # Errors
    /// A file cannot be read or written.
    pub fn write(&self, path: &str) -> Result<(), EngineError> {
        let stem = path.strip_suffix(".csd").unwrap_or(path);
        let folder = format!("{stem}.assets");
        let bare = folder.rsplit(['/', '\\']).next().unwrap_or(&folder);
        let csd = self.csd(bare)?;
        if !csd.assets.is_empty() {
            self.host.create_folder(&folder)?;
        }
        for asset in &csd.assets {
            let name = asset.path.strip_prefix(bare).unwrap_or(&asset.path);
            host::write(&*self.host, &format!("{folder}{name}"), &asset.bytes)?;
        }
        Ok(host::write(&*self.host, path, csd.text.as_bytes())?)
    }

    fn csd(&self, folder: &str) -> Result<Csd, EngineError> {
        let mut assets = assets::Assets::new(folder);
        let plan = plan::Plan::new(self);
        let score = score::lines(self, &plan, &mut assets)?;
        let orchestra = orchestra::text(self, &plan);
        let options = self.option_lines();
        let text = format!(
            "<CsoundSynthesizer>\n<CsOptions>\n{options}</CsOptions>\n<CsInstruments>\n{orchestra}</CsInstruments>\n\
             <CsScore>\n{score}</CsScore>\n</CsoundSynthesizer>\n"
        );
        Ok(Csd { text, assets: assets.into_files() })
    }

    fn option_lines(&self) -> String {
        let p = &self.parameters;
        let mut lines: Vec<&str> = p.options.iter().map(String::as_str).collect();
        lines.push("-d");
        if p.sample_accurate && !lines.contains(&"--sample-accurate") {
            lines.push("--sample-accurate");
        }
        match p.encoding.as_str() {
            "pcm24" => lines.push("--format=24bit"),
            "pcm32" => lines.push("--format=long"),
            "float32" => lines.push("--format=float"),
            "float64" => lines.push("--format=double"),
            _ => {}
        }
        lines.iter().map(|line| format!("{line}\n")).collect()
    }
}
