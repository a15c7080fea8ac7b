//! What a module holds between two calls.

use orchestrion::host::MemoryHost;
use orchestrion::{Render, RenderError, Rendering};
use std::sync::Arc;

/// Files, the input that is being written, and the last render.
#[derive(Default)]
pub struct Session {
    files: MemoryHost,
    input: Vec<u8>,
    rendering: Rendering,
    messages: Vec<u8>,
}

impl Session {
    /// The place for input of this length.
    pub fn make_room(&mut self, bytes: usize) -> &mut [u8] {
        self.input.clear();
        self.input.resize(bytes, 0);
        &mut self.input
    }

    /// Takes the input as a file: a name of this many bytes and its content.
    pub fn add_file(&mut self, name: usize) {
        let (name, content) = self.input.split_at(name.min(self.input.len()));
        self.files.insert(String::from_utf8_lossy(name), content);
        self.input.clear();
    }

    /// Renders the input: flags of this many bytes, one a line, and the piece. False if that gave no sound.
    pub fn render(&mut self, flags: usize) -> bool {
        let (flags, piece) = self.input.split_at(flags.min(self.input.len()));
        let (flags, piece) = (String::from_utf8_lossy(flags), String::from_utf8_lossy(piece));
        let render = Render::new().host(Arc::new(self.files.clone()));
        let render = flags.lines().fold(render, |render, flag| render.option(flag));
        self.messages.clear();
        self.rendering = match render.text(&piece) {
            Ok(rendering) => rendering,
            Err(RenderError::Cancelled(rendering)) => *rendering,
            Err(error) => {
                self.rendering = Rendering::default();
                self.messages = error.to_string().into_bytes();
                return false;
            }
        };
        for message in &self.rendering.messages {
            self.messages.extend_from_slice(&message.text);
        }
        true
    }

    /// Channels of the last render.
    pub fn channels(&self) -> usize {
        self.rendering.channels
    }

    /// The samples of the last render, interleaved.
    pub fn samples(&self) -> &[f64] {
        &self.rendering.samples
    }

    /// What the last render said.
    pub fn messages(&self) -> &[u8] {
        &self.messages
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(session: &mut Session, text: &str) {
        session.make_room(text.len()).copy_from_slice(text.as_bytes());
    }

    #[test]
    fn a_piece_reads_files_and_is_heard() {
        let mut session = Session::default();
        put(&mut session, "numbers0.5 0.25");
        session.add_file("numbers".len());
        let piece = "0dbfs = 1\nnchnls = 2\nitable ftgen 1, 0, -2, -23, \"numbers\"\ninstr 1\n\
                     outs a(tab_i(0, 1)), a(tab_i(1, 1))\nprints \"playing\\n\"\nendin\nschedule 1, 0, 1\n";
        let flags = "--end=0.01\n--ksmps=1";
        put(&mut session, &format!("{flags}{piece}"));
        assert!(session.render(flags.len()), "{}", String::from_utf8_lossy(session.messages()));
        assert_eq!((session.channels(), session.samples().len()), (2, 882));
        assert_eq!(session.samples()[..2], [0.5, 0.25]);
        assert!(String::from_utf8_lossy(session.messages()).contains("playing"));

        put(&mut session, "instr 1\n  nonsense 1\nendin\n");
        assert!(!session.render(0));
        assert!(session.samples().is_empty());
        assert!(String::from_utf8_lossy(session.messages()).contains("nonsense"));
        put(&mut session, "x");
        assert!(!session.render(100) && session.messages().is_empty().eq(&false));
    }
}
