// biome-ignore-all lint/a11y/useSemanticElements: a grid of rows that lines up across elements is no table
// biome-ignore-all lint/a11y/useFocusableInteractive: its rows take the focus, its cells do not
import { Component } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { formatBytes } from '../shared/format';
import { FileName } from '../shared/parts';
import { Glyph, type GlyphName } from './icons';
import { isRtl, moved } from './roving';
import { ago, when } from './show';
import { CACHED, type FileTree, LFS, type Matcher, type TreeRow, type TreeRows } from './tree';
import type { Context } from './view';
import { say } from './words';

export const ROW_PX = 28;
const MOST_PX = 440;
const OVERSCAN = 4;
const LAST_COMMITS_PAUSE_MS = 250;
const MOST_LAST_COMMITS = 60;
const TYPE_AHEAD_MS = 700;

/** Files as a tree that draws only the rows in sight; one Tab stop, moved by the arrow keys. */
export function TreeGrid({
  context,
  tree,
  filter,
  matcher,
  offline,
  looking,
  onFilter,
  onLook,
  onChosen,
}: {
  context: Context;
  tree: FileTree;
  filter: string;
  matcher: Matcher | null;
  offline: boolean;
  looking: string | null;
  onFilter: (text: string) => void;
  onLook: (path: string) => void;
  onChosen: () => void;
}) {
  const [unfolded, setUnfolded] = useState<ReadonlySet<number>>(() => firstUnfolded(tree));
  const [active, setActive] = useState(0);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(MOST_PX);
  const [last, setLast] = useState<ReadonlyMap<string, [string, string | null]>>(new Map());
  const scroller = useRef<HTMLDivElement>(null);
  const anchor = useRef<number | null>(null);
  const typed = useRef({ text: '', at: 0 });
  const wantsFocus = useRef(false);

  const { rows, matches } = useMemo(() => {
    const count = tree.filter(matcher);
    return { rows: tree.rows(unfolded), matches: count };
  }, [tree, filter, unfolded]);
  const at = Math.min(active, Math.max(0, rows.length - 1));

  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const measure = new ResizeObserver(() => setHeight(box.clientHeight || MOST_PX));
    measure.observe(box);
    return () => measure.disconnect();
  }, []);

  const first = Math.max(0, Math.floor(top / ROW_PX) - OVERSCAN);
  const end = Math.min(rows.length, Math.ceil((top + height) / ROW_PX) + OVERSCAN);

  // the last commit of what is in sight, once it rests there
  useEffect(() => {
    if (offline) return;
    const wait = setTimeout(() => {
      const paths = rows
        .slice(first, end)
        .map(({ node }) => tree.path(node))
        .filter((path) => !last.has(path))
        .slice(0, MOST_LAST_COMMITS);
      if (paths.length === 0) return;
      context.kernel
        .ask<[string, string, string | null][]>('last_commits', { paths })
        .then(({ result }) => {
          setLast((old) => {
            const merged = new Map(old);
            for (const path of paths) merged.set(path, ['', null]);
            for (const [path, title, date] of result) merged.set(path, [title, date]);
            return merged;
          });
        })
        .catch(() => {});
    }, LAST_COMMITS_PAUSE_MS);
    return () => clearTimeout(wait);
  }, [tree, rows, first, end, offline, last, context]);

  const reveal = useCallback((index: number) => {
    const box = scroller.current;
    if (!box) return;
    const above = index * ROW_PX;
    if (above < box.scrollTop) box.scrollTop = above;
    else if (above + ROW_PX > box.scrollTop + box.clientHeight)
      box.scrollTop = above + ROW_PX - box.clientHeight;
    setTop(box.scrollTop);
  }, []);
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    scroller.current?.querySelector<HTMLElement>('[data-active]')?.focus({ preventScroll: true });
  });

  const move = (index: number) => {
    wantsFocus.current = true;
    setActive(index);
    reveal(index);
  };
  const fold = (node: number, open: boolean) => {
    setUnfolded((old) => {
      const next = new Set(old);
      if (open) next.add(node);
      else next.delete(node);
      return next;
    });
  };
  const toggle = (node: number) => {
    tree.setChosen(node, !tree.allShownChosen(node));
    onChosen();
  };
  const open = (row: TreeRow) => {
    if (tree.isFolder(row.node)) fold(row.node, !unfolded.has(row.node));
    else onLook(tree.path(row.node));
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows.at(at);
    if (!row) return;
    const { key } = event;
    if (key.length > 1) typed.current.text = ''; // what is typed is a name only without a break
    const command = event.ctrlKey || event.metaKey;
    const to =
      command || event.altKey
        ? null
        : moved(key, at, rows.length, Math.max(1, Math.floor(height / ROW_PX) - 1));
    if (to !== null) {
      event.preventDefault();
      if (event.shiftKey && (key === 'ArrowDown' || key === 'ArrowUp')) {
        anchor.current ??= at;
        for (const index of [at, to]) tree.setChosen(rows.node(index), true);
        onChosen();
      } else anchor.current = null;
      move(to);
      return;
    }
    if (command && key.toLowerCase() === 'a') {
      event.preventDefault();
      tree.setChosen(0, !tree.allShownChosen(0));
      onChosen();
      return;
    }
    if (command || event.altKey) return;
    const forward = isRtl(event.currentTarget as Element) ? 'ArrowLeft' : 'ArrowRight';
    if (key === 'ArrowRight' || key === 'ArrowLeft') {
      event.preventDefault();
      const folder = tree.isFolder(row.node);
      const isOpen = folder && (matcher !== null || unfolded.has(row.node));
      if (key === forward) {
        if (folder && !isOpen) fold(row.node, true);
        else if (folder && rows.at(at + 1)?.level === row.level + 1) move(at + 1);
      } else if (isOpen && matcher === null) fold(row.node, false);
      else {
        const parent = rows.parentOf(at);
        if (parent >= 0) move(parent);
      }
    } else if (key === 'Enter') {
      event.preventDefault();
      open(row);
    } else if (key === ' ') {
      event.preventDefault();
      toggle(row.node);
    } else if (key.length === 1 && key !== '/' && key !== '?') {
      event.preventDefault();
      const now = Date.now();
      typed.current = {
        text: (now - typed.current.at < TYPE_AHEAD_MS ? typed.current.text : '') + key.toLowerCase(),
        at: now,
      };
      const found = nextNamed(tree, rows, at, typed.current.text);
      if (found !== null) move(found);
    }
  };

  const act = useRef<RowActions>({ focus: setActive, open, toggle });
  act.current = { focus: setActive, open, toggle };
  const shown = rows.slice(first, end).map((row, index) => ({ row, index: first + index }));
  const current = rows.at(at);
  // the row with the focus stays there when it is scrolled out of sight
  if (current && (at < first || at >= end)) shown.push({ row: current, index: at });
  const allTick = tree.tick(0);
  return (
    <div>
      <div class="hn-bar slim" data-region>
        <Tick tick={allTick} label={say('choose_all')} onToggle={() => toggle(0)} />
        <span class="hn-inwrap hn-grow br-filter">
          <Glyph name="filter" small />
          <input
            class="hn-s"
            type="text"
            data-find
            dir="auto"
            placeholder={say('filter_hint')}
            aria-label={say('filter_files')}
            autocomplete="off"
            spellcheck={false}
            value={filter}
            onInput={(event) => {
              onFilter(event.currentTarget.value);
              setActive(0);
              if (scroller.current) scroller.current.scrollTop = 0;
              setTop(0);
            }}
            onKeyDown={(event) => {
              if (event.key === 'ArrowDown' && rows.length > 0) {
                event.preventDefault();
                move(at);
              } else if (event.key === 'Escape' && filter) {
                event.preventDefault();
                onFilter('');
              }
            }}
          />
          {filter && (
            <span class="hn-xs hn-muted hn-nowrap br-matches">{say('n_match', { count: matches })}</span>
          )}
        </span>
      </div>
      <div
        class="hn-tree hn-vlist"
        role="treegrid"
        aria-label={say('files')}
        aria-multiselectable="true"
        aria-rowcount={rows.length}
        tabIndex={rows.length ? -1 : 0}
        ref={scroller}
        data-region
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
        onKeyDown={onKeyDown}
      >
        <div class="br-space" role="presentation" style={{ blockSize: `${rows.length * ROW_PX}px` }}>
          {shown.map(({ row, index }) => (
            <FileRow
              key={row.node}
              tree={tree}
              row={row}
              index={index}
              active={index === at}
              open={matcher !== null || unfolded.has(row.node)}
              looking={looking !== null && !tree.isFolder(row.node) && tree.path(row.node) === looking}
              last={last.get(tree.path(row.node))}
              tick={tree.tick(row.node)}
              facts={tree.facts(row.node)}
              act={act}
            />
          ))}
        </div>
        {rows.length === 0 && (
          <div class="br-pad hn-muted" role="row">
            <span role="gridcell">{filter ? say('no_file_matches', { filter }) : say('no_files')}</span>
          </div>
        )}
      </div>
    </div>
  );
}

