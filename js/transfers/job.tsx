// biome-ignore-all lint/a11y/useSemanticElements: a group of text is no fieldset
import { useEffect, useRef, useState } from 'preact/hooks';
import { say as common } from '../shared/common-words';
import { formatBytes } from '../shared/format';
import type { IconName } from '../shared/icon-shapes';
import { Button, Icon, IconButton, Notice, RepoId } from '../shared/parts';
import { Files } from './files';
import type { FilePage, Job } from './model';
import {
  amount,
  endedFacts,
  isFinished,
  percentOf,
  phaseWord,
  speed,
  steps,
  timeLeft,
  type Wish,
} from './say';
import { Spark } from './spark';
import { say } from './words';

export type Act = (job: Job, action: Wish | 'start_now' | 'clear') => void;

interface JobProps {
  job: Job;
  wish: Wish | null;
  act: Act;
  open: boolean;
  setOpen: (open: boolean) => void;
  page: FilePage | undefined;
  onWindow: (start: number, count: number) => void;
  tabbable: boolean;
}

/** One transfer in one row; its steps and files below when unfolded. */
export function JobItem({ job, wish, act, open, setOpen, page, onWindow, tabbable }: JobProps) {
  const [asking, setAsking] = useState(false);
  const finished = isFinished(job.state);
  const cancel = () => {
    if (job.kind === 'push' && job.bytes_moved > 0 && !finished) setAsking(true);
    else act(job, 'cancel');
  };
  const fold = (next: boolean) => job.files_total > 0 && setOpen(next);
  const onKey = (event: KeyboardEvent) => {
    const actions: Record<string, () => void> = {
      ' ': () => !finished && job.state !== 'queued' && act(job, job.state === 'paused' ? 'resume' : 'pause'),
      Delete: () => (finished ? act(job, 'clear') : cancel()),
      r: () => job.retry && act(job, 'retry'),
      ArrowRight: () => fold(true),
      ArrowLeft: () => fold(false),
      Enter: () => (event.currentTarget as HTMLElement).querySelector<HTMLElement>('a')?.click(),
    };
    const action = actions[event.key];
    // keys of the row's own buttons stay theirs
    if (!action || event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey)
      return;
    event.preventDefault();
    action();
  };
  const paused = job.state === 'paused';
  return (
    <li class="tx-job" data-state={job.state}>
      <div
        class={`tx-row ${lookOf(job)}`}
        tabIndex={tabbable ? 0 : -1}
        role="group"
        aria-label={`${job.repo_id}, ${phaseWord(job, wish)}`}
        data-row={job.id}
        onKeyDown={onKey}
      >
        <button
          type="button"
          class="hn-btn icon s quiet tw"
          aria-expanded={open}
          aria-label={
            open ? say('hide_files', { repo: job.repo_id }) : say('show_files', { repo: job.repo_id })
          }
          aria-disabled={job.files_total === 0 ? 'true' : undefined}
          onClick={() => fold(!open)}
        >
          <Icon name={open ? 'down' : 'right'} small />
        </button>
        <span class="dir">
          <Icon name={iconOf(job)} />
        </span>
        <div class="tx-id">
          <RepoId id={job.repo_id} />
          <p>
            <b class={job.state === 'failed' ? 'hn-err-t' : ''}>{phaseWord(job, wish)}</b>
            {job.state === 'done' && <CommitLink job={job} />}
            <span>{detailOf(job)}</span>
          </p>
        </div>
        {finished || job.state === 'queued' ? (
          <span class="tx-wide">
            {job.verified && (
              <span class="hn-badge ok">
                <Icon name="shield" small />
                {say('verified')}
              </span>
            )}
            {finished && endedFacts(job).map((fact) => <span key={fact}>{fact}</span>)}
            {job.state === 'queued' && <span>{amount(job)}</span>}
            {job.state === 'queued' && (
              <Button look="s" onClick={() => act(job, 'start_now')}>
                {say('start_now')}
              </Button>
            )}
          </span>
        ) : (
          <>
            <span class="bar">
              <Bar job={job} label={`${phaseWord(job, wish)} ${job.repo_id}`} />
            </span>
            <div class="tx-line">
              <span class="tx-num">{amount(job)}</span>
              <span class="tx-sp">
                <Spark value={job.state === 'running' ? job.speed_bytes_per_s : null} />
                <span>{speed(job)}</span>
              </span>
              <span class="tx-num eta">{timeLeft(job)}</span>
            </div>
          </>
        )}
        <div class="tx-act">
          {!finished && job.state !== 'queued' && job.state !== 'committing' && wish !== 'cancel' && (
            <IconButton
              icon={paused ? 'play' : 'pause'}
              label={say(paused ? 'resume' : 'pause')}
              off={wish !== null}
              onClick={() => act(job, paused ? 'resume' : 'pause')}
            />
          )}
          {job.undo && (
            <IconButton
              icon="undo"
              label={say('undo')}
              off={wish !== null}
              onClick={() => act(job, 'undo')}
            />
          )}
          {job.state === 'cancelled' && (
            <IconButton
              icon="retry"
              label={say('retry')}
              off={wish !== null}
              onClick={() => act(job, 'retry')}
            />
          )}
          {finished ? (
            <IconButton icon="x" label={say('remove')} onClick={() => act(job, 'clear')} />
          ) : (
            <IconButton icon="x" label={say('cancel')} off={wish === 'cancel'} onClick={cancel} />
          )}
        </div>
      </div>
      {asking && !finished && (
        <CancelQuestion
          job={job}
          onKeep={() => setAsking(false)}
          onCancel={() => {
            setAsking(false);
            act(job, 'cancel');
          }}
          onPause={() => {
            setAsking(false);
            act(job, 'pause');
          }}
        />
      )}
      {job.state === 'failed' && job.error && (
        <div class="tx-more">
          <Notice kind="err" title={firstSentence(job.error)} paragraphs={restOf(job.error)}>
            <Button look="s" icon="retry" off={wish !== null} onClick={() => act(job, 'retry')}>
              {say('retry')}
            </Button>
          </Notice>
        </div>
      )}
      {open && (
        <div class="tx-more">
          {!finished && <Steps job={job} />}
          <Files job={job} page={page} onWindow={onWindow} />
        </div>
      )}
    </li>
  );
}

