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
  repo_type: string;
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
  ended_at: number | null;
  error: string | null;
  note: string | null;
  commit: string | null;
  commit_url: string | null;
  verified: boolean;
  /** Its place among those that wait, from 1 on; 0 if it does not wait. */
  place: number;
  undo: boolean;
  retry: boolean;
}

export interface Totals {
  bytes_total: number;
  bytes_done: number;
  speed_bytes_per_s: number;
  eta_s: number | null;
  /** Bytes that crossed the network since the kernel started. */
  sent: number;
  fetched: number;
}

/** The files of a transfer from `start` on. */
export interface FilePage {
  start: number;
  rows: FileRow[];
}

/** A transfer of a kernel that died. */
export interface Left {
  id: string;
  kind: 'pull' | 'push';
  repo_id: string;
  started_at: number;
}

export interface PlannedFile {
  path: string;
  change: 'added' | 'changed' | 'removed' | 'ignored';
  size: number;
  travels: number;
  tensors: number;
  tensors_changed: number;
  tensor_names: string[];
}

/** What a push would change. */
export interface Plan {
  repo_id: string;
  revision: string;
  message: string;
  as_pr: boolean;
  phase: 'planning' | 'ready' | 'failed';
  head: string | null;
  travels: number;
  bytes: number;
  same_bytes: number;
  counts: Record<string, number>;
  files: PlannedFile[];
  hidden: number;
  problem: { title: string; text: string } | null;
}

/** Traits of `hubnb/panels/transfers.py`. */
export interface TransfersModel extends PanelModel {
  active: Job[];
  ended: Job[];
  more: number;
  totals: Totals;
  files: Record<string, FilePage>;
  unfinished: Left[];
  limit: number | null;
  plan: Plan | null;
  endpoint: { host: string; local: boolean; offline: boolean; token_page: string | null };
}
