//! `orchestrion conform`.

use crate::args::{ConformArgs, MessageFormat};
use crate::exit::Exit;
use crate::report;
use orchestrion::base::diag::{Diagnostic, codes};
use orchestrion::base::source::{SourceMap, Span};

/// Renders pieces with both and grades them. TO THE LEAD: the runner is not connected; grading is
/// `orchestrion::conform`, rendering is [`crate::connect`].
pub fn run(args: &ConformArgs) -> Exit {
    let message =
        format!("{} pieces or folders named, but this build has no conformance runner", args.paths.len());
    let diagnostic = Diagnostic::error(codes::CSD_REFUSED, Span::NONE, message);
    report::print(&SourceMap::default(), &[diagnostic], MessageFormat::Text);
    Exit::Usage
}
