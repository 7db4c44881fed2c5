import type { Observation, Observations } from '../domain/observe.ts';
import type { Plan } from './plan.ts';

/**
 * Observations of one subject, by the position of their finding in the plan. One is made at each poll of
 * each node: a list costs a fifth of a map.
 */
export class ObservationList implements Observations {
	readonly #positions: ReadonlyMap<string, number>;
	readonly #list: (Observation | undefined)[];

	/** `blank` is copied: a list of `undefined`, as long as the plan. */
	constructor({ positions, blank }: Pick<Plan, 'positions' | 'blank'>) {
		this.#positions = positions;
		this.#list = blank.slice();
	}

	get(code: string): Observation | undefined {
		const position = this.#positions.get(code);
		return position === undefined ? undefined : this.#list[position];
	}

	at(position: number): Observation | undefined {
		return this.#list[position];
	}

	/** `undefined` is no data. */
	set(position: number, observation: Observation | undefined): void {
		this.#list[position] = observation;
	}
}
