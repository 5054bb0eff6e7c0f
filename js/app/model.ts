import type { PanelModel } from '../shared/model';

export type Tab = 'browse' | 'card' | 'transfers' | 'cache' | 'try_model' | 'login';

/** Traits of `hubnb/panels/app.py`. A tab's trait refers to its panel; null until it was opened. */
export interface AppModel extends PanelModel {
  tab: Tab;
  browse: string | null;
  card: string | null;
  transfers: string | null;
  cache: string | null;
  try_model: string | null;
  login: string | null;
  repos: Record<string, string>;
  running: number;
  endpoint: { host: string; local: boolean; offline: boolean; token_page: string | null };
}
