import { useEffect, useRef, useState } from 'preact/hooks';
import { formatBytes, formatBytesOf } from '../shared/format';
import type { IconName } from '../shared/icon-shapes';
import { FileName, Icon } from '../shared/parts';
import type { FilePage, FileRow, Job } from './model';
import { fileState, fileWord, percentOf } from './say';
import { say } from './words';

const ROW_PX = 26;
const MOST_SHOWN = 40;
const AROUND = 6;
const ICONS: Record<FileRow['state'], IconName> = {
  waiting: 'clock',
  hashing: 'shield',
  running: 'pull',
  done: 'check',
  skipped: 'check',
  failed: 'err',
};

interface FilesProps {
  job: Job;
  page: FilePage | undefined;
  /** Ask for the rows that can be seen. */
  onWindow: (start: number, count: number) => void;
}

/** The files of one transfer. Only the rows that can be seen are asked for and drawn. */
export function Files({ job, page, onWindow }: FilesProps) {
  const list = useRef<HTMLDivElement>(null);
  const [start, setStart] = useState(0);
  useEffect(() => onWindow(start, MOST_SHOWN), [start]);
  useEffect(() => () => onWindow(0, 0), []);
  const onScroll = () => {
    const first = Math.floor((list.current?.scrollTop ?? 0) / ROW_PX);
    // in steps, so that scrolling asks now and then, not for every row
    setStart(Math.max(0, Math.floor(first / 10) * 10 - AROUND));
  };
  return (
    <div class="tx-files big" ref={list} onScroll={onScroll} tabIndex={job.files_total > 12 ? 0 : undefined}>
      <ul aria-label={say('files')} style={`block-size:${job.files_total * ROW_PX}px`}>
        {(page?.rows ?? []).map((file, index) => (
          <FileLine key={file.path} file={file} job={job} at={(page?.start ?? 0) + index} />
        ))}
      </ul>
    </div>
  );
}

function FileLine({ file, job, at }: { file: FileRow; job: Job; at: number }) {
  const state = fileState(file, job);
  const running = state === 'running';
  return (
    <li
      class={state === 'done' || state === 'skipped' ? 'ok' : ''}
      style={`inset-block-start:${at * ROW_PX}px`}
      aria-posinset={at + 1}
      aria-setsize={job.files_total}
    >
      <Icon name={running ? job.kind : ICONS[state]} small />
      <FileName path={file.path} />
      <span>
        {running && (
          <span class="hn-prog" aria-hidden="true">
            <i style={`--p:${percentOf(file.done, file.size)}%`} />
          </span>
        )}
      </span>
      <span>{running ? formatBytesOf(file.done, file.size) : formatBytes(file.size)}</span>
      <span>{fileWord(file, job)}</span>
    </li>
  );
}
