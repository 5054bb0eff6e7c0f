import { afterEach, expect, test } from 'vitest';
import { button, type Shown, settled, show } from '../shared/testing';
import { mount } from './index';
import type { FileRow, Job, ProgressModel, Totals } from './model';
import { announcement, facts, phaseWord } from './words';

const MB = 1_000_000;
const plain = (text: string | null | undefined) => (text ?? '').replaceAll('\u00a0', ' ');

function job(changes: Partial<Job> = {}): Job {
  return {
    id: '1',
    kind: 'pull',
    repo_id: 'acme-ml/ticket-router',
    revision: 'main',
    state: 'running',
    files_total: 3,
    files_done: 1,
    bytes_total: 100 * MB,
    bytes_done: 61 * MB,
    bytes_moved: 61 * MB,
    bytes_skipped: 0,
    bytes_hashed: 0,
    speed_bytes_per_s: 38.2 * MB,
    eta_s: 24,
    elapsed_s: 5,
    error: null,
    note: null,
    commit: null,
    commit_url: null,
    verified: false,
    files: [],
    ...changes,
  };
}

function totals(changes: Partial<Totals> = {}): Totals {
  return {
    jobs: 1,
    pulls: 1,
    active: 1,
    failed: 0,
    cancelled: 0,
    bytes_total: 100 * MB,
    bytes_done: 61 * MB,
    speed_bytes_per_s: 38.2 * MB,
    eta_s: 24,
    ...changes,
  };
}

let shown: Shown<ProgressModel> | undefined;

function view(jobs: Job[], sums: Partial<Totals> = {}): Shown<ProgressModel> {
  shown = show<ProgressModel>(mount, { core: '', bundle: '', sid: 's1', jobs, totals: totals(sums) });
  return shown;
}

afterEach(() => shown?.end());

