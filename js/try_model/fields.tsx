import { useId } from 'preact/hooks';
import { Drop } from './drop';
import type { Given } from './model';
import type { Runs } from './runs';
import { say } from './words';

const FILES = new Set(['image', 'audio']);
const LINES: Record<string, number> = { text: 4, context: 5, sentences: 4, table: 5 };

/** What a field is called, and what may stand in it. */
function named(field: string): { label: string; hint: string } {
  switch (field) {
    case 'prompt':
      return { label: say('prompt'), hint: '' };
    case 'question':
      return { label: say('question'), hint: '' };
    case 'context':
      return { label: say('context'), hint: '' };
    case 'labels':
      return { label: say('labels'), hint: say('labels_hint') };
    case 'sentence':
      return { label: say('sentence'), hint: '' };
    case 'sentences':
      return { label: say('sentences'), hint: say('sentences_hint') };
    case 'table':
      return { label: say('table'), hint: say('table_hint') };
    default:
      return { label: say('text'), hint: '' };
  }
}

/** Everything a person gives, field below field; Ctrl+Enter runs. */
export function Fields({
  fields,
  given,
  onGive,
  runs,
}: {
  fields: string[];
  given: Given;
  onGive: (field: string, value: string) => void;
  runs: Runs;
}) {
  return (
    <>
      {fields.map((field) =>
        FILES.has(field) ? (
          <Drop key={field} field={field as 'image' | 'audio'} runs={runs} />
        ) : (
          <TextField
            key={field}
            field={field}
            value={String(given[field] ?? '')}
            onInput={(value) => onGive(field, value)}
          />
        ),
      )}
    </>
  );
}

function TextField({
  field,
  value,
  onInput,
}: {
  field: string;
  value: string;
  onInput: (value: string) => void;
}) {
  const id = useId();
  const { label, hint } = named(field);
  const lines = LINES[field];
  return (
    <div class="hn-field">
      <label class="hn-label" for={id}>
        {label}
      </label>
      {lines ? (
        <textarea
          class={`hn-area ${field === 'table' ? 'hn-mono' : ''}`}
          id={id}
          rows={lines}
          value={value}
          placeholder={hint}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      ) : (
        <input
          class="hn-input"
          id={id}
          type="text"
          autocomplete="off"
          value={value}
          placeholder={hint}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </div>
  );
}
