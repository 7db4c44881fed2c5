import { clean } from '../../domain/clean.ts';
import type { Asked } from './asked.ts';
import type { Exemplar } from './query.ts';
import type { Scraped } from './target.ts';

/** Counters of what went wrong, as their names say. */
const errorCounters = '{__name__=~".*(?:error|fail|reject|timeout|invalid|dropped|panic).*_total"}';
const askedEachMs = 60_000;
/** After a server that has no such API was asked. */
const unansweredForMs = 600_000;
const spanSeconds = 600;
const mostOfTarget = 3;
const mostLabels = 4;
const mostLabelCells = 80;

/** Errors that the server knows one by one, with what identifies them, such as the id of a trace. */
export interface Exemplars {
	/** Asks once a minute. */
	read(asked: Asked, atSeconds: number): Promise<void>;
	/** The newest of a target, in words. */
	notesOn(place: Pick<Scraped, 'job' | 'instance'>): readonly string[];
}

interface Found extends Exemplar {
	readonly metric: string;
}

export function createExemplars(): Exemplars {
	let byPlace: ReadonlyMap<string, readonly Found[]> = new Map();
	let nextAtMs = Number.NEGATIVE_INFINITY;
	return {
		async read(asked, atSeconds) {
			if (asked.now() < nextAtMs) return;
			const untilSeconds = Math.ceil(atSeconds);
			const span = { fromSeconds: untilSeconds - spanSeconds, untilSeconds };
			const series = await asked.exemplars(errorCounters, span);
			nextAtMs = asked.now() + (series === undefined ? unansweredForMs : askedEachMs);
			const found = new Map<string, readonly Found[]>();
			for (const { labels, exemplars } of series ?? []) {
				const { __name__: metric = '', job = '', instance = '' } = labels;
				const place = placeOf({ job, instance });
				const all = [
					...(found.get(place) ?? []),
					...exemplars.map((each) => ({ ...each, metric })),
				];
				found.set(place, newest(all));
			}
			byPlace = found;
		},
		notesOn: (place) => (byPlace.get(placeOf(place)) ?? []).map(inWords),
	};
}

function placeOf({ job, instance }: Pick<Scraped, 'job' | 'instance'>): string {
	return JSON.stringify([job, instance]);
}

function newest(all: readonly Found[]): readonly Found[] {
	return all
		.filter(({ atMs, labels }) => isTime(atMs) && Object.keys(labels).length > 0)
		.sort((a, b) => b.atMs - a.atMs)
		.slice(0, mostOfTarget);
}

function isTime(atMs: number): boolean {
	return Number.isFinite(new Date(atMs).getTime());
}

function inWords({ metric, labels, atMs }: Found): string {
	const pairs = Object.entries(labels)
		.slice(0, mostLabels)
		.map(([name, value]) => `${clean(name, mostLabelCells)}=${clean(value, mostLabelCells)}`);
	const time = new Date(atMs).toISOString().slice(0, 19);
	return `one of ${clean(metric, mostLabelCells)}, ${time}Z: ${pairs.join(' ')}`;
}
