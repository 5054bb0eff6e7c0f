import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../shared/parts';
import { OfflineHint } from './commits';
import { DiffView } from './diff';
import { Glyph, type GlyphName, Tool } from './icons';
import { troubleOf } from './kernel';
import type { Discussion, Facts, Status, Talk, TalkEvent, Trouble } from './model';
import type { Tab } from './repo';
import { moved } from './roving';
import { ago, when } from './show';
import { TroubleNotice } from './trouble';
import type { Context } from './view';
import { say } from './words';

interface Props {
  context: Context;
  facts: Facts;
  onCount: (tab: Tab, count: number | null) => void;
  onRevision: (revision: string) => void;
}

/** Discussions and pull requests: the list, or one of them. */
export function TalkPane(props: Props) {
  const { context, facts, onCount } = props;
  const [rows, setRows] = useState<readonly Talk[] | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [num, setNum] = useState<number | null>(null);
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const load = useCallback(async () => {
    setTrouble(null);
    try {
      const { result } = await context.kernel.ask<{ rows: Talk[]; more: boolean }>('list_discussions');
      setRows(result.rows);
      onCount('talk', result.rows.length);
    } catch (error) {
      setTrouble(troubleOf(error));
    }
  }, [context, onCount]);
  useEffect(() => {
    if (!facts.offline) void load();
  }, [load, facts.offline]);
  if (facts.offline) return <OfflineHint />;
  if (num !== null) {
    return (
      <Thread
        {...props}
        num={num}
        onBack={() => {
          setNum(null);
          void load();
          requestAnimationFrame(() => list.current?.querySelectorAll<HTMLElement>('button')[at]?.focus());
        }}
      />
    );
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const to = moved(event.key, at, rows?.length ?? 0, 10);
    if (to === null) return;
    event.preventDefault();
    setAt(to);
    list.current?.querySelectorAll<HTMLElement>('button')[to]?.focus();
  };
  return (
    <>
      {trouble && (
        <div class="br-pad">
          <TroubleNotice trouble={trouble} name={facts.id} onRetry={() => void load()} />
        </div>
      )}
      {!rows && !trouble && (
        <p class="br-pad hn-muted">
          <span class="hn-spin" aria-hidden="true" /> {say('looking')}
        </p>
      )}
      {rows?.length === 0 && (
        <div class="hn-empty">
          <Glyph name="comment" />
          <strong>{say('no_talk')}</strong>
        </div>
      )}
      <ul class="hn-vlist" aria-label={say('talk')} ref={list} onKeyDown={onKeyDown} data-region>
        {rows?.map((row, index) => (
          <li class="br-evt" key={row.num}>
            <Glyph name={row.is_pull ? 'pr' : 'comment'} />
            <button
              type="button"
              class="br-evt-main"
              tabIndex={index === at ? 0 : -1}
              onFocus={() => setAt(index)}
              onClick={() => setNum(row.num)}
            >
              <bdi class="hn-trunc">{row.title}</bdi>
              <span class="hn-muted">
                #{row.num} · <bdi>{row.author}</bdi> · <span title={when(row.date)}>{ago(row.date)}</span>
              </span>
            </button>
            <StatusBadge status={row.status} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Thread({ context, facts, num, onBack, onRevision }: Props & { num: number; onBack: () => void }) {
  const [thread, setThread] = useState<Discussion | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [text, setText] = useState('');
  const [working, setWorking] = useState('');
  const [merging, setMerging] = useState(false);
  const title = useRef<HTMLHeadingElement>(null);
  const harmless = useRef<HTMLSpanElement>(null);

  const load = useCallback(async () => {
    setTrouble(null);
    try {
      setThread((await context.kernel.ask<Discussion>('read_discussion', { num })).result);
    } catch (error) {
      setTrouble(troubleOf(error));
    }
  }, [context, num]);
  useEffect(() => {
    void load();
  }, [load]);
  const there = thread !== null;
  useEffect(() => {
    if (there) title.current?.focus();
  }, [there]);
  useEffect(() => {
    if (merging) harmless.current?.querySelector('button')?.focus();
  }, [merging]);

  const act = async (name: string, asked: Promise<{ result: Discussion }>, done: string) => {
    setWorking(name);
    setTrouble(null);
    try {
      setThread((await asked).result);
      if (name === 'comment') setText('');
      setMerging(false);
      context.announce(done);
    } catch (error) {
      setTrouble(troubleOf(error)); // what was typed stays
    } finally {
      setWorking('');
    }
  };
  const { kernel } = context;
  const conflicts = thread?.conflicts;
  const clashes = conflicts === true || (Array.isArray(conflicts) && conflicts.length > 0);
  const open = thread?.status === 'open' || thread?.status === 'draft';
  return (
    <div class="br-thread">
      <div class="hn-line">
        <Tool glyph="left" label={say('back_to_list')} onClick={onBack} />
        {thread && (
          <>
            <h3 class="hn-h-l" tabIndex={-1} ref={title}>
              <bdi>{thread.title}</bdi> <span class="hn-muted">#{thread.num}</span>
            </h3>
            <StatusBadge status={thread.status} />
            <a class="hn-push hn-s" href={thread.url} target="_blank" rel="noopener noreferrer">
              {say('open_on_hub')}
            </a>
          </>
        )}
      </div>
      {trouble && (
        <TroubleNotice
          trouble={trouble}
          name={facts.id}
          {...(thread ? {} : { onRetry: () => void load() })}
        />
      )}
      {!thread && !trouble && (
        <p class="hn-muted">
          <span class="hn-spin" aria-hidden="true" /> {say('looking')}
        </p>
      )}
      {thread && (
        <>
          {thread.is_pull && (
            <p class="hn-s hn-muted">
              {say('wants_to_merge', { author: thread.author, target: thread.target || 'main' })}{' '}
              <button type="button" class="hn-lnk" onClick={() => onRevision(`refs/pr/${thread.num}`)}>
                {say('look_at_files')}
              </button>
            </p>
          )}
          <ol class="br-events">
            {thread.events.map((event) => (
              <Event key={event.id} event={event} />
            ))}
          </ol>
          {thread.is_pull && (
            <section aria-label={say('changes')}>
              <h4 class="hn-h">{say('changes')}</h4>
              {thread.diff ? (
                <DiffView diff={thread.diff} cut={thread.diff_cut} />
              ) : (
                <p class="hn-muted hn-s">{say('no_changes')}</p>
              )}
            </section>
          )}
          {clashes && (
            <p class="hn-s hn-warn-t">
              {Array.isArray(conflicts) ? say('clashes_in', { files: conflicts.join(', ') }) : say('clashes')}
            </p>
          )}
          <div class="hn-field">
            <label class="hn-label" for="br-comment">
              {say('comment')}
            </label>
            <textarea
              id="br-comment"
              class="hn-area"
              rows={3}
              dir="auto"
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          </div>
          {merging ? (
            <div class="hn-notice warn" role="alertdialog" aria-label={say('merge_title', { num })}>
              <Glyph name="merge" />
              <strong>{say('merge_title', { num })}</strong>
              <p>{say('merge_why', { target: thread.target || 'main' })}</p>
              <div class="hn-line">
                <span ref={harmless}>
                  <Button look="s" onClick={() => setMerging(false)}>
                    {say('merge_not')}
                  </Button>
                </span>
                <Button
                  look="s"
                  off={working !== ''}
                  onClick={() => void act('merge', kernel.ask('merge', { num }), say('merged_now', { num }))}
                >
                  <Glyph name="merge" small />
                  {working === 'merge' ? say('merging') : say('merge_now')}
                </Button>
              </div>
            </div>
          ) : (
            <div class="hn-line">
              <Button
                look="s primary"
                off={!text.trim() || working !== ''}
                title={text.trim() ? undefined : say('write_first')}
                onClick={() => void act('comment', kernel.ask('comment', { num, text }), say('comment_sent'))}
              >
                {working === 'comment' ? say('sending') : say('send_comment')}
              </Button>
              {thread.status !== 'merged' && (
                <Button
                  look="s"
                  off={working !== ''}
                  onClick={() =>
                    void act(
                      'status',
                      kernel.ask('set_status', { num, status: thread.status === 'open' ? 'closed' : 'open' }),
                      say('status_changed'),
                    )
                  }
                >
                  {thread.status === 'closed'
                    ? say('reopen')
                    : thread.status === 'draft'
                      ? say('publish_draft')
                      : say('close_it')}
                </Button>
              )}
              {thread.is_pull && open && (
                <Button
                  look="s"
                  off={clashes || thread.status === 'draft' || working !== ''}
                  title={
                    clashes ? say('clashes') : thread.status === 'draft' ? say('draft_first') : undefined
                  }
                  onClick={() => setMerging(true)}
                >
                  <Glyph name="merge" small />
                  {say('merge_into', { target: thread.target || 'main' })}
                </Button>
              )}
            </div>
          )}
        </>
      )}
    </div>
  );
}

function Event({ event }: { event: TalkEvent }) {
  const by = <bdi class="hn-m">{event.author}</bdi>;
  const date = <span title={when(event.date)}>{ago(event.date)}</span>;
  if (event.type === 'comment') {
    return (
      <li class="br-comment">
        <div class="hn-s hn-muted">
          {by} · {date}
          {event.edited && ` · ${say('edited')}`}
        </div>
        {event.hidden ? (
          <p class="hn-muted">{say('comment_hidden')}</p>
        ) : (
          <p class="br-words" dir="auto">
            {event.text}
          </p>
        )}
      </li>
    );
  }
  return (
    <li class="br-happened hn-s hn-muted">
      <Glyph name={glyphOf(event)} small />
      <span>
        {by} · {eventWords(event)} · {date}
      </span>
    </li>
  );
}

function eventWords(event: TalkEvent): string {
  switch (event.type) {
    case 'status-change':
      return say('event_status', { status: statusWord(event.status as Status) });
    case 'commit':
      return say('event_commit', { title: event.title ?? '', commit: (event.oid ?? '').slice(0, 7) });
    case 'title-change':
      return say('event_title', { title: event.new ?? '' });
    default:
      return event.type;
  }
}

function glyphOf(event: TalkEvent): GlyphName {
  if (event.type === 'commit') return 'commit';
  return event.status === 'merged' ? 'merge' : 'info';
}

function StatusBadge({ status }: { status: Status }) {
  return <span class={`hn-badge ${status === 'open' ? 'ok' : ''}`}>{statusWord(status)}</span>;
}

function statusWord(status: Status): string {
  switch (status) {
    case 'open':
      return say('is_open');
    case 'closed':
      return say('is_closed');
    case 'merged':
      return say('is_merged');
    case 'draft':
      return say('is_draft');
    default:
      return status;
  }
}
