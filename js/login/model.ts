import type { PanelModel } from '../shared/model';

/** The hub this panel talks to. */
export interface Endpoint {
  host: string;
  /** It runs on this machine. */
  local: boolean;
  /** The environment forbids the network. */
  offline: boolean;
  /** Page where a token is made, if the hub has one. */
  token_page: string | null;
}

export interface Permission {
  allowed: boolean;
  text: string;
}

/** Who the token belongs to and what it may do. Never the token. */
export interface Account {
  name: string;
  full_name: string;
  organisations: { name: string; role: string }[];
  token_name: string;
  role: string;
  expires: string | null;
  can: Permission[];
}

export interface Source {
  name: string;
  label: string;
  found: boolean;
  in_use: boolean;
  note: string;
}

/** What went wrong: happened / why / what next. */
export interface Problem {
  kind: 'refused' | 'unreachable' | 'offline' | 'other';
  title: string;
  paragraphs: string[];
  details: string;
}

/** Traits of `hubnb/panels/login.py`. */
export interface LoginModel extends PanelModel {
  phase: 'signed_out' | 'checking' | 'signed_in';
  user: string | null;
  checking: string;
  endpoint: Endpoint;
  account: Account | null;
  sources: Source[];
  stored: string[];
  /** How the way through the browser stands; the code itself comes in a message. */
  browser: 'offered' | 'waiting' | 'expired' | 'denied' | 'none';
  trouble: Problem | null;
}
