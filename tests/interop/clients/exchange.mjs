// Write one file as this client does, or read the whole repository and say what was read.
// Usage: exchange.mjs write|read REPO NAME HUB_MODULE ENDPOINT TOKEN
import { createHash } from "node:crypto";

const [task, repo, name, module, hubUrl, accessToken] = process.argv.slice(2);
const hub = await import(module);
const mine = { hubUrl, accessToken, repo };
if (task === "write") {
  await hub.uploadFiles({
    ...mine,
    files: [
      { path: `from/${name}.bin`, content: new Blob([name.repeat(100_000)]) },
      { path: `from/${name}.txt`, content: new Blob([name]) },
    ],
  });
  console.log("{}");
} else {
  const read = {};
  for await (const file of hub.listFiles({ ...mine, path: "from" })) {
    const bytes = await (await hub.downloadFile({ ...mine, path: file.path })).arrayBuffer();
    read[file.path.slice(5)] = createHash("sha256").update(Buffer.from(bytes)).digest("hex");
  }
  console.log(JSON.stringify(read));
}
