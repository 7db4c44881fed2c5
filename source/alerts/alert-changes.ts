import type { AlertRecord, AlertState } from './alert-state.ts';
import type { EvaluationTime, Transition } from './evaluation.ts';
import type { Incident, IncidentCommands } from './incident.ts';
import { toIncident } from './outcome.ts';
import type { StepEvent } from './step.ts';

/** The changes that one evaluation makes to the alerts of a state, in place. */
export interface AlertChanges {
	readonly state: AlertState;
	readonly time: EvaluationTime;
	/** `time.wallMs` as text. */
	readonly atIso: string;
	/** Watched time since the last evaluation. */
	readonly deltaMs: number;
	readonly transitions: readonly Transition[];
	/** Adds a transition to the history. */
	note(event: StepEvent, fingerprint: string, record: AlertRecord): void;
	/** Ends an alert with the reason: a firing one is resolved, a pending one dropped. */
	end(fingerprint: string, reason: string): void;
	/** Counts a change of an alert, so that flapping is noticed. */
	countChange(fingerprint: string): void;
	/** When an alert that begins now began. Part of its id, so later than each earlier one's. */
	nextSince(fingerprint: string): string;
}

const maxClosed = 2000;

export function createAlertChanges(
	state: AlertState,
	time: EvaluationTime,
	deltaMs: number,
	commands: IncidentCommands,
): AlertChanges {
	const atIso = new Date(time.wallMs).toISOString();
	const transitions: Transition[] = [];

	function close(fingerprint: string, record: AlertRecord, reason: string): void {
		const incident: Incident = {
			...toIncident(fingerprint, record, commands),
			state: 'resolved',
			resolvedAt: atIso,
			reason,
		};
		const closed = { ...incident, labels: { ...incident.labels } };
		state.closed = [...state.closed, closed].slice(-maxClosed);
		transitions.push({ at: atIso, event: 'resolved', incident });
	}

	function note(event: StepEvent, fingerprint: string, record: AlertRecord): void {
		transitions.push({ at: atIso, event, incident: toIncident(fingerprint, record, commands) });
	}

	return {
		state,
		time,
		atIso,
		deltaMs,
		transitions,
		note,
		end(fingerprint, reason) {
			const record = state.alerts[fingerprint];
			if (record?.phase === 'firing') close(fingerprint, record, reason);
			else if (record) note('dropped', fingerprint, record);
			delete state.alerts[fingerprint];
		},
		countChange(fingerprint) {
			(state.changes[fingerprint] ??= []).push(state.steadyMs);
		},
		nextSince(fingerprint) {
			// The wall clock may have been set back.
			const earlier = state.closed
				.filter((incident) => incident.fingerprint === fingerprint)
				.map(({ since }) => Date.parse(since));
			return new Date(Math.max(time.wallMs, ...earlier.map((ms) => ms + 1))).toISOString();
		},
	};
}
