import { afterEach, expect, test } from 'vitest';
import { button, type Shown, settled, show } from '../shared/testing';
import { mount } from './index';
import type { CacheModel, Repo } from './model';

let shown: Shown<CacheModel> | undefined;
afterEach(() => shown?.end());

const OLD = 'a'.repeat(40);
const NEW = 'b'.repeat(40);

function repo(changes: Partial<Repo> = {}): Repo {
  return {
    key: 'model/me/two',
    id: 'me/two',
    type: 'model',
    size: 4_000_000_000,
    files: 3,
    used: Date.now() / 1000 - 3 * 86_400,
    pinned: false,
    in_use: false,
    unfinished: 0,
    damaged: 0,
    revisions: [
      { commit: NEW, refs: ['main'], size: 3_100_000_000, frees: 3_000_000_000, files: 2, modified: 1 },
      { commit: OLD, refs: [], size: 1_000_000_000, frees: 900_000_000, files: 2, modified: 0 },
    ],
    ...changes,
  };
}

function view(changes: Partial<CacheModel> = {}): Shown<CacheModel> {
  const repos = changes.repos ?? [repo()];
  shown = show<CacheModel>(mount, {
    core: '',
    bundle: '',
    sid: 's1',
    totals: { size: 4e9, repos: repos.length, folder: '~/hub', free: 1.2e11, unfinished: 0, warnings: 0 },
    phase: 'ready',
    checking: null,
    damaged: [],
    result: null,
    ...changes,
    repos,
  });
  return shown;
}

test('a chosen revision says what it frees, and its deletion asks with the focus on keeping', async () => {
  const { root, model } = view();
  button(root, 'Revisions of me/two').click();
  await settled();
  expect(root.textContent).toContain('frees 900\u00a0MB');
  root.querySelector<HTMLInputElement>(`input[aria-label="Choose revision ${OLD.slice(0, 7)}"]`)?.click();
  await settled();
  button(root, 'Delete, free 900\u00a0MB…').click();
  await settled();
  expect(model.sent.at(-1)).toMatchObject({ method: 'plan', params: { commits: [OLD] } });
  const row = { key: 'model/me/two', id: 'me/two', commits: [OLD], names: ['aaaaaaa'], stays: ['main'] };
  model.reply({ result: { frees: 9e8, shared: 1e8, rows: [{ ...row, frees: 9e8, only_copy: false }] } });
  await settled();
  expect(root.querySelector('[role="alertdialog"]')?.textContent).toContain('aaaaaaa; main stays');
  expect(root.activeElement?.textContent).toBe('Keep everything');
  button(root, 'Delete, free 900\u00a0MB').click();
  expect(model.sent.at(-1)).toMatchObject({ method: 'delete', params: { commits: [OLD] } });
});

test('an only copy goes only with an extra tick', async () => {
  const { root, model } = view();
  root.querySelector<HTMLInputElement>('input[aria-label="Choose me/two"]')?.click();
  await settled();
  button(root, 'Delete, free 4.00\u00a0GB…').click();
  await settled();
  const row = { key: 'model/me/two', id: 'me/two', commits: [OLD, NEW], names: ['main'], stays: [] };
  model.reply({ result: { frees: 4e9, shared: 0, rows: [{ ...row, frees: 4e9, only_copy: true }] } });
  await settled();
  expect(button(root, 'Delete, free 0\u00a0B').getAttribute('aria-disabled')).toBe('true');
  root.querySelector<HTMLInputElement>('[role="alertdialog"] input')?.click();
  await settled();
  button(root, 'Delete, free 4.00\u00a0GB').click();
  expect(model.sent.at(-1)?.method).toBe('delete');
});

test('what this kernel uses can’t be chosen', () => {
  const { root } = view({ repos: [repo({ in_use: true })] });
  expect(root.textContent).toContain('In use by this kernel');
  expect(root.querySelector<HTMLInputElement>('input[aria-label="Choose me/two"]')?.disabled).toBe(true);
});

test('keys choose, pin, verify and unfold', async () => {
  const { root, model } = view();
  const row = root.querySelector<HTMLElement>('[data-row]');
  row?.focus();
  const press = (key: string) =>
    root.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  press('p');
  expect(model.sent.at(-1)).toMatchObject({ method: 'pin', params: { key: 'model/me/two', pinned: true } });
  press('v');
  expect(model.sent.at(-1)).toMatchObject({ method: 'verify', params: { keys: ['model/me/two'] } });
  press('ArrowRight');
  await settled();
  expect(root.querySelectorAll('tr.rev')).toHaveLength(2);
  press(' ');
  await settled();
  expect(root.textContent).toContain('2 revisions chosen');
});

test('a check shows how far it is, can be stopped, and names what is damaged', async () => {
  const checking = {
    files_total: 212,
    files_done: 148,
    bytes_total: 100,
    bytes_done: 70,
    speed_bytes_per_s: 1.9e9,
  };
  const { root, model } = view({ phase: 'verifying', checking });
  expect(root.textContent).toContain('148 of 212 files, 1.90\u00a0GB/s');
  button(root, 'Stop').click();
  expect(model.sent.at(-1)?.method).toBe('stop');
  model.update({
    phase: 'ready',
    checking: null,
    damaged: [{ id: 'me/two', path: 'w.bin', size: 438e6 }],
    result: { kind: 'verified', files: 212, total: 212, damaged: 1, size: 1 },
  });
  await settled();
  expect(root.textContent).toContain('1 of 212 files is damaged');
  button(root, 'Fetch again, 438\u00a0MB').click();
  expect(model.sent.at(-1)?.method).toBe('fetch_again');
});

test('an empty cache says where files will be', () => {
  const { root } = view({
    repos: [],
    totals: { size: 0, repos: 0, folder: '~/hub', free: 1, unfinished: 0, warnings: 0 },
  });
  expect(root.textContent).toContain('The cache is empty');
  expect(root.textContent).toContain('~/hub');
});
