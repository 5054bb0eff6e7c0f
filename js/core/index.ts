// The Core widget's code, once per kernel: what all panels are made of. Each kind of panel has a bundle of its own, which
// comes in a widget of its own and takes from here what it shares with the others.
import { setLanguage } from '../shared/language';
import { useKit } from '../shared/later';
import { keepOutOfFile } from './forget';
import { KIT } from './kit';

interface CoreModel {
  get(name: 'language'): string;
  on(event: 'change:language', listener: () => void): void;
  widget_manager?: unknown;
}

export default {
  // synchronous on purpose: a kernel reply awaited here would never come
  initialize({ model }: { model: CoreModel }) {
    keepOutOfFile(model.widget_manager);
    const follow = () => setLanguage(model.get('language'));
    model.on('change:language', follow);
    follow();
    const kit = (name: string): unknown => KIT[name];
    useKit(kit);
    return { kit };
  },
};
