// The other side of crates/wasm/src/lib.rs: renders pieces with the module, in Node and in browsers.
//
//     const orchestrion = await Orchestrion.start(await readFile("orchestrion_wasm.wasm"));
//     orchestrion.addFile("loop.wav", bytes);
//     const { samples, channels, messages } = orchestrion.render(piece, ["--end=2"]);

/** A running module. A call that traps leaves it unusable: start another one. */
export class Orchestrion {
  #exports;

  constructor(exports) {
    this.#exports = exports;
  }

  /** Starts a module, given as bytes or as a compiled `WebAssembly.Module`. */
  static async start(module) {
    const compiled = module instanceof WebAssembly.Module ? module : await WebAssembly.compile(module);
    return new Orchestrion((await WebAssembly.instantiate(compiled, {})).exports);
  }

  /** Gives the pieces a file that they may read. */
  addFile(name, bytes) {
    this.#exports.orchestrion_file(this.#put(new TextEncoder().encode(name), bytes));
  }

  /** Renders a piece with flags as csound takes them. `samples` is null if there is no sound; the messages say why. */
  render(piece, flags = []) {
    const encoder = new TextEncoder();
    const words = this.#put(encoder.encode(flags.join("\n")), encoder.encode(piece));
    const heard = this.#exports.orchestrion_render(words);
    const { orchestrion_samples, orchestrion_samples_length, orchestrion_channels } = this.#exports;
    const { orchestrion_messages, orchestrion_messages_length } = this.#exports;
    const { buffer } = this.#exports.memory;
    // Copies: the memory moves when it grows.
    const samples = new Float64Array(buffer, orchestrion_samples() >>> 0, orchestrion_samples_length()).slice();
    const messages = new Uint8Array(buffer, orchestrion_messages() >>> 0, orchestrion_messages_length()).slice();
    return { samples: heard ? samples : null, channels: orchestrion_channels(), messages };
  }

  /** Writes two parts of the input and answers with the length of the first. */
  #put(first, second) {
    const address = this.#exports.orchestrion_input(first.length + second.length) >>> 0;
    const place = new Uint8Array(this.#exports.memory.buffer, address, first.length + second.length);
    place.set(first);
    place.set(second, first.length);
    return first.length;
  }
}
