import type { SettingsFlags } from '../../config/settings.ts';
import { UserError } from '../../domain/errors.ts';
import type { AlertSettings } from '../../app/alerting-options.ts';
import { loadAlertSettings, loadRulesAndQuiet } from '../../app/alert-settings.ts';
import {
	configMark,
	reloadAlertSettings,
	reloadRulesAndQuiet,
	whyNotTaken,
} from '../../app/watch-setup.ts';

export interface ScreenAlertSettingsOptions {
	readonly flags: Pick<SettingsFlags, 'config' | 'profile'>;
	readonly env: NodeJS.ProcessEnv;
	/** Absent for other nodes than a profile's: nobody is told of their alerts. */
	readonly profile: string | undefined;
}

/** What governs the alerts of a screen, followed as its file changes. */
export interface ScreenAlertSettings {
	/** Reads the file at first. Throws `UserError` when its rules are wrong. */
	load(): Promise<AlertSettings>;
	/**
	 * Looks at the file again, as `nodetop watch` does: the settings when they are others than before, else
	 * `undefined`. What is wrong changes nothing. Never rejects with a `UserError`.
	 */
	renew(): Promise<AlertSettings | undefined>;
	/** What was wrong with the file when it was read last, a line each. */
	problems(): readonly string[];
}

export function followAlertSettings(options: ScreenAlertSettingsOptions): ScreenAlertSettings {
	const { env, profile } = options;
	// What is shown is of this profile, whichever the file may name next.
	const flags = profile === undefined ? options.flags : { ...options.flags, profile };
	let problems: readonly string[] = [];
	let mark: string | undefined;
	let settings: AlertSettings | undefined;
	let hasRoutes = false;

	async function read(warn: (line: string) => void): Promise<AlertSettings> {
		const options = { flags, env, warn };
		const before = settings;
		if (profile === undefined) return readUntold(options);
		try {
			const all = await (before
				? reloadAlertSettings(before, options)
				: loadAlertSettings(options));
			hasRoutes = true;
			return all;
		} catch (error) {
			// Channels that were told go on being told, by the settings before.
			if (!(error instanceof UserError) || hasRoutes) throw error;
			// A secret that only the service has: the alerts are shown all the same.
			const untold = await readUntold(options);
			warn(`no alert can be sent: ${error.message}`);
			return untold;
		}
	}

	async function readUntold(
		options: Parameters<typeof loadRulesAndQuiet>[0],
	): Promise<AlertSettings> {
		if (settings) return reloadRulesAndQuiet(settings, options);
		return { ...(await loadRulesAndQuiet(options)), channels: [] };
	}

	async function readAnew(): Promise<AlertSettings> {
		const said: string[] = [];
		try {
			return await read((line) => said.push(line));
		} catch (error) {
			if (settings && error instanceof UserError) said.push(whyNotTaken(error));
			throw error;
		} finally {
			problems = said;
		}
	}

	return {
		problems: () => problems,
		async load() {
			mark = await configMark({ flags, env });
			settings = await readAnew();
			return settings;
		},
		async renew() {
			const before = settings;
			const last = mark;
			mark = await configMark({ flags, env });
			if (before === undefined || mark === last) return undefined;
			try {
				settings = await readAnew();
			} catch (error) {
				if (error instanceof UserError) return undefined;
				throw error;
			}
			return isSame(before, settings) ? undefined : settings;
		},
	};
}

/** What is equal is the very object that it was. */
function isSame(before: AlertSettings, after: AlertSettings): boolean {
	const keys = ['rules', 'quiet', 'channels', 'heartbeat'] as const;
	return keys.every((key) => before[key] === after[key]);
}
