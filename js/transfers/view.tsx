import { useState } from 'preact/hooks';
import { formatBytes, formatDuration, formatSpeed } from '../shared/format';
import { useAsking, useTrait } from '../shared/hooks';
import { language } from '../shared/language';
import type { AnyModel } from '../shared/model';
import type { ViewProps } from '../shared/mount';
import { BusyPill, Button, EndpointPill, Icon, Mark, Notice } from '../shared/parts';
import { type Act, JobItem } from './job';
import type { Job, Left, TransfersModel } from './model';
import { PushPlan } from './plan';
import { announcement, isFinished, percentOf, type Wish } from './say';
import { say } from './words';

const LIMITS = [null, 1e6, 5e6, 10e6, 50e6, 100e6];

/** Every transfer of the kernel in one list, the plan of a push above it. */
export function TransfersView({ model, signal }: ViewProps<TransfersModel>) {
  const active = useTrait(model, 'active');
  const ended = useTrait(model, 'ended');
  const more = useTrait(model, 'more');
  const totals = useTrait(model, 'totals');
  const files = useTrait(model, 'files');
  const unfinished = useTrait(model, 'unfinished');
  const limit = useTrait(model, 'limit');
  const plan = useTrait(model, 'plan');
  const endpoint = useTrait(model, 'endpoint');
  const [wishes, setWishes] = useState<Record<string, Wish>>({});
  const [open, setOpen] = useState<Record<string, boolean>>({});
  const [focused, setFocused] = useState('');
  const { ask, problem, slow } = useAsking(model as AnyModel<never>, signal);

  const failed = ended.filter((job) => job.state === 'failed');
  const jobs = [...failed, ...active, ...ended.filter((job) => job.state !== 'failed')];
  const stop = jobs.some((job) => job.id === focused) ? focused : jobs[0]?.id;

  const act: Act = async (job, action) => {
    if (action === 'start_now' || action === 'clear') {
      await (action === 'clear'
        ? ask('clear', { transfer_id: job.id })
        : ask('start_now', { transfer_id: job.id }));
      return;
    }
    setWishes((old) => ({ ...old, [job.id]: action }));
    const accepted = await call(ask, action, job.id);
    // the word changes at once; if the kernel refuses, or has done it, it goes back to what is true
    if (!accepted || action === 'undo' || action === 'retry') setWishes((old) => without(old, job.id));
  };
  const onListKey = (event: KeyboardEvent) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-row]');
    if (!row || row !== event.target) return;
    const at = jobs.findIndex((job) => job.id === row.dataset.row);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: jobs.length - 1 }[event.key];
    const next = to === undefined ? undefined : jobs[to];
    if (to === undefined) return;
    event.preventDefault();
    if (!next) return;
    setFocused(next.id);
    (event.currentTarget as HTMLElement)
      .querySelector<HTMLElement>(`[data-row="${CSS.escape(next.id)}"]`)
      ?.focus();
  };
  const moving = active.filter((job) => job.state !== 'queued' && job.state !== 'paused');
  const held = active.filter((job) => job.state === 'paused');

  return (
    <section class="hn" aria-label={say('transfers')}>
      <header class="hn-head">
        <Mark />
        <h2>{say(plan ? 'plan' : 'transfers')}</h2>
        <div class="hn-head-end">
          {slow && <BusyPill />}
          <EndpointPill host={endpoint.host} local={endpoint.local} offline={endpoint.offline} />
        </div>
      </header>
      {problem && <Notice kind="warn" flat title={problem.title} paragraphs={[problem.text]} />}
      {plan && <PushPlan plan={plan} host={endpoint.host} ask={ask} />}
      {unfinished.length > 0 && <LeftBehind left={unfinished} ask={ask} />}
      {jobs.length === 0 ? (
        !plan && (
          <div class="hn-empty">
            <Icon name="swap" />
            <p class="hn-m" style="color:var(--hn-fg)">
              {say('none')}
            </p>
            <p>{say('none_why')}</p>
          </div>
        )
      ) : (
        <>
          <div class="tx-all">
            <span class="hn-line">
              <b class="hn-m">{say('running', { count: moving.length })}</b>
              <span class="hn-muted">{counts(active, held, failed)}</span>
              {totals.speed_bytes_per_s > 0 && (
                <span class="hn-muted">{formatSpeed(totals.speed_bytes_per_s)}</span>
              )}
              {totals.eta_s !== null && moving.some((job) => job.elapsed_s >= 3) && (
                <span class="hn-muted">{say('left', { time: formatDuration(totals.eta_s) })}</span>
              )}
            </span>
            <span class="hn-line">
              {moving.length > 0 && (
                <Button look="s" icon="pause" onClick={() => void ask('pause_all')}>
                  {say('pause_all')}
                </Button>
              )}
              {moving.length === 0 && held.length > 0 && (
                <Button look="s" icon="play" onClick={() => void ask('resume_all')}>
                  {say('resume_all')}
                </Button>
              )}
              <LimitChoice limit={limit} onChoose={(next) => void ask('set_limit', { bytes_per_s: next })} />
            </span>
            {active.length > 0 && totals.bytes_total > 0 && (
              <span
                class="hn-prog"
                role="progressbar"
                aria-label={say('transfers')}
                aria-valuemin={0}
                aria-valuemax={100}
                aria-valuenow={percentOf(totals.bytes_done, totals.bytes_total)}
              >
                <i style={`--p:${(100 * totals.bytes_done) / totals.bytes_total}%`} />
              </span>
            )}
          </div>
          <ul
            class="tx-jobs"
            aria-label={say('jobs')}
            onKeyDown={onListKey}
            onFocusIn={(event) => {
              const row = (event.target as HTMLElement).closest<HTMLElement>('[data-row]');
              if (row?.dataset.row) setFocused(row.dataset.row);
            }}
          >
            {jobs.map((job) => (
              <JobItem
                key={job.id}
                job={job}
                wish={openWish(job, wishes[job.id] ?? null)}
                act={act}
                open={open[job.id] ?? false}
                setOpen={(next) => setOpen((old) => ({ ...old, [job.id]: next }))}
                page={files[job.id]}
                onWindow={(start, count) => {
                  if (!signal.aborted) void ask('show_files', { transfer_id: job.id, start, count });
                }}
                tabbable={job.id === stop}
              />
            ))}
          </ul>
        </>
      )}
      {jobs.length > 0 && (
        <div class="hn-status">
          {active.length > 0 && <span>{say('goes_on')}</span>}
          <span>
            {say('today', { sent: formatBytes(totals.sent), fetched: formatBytes(totals.fetched) })}
          </span>
          {more > 0 && <span>{say('more_ended', { count: more })}</span>}
          {ended.length > 0 && (
            <span class="hn-push">
              <button class="hn-lnk" type="button" onClick={() => void ask('clear')}>
                {say('clear')}
              </button>
            </span>
          )}
        </div>
      )}
      <span class="hn-sr" role="status">
        {jobs[0] ? announcement(jobs[0]) : ''}
      </span>
    </section>
  );
}

