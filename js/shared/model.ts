/** What a panel sees of its Python half: the part of a widget model that it may use. */
export interface AnyModel<Traits> {
  get<Name extends keyof Traits>(name: Name): Traits[Name];
  on(event: string, listener: (...args: never[]) => void): void;
  off(event: string, listener: (...args: never[]) => void): void;
  send(content: unknown): void;
}

/** Traits that every panel has (`hubnb/panels/base.py`). */
export interface PanelModel {
  /** Reference to the Core widget, which holds what all panels share. */
  core: string;
  /** Reference to the widget that holds the view's code. */
  bundle: string;
  /** Names this panel's static record, so that the live view can hide it. */
  sid: string;
}
