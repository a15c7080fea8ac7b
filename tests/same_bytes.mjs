// Renders pieces with the WebAssembly module and prints digests of what is heard and said, for `cargo xtask same-bytes`:
//
//     node tests/same_bytes.mjs MODULE JOB
//
// JOB is a file of JSON: `flags`, `files` (name and bytes) and `pieces` (documents). Each piece gets a line: the digest
// of the samples, then of the messages.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Orchestrion } from "../crates/wasm/render.mjs";

const [bytes, job] = process.argv.slice(2).map((name) => readFileSync(name));
const { flags, files, pieces } = JSON.parse(job);
const module = await WebAssembly.compile(bytes);
const digest = (data) => createHash("sha256").update(new Uint8Array(data.buffer)).digest("hex");

// As `Heard::told` of the other side: where notes fail, or put out what is not finite, the order of lines does not count.
const told = (messages) => {
  const text = Buffer.from(messages);
  if (!text.includes("PERF ERROR") && !text.includes("no finite numbers")) return messages;
  const lines = text.toString("latin1").split("\n").sort();
  return new Uint8Array(Buffer.from(lines.join("\n"), "latin1"));
};

for (const piece of pieces) {
  try {
    const orchestrion = await Orchestrion.start(module);
    files.forEach(([name, content]) => orchestrion.addFile(name, new Uint8Array(content)));
    const { samples, messages } = orchestrion.render(piece, flags);
    console.log(samples ? `${digest(samples)} ${digest(told(messages))}` : `no-sound ${Buffer.from(messages).toString().replaceAll("\n", " ")}`);
  } catch (error) {
    console.log(`trapped ${error}`);
  }
}
