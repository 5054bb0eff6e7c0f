// Every call of the JavaScript client that needs a Hub, with the result the Hub must give.
// Usage: every_call.mjs HUB_MODULE ENDPOINT TOKEN PREFIX
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [module, hubUrl, accessToken, prefix] = process.argv.slice(2);
const hub = await import(module);
const mine = { hubUrl, accessToken };
const name = `alice/${prefix}-js`;

async function all(items) {
  const found = [];
  for await (const item of items) found.push(item);
  return found;
}

async function refused(status, promise) {
  await assert.rejects(promise, (error) => error.statusCode === status);
}

const text = async (blob) => await blob?.text();
const large = new Uint8Array(300_000).map((_, index) => index * 7);

const who = await hub.whoAmI(mine);
assert.deepEqual([who.name, who.type, who.auth.accessToken.role], ["alice", "user", "write"]);
await refused(401, hub.whoAmI({ hubUrl, accessToken: "hf_wrong" }));

for (const type of ["model", "dataset", "space"]) {
  const repo = { type, name };
  const made = await hub.createRepo({ ...mine, repo, license: "mit", ...(type === "space" ? { sdk: "static" } : {}) });
  assert.match(made.repoUrl, new RegExp(`${name}$`));
  await refused(409, hub.createRepo({ ...mine, repo, ...(type === "space" ? { sdk: "static" } : {}) }));
  assert.equal(await hub.repoExists({ ...mine, repo }), true);
  await hub.checkRepoAccess({ ...mine, repo });

  const first = await hub.uploadFile({ ...mine, repo, file: { path: "a.txt", content: new Blob(["one"]) } });
  assert.match(first.commit.url, new RegExp(`${name}/commit/[0-9a-f]{40}$`));
  const done = await hub.commit({
    ...mine,
    repo,
    title: "Many",
    description: "why",
    operations: [
      { operation: "addOrUpdate", path: "deep/w.safetensors", content: new Blob([large]) },
      { operation: "addOrUpdate", path: "d/ü c.txt", content: new Blob(["odd"]) },
      { operation: "addOrUpdate", path: "b.txt", content: new Blob(["two"]) },
    ],
  });
  await hub.deleteFiles({ ...mine, repo, paths: ["b.txt"] });
  const files = await all(hub.listFiles({ ...mine, repo, recursive: true, expand: true }));
  const paths = files.filter((file) => file.type === "file").map((file) => file.path);
  assert.deepEqual(paths, [".gitattributes", "README.md", "a.txt", "d/ü c.txt", "deep/w.safetensors"].sort());
  const weights = files.find((file) => file.path === "deep/w.safetensors");
  assert.deepEqual([weights.size, weights.lfs.size, weights.lastCommit.title], [300_000, 300_000, "Many"]);

  assert.equal(await text(await hub.downloadFile({ ...mine, repo, path: "d/ü c.txt" })), "odd");
  const blob = await hub.downloadFile({ ...mine, repo, path: "deep/w.safetensors" });
  assert.deepEqual(new Uint8Array(await blob.arrayBuffer()), large);
  const slice = await hub.downloadFile({ ...mine, repo, path: "deep/w.safetensors" });
  assert.deepEqual(new Uint8Array(await slice.slice(1000, 1016).arrayBuffer()), large.slice(1000, 1016));
  const facts = await hub.fileDownloadInfo({ ...mine, repo, path: "deep/w.safetensors" });
  assert.equal(facts.size, 300_000);
  assert.equal(await hub.fileExists({ ...mine, repo, path: "a.txt" }), true);
  assert.equal(await hub.fileExists({ ...mine, repo, path: "z.txt" }), false);
  assert.equal(await hub.downloadFile({ ...mine, repo, path: "z.txt" }), null);
  const known = await hub.pathsInfo({ ...mine, repo, paths: ["a.txt", "deep", "z"], expand: true });
  assert.deepEqual(known.map((item) => item.path), ["a.txt", "deep"]);

  await hub.createBranch({ ...mine, repo, branch: "dev" });
  await hub.uploadFile({ ...mine, repo, branch: "dev", file: { path: "dev.txt", content: new Blob(["dev"]) } });
  assert.equal(await hub.fileExists({ ...mine, repo, path: "dev.txt" }), false);
  assert.equal(await text(await hub.downloadFile({ ...mine, repo, path: "dev.txt", revision: "dev" })), "dev");
  await hub.deleteBranch({ ...mine, repo, branch: "dev" });
  const commits = await all(hub.listCommits({ ...mine, repo, batchSize: 2 }));
  assert.equal(commits.length, await hub.countCommits({ ...mine, repo }));
  assert.equal(commits.at(-1).title, "initial commit");
  assert.ok(commits.some((item) => item.oid === done.commit.oid && item.message === "why"));

  const proposed = await hub.commit({
    ...mine,
    repo,
    title: "Propose",
    isPullRequest: true,
    operations: [{ operation: "addOrUpdate", path: "pr.txt", content: new Blob(["pr"]) }],
  });
  assert.match(proposed.pullRequestUrl, /discussions\/1$/);
  assert.equal(await text(await hub.downloadFile({ ...mine, repo, path: "pr.txt", revision: "refs/pr/1" })), "pr");
}

