/** The state of a node, judged by its data. */
export const healthStatuses = ['up', 'degraded', 'down', 'unknown'] as const;
export type Health = (typeof healthStatuses)[number];

/** A node's own report of its consensus. */
export const consensusStatuses = ['active', 'syncing', 'stalled', 'halted', 'unknown'] as const;
export type ConsensusStatus = (typeof consensusStatuses)[number];

/** What the distance from the newest to the newest final is counted in. */
export const finalityUnits = [
	'blocks',
	'epochs',
	'milestones',
	'rounds',
	'slots',
	'views',
] as const;
export type FinalityUnit = (typeof finalityUnits)[number];

/** Parts of a node that a finding can be about. */
export const components = [
	'poll',
	'node',
	'identity',
	'consensus',
	'dag',
	'chain',
	'network',
	'resources',
	'storage',
	'process',
	'group',
] as const;
export type Component = (typeof components)[number];

export const severities = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** What the nodes of one network show together. */
export const groupStates = [
	'agreed',
	'lagging',
	'forked',
	'partitioned',
	'stalled',
	'unknown',
] as const;
export type GroupState = (typeof groupStates)[number];

/**
 * How bad something is, from worst to best: the one scale behind colours, marks and exit codes. A node's
 * health says whether it works; its level says how urgent that is.
 */
export const healthLevels = ['critical', 'warning', 'unknown', 'ok'] as const;
export type HealthLevel = (typeof healthLevels)[number];

/** The worst of several levels; `unknown` when there is none. */
export function worstLevel(levels: Iterable<HealthLevel>): HealthLevel {
	const present = new Set(levels);
	return healthLevels.find((level) => present.has(level)) ?? 'unknown';
}

/** Exit codes of `--check` and `health`: Monitoring Plugins development guidelines, section 2.3. */
export const exitCodeOfLevel: Readonly<Record<HealthLevel, number>> = {
	ok: 0,
	warning: 1,
	critical: 2,
	unknown: 3,
};

/** Where a node stands within its group. */
export const groupPositions = [
	'level',
	'ahead',
	'behind',
	'forked',
	'stalled',
	'unreachable',
	'unknown',
] as const;
export type GroupPosition = (typeof groupPositions)[number];

/** Why nodes cannot be judged: our connection is lost, they stopped themselves, nobody knows, we are too busy. */
export const connectionFaults = ['us', 'them', 'unknown', 'busy', 'clock'] as const;
export type ConnectionFault = (typeof connectionFaults)[number];

/** What a supervised process is doing. `crashed` waits for a restart, if restarts are on; `error` waits for a person. */
export const processStates = [
	'stopped',
	'starting',
	'running',
	'stopping',
	'upgrading',
	'error',
	'crashed',
] as const;

export type ProcessState = (typeof processStates)[number];

export const alertStates = ['pending', 'firing', 'resolved'] as const;

/** Why nodetop sends no messages about an alert. */
export const mutedBy = [
	'silenced',
	'inhibited',
	'maintenance',
	'acknowledged',
	'flapping',
] as const;

/** How the last poll of a node ended; `pending` before the first. */
export const pollStatuses = ['pending', 'ok', 'partial', 'failed'] as const;

/** Why a poll failed, as far as a program may decide on it. */
export const pollErrorCodes = [
	'unreachable',
	'timeout',
	'unauthorized',
	'rateLimited',
	'badResponse',
	'unsupported',
	'internal',
	'tooBusy',
	'noNetwork',
] as const;
export type PollErrorCode = (typeof pollErrorCodes)[number];

/** From best to worst; `unknown` ranks between degraded and down, for it may be either. */
const healthRank: Record<Health, number> = { up: 0, degraded: 1, unknown: 2, down: 3 };

/** The worst of several; `unknown` when there is none. */
export function worstHealth(all: readonly Health[]): Health {
	let worst: Health | undefined;
	for (const health of all) {
		if (worst === undefined || healthRank[health] > healthRank[worst]) worst = health;
	}
	return worst ?? 'unknown';
}

export function compareHealth(a: Health, b: Health): number {
	return healthRank[a] - healthRank[b];
}

export const themes = ['dark', 'light', 'contrast', 'colorblind', 'mono'] as const;
export type ThemeName = (typeof themes)[number];
