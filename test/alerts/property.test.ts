import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Incident } from '../../source/alerts/incident.ts';
import { applyRecord, emptyLedger } from '../../source/alerts/delivery/ledger.ts';
import type { Ledger } from '../../source/alerts/delivery/ledger.ts';
import type { Message } from '../../source/alerts/delivery/message.ts';
import { plan } from '../../source/alerts/delivery/plan.ts';
import type { Waiting } from '../../source/alerts/delivery/due.ts';
import type { RuleSet } from '../../source/sections/rule-set.ts';
import { webhook } from './delivery/helpers.ts';
import type { NodeSpec } from './helpers.ts';
import { cpu, cpuRule, down, rules, simulate } from './helpers.ts';

const severities = {
	value: { field: 'resources.cpuRatio' },
	above: { warning: 0.8, critical: 0.9, clear: 0.7 },
};
const parent = {
	condition: { issue: 'nodeDown' },
	message: '{finding}',
	forMs: 2000,
	mutes: { rules: ['*'], by: 'node' as const },
};
const sets: readonly RuleSet[] = [
	rules({ cpu: cpuRule(), parent }),
	rules({ cpu: cpuRule({ condition: severities, forMs: 5000, keepFiringForMs: 3000 }), parent }),
	rules({ cpu: cpuRule({ forMs: 20_000 }) }),
	rules({ parent }),
	rules({ cpu: cpuRule({ kinds: ['storj'] }) }),
];

const look: fc.Arbitrary<NodeSpec | undefined> = fc.oneof(
	{ weight: 4, arbitrary: fc.constant(cpu(0.95)) },
	{ weight: 2, arbitrary: fc.constant(cpu(0.85)) },
	{ weight: 1, arbitrary: fc.constant(cpu(0.75)) },
	{ weight: 4, arbitrary: fc.constant(cpu(0.1)) },
	{ weight: 1, arbitrary: fc.constant(cpu(undefined)) },
	{ weight: 2, arbitrary: fc.constant({ ...cpu(0.1), ...down }) },
	{ weight: 1, arbitrary: fc.constant({ pollStatus: 'pending' as const }) },
	{ weight: 1, arbitrary: fc.constant(undefined) },
);
const rarely = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 6, nil: undefined });
const moment = fc.record({
	afterMs: fc.oneof(fc.integer({ min: 1, max: 8000 }), fc.constant(400_000)),
	looks: fc.tuple(look, look),
	restart: rarely(fc.record({ set: fc.nat(sets.length - 1), downMs: fc.nat(5_000_000) })),
	reload: rarely(fc.nat(sets.length - 1)),
	clockMs: rarely(fc.integer({ min: -5_000_000, max: 5_000_000 })),
	silenceMs: rarely(fc.nat(20_000)),
	/** The process dies after the state is saved, before delivery hears of it. */
	isDeaf: fc.boolean(),
});

/** A receiver that takes every message at once. */
function createReceiver() {
	const channel = webhook('http://receiver', {
		minSeverity: 'info',
		groupBy: ['node'],
		criticalGroupWaitMs: 3000,
	});
	const ledger: Ledger = emptyLedger();
	const waiting: Waiting = new Map();
	const told = new Map<string, string>();
	const problems: string[] = [];

	function take(message: Message): void {
		for (const { event, incident } of message.entries) {
			const { fingerprint, id } = incident;
			if (event === 'fired' && told.has(fingerprint)) problems.push(`fired twice: ${id}`);
			if (event === 'resolved' && told.get(fingerprint) !== id)
				problems.push(`resolved untold: ${id}`);
			if (event === 'fired') told.set(fingerprint, id);
			if (event === 'resolved') told.delete(fingerprint);
		}
	}

	return {
		problems,
		update(incidents: readonly Incident[], nowMs: number) {
			const { messages, records } = plan(channel, incidents, ledger, waiting, nowMs);
			for (const record of records) applyRecord(ledger, record);
			// In one message an end comes last; what fires again comes in a later one.
			for (const message of messages) {
				applyRecord(ledger, { type: 'queued', message });
				take({
					...message,
					entries: message.entries.toSorted(
						(a, b) => Number(b.event === 'resolved') - Number(a.event === 'resolved'),
					),
				});
				applyRecord(ledger, { type: 'sent', id: message.id, atMs: nowMs });
			}
		},
	};
}

describe('whatever happens', () => {
	it('nobody is told twice that it fires, nor of an end of what was not told', () => {
		fc.assert(
			fc.property(fc.array(moment, { minLength: 1, maxLength: 60 }), (moments) => {
				const run = simulate(sets[0] ?? rules({}));
				const receiver = createReceiver();
				const open = new Map<string, string>();
				for (const each of moments) {
					const { restart, reload, clockMs, silenceMs, looks } = each;
					if (clockMs !== undefined) run.nowMs += clockMs;
					const silences =
						silenceMs === undefined
							? []
							: [{ match: {}, endsAt: new Date(run.nowMs + silenceMs).toISOString() }];
					if (restart) run.restart(sets[restart.set], restart.downMs);
					const set = reload === undefined ? undefined : sets[reload];
					if (set) run.core.reload(set, { silences, maintenance: {} });
					const nodes = looks.flatMap((spec, index) =>
						spec ? [{ ...spec, name: `n${index}` }] : [],
					);
					const { incidents, transitions } = run.after(each.afterMs, nodes);
					for (const { event, incident } of transitions) {
						if (event !== 'fired' && event !== 'resolved') continue;
						const before = event === 'fired' ? undefined : incident.id;
						expect(open.get(incident.fingerprint)).toBe(before);
						if (event === 'fired') open.set(incident.fingerprint, incident.id);
						else open.delete(incident.fingerprint);
					}
					const firing = incidents.filter(({ state }) => state === 'firing');
					expect(firing.map(({ id }) => id).toSorted()).toEqual([...open.values()].toSorted());
					expect(new Set(incidents.map(({ id }) => id)).size).toBe(incidents.length);
					if (!each.isDeaf) receiver.update(incidents, run.nowMs);
				}
				expect(receiver.problems).toEqual([]);
			}),
			{ numRuns: 400 },
		);
	});
});
