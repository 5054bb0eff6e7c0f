import { useId, useState } from 'preact/hooks';
import { Icon } from '../shared/parts';
import { Glyph } from './icons';
import type { CardProblem, Choices, Field, ResultRow } from './model';
import { problemWords } from './problems';
import { fieldName, say } from './words';

interface FormProps {
  form: Field[] | null;
  choices: Choices;
  problems: CardProblem[];
  /** Lines of the metadata, by which a problem finds its field. */
  text: string;
  lines: number;
  onField: (key: string, value: string | string[]) => void;
  onResult: (place: number[] | null, field: string, value: string) => void;
  onRemoveResult: (place: number[]) => void;
  onYaml: () => void;
}

/** The metadata as a form: another view of the same text. */
export function Form(props: FormProps) {
  const { form, choices, problems, text, lines, onField, onYaml } = props;
  if (form === null) {
    return (
      <div class="cd-form">
        <p class="all hn-hint err">{say('form_unreadable')}</p>
        <YamlLink lines={lines} onYaml={onYaml} />
      </div>
    );
  }
  const found = problemsOf(problems, text);
  return (
    <div class="cd-form">
      {form.map((field) => {
        const wrong = found.get(field.key) ?? [];
        if (field.kind === 'results') return <Results key={field.key} {...props} field={field} />;
        if (field.kind === 'words') {
          return (
            <Words
              key={field.key}
              field={field}
              problems={wrong}
              choices={choices[field.choices] ?? []}
              onField={onField}
            />
          );
        }
        return (
          <One
            key={field.key}
            field={field}
            problems={wrong}
            choices={choices[field.choices] ?? null}
            onField={onField}
          />
        );
      })}
      <YamlLink lines={lines} onYaml={onYaml} />
    </div>
  );
}

function YamlLink({ lines, onYaml }: { lines: number; onYaml: () => void }) {
  return (
    <div class="all">
      <button class="hn-lnk hn-s" type="button" onClick={onYaml}>
        <Glyph name="code" />
        {say('edit_yaml', { count: lines })}
      </button>
    </div>
  );
}

