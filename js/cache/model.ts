import type { PanelModel } from '../shared/model';

export interface Revision {
  commit: string;
  refs: string[];
  size: number;
  /** What goes if only this revision goes: shared files are not counted. */
  frees: number;
  files: number;
  modified: number;
}

/** One repository; sizes in bytes, times in unix seconds. */
export interface Repo {
  key: string;
  id: string;
  type: string;
  size: number;
  files: number;
  used: number;
  pinned: boolean;
  in_use: boolean;
  unfinished: number;
  damaged: number;
  revisions: Revision[];
}

export interface Totals {
  size: number;
  repos: number;
  folder: string;
  free: number | null;
  unfinished: number;
  warnings: number;
}

export interface Checking {
  files_total: number;
  files_done: number;
  bytes_total: number;
  bytes_done: number;
  speed_bytes_per_s: number;
}

/** What the last action came to. */
export interface Result {
  kind: 'freed' | 'pruned' | 'verified' | 'stopped' | 'fetched' | 'problem';
  size?: number;
  left?: number;
  files?: number;
  total?: number;
  damaged?: number;
  title?: string;
  text?: string;
}

export interface DeletionRow {
  key: string;
  id: string;
  commits: string[];
  names: string[];
  stays: string[];
  frees: number;
  only_copy: boolean;
}

/** What a deletion would free. */
export interface Deletion {
  frees: number;
  shared: number;
  rows: DeletionRow[];
}

/** Traits of `hubnb/panels/cache.py`. */
export interface CacheModel extends PanelModel {
  repos: Repo[];
  totals: Totals | null;
  phase: 'scanning' | 'ready' | 'verifying' | 'deleting';
  checking: Checking | null;
  damaged: { id: string; path: string; size: number }[];
  result: Result | null;
}
