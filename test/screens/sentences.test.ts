import { expect, it } from 'vitest';
import { changeSentences, stateSentence } from '../../screens/spoken/sentences.ts';
import { createLog } from '../../screens/spoken/spoken.tsx';
import { createFrameGate } from '../../source/frames/frame-gate.ts';
import { createMoments } from '../../source/fleet/moments.ts';
import { PollError } from '../../source/domain/errors.ts';
import { alertOf, fleetWith } from '../helpers/alerts-screen.tsx';
import { targetFor } from '../helpers/targets.ts';

function setUp() {
	const fleet = fleetWith(['alpha', 'beta'], []);
	const moments = createMoments(fleet);
	const fail = () => {
		const target = targetFor('http://127.0.0.1/beta', { name: 'beta', kind: 'qudag' });
		const error = new PollError('unreachable', 'connection refused', { nextStep: 'start it' });
		fleet.apply({ target, atMs: Date.now(), missedSlots: 0, outcome: { status: 'failed', error } });
	};
	return { fleet, moments, fail };
}

it('what changes is a sentence each, and what stays is none', () => {
	const { fleet, moments, fail } = setUp();
	const before = moments.getSnapshot();
	expect(stateSentence(before)).toBe('2 up: all 2 nodes up.');
	expect(changeSentences(before, before)).toEqual([]);
	fail();
	const after = moments.getSnapshot();
	expect(changeSentences(before, after)).toEqual([
		'Beta, qudag, is down.',
		expect.stringMatching(/^Unreachable: connection refused; start it\.$/),
	]);
	const alert = alertOf({ node: 'beta', rule: 'down', message: 'beta: does not answer' });
	fleet.setAlerts([alert]);
	const alerted = moments.getSnapshot();
	expect(changeSentences(after, alerted)).toEqual(['Warning alert down on beta: does not answer.']);
	fleet.setAlerts([{ ...alert, state: 'resolved', resolvedAt: new Date().toISOString() }]);
	expect(changeSentences(alerted, moments.getSnapshot())).toEqual([
		'Alert down on beta has ended.',
	]);
});

it('keys ask for the state, a node after the other, and the alerts', () => {
	const { moments } = setUp();
	const gate = createFrameGate(moments, { framesPerSecond: 50 });
	const log = createLog(gate);
	const stop = log.follow();
	for (const command of ['node.next', 'node.next', 'node.next', 'screen.alerts', 'sort'] as const) {
		log.answer(command);
	}
	expect(log.lines.getSnapshot().slice(1)).toEqual([
		'2 up: all 2 nodes up.',
		'Alpha, qudag, is up.',
		'Beta, qudag, is up.',
		'Alpha, qudag, is up.',
		'No alert fires.',
	]);
	stop();
	gate.stop();
});
