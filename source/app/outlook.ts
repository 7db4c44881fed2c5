import type { Clock } from '../domain/clock.ts';
import { repeat } from '../domain/repeat.ts';
import type { HistoryClient } from '../history/client.ts';
import { judgedMetrics } from './judged-metrics.ts';
import type { Monitor } from './open-monitor.ts';

/** What is unusual shows within a minute; what is usual changes from hour to hour. */
const everyMs = 60_000;
/** The worker answers other questions between them. */
const nodesAtATime = 10;

export interface OutlookOptions {
	readonly monitor: Pick<Monitor, 'moment' | 'attach'>;
	readonly client: () => Pick<HistoryClient, 'ask'> | undefined;
	readonly clock: Clock;
}

/** Attaches to each node what its recorded history says: unusual numbers and forecasts. */
export function startOutlook({ monitor, client, clock }: OutlookOptions) {
	const judged = judgedMetrics();
	return repeat(clock, everyMs, async () => {
		const names = monitor
			.moment()
			.nodes.filter(({ site }) => site === undefined)
			.map(({ snapshot }) => snapshot.target.name);
		for (let first = 0; first < names.length; first += nodesAtATime) {
			const nodes = names.slice(first, first + nodesAtATime);
			// What is wrong with the history is reported by the history itself.
			const answered = await client()
				?.ask('outlook', { nodes, nowMs: clock.now(), judged })
				.catch(() => undefined);
			for (const [node, outlook] of answered ?? []) monitor.attach(node, { outlook });
		}
	});
}
