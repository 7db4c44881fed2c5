import { actingPerson } from '../alerts/person.ts';
import type { Action } from '../alerts/alert-state.ts';
import type { ServeSettings } from '../config/serve.ts';
import { toDocument } from '../fleet/document.ts';
import type { HistoryClient } from '../history/client.ts';
import { networkStats } from '../network-tests/statistics/network-stats.ts';
import type { Moment } from '../sections/moment.ts';
import { startServer } from '../serve/server.ts';
import type { ServedPair } from '../serve/options.ts';
import type { NodetopServer } from '../serve/server.ts';
import { pushSchema } from './pair/messages.ts';
import type { Pair } from './pair/pair.ts';
import type { Monitor } from './open-monitor.ts';
import { servedHistory } from './served-history.ts';
import { servedPages } from './served-pages.ts';
import { servedTests } from './served-tests.ts';
import type { Surroundings } from './surroundings.ts';

/** Built beside the command line. */
const builtPage = new URL('../page/', import.meta.url);

export interface ServingOptions {
	readonly monitor: Pick<Monitor, 'moments' | 'fleet'>;
	readonly settings: ServeSettings;
	readonly surroundings: Pick<Surroundings, 'version' | 'clock' | 'reportBug' | 'env'>;
	/** What to do next, where nothing was configured. */
	readonly hint: string | undefined;
	readonly readOnly: boolean;
	/** The history that answers now; `undefined` while there is none. */
	readonly history: () => HistoryClient | undefined;
	readonly pair?: Pick<Pair, 'hello' | 'take'> | undefined;
	/** Does what a person asked for. */
	readonly act: (action: Action) => void;
}

/** Serves what a monitor sees. Throws `UserError` where it cannot. */
export function startServing(options: ServingOptions): Promise<NodetopServer> {
	const { monitor, settings, surroundings, hint, readOnly, act, pair } = options;
	const { version, clock, reportBug, env } = surroundings;
	const document = (moment: Moment) => toDocument(moment, { version, hint });
	return startServer({
		...settings,
		moments: monitor.moments,
		toDocument: document,
		networkStats: ({ snapshot, network, capacityBytesPerSecond }, nowMs) =>
			networkStats(snapshot, { nowMs, memory: network, capacityBytesPerSecond, filter: undefined }),
		pageDirectory: builtPage,
		pages: servedPages(document),
		history() {
			const client = options.history();
			return client && servedHistory(client, version);
		},
		act,
		person: actingPerson(env),
		runTest: servedTests(monitor, surroundings, readOnly),
		...(pair && { pair: servedPair(pair) }),
		version,
		clock,
		reportBug,
	});
}

function servedPair(pair: Pick<Pair, 'hello' | 'take'>): ServedPair {
	return {
		hello: () => pair.hello(),
		async take(body) {
			const push = pushSchema.safeParse(body);
			return push.success ? pair.take(push.data) : undefined;
		},
	};
}
