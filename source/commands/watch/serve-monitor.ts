import type { Alerting } from '../../app/alerting.ts';
import type { Monitor } from '../../app/open-monitor.ts';
import type { PairedAlerting } from '../../app/pair/paired-alerting.ts';
import type { RunHistory } from '../../app/run-history.ts';
import type { WatchSetup } from '../../app/watch-setup.ts';
import type { Peer } from '../../config/peers.ts';
import type { ServeSettings } from '../../config/serve.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import type { NodetopServer } from '../../serve/server.ts';
import type { CommandContext } from '../command.ts';
import { surroundingsOf } from '../surroundings.ts';

/** The flags of the server mean nothing without it. */
export function requireServe(flags: {
	readonly serve?: boolean | undefined;
	readonly listen?: string | undefined;
	readonly tokenFile: readonly string[];
}): void {
	if (flags.serve === true || (flags.listen === undefined && flags.tokenFile.length === 0)) return;
	throw new UserError('--listen and --token-file need --serve');
}

/** Two watches of a pair speak over their servers. */
export function requireServed(
	peer: Peer | undefined,
	served: ServeSettings | undefined,
): Peer | undefined {
	if (peer === undefined || served !== undefined) return peer;
	throw new UserError('the profile has peers, which reach this watch only if it serves', {
		nextSteps: ['add --serve, and give the other watch a token of role act'],
		exitCode: exitCodes.config,
	});
}

/** Serves what the watch sees; its actions apply to its alerts. */
export async function serveMonitor(
	monitor: Monitor,
	{ settings, subject: { hint } }: WatchSetup,
	given: {
		readonly served: ServeSettings;
		readonly history: RunHistory;
		readonly alerting: Alerting & Partial<Pick<PairedAlerting, 'pair'>>;
		readonly context: CommandContext;
	},
): Promise<NodetopServer> {
	const { served, history, alerting, context } = given;
	const { startServing } = await import('../../app/serving.ts');
	const surroundings = surroundingsOf(context);
	const server = await startServing({
		monitor,
		settings: served,
		surroundings,
		hint,
		readOnly: settings.readOnly,
		history: history.client,
		act: alerting.act,
		pair: alerting.pair,
	});
	surroundings.warn(`serving at ${server.url}`);
	return server;
}
