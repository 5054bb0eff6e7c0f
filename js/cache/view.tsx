import { useEffect, useState } from 'preact/hooks';
import { formatBytes, formatSpeed } from '../shared/format';
import { useAsking, useTrait } from '../shared/hooks';
import type { AnyModel } from '../shared/model';
import type { ViewProps } from '../shared/mount';
import { BusyPill, Button, Icon, Mark, Notice } from '../shared/parts';
import { type Problem, problemOf, request } from '../shared/request';
import { Confirm } from './confirm';
import { Disk } from './disk';
import type { CacheModel, Checking, Deletion, Repo, Result } from './model';
import { RepoTable } from './table';
import { say } from './words';

const ROOM = [1e9, 5e9, 20e9, 50e9, 100e9];

/** What takes the disk, and what can be done about it. */
export function CacheView({ model, signal }: ViewProps<CacheModel>) {
  const repos = useTrait(model, 'repos');
  const totals = useTrait(model, 'totals');
  const phase = useTrait(model, 'phase');
  const checking = useTrait(model, 'checking');
  const damaged = useTrait(model, 'damaged');
  const result = useTrait(model, 'result');
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<Set<string>>(new Set());
  const [plan, setPlan] = useState<Deletion | null>(null);
  const [trouble, setTrouble] = useState<Problem | null>(null);
  const { ask, problem, slow } = useAsking(model as AnyModel<never>, signal);
  const kernel = model as AnyModel<never>;

  // what is gone can't stay chosen
  useEffect(() => {
    const there = new Set(repos.flatMap((repo) => repo.revisions.map((one) => one.commit)));
    setChosen((old) =>
      [...old].every((one) => there.has(one)) ? old : new Set([...old].filter((one) => there.has(one))),
    );
  }, [repos]);

  const shown = repos.filter((repo) => repo.id.toLowerCase().includes(text.trim().toLowerCase()));
  const frees = estimate(repos, chosen);
  const commits = [...chosen];
  const step = async () => {
    if (commits.length === 0) return;
    setTrouble(null);
    try {
      setPlan(await request<Deletion>(kernel, 'plan', { commits }, signal));
    } catch (error) {
      if (!signal.aborted) setTrouble(problemOf(error));
    }
  };
  const makeRoom = async (size: number) => {
    setTrouble(null);
    try {
      const room = await request<{ commits: string[]; frees: number }>(kernel, 'make_room', { size }, signal);
      setChosen(new Set(room.commits));
      if (room.commits.length === 0) setTrouble({ title: say('no_room'), text: '' });
    } catch (error) {
      if (!signal.aborted) setTrouble(problemOf(error));
    }
  };
  const remove = async (going: string[]) => {
    if (!(await ask('delete', { commits: going }))) return;
    setPlan(null);
    setChosen(new Set());
  };
  const chosenKeys = repos
    .filter((repo) => repo.revisions.some((one) => chosen.has(one.commit)))
    .map((repo) => repo.key);
  const said = problem ?? trouble;

  return (
    <section class="hn" aria-label={say('region')} aria-busy={phase !== 'ready'}>
      <header class="hn-head">
        <Mark />
        <h2>{say('cache')}</h2>
        <div class="hn-head-end">
          {slow && <BusyPill />}
          <Button look="s quiet" icon="retry" onClick={() => void ask('scan')}>
            {say('look_again')}
          </Button>
        </div>
      </header>
      {said && <Notice kind="warn" flat title={said.title} paragraphs={said.text ? [said.text] : []} />}
      {totals === null && (
        <div class="hn-body hn-line" role="status">
          <span class="hn-spin" aria-hidden="true" />
          {say('scanning')}
        </div>
      )}
      {totals && (
        <div class="ca-top">
          <div class="ln">
            <b>{formatBytes(totals.size)}</b>
            <span class="hn-muted">{say('in_repos', { count: totals.repos })}</span>
            <bdi class="hn-mono hn-muted hn-trunc" dir="ltr">
              {totals.folder}
            </bdi>
            {totals.free !== null && (
              <span class="hn-muted hn-push">{say('free', { size: formatBytes(totals.free) })}</span>
            )}
          </div>
          {repos.length > 0 && <Disk repos={repos} totals={totals} chosen={chosen} />}
          {totals.warnings > 0 && <p class="hn-s hn-muted">{say('warnings', { count: totals.warnings })}</p>}
        </div>
      )}
      {phase === 'verifying' && <Progress checking={checking} onStop={() => void ask('stop')} />}
      {result && <Outcome result={result} />}
      {damaged[0] && phase === 'ready' && (
        <div class="hn-body">
          <Notice
            kind="warn"
            title={say('bad', { count: damaged.length, total: String(result?.total ?? damaged.length) })}
            paragraphs={[say('bad_why', { path: damaged[0].path, repo: damaged[0].id })]}
            details={damaged.map((one) => `${one.id}: ${one.path}`).join('\n')}
          >
            <Button look="s" icon="pull" onClick={() => void ask('fetch_again')}>
              {say('fetch_again', { size: formatBytes(damaged.reduce((sum, one) => sum + one.size, 0)) })}
            </Button>
          </Notice>
        </div>
      )}
      {totals && repos.length === 0 && (
        <div class="hn-empty">
          <Icon name="info" />
          <p class="hn-m" style="color:var(--hn-fg)">
            {say('empty')}
          </p>
          <p>{say('empty_why', { folder: totals.folder })}</p>
        </div>
      )}
      {plan ? (
        <Confirm
          plan={plan}
          working={phase === 'deleting'}
          onKeep={() => setPlan(null)}
          onDelete={(going) => void remove(going)}
        />
      ) : (
        repos.length > 0 && (
          <>
            <div class="hn-bar">
              <span class="hn-inwrap" style="flex:1 1 160px;max-width:260px;min-height:24px">
                <input
                  class="hn-s"
                  type="text"
                  placeholder={say('filter')}
                  aria-label={say('filter')}
                  value={text}
                  onInput={(event) => setText(event.currentTarget.value)}
                  onKeyDown={(event) => {
                    if (event.key !== 'Escape' || !text) return;
                    event.preventDefault();
                    setText('');
                  }}
                />
              </span>
              <span class="hn-push hn-line tight">
                <label class="ca-room hn-s">
                  <span class="hn-sr">{say('room')}</span>
                  <select
                    class="hn-select s"
                    value=""
                    onChange={(event) => {
                      const size = Number(event.currentTarget.value);
                      event.currentTarget.value = '';
                      if (size > 0) void makeRoom(size);
                    }}
                  >
                    <option value="">{say('room')}</option>
                    {ROOM.map((size) => (
                      <option key={size} value={size}>
                        {say('make_room', { size: formatBytes(size) })}
                      </option>
                    ))}
                  </select>
                </label>
                <Button
                  look="s"
                  icon="shield"
                  off={phase !== 'ready'}
                  onClick={() => void ask('verify', { keys: null })}
                >
                  {say('verify_all')}
                </Button>
                {totals !== null && totals.unfinished > 0 && (
                  <Button look="s" off={phase !== 'ready'} onClick={() => void ask('prune')}>
                    {say('prune', { size: formatBytes(totals.unfinished) })}
                  </Button>
                )}
              </span>
            </div>
            {shown.length > 0 ? (
              <RepoTable
                repos={shown}
                chosen={chosen}
                setChosen={setChosen}
                onPin={(repo) => void ask('pin', { key: repo.key, pinned: !repo.pinned })}
                onVerify={(repo) => void ask('verify', { keys: [repo.key] })}
                onDelete={() => void step()}
              />
            ) : (
              <div class="hn-empty">
                <p>{say('nothing_found', { text })}</p>
              </div>
            )}
            {chosen.size > 0 && (
              <footer class="hn-foot">
                <b class="hn-m">{say('chosen', { count: chosen.size })}</b>
                <span class="hn-muted">{say('will_free', { size: formatBytes(frees) })}</span>
                <button class="hn-lnk hn-s" type="button" onClick={() => setChosen(new Set())}>
                  {say('clear')}
                </button>
                <span class="hn-line hn-push">
                  <Button
                    icon="shield"
                    off={phase !== 'ready'}
                    onClick={() => void ask('verify', { keys: chosenKeys })}
                  >
                    {say('verify')}
                  </Button>
                  <Button look="danger-quiet" off={phase !== 'ready'} onClick={() => void step()}>
                    {say('delete_step', { size: formatBytes(frees) })}
                  </Button>
                </span>
              </footer>
            )}
          </>
        )
      )}
    </section>
  );
}

