import { sendJson } from './http-server.ts';
import type { Handler } from './http-server.ts';

type Labels = Readonly<Record<string, string>>;

/** What a Prometheus has of its targets at one time. */
export interface FakeFleet {
	readonly targets: readonly {
		readonly labels: Labels;
		readonly isUp?: boolean;
		/** When it was scraped, seconds before. */
		readonly agoSeconds?: number;
		/** Values by the name of the metric. */
		readonly values: Readonly<Record<string, number>>;
	}[];
	readonly alerts?: readonly Labels[];
	/** Beside `status` and `data` of each answer. */
	readonly beside?: object;
	/** How far its clock is ahead, seconds. */
	readonly aheadSeconds?: number;
}

/** Answers the HTTP API of Prometheus, with the fleet as it is then. */
export function answersLikePrometheus(fleetNow: () => FakeFleet): Handler {
	return ({ path }, response) => {
		const fleet = fleetNow();
		const { searchParams, pathname } = new URL(path, 'http://h');
		const nowSeconds = Date.now() / 1000 + (fleet.aheadSeconds ?? 0);
		const data = answerOf(fleet, pathname, searchParams.get('query') ?? '', nowSeconds);
		if (data === undefined) sendJson(response, { status: 'error', error: 'not found' }, 404);
		else sendJson(response, { status: 'success', data, ...fleet.beside });
	};
}

function answerOf(fleet: FakeFleet, path: string, query: string, now: number): unknown {
	const { targets, alerts = [] } = fleet;
	if (path === '/api/v1/label/__name__/values') {
		return [...new Set(targets.flatMap(({ values }) => Object.keys(values)))];
	}
	if (path !== '/api/v1/query') return undefined;
	if (query === 'time()') return { resultType: 'scalar', result: [now, String(now)] };
	const series = (metric: Labels, value: number) => ({ metric, value: [now, String(value)] });
	const names = new RegExp(`^(?:${/"(.*)"/.exec(query)?.[1] ?? ''})$`);
	const ofTargets = (): unknown[] => {
		if (query === 'count(up)') return targets.length === 0 ? [] : [series({}, targets.length)];
		if (query === 'up')
			return targets.map(({ labels, isUp }) => series(labels, isUp === false ? 0 : 1));
		if (query === 'timestamp(up)') {
			return targets.map(({ labels, agoSeconds = 1 }) => series(labels, now - agoSeconds));
		}
		if (query.startsWith('ALERTS')) return alerts.map((labels) => series(labels, 1));
		return targets.flatMap(({ labels, values }) =>
			Object.entries(values)
				.filter(([name]) => names.test(name))
				.map(([name, value]) => series({ __name__: name, ...labels }, value)),
		);
	};
	return { resultType: 'vector', result: ofTargets() };
}

/** Values of a HotStuff replica. */
export const hotstuffValues = (view: number): Readonly<Record<string, number>> => ({
	hotstuff2_current_view: view,
	hotstuff2_blocks_committed: view - 8,
	hotstuff2_active_peers: 3,
});
