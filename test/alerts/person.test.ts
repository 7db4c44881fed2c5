import { userInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { actingPerson } from '../../source/alerts/person.ts';

const ofSystem = userInfo().username;

describe('actingPerson', () => {
	it.each([
		{ env: { USER: 'ana', LOGNAME: 'bob' }, person: 'ana' },
		{ env: { LOGNAME: 'bob' }, person: 'bob' },
		{ env: { SUDO_USER: 'eve', USER: 'nodetop', LOGNAME: 'nodetop' }, person: 'eve' },
		{ env: { SUDO_USER: '', USER: ' ', LOGNAME: 'bob' }, person: 'bob' },
		{ env: { USER: '\u001b]0;x\u0007an\u202ea' }, person: 'an a' },
		{ env: {}, person: ofSystem },
	])('is $person of $env', ({ env, person }) => {
		expect(actingPerson(env)).toBe(person);
	});
});
