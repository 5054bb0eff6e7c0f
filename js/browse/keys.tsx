// biome-ignore-all lint/a11y/useSemanticElements: a group of text is no fieldset
import { say as common } from '../shared/common-words';
import { Tool } from './icons';
import { say } from './words';

const KEYS = [
  ['↑ ↓ Home End', 'key_move'],
  ['→ ←', 'key_fold'],
  ['Enter', 'key_open'],
  ['Space', 'key_choose'],
  ['Shift+↑ ↓', 'key_extend'],
  ['Ctrl+A', 'key_all'],
  ['P', 'key_pull'],
  ['C', 'key_copy'],
  ['Backspace', 'key_back'],
  ['/', 'key_find'],
  ['F6', 'key_region'],
  ['Esc', 'key_leave'],
] as const;

/** The keys of this panel. */
export function KeyList({ onClose }: { onClose: () => void }) {
  return (
    <div class="br-keys" role="group" aria-label={say('keyboard')}>
      <div class="hn-line">
        <strong class="hn-h">{say('keyboard')}</strong>
        <span class="hn-push">
          <Tool glyph="x" label={common('close')} onClick={onClose} />
        </span>
      </div>
      <dl>
        {KEYS.map(([key, id]) => (
          <div key={id}>
            <dt>
              <kbd class="hn-kbd">{key}</kbd>
            </dt>
            <dd>{say(id)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