function Progress({ checking, onStop }: { checking: Checking | null; onStop: () => void }) {
  const percent =
    checking && checking.bytes_total > 0 ? (100 * checking.bytes_done) / checking.bytes_total : 0;
  return (
    <div class="hn-body hn-stack">
      <div class="hn-line hn-s">
        <span class="hn-spin" aria-hidden="true" />
        <b class="hn-m" role="status">
          {say('checking')}
        </b>
        {checking && (
          <span class="hn-muted">
            {say('checked', {
              done: checking.files_done,
              total: checking.files_total,
              speed: formatSpeed(checking.speed_bytes_per_s),
            })}
          </span>
        )}
        <span class="hn-push">
          <Button look="s" onClick={onStop}>
            {say('stop')}
          </Button>
        </span>
      </div>
      <span
        class="hn-prog"
        role="progressbar"
        aria-label={say('checking')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.floor(percent)}
      >
        <i style={`--p:${percent}%`} />
      </span>
    </div>
  );
}

function Outcome({ result }: { result: Result }) {
  const [title, text] = wordsOf(result);
  if (!title) return null;
  const good = result.kind !== 'problem' && result.kind !== 'stopped';
  return (
    <div class="hn-body">
      <div class={`hn-notice ${good ? 'ok' : 'warn'}`} role="status">
        <Icon name={good ? 'ok' : 'info'} />
        <strong>{title}</strong>
        {text && <p>{text}</p>}
      </div>
    </div>
  );
}

function wordsOf(result: Result): [string, string] {
  const size = formatBytes(result.size ?? 0);
  const now = say('cache_is_now', { size: formatBytes(result.left ?? 0) });
  switch (result.kind) {
    case 'freed':
      return [say('freed', { size }), now];
    case 'pruned':
      return [say('pruned', { size }), now];
    case 'verified':
      if ((result.damaged ?? 0) > 0) return ['', ''];
      return [say('verified', { count: result.files ?? 0 }), say('verified_why', { size })];
    case 'stopped':
      return [say('stopped', { done: result.files ?? 0, total: result.total ?? 0 }), say('stopped_why')];
    case 'fetched':
      return [say('fetched', { count: result.files ?? 0 }), ''];
    case 'problem':
      return [result.title ?? '', result.text ?? ''];
  }
}

/** What the chosen revisions free, as near as the rows tell; the exact figure comes with the plan. */
function estimate(repos: Repo[], chosen: Set<string>): number {
  return repos.reduce((sum, repo) => {
    const going = repo.revisions.filter((one) => chosen.has(one.commit));
    if (going.length > 0 && going.length === repo.revisions.length) return sum + repo.size;
    return sum + going.reduce((all, one) => all + one.frees, 0);
  }, 0);
}
