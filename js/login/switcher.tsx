import { useEffect, useRef } from 'preact/hooks';
import { Button, Icon } from '../shared/parts';

interface SwitcherProps {
  stored: readonly string[];
  active: string;
  onChoose: (name: string) => void;
  onOther: () => void;
  onBack: () => void;
}

/** The tokens kept on this machine, by name, chosen in place. */
export function Switcher({ stored, active, onChoose, onOther, onBack }: SwitcherProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => list.current?.querySelector('button')?.focus(), []);

  const move = (event: KeyboardEvent) => {
    const options = [...(list.current?.querySelectorAll('button') ?? [])];
    const at = options.indexOf(event.target as HTMLButtonElement);
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: options.length - 1,
    };
    const next = steps[event.key];
    if (event.key === 'Escape') {
      event.preventDefault();
      onBack();
    } else if (next !== undefined) {
      event.preventDefault();
      options[Math.max(0, Math.min(options.length - 1, next))]?.focus();
    }
  };

  return (
    <div class="hn-body hn-stack">
      <div
        class="hn-pop lg-switch"
        role="menu"
        aria-label="Accounts on this machine"
        ref={list}
        onKeyDown={move}
      >
        <div class="hn-pop-h">Saved on this machine</div>
        {stored.map((name) => (
          <button
            key={name}
            type="button"
            class="hn-opt"
            role="menuitemradio"
            aria-checked={name === active}
            onClick={() => onChoose(name)}
          >
            {name === active ? <Icon name="check" small /> : <span class="lg-gap" />}
            <span class="hn-grow">{name}</span>
          </button>
        ))}
        <button type="button" class="hn-opt sep" role="menuitem" onClick={onOther}>
          <Icon name="plus" small />
          Another account…
        </button>
      </div>
      <div class="hn-line">
        <Button look="s quiet" onClick={onBack}>
          Back
        </Button>
      </div>
    </div>
  );
}