interface RowProps {
  tree: FileTree;
  row: TreeRow;
  index: number;
  active: boolean;
  open: boolean;
  looking: boolean;
  tick: 'on' | 'off' | 'mixed';
  facts: number;
  last: [string, string | null] | undefined;
  /** The same object in every picture, so that it is no reason to draw a row again. */
  act: { current: RowActions };
}

interface RowActions {
  focus: (index: number) => void;
  open: (row: TreeRow) => void;
  toggle: (node: number) => void;
}

/** One row; drawn again only where something of it changed: a scroll draws the rows that come into sight. */
class FileRow extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    const now = this.props;
    const [one, other] = [now.row, next.row];
    return (
      one.node !== other.node ||
      one.level !== other.level ||
      one.position !== other.position ||
      one.siblings !== other.siblings ||
      (['tree', 'index', 'active', 'open', 'looking', 'tick', 'facts', 'last'] as const).some(
        (name) => now[name] !== next[name],
      )
    );
  }

  override render(props: RowProps) {
    return drawRow(props);
  }
}

function drawRow({ tree, row, index, active, open, looking, tick, facts, last, act }: RowProps) {
  const { node } = row;
  const name = tree.names[node] as string;
  const folder = tree.isFolder(node);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: its keys are those of the tree
    <div
      class={`hn-tree-row ${tick === 'on' && !folder ? 'is-sel' : ''} ${looking ? 'is-open' : ''}`}
      style={{ transform: `translateY(${index * ROW_PX}px)` }}
      role="row"
      aria-level={row.level}
      aria-rowindex={index + 1}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-selected={tick === 'on'}
      aria-expanded={folder ? open : undefined}
      tabIndex={active ? 0 : -1}
      data-active={active ? '' : undefined}
      onFocus={() => act.current.focus(index)}
      onClick={() => act.current.open(row)}
    >
      <span role="gridcell">
        <Tick
          tick={tick}
          label={say('choose_name', { name })}
          tabIndex={-1}
          onToggle={() => act.current.toggle(node)}
        />
      </span>
      <span class={`nm ${folder ? '' : 'leaf'}`} style={{ '--d': row.level }} role="gridcell">
        {folder && <Glyph name={open ? 'down' : 'right'} tone={open ? 'tw' : 'tw flip'} />}
        <Glyph name={folder ? 'folder' : glyphOfFile(name)} small />
        {folder ? (
          <bdi class="hn-trunc" dir="ltr" title={name}>
            {name}
          </bdi>
        ) : (
          <FileName path={name} />
        )}
      </span>
      <span role="gridcell" class="br-tags">
        {(facts & CACHED) !== 0 && <span class="hn-badge sq ok">{say('cached')}</span>}
        {(facts & LFS) !== 0 && (facts & CACHED) === 0 && <span class="hn-badge sq">LFS</span>}
      </span>
      <span class="hn-num" role="gridcell">
        {formatBytes(tree.sizes[node] as number)}
      </span>
      <span class="msg hn-trunc" role="gridcell" title={last?.[0]}>
        {last?.[0]}
      </span>
      <span class="age" role="gridcell" title={last?.[1] ? when(last[1]) : undefined}>
        {last?.[1] ? ago(last[1], true) : ''}
      </span>
    </div>
  );
}

