import type { Severity } from '../../../../domain/words.ts';
import type { Incident } from '../../../incident.ts';
import { isOver } from '../../message.ts';
import type { Entry, Message } from '../../message.ts';

interface PostedAlert {
	readonly labels: Record<string, string>;
	readonly annotations: Record<string, string>;
	readonly startsAt: string;
	readonly endsAt: string;
}

/** An alert ends when it is not repeated within this time, as for Prometheus (four times its resend delay). */
export const aliveMs = 5 * 60_000;
const maxAnnotationUnits = 2000;

/**
 * The body of `POST /api/v2/alerts` (Alertmanager's OpenAPI, 0.25). Alertmanager identifies an alert by its
 * labels, `severity` among them: so a change of severity ends the alert that had the old one. `nowMs` is
 * the time of the attempt: `endsAt` counts from it.
 */
export function renderAlertmanager(message: Message, nowMs: number): readonly PostedAlert[] {
	return message.entries.flatMap((entry) => postedAlerts(entry, message, nowMs));
}

function postedAlerts(
	{ incident, event, previousSeverity }: Entry,
	message: Message,
	nowMs: number,
): PostedAlert[] {
	const isResolved = isOver(event);
	const resolvedAt = incident.resolvedAt ?? new Date(nowMs).toISOString();
	const alert = (severity: Severity, endsAt: string): PostedAlert => ({
		labels: labelsOf(incident, severity, message.isTest),
		annotations: annotationsOf(incident, message),
		startsAt: incident.since,
		endsAt,
	});
	const stillAliveAt = new Date(nowMs + aliveMs).toISOString();
	const current = alert(incident.severity, isResolved ? resolvedAt : stillAliveAt);
	if (previousSeverity === undefined) return [current];
	const previous = alert(previousSeverity, isResolved ? resolvedAt : new Date(nowMs).toISOString());
	return isResolved ? [previous] : [previous, current];
}

/** Names as Prometheus has them: `[a-zA-Z_][a-zA-Z0-9_]*`; an empty value is no label. */
function labelsOf(incident: Incident, severity: Severity, isTest: boolean): Record<string, string> {
	const own = { alertname: incident.rule, severity, ...(isTest && { test: 'true' }) };
	const labels = Object.entries(incident.labels)
		.filter(([, value]) => value !== '')
		.map(([name, value]) => [name.replaceAll(/\W/g, '_').replace(/^(?=\d)/, '_'), value]);
	return { ...Object.fromEntries(labels), ...own };
}

function annotationsOf(incident: Incident, message: Message): Record<string, string> {
	const { value, threshold, unit, evidence, nextStep, show, replay, reason } = incident;
	const annotations = {
		summary: `${message.isTest ? 'TEST: ' : ''}${incident.message}`,
		value: value === undefined ? '' : String(value),
		threshold: threshold === undefined ? '' : String(threshold),
		unit,
		evidence,
		next_step: nextStep,
		show,
		replay,
		reason,
		nodetop_fingerprint: incident.fingerprint,
		nodetop_message: message.id,
	};
	return Object.fromEntries(
		Object.entries(annotations).flatMap(([name, text = '']) =>
			text === '' ? [] : [[name, text.slice(0, maxAnnotationUnits)]],
		),
	);
}
