import type { PanelModel } from '../shared/model';

export type JobState =
  | 'queued'
  | 'planning'
  | 'running'
  | 'paused'
  | 'verifying'
  | 'committing'
  | 'done'
  | 'failed'
  | 'cancelled';

export interface FileRow {
  path: string;
  size: number;
  done: number;
  state: 'waiting' | 'hashing' | 'running' | 'done' | 'skipped' | 'failed';
}

/** One transfer; sizes in bytes, times in seconds. */
export interface Job {
  id: string;
  kind: 'pull' | 'push';
  repo_id: string;
  revision: string;
  state: JobState;
  files_total: number;
  files_done: number;
  bytes_total: number;
  bytes_done: number;
  bytes_moved: number;
  bytes_skipped: number;
  bytes_hashed: number;
  speed_bytes_per_s: number;
  eta_s: number | null;
  elapsed_s: number;
  error: string | null;
  note: string | null;
  commit: string | null;
  commit_url: string | null;
  verified: boolean;
  /** The rows worth showing; `files_total` says how many there are. */
  files: FileRow[];
}

/** All transfers of the cell together, those without a row of their own included. */
export interface Totals {
  jobs: number;
  pulls: number;
  active: number;
  failed: number;
  cancelled: number;
  bytes_total: number;
  bytes_done: number;
  speed_bytes_per_s: number;
  eta_s: number | null;
}

/** Traits of `hubnb/panels/progress.py`. */
export interface ProgressModel extends PanelModel {
  jobs: Job[];
  totals: Totals;
}
