import type { Settings } from '../../source/config/settings.ts';

/** Settings as they are with no configuration and no flags, but for what is given. */
export function settingsWith(given: Partial<Settings> = {}): Settings {
	return {
		profile: 'default',
		targets: [],
		witnesses: [],
		probes: undefined,
		history: undefined,
		intervalMs: 1000,
		timeoutMs: 1000,
		healthIntervalMs: 30_000,
		framesPerSecond: 4,
		theme: 'dark',
		color: 'auto',
		ascii: false,
		readOnly: false,
		...given,
	};
}
