import { formatBytes, formatBytesOf, formatDuration, formatSpeed, plural } from '../shared/format';
import type { FileRow, Job, JobState, Totals } from './model';

/** Nothing more happens in these. */
export function isFinished(state: JobState): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}

/** What a person asked for that is not true yet. */
export type Wish = 'pause' | 'resume' | 'cancel' | 'retry' | 'undo';

const WISH_WORDS: Record<Wish, string> = {
  pause: 'Pausing…',
  resume: 'Resuming…',
  cancel: 'Cancelling…',
  retry: 'Retrying…',
  undo: 'Undoing…',
};

const PHASE_WORDS: Record<Job['kind'], Record<JobState, string>> = {
  pull: {
    queued: 'Waiting',
    planning: 'Looking',
    running: 'Downloading',
    paused: 'Paused',
    verifying: 'Verifying',
    committing: 'Linking',
    done: 'Pulled',
    failed: 'Stopped',
    cancelled: 'Cancelled',
  },
  push: {
    queued: 'Waiting',
    planning: 'Hashing',
    running: 'Uploading',
    paused: 'Paused',
    verifying: 'Verifying',
    committing: 'Committing',
    done: 'Pushed',
    failed: 'Stopped',
    cancelled: 'Cancelled',
  },
};

export function percentOf(done: number, total: number): number {
  return total > 0 ? Math.min(100, Math.floor((100 * done) / total)) : 0;
}

/** The word for where a job stands; a wish that is not fulfilled yet wins. */
export function phaseWord(job: Job, wish: Wish | null): string {
  if (wish === 'retry' || wish === 'undo' || (wish && !isFinished(job.state))) return WISH_WORDS[wish];
  if (job.state === 'failed') {
    const percent = percentOf(job.bytes_done, job.bytes_total);
    return percent > 0 ? `Stopped at ${percent} %` : 'Stopped';
  }
  if (job.state === 'done' && job.kind === 'pull' && job.bytes_moved === 0) return 'From the cache';
  if (isEmptyPush(job)) return 'Nothing to push';
  return PHASE_WORDS[job.kind][job.state];
}

/** The facts beside the phase, most important first. */
export function facts(job: Job): string[] {
  if (job.state === 'done') return doneFacts(job);
  if (job.state === 'failed' || job.state === 'cancelled') {
    return job.bytes_moved > 0 ? [`${formatBytes(job.bytes_moved)} moved`] : [];
  }
  if (job.state === 'planning') return planningFacts(job);
  const said: string[] = [];
  if (job.bytes_total > 0) said.push(formatBytesOf(job.bytes_done, job.bytes_total));
  if (job.state === 'running') said.push(...paceFacts(job.speed_bytes_per_s, job.eta_s, job.elapsed_s));
  return said;
}

/** A push that found everything on the Hub already, so that there is no commit. */
function isEmptyPush(job: Job): boolean {
  return job.state === 'done' && job.kind === 'push' && job.commit === null;
}

function doneFacts(job: Job): string[] {
  if (isEmptyPush(job)) return [`${formatBytes(job.bytes_total)} already on the Hub`];
  if (job.kind === 'pull' && job.bytes_moved === 0) {
    return [`${formatBytes(job.bytes_total)}, nothing fetched`];
  }
  const said = [`${formatBytes(job.bytes_moved)} in ${formatDuration(job.elapsed_s)}`];
  if (job.verified) said.push('sha-256 verified');
  if (job.bytes_skipped > 0) said.push(`skipped ${formatBytes(job.bytes_skipped)}`);
  return said;
}

function planningFacts(job: Job): string[] {
  if (job.bytes_hashed > 0 && job.bytes_total > 0) return [formatBytesOf(job.bytes_hashed, job.bytes_total)];
  return job.files_total > 0 ? [plural(job.files_total, 'file', 'files')] : [];
}

/** An estimate is shown after 3 s: before that it jumps. */
function paceFacts(speed: number, eta: number | null, elapsed: number): string[] {
  const said: string[] = [];
  if (speed > 0) said.push(formatSpeed(speed));
  if (eta !== null && elapsed >= 3) said.push(`${formatDuration(eta)} left`);
  return said;
}

/** "3 downloads", "2 pushes", "3 transfers". */
export function countWords(totals: Totals): string {
  if (totals.pulls === totals.jobs) return plural(totals.jobs, 'download', 'downloads');
  if (totals.pulls === 0) return plural(totals.jobs, 'push', 'pushes');
  return plural(totals.jobs, 'transfer', 'transfers');
}

export function totalFacts(totals: Totals, elapsed: number): string[] {
  const said = [];
  if (totals.bytes_total > 0) {
    said.push(
      totals.active > 0
        ? formatBytesOf(totals.bytes_done, totals.bytes_total)
        : formatBytes(totals.bytes_total),
    );
  }
  if (totals.active > 0) said.push(...paceFacts(totals.speed_bytes_per_s, totals.eta_s, elapsed));
  if (totals.failed > 0) said.push(`${totals.failed} stopped`);
  if (totals.cancelled > 0) said.push(`${totals.cancelled} cancelled`);
  return said;
}

/** Where a file stands; in a transfer that has ended, nothing is on its way any more. */
export function fileState(file: FileRow, job: Job): FileRow['state'] {
  const ended = isFinished(job.state) && file.state !== 'done' && file.state !== 'skipped';
  return ended ? 'failed' : file.state;
}

export function fileWord(file: FileRow, job: Job): string {
  const kind = job.kind;
  switch (fileState(file, job)) {
    case 'waiting':
      return 'waiting';
    case 'hashing':
      return 'hashing';
    case 'running':
      return `${percentOf(file.done, file.size)} %`;
    case 'skipped':
      return kind === 'pull' ? 'in the cache' : 'already on the Hub';
    case 'failed':
      return 'stopped';
    case 'done':
      return kind === 'pull' ? 'fetched' : 'sent';
  }
}

/** What the status line tells of several transfers: only when one of them ends. */
export function totalAnnouncement(totals: Totals): string {
  return `${countWords(totals)}: ${totals.jobs - totals.active} of ${totals.jobs} ended`;
}

/** What the status line tells a person who can't see the bar: phases and quarters, never each tick. */
export function announcement(job: Job): string {
  const phase = phaseWord(job, null);
  if (job.state !== 'running') return `${job.repo_id}: ${phase}`;
  const quarter = Math.floor(percentOf(job.bytes_done, job.bytes_total) / 25) * 25;
  return quarter > 0 ? `${job.repo_id}: ${phase}, ${quarter} %` : `${job.repo_id}: ${phase}`;
}