function LimitChoice({
  limit,
  onChoose,
}: {
  limit: number | null;
  onChoose: (limit: number | null) => void;
}) {
  const choices = LIMITS.includes(limit) ? LIMITS : [...LIMITS, limit];
  return (
    <label class="hn-line tight hn-s">
      {say('limit')}
      <select
        class="hn-select s"
        value={String(limit)}
        onChange={(event) => {
          const { value } = event.currentTarget;
          onChoose(value === 'null' ? null : Number(value));
        }}
      >
        {choices.map((one) => (
          <option key={String(one)} value={String(one)}>
            {one === null ? say('no_limit') : formatSpeed(one)}
          </option>
        ))}
      </select>
    </label>
  );
}

function LeftBehind({
  left,
  ask,
}: {
  left: Left[];
  ask: (method: string, params?: Record<string, unknown>) => Promise<boolean>;
}) {
  return (
    <div class="hn-notice flat info" role="status">
      <Icon name="info" />
      <strong>{say('left_title', { count: left.length })}</strong>
      <ul class="tx-left">
        {left.map((one) => (
          <li key={one.id}>
            <span class="hn-grow">
              {say(one.kind === 'push' ? 'left_push' : 'left_pull', {
                repo: one.repo_id,
                date: new Date(one.started_at * 1000).toLocaleString(language(), {
                  dateStyle: 'medium',
                  timeStyle: 'short',
                }),
              })}
            </span>
            <Button look="s" icon="play" onClick={() => void ask('go_on', { left_id: one.id })}>
              {say('go_on')}
            </Button>
            <Button look="s quiet" onClick={() => void ask('forget', { left_id: one.id })}>
              {say('forget')}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function call(
  ask: (method: string, params?: Record<string, unknown>) => Promise<boolean>,
  action: Wish,
  id: string,
) {
  const params = { transfer_id: id };
  switch (action) {
    case 'pause':
      return ask('pause', params);
    case 'resume':
      return ask('resume', params);
    case 'cancel':
      return ask('cancel', params);
    case 'retry':
      return ask('retry', params);
    case 'undo':
      return ask('undo', params);
  }
}

function counts(active: Job[], held: Job[], failed: Job[]): string {
  const waiting = active.filter((job) => job.state === 'queued').length;
  const said = [];
  if (held.length > 0) said.push(say('paused_count', { count: held.length }));
  if (waiting > 0) said.push(say('waiting_count', { count: waiting }));
  if (failed.length > 0) said.push(say('failed_count', { count: failed.length }));
  return said.join(' · ');
}

/** A wish ends when the state shows that it came true, or that it can't any more. */
function openWish(job: Job, wish: Wish | null): Wish | null {
  if (wish === null) return null;
  if (wish === 'undo' || wish === 'retry') return wish;
  if (isFinished(job.state)) return null;
  if (wish === 'pause' && job.state === 'paused') return null;
  if (wish === 'resume' && job.state !== 'paused') return null;
  return wish;
}

function without(wishes: Record<string, Wish>, id: string): Record<string, Wish> {
  const { [id]: _, ...rest } = wishes;
  return rest;
}
