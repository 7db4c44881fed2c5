import { stripControls } from '../../source/domain/clean.ts';
import { formatCount } from '../../source/domain/format.ts';
import type { Alert } from '../../source/domain/alert.ts';
import type { Moment, NodeMoment } from '../../source/sections/moment.ts';
import { alertKey } from '../alerts/alert-list.ts';
import { subjectOf, whatOf } from '../alerts/alert-words.ts';
import { headerCounts } from '../shell/header-counts.ts';
import { verdictOf } from '../shell/verdict.ts';

/** How everything is, in one sentence. */
export function stateSentence(moment: Moment): string {
	const counts = headerCounts(moment).map(({ text }) => text);
	const verdict = verdictOf(moment).map(({ text }) => text);
	return sentence(`${counts.join(', ')}: ${verdict.join('; ')}`);
}

/** A node in one or two sentences: its health, what troubles it, and what to do. */
export function nodeSentences({ snapshot: { target, health } }: NodeMoment): string[] {
	const issues = health.issues.map(({ message, nextStep }) =>
		sentence(nextStep === undefined ? message : `${message}; ${nextStep}`),
	);
	return [sentence(`${target.name}, ${target.kind}, is ${health.status}`), ...issues];
}

/** Every alert that fires, the gravest first. */
export function alertSentences({ alerts }: Moment): string[] {
	const firing = alerts.filter(({ state }) => state === 'firing');
	if (firing.length === 0) return ['No alert fires.'];
	const count = formatCount(firing.length);
	return [
		sentence(`${count} ${firing.length === 1 ? 'alert fires' : 'alerts fire'}`),
		...firing.map(alertSentence),
	];
}

/** What changed between two moments: nodes, networks and alerts, a sentence each. */
export function changeSentences(before: Moment, after: Moment): string[] {
	const healthBefore = new Map(
		before.nodes.map(({ snapshot }) => [snapshot.target.name, snapshot.health.status]),
	);
	const nodes = after.nodes.flatMap((node) => {
		const { target, health } = node.snapshot;
		const last = healthBefore.get(target.name);
		if (last === undefined) return [sentence(`${target.name} is watched now`)];
		if (last === health.status) return [];
		return nodeSentences(node);
	});
	const stateBefore = new Map(before.groups.map(({ name, state }) => [name, state]));
	const groups = after.groups.flatMap(({ name, state, message }) => {
		const last = stateBefore.get(name);
		return last === undefined || last === state
			? []
			: [sentence(`network ${name} is ${state}: ${message}`)];
	});
	return [...nodes, ...groups, ...alertChanges(before.alerts, after.alerts)];
}

function alertChanges(before: readonly Alert[], after: readonly Alert[]): string[] {
	const states = new Map(before.map((alert) => [alertKey(alert), alert.state]));
	return after.flatMap((alert) => {
		const last = states.get(alertKey(alert));
		if (last === alert.state || alert.state === 'pending') return [];
		if (alert.state === 'firing') return [alertSentence(alert)];
		// One that ended before it was seen here is no news.
		return last === undefined
			? []
			: [sentence(`alert ${alert.rule} on ${subjectOf(alert)} has ended`)];
	});
}

function alertSentence(alert: Alert): string {
	return sentence(`${alert.severity} alert ${alert.rule} on ${subjectOf(alert)}: ${whatOf(alert)}`);
}

function sentence(text: string): string {
	const clean = stripControls(text).trim();
	const first = clean.charAt(0).toUpperCase() + clean.slice(1);
	return /[.!?]$/.test(first) ? first : `${first}.`;
}
