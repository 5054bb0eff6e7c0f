// biome-ignore-all lint/a11y/useSemanticElements: a grid of rows that lines up across elements is no table
// biome-ignore-all lint/a11y/useFocusableInteractive: its rows take the focus, its cells do not
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Glyph } from './icons';
import { isRtl, moved } from './roving';
import { fullNumber } from './show';
import { type Tensor, type TensorNode, tensorTree } from './tensors';
import { say } from './words';

const ROW_PX = 26;
const OVERSCAN = 10;
const MOST_PX = 440;

interface Line {
  node: TensorNode;
  level: number;
  position: number;
  siblings: number;
}

/** The tensors of a file as a tree: name, shape, type, parameters and their share of the whole. */
export function TensorsView({ body }: { body: Record<string, unknown> }) {
  const tensors = body.tensors as Tensor[];
  const metadata = Object.entries((body.metadata ?? {}) as Record<string, unknown>);
  const nodes = useMemo(() => tensorTree(tensors), [tensors]);
  const total = Math.max(1, Number(body.parameters));
  const [open, setOpen] = useState<ReadonlySet<string>>(
    () =>
      new Set(
        nodes
          .filter((node, index) => node.children.length && (index === 0 || nodes.length < 4))
          .map((one) => one.path),
      ),
  );
  const lines = useMemo(() => linesOf(nodes, open), [nodes, open]);
  const [at, setAt] = useState(0);
  const [top, setTop] = useState(0);
  const wantsFocus = useRef(false);
  const scroller = useRef<HTMLDivElement>(null);
  const active = Math.min(at, Math.max(0, lines.length - 1));
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    scroller.current?.querySelector<HTMLElement>('[data-active]')?.focus({ preventScroll: true });
  });
  const fold = (path: string) =>
    setOpen((old) => {
      const next = new Set(old);
      if (!next.delete(path)) next.add(path);
      return next;
    });
  const move = (to: number) => {
    wantsFocus.current = true;
    setAt(to);
    const box = scroller.current;
    if (!box) return;
    const above = to * ROW_PX;
    if (above < box.scrollTop) box.scrollTop = above;
    else if (above + 2 * ROW_PX > box.scrollTop + box.clientHeight)
      box.scrollTop = above + 2 * ROW_PX - box.clientHeight;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const line = lines[active];
    if (!line || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = moved(event.key, active, lines.length, 12);
    const forward = isRtl(event.currentTarget as Element) ? 'ArrowLeft' : 'ArrowRight';
    const folder = line.node.children.length > 0;
    if (to !== null) move(to);
    else if (event.key === 'Enter' || event.key === ' ') {
      if (folder) fold(line.node.path);
    } else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
      const isOpen = open.has(line.node.path);
      if (event.key === forward) {
        if (folder && !isOpen) fold(line.node.path);
        else if (folder) move(active + 1);
      } else if (folder && isOpen) fold(line.node.path);
      else {
        const parent = lines.findLastIndex((one, index) => index < active && one.level === line.level - 1);
        if (parent >= 0) move(parent);
      }
    } else return;
    event.preventDefault();
  };
  const first = Math.max(0, Math.floor(top / ROW_PX) - OVERSCAN);
  const end = Math.min(lines.length, Math.ceil((top + MOST_PX) / ROW_PX) + OVERSCAN);
  const shown = lines.slice(first, end).map((line, index) => ({ line, index: first + index }));
  const current = lines[active];
  if (current && (active < first || active >= end)) shown.push({ line: current, index: active });
  return (
    <>
      {metadata.length > 0 && <Metadata entries={metadata} />}
      <div
        class="br-tt hn-vlist"
        role="treegrid"
        aria-label={say('tensors')}
        aria-rowcount={lines.length + 1}
        ref={scroller}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
        onKeyDown={onKeyDown}
      >
        <div class="br-tr head" role="row" aria-rowindex={1}>
          <span role="columnheader">{say('tensor')}</span>
          <span role="columnheader">{say('shape')}</span>
          <span role="columnheader">{say('type')}</span>
          <span role="columnheader" class="hn-num">
            {say('params_head')}
          </span>
          <span role="columnheader" class="hn-num c-sh">
            {say('share')}
          </span>
        </div>
        <div class="br-space" role="presentation" style={{ blockSize: `${lines.length * ROW_PX}px` }}>
          {shown.map(({ line, index }) => {
            const { node } = line;
            const folder = node.children.length > 0;
            const isOpen = open.has(node.path);
            const share = (100 * node.parameters) / total;
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: its keys are those of the tree
              <div
                key={node.path}
                class="br-tr"
                style={{ transform: `translateY(${index * ROW_PX}px)` }}
                role="row"
                aria-level={line.level}
                aria-rowindex={index + 2}
                aria-posinset={line.position}
                aria-setsize={line.siblings}
                aria-expanded={folder ? isOpen : undefined}
                tabIndex={index === active ? 0 : -1}
                data-active={index === active ? '' : undefined}
                onFocus={() => setAt(index)}
                onClick={() => folder && fold(node.path)}
              >
                <span role="gridcell" class={`nm ${folder ? '' : 'leaf'}`} style={{ '--d': line.level }}>
                  {folder && <Glyph name={isOpen ? 'down' : 'right'} tone={isOpen ? 'tw' : 'tw flip'} />}
                  <bdi class="hn-mono hn-trunc" dir="ltr" title={node.path}>
                    {node.name}
                  </bdi>
                </span>
                <span role="gridcell" class="hn-mono hn-trunc">
                  {node.like ? say('n_like', { count: node.like.count, name: node.like.name }) : node.shape}
                </span>
                <span role="gridcell" class="hn-mono">
                  {node.dtype}
                </span>
                <span role="gridcell" class="hn-num">
                  {fullNumber(node.parameters)}
                </span>
                <span role="gridcell" class="c-sh" title={`${share.toFixed(share < 1 ? 2 : 1)} %`}>
                  <span class="br-share">
                    <i style={{ '--p': `${share}%` }} />
                  </span>
                </span>
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
}

function Metadata({ entries }: { entries: [string, unknown][] }) {
  return (
    <details class="br-meta">
      <summary>{say('n_metadata', { count: entries.length })}</summary>
      <dl class="hn-dl">
        {entries.slice(0, 200).map(([key, value]) => (
          <>
            <dt class="hn-mono">
              <bdi>{key}</bdi>
            </dt>
            <dd>
              <bdi>{shortValue(value)}</bdi>
            </dd>
          </>
        ))}
      </dl>
    </details>
  );
}

function shortValue(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'count' in value) {
    const list = value as { count: number; first: unknown[] };
    const items = list.first.map((one) => String(one)).join(', ');
    return list.count > list.first.length ? `${items}, … (${fullNumber(list.count)})` : items;
  }
  const text = String(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

function linesOf(nodes: readonly TensorNode[], open: ReadonlySet<string>): Line[] {
  const lines: Line[] = [];
  const visit = (list: readonly TensorNode[], level: number) => {
    list.forEach((node, index) => {
      lines.push({ node, level, position: index + 1, siblings: list.length });
      if (open.has(node.path)) visit(node.children, level + 1);
    });
  };
  visit(nodes, 1);
  return lines;
}
