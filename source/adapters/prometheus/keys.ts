import type { Series } from './query.ts';

/** Tells the targets of a server apart. */
export interface Keys {
	of(series: Series): string;
	/** What tells a target from another with the same job and instance; empty where there is none. */
	apart(series: Series): string;
}

/** Labels by which several servers that scrape the same targets mark what is theirs. */
export const replicaLabels: ReadonlySet<string> = new Set([
	'replica',
	'prometheus_replica',
	'__replica__',
	'receive_replica',
	'rule_replica',
	'vmagent_replica',
]);

/**
 * By job and instance; of targets that share both, as those of two clusters behind one server, also by the
 * labels in which they differ. A target that two replicas scrape is one.
 */
export function keysOf(up: readonly Series[]): Keys {
	const byPlace = Map.groupBy(up, placeOf);
	const tellingOf = new Map<string, readonly string[]>();
	for (const [place, targets] of byPlace) {
		if (targets.length < 2) continue;
		const telling = differing(targets);
		if (telling.length > 0) tellingOf.set(place, telling);
	}
	const valuesOf = (series: Series): readonly string[] =>
		(tellingOf.get(placeOf(series)) ?? []).map((name) => series.labels[name] ?? '');
	return {
		of: (series) => {
			const values = tellingOf.size === 0 ? [] : valuesOf(series);
			return values.length === 0 ? placeOf(series) : JSON.stringify([placeOf(series), ...values]);
		},
		apart: (series) => valuesOf(series).join(' ').trim(),
	};
}

function placeOf({ labels }: Series): string {
	return JSON.stringify([labels['job'] ?? '', labels['instance'] ?? '']);
}

function differing(targets: readonly Series[]): readonly string[] {
	const names = new Set(targets.flatMap(({ labels }) => Object.keys(labels)));
	return [...names]
		.filter((name) => name !== '__name__' && !replicaLabels.has(name))
		.filter((name) => new Set(targets.map(({ labels }) => labels[name] ?? '')).size > 1)
		.sort((a, b) => (a < b ? -1 : 1));
}
