import { formatBytes, formatBytesOf, formatDuration, formatSpeed } from '../shared/format';
import type { FileRow, Job, JobState } from './model';
import { say } from './words';

/** What a person asked for that is not true yet. */
export type Wish = 'pause' | 'resume' | 'cancel' | 'retry' | 'undo';

export function isFinished(state: JobState): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}

export function percentOf(done: number, total: number): number {
  return total > 0 ? Math.min(100, Math.floor((100 * done) / total)) : 0;
}

const WISHES = {
  pause: 'pausing',
  resume: 'resuming',
  cancel: 'cancelling',
  retry: 'retrying',
  undo: 'undoing',
} as const;

/** The word for where a job stands; a wish that is not fulfilled yet wins. */
export function phaseWord(job: Job, wish: Wish | null): string {
  if (wish) return say(WISHES[wish]);
  const push = job.kind === 'push';
  switch (job.state) {
    case 'queued':
      return say('waiting');
    case 'planning':
      return say(push ? 'hashing' : 'looking');
    case 'running':
      return say(push ? 'uploading' : 'downloading');
    case 'paused':
      return say('paused');
    case 'verifying':
      return say('verifying');
    case 'committing':
      return say(push ? 'committing' : 'linking');
    case 'cancelled':
      return say('cancelled');
    case 'failed': {
      const percent = percentOf(job.bytes_done, job.bytes_total);
      return percent > 0 ? say('stopped_at', { percent }) : say('stopped');
    }
    case 'done':
      if (push) return job.commit ? say('pushed_to', { revision: job.revision }) : say('nothing_to_push');
      return job.bytes_moved === 0 ? say('from_cache') : say('pulled');
  }
}

/** The facts of an ended job, most important first. */
export function endedFacts(job: Job): string[] {
  if (job.state !== 'done')
    return job.bytes_moved > 0 ? [say('moved', { size: formatBytes(job.bytes_moved) })] : [];
  const said: string[] = [];
  if (job.bytes_moved > 0) {
    said.push(say('took', { size: formatBytes(job.bytes_moved), time: formatDuration(job.elapsed_s) }));
  } else if (job.bytes_total > 0) said.push(formatBytes(job.bytes_total));
  if (job.bytes_skipped > 0) {
    const size = formatBytes(job.bytes_skipped);
    said.push(job.kind === 'push' ? say('skipped_hub', { size }) : say('skipped_here', { size }));
  }
  return said;
}

/** How many bytes, of how many. */
export function amount(job: Job): string {
  if (job.bytes_total === 0) return '';
  if (job.state === 'planning') return formatBytesOf(job.bytes_hashed, job.bytes_total);
  return formatBytesOf(job.bytes_done, job.bytes_total);
}

export function speed(job: Job): string {
  return job.state === 'running' && job.speed_bytes_per_s > 0 ? formatSpeed(job.speed_bytes_per_s) : '';
}

/** An estimate is shown after 3 s: before that it jumps. */
export function timeLeft(job: Job): string {
  if (job.state !== 'running' || job.eta_s === null || job.elapsed_s < 3) return '';
  return say('left_short', { time: formatDuration(job.eta_s) });
}

/** The steps of a job, and which of them it is in. */
export function steps(job: Job): { names: string[]; now: number } {
  const push = job.kind === 'push';
  const names = push
    ? [
        say('step_hash'),
        say('step_upload'),
        say('step_verify'),
        say('step_commit', { revision: job.revision }),
      ]
    : [say('step_look'), say('step_download'), say('step_verify'), say('step_link')];
  const at: Partial<Record<JobState, number>> = {
    planning: 0,
    running: 1,
    paused: 1,
    verifying: 2,
    committing: 3,
  };
  return { names, now: job.state === 'done' ? names.length : (at[job.state] ?? -1) };
}

/** Where a file stands; in a transfer that has ended, nothing is on its way any more. */
export function fileState(file: FileRow, job: Job): FileRow['state'] {
  const ended = isFinished(job.state) && file.state !== 'done' && file.state !== 'skipped';
  return ended ? 'failed' : file.state;
}

export function fileWord(file: FileRow, job: Job): string {
  const pull = job.kind === 'pull';
  switch (fileState(file, job)) {
    case 'waiting':
      return say('file_waiting');
    case 'hashing':
      return say('file_hashing');
    case 'running':
      return `${percentOf(file.done, file.size)}\u00a0%`;
    case 'skipped':
      return say(pull ? 'file_cached' : 'file_on_hub');
    case 'failed':
      return say('file_stopped');
    case 'done':
      return say(pull ? 'file_fetched' : 'file_sent');
  }
}

/** What the status line tells: phases and quarters, never each tick. */
export function announcement(job: Job): string {
  const phase = phaseWord(job, null);
  const quarter = Math.floor(percentOf(job.bytes_done, job.bytes_total) / 25) * 25;
  if (job.state !== 'running' || quarter === 0) return say('said_done', { repo: job.repo_id, phase });
  return say('said_percent', { repo: job.repo_id, phase, percent: quarter });
}
