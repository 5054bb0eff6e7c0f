import { expect, test } from 'vitest';
import { CACHED, FileTree, LFS, matcherOf, readColumns } from './tree';

function treeOf(files: Record<string, number>, facts = 0): FileTree {
  const paths = Object.keys(files);
  return new FileTree({
    commit: 'c',
    whole: true,
    paths,
    sizes: new Float64Array(Object.values(files)),
    facts: new Uint8Array(paths.length).fill(facts),
  });
}

const rowsOf = (tree: FileTree, unfolded: number[] = []) => {
  const rows = tree.rows(new Set(unfolded));
  return rows.slice(0, rows.length);
};
const shown = (tree: FileTree, unfolded: number[] = []) =>
  [...rowsOf(tree, unfolded)].map(({ node, level }) => `${' '.repeat(level - 1)}${tree.names[node]}`);

const SAMPLE = { 'README.md': 1, 'onnx/model.onnx': 10, 'onnx/q/int8.onnx': 20, 'a.json': 5, 'zoo/x': 2 };

test('folders come first, then files by name, and hold the sum of what is in them', () => {
  const tree = treeOf(SAMPLE);
  expect(shown(tree)).toEqual(['onnx', 'zoo', 'README.md', 'a.json']);
  const onnx = tree.find('onnx') as number;
  expect([tree.sizes[onnx], tree.counts[onnx], tree.totalBytes]).toEqual([30, 2, 38]);
  expect(shown(tree, [onnx])).toEqual(['onnx', ' q', ' model.onnx', 'zoo', 'README.md', 'a.json']);
});

test('a row knows its place among its siblings', () => {
  const tree = treeOf(SAMPLE);
  const rows = rowsOf(tree, [tree.find('onnx') as number]);
  expect(rows.map((row) => [row.level, row.position, row.siblings])).toEqual([
    [1, 1, 4],
    [2, 1, 2],
    [2, 2, 2],
    [1, 2, 4],
    [1, 3, 4],
    [1, 4, 4],
  ]);
});

test.each([
  ['onnx', ['onnx', ' q', '  int8.onnx', ' model.onnx']],
  ['*.onnx', ['onnx', ' q', '  int8.onnx', ' model.onnx']],
  ['INT8', ['onnx', ' q', '  int8.onnx']],
  ['onnx/*.onnx', ['onnx', ' q', '  int8.onnx', ' model.onnx']],
  ['a.[jk]son', ['a.json']],
  ['read md', ['README.md']],
  ['nothing', []],
])('"%s" shows what matches and what leads there', (text, expected) => {
  const tree = treeOf(SAMPLE);
  tree.filter(matcherOf(text));
  expect(shown(tree)).toEqual(expected);
});

test.each(['[', '(', 'a[', '\\', '**', '?', '[]', '[!a]', '+.$^'])('"%s" is no reason to break', (text) => {
  const tree = treeOf(SAMPLE);
  expect(() => tree.filter(matcherOf(text))).not.toThrow();
});

test('a folder is chosen wholly, partly or not', () => {
  const tree = treeOf(SAMPLE);
  const [onnx, int8] = [tree.find('onnx') as number, tree.find('onnx/q/int8.onnx') as number];
  tree.setChosen(int8, true);
  expect([tree.tick(onnx), tree.tick(int8), tree.tick(0)]).toEqual(['mixed', 'on', 'mixed']);
  tree.setChosen(onnx, true);
  expect([tree.tick(onnx), tree.chosenTotals]).toEqual(['on', { files: 2, bytes: 30 }]);
  tree.setChosen(onnx, false);
  expect(tree.chosenPaths()).toEqual([]);
});

test('with a filter only what is shown is chosen', () => {
  const tree = treeOf(SAMPLE);
  tree.filter(matcherOf('int8'));
  tree.setChosen(0, true);
  expect(tree.chosenPaths()).toEqual(['onnx/q/int8.onnx']);
  expect(tree.allShownChosen(0)).toBe(true);
  tree.filter(null);
  expect(tree.allShownChosen(0)).toBe(false);
});

test('a choice survives its way through bits', () => {
  const files = Object.fromEntries(
    Array.from({ length: 20_000 }, (_, index) => [`d${index % 7}/f${index}`, 1]),
  );
  const [tree, other] = [treeOf(files), treeOf(files)];
  tree.setChosen(tree.find('d3') as number, true);
  other.readBits(tree.bits());
  expect(other.chosenPaths()).toEqual(tree.chosenPaths());
  other.readBits('AAAA');
  expect(other.chosenTotals.files).toBe(tree.chosenTotals.files);
});

test('the kernel’s message is read with whatever its paths hold', async () => {
  const paths = [
    'a b/c',
    'العربية.txt',
    '<img src=x onerror=alert(1)>',
    'line\nbreak',
    '__proto__',
    'constructor/x',
  ];
  const packed = new Response(
    new Blob([paths.join('\0')]).stream().pipeThrough(new CompressionStream('deflate')),
  );
  const bytes = await packed.arrayBuffer();
  const shifted = new Uint8Array(bytes.byteLength + 3);
  shifted.set(new Uint8Array(bytes), 3);
  const columns = await readColumns({
    result: { commit: 'c', count: paths.length, whole: true },
    buffers: [
      new DataView(shifted.buffer, 3, bytes.byteLength),
      new DataView(new Float64Array(paths.map((_, index) => index)).buffer),
      new DataView(new Uint8Array(paths.map(() => LFS | CACHED)).buffer),
    ],
  });
  const tree = new FileTree(columns);
  expect(columns.paths).toEqual(paths);
  expect(tree.totalBytes).toBe(15);
  expect(tree.find('__proto__')).not.toBeNull();
  expect(tree.rows(new Set()).length).toBe(6);
});

test('no files are no reason to break', async () => {
  const tree = treeOf({});
  expect([tree.rows(new Set()).length, tree.tick(0), tree.bits()]).toEqual([0, 'off', '']);
});
