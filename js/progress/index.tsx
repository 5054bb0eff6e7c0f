import type { MountRequest } from '../core/index';
import type { AnyModel } from '../shared/model';
import { mountView } from '../shared/mount';
import type { ProgressModel } from './model';
import css from './progress.css?inline';
import { ProgressView } from './view';

/** Mount the compact progress rows of one cell. */
export function progress({ model, el, signal }: MountRequest): () => void {
  // the core chose this view by the model's `kind`, so these are its traits
  const typed = model as unknown as AnyModel<ProgressModel>;
  return mountView({ model: typed, el, signal, css, view: ProgressView });
}
