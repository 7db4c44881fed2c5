import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyRecord, emptyLedger } from '../../source/alerts/delivery/ledger.ts';
import { plan } from '../../source/alerts/delivery/plan.ts';
import type { Waiting } from '../../source/alerts/delivery/due.ts';
import type { Incident } from '../../source/alerts/incident.ts';
import { createNotificationWait } from '../../source/alerts/notification-wait.ts';
import { webhook } from './delivery/helpers.ts';
import type { NodeSpec } from './helpers.ts';
import { cpu, cpuRule, down, rules, simulate } from './helpers.ts';

const stepMs = 1000;
const holdMs = 8000;
const groupWaitMs = 10_000;
/** The notification wait at most, and one step until each of the things that follow one another is seen. */
const slackMs = 30_000 + 3 * stepMs;

const levels = {
	value: { field: 'resources.cpuRatio' },
	above: { warning: 0.8, critical: 0.9, clear: 0.7 },
};
const set = rules({
	cpu: cpuRule({ condition: levels, forMs: holdMs, keepFiringForMs: 3000 }),
	'node-down-own': {
		condition: { issue: 'nodeDown' },
		message: '{finding}',
		forMs: 3000,
		keepFiringForMs: 2000,
		mutes: { rules: ['*'], by: 'node' },
	},
	cause: {
		condition: { value: { field: 'network.peers' }, below: 1 },
		severity: 'critical',
		message: 'no peers',
		forMs: 5000,
		mutes: { rules: ['cpu'], by: 'node' },
	},
	slow: {
		condition: { value: { field: 'network.inbound' }, below: 1 },
		severity: 'critical',
		message: 'a cause that takes long',
		forMs: 20_000,
		mutes: { rules: ['cpu'], by: 'node' },
	},
});

/** Some seconds of one kind: what the poll says, and which causes hold. */
const stretch = fc.record({
	seconds: fc.integer({ min: 1, max: 25 }),
	poll: fc.constantFrom('ok', 'ok', 'lost', 'every second lost'),
	ratio: fc.constantFrom(0.85, 0.95),
	hasCause: fc.boolean(),
	hasSlowCause: fc.boolean(),
});
type Stretch = typeof stretch extends fc.Arbitrary<infer Value> ? Value : never;

function looksOf(stretches: readonly Stretch[]): NodeSpec[] {
	return stretches.flatMap(({ seconds, poll, ratio, hasCause, hasSlowCause }) =>
		Array.from({ length: seconds }, (_, index): NodeSpec => {
			const isLost = poll === 'lost' || (poll === 'every second lost' && index % 2 === 1);
			const network = { peers: hasCause ? 0 : 5, inbound: hasSlowCause ? 0 : 50 };
			return isLost ? { ...cpu(ratio), ...down } : cpu(ratio, { network });
		}),
	);
}

/** Plays the looks, and gives the longest unmuted time of an alert before it was sent, and before a raise was. */
function longestUntold(looks: readonly NodeSpec[]) {
	const channel = webhook('http://receiver', {
		minSeverity: 'info',
		groupBy: ['rule'],
		groupWaitMs,
		criticalGroupWaitMs: 3000,
		groupIntervalMs: groupWaitMs,
	});
	const run = simulate(set);
	const wait = createNotificationWait();
	const ledger = emptyLedger();
	const waiting: Waiting = new Map();
	const sent = new Map<string, Incident>();
	const untoldMs = new Map<string, number>();
	let toldLateMs = 0;
	let raisedLateMs = 0;
	for (const look of looks) {
		const evaluation = run.after(stepMs, [look]);
		const firing = evaluation.alerts.filter(({ state }) => state === 'firing');
		const isExplained = firing.some(({ rule }) => rule !== 'cpu');
		const { messages, records } = plan(
			channel,
			wait.hold(evaluation, set, run.nowMs),
			ledger,
			waiting,
			run.nowMs,
		);
		for (const record of records) applyRecord(ledger, record);
		for (const message of messages) {
			applyRecord(ledger, { type: 'queued', message });
			applyRecord(ledger, { type: 'sent', id: message.id, atMs: run.nowMs });
			for (const { incident } of message.entries) sent.set(incident.fingerprint, incident);
		}
		for (const { rule, fingerprint = '', severity, since } of firing) {
			if (rule !== 'cpu') continue;
			const known = sent.get(fingerprint);
			const isKnown = known?.since === since && known.state === 'firing';
			const isTold = isKnown && (severity === 'warning' || known.severity === 'critical');
			if (isTold) untoldMs.delete(fingerprint);
			else if (!isExplained) {
				const ms = (untoldMs.get(fingerprint) ?? 0) + stepMs;
				untoldMs.set(fingerprint, ms);
				if (isKnown) raisedLateMs = Math.max(raisedLateMs, ms);
				else toldLateMs = Math.max(toldLateMs, ms);
			}
		}
	}
	return { toldLateMs, raisedLateMs, sent };
}

describe('liveness', () => {
	it('tells each firing, unmuted alert within its group wait, 30 s and one hold time, and each raise without the hold time', () => {
		fc.assert(
			fc.property(fc.array(stretch, { minLength: 5, maxLength: 40 }), (stretches) => {
				const { toldLateMs, raisedLateMs } = longestUntold(looksOf(stretches));
				expect(toldLateMs).toBeLessThanOrEqual(groupWaitMs + holdMs + slackMs);
				expect(raisedLateMs).toBeLessThanOrEqual(groupWaitMs + slackMs);
			}),
			{ numRuns: 150 },
		);
	});

	it('tells an alert although its inhibitor comes back before its hold time and its group wait are over', () => {
		const cycle: Stretch[] = [
			{ seconds: 195, poll: 'ok', ratio: 0.85, hasCause: true, hasSlowCause: false },
			// Shorter than hold time or group wait.
			{ seconds: 7, poll: 'ok', ratio: 0.85, hasCause: false, hasSlowCause: false },
		];
		const { sent } = longestUntold(looksOf(Array.from({ length: 6 }, () => cycle).flat()));
		expect([...sent.values()].map(({ rule }) => rule)).toContain('cpu');
	});

	it('sends a raise at once though an inhibitor went a moment ago', () => {
		const looks = looksOf([
			{ seconds: 40, poll: 'ok', ratio: 0.85, hasCause: false, hasSlowCause: false },
			{ seconds: 12, poll: 'ok', ratio: 0.95, hasCause: true, hasSlowCause: false },
			{ seconds: 6, poll: 'ok', ratio: 0.95, hasCause: false, hasSlowCause: false },
		]);
		const { sent } = longestUntold(looks);
		expect([...sent.values()].find(({ rule }) => rule === 'cpu')?.severity).toBe('critical');
	});
});
