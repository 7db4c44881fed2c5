import { toDocument } from '../fleet/document.ts';
import type { HistoryClient } from '../history/client.ts';
import { statOf } from '../history/points.ts';
import { readMoment } from '../sections/moment-json.ts';
import type { ServedHistory } from '../serve/options.ts';
import { recordedMetrics } from '../sections/recorded-metrics.ts';

/** At a hundred nodes a query is a hundred questions; more nodes are asked for one at a time. */
const mostNodes = 100;

/** The history of a run, as the server asks it. */
export function servedHistory({ ask }: Pick<HistoryClient, 'ask'>, version: string): ServedHistory {
	const titles = recordedMetrics();
	const metrics = async () =>
		(await ask('list', {})).flatMap(({ node, metric }) => {
			const known = titles.get(metric);
			return known ? [{ node, metric, ...known }] : [];
		});
	return {
		metrics,
		async series({ metric, nodes, fromMs, untilMs, stepMs, stat }) {
			const known = (await metrics()).filter((each) => each.metric === metric);
			const chosen = known
				.map(({ node }) => node)
				.filter((node) => nodes.length === 0 || nodes.includes(node));
			return Promise.all(
				chosen.slice(0, mostNodes).map(async (node) => {
					const buckets = await ask('buckets', { node, metric, fromMs, untilMs, stepMs });
					return {
						node,
						points: buckets.map((bucket) => [bucket.atMs, statOf(bucket, stat)] as const),
					};
				}),
			);
		},
		async events(span) {
			const events = await ask('events', span);
			return events.map(({ atMs, kind, node, group, data }) => ({
				at: new Date(atMs).toISOString(),
				kind,
				...(node !== undefined && { node }),
				...(group !== undefined && { group }),
				data: JSON.parse(data) as unknown,
			}));
		},
		async document(atMs) {
			const text = await ask('moment', { atMs });
			return text === undefined ? undefined : toDocument(readMoment(text), { version });
		},
	};
}
