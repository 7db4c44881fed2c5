import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../source/alerts/fingerprint.ts';
import { wordsOf } from '../../source/alerts/words-of.ts';
import type { Rule } from '../../source/domain/rule.ts';
import { cpu, cpuRule, noQuiet, rules, simulate } from './helpers.ts';

const rule = (more: Partial<Rule> = {}): Rule => {
	const made = rules({ cpu: cpuRule() }).get('cpu');
	if (!made) throw new Error('the rule is not there');
	return { ...made, ...more };
};
const bad = { kind: 'bad', severity: 'warning' } as const;
const labels = { node: 'a', kind: 'evm' };

describe('the words of an alert', () => {
	it('are those of the rule, with value and threshold in its unit as evidence', () => {
		expect(wordsOf(rule(), { ...bad, value: 0.9123456789, threshold: 0.8 }, labels)).toEqual({
			message: 'CPU of a is 91.2%',
			value: 0.912346,
			threshold: 0.8,
			unit: 'ratio',
			evidence: '91.2%, threshold 80.0%',
		});
	});

	it('have the evidence and the next step of what was found, and nothing of a finding without them', () => {
		const { unit: _unit, ...plain } = rule({ message: '{node}: {finding}' });
		const finding = { message: 'it is late', evidence: 'by 3 s', nextStep: 'wait' };
		expect(wordsOf(plain, { ...bad, value: 'late', finding }, labels)).toEqual({
			message: 'a: it is late',
			value: 'late',
			evidence: 'by 3 s',
			nextStep: 'wait',
		});
		expect(wordsOf(plain, { ...bad, finding: { message: 'late' } }, labels)).toEqual({
			message: 'a: late',
		});
	});

	it('give the user’s own next step before that of the finding', () => {
		const own = rule({ nextStep: 'call me' });
		const finding = { message: 'm', nextStep: 'wait' };
		expect(wordsOf(own, { ...bad, finding }, labels).nextStep).toBe('call me');
		expect(wordsOf(own, bad, labels).nextStep).toBe('call me');
	});

	it('say nothing of a finding where none is', () => {
		expect(wordsOf(rule({ message: 'high{finding}' }), bad, labels).message).toBe('high');
	});

	it('lose the unit with the rule', () => {
		const run = simulate(rules({ cpu: cpuRule() }));
		expect(run.after(0, [cpu(0.9)]).alerts[0]).toMatchObject({ unit: 'ratio' });
		const { unit: _unit, ...entry } = cpuRule();
		run.core.reload(rules({ cpu: entry }), noQuiet);
		const [alert] = run.after(1000, [cpu(0.9)]).alerts;
		expect(alert).toMatchObject({ message: 'CPU of a is 0.9' });
		expect(alert?.unit).toBeUndefined();
	});
});

describe('the fingerprint of an alert', () => {
	it('is the same in every version, so that receivers know the alert again', () => {
		expect(fingerprintOf('cpu', { node: 'a', peer: 'p' })).toBe('c66662998dcf19f3');
		expect(fingerprintOf('cpu', {})).toBe('51c969832d94ef50');
	});

	it('is of the rule and all labels, in any order', () => {
		const one = fingerprintOf('cpu', { node: 'a', peer: 'p', zone: 'z' });
		expect(fingerprintOf('cpu', { zone: 'z', peer: 'p', node: 'a' })).toBe(one);
		expect(fingerprintOf('cpu', { peer: 'p', zone: 'z', node: 'a' })).toBe(one);
		const others = [
			fingerprintOf('disk', { node: 'a', peer: 'p', zone: 'z' }),
			fingerprintOf('cpu', { node: 'a', peer: 'p' }),
			fingerprintOf('cpu', { node: 'p', peer: 'a', zone: 'z' }),
		];
		expect(new Set([one, ...others]).size).toBe(4);
		expect(one).toMatch(/^[0-9a-f]{16}$/);
	});
});