function Tick({
  tick,
  label,
  tabIndex,
  onToggle,
}: {
  tick: 'on' | 'off' | 'mixed';
  label: string;
  tabIndex?: number;
  onToggle: () => void;
}) {
  const box = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (!box.current) return;
    box.current.indeterminate = tick === 'mixed';
    box.current.checked = tick === 'on';
  });
  return (
    // a target of 24 px around the box
    <label class="br-tick" onClick={(event) => event.stopPropagation()} onKeyDown={() => {}}>
      <input ref={box} type="checkbox" aria-label={label} tabIndex={tabIndex} onChange={onToggle} />
    </label>
  );
}

function firstUnfolded(tree: FileTree): ReadonlySet<number> {
  // a single folder at the root is no choice: it is open
  const roots = tree.children[0] ?? [];
  const [only] = roots;
  return new Set(roots.length === 1 && only !== undefined && tree.isFolder(only) ? [only] : []);
}

function nextNamed(tree: FileTree, rows: TreeRows, at: number, text: string): number | null {
  const start = text.length > 1 ? at : at + 1;
  for (let step = 0; step < rows.length; step += 1) {
    const index = (start + step) % rows.length;
    const name = tree.names[rows.node(index)] as string;
    if (name.toLowerCase().startsWith(text)) return index;
  }
  return null;
}

export function glyphOfFile(name: string): GlyphName {
  const end = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  if (['safetensors', 'gguf'].includes(end)) return 'layers';
  if (['csv', 'tsv', 'parquet'].includes(end)) return 'table';
  if (['png', 'jpg', 'jpeg', 'gif', 'webp', 'svg'].includes(end)) return 'image';
  if (end === 'json') return 'json';
  return 'file';
}
