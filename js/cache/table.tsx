// biome-ignore-all lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose rows unfold is a treegrid
// biome-ignore-all lint/a11y/useSemanticElements: as above
import { useRef, useState } from 'preact/hooks';
import { formatBytes } from '../shared/format';
import { language } from '../shared/language';
import { IconButton, RepoId } from '../shared/parts';
import type { Repo, Revision } from './model';
import { PIN } from './pin';
import { say } from './words';

type SortKey = 'id' | 'size' | 'files' | 'revisions' | 'used';
const ROWS_AT_FIRST = 200;

interface TableProps {
  repos: Repo[];
  chosen: Set<string>;
  setChosen: (chosen: Set<string>) => void;
  onPin: (repo: Repo) => void;
  onVerify: (repo: Repo) => void;
  onDelete: () => void;
}

/** Repositories and, unfolded, their revisions; one Tab stop, arrows move. */
export function RepoTable({ repos, chosen, setChosen, onPin, onVerify, onDelete }: TableProps) {
  const [sort, setSort] = useState<{ key: SortKey; down: boolean }>({ key: 'size', down: true });
  const [open, setOpen] = useState<Set<string>>(new Set());
  const [focused, setFocused] = useState('');
  const [most, setMost] = useState(ROWS_AT_FIRST);
  const body = useRef<HTMLTableSectionElement>(null);
  const sorted = [...repos].sort(by(sort));
  const shown = sorted.slice(0, most);
  const rows = shown.flatMap((repo) => [
    { id: repo.key, repo, revision: null as Revision | null },
    ...(open.has(repo.key)
      ? repo.revisions.map((revision) => ({ id: `${repo.key}@${revision.commit}`, repo, revision }))
      : []),
  ]);
  const stop = rows.some((row) => row.id === focused) ? focused : rows[0]?.id;

  const choose = (commits: string[], on: boolean) => {
    const next = new Set(chosen);
    for (const commit of commits) {
      if (on) next.add(commit);
      else next.delete(commit);
    }
    setChosen(next);
  };
  const fold = (repo: Repo, unfold: boolean) => {
    const next = new Set(open);
    if (unfold) next.add(repo.key);
    else next.delete(repo.key);
    setOpen(next);
  };
  const focus = (id: string) => {
    setFocused(id);
    body.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`)?.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    const row = event.target as HTMLElement;
    if (!row.dataset.row || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = rows.findIndex((one) => one.id === row.dataset.row);
    const one = rows[at];
    if (!one) return;
    const { repo, revision } = one;
    const commits = revision ? [revision.commit] : repo.revisions.map(({ commit }) => commit);
    const to = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + 10,
      PageUp: at - 10,
      Home: 0,
      End: rows.length - 1,
    }[event.key];
    if (to !== undefined) {
      const next = rows[Math.min(rows.length - 1, Math.max(0, to))];
      if (next) focus(next.id);
    } else if (event.key === 'ArrowRight') fold(repo, true);
    else if (event.key === 'ArrowLeft') {
      if (revision) focus(repo.key);
      else fold(repo, false);
    } else if (event.key === ' ') {
      if (!repo.in_use) choose(commits, !commits.every((commit) => chosen.has(commit)));
    } else if (event.key === 'Delete') onDelete();
    else if (event.key === 'v') onVerify(repo);
    else if (event.key === 'p') onPin(repo);
    else return;
    event.preventDefault();
  };
  const free = shown
    .filter((repo) => !repo.in_use)
    .flatMap((repo) => repo.revisions.map(({ commit }) => commit));
  const head = (key: SortKey, label: string, look = '') => (
    <th
      class={look}
      scope="col"
      aria-sort={sort.key === key ? (sort.down ? 'descending' : 'ascending') : 'none'}
    >
      <button
        type="button"
        onClick={() => setSort({ key, down: sort.key === key ? !sort.down : key !== 'id' })}
      >
        {label}
        {sort.key === key && <span aria-hidden="true">{sort.down ? ' ↓' : ' ↑'}</span>}
      </button>
    </th>
  );
  return (
    <div class="hn-scroll">
      <table class="hn-table ca-t" role="treegrid" aria-label={say('cache')} aria-multiselectable="true">
        <thead>
          <tr>
            <th>
              <input
                type="checkbox"
                aria-label={say('choose_all')}
                checked={free.length > 0 && free.every((commit) => chosen.has(commit))}
                onChange={(event) => choose(free, event.currentTarget.checked)}
              />
            </th>
            {head('id', say('repo'))}
            {head('size', say('size'), 'hn-num')}
            {head('files', say('files'), 'hn-num c-f')}
            {head('revisions', say('revisions'), 'hn-num c-r')}
            {head('used', say('used'), 'hn-num c-u')}
            <th class="hn-num">
              <span class="hn-sr">{say('pin')}</span>
            </th>
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={onKey}>
          {rows.map(({ id, repo, revision }) =>
            revision ? (
              <tr
                key={id}
                data-row={id}
                class={`rev ${chosen.has(revision.commit) ? 'is-sel' : ''}`}
                aria-level={2}
                aria-selected={chosen.has(revision.commit)}
                tabIndex={id === stop ? 0 : -1}
                onFocus={() => setFocused(id)}
              >
                <td>
                  <input
                    type="checkbox"
                    tabIndex={-1}
                    aria-label={say('choose_revision', { commit: revision.commit.slice(0, 7) })}
                    disabled={repo.in_use}
                    checked={chosen.has(revision.commit)}
                    onChange={(event) => choose([revision.commit], event.currentTarget.checked)}
                  />
                </td>
                <td class="rp">
                  <span class="nm">
                    <span class="tx">
                      <span class="hn-mono">{revision.commit.slice(0, 7)}</span>
                      {revision.refs.map((ref) => (
                        <span class="hn-badge" key={ref}>
                          {ref}
                        </span>
                      ))}
                    </span>
                  </span>
                </td>
                <td class="hn-num">
                  <span class="free">{say('frees', { size: formatBytes(revision.frees) })}</span>
                </td>
                <td class="hn-num c-f">{revision.files}</td>
                <td class="c-r" />
                <td class="hn-num c-u">{ago(revision.modified)}</td>
                <td />
              </tr>
            ) : (
              <RepoRow
                key={id}
                repo={repo}
                chosen={chosen}
                open={open.has(repo.key)}
                tabbable={id === stop}
                onFold={() => fold(repo, !open.has(repo.key))}
                onFocus={() => setFocused(id)}
                onChoose={(on) =>
                  choose(
                    repo.revisions.map(({ commit }) => commit),
                    on,
                  )
                }
                onPin={() => onPin(repo)}
              />
            ),
          )}
        </tbody>
      </table>
      {sorted.length > shown.length && (
        <p class="hn-body">
          <button class="hn-lnk" type="button" onClick={() => setMost(most + 500)}>
            {say('others', { count: sorted.length - shown.length })}
          </button>
        </p>
      )}
    </div>
  );
}

function RepoRow({
  repo,
  chosen,
  open,
  tabbable,
  onFold,
  onFocus,
  onChoose,
  onPin,
}: {
  repo: Repo;
  chosen: Set<string>;
  open: boolean;
  tabbable: boolean;
  onFold: () => void;
  onFocus: () => void;
  onChoose: (on: boolean) => void;
  onPin: () => void;
}) {
  const picked = repo.revisions.filter(({ commit }) => chosen.has(commit)).length;
  const all = picked > 0 && picked === repo.revisions.length;
  return (
    <tr
      data-row={repo.key}
      class={all ? 'is-sel' : ''}
      aria-level={1}
      aria-expanded={open}
      aria-selected={all}
      tabIndex={tabbable ? 0 : -1}
      onFocus={onFocus}
    >
      <td>
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={say('choose_repo', { repo: repo.id })}
          disabled={repo.in_use}
          checked={all}
          ref={(box) => {
            if (box) box.indeterminate = picked > 0 && !all;
          }}
          onChange={(event) => onChoose(event.currentTarget.checked)}
        />
      </td>
      <td class="rp">
        <span class="nm">
          <IconButton
            icon={open ? 'down' : 'right'}
            label={say('show_revisions', { repo: repo.id })}
            expanded={open}
            onClick={onFold}
          />
          <span class="tx">
            <RepoId id={repo.id} />
            {repo.type !== 'model' && <span class="hn-badge plain">{repo.type}</span>}
            {repo.in_use && <span class="hn-badge info">{say('in_use')}</span>}
            {repo.unfinished > 0 && (
              <span class="hn-badge warn">{say('unfinished', { size: formatBytes(repo.unfinished) })}</span>
            )}
            {repo.damaged > 0 && <span class="hn-badge err">{say('damaged', { count: repo.damaged })}</span>}
          </span>
        </span>
      </td>
      <td class="hn-num">{formatBytes(repo.size)}</td>
      <td class="hn-num c-f">{repo.files}</td>
      <td class="hn-num c-r">{repo.revisions.length}</td>
      <td class="hn-num c-u" title={new Date(repo.used * 1000).toLocaleString(language())}>
        {ago(repo.used)}
      </td>
      <td class="hn-num">
        <button
          type="button"
          class={`hn-btn icon s quiet ${repo.pinned ? 'on' : ''}`}
          aria-pressed={repo.pinned}
          aria-label={say(repo.pinned ? 'unpin_repo' : 'pin_repo', { repo: repo.id })}
          title={say(repo.pinned ? 'unpin_repo' : 'pin_repo', { repo: repo.id })}
          onClick={onPin}
        >
          {PIN}
        </button>
      </td>
    </tr>
  );
}

function by({ key, down }: { key: SortKey; down: boolean }) {
  const value = (repo: Repo) => (key === 'revisions' ? repo.revisions.length : repo[key]);
  return (a: Repo, b: Repo) => {
    const [x, y] = [value(a), value(b)];
    const order = typeof x === 'string' && typeof y === 'string' ? x.localeCompare(y) : Number(x) - Number(y);
    return down ? -order : order;
  };
}

/** "3 days ago", as the language says it. */
export function ago(unixSeconds: number): string {
  const seconds = Date.now() / 1000 - unixSeconds;
  const format = new Intl.RelativeTimeFormat(language(), { numeric: 'auto' });
  const units: [Intl.RelativeTimeFormatUnit, number][] = [
    ['year', 31_557_600],
    ['month', 2_629_800],
    ['week', 604_800],
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ];
  const [unit, size] = units.find(([, one]) => seconds >= one) ?? ['minute', 60];
  return format.format(-Math.floor(seconds / size), unit);
}
