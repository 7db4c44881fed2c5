import type { Alerting } from '../../app/alerting.ts';
import type { Monitor } from '../../app/open-monitor.ts';
import type { RunHistory } from '../../app/run-history.ts';
import type { WatchSetup } from '../../app/watch-setup.ts';
import type { ServeSettings } from '../../config/serve.ts';
import { UserError } from '../../domain/errors.ts';
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

/** Serves what the watch sees; its actions apply to its alerts. */
export async function serveMonitor(
	monitor: Monitor,
	{ settings, subject: { hint } }: WatchSetup,
	given: {
		readonly served: ServeSettings;
		readonly history: RunHistory;
		readonly alerting: Alerting;
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
	});
	surroundings.warn(`serving at ${server.url}`);
	return server;
}
