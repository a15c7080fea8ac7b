//! Orchestrion as a WebAssembly module with a plain C surface: a piece and its files go in, samples and messages come
//! out. `crates/wasm/render.mjs` is the other side of it for Node and browsers.
//!
//! What goes in is written to the place that [`orchestrion_input`] gives; what comes out is read where
//! [`orchestrion_samples`] and [`orchestrion_messages`] say. Both are addresses in the memory of the module, so that this
//! side needs no pointers of others. They hold until the next call.
#![expect(unsafe_code, reason = "exported names; tests/tidy.rs allows nothing else")]

mod session;

use session::Session;
use std::cell::RefCell;

thread_local! {
    static SESSION: RefCell<Session> = RefCell::default();
}

/// The place where the caller writes `bytes` bytes of input.
#[unsafe(no_mangle)]
pub extern "C" fn orchestrion_input(bytes: usize) -> usize {
    SESSION.with_borrow_mut(|session| session.make_room(bytes).as_mut_ptr() as usize)
}

/// Takes the input as a file that the piece may read: its name, which has `name` bytes, and its content.
#[unsafe(no_mangle)]
pub extern "C" fn orchestrion_file(name: usize) {
    SESSION.with_borrow_mut(|session| session.add_file(name));
}

/// Renders the input: flags as csound takes them, one a line, `flags` bytes in all, and the piece. Answers 1 if there
/// is sound, 0 if not.
#[unsafe(no_mangle)]
pub extern "C" fn orchestrion_render(flags: usize) -> usize {
    SESSION.with_borrow_mut(|session| usize::from(session.render(flags)))
}

/// Channels of the sound.
#[unsafe(no_mangle)]
pub extern "C" fn orchestrion_channels() -> usize {
    SESSION.with_borrow(Session::channels)
}

/// The address of the samples: numbers of 64 bits, interleaved, full scale 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn orchestrion_samples() -> usize {
    SESSION.with_borrow(|session| session.samples().as_ptr() as usize)
}

/// How many samples there are, of all channels together.
#[unsafe(no_mangle)]
pub extern "C" fn orchestrion_samples_length() -> usize {
    SESSION.with_borrow(|session| session.samples().len())
}

/// The address of what was said: bytes, mostly UTF-8.
#[unsafe(no_mangle)]
pub extern "C" fn orchestrion_messages() -> usize {
    SESSION.with_borrow(|session| session.messages().as_ptr() as usize)
}

/// The number of bytes that were said.
#[unsafe(no_mangle)]
pub extern "C" fn orchestrion_messages_length() -> usize {
    SESSION.with_borrow(|session| session.messages().len())
}
