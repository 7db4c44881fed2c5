import { takeTurns } from '../../domain/turns.ts';
import type { NamedMapping } from '../bft/detection.ts';
import type { Asked } from './asked.ts';
import { expressionsFor, wantedNames } from './names.ts';
import { pastRange, readPast } from './past.ts';
import type { Past } from './past.ts';
import type { Series } from './query.ts';
import { createScrapedTarget } from './target.ts';
import type { Scraped, ScrapedTarget } from './target.ts';

const namesForMs = 60_000;

interface Names {
	readonly present: ReadonlySet<string>;
	readonly atMs: number;
}

const noPast: Past = new Map();

export function keyOf({ labels }: Series): string {
	return JSON.stringify([labels['job'] ?? '', labels['instance'] ?? '']);
}

/** What the targets showed when they were scraped last. */
export class Values {
	/** By job and instance: each target that was ever up. */
	readonly known = new Map<string, ScrapedTarget>();
	readonly #mappings: readonly NamedMapping[];
	readonly #intervalMs: number;
	#names: Names | undefined;
	#hasAskedNames = false;
	#hasPast = false;

	constructor(mappings: readonly NamedMapping[], intervalMs: number) {
		this.#mappings = mappings;
		this.#intervalMs = intervalMs;
	}

	/** Whether the names of metrics were asked for in the last poll. */
	get hasAskedNames(): boolean {
		return this.#hasAskedNames;
	}

	/**
	 * Reads the values of the targets that were scraped since, and forgets those that are gone. The first time it
	 * returns what the server knows of the time before.
	 */
	async read(
		asked: Asked,
		scraped: ReadonlyMap<string, Scraped>,
		atSeconds: number,
	): Promise<Past> {
		for (const key of this.known.keys()) if (!scraped.has(key)) this.known.delete(key);
		const changed = [...scraped].filter(
			([key, { isUp, atMs }]) => isUp && this.known.get(key)?.readAtMs !== atMs,
		);
		this.#hasAskedNames &&= changed.length > 0;
		if (changed.length === 0) return noPast;
		const present = await this.#presentNames(asked);
		const wanted = wantedNames(present, this.#mappings, scraped.size);
		const expressions = expressionsFor(wanted, scraped.size);
		const past = await this.#past(asked, { scraped, wanted, expressions, atSeconds });
		const byTarget = await valuesOf(asked, expressions, changed, atSeconds);
		const giveWay = takeTurns();
		for (const [key, each] of changed) {
			await giveWay();
			this.#open(key).read(each, byTarget.get(key) ?? []);
		}
		return past;
	}

	#open(key: string): ScrapedTarget {
		const own = this.known.get(key) ?? createScrapedTarget(this.#mappings, this.#intervalMs);
		this.known.set(key, own);
		return own;
	}

	/** Not in two polls one after the other: the exemplars have their turn too. */
	async #presentNames(asked: Asked): Promise<ReadonlySet<string>> {
		const names = this.#names;
		const isOld = names === undefined || asked.now() - names.atMs >= namesForMs;
		this.#hasAskedNames = names === undefined || (isOld && !this.#hasAskedNames);
		if (names && !this.#hasAskedNames) return names.present;
		this.#names = { present: await asked.names(), atMs: asked.now() };
		return this.#names.present;
	}

	async #past(asked: Asked, fleet: Fleet): Promise<Past> {
		const { scraped, wanted, expressions, atSeconds } = fleet;
		if (this.#hasPast) return noPast;
		this.#hasPast = true;
		const { length } = expressions;
		const size = { targets: scraped.size, names: wanted.length, expressions: length };
		const range = pastRange(size, this.#intervalMs, atSeconds);
		if (!range) return noPast;
		const open = (key: string): ScrapedTarget => this.#open(key);
		return readPast(asked, expressions, range, { scraped, keyOf, open });
	}
}

interface Fleet {
	readonly scraped: ReadonlyMap<string, Scraped>;
	readonly wanted: readonly string[];
	readonly expressions: readonly string[];
	readonly atSeconds: number;
}

async function valuesOf(
	asked: Asked,
	expressions: readonly string[],
	changed: readonly (readonly [string, Scraped])[],
	atSeconds: number,
): Promise<ReadonlyMap<string, readonly Series[]>> {
	const byTarget = new Map<string, Series[]>(changed.map(([key]) => [key, []]));
	const giveWay = takeTurns();
	for (const [index, expression] of expressions.entries()) {
		const { series } = await asked.query(`values ${index + 1}`, expression, atSeconds);
		for (const each of series) {
			await giveWay();
			byTarget.get(keyOf(each))?.push(each);
		}
	}
	return byTarget;
}
