/** A state that React can watch with `useSyncExternalStore`. */
export class Observable<S> {
  readonly #first: S;
  #state: S;
  readonly #listeners = new Set<() => void>();

  constructor(first: S) {
    this.#first = first;
    this.#state = first;
  }

  readonly state = (): S => this.#state;

  /** What a server has rendered the page with; React needs it for parts of the page that come to life late. */
  readonly firstState = (): S => this.#first;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  protected publish(state: S): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}
