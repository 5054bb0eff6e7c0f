import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../shared/parts';
import { Glyph, Tool } from './icons';
import { troubleOf } from './kernel';
import type { Commits, Facts, Trouble } from './model';
import type { Tab } from './repo';
import { moved } from './roving';
import { ago, copyText, when } from './show';
import { TroubleNotice } from './trouble';
import type { Context } from './view';
import { say } from './words';

/** The commits that lead to the revision, newest first; Enter looks at the repository as it was then. */
export function CommitsPane({
  context,
  facts,
  onCount,
  onRevision,
}: {
  context: Context;
  facts: Facts;
  onCount: (tab: Tab, count: number | null) => void;
  onRevision: (revision: string) => void;
}) {
  const [found, setFound] = useState<Commits | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const load = useCallback(
    async (start: number) => {
      setTrouble(null);
      try {
        const { result } = await context.kernel.ask<Commits>('list_commits', { start });
        setFound((old) => ({ ...result, rows: start && old ? [...old.rows, ...result.rows] : result.rows }));
        onCount('commits', result.total);
      } catch (error) {
        setTrouble(troubleOf(error));
      }
    },
    [context, onCount],
  );
  useEffect(() => {
    if (!facts.offline) void load(0);
  }, [load, facts.commit]);
  if (facts.offline) return <OfflineHint />;
  const rows = found?.rows ?? [];
  const onKeyDown = (event: KeyboardEvent) => {
    const to = moved(event.key, at, rows.length, 10);
    const row = rows[at];
    if (to !== null) {
      event.preventDefault();
      setAt(to);
      list.current?.querySelectorAll<HTMLElement>('[data-row]')[to]?.focus();
    } else if (event.key === 'Enter' && row && (event.target as HTMLElement).dataset.row !== undefined) {
      event.preventDefault();
      onRevision(row.id);
    }
  };
  return (
    <>
      {trouble && (
        <div class="br-pad">
          <TroubleNotice trouble={trouble} name={facts.id} onRetry={() => void load(0)} />
        </div>
      )}
      {!found && !trouble && (
        <p class="br-pad hn-muted">
          <span class="hn-spin" aria-hidden="true" /> {say('looking')}
        </p>
      )}
      <ul class="hn-vlist" aria-label={say('commits')} ref={list} onKeyDown={onKeyDown} data-region>
        {rows.map((row, index) => (
          <li class="br-evt" key={row.id}>
            <Glyph name="commit" />
            <button
              type="button"
              class="br-evt-main"
              data-row=""
              tabIndex={index === at ? 0 : -1}
              onFocus={() => setAt(index)}
              onClick={() => onRevision(row.id)}
              title={row.message ? `${row.title}\n\n${row.message}` : row.title}
            >
              <bdi class="hn-trunc">{row.title}</bdi>
              <span class="hn-muted">
                <bdi>{row.authors.join(', ')}</bdi>
                {row.date && <span title={when(row.date)}> · {ago(row.date)}</span>}
              </span>
            </button>
            <span class="hn-line tight">
              <span class="hn-mono">{row.id.slice(0, 7)}</span>
              <Tool
                glyph="copy"
                label={say('copy_commit', { commit: row.id.slice(0, 7) })}
                tabIndex={index === at ? 0 : -1}
                onClick={async () =>
                  context.announce(
                    (await copyText(row.id))
                      ? say('copied', { what: row.id.slice(0, 7) })
                      : say('not_copied'),
                  )
                }
              />
            </span>
          </li>
        ))}
      </ul>
      {found?.more && (
        <footer class="hn-foot">
          <span class="hn-s hn-muted">{say('showing', { count: rows.length })}</span>
          <Button look="s hn-push" onClick={() => void load(rows.length)}>
            {say('show_more')}
          </Button>
        </footer>
      )}
    </>
  );
}

/** What needs the Hub, while the Hub may not be asked. */
export function OfflineHint() {
  return (
    <div class="hn-empty">
      <Glyph name="offline" />
      <strong>{say('offline_title')}</strong>
      <p>{say('needs_the_hub')}</p>
    </div>
  );
}
