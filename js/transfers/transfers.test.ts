import { afterEach, expect, test } from 'vitest';
import { setLanguage } from '../shared/language';
import { button, type Shown, settled, show } from '../shared/testing';
import { mount } from './index';
import type { Job, Plan, TransfersModel } from './model';

let shown: Shown<TransfersModel> | undefined;
afterEach(() => {
  shown?.end();
  setLanguage('en');
});

function job(changes: Partial<Job> = {}): Job {
  return {
    id: 'j1',
    kind: 'pull',
    repo_id: 'acme-ml/ticket-router',
    repo_type: 'model',
    revision: 'main',
    state: 'running',
    files_total: 1000,
    files_done: 3,
    bytes_total: 2_310_000_000,
    bytes_done: 1_420_000_000,
    bytes_moved: 1_420_000_000,
    bytes_skipped: 0,
    bytes_hashed: 0,
    speed_bytes_per_s: 38_200_000,
    eta_s: 24,
    elapsed_s: 60,
    ended_at: null,
    error: null,
    note: null,
    commit: null,
    commit_url: null,
    verified: false,
    place: 0,
    undo: false,
    retry: false,
    ...changes,
  };
}

const PLAN: Plan = {
  repo_id: 'acme-ml/ticket-router',
  revision: 'main',
  message: 'Add adapter',
  as_pr: false,
  phase: 'ready',
  head: '9f3c2ab',
  travels: 312_000_000,
  bytes: 4_200_000_000,
  same_bytes: 3_100_000_000,
  counts: { added: 1, changed: 1, removed: 0, same: 9, ignored: 0 },
  files: [
    {
      path: 'model-00002-of-00003.safetensors',
      change: 'changed',
      size: 1_000_000_000,
      travels: 250_800_000,
      tensors: 98,
      tensors_changed: 12,
      tensor_names: ['encoder.0'],
    },
  ],
  hidden: 0,
  problem: null,
};

function view(changes: Partial<TransfersModel> = {}): Shown<TransfersModel> {
  shown = show<TransfersModel>(mount, {
    core: '',
    bundle: '',
    sid: 's1',
    active: [],
    ended: [],
    more: 0,
    totals: { bytes_total: 0, bytes_done: 0, speed_bytes_per_s: 0, eta_s: null, sent: 0, fetched: 0 },
    files: {},
    unfinished: [],
    limit: null,
    plan: null,
    endpoint: { host: 'hub.test', local: false, offline: false, token_page: null },
    ...changes,
  });
  return shown;
}

test('a running pull shows its numbers, and Pause says so until it is true', async () => {
  const { root, model } = view({ active: [job()] });
  expect(root.textContent).toContain('1.42 of 2.31\u00a0GB');
  expect(root.textContent).toContain('24\u00a0s left');
  button(root, 'Pause').click();
  await settled();
  expect(model.sent.at(-1)).toMatchObject({ method: 'pause', params: { transfer_id: 'j1' } });
  expect(root.textContent).toContain('Pausing…');
  model.reply({ result: null });
  model.update({ active: [job({ state: 'paused' })] });
  await settled();
  expect(root.textContent).toContain('Paused');
});

test('cancelling a push that has sent bytes asks first, and the focus is on going on', async () => {
  const { root, model } = view({ active: [job({ kind: 'push' })] });
  button(root, 'Cancel').click();
  await settled();
  expect(model.sent).toEqual([]);
  const question = root.querySelector('[role="alertdialog"]');
  expect(question?.textContent).toContain('1.42\u00a0GB are sent');
  expect(root.activeElement?.textContent).toBe('Keep going');
  button(root, 'Cancel push').click();
  expect(model.sent.at(-1)?.method).toBe('cancel');
});

test('of a thousand files only the rows that can be seen are asked for and drawn', async () => {
  const { root, model } = view({ active: [job()] });
  button(root, 'Show the files of acme-ml/ticket-router').click();
  await settled();
  expect(model.sent.at(-1)).toMatchObject({ method: 'show_files', params: { start: 0, count: 40 } });
  const rows = Array.from({ length: 40 }, (_, index) => ({
    path: `f${index}.bin`,
    size: 10,
    done: 0,
    state: 'waiting' as const,
  }));
  model.update({ files: { j1: { start: 0, rows } } });
  await settled();
  expect(root.querySelectorAll('.tx-files li')).toHaveLength(40);
  expect(root.querySelector<HTMLElement>('.tx-files ul')?.style.blockSize).toBe('26000px');
  button(root, 'Hide the files of acme-ml/ticket-router').click();
  await settled();
  expect(model.sent.at(-1)?.params).toMatchObject({ count: 0 });
});

test('keys on a row pause, unfold and move', async () => {
  const { root, model } = view({ active: [job(), job({ id: 'j2', repo_id: 'me/other' })] });
  const rows = root.querySelectorAll<HTMLElement>('[data-row]');
  rows[0]?.focus();
  const press = (key: string) =>
    root.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  press(' ');
  expect(model.sent.at(-1)).toMatchObject({ method: 'pause', params: { transfer_id: 'j1' } });
  press('ArrowDown');
  await settled();
  expect(root.activeElement).toBe(rows[1]);
  expect([...rows].map((row) => row.tabIndex)).toEqual([-1, 0]);
  press('ArrowRight');
  await settled();
  expect(model.sent.at(-1)?.method).toBe('show_files');
});

test('a failed job says why and offers to try again', async () => {
  const error = 'The connection broke three times. Nothing was committed; main is as it was.';
  const { root, model } = view({ ended: [job({ state: 'failed', error, retry: true })] });
  expect(root.querySelector('[role="alert"] strong')?.textContent).toBe('The connection broke three times.');
  button(root, 'Retry').click();
  expect(model.sent.at(-1)?.method).toBe('retry');
});

test('the plan’s button says how much it sends', async () => {
  const { root, model } = view({ plan: PLAN });
  expect(root.textContent).toContain('12 of 98 tensors');
  expect(root.textContent).toContain('9 files are the same on the Hub');
  expect(root.querySelectorAll('.hn-btn.primary')).toHaveLength(1);
  button(root, 'As pull request').click();
  await settled();
  button(root, 'Push 312\u00a0MB').click();
  expect(model.sent.at(-1)).toMatchObject({
    method: 'push',
    params: { message: 'Add adapter', as_pr: true },
  });
});

test('what an earlier kernel left is offered to go on', async () => {
  const left = [{ id: 'u1', kind: 'pull' as const, repo_id: 'me/big', started_at: 1_760_000_000 }];
  const { root, model } = view({ unfinished: left });
  expect(root.textContent).toContain('An earlier kernel left 1 transfer unfinished');
  button(root, 'Go on').click();
  expect(model.sent.at(-1)).toMatchObject({ method: 'go_on', params: { left_id: 'u1' } });
});

test('a change of language is drawn at once, by its own plural rules', async () => {
  const { root } = view({ active: [job(), job({ id: 'j2' })] });
  for (const [name, words] of [
    ['de', '2 laufen'],
    ['fr', '2 en cours'],
    ['zh', '2 个进行中'],
    ['en', '2 running'],
  ] as const) {
    setLanguage(name);
    await settled();
    expect(root.textContent).toContain(words);
  }
});

test('a name of a stranger is never markup', () => {
  const { root } = view({
    active: [job({ repo_id: 'x/<img src=x onerror=alert(1)>', note: '<b>bold</b>' })],
  });
  expect(root.querySelector('img, .tx-id p b b')).toBeNull();
});
