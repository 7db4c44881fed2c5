import { toDocument } from '../../source/fleet/document.ts';
import { startServer } from '../../source/serve/server.ts';
import type { NodetopServer } from '../../source/serve/server.ts';
import type { ServeOptions } from '../../source/serve/options.ts';
import { Secret } from '../../source/domain/secret.ts';
import { failRun } from './monitor.ts';
import { createRichFleet } from './rich-fleet.ts';
import { createTestClock } from './test-clock.ts';
import type { TestClock } from './test-clock.ts';

export interface ServedFleet extends NodetopServer {
	readonly rich: ReturnType<typeof createRichFleet>;
	/** Of the fleet and of the server. */
	readonly clock: TestClock;
	/** A poll of every node, sent to every subscriber. */
	readonly goOn: () => void;
}

/** A server over a fleet that the test moves, on a free port of loopback unless given. */
export async function serveFleet(
	overrides: Partial<ServeOptions> = {},
	startMs = Date.parse('2026-01-01T00:00:00Z'),
): Promise<ServedFleet> {
	const clock = createTestClock(startMs);
	const rich = createRichFleet(clock);
	rich.goOn(3);
	const server = await startServer({
		moments: rich.moments,
		// As another program: a nodetop does not watch itself.
		toDocument: (moment) => ({
			...toDocument(moment, { version: '1.2.3' }),
			nodetop: { version: '1.2.3', instance: 'served-fleet' },
		}),
		networkStats: ({ snapshot }) => ({ node: snapshot.target.name }),
		pageDirectory: new URL('../../dist/page/', import.meta.url),
		pages: {},
		history: () => undefined,
		act: () => undefined,
		person: 'someone',
		runTest: () => Promise.resolve({ status: 404, error: 'no node' }),
		listen: { host: '127.0.0.1', port: 0 },
		tokens: [],
		hosts: [],
		version: '1.2.3',
		clock,
		reportBug: failRun,
		...overrides,
	});
	return {
		...server,
		rich,
		clock,
		goOn() {
			rich.goOn(1);
			clock.advance(200);
		},
	};
}

/** A token for each role, named after it. */
export const tokensOfRoles = (['read', 'test', 'act'] as const).map((role) => ({
	name: `${role}er`,
	role,
	token: new Secret(`canary-token-of-${role}`),
}));
