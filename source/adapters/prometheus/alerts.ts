import { clean } from '../../domain/clean.ts';
import type { Member } from '../../sections/snapshot.ts';
import type { Series } from './query.ts';

export const firingAlerts = 'ALERTS{alertstate="firing"}';

const mostReasons = 10;

/** The firing alerts of the server: of one node each, or of none that is known. */
export interface FiringAlerts {
	/** The node with them as its own report, beside what nodetop finds itself. */
	withAlerts(member: Member, place: { readonly job: string; readonly instance: string }): Member;
	/** Of no node that was asked for. */
	others(): readonly string[];
}

/** An alert belongs to the node that its label `node` names, else to the target of its job and instance. */
export function createFiringAlerts(series: readonly Series[]): FiringAlerts {
	const byPlace = new Map<string, string[]>();
	for (const { labels } of series) {
		const { node, job, instance, alertname = '', severity } = labels;
		const place = node === undefined ? targetPlace(job ?? '', instance ?? '') : nodePlace(node);
		const suffix = severity === undefined ? '' : ` (${clean(severity, 20)})`;
		const words = `Prometheus alert ${clean(alertname, 80)}${suffix}`;
		const known = byPlace.get(place);
		if (known) known.push(words);
		else byPlace.set(place, [words]);
	}
	const taken = new Set<string>();
	return {
		withAlerts(member, { job, instance }) {
			if (!('reading' in member)) return member;
			const places = [nodePlace(member.target.name), targetPlace(job, instance)];
			const reasons = places.flatMap((place) => {
				taken.add(place);
				return byPlace.get(place) ?? [];
			});
			if (reasons.length === 0) return member;
			const before = member.reading.selfReport;
			const status = before === undefined || before.status === 'up' ? 'degraded' : before.status;
			const all = [...(before?.reasons ?? []), ...reasons].slice(0, mostReasons);
			return { ...member, reading: { ...member.reading, selfReport: { status, reasons: all } } };
		},
		others: () =>
			[...byPlace]
				.flatMap(([place, words]) => (taken.has(place) ? [] : words))
				.slice(0, mostReasons),
	};
}

function targetPlace(job: string, instance: string): string {
	return JSON.stringify([job, instance]);
}

function nodePlace(node: string): string {
	return JSON.stringify([node]);
}