test('a running pull says where it stands', () => {
  const { root } = view([job()]);
  expect(plain(root.querySelector('.info')?.textContent)).toBe('Downloading61 of 100 MB38.2 MB/s24 s left');
  expect(root.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow')).toBe('61');
});

test('an estimate is not shown before three seconds', () => {
  expect(facts(job({ elapsed_s: 2 })).join()).not.toContain('left');
});

test('the word turns at once when Cancel is pressed, and the kernel is asked', async () => {
  const { root, model } = view([job()]);
  button(root, 'Cancel').click();
  await settled();
  expect(root.querySelector('.info')?.textContent).toBe('Cancelling…');
  expect(model.sent.map((one) => [one.method, one.params])).toEqual([['cancel', { transfer_id: '1' }]]);
  model.reply({ result: null });
  model.update({ jobs: [job({ state: 'cancelled' })], totals: totals({ active: 0, cancelled: 1 }) });
  await settled();
  expect(root.querySelector('.info b')?.textContent).toBe('Cancelled');
  expect(root.querySelector('[role=progressbar]')).toBeNull();
});

test('a refused wish goes back to what is true and says why', async () => {
  const { root, model } = view([job()]);
  button(root, 'Pause').click();
  await settled();
  expect(root.querySelector('.info b')?.textContent).toBe('Pausing…');
  model.reply({ error: { title: 'This transfer has ended', text: 'There is nothing left to pause.' } });
  await settled();
  expect(root.querySelector('.info b')?.textContent).toBe('Downloading');
  expect(root.querySelector('.hn-notice')?.textContent).toContain('This transfer has ended');
});

test('a lost kernel is said on the click, and the row stays', async () => {
  const { root, model } = view([job()]);
  model.loseKernel();
  button(root, 'Cancel').click();
  await settled();
  expect(root.querySelector('.hn-notice')?.textContent).toContain('The kernel was restarted');
  expect(root.querySelector('.info b')?.textContent).toBe('Downloading');
});

test('a paused transfer offers to resume', async () => {
  const { root, model } = view([job({ state: 'paused' })]);
  button(root, 'Resume').click();
  await settled();
  expect(model.sent[0]?.method).toBe('resume');
});

test('a finished push shows its commit and what was verified', () => {
  const done = job({
    kind: 'push',
    state: 'done',
    commit: '9f3c2ab00000',
    commit_url: 'https://hub.test/acme-ml/ticket-router/commit/9f3c2ab',
    verified: true,
    bytes_skipped: 3100 * MB,
    bytes_moved: 2310 * MB,
    elapsed_s: 61,
  });
  const { root } = view([done], { active: 0, pulls: 0 });
  expect(plain(root.querySelector('.info')?.textContent)).toBe(
    'Pushed9f3c2ab2.31 GB in 1 minsha-256 verifiedskipped 3.10 GB',
  );
  expect(root.querySelector('a')?.href).toBe('https://hub.test/acme-ml/ticket-router/commit/9f3c2ab');
  expect(root.querySelector('a')?.rel).toContain('noopener');
});

test('an address that is not of the web becomes no link', () => {
  const { root } = view([job({ state: 'done', commit: '9f3c2ab', commit_url: 'javascript:alert(1)' })]);
  expect(root.querySelector('a')).toBeNull();
  expect(root.querySelector('.info')?.textContent).toContain('9f3c2ab');
});

test('words of strangers stay text', () => {
  const hostile = '<img src=x onerror="globalThis.ran = 1">';
  const files: FileRow[] = [{ path: hostile, size: 1, done: 0, state: 'failed' }];
  const { root } = view([job({ repo_id: hostile, state: 'failed', error: hostile, note: hostile, files })]);
  button(root, `Show the files of ${hostile}`).click();
  expect(root.querySelector('img')).toBeNull();
});

test('a failure says how far it came and why', () => {
  const { root } = view([
    job({ state: 'failed', error: 'The connection broke three times. Nothing was lost.' }),
  ]);
  expect(root.querySelector('.info b')?.textContent).toBe('Stopped at 61 %');
  const alert = root.querySelector('[role=alert]');
  expect(alert?.querySelector('strong')?.textContent).toBe('The connection broke three times.');
  expect(alert?.querySelector('p')?.textContent).toBe('Nothing was lost.');
});

test('several transfers share one line that unfolds', async () => {
  const jobs = [job(), job({ id: '2', repo_id: 'acme-ml/other' })];
  const { root, model } = view(jobs, {
    jobs: 3,
    pulls: 3,
    active: 2,
    bytes_total: 15_400 * MB,
    bytes_done: 12_000 * MB,
  });
  expect(plain(root.querySelector('.tx-mini')?.textContent)).toContain('3 downloads12.0 of 15.4 GB');
  expect(root.querySelectorAll('.tx-mini')).toHaveLength(1);
  expect(root.querySelector('.hn-sr[role=status]')?.textContent).toBe('3 downloads: 1 of 3 ended');
  button(root, 'Show the transfers').click();
  await settled();
  expect(root.querySelectorAll('.tx-mini')).toHaveLength(3);
  expect(root.querySelector('.tx-others')?.textContent).toBe('1 more, finished');
  button(root, 'Cancel all').click();
  await settled();
  expect(model.sent.map((one) => one.params.transfer_id)).toEqual(['1', '2']);
});

test('files unfold, and say how many are not shown', async () => {
  const files: FileRow[] = [
    { path: 'model.safetensors', size: 100 * MB, done: 42 * MB, state: 'running' },
    { path: 'config.json', size: 612, done: 612, state: 'done' },
  ];
  const { root } = view([job({ files, files_total: 7 })]);
  const unfold = button(root, 'Show the files of acme-ml/ticket-router');
  expect(unfold.getAttribute('aria-expanded')).toBe('false');
  unfold.click();
  await settled();
  const rows = [...root.querySelectorAll('.tx-files li')].map((row) => plain(row.textContent));
  expect(rows).toEqual(['model.safetensors42 of 100 MB42 %', 'config.json612 Bfetched', '5 more']);
});

test('the status line tells phases and quarters, not each tick', () => {
  expect(announcement(job({ bytes_done: 61 * MB }))).toBe('acme-ml/ticket-router: Downloading, 50 %');
  expect(announcement(job({ bytes_done: 62 * MB }))).toBe('acme-ml/ticket-router: Downloading, 50 %');
  expect(announcement(job({ bytes_done: 76 * MB }))).toContain('75 %');
  expect(announcement(job({ state: 'verifying' }))).toBe('acme-ml/ticket-router: Verifying');
});

test('a push that changed nothing says so, with the reason', () => {
  const same = job({ kind: 'push', state: 'done', bytes_moved: 0, note: 'nothing changed' });
  const { root } = view([same], { active: 0, pulls: 0 });
  expect(plain(root.querySelector('.info')?.textContent)).toBe('Nothing to push100 MB already on the Hub');
  expect(root.querySelector('.tx-note')?.textContent).toBe('nothing changed');
});

test('a pull that fetched nothing says so', () => {
  const cached = job({ state: 'done', bytes_moved: 0 });
  expect(phaseWord(cached, null)).toBe('From the cache');
  expect(plain(facts(cached)[0])).toBe('100 MB, nothing fetched');
});

test('nothing listens and nothing is left when the view ends', async () => {
  const styles = document.head.querySelectorAll('style').length;
  const { model, host, end } = view([job()]);
  await settled();
  expect(model.listenerCount).toBeGreaterThan(0);
  expect(document.head.querySelectorAll('style').length).toBe(styles + 1);
  end();
  await settled();
  expect(model.listenerCount).toBe(0);
  expect(host.isConnected).toBe(false);
  expect(document.head.querySelectorAll('style').length).toBe(styles);
});
