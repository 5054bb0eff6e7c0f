import { useEffect, useRef, useState } from 'preact/hooks';
import { formatBytes } from '../shared/format';
import { Button, Icon } from '../shared/parts';
import { Glyph } from './icons';
import type { Runs } from './runs';
import { say } from './words';

const MOST_BYTES = 10_000_000;
/** Base64 of this stays far below what a Jupyter server drops in silence. */
const PART_BYTES = 1_500_000;
const ACCEPT = { image: 'image/png,image/jpeg,image/webp,image/gif', audio: 'audio/*' } as const;

interface Taken {
  name: string;
  bytes: number;
  url: string;
}

/** A place for an image or a recording: drop, paste, choose, or a variable of the notebook. */
export function Drop({ field, runs }: { field: 'image' | 'audio'; runs: Runs }) {
  const [taken, setTaken] = useState<Taken | null>(null);
  const [over, setOver] = useState(false);
  const [names, setNames] = useState<string[] | null>(null);
  const [said, setSaid] = useState('');
  const chooser = useRef<HTMLInputElement>(null);
  const url = useRef('');
  useEffect(() => () => URL.revokeObjectURL(url.current), []);

  const keep = (name: string, blob: Blob) => {
    URL.revokeObjectURL(url.current);
    url.current = URL.createObjectURL(blob);
    if (field === 'image') runs.preview.current = url.current;
    setTaken({ name, bytes: blob.size, url: url.current });
    setNames(null);
    setSaid('');
  };
  const take = async (file: File | null | undefined) => {
    if (!file) return;
    if (!file.type.startsWith(`${field}/`)) {
      setSaid(
        field === 'image' ? say('no_image', { name: file.name }) : say('no_audio', { name: file.name }),
      );
      return;
    }
    if (file.size > MOST_BYTES) {
      setSaid(say('too_large', { name: file.name, size: formatBytes(file.size) }));
      return;
    }
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      for (let start = 0; start === 0 || start < bytes.length; start += PART_BYTES) {
        const end = Math.min(bytes.length, start + PART_BYTES);
        await runs.ask('put_file', {
          field,
          data: base64(bytes.subarray(start, end)),
          first: start === 0,
          last: end === bytes.length,
        });
      }
      keep(file.name, file);
    } catch (error) {
      runs.fail(error);
    }
  };
  const list = async () => {
    try {
      setNames(names ? null : await runs.ask<string[]>('list_variables', { field }));
    } catch (error) {
      runs.fail(error);
    }
  };
  const useVariable = async (name: string) => {
    try {
      const { buffers } = await runs.askBuffers<{ name: string }>('use_variable', { field, name });
      const content = buffers[0];
      if (content)
        keep(name, new Blob([content as BlobPart], { type: field === 'image' ? 'image/png' : 'audio/wav' }));
    } catch (error) {
      runs.fail(error);
    }
  };
  const clear = () => {
    setTaken(null);
    void runs.ask('drop_file', { field }).catch(runs.fail);
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of controls is no fieldset of a form
    <div
      class={`tr-drop ${taken ? 'has' : ''} ${over ? 'over' : ''}`}
      role="group"
      aria-label={field === 'image' ? say('image') : say('audio')}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        event.stopPropagation();
        setOver(false);
        void take(event.dataTransfer?.files[0]);
      }}
      onPaste={(event) => {
        const file = event.clipboardData?.files[0];
        if (file) event.preventDefault();
        void take(file);
      }}
    >
      {taken ? (
        <>
          {field === 'image' ? (
            <img class="pic" src={taken.url} alt={say('chosen', { name: taken.name })} />
          ) : (
            // biome-ignore lint/a11y/useMediaCaption: what somebody recorded has no captions yet
            <audio controls src={taken.url} aria-label={say('chosen', { name: taken.name })} />
          )}
          <p class="hn-s hn-muted">
            <bdi>{taken.name}</bdi> · {formatBytes(taken.bytes)}
          </p>
          <Button look="s" onClick={clear}>
            {field === 'image' ? say('another_image') : say('another_audio')}
          </Button>
        </>
      ) : (
        <>
          <Glyph name={field === 'image' ? 'image' : 'mic'} />
          <p class="hn-m">{field === 'image' ? say('drop_image') : say('drop_audio')}</p>
          <div class="hn-line tr-mid">
            <Button look="s" onClick={() => chooser.current?.click()}>
              {say('choose_file')}
            </Button>
            <Button look="s" aria-expanded={names !== null} onClick={() => void list()}>
              {say('use_variable')}
              <Icon name="down" small />
            </Button>
          </div>
          {names && <Variables names={names} onChoose={(name) => void useVariable(name)} />}
          <p class="hn-s hn-muted">{field === 'image' ? say('image_limits') : say('audio_limits')}</p>
        </>
      )}
      {said && (
        <p class="hn-hint err" role="alert">
          {said}
        </p>
      )}
      <input
        ref={chooser}
        type="file"
        hidden
        tabIndex={-1}
        aria-label={say('choose_file')}
        accept={ACCEPT[field]}
        onChange={(event) => {
          void take(event.currentTarget.files?.[0]);
          event.currentTarget.value = '';
        }}
      />
    </div>
  );
}

/** Variables of the notebook to choose among. */
export function Variables({ names, onChoose }: { names: string[]; onChoose: (name: string) => void }) {
  if (names.length === 0) return <p class="hn-s hn-muted">{say('no_variables')}</p>;
  return (
    <div class="hn-pop tr-list" role="menu" aria-label={say('use_variable')}>
      {names.map((name) => (
        <button key={name} type="button" class="hn-opt" role="menuitem" onClick={() => onChoose(name)}>
          <code class="hn-mono">{name}</code>
        </button>
      ))}
    </div>
  );
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += 32_768) {
    text += String.fromCharCode(...bytes.subarray(start, start + 32_768));
  }
  return btoa(text);
}
