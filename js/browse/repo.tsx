// biome-ignore-all lint/a11y/useSemanticElements: the title is a repo id in parts
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { formatBytes } from '../shared/format';
import { Button, Notice, RepoId } from '../shared/parts';
import { CardPane } from './card';
import { CommitsPane } from './commits';
import { FilesPane } from './files';
import { Glyph, Tool } from './icons';
import { troubleOf } from './kernel';
import type { Facts, Pull, Refs, Trouble } from './model';
import { type Option, PickList } from './picker';
import { onRowKey } from './roving';
import { Badges } from './search';
import { ago, copyText, fullNumber, shortNumber, taskName, when } from './show';
import { TalkPane } from './talk';
import { TroubleNotice } from './trouble';
import type { Context, Place } from './view';
import { say } from './words';

export type Tab = 'card' | 'files' | 'commits' | 'talk';
const TABS: readonly Tab[] = ['card', 'files', 'commits', 'talk'];

/** One repository: its head, and the four views of it. A change of revision keeps the tab and the choice. */
export function RepoPage({
  context,
  place,
  pulls,
  arrived,
  onRevision,
  onHome,
}: {
  context: Context;
  place: Place;
  pulls: readonly Pull[];
  /** A person opened it from the results. */
  arrived: boolean;
  onRevision: (revision: string) => void;
  onHome: () => void;
}) {
  const { kernel, announce } = context;
  const [facts, setFacts] = useState<Facts | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [tab, setTab] = useState<Tab>('files');
  const [seen, setSeen] = useState<ReadonlySet<Tab>>(new Set(['files']));
  const [counts, setCounts] = useState<Partial<Record<Tab, number>>>({});
  const [picking, setPicking] = useState(false);
  const [refs, setRefs] = useState<Refs | null>(null);
  const title = useRef<HTMLDivElement>(null);
  const picker = useRef<HTMLButtonElement>(null);
  const asked = useRef(0);

  const open = useCallback(async () => {
    asked.current += 1;
    const mine = asked.current;
    setTrouble(null);
    try {
      const { result } = await kernel.ask<Facts>('open_repo', {
        repo_id: place.id,
        repo_type: place.kind,
        revision: place.revision,
      });
      if (asked.current !== mine) return;
      setFacts(result);
      announce(say('opened', { name: place.id, revision: place.revision }));
    } catch (error) {
      if (asked.current === mine) setTrouble(troubleOf(error));
    }
  }, [kernel, announce, place.id, place.kind, place.revision]);
  useEffect(() => {
    void open();
  }, [open]);
  useEffect(() => {
    if (arrived) title.current?.focus();
  }, []);
  const onCount = useCallback(
    (name: Tab, count: number | null) =>
      setCounts((old) => {
        const { [name]: _, ...rest } = old;
        return count === null ? rest : { ...rest, [name]: count };
      }),
    [],
  );

  const show = (name: Tab) => {
    setTab(name);
    setSeen((old) => new Set([...old, name]));
  };
  const pickRevision = () => {
    setPicking(!picking);
    if (refs && !picking) return;
    kernel
      .ask<Refs>('list_names')
      .then(({ result }) => setRefs(result))
      .catch((error) => setTrouble(troubleOf(error)));
  };
  const closePicker = () => {
    setPicking(false);
    requestAnimationFrame(() => picker.current?.focus());
  };
  const options = useMemo(() => revisionOptions(refs, place.revision), [refs, place.revision]);
  const gone = trouble && !facts;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Backspace goes back from everywhere on the page
    <div
      data-page
      onKeyDown={(event) => {
        const typing = (event.target as HTMLElement).matches('input[type="text"], textarea');
        if (event.key !== 'Backspace' || typing || event.defaultPrevented) return;
        event.preventDefault();
        onHome();
      }}
    >
      <div class="br-rh" data-region>
        <div class="id">
          <Tool glyph="left" label={say('back_to_results')} onClick={onHome} />
          <div class="br-title" role="heading" aria-level={3} aria-label={place.id} tabIndex={-1} ref={title}>
            <RepoId id={place.id} />
          </div>
          <Tool
            glyph="copy"
            label={say('copy_id', { name: place.id })}
            onClick={async () =>
              announce((await copyText(place.id)) ? say('copied', { what: place.id }) : say('not_copied'))
            }
          />
          {facts && <Badges row={facts} />}
          {!gone && (
            <button
              type="button"
              class="hn-btn s hn-push"
              ref={picker}
              aria-haspopup="listbox"
              aria-expanded={picking}
              aria-label={say('revision_is', { revision: place.revision })}
              title={place.revision}
              onClick={pickRevision}
            >
              <Glyph name={glyphOf(place.revision, refs)} small />
              <bdi class="hn-trunc br-rev">{shortRevision(place.revision)}</bdi>
              <Glyph name="down" small />
            </button>
          )}
        </div>
        {facts && <Meta facts={facts} />}
        {!gone && (
          <div class="hn-tabs" role="tablist" aria-label={say('repository')} onKeyDown={onRowKey}>
            {TABS.map((name) => (
              <button
                key={name}
                type="button"
                class="hn-tab"
                role="tab"
                id={`t-${name}`}
                aria-controls={`c-${name}`}
                aria-selected={tab === name}
                tabIndex={tab === name ? 0 : -1}
                onClick={() => show(name)}
              >
                {say(name)}
                {counts[name] !== undefined && <span class="hn-count">{fullNumber(counts[name] ?? 0)}</span>}
              </button>
            ))}
          </div>
        )}
      </div>
      {picking && (
        <div class="br-pops end">
          <PickList
            label={say('revision')}
            options={options}
            chosen={place.revision}
            placeholder={say('find_revision')}
            free={(typed) =>
              /^[0-9a-f]{40}$/.test(typed)
                ? say('use_commit', { commit: typed.slice(0, 7) })
                : say('use_typed', { typed })
            }
            onPick={(value) => {
              closePicker();
              if (value !== place.revision) onRevision(value);
            }}
            onClose={closePicker}
          />
        </div>
      )}
      {trouble && (
        <div class="br-pad">
          <TroubleNotice trouble={trouble} name={place.id} onRetry={() => void open()}>
            {trouble.kind === 'revision' && place.revision !== 'main' && (
              <Button look="s" onClick={() => onRevision('main')}>
                {say('open_main')}
              </Button>
            )}
            <Button look="s quiet" onClick={onHome}>
              {say('back_to_results')}
            </Button>
          </TroubleNotice>
        </div>
      )}
      {facts && !facts.access && <Gate facts={facts} onAgain={() => void open()} />}
      {facts &&
        !gone &&
        TABS.map((name) =>
          seen.has(name) ? (
            <div
              key={name}
              role="tabpanel"
              id={`c-${name}`}
              aria-labelledby={`t-${name}`}
              hidden={tab !== name}
            >
              {name === 'files' && (
                <FilesPane context={context} place={place} facts={facts} pulls={pulls} onCount={onCount} />
              )}
              {name === 'card' && <CardPane context={context} facts={facts} />}
              {name === 'commits' && (
                <CommitsPane context={context} facts={facts} onCount={onCount} onRevision={onRevision} />
              )}
              {name === 'talk' && (
                <TalkPane context={context} facts={facts} onCount={onCount} onRevision={onRevision} />
              )}
            </div>
          ) : null,
        )}
      {!facts && !trouble && (
        <p class="br-pad hn-muted">
          <span class="hn-spin" aria-hidden="true" /> {say('asking', { name: place.id })}
        </p>
      )}
    </div>
  );
}

