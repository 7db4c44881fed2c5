import { describe, expect, it } from 'vitest';
import { fillTemplate, translateTemplate } from '../../source/domain/rule-message.ts';

describe('a message of a rule', () => {
	it.each([
		['{node} has {value} peers', { node: 'a', value: '3' }, 'a has 3 peers'],
		['restarted {times}', { value: '1' }, 'restarted once'],
		['restarted {times}', { value: '2' }, 'restarted twice'],
		['restarted {times}', { value: '1.5' }, 'restarted 1.5 times'],
		['missed {value|duty|duties}', { value: '1' }, 'missed 1 duty'],
		['missed {value|duty|duties}', { value: '0' }, 'missed 0 duties'],
		['missed {value|duty|duties}', { value: '12' }, 'missed 12 duties'],
		['{what} {times} {a|b}', { node: 'a' }, '{what} {times} {a|b}'],
		['{times}', { times: 'a label', value: '1' }, 'a label'],
		['{constructor}', {}, '{constructor}'],
	])('%s of %o', (template, places, text) => {
		expect(fillTemplate(template, places)).toBe(text);
	});

	it('is written for another program with its own places', () => {
		expect(
			translateTemplate('{node} missed {value|duty|duties}, {times}', (name) => `<${name}>`),
		).toBe('<node> missed <value> duties, <value> times');
	});
});
