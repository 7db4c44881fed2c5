import { isAcknowledged } from '../domain/alert.ts';
import type { Alert } from '../domain/alert.ts';
import type { AlertRecord, AlertState } from './alert-state.ts';
import type { Transition } from './evaluation.ts';
import type { Incident, IncidentCommands } from './incident.ts';
import { inhibitionsOf, maintainedBy, silencedBy } from './mutes.ts';
import type { Inhibitions, Quiet } from './mutes.ts';
import type { RuleSet } from '../sections/rule-set.ts';

export type Muted = NonNullable<Incident['muted']>;

/** Why notifications of alerts are muted now, by fingerprint. */
export function mutedIn(
	state: AlertState,
	rules: RuleSet,
	quiet: Quiet,
	nowMs: number,
): ReadonlyMap<string, Muted> {
	const silences = [...quiet.silences, ...state.silences];
	const explained = explanationsIn(state, rules);
	const reasonOf = (record: AlertRecord): Muted | undefined => {
		if (isAcknowledged(record)) return 'acknowledged';
		if (record.snoozedUntil !== undefined && nowMs < Date.parse(record.snoozedUntil))
			return 'silenced';
		if (silencedBy(record, silences, nowMs)) return 'silenced';
		if (maintainedBy(record, quiet.maintenance, nowMs) !== undefined) return 'maintenance';
		return explained(record) === undefined ? undefined : 'inhibited';
	};
	const muted = new Map<string, Muted>();
	for (const [fingerprint, record] of Object.entries(state.alerts)) {
		const reason = reasonOf(record);
		if (reason) muted.set(fingerprint, reason);
	}
	return muted;
}

/** A pending alert explains nothing yet: it may never fire. */
function explanationsIn({ alerts }: AlertState, rules: RuleSet): Inhibitions {
	return inhibitionsOf(
		Object.values(alerts).filter(({ phase }) => phase === 'firing'),
		rules,
	);
}

type Reasons = ReadonlyMap<string, Muted>;

function isInGrace({ graceMs = 0 }: AlertRecord): boolean {
	return graceMs > 0;
}

/** Firing alerts and those that ended in the last 24 hours, for delivery. */
export function toIncidents(
	state: AlertState,
	muted: Reasons,
	commands: IncidentCommands,
): Incident[] {
	const firing = Object.entries(state.alerts).filter(([, { phase }]) => phase === 'firing');
	return [
		...firing.map(([fingerprint, record]) => {
			const reason = muted.get(fingerprint);
			return {
				...toIncident(fingerprint, record, commands),
				...(reason && { muted: reason }),
				...(isInGrace(record) && { isInGrace: true }),
			};
		}),
		...state.closed,
	];
}

export function toIncident(
	fingerprint: string,
	record: AlertRecord,
	commands?: IncidentCommands,
): Incident {
	const { rule, labels, severity, since, message, value, threshold, unit, evidence, nextStep } =
		record;
	const { node } = labels;
	const replay = commands?.replay(since);
	return {
		id: `${fingerprint}/${since}`,
		fingerprint,
		rule,
		labels,
		severity,
		state: 'firing',
		message: record.isFlapping === true ? `${message} (changes too often)` : message,
		...(value !== undefined && { value }),
		...(threshold !== undefined && { threshold }),
		...(unit !== undefined && { unit }),
		since,
		...(evidence !== undefined && { evidence }),
		...(nextStep !== undefined && { nextStep }),
		...(node !== undefined && commands && { show: commands.show(node) }),
		...(replay !== undefined && { replay }),
	};
}

/** A transition with the reason why no message about its alert is sent now; an end is sent nevertheless. */
export function withMuted(transition: Transition, state: AlertState, reasons: Reasons): Transition {
	const { incident } = transition;
	const record = state.alerts[incident.fingerprint];
	if (record?.phase !== 'firing' || incident.state !== 'firing') return transition;
	const muted = shownMute(incident.fingerprint, record, reasons);
	return muted ? { ...transition, incident: { ...incident, muted } } : transition;
}

/** What has just lost its explanation is still explained. */
function shownMute(fingerprint: string, record: AlertRecord, reasons: Reasons): Muted | undefined {
	return reasons.get(fingerprint) ?? (isInGrace(record) ? 'inhibited' : undefined);
}

const shownStates = { firing: 0, pending: 1, resolved: 2 } as const;

/** Firing, pending and recently ended alerts, for the document. */
export function toAlerts(
	state: AlertState,
	{ quiet, rules }: { readonly quiet: Quiet; readonly rules: RuleSet },
	reasons: Reasons,
	nowMs: number,
): Alert[] {
	const silences = [...quiet.silences, ...state.silences];
	const isAnyExplained = [...reasons.values()].includes('inhibited');
	const causeOf = isAnyExplained ? explanationsIn(state, rules) : undefined;
	const present = Object.entries(state.alerts).map(([fingerprint, record]): Alert => {
		const muted = record.phase === 'firing' ? shownMute(fingerprint, record, reasons) : undefined;
		const silencedUntil =
			muted === 'silenced'
				? (silencedBy(record, silences, nowMs)?.endsAt ?? record.snoozedUntil)
				: undefined;
		const explainedBy = muted === 'inhibited' ? causeOf?.(record) : undefined;
		return {
			...describe(toIncident(fingerprint, record)),
			state: record.phase,
			...(record.firedAt !== undefined && { firedAt: record.firedAt }),
			...(record.phase === 'pending' && holdOf(record)),
			...(muted !== undefined && { muted }),
			...(explainedBy !== undefined && { explainedBy }),
			...(silencedUntil !== undefined && { silencedUntil: new Date(silencedUntil).toISOString() }),
			...(record.ackedAt !== undefined && { ackedAt: record.ackedAt }),
			...(record.ackedBy !== undefined && { ackedBy: record.ackedBy }),
			...(record.ackedSeverity !== undefined && { ackedSeverity: record.ackedSeverity }),
			...(record.last === 'noData' && { isStale: true }),
			...(record.isFlapping === true && { isFlapping: true }),
		};
	});
	const ended = state.closed.map((incident): Alert => ({
		...describe(incident),
		state: 'resolved',
		...(incident.resolvedAt !== undefined && { resolvedAt: incident.resolvedAt }),
		...(incident.reason !== undefined && { reason: incident.reason }),
	}));
	return [...present, ...ended].toSorted(
		(a, b) => shownStates[a.state] - shownStates[b.state] || b.since.localeCompare(a.since),
	);
}

/** How long a pending alert has held, and how long it must. */
function holdOf({ held, forMs }: AlertRecord) {
	const heldMs = Math.max(0, ...Object.values(held).map((ms) => ms ?? 0));
	return { heldSeconds: Math.floor(heldMs / 1000), holdSeconds: forMs / 1000 };
}

function describe(incident: Incident): Omit<Alert, 'state'> {
	const {
		fingerprint,
		rule,
		severity,
		message,
		since,
		value,
		threshold,
		unit,
		evidence,
		nextStep,
	} = incident;
	const { node, group } = incident.labels;
	return {
		fingerprint,
		...(node === undefined ? group !== undefined && { group } : { node }),
		rule,
		severity,
		message,
		labels: { ...incident.labels },
		...(value !== undefined && { value }),
		...(threshold !== undefined && { threshold }),
		...(unit !== undefined && { unit }),
		...(evidence !== undefined && { evidence }),
		since,
		...(nextStep !== undefined && { nextStep }),
	};
}
