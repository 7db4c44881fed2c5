import type { Rule } from '../domain/rule.ts';
import type { AlertState } from './alert-state.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Labels } from './fingerprint.ts';
import type { Incident } from './incident.ts';
import type { RuleSet } from '../sections/rule-set.ts';

/** The labels that identify an alert's subject. */
const identityLabels = {
	node: ['node'],
	peer: ['node', 'peer'],
	satellite: ['node', 'satellite'],
	validator: ['node', 'validator'],
	group: ['group'],
	fleet: [],
} as const satisfies Readonly<Record<Rule['scope'], readonly string[]>>;

/**
 * Adds, in place, alerts that receivers believe to be firing and the state does not know: its file was
 * lost, or its disk was full when the process was killed. Without this, receivers would get "resolved"
 * for alerts that nobody evaluated. The next evaluation decides whether they still hold.
 */
export function adoptDelivered(
	state: AlertState,
	delivered: readonly Incident[],
	rules: RuleSet,
): void {
	const ended = new Set(state.closed.map(({ id }) => id));
	for (const incident of delivered) {
		const { id, fingerprint, since } = incident;
		const rule = rules.get(incident.rule);
		const known = state.alerts[fingerprint];
		if (!rule || ended.has(id)) continue;
		if (known && (known.phase === 'firing' || known.since !== since)) continue;
		const identity = identityOf(rule, incident.labels);
		if (fingerprintOf(rule.name, identity) !== fingerprint) continue;
		const { message, value, threshold, unit, evidence, nextStep, severity, labels } = incident;
		state.alerts[fingerprint] = {
			rule: rule.name,
			identity,
			labels: { ...labels },
			phase: 'firing',
			severity,
			held: {},
			badLooks: 0,
			last: 'noData',
			forMs: rule.forMs,
			since,
			firedAt: known?.firedAt ?? since,
			message,
			...(value !== undefined && { value }),
			...(threshold !== undefined && { threshold }),
			...(unit !== undefined && { unit }),
			...(evidence !== undefined && { evidence }),
			...(nextStep !== undefined && { nextStep }),
		};
	}
}

function identityOf({ scope, onePer }: Rule, labels: Labels): Record<string, string> {
	if (onePer !== undefined && labels['node'] === undefined) {
		const { validator } = labels;
		return {
			[onePer]: labels[onePer] ?? '',
			...(scope === 'validator' && validator !== undefined && { validator }),
		};
	}
	return Object.fromEntries(
		identityLabels[scope].map((name): [string, string] => [name, labels[name] ?? '']),
	);
}
