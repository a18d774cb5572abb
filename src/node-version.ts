/** Stops with one line on a Node.js that is too old, before anything else is loaded that would fail with a riddle. */
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`torioki: needs Node.js 22.18 or later, this is ${process.versions.node}\n`);
  process.exit(1);
}
