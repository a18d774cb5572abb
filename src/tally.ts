/** The figures of several processes of one server as those of one (prom-client adds up, or does what a metric asks for). */
import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue } from "prom-client";

/** As prom-client's registry gives them, also after a way through JSON. */
export type Figures = (MetricObjectWithValues<MetricValue<string>> & { aggregator?: string })[];

export class Tally {
  /** What each process told last: it counts on where the process does not answer in time. */
  readonly #last = new Map<number, Figures>();
  /** What processes counted that have ended: a sum that falls would be a restart to Prometheus, and all of it new. */
  #ended: Figures = [];

  /** Takes what a process tells. */
  keep(id: number, figures: Figures): void {
    this.#last.set(id, figures);
  }

  /** Keeps what a process that has ended counted, and nothing of how it was. */
  end(id: number): void {
    const counted = (this.#last.get(id) ?? []).filter(({ type }) => isCount(type));
    this.#last.delete(id);
    this.#ended = sum([this.#ended, counted]).getMetricsAsArray() as Figures;
  }

  /** Prometheus' text of all that was told, and of the one that asks. */
  text(own: Figures): Promise<string> {
    return sum([own, ...this.#last.values(), this.#ended]).metrics();
  }
}

const sum = (all: Figures[]) => AggregatorRegistry.aggregate(all);

/** prom-client's types are numbers where its figures have words. */
const isCount = (type: unknown) => type === "counter" || type === "histogram";
