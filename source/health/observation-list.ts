import type { Observation, Observations } from '../domain/observe.ts';
import type { Plan } from './plan.ts';

/**
 * Observations of one subject, by the position of their finding in the plan. A list costs a fifth of a map,
 * and that of a node is filled anew at each poll: what is replaced each second in a thousand nodes makes
 * V8 keep three times the memory.
 */
export class ObservationList implements Observations {
	readonly #positions: ReadonlyMap<string, number>;
	readonly #list: (Observation | undefined)[];
	#isAllGood = true;

	/** `blank` is copied: a list of `undefined`, as long as the plan. */
	constructor({ positions, blank }: Pick<Plan, 'positions' | 'blank'>) {
		this.#positions = positions;
		this.#list = blank.slice();
	}

	get(code: string): Observation | undefined {
		const position = this.#positions.get(code);
		return position === undefined ? undefined : this.#list[position];
	}

	/** Whether it was made for this plan, so that it can be filled anew. */
	isOf({ positions }: Pick<Plan, 'positions'>): boolean {
		return positions === this.#positions;
	}

	clear(): void {
		this.#list.fill(undefined);
		this.#isAllGood = true;
	}

	/** Whether nothing bad, nor between good and bad, was set since it was cleared. */
	get isAllGood(): boolean {
		return this.#isAllGood;
	}

	at(position: number): Observation | undefined {
		return this.#list[position];
	}

	/** `undefined` is no data. */
	set(position: number, observation: Observation | undefined): void {
		this.#list[position] = observation;
		if (observation?.kind === 'bad' || observation?.kind === 'between') this.#isAllGood = false;
	}
}
