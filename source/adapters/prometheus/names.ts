import type { NamedMapping } from '../bft/detection.ts';
import { wantedBy } from '../bft/detection.ts';
import { nodetopNames } from './nodetop-nodes.ts';

/** Above so many targets, histograms and the counters of each core are left to Prometheus. */
const mostDetailed = 1000;
const detailed = /_bucket$|^node_cpu_seconds_total$|^node_filesystem_|^node_disk_|^node_network_/;
const plainName = /^[A-Za-z_:][\w:]*$/;
/** So many series an answer, parsed in some 20 ms, and so many answers for the values of one poll. */
const seriesOfQuery = 10_000;
const mostQueries = 5;

/** The metrics of the server that fill a snapshot, by the mappings and by what a nodetop exports. */
export function wantedNames(
	present: ReadonlySet<string>,
	mappings: readonly NamedMapping[],
	targets: number,
): readonly string[] {
	const isWanted = wantedBy(mappings);
	const ofNodetop = new Set(nodetopNames);
	return [...present]
		.filter((name) => plainName.test(name) && (ofNodetop.has(name) || isWanted(name)))
		.filter((name) => targets <= mostDetailed || !detailed.test(name))
		.sort((a, b) => (a < b ? -1 : 1));
}

/** At most five queries for all these metrics of all targets, as equal in size as names allow. */
export function expressionsFor(names: readonly string[], targets: number): readonly string[] {
	if (names.length === 0) return [];
	const wanted = Math.ceil((names.length * targets) / seriesOfQuery);
	const parts = Math.max(1, Math.min(mostQueries, wanted, names.length));
	const size = Math.ceil(names.length / parts);
	return Array.from({ length: parts }, (_, part) => names.slice(part * size, (part + 1) * size))
		.filter((slice) => slice.length > 0)
		.map((slice) => `{__name__=~"${slice.join('|')}"}`);
}
