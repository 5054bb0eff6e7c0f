import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { formatBytes, formatBytesOf } from '../shared/format';
import type { IconName } from '../shared/icon-shapes';
import { Button, FileName, Icon, IconButton, Notice, RepoId } from '../shared/parts';
import type { FileRow, Job } from './model';
import { facts, fileState, fileWord, isFinished, percentOf, phaseWord, type Wish } from './words';

/** Ask for something to be done with a job. */
export type Act = (job: Job, wish: Wish) => void;

const FILE_ICONS: Record<FileRow['state'], IconName> = {
  waiting: 'clock',
  hashing: 'shield',
  running: 'pull',
  done: 'check',
  skipped: 'check',
  failed: 'err',
};

function iconOf(job: Job): IconName {
  if (job.state === 'done') return 'ok';
  if (job.state === 'failed') return 'err';
  if (job.state === 'cancelled') return 'x';
  if (job.state === 'queued') return 'clock';
  return job.kind;
}

function lookOf(job: Job): string {
  if (job.state === 'done') return 'ok';
  if (job.state === 'failed') return 'bad';
  return isFinished(job.state) || job.state === 'paused' || job.state === 'queued' ? '' : 'run';
}

/** One transfer: what, where it stands, how much, and what can be done about it; files below when unfolded. */
export function JobRow({ job, wish, act }: { job: Job; wish: Wish | null; act: Act }) {
  const [open, setOpen] = useState(false);
  const finished = isFinished(job.state);
  const paused = job.state === 'paused';
  return (
    <>
      <div class={`tx-mini ${lookOf(job)}`} data-state={job.state}>
        <Info
          icon={iconOf(job)}
          name={<RepoId id={job.repo_id} />}
          phase={<b class={job.state === 'failed' ? 'hn-err-t' : ''}>{phaseWord(job, wish)}</b>}
          link={job.state === 'done' ? <CommitLink job={job} /> : null}
          facts={wish === 'cancel' ? [] : facts(job)}
        />
        <span class="tx-act">
          {!finished && job.state !== 'queued' && job.state !== 'committing' && wish !== 'cancel' && (
            <IconButton
              icon={paused ? 'play' : 'pause'}
              label={paused ? 'Resume' : 'Pause'}
              off={wish !== null}
              onClick={() => act(job, paused ? 'resume' : 'pause')}
            />
          )}
          {!finished && (
            <IconButton icon="x" label="Cancel" off={wish === 'cancel'} onClick={() => act(job, 'cancel')} />
          )}
          {(job.state === 'failed' || job.state === 'cancelled') && (
            <Button look="s" icon="retry" off={wish !== null} onClick={() => act(job, 'retry')}>
              Retry
            </Button>
          )}
          {job.state === 'done' && job.kind === 'push' && job.commit && (
            <IconButton icon="undo" label="Undo" off={wish !== null} onClick={() => act(job, 'undo')} />
          )}
          {job.files.length > 0 && (
            <IconButton
              icon={open ? 'down' : 'right'}
              label={`${open ? 'Hide' : 'Show'} the files of ${job.repo_id}`}
              expanded={open}
              onClick={() => setOpen(!open)}
            />
          )}
        </span>
      </div>
      {!finished && (
        <Bar
          label={phaseWord(job, wish)}
          done={job.state === 'planning' ? job.bytes_hashed : job.bytes_done}
          total={job.bytes_total}
          skipped={job.state === 'planning' ? 0 : job.bytes_skipped}
          look={paused ? 'paused' : ''}
        />
      )}
      {job.note && (!finished || job.state === 'done') && <p class="tx-note hn-s hn-muted">{job.note}</p>}
      {job.state === 'failed' && job.error && (
        <Notice kind="err" flat title={firstSentence(job.error)} paragraphs={restOf(job.error)} />
      )}
      {open && <Files job={job} />}
    </>
  );
}

export function Info({
  icon,
  name,
  phase,
  link,
  facts: said,
}: {
  icon: IconName;
  name: ComponentChildren;
  phase: ComponentChildren;
  link?: ComponentChildren;
  facts: string[];
}) {
  return (
    <>
      <Icon name={icon} />
      {name}
      <span class="info">
        {phase}
        {link}
        {said.map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </span>
    </>
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

export function Bar({
  label,
  done,
  total,
  skipped,
  look,
}: {
  label: string;
  done: number;
  total: number;
  skipped: number;
  look: string;
}) {
  if (total <= 0) {
    return (
      <span class="hn-prog thin indet" role="progressbar" aria-label={label}>
        <i />
      </span>
    );
  }
  const kept = (100 * Math.min(skipped, total)) / total;
  const percent = Math.min(100, (100 * done) / total);
  return (
    <span
      class={`hn-prog thin ${look}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percentOf(done, total)}
    >
      {kept > 0 && <i class="skip" style={`--p:${kept}%`} />}
      <i style={`--p:${Math.max(0, percent - kept)}%;inset-inline-start:${kept}%`} />
    </span>
  );
}

function Files({ job }: { job: Job }) {
  const hidden = job.files_total - job.files.length;
  return (
    <div class="tx-more">
      <ul class="tx-files">
        {job.files.map((file) => (
          <FileLine key={file.path} file={file} job={job} />
        ))}
        {hidden > 0 && (
          <li class="rest">
            <span />
            <span>{hidden} more</span>
          </li>
        )}
      </ul>
    </div>
  );
}

function FileLine({ file, job }: { file: FileRow; job: Job }) {
  const state = fileState(file, job);
  const running = state === 'running';
  return (
    <li class={state === 'done' || state === 'skipped' ? 'ok' : ''}>
      <Icon name={running ? job.kind : FILE_ICONS[state]} small />
      <FileName path={file.path} />
      <span>
        {running && (
          <span class="hn-prog" aria-hidden="true">
            <i style={`--p:${percentOf(file.done, file.size)}%`} />
          </span>
        )}
      </span>
      <span>{running ? formatBytesOf(file.done, file.size) : formatBytes(file.size)}</span>
      <span>{fileWord(file, job)}</span>
    </li>
  );
}

function firstSentence(text: string): string {
  return text.split(/(?<=[.!?])\s+/, 1)[0] ?? text;
}

function restOf(text: string): string[] {
  const rest = text.slice(firstSentence(text).length).trim();
  return rest ? [rest] : [];
}
