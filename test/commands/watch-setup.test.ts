import { describe, expect, it } from 'vitest';
import { commandFlagsOf } from '../../source/app/watch-setup.ts';

describe('by which a command finds the nodes', () => {
	it.each([
		{ profile: 'default', flags: {}, env: {}, words: [] },
		{ profile: 'mainnet', flags: {}, env: {}, words: ['--profile', 'mainnet'] },
		{
			profile: 'default',
			flags: { profile: 'default', config: '/etc/nodetop.json' },
			env: {},
			words: ['--config', '/etc/nodetop.json', '--profile', 'default'],
		},
		{
			profile: 'default',
			flags: {},
			env: { NODETOP_CONFIG: '/run/nodetop.json' },
			words: ['--config', '/run/nodetop.json'],
		},
	])('$words', ({ profile, flags, env, words }) => {
		expect(commandFlagsOf(profile, { flags, env })).toEqual(words);
	});
});
