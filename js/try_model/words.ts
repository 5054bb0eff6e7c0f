import { words } from '../shared/words';
import { de } from './words-de';
import { fr } from './words-fr';
import { zh } from './words-zh';

const en = {
  try: 'Try',
  try_name: 'Try {name}',
  runs_on: 'Runs on',
  looking: 'Asking {host} what this model is for…',
  run: 'Run',
  stop: 'Stop',
  send: 'Send',
  save: 'Save',
  control_enter: 'Control Enter',
  text: 'Text',
  prompt: 'Prompt',
  question: 'Question',
  context: 'Text with the answer in it',
  labels: 'Labels',
  labels_hint: 'delivery, refund, billing',
  sentence: 'Sentence',
  sentences: 'Compare with',
  sentences_hint: 'One sentence a line',
  table: 'Table',
  table_hint: 'City,People\nOslo,717710',
  table_taken: { one: '{name}, {count} row', other: '{name}, {count} rows' },
  use_typed_table: 'Use the typed one',
  image: 'Image',
  audio: 'Recording',
  drop_image: 'Drop an image, or paste one',
  drop_audio: 'Drop a recording, or paste one',
  choose_file: 'Choose a file',
  use_variable: 'Use a variable',
  no_variables: 'No variable of this notebook fits.',
  image_limits: 'PNG, JPEG or WebP, up to 10\u00a0MB',
  audio_limits: 'WAV, FLAC, MP3 or OGG, up to 10\u00a0MB',
  another_image: 'Another image',
  another_audio: 'Another recording',
  chosen: 'Chosen: {name}',
  no_image: '{name} is not an image.',
  no_audio: '{name} is not a recording.',
  too_large: '{name} has {size}; at most 10\u00a0MB can be sent.',
  output: 'Output',
  result: 'Result',
  code: 'Code',
  nothing_yet: 'Nothing yet.',
  found_nothing: 'It found nothing.',
  not_copied: 'The browser does not allow copying here',
  milliseconds: '{count}\u00a0ms',
  some_seconds: '{seconds}\u00a0s',
  labels_over: { one: '{shown} of {count} label over 0.01', other: '{shown} of {count} labels over 0.01' },
  labels_by_score: 'Labels by score',
  show_all: { one: 'Show {count}', other: 'Show all {count}' },
  show_best: 'Show the best only',
  vector_of: 'Numbers: {shape}',
  predictions: 'Predictions, row by row',
  made_image: 'The image that was made',
  made_audio: 'The recording that was made',
  into_variable: 'Into a variable',
  is_in_variable: 'It is in the variable {name}.',
  conversation: 'Conversation',
  chat_empty: 'Say something to begin.',
  message: 'Message',
  ask_something: 'Ask something',
  you: 'You',
  tokens_per_s: { one: '{count} token/s', other: '{count} tokens/s' },
  first_after: 'first after {time}',
  asking: 'Waiting for the answer…',
  loading_at: 'The model is being loaded: {place}.',
  loading_usually: 'The model is being loaded at {place}, usually {time}.',
  so_far: '{time} so far.',
  place_auto: 'Inference Providers: fastest',
  place_local: 'Local hub, its own weights',
  place_kernel: 'This kernel',
  place_own: 'This kernel',
  place_missing: '{place} (needs {packages})',
  goes_auto: '{what} goes to a provider that {host} chooses',
  goes_provider: '{what} goes to {place} by way of {host}',
  goes_hub: '{what} goes to the hub at {host}',
  goes_local: '{what} goes to the local hub at {host}, and stays on this machine',
  goes_nowhere: 'Runs in this kernel. Nothing leaves this machine.',
  goes_function: 'Runs in this kernel, as your function says.',
  credits: 'Counts toward your credits',
  your_text: 'Your text',
  your_image: 'Your image',
  your_audio: 'Your recording',
  your_table: 'Your table',
  your_chat: 'The conversation',
  no_task_title: 'It is not known what this model is for',
  no_task_why:
    'Its card needs a pipeline_tag. Until then, say it in the call: hubnb.try_model(…, task="fill-mask").',
  other_task_title: '{task} can’t be tried here',
  other_task_why:
    'No method of InferenceClient serves this task yet. client.post() sends a request of your own making.',
  nobody_serves: 'No provider serves this model',
  could_run_here:
    'It can run in this kernel: {size} to fetch. That needs packages that are not here: {command}',
  cannot_run_here:
    'Nor can it run in this kernel: it has no safetensors weights, or a task that is not supported here.',
  check_again: 'Check again',
  try_again: 'Try again',
  run_at: 'Run at {place}',
  run_here: 'Run in this kernel',
  pull_and_run: 'Run in this kernel, {size} to fetch',
  tick_it: 'Tick it on {host}',
  permission_title: 'Your token may not use Inference Providers',
  permission_why:
    'It is fine-grained and that box is not ticked. {host} turned the request away; nothing was run.',
  token_title: '{host} did not accept your token',
  token_why: 'It was revoked, it has expired, or there is none. Sign in with hubnb.login().',
  credits_title: 'Your credits are used up',
  credits_why: '{place} asks to be paid for this model.',
  not_served_title: '{place} does not serve this model',
  not_served_why: 'It may have been taken off since it was listed.',
  slow_down_title: '{place} asked us to slow down',
  slow_down_why: 'Too many requests (429). Wait a minute.',
  timeout_title: 'The model did not answer in time',
  timeout_why: 'Nothing came from {place}. A large model may still be loading.',
  failed_title: '{place} failed to answer',
  failed_why: 'The fault is on its side. What you typed is still here.',
  unreachable_title: 'Can’t reach {host}',
  unreachable_why: 'There was no answer. If this hub needs a VPN or a proxy, turn it on.',
  offline_title: 'You are working offline',
  offline_why: 'HF_HUB_OFFLINE is set, so nothing was sent. A model in the cache can run in this kernel.',
  missing_title: '{host} has no such model',
  missing_why: 'It does not exist, or it is private and you have no access. Check its name, or sign in.',
} as const;

export type English = typeof en;

export const say = words(en, { fr, de, zh });

/** A place's name: providers have their own in every language. */
export function placeName(place: string): string {
  switch (place) {
    case 'auto':
      return say('place_auto');
    case 'local':
      return say('place_local');
    case 'kernel':
      return say('place_kernel');
    case 'own':
      return say('place_own');
    default:
      return place;
  }
}

/** "Text classification": tasks keep the Hub's names in every language. */
export function taskName(task: string): string {
  if (task === 'conversational') return 'Chat';
  const text = task.replace(/-/g, ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Where a run goes and what leaves the machine, said before it does. */
export function whereItGoes(
  fields: string[],
  place: string,
  endpoint: { host: string; local: boolean },
  own: boolean,
): string[] {
  if (own) return [say('goes_function')];
  if (place === 'kernel') return [say('goes_nowhere')];
  const what = whatGoes(fields);
  const { host } = endpoint;
  if (endpoint.local) return [say('goes_local', { what, host })];
  if (place === 'auto') return [say('goes_auto', { what, host }), say('credits')];
  if (place === 'local') return [say('goes_hub', { what, host })];
  return [say('goes_provider', { what, place: placeName(place), host }), say('credits')];
}

function whatGoes(fields: string[]): string {
  if (fields.includes('messages')) return say('your_chat');
  if (fields.includes('image')) return say('your_image');
  if (fields.includes('audio')) return say('your_audio');
  return fields.includes('table') ? say('your_table') : say('your_text');
}
