import { defined, definedOrNone } from '../domain/defined.ts';
import type { Integer } from '../domain/scalars.ts';
import type { Reading } from '../sections/snapshot.ts';

type Sections = Pick<Reading, 'consensus' | 'performance' | 'database' | 'network' | 'resources'>;

/** Counters of which the growth over the last minute is reckoned. */
interface Counters {
	readonly transactions: number | undefined;
	readonly blocks: number | undefined;
	readonly decisions: number | undefined;
	readonly views: number | undefined;
	readonly sent: number | undefined;
	readonly lost: number | undefined;
	readonly received: number | undefined;
	readonly processed: number | undefined;
	readonly cacheHits: number | undefined;
	readonly cacheMisses: number | undefined;
	readonly databaseBytes: number | undefined;
}

interface Mark {
	readonly atMs: number;
	readonly counters: Counters;
}

const windowMs = 60_000;
const stepMs = 5000;
/** What may shrink without a restart. */
const sizes: ReadonlySet<string> = new Set(['databaseBytes']);

/**
 * Reckons rates and shares from counters, over the last minute: per second, efficiencies, the share of
 * messages delivered, cache hits and growth on disk. What the node tells itself stands. After a restart
 * the window begins anew. `countsBlocks`: what is final is counted in blocks.
 */
export function createPerformanceMeter(
	countsBlocks: boolean,
): (sections: Sections, atMs: number) => Sections {
	let marks: Mark[] = [];
	return (sections, atMs) => {
		const counters = countersOf(sections, countsBlocks);
		if (marks.some((mark) => anyFell(mark.counters, counters))) marks = [];
		while (marks[1] !== undefined && atMs - (marks[0]?.atMs ?? 0) > windowMs) marks.shift();
		const base = marks[0];
		const newest = marks.at(-1);
		if (newest === undefined || atMs - newest.atMs >= stepMs) marks.push({ atMs, counters });
		const growth = (name: keyof Counters): number | undefined => {
			const before = base?.counters[name];
			const now = counters[name];
			return before === undefined || now === undefined ? undefined : now - before;
		};
		const seconds = base === undefined ? 0 : (atMs - base.atMs) / 1000;
		return withFigures(sections, growth, seconds);
	};
}

function withFigures(
	sections: Sections,
	growth: (name: keyof Counters) => number | undefined,
	seconds: number,
): Sections {
	const perSecond = (name: keyof Counters) => {
		const grown = growth(name);
		return grown === undefined || seconds <= 0 ? undefined : tidy(grown / seconds);
	};
	const lost = growth('lost');
	const sent = growth('sent');
	const hits = growth('cacheHits');
	const performance = {
		transactionsPerSecond: perSecond('transactions'),
		blocksPerSecond: perSecond('blocks'),
		decisionsPerSecond: perSecond('decisions'),
		consensusEfficiencyRatio: share(growth('blocks'), growth('views')),
		networkEfficiencyRatio: share(growth('processed'), growth('received')),
		storageEfficiencyRatio: share(
			toNumber(sections.database?.logicalBytes),
			toNumber(sections.resources?.databaseBytes),
		),
		...sections.performance,
	};
	const database = {
		cacheHitRatio: share(hits, sum(hits, growth('cacheMisses'))),
		growthBytesPerSecond: perSecond('databaseBytes'),
		...sections.database,
	};
	const network = {
		messagesPerSecond: sum(perSecond('sent'), perSecond('received')),
		deliveryRatio: lost === undefined || sent === undefined ? undefined : share(sent - lost, sent),
		...sections.network,
	};
	return defined({
		...sections,
		performance: definedOrNone(performance),
		database: sections.database && definedOrNone(database),
		network: sections.network && definedOrNone(network),
	});
}

function countersOf(
	{ consensus, performance, database, network, resources }: Sections,
	countsBlocks: boolean,
): Counters {
	const { messages } = network ?? {};
	const total = (of: 'sent' | 'received' | 'dropped' | 'processed') => {
		const counts = (messages ?? []).map((message) => toNumber(message[of]));
		const known = counts.filter((count) => count !== undefined);
		return known.length === 0 ? undefined : known.reduce((all, count) => all + count, 0);
	};
	return {
		transactions: toNumber(performance?.transactions),
		blocks: countsBlocks ? toNumber(consensus?.finalized) : undefined,
		decisions: toNumber(performance?.decisions),
		views: toNumber(consensus?.view),
		sent: total('sent'),
		lost: total('dropped'),
		received: total('received'),
		processed: total('processed'),
		cacheHits: toNumber(database?.cacheHits),
		cacheMisses: toNumber(database?.cacheMisses),
		databaseBytes: toNumber(resources?.databaseBytes),
	};
}

function anyFell(before: Counters, after: Counters): boolean {
	return Object.entries(before).some(([name, value]) => {
		const now = after[name as keyof Counters]; // Both have the same keys.
		return value !== undefined && now !== undefined && !sizes.has(name) && now < value;
	});
}

function share(part: number | undefined, whole: number | undefined): number | undefined {
	if (part === undefined || whole === undefined || whole <= 0 || part < 0) return undefined;
	return tidy(Math.min(1, part / whole));
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
	return a === undefined || b === undefined ? undefined : tidy(a + b);
}

function toNumber(value: Integer | undefined): number | undefined {
	return value === undefined ? undefined : Number(value);
}

/** Floating point leaves digits behind the sixth that say nothing. */
function tidy(value: number): number {
	return Math.round(value * 1e6) / 1e6;
}
