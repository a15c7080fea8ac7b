//! From options to the sink that serves them.

use super::{AudioSink, NullSink, SoundError, SoundSpec, condition, open, open_stream};
use crate::options::{Container, Options, Output};
use orchestrion_base::host::Host;

/// Where the sound goes if nothing is said; names measured on the reference.
pub fn default_name(container: Container) -> &'static str {
    match container {
        Container::Wav | Container::WavEx | Container::Rf64 => "test.wav",
        Container::Aiff => "test.aif",
        Container::Flac => "test.flac",
        Container::Au => "test.au",
        Container::Raw => "test",
    }
}

/// The sink for `options.output`, with limiter and dither. `expected` is the number of frames if it
/// is known. For [`Output::Memory`] nothing is kept here: the caller taps the samples it hands over.
pub fn output(
    host: &dyn Host,
    options: &Options,
    sr: f64,
    channels: u32,
    expected: Option<u64>,
) -> Result<Box<dyn AudioSink>, SoundError> {
    let spec = SoundSpec { sr, channels, container: options.container, format: options.format };
    let sink = match &options.output {
        Some(Output::Null | Output::Memory) => return Ok(Box::new(NullSink)),
        Some(Output::File(name)) => open(host, name, spec, expected)?,
        None => open(host, default_name(options.container), spec, expected)?,
        Some(Output::Stdout) => {
            let stream = host
                .stdout()
                .ok_or_else(|| SoundError::Unsupported("there is no standard output here".to_string()))?;
            open_stream(stream, spec, expected)?
        }
    };
    Ok(condition(sink, options.format, options.limiter, options.dither))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::MemoryHost;

    #[test]
    fn options_choose_name_and_kind() {
        let host = MemoryHost::default();
        let write = |options: &Options| {
            let mut sink = output(&host, options, 1000.0, 1, Some(4)).unwrap();
            sink.write(&[0.0; 4]).unwrap();
            sink.finish().unwrap();
        };
        write(&Options::default());
        write(&Options { container: Container::Aiff, ..Options::default() });
        write(&Options {
            output: Some(Output::File("x".into())),
            container: Container::Raw,
            ..Options::default()
        });
        write(&Options { output: Some(Output::Null), ..Options::default() });
        assert_eq!(host.names(), ["test.aif", "test.wav", "x"]);
        assert_eq!(host.get("x").unwrap().len(), 8);
        let stdout = Options { output: Some(Output::Stdout), ..Options::default() };
        assert!(output(&host, &stdout, 1000.0, 1, None).is_err());
    }
}
