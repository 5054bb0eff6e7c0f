import type { PanelModel } from '../shared/model';

export type Kind = 'model' | 'dataset' | 'space';

export interface Endpoint {
  host: string;
  url: string;
  local: boolean;
  offline: boolean;
}

/** The chosen files, one bit each, of the list of `commit`; `by` is the view that chose them, or empty. */
export interface Chosen {
  commit: string;
  bits: string;
  by: string;
}

/** Traits of `hubnb/panels/browse.py`. */
export interface BrowseModel extends PanelModel {
  repo_id: string | null;
  repo_type: Kind;
  revision: string;
  query: string;
  chosen: Chosen;
  endpoint: Endpoint;
  pulls: Pull[];
}

/** One repository in a list; sizes in bytes. */
export interface Row {
  id: string;
  task: string | null;
  library: string | null;
  license: string | null;
  sdk: string | null;
  parameters: number | null;
  size: number | null;
  downloads: number | null;
  likes: number | null;
  updated: string | null;
  private: boolean;
  gated: boolean;
  cached: boolean;
  files?: number;
}

export interface Page {
  rows: Row[];
  more: boolean;
}

/** The head of the repo page. */
export interface Facts extends Row {
  repo_type: Kind;
  revision: string;
  commit: string | null;
  dtype: string | null;
  gated_how: string | null;
  access: boolean;
  author: string;
  signed_in: boolean;
  url: string;
  offline: boolean;
}

/** Names of commits: name and commit. */
export interface Refs {
  branches: [string, string][];
  tags: [string, string][];
  pulls: [string, string][];
  commits?: [string, string][];
}

export interface Commit {
  id: string;
  title: string;
  message: string;
  date: string | null;
  authors: string[];
}

export interface Commits {
  rows: Commit[];
  total: number | null;
  more: boolean;
}

export type Status = 'open' | 'closed' | 'merged' | 'draft';

export interface Talk {
  num: number;
  title: string;
  status: Status;
  author: string;
  date: string;
  is_pull: boolean;
}

export interface TalkEvent {
  id: string;
  type: string;
  author: string;
  date: string;
  text?: string;
  hidden?: boolean;
  edited?: boolean;
  status?: string;
  title?: string;
  oid?: string;
  old?: string;
  new?: string;
}

export interface Discussion extends Talk {
  events: TalkEvent[];
  target: string;
  conflicts: string[] | boolean;
  merge_commit: string | null;
  diff: string;
  diff_cut: boolean;
  url: string;
}

/** A pull that was started here; sizes in bytes, times in seconds. */
export interface Pull {
  id: string;
  repo_id: string;
  revision: string;
  commit: string | null;
  state: string;
  finished: boolean;
  files_total: number;
  files_done: number;
  bytes_total: number;
  bytes_done: number;
  bytes_skipped: number;
  speed: number;
  eta_s: number | null;
  error: string | null;
  from_cache: boolean;
  path: string | null;
}

/** Words that filters are chosen from. */
export interface Vocabulary {
  tasks: [string, string][];
  libraries: [string, string][];
  licenses: [string, string][];
  languages: [string, string][];
  sorts: string[];
}

/** A look into one file. */
export interface Look {
  path: string;
  kind: 'text' | 'markdown' | 'json' | 'table' | 'image' | 'tensors' | 'pickle' | 'none';
  size: number;
  bytes_read: number;
  from_cache: boolean;
  body: Record<string, unknown>;
}

/** What went wrong, by kind; `title` and `text` are the kernel's English words. */
export interface Trouble {
  kind: string;
  title: string;
  text: string;
  details: string;
  host: string;
}