function Meta({ facts }: { facts: Facts }) {
  const parameters =
    facts.parameters === null
      ? null
      : say('n_params', {
          number: shortNumber(facts.parameters),
          dtype: facts.dtype ? `, ${facts.dtype}` : '',
        });
  return (
    <div class="meta">
      {facts.task && <span>{taskName(facts.task)}</span>}
      {(facts.library ?? facts.sdk) && <span>{facts.library ?? facts.sdk}</span>}
      {facts.license && <span>{facts.license}</span>}
      {parameters && <span>{parameters}</span>}
      {facts.size !== null && facts.size > 0 && <span>{formatBytes(facts.size)}</span>}
      {facts.updated && (
        <span title={when(facts.updated)}>{say('updated_when', { when: ago(facts.updated) })}</span>
      )}
      {facts.commit && (
        <span class="hn-mono" title={facts.commit}>
          {facts.commit.slice(0, 7)}
        </span>
      )}
    </div>
  );
}

/** A gated repository: who lets people in, and as whom one asks. */
function Gate({ facts, onAgain }: { facts: Facts; onAgain: () => void }) {
  const how =
    facts.gated_how === 'auto'
      ? say('gated_auto', { owner: facts.author })
      : say('gated_why', { owner: facts.author });
  const who = facts.signed_in ? say('gated_signed_in') : say('gated_signed_out');
  return (
    <div class="br-pad">
      <Notice kind="warn" title={say('gated_title')} paragraphs={[how, who]}>
        <a class="hn-btn s" href={facts.url} target="_blank" rel="noopener noreferrer">
          {say('request_access')}
          <Glyph name="ext" small />
        </a>
        <Button look="s quiet" onClick={onAgain}>
          {say('check_again')}
        </Button>
      </Notice>
    </div>
  );
}

function revisionOptions(refs: Refs | null, revision: string): Option[] {
  if (!refs) return [{ value: revision, label: shortRevision(revision), note: '' }];
  const made = (list: readonly [string, string][], glyph: Option['glyph'], group: string): Option[] =>
    list.map(([name, commit]) => ({
      value: name,
      label: shortRevision(name),
      note: commit.slice(0, 7),
      group,
      ...(glyph ? { glyph } : {}),
    }));
  return [
    ...made(refs.branches, 'branch', say('branches')),
    ...made(refs.tags, 'tag', say('tags')),
    ...made(refs.pulls, 'pr', say('pull_requests')),
    ...made(refs.commits ?? [], 'commit', say('commits')),
  ];
}

function shortRevision(revision: string): string {
  if (/^[0-9a-f]{40}$/.test(revision)) return revision.slice(0, 7);
  const pull = /^refs\/pr\/(\d+)$/.exec(revision);
  return pull ? `#${pull[1]}` : revision;
}

function glyphOf(revision: string, refs: Refs | null): 'branch' | 'tag' | 'pr' | 'commit' {
  if (/^[0-9a-f]{40}$/.test(revision)) return 'commit';
  if (revision.startsWith('refs/pr/')) return 'pr';
  return refs?.tags.some(([name]) => name === revision) ? 'tag' : 'branch';
}
