import type { Action } from '../../alerts/alert-state.ts';
import { isLocked } from '../../domain/lock.ts';
import type { TerminalPort } from '../../alerts/delivery/sender.ts';
import type { AlertSettings } from '../alerting-options.ts';
import type { Monitor } from '../open-monitor.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import type { ReadableStore } from '../../domain/store.ts';
import type { AlertingStatus } from '../../sections/alerting/schema.ts';

/** Where alerts are kept, and what evaluates them. */
export interface AlertPlace {
	readonly monitor: Pick<Monitor, 'openAlerting' | 'attachAlerting'>;
	readonly directory: string;
	readonly env: NodeJS.ProcessEnv;
	/** By which a command finds the profile's nodes, as `--profile mainnet`. */
	readonly commandFlags: readonly string[];
	/** Whether the history of the profile is kept on disk. */
	readonly hasHistory: boolean;
	readonly terminal: TerminalPort;
}

/** The alerts on a screen: evaluated by this process, or those of another one. */
export interface ShownAlerts {
	readonly isOwn: boolean;
	readonly state: ReadableStore<AlertingStatus>;
	readonly act: (action: Action) => void;
	/** Takes other settings; resolves with the alerts that are shown then. */
	readonly renew: (settings: AlertSettings) => Promise<ShownAlerts>;
	readonly close: () => Promise<void>;
}

/** Evaluates the rules here, unless another process has the directory: then shows its alerts. */
export async function showAlerts(place: AlertPlace, settings: AlertSettings): Promise<ShownAlerts> {
	if (await isLocked(place.directory)) return showOthersAlerts(place, settings);
	try {
		return await showOwnAlerts(place, settings);
	} catch (error) {
		const isTaken = error instanceof UserError && error.exitCode === exitCodes.unavailable;
		if (!isTaken) throw error;
		return showOthersAlerts(place, settings);
	}
}

async function showOwnAlerts(place: AlertPlace, settings: AlertSettings): Promise<ShownAlerts> {
	const { monitor, directory, env, commandFlags, hasHistory, terminal } = place;
	const alerting = await monitor.openAlerting({
		directory,
		settings,
		env,
		commandFlags,
		hasHistory,
		terminal,
		// What is wrong shows as a problem, which lasts; a line would break the picture.
		warn: () => undefined,
	});
	const shown: ShownAlerts = {
		isOwn: true,
		state: alerting.state,
		act: alerting.act,
		async renew(next) {
			await alerting.reload(next);
			return shown;
		},
		close: () => alerting.close(),
	};
	return shown;
}

/** Shows the alerts that another process keeps in the directory. */
export async function showOthersAlerts(
	place: AlertPlace,
	settings: AlertSettings,
): Promise<ShownAlerts> {
	const { monitor, directory } = place;
	const attached = await monitor.attachAlerting({ directory, settings });
	const close = (): Promise<void> => {
		attached.stop();
		return Promise.resolve();
	};
	return {
		isOwn: false,
		state: attached.state,
		act: attached.act,
		async renew(next) {
			attached.stop();
			return showOthersAlerts(place, next);
		},
		close,
	};
}
