import type { SettingsFlags } from '../../config/settings.ts';
import { UserError } from '../../domain/errors.ts';
import type { AlertSettings } from '../alerting-options.ts';
import { loadAlertSettings, loadRulesAndQuiet } from '../alert-settings.ts';
import {
	configMark,
	reloadAlertSettings,
	reloadRulesAndQuiet,
	whyNotTaken,
} from '../watch-setup.ts';

export interface FollowedSettingsOptions {
	readonly flags: Pick<SettingsFlags, 'config' | 'profile'>;
	readonly env: NodeJS.ProcessEnv;
	/** Absent when the nodes are not a profile's: their alerts are not delivered. */
	readonly profile: string | undefined;
}

/** What governs the alerts of a screen, followed as its file changes. */
export interface FollowedSettings {
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

export function followAlertSettings(options: FollowedSettingsOptions): FollowedSettings {
	const source = sourceOf(options);
	const read = createReader(source, options.profile !== undefined);
	let problems: readonly string[] = [];
	let mark: string | undefined;
	let settings: AlertSettings | undefined;

	async function readAgain(): Promise<AlertSettings> {
		const warnings: string[] = [];
		try {
			return await read(settings, (line) => warnings.push(line));
		} catch (error) {
			if (settings && error instanceof UserError) warnings.push(whyNotTaken(error));
			throw error;
		} finally {
			// Rules and channels are read from one file.
			problems = [...new Set(warnings)];
		}
	}

	return {
		problems: () => problems,
		async load() {
			mark = await configMark(source);
			settings = await readAgain();
			return settings;
		},
		async renew() {
			const before = settings;
			const last = mark;
			mark = await configMark(source);
			if (before === undefined || mark === last) return undefined;
			try {
				settings = await readAgain();
			} catch (error) {
				if (error instanceof UserError) return undefined;
				throw error;
			}
			return isSame(before, settings) ? undefined : settings;
		},
	};
}

type Source = Pick<FollowedSettingsOptions, 'flags' | 'env'>;
type Read = (
	before: AlertSettings | undefined,
	warn: (line: string) => void,
) => Promise<AlertSettings>;

/** A screen stays with its profile, even when the file later names another one as the default. */
function sourceOf({ flags, env, profile }: FollowedSettingsOptions): Source {
	return { flags: profile === undefined ? flags : { ...flags, profile }, env };
}

/** Reads rules and quiet hours; with a profile its channels as well, where their secrets are readable. */
function createReader(source: Source, hasProfile: boolean): Read {
	let hadChannels = false;
	return async (before, warn) => {
		const options = { ...source, warn };
		if (!hasProfile) return readRulesAndQuiet(before, options);
		try {
			const all = await (before
				? reloadAlertSettings(before, options)
				: loadAlertSettings(options));
			hadChannels = true;
			return all;
		} catch (error) {
			// The screen already delivers to these channels, and goes on with the settings before.
			if (!(error instanceof UserError) || hadChannels) throw error;
			// Only the service may be able to read a secret. The screen shows alerts without it.
			const rulesAndQuiet = await readRulesAndQuiet(before, options);
			warn(`no alert can be sent: ${error.message}`);
			return rulesAndQuiet;
		}
	};
}

async function readRulesAndQuiet(
	before: AlertSettings | undefined,
	options: Parameters<typeof loadRulesAndQuiet>[0],
): Promise<AlertSettings> {
	if (before) return reloadRulesAndQuiet(before, options);
	return { ...(await loadRulesAndQuiet(options)), channels: [] };
}

/** Reading again keeps every object that is equal. */
function isSame(before: AlertSettings, after: AlertSettings): boolean {
	const keys = ['rules', 'quiet', 'channels', 'heartbeat'] as const;
	return keys.every((key) => before[key] === after[key]);
}
