import type { ServeSettings } from '../config/serve.ts';
import { toDocument } from '../fleet/document.ts';
import { networkStats } from '../network-tests/statistics/network-stats.ts';
import type { Moment } from '../sections/moment.ts';
import { startServer } from '../serve/server.ts';
import type { NodetopServer } from '../serve/server.ts';
import type { Monitor } from './open-monitor.ts';
import { servedPages } from './served-pages.ts';
import type { Surroundings } from './surroundings.ts';

export interface ServingOptions {
	readonly monitor: Pick<Monitor, 'moments'>;
	readonly settings: ServeSettings;
	readonly surroundings: Pick<Surroundings, 'version' | 'clock' | 'reportBug'>;
	/** What to do next, where nothing was configured. */
	readonly hint: string | undefined;
}

/** Serves what a monitor sees. Throws `UserError` where it cannot. */
export function startServing(options: ServingOptions): Promise<NodetopServer> {
	const { monitor, settings, surroundings, hint } = options;
	const { version, clock, reportBug } = surroundings;
	const document = (moment: Moment) => toDocument(moment, { version, hint });
	return startServer({
		...settings,
		moments: monitor.moments,
		toDocument: document,
		networkStats: ({ snapshot, network, capacityBytesPerSecond }, nowMs) =>
			networkStats(snapshot, { nowMs, memory: network, capacityBytesPerSecond, filter: undefined }),
		pages: servedPages(document),
		version,
		clock,
		reportBug,
	});
}
