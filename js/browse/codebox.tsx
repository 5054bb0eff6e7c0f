// biome-ignore-all lint/a11y/useSemanticElements: a group of text is no fieldset
import { useState } from 'preact/hooks';
import { say as common } from '../shared/common-words';
import { Button } from '../shared/parts';
import { type Library, pythonCode } from './code';
import { Glyph, Tool } from './icons';
import { onRowKey } from './roving';
import { copyText } from './show';
import type { Place } from './view';
import { say } from './words';

const MOST_PATHS = 50;

/** Python that gets the chosen files in another notebook. */
export function CodeBox({
  place,
  commit,
  paths,
  announce,
  onClose,
}: {
  place: Place;
  commit: string | null;
  paths: string[];
  announce: (text: string) => void;
  onClose: () => void;
}) {
  const [library, setLibrary] = useState<Library>('hubnb');
  const [pinned, setPinned] = useState(true);
  const [copied, setCopied] = useState(false);
  const libraries: readonly Library[] =
    place.kind === 'model' ? ['hubnb', 'transformers', 'huggingface_hub'] : ['hubnb', 'huggingface_hub'];
  const code = pythonCode({
    repoId: place.id,
    kind: place.kind,
    revision: place.revision,
    commit,
    pinned,
    paths,
    cut: paths.length > MOST_PATHS,
    library,
  });
  const copy = async () => {
    const done = await copyText(code);
    setCopied(done);
    announce(done ? say('copied', { what: say('code') }) : say('not_copied'));
  };
  return (
    <div class="br-code" data-region>
      <div class="hn-line">
        <strong class="hn-h">{say('use_in_a_cell')}</strong>
        <div class="hn-seg hn-push" role="radiogroup" aria-label={say('library')} onKeyDown={onRowKey}>
          {libraries.map((name) => (
            <button
              key={name}
              type="button"
              role="radio"
              aria-checked={library === name}
              tabIndex={library === name ? 0 : -1}
              onClick={() => {
                setLibrary(name);
                setCopied(false);
              }}
            >
              {name}
            </button>
          ))}
        </div>
        <Tool glyph="x" label={common('close')} onClick={onClose} />
      </div>
      <div class="hn-codebox">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
        <pre class="hn-code" tabIndex={0} role="group" aria-label={say('code')}>
          {code}
        </pre>
        <Button look="s" onClick={() => void copy()}>
          <Glyph name={copied ? 'check' : 'copy'} small />
          {copied ? common('copied') : common('copy')}
        </Button>
      </div>
      <label class="hn-checkrow">
        <input
          type="checkbox"
          checked={pinned}
          onChange={(event) => {
            setPinned(event.currentTarget.checked);
            setCopied(false);
          }}
        />
        <span>{say('pin_the_commit')}</span>
      </label>
      {paths.length > MOST_PATHS && <p class="hn-hint">{say('code_gets_all')}</p>}
    </div>
  );
}