function CancelQuestion({
  job,
  onKeep,
  onCancel,
  onPause,
}: {
  job: Job;
  onKeep: () => void;
  onCancel: () => void;
  onPause: () => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.querySelector('button')?.focus(), []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Esc anywhere in the question means no
    <div
      class="tx-more"
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onKeep();
      }}
    >
      <div class="hn-notice warn" role="alertdialog" aria-label={say('cancel_ask')}>
        <Icon name="warn" />
        <strong>{say('cancel_ask')}</strong>
        <p>{say('cancel_why', { size: formatBytes(job.bytes_moved) })}</p>
        <div class="hn-line">
          <Button look="s" onClick={onKeep}>
            {say('keep_going')}
          </Button>
          <Button look="s danger-quiet" onClick={onCancel}>
            {say('cancel_push')}
          </Button>
          {job.state !== 'paused' && (
            <Button look="s quiet" onClick={onPause}>
              {say('pause_instead')}
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}

function Steps({ job }: { job: Job }) {
  const { names, now } = steps(job);
  return (
    <ol class="tx-steps" aria-label={say('phases')}>
      {names.map((name, index) => (
        <li key={name} class={index === now ? 'now' : ''} aria-current={index === now ? 'step' : undefined}>
          {index < now && <Icon name="check" small />}
          {name}
        </li>
      ))}
    </ol>
  );
}

/** Kept and skipped bytes are hatched, what this transfer moved is full. */
function Bar({ job, label }: { job: Job; label: string }) {
  if (job.bytes_total <= 0) {
    return (
      <span class="hn-prog indet" role="progressbar" aria-label={label}>
        <i />
      </span>
    );
  }
  const planning = job.state === 'planning';
  const done = planning ? job.bytes_hashed : job.bytes_done;
  const kept = planning ? 0 : (100 * Math.min(job.bytes_skipped, job.bytes_total)) / job.bytes_total;
  const percent = Math.min(100, (100 * done) / job.bytes_total);
  return (
    <span
      class={`hn-prog ${job.state === 'paused' ? 'paused' : ''}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percentOf(done, job.bytes_total)}
    >
      {kept > 0 && <i class="skip" style={`--p:${kept}%`} />}
      <i style={`--p:${Math.max(0, percent - kept)}%;inset-inline-start:${kept}%`} />
    </span>
  );
}

function CommitLink({ job }: { job: Job }) {
  if (!job.commit) return null;
  const short = job.commit.slice(0, 7);
  // a hub chooses this address: only the web's own schemes become a link
  if (!job.commit_url || !/^https?:\/\//.test(job.commit_url)) return <span class="hn-mono">{short}</span>;
  return (
    <a class="hn-mono" href={job.commit_url} target="_blank" rel="noopener noreferrer">
      {short}
    </a>
  );
}

function detailOf(job: Job): string {
  if (job.state === 'queued') return job.place > 0 ? say('place', { count: job.place }) : '';
  if (job.note) return job.note;
  if (isFinished(job.state)) return job.files_total > 0 ? common('files', { count: job.files_total }) : '';
  return job.files_total > 0 ? say('files_of', { done: job.files_done, count: job.files_total }) : '';
}

function iconOf(job: Job): IconName {
  if (job.state === 'done') return 'ok';
  if (job.state === 'failed') return 'err';
  if (job.state === 'cancelled') return 'x';
  if (job.state === 'queued') return 'clock';
  return job.kind;
}

function lookOf(job: Job): string {
  if (job.state === 'done') return 'done';
  if (job.state === 'failed') return 'fail';
  if (job.state === 'paused') return 'hold';
  return job.state === 'queued' || job.state === 'cancelled' ? '' : 'run';
}

function firstSentence(text: string): string {
  return text.split(/(?<=[.!?])\s+/, 1)[0] ?? text;
}

function restOf(text: string): string[] {
  const rest = text.slice(firstSentence(text).length).trim();
  return rest ? [rest] : [];
}
