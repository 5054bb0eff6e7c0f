import type { PanelModel } from '../shared/model';

/** The hub this card goes to. */
export interface Endpoint {
  host: string;
  local: boolean;
  offline: boolean;
}

/** Where the card is. */
export interface Home {
  /** `owner/name`; empty for a file or a card without a repository. */
  id: string;
  type: string;
  revision: string;
  file: string;
  /** What the person opened. */
  title: string;
  /** A file on the kernel's machine. */
  local: boolean;
  commit: string;
  /** The revision is a commit, which nobody can push to. */
  fixed: boolean;
}

export interface Trouble {
  title: string;
  text: string;
}

/** A draft that was found. */
export interface Draft {
  saved_at: string;
  added: number;
  removed: number;
}

export interface Permission {
  may: '' | 'push' | 'pull_request' | 'nothing';
  user: string;
}

/** The last push. */
export interface Pushed {
  commit: string;
  url: string;
  pull_request: number | null;
  revision: string;
  /** Whether what was read back is what was sent; null if it could not be read. */
  same: boolean | null;
  undone: boolean;
}

export interface OneConflict {
  part: 'metadata' | 'text';
  key: string;
  line: number;
  mine: string;
  theirs: string;
}

/** The Hub moved on while the card was written. */
export interface Conflict {
  author: string;
  when: string;
  commit: string;
  message: string;
  /** How many changes came together by themselves. */
  joined: number;
  conflicts: OneConflict[];
}

export interface Fix {
  code: string;
  values: Record<string, string | number>;
  sure: boolean;
}

export interface CardProblem {
  code: string;
  values: Record<string, string | number>;
  severity: 'error' | 'hint';
  /** In English, for a code this version has no words for. */
  message: string;
  line: number;
  column: number;
  end: number;
  fixes: Fix[];
}

export interface ResultRow {
  place: number[];
  metric: string;
  value: string;
  task: string;
  dataset: string;
  split: string;
}

export interface Field {
  key: string;
  kind: 'word' | 'words' | 'choice' | 'results';
  /** Which of the `choices` it takes. */
  choices: string;
  value: string | string[] | ResultRow[];
}

/** What the kernel says about one text. */
export interface Answer {
  blocks: [line: number, html: string][];
  problems: CardProblem[];
  words: number;
  block_lines: number;
  form: Field[] | null;
  ms: number;
  sequence: number;
  version: number;
  /** It differs from what the Hub has. */
  changed: boolean;
  /** What the text became where a program changed it at the same time. */
  text?: string;
}

export interface DiffLine {
  kind: 'same' | 'removed' | 'added';
  old: number | null;
  new: number | null;
  parts: [text: string, marked: boolean][];
}

export interface Difference {
  added: number;
  removed: number;
  hunks: { part: 'metadata' | 'text'; changes: number; lines: DiffLine[] }[];
}

export type Choices = Record<string, [id: string, name: string][]>;

/** Traits of `hubnb/panels/card.py`. */
export interface CardModel extends PanelModel {
  phase: 'loading' | 'editing' | 'failed';
  endpoint: Endpoint;
  home: Home;
  version: number;
  looked: number;
  trouble: Trouble | null;
  draft: Draft | null;
  saved_at: string;
  permission: Permission;
  pushed: Pushed | null;
  conflict: Conflict | null;
}
