import type { PanelModel } from '../shared/model';

/** Somewhere the model can run. */
export interface Place {
  id: string;
  off: boolean;
  /** What would be fetched for it. */
  bytes: number | null;
  /** Packages that are missing for it. */
  missing: string;
}

/** What went wrong, of a kind the panel has words for; `title` and `text` are the kernel's own. */
export interface Trouble {
  kind: string;
  host: string;
  place: string;
  title: string;
  text: string;
  details: string;
  others: string[];
  settings_url: string;
}

/** Traits of `hubnb/panels/try_model.py`. */
export interface TryModelModel extends PanelModel {
  model: { id: string; own: boolean };
  task: string | null;
  fields: string[];
  places: Place[];
  place: string;
  phase: 'asking' | 'ready' | 'running' | 'lost';
  endpoint: { host: string; local: boolean; offline: boolean };
  trouble: Trouble | null;
}

export interface Message {
  role: 'user' | 'assistant';
  content: string;
}

/** What a person typed, by field; a chat is a list of messages. */
export type Given = Record<string, string | Message[]>;

export interface Label {
  label: string;
  score: number | null;
}

/** A whole answer. */
export interface Answer {
  view: string;
  data: unknown;
  json: string;
  ms: number;
  place: string;
  first_ms?: number | null;
  per_s?: number | null;
}

/** News of a run, as the kernel sends them. */
export type News = { hubnb: 'try'; number: number } & (
  | ({ what: 'answer' } & Answer)
  | { what: 'piece'; text: string; first_ms: number | null; per_s: number | null }
  | { what: 'loading'; expected_s: number | null; place: string }
  | { what: 'trouble'; trouble: Trouble }
);
