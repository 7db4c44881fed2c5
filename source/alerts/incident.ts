import { shellWord } from '../domain/shell-word.ts';
import type { Severity } from '../domain/words.ts';

/** One occurrence of an alert, from firing to resolved, as receivers and the history get it. */
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
	/** Why it is not notified now. What was sent is still resolved. */
	readonly muted?:
		| 'silenced'
		| 'inhibited'
		| 'maintenance'
		| 'acknowledged'
		| 'flapping'
		| undefined;
	/** Another alert explained it a moment ago: it is not new to a receiver yet. What was sent can be raised. */
	readonly isInGrace?: boolean | undefined;
	readonly message: string;
	readonly value?: number | string | undefined;
	readonly threshold?: number | string | undefined;
	readonly unit?: string | undefined;
	readonly since: string;
	readonly resolvedAt?: string | undefined;
	readonly evidence?: string | undefined;
	readonly nextStep?: string | undefined;
	/** Why it ended. */
	readonly reason?: string | undefined;
	/** A command that shows the node. */
	readonly show?: string | undefined;
	/** A command that shows the moment at which it began, where that is recorded. */
	readonly replay?: string | undefined;
}

/** Makes the command that shows a node. */
export type ShowNode = (node: string) => string;

/** Makes the commands of an incident. */
export interface IncidentCommands {
	readonly show: ShowNode;
	/** Of the moment at an ISO time; undefined where no history is kept that the command could open. */
	readonly replay: (since: string) => string | undefined;
}

/** The command that shows a node's health and causes. `flags` select the profile, such as `--profile mainnet`. */
export function showCommand(node: string, flags: readonly string[] = []): string {
	return ['nodetop diagnose', ...flags.map(shellWord), shellWord(node)].join(' ');
}

/** A frame is recorded within half a second of what changed. */
const recordedWithinMs = 1000;

/** The time to replay for something that began at an ISO time: the first whole second that shows it. */
export function replayTime(since: string): string {
	const atMs = Math.ceil((Date.parse(since) + recordedWithinMs) / 1000) * 1000;
	return Number.isNaN(atMs) ? since : new Date(atMs).toISOString().replace('.000Z', 'Z');
}

/** The command that shows the whole fleet as it was when an alert began. */
export function replayCommand(since: string, flags: readonly string[] = []): string {
	return ['nodetop replay', ...flags.map(shellWord), '--at', replayTime(since)].join(' ');
}
