import { shellWord } from '../domain/shell-word.ts';
import type { Severity } from '../domain/words.ts';

/** One alert as the outside knows it, from firing to resolved. */
export interface Incident {
	/** Fingerprint + '/' + the ISO time it became active: the same over restarts. */
	readonly id: string;
	/** Rule + sorted labels, hashed; never the message. */
	readonly fingerprint: string;
	readonly rule: string;
	/** node, kind, group, component, … */
	readonly labels: Readonly<Record<string, string>>;
	readonly severity: Severity;
	readonly state: 'firing' | 'resolved';
	/** Mutes creation and reminders, never the resolve of what was sent. */
	readonly muted?:
		| 'silenced'
		| 'inhibited'
		| 'maintenance'
		| 'acknowledged'
		| 'flapping'
		| undefined;
	readonly message: string;
	readonly value?: number | string | undefined;
	readonly threshold?: number | string | undefined;
	readonly unit?: string | undefined;
	readonly since: string;
	readonly resolvedAt?: string | undefined;
	readonly evidence?: string | undefined;
	readonly nextStep?: string | undefined;
	/** Why it closed. */
	readonly reason?: string | undefined;
	/** The command that shows the moment. */
	readonly show?: string | undefined;
}

/** How the node of an alert is shown, by its name. */
export type ShowNode = (node: string) => string;

/** The command that shows how a node is and why. `flags` say where the node is known, as `--profile mainnet`. */
export function showCommand(node: string, flags: readonly string[] = []): string {
	return ['nodetop diagnose', ...flags.map(shellWord), shellWord(node)].join(' ');
}
