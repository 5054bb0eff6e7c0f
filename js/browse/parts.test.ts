import { expect, test } from 'vitest';
import { pythonCode, type Wanted } from './code';
import { readDiff } from './diff';
import { filtersOf, withFilter, wordsOf } from './query';
import { type Tensor, tensorTree } from './tensors';

const layer = (number: number): Tensor[] => [
  [`encoder.layer.${number}.query.weight`, 'F32', [4, 4]],
  [`encoder.layer.${number}.query.bias`, 'F32', [4]],
];

test('equal layers are told once, and the others counted', () => {
  const [encoder] = tensorTree([0, 1, 2, 3, 4, 5].flatMap(layer));
  expect(encoder?.name).toBe('encoder.layer');
  expect(encoder?.parameters).toBe(120);
  expect(encoder?.children.map(({ name, like }) => [name, like])).toEqual([
    ['0', null],
    ['1 … 5', { count: 5, name: '0' }],
  ]);
  expect(encoder?.children[0]?.children[0]).toMatchObject({
    name: 'query',
    shape: 'weight, bias',
    dtype: 'F32',
  });
});

test('a layer that differs stands by itself', () => {
  const tensors = [0, 1, 2, 3].flatMap(layer);
  tensors.push(['encoder.layer.2.extra', 'F16', [1]]);
  const [encoder] = tensorTree(tensors);
  expect(encoder?.children.map(({ name }) => name)).toEqual(['0', '1', '2', '3']);
});

test('a single tensor keeps its whole name, and a tensor may have parts below it', () => {
  const [word, a] = tensorTree([
    ['emb.word.weight', 'F32', [3, 4]],
    ['a', 'I64', []],
    ['a.b', 'F32', [2]],
  ]);
  expect(word).toMatchObject({ name: 'emb.word.weight', shape: '3 × 4', parameters: 12 });
  expect(a).toMatchObject({ name: 'a', shape: '1', parameters: 3 });
});

test('filters stand in the text, and are put there and taken away', () => {
  const text = 'ticket routing task:text-classification';
  expect(filtersOf(text)).toEqual({ task: 'text-classification' });
  expect(withFilter(text, 'task', 'text-generation')).toBe('ticket routing task:text-generation');
  expect(withFilter(text, 'task', null)).toBe('ticket routing');
  expect(withFilter('', 'tag', 'two words')).toBe('tag:"two words"');
  expect(wordsOf('a http://x license:mit b')).toBe('a http://x b');
});

const WANTED: Wanted = {
  repoId: 'me/x',
  kind: 'model',
  revision: 'main',
  commit: 'a'.repeat(40),
  pinned: true,
  paths: [],
  cut: false,
  library: 'hubnb',
};

test('code is pinned to the commit, and gets the chosen files', () => {
  const code = pythonCode({ ...WANTED, paths: ['config.json', 'weird[1]*.bin'] });
  expect(code).toContain(`revision="${'a'.repeat(40)}",  # main today`);
  expect(code).toContain('"weird[[]1][*].bin"');
  expect(pythonCode({ ...WANTED, pinned: false })).not.toContain('revision');
  expect(pythonCode({ ...WANTED, paths: ['config.json'] })).toContain('hf_hub_download(');
  expect(pythonCode({ ...WANTED, kind: 'dataset' })).toContain('repo_type="dataset"');
});

test('a hostile name stays inside its quotes and its comment', () => {
  const code = pythonCode({
    ...WANTED,
    revision: 'x\nimport os; os.remove("a")',
    paths: ['a",); import os\n#\u2028', 'b\\'],
  });
  const lines = code.split('\n');
  expect(lines.filter((line) => line.startsWith('import'))).toEqual([]);
  expect(code).toContain('"a\\",); import os\\n#\\u2028"');
  expect(code).toContain('"b\\\\"');
});

test('a diff is taken apart file by file', () => {
  const files = readDiff(
    [
      'diff --git a/config.json b/config.json',
      '--- a/config.json',
      '+++ b/config.json',
      '@@ -1,2 +1,2 @@',
      ' same',
      '-old',
      '--- a list item that was removed',
      '+new',
      '+++ added line that looks like a head',
      'diff --git a/x.bin b/x.bin',
      'Binary files differ',
    ].join('\n'),
  );
  expect(files.map(({ path, added, removed }) => [path, added, removed])).toEqual([
    ['config.json', 2, 2],
    ['x.bin', 0, 0],
  ]);
});
