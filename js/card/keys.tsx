import { say } from './words';

/** The keys of the editor, with the host's name of the control key. */
export function Keys() {
  const control = /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘' : 'Ctrl';
  const rows = [
    [`${control} S`, say('key_save')],
    [`${control} Enter`, say('key_push')],
    ['F8, Shift F8', say('key_problem')],
    [`${control} .`, say('key_fix')],
    [`${control} B, I, K`, say('key_format')],
    [`${control} Shift D`, say('key_changes')],
    ['F6', say('next_region')],
  ];
  return (
    <dl class="hn-dl hn-body">
      {rows.map(([keys, words]) => (
        <>
          <dt>
            <kbd class="hn-kbd">{keys}</kbd>
          </dt>
          <dd>{words}</dd>
        </>
      ))}
    </dl>
  );
}
