import { afterEach, beforeEach, expect, test } from 'vitest';
import { LANGUAGES, language, setLanguage } from './language';
import { everyCatalogue, type Message, words } from './words';

beforeEach(() => setLanguage('en'));
afterEach(() => setLanguage(''));

const say = words(
  { pulled: 'Pulled {name}', files: { one: '{count} file of {name}', other: '{count} files of {name}' } },
  {
    fr: {
      pulled: '{name} récupéré',
      files: { one: '{count} fichier de {name}', other: '{count} fichiers de {name}' },
    },
    de: {
      pulled: '{name} geholt',
      files: { one: '{count} Datei von {name}', other: '{count} Dateien von {name}' },
    },
    zh: { pulled: '已拉取 {name}', files: { other: '{name} 的 {count} 个文件' } },
  },
);

test('a sentence keeps its own order in each language', () => {
  expect(
    LANGUAGES.map((name) => {
      setLanguage(name);
      return say('pulled', { name: 'acme/x' });
    }),
  ).toEqual(['Pulled acme/x', 'acme/x récupéré', 'acme/x geholt', '已拉取 acme/x']);
});

test.each([
  ['en', 0, '0 files of x'],
  ['fr', 0, '0 fichier de x'],
  ['fr', 1, '1 fichier de x'],
  ['de', 1, '1 Datei von x'],
  ['de', 12_000, '12.000 Dateien von x'],
  ['zh', 1, 'x 的 1 个文件'],
] as const)('%s counts %i by its own rules', (name, count, text) => {
  setLanguage(name);
  expect(say('files', { count, name: 'x' })).toBe(text);
});

test('what a stranger puts into a place is not looked into for places', () => {
  expect(say('pulled', { name: '{name} {count}' })).toBe('Pulled {name} {count}');
});

test('a name that is no language of ours means the browser’s', () => {
  setLanguage('tlh');
  expect(language()).toBe('en');
  setLanguage('de-AT');
  expect(language()).toBe('de');
});

interface Globbing {
  glob(pattern: string): Record<string, () => Promise<unknown>>;
}

const places = (message: Message): string[] =>
  [...new Set((typeof message === 'string' ? message : message.other).match(/\{\w+\}/g))].sort();

test('every panel says the same things in every language', async () => {
  await Promise.all(
    Object.values((import.meta as unknown as Globbing).glob('../*/*words.ts')).map((load) => load()),
  );
  const all = [...everyCatalogue];
  expect(all.length).toBeGreaterThan(1);
  for (const { en, ...others } of all) {
    for (const [id, message] of Object.entries(en)) {
      for (const [name, catalogue] of Object.entries(others)) {
        const translated = catalogue[id];
        if (translated === undefined) throw new Error(`${name} has no ${id}`);
        expect({ name, id, places: places(translated) }).toEqual({ name, id, places: places(message) });
      }
    }
  }
});