function One({
  field,
  problems,
  choices,
  onField,
}: {
  field: Field;
  problems: CardProblem[];
  choices: [string, string][] | null;
  onField: FormProps['onField'];
}) {
  const id = useId();
  const value = String(field.value);
  const wrong = problems[0];
  const shared = {
    id,
    'aria-invalid': wrong?.severity === 'error',
    'aria-describedby': wrong ? `${id}-hint` : undefined,
    style: wrong?.severity === 'error' ? { borderColor: 'var(--hn-err-fill)' } : undefined,
  };
  return (
    <div class="hn-field">
      <label class="hn-label" for={id}>
        {fieldName(field.key)}
      </label>
      {choices ? (
        <select
          {...shared}
          class="hn-select"
          value={value}
          onChange={(event) => onField(field.key, event.currentTarget.value)}
        >
          <option value="">{say('none')}</option>
          {value && !choices.some(([one]) => one === value) && <option value={value}>{value}</option>}
          {choices.map(([one, name]) => (
            <option key={one} value={one}>
              {name === one ? one : `${name} (${one})`}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...shared}
          class="hn-input hn-s"
          value={value}
          onChange={(event) => onField(field.key, event.currentTarget.value)}
        />
      )}
      {wrong && (
        <span class={`hn-hint ${wrong.severity === 'error' ? 'err' : ''}`} id={`${id}-hint`}>
          {problemWords(wrong)}
        </span>
      )}
    </div>
  );
}

function Words({
  field,
  problems,
  choices,
  onField,
}: {
  field: Field;
  problems: CardProblem[];
  choices: [string, string][];
  onField: FormProps['onField'];
}) {
  const id = useId();
  const words = field.value as string[];
  const [typed, setTyped] = useState('');
  const bad = new Map(problems.map((one) => [String(one.values.value ?? ''), one]));
  const worst = problems.find((one) => one.severity === 'error');
  const add = () => {
    const next = typed.split(',').map((one) => one.trim());
    const fresh = next.filter((one) => one && !words.includes(one));
    if (fresh.length > 0) onField(field.key, [...words, ...fresh]);
    setTyped('');
  };
  return (
    <div class="hn-field">
      <span class="hn-label" id={id}>
        {fieldName(field.key)}
      </span>
      <span class={`hn-inwrap ${worst ? 'bad' : ''}`} style={{ flexWrap: 'wrap' }}>
        {words.map((word, at) => (
          <span key={at} class={`hn-tag hn-trunc ${tagLook(bad.get(word))}`}>
            <bdi class="hn-trunc">{word}</bdi>
            <button
              type="button"
              aria-label={say('remove_word', { word })}
              onClick={() =>
                onField(
                  field.key,
                  words.filter((one) => one !== word),
                )
              }
            >
              <Icon name="x" />
            </button>
          </span>
        ))}
        <input
          type="text"
          aria-labelledby={id}
          list={choices.length > 0 ? `${id}-list` : undefined}
          placeholder={say('add')}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onBlur={add}
          onKeyDown={(event) => {
            if (event.key === 'Enter' || event.key === ',') {
              event.preventDefault();
              add();
            } else if (event.key === 'Backspace' && typed === '' && words.length > 0) {
              onField(field.key, words.slice(0, -1));
            }
          }}
        />
        {choices.length > 0 && (
          <datalist id={`${id}-list`}>
            {choices.map(([one, name]) => (
              <option key={one} value={one} label={name} />
            ))}
          </datalist>
        )}
      </span>
      {worst && <span class="hn-hint err">{problemWords(worst)}</span>}
    </div>
  );
}

function tagLook(problem: CardProblem | undefined): string {
  if (!problem) return '';
  return problem.severity === 'error' ? 'bad' : 'warn';
}

/** The evaluation table: rows of `model-index`. */
function Results({ field, onResult, onRemoveResult }: FormProps & { field: Field }) {
  const id = useId();
  const rows = field.value as ResultRow[];
  const cell = (row: ResultRow, name: 'metric' | 'value' | 'split', label: string) => (
    <input
      aria-label={`${label}, ${row.metric}`}
      value={row[name]}
      onChange={(event) => onResult(row.place, name, event.currentTarget.value)}
    />
  );
  return (
    <div class="hn-field all">
      <span class="hn-label" id={id}>
        {fieldName('model-index')}
      </span>
      {rows.length > 0 && (
        <div class="cd-eval">
          <table class="hn-table" aria-labelledby={id}>
            <thead>
              <tr>
                <th>{say('metric')}</th>
                <th class="hn-num">{say('value')}</th>
                <th>{say('split')}</th>
                <th>
                  <span class="hn-sr">{say('remove')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.place.join()} title={[row.task, row.dataset].filter(Boolean).join(' · ')}>
                  <td>{cell(row, 'metric', say('metric'))}</td>
                  <td class="hn-num">{cell(row, 'value', say('value'))}</td>
                  <td>{cell(row, 'split', say('split'))}</td>
                  <td>
                    <button
                      type="button"
                      class="hn-btn icon s quiet"
                      aria-label={say('remove_word', { word: row.metric })}
                      onClick={() => onRemoveResult(row.place)}
                    >
                      <Icon name="x" small />
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <button class="hn-lnk hn-s" type="button" onClick={() => onResult(null, 'metric', 'accuracy')}>
        <Icon name="plus" small />
        {say('add_result')}
      </button>
    </div>
  );
}

/** Find the field of each problem: the key at or above its line. */
function problemsOf(problems: CardProblem[], text: string): Map<string, CardProblem[]> {
  const lines = text.split('\n');
  const found = new Map<string, CardProblem[]>();
  for (const problem of problems) {
    for (let at = problem.line - 1; at >= 0; at--) {
      const key = /^([\w-]+)\s*:/.exec(lines[at] ?? '');
      if (key?.[1]) {
        found.set(key[1], [...(found.get(key[1]) ?? []), problem]);
        break;
      }
      if (/^(---|#)/.test(lines[at] ?? '')) break;
    }
  }
  return found;
}
