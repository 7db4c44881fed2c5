import { takeTurns } from '../../domain/turns.ts';
import type { NamedMapping } from '../bft/detection.ts';
import type { Asked } from './asked.ts';
import type { Keys } from './keys.ts';
import { expressionsFor, wantedNames } from './names.ts';
import { pastRange, readPast } from './past.ts';
import type { Past } from './past.ts';
import type { Series } from './query.ts';
import { createScrapedTarget, nameOf } from './target.ts';
import type { Scraped, ScrapedTarget } from './target.ts';

const namesForMs = 60_000;

interface Names {
	readonly present: ReadonlySet<string>;
	readonly atMs: number;
}

const noPast: Past = new Map();

/** Gone for longer is no news. */
const goneForMs = 10 * 60_000;
const mostGone = 5;

/** What the targets showed when they were scraped last. */
export class Values {
	/** By job and instance: each target that was ever up. */
	readonly known = new Map<string, ScrapedTarget>();
	/** Those that an answer in part does not name, as they were when they were named last. */
	readonly missing = new Map<string, Scraped>();
	#places: ReadonlyMap<string, Scraped> = new Map();
	readonly #gone = new Map<string, number>();
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
	async read(asked: Asked, { scraped, keys, atSeconds }: Scrapes): Promise<Past> {
		this.#lose(scraped, asked);
		const changed = [...scraped].filter(
			([key, { isUp, atMs }]) => isUp && this.known.get(key)?.readAtMs !== atMs,
		);
		this.#hasAskedNames &&= changed.length > 0;
		if (changed.length === 0) return noPast;
		const present = await this.#presentNames(asked);
		const wanted = wantedNames(present, this.#mappings, scraped.size);
		const expressions = expressionsFor(wanted, scraped.size);
		const past = await this.#past(asked, { scraped, keys, wanted, expressions, atSeconds });
		const byTarget = await valuesOf(asked, expressions, { changed, keys, atSeconds });
		const giveWay = takeTurns();
		for (const [key, each] of changed) {
			await giveWay();
			this.#open(key).read(each, byTarget.get(key) ?? []);
		}
		return past;
	}

	/** Nodes that are no targets any more, for ten minutes. */
	notes(): readonly string[] {
		const names = [...this.#gone.keys()];
		if (names.length === 0) return [];
		const more = names.length > mostGone ? ` and ${names.length - mostGone} more` : '';
		return [`no longer among its targets: ${names.slice(0, mostGone).join(', ')}${more}`];
	}

	/** What is not among the targets of a whole answer is gone; what an answer in part does not name is not known. */
	#lose(scraped: ReadonlyMap<string, Scraped>, asked: Asked): void {
		const nowMs = asked.now();
		this.missing.clear();
		for (const [key, target] of this.known) {
			if (scraped.has(key)) continue;
			const before = this.#places.get(key);
			if (before && asked.isPartial()) this.missing.set(key, before);
			else {
				this.known.delete(key);
				if (before && target.kind !== undefined) this.#gone.set(nameOf(before), nowMs);
			}
		}
		this.#places = new Map([...this.missing, ...scraped]);
		const present = new Set([...scraped.values()].map(nameOf));
		for (const [name, atMs] of this.#gone)
			if (nowMs - atMs > goneForMs || present.has(name)) this.#gone.delete(name);
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
		const { scraped, keys, wanted, expressions, atSeconds } = fleet;
		if (this.#hasPast) return noPast;
		this.#hasPast = true;
		const { length } = expressions;
		const size = { targets: scraped.size, names: wanted.length, expressions: length };
		const range = pastRange(size, this.#intervalMs, atSeconds);
		if (!range) return noPast;
		const open = (key: string): ScrapedTarget => this.#open(key);
		return readPast(asked, expressions, range, { scraped, keyOf: keys.of, open });
	}
}

/** The targets at one time of the server. */
export interface Scrapes {
	readonly scraped: ReadonlyMap<string, Scraped>;
	readonly keys: Keys;
	readonly atSeconds: number;
}

interface Fleet extends Scrapes {
	readonly wanted: readonly string[];
	readonly expressions: readonly string[];
}

async function valuesOf(
	asked: Asked,
	expressions: readonly string[],
	{
		changed,
		keys,
		atSeconds,
	}: Omit<Scrapes, 'scraped'> & { readonly changed: readonly (readonly [string, Scraped])[] },
): Promise<ReadonlyMap<string, readonly Series[]>> {
	const byTarget = new Map<string, Series[]>(changed.map(([key]) => [key, []]));
	const giveWay = takeTurns();
	for (const [index, expression] of expressions.entries()) {
		const { series } = await asked.query(`values ${index + 1}`, expression, atSeconds);
		for (const each of series) {
			await giveWay();
			byTarget.get(keys.of(each))?.push(each);
		}
	}
	return byTarget;
}
