import type { Action } from './alert-state.ts';
import type { KnownSilence } from './mutes.ts';

/** What a screen knows of the alerting beside the alerts themselves. */
export interface AlertingState {
	/**
	 * `own`: this process asks the rules; `attached`: another one does, and its alerts are shown; `off`:
	 * nobody does, and the built-in checks' findings are shown.
	 */
	readonly mode: 'own' | 'attached' | 'off';
	/** Does what a person asked for, within a second. Without effect in mode `off`. */
	readonly act: (action: Action) => void;
	/** Why alerts may not reach those they are for, a line each: the channel first. */
	readonly problems: readonly string[];
	/** Made by hand and of the profile, as they were at the last evaluation. */
	readonly silences: readonly KnownSilence[];
	/** How many rules are asked; absent where they are not known here. */
	readonly ruleCount?: number | undefined;
}

/** Nobody asks the rules. */
export const alertingOff: AlertingState = {
	mode: 'off',
	act: () => undefined,
	problems: [],
	silences: [],
};