const model = { type: "model", name };
const folder = mkdtempSync(join(tmpdir(), "hub-js-"));
const snapshot = await hub.snapshotDownload({ ...mine, repo: model, cacheDir: folder });
assert.deepEqual(new Uint8Array(await readFile(join(snapshot, "deep", "w.safetensors"))), large);
const info = await hub.modelInfo({ ...mine, name, additionalFields: ["tags", "sha"] });
assert.ok(info.tags.includes("license:mit"));
const listed = await all(hub.listModels({ ...mine, search: { owner: "alice", query: `${prefix}-js` }, limit: 5 }));
assert.deepEqual(listed.map((item) => item.name), [name]);
assert.equal((await all(hub.listDatasets({ ...mine, search: { query: `${prefix}-js` } }))).length, 1);
assert.equal((await all(hub.listSpaces({ ...mine, search: { query: `${prefix}-js` } }))).length, 1);
assert.equal((await hub.spaceInfo({ ...mine, name })).sdk, "static");
assert.equal((await hub.datasetInfo({ ...mine, name })).private, false);

const header = JSON.stringify({ w: { dtype: "F32", shape: [2, 3], data_offsets: [0, 24] } });
const tensors = new Blob([new BigUint64Array([BigInt(header.length)]), header, new Uint8Array(24)]);
await hub.uploadFile({ ...mine, repo: model, file: { path: "model.safetensors", content: tensors } });
const parsed = await hub.parseSafetensorsMetadata({ ...mine, repo: model, computeParametersCount: true });
assert.deepEqual(parsed.parameterCount, { F32: 6 });

// A person logs in to an app: the client asks, a browser (here: fetch) shows the page and allows, the client redeems.
const kept = {};
const asking = await hub.oauthLoginUrl({
  hubUrl,
  clientId: "my-app",
  redirectUrl: "http://localhost:3000/back",
  scopes: "openid profile read-repos",
  state: "mine",
  localStorage: kept,
});
const form = (fields) => ({ method: "POST", body: new URLSearchParams(fields), redirect: "manual" });
const entered = await fetch(`${hubUrl}/login`, form({ token: accessToken }));
const headers = { cookie: entered.headers.get("set-cookie").split(";")[0] };
const page = await (await fetch(asking, { headers })).text();
const hidden = [...page.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)];
const fields = Object.fromEntries(hidden.map(([, key, value]) => [key, value.replaceAll("&quot;", '"')]));
const allowed = await fetch(`${hubUrl}/oauth/authorize`, { ...form({ ...fields, decision: "allow" }), headers });
const login = await hub.oauthHandleRedirect({
  hubUrl,
  redirectedUrl: allowed.headers.get("location"),
  nonce: kept.nonce,
  codeVerifier: kept.codeVerifier,
});
assert.deepEqual(
  [login.userInfo.preferred_username, login.scope, login.state],
  ["alice", "openid profile read-repos", "mine"],
);
assert.equal((await hub.whoAmI({ hubUrl, accessToken: login.accessToken })).name, "alice");

const collection = await hub.createCollection({
  ...mine,
  collection: { title: `JS ${prefix}`, namespace: "alice", private: false },
});
assert.equal((await all(hub.listCollections({ ...mine, search: { owner: ["alice"] } }))).length > 0, true);
await hub.deleteCollection({ ...mine, slug: collection.slug });
for (const type of ["dataset", "space"]) await hub.deleteRepo({ ...mine, repo: { type, name } });
assert.equal(await hub.repoExists({ ...mine, repo: { type: "dataset", name } }), false);
console.log(JSON.stringify({ repo: name }));
