import { describe, expect, it } from 'vitest';
import type { ConfigFile } from '../../source/config/schema.ts';
import { settle } from '../../source/config/settle.ts';
import type { Layers } from '../../source/config/settle.ts';

const config: ConfigFile = {
	profile: 'home',
	intervalMs: 3000,
	timeoutMs: 3001,
	healthIntervalMs: 3002,
	framesPerSecond: 3,
	theme: 'mono',
	color: 'always',
	ascii: false,
	readOnly: true,
	profiles: {
		home: {
			intervalMs: 4000,
			timeoutMs: 4001,
			healthIntervalMs: 4002,
			framesPerSecond: 5,
			theme: 'light',
			color: 'never',
			ascii: true,
			readOnly: false,
		},
		plain: {},
	},
};
const env = {
	NODETOP_INTERVAL: '5s',
	NODETOP_TIMEOUT: '5001',
	NODETOP_HEALTH_INTERVAL: '5002',
	NODETOP_FPS: '6',
	NODETOP_THEME: 'colorblind',
	NODETOP_COLOR: 'auto',
	NODETOP_ASCII: 'off',
	NODETOP_READ_ONLY: '1',
};
const flags = {
	interval: '1m',
	timeout: '600ms',
	healthInterval: '6s',
	fps: '7',
	theme: 'dark',
	color: 'never',
	ascii: true,
	readOnly: false,
};

const settleWith = (layers: Partial<Layers>) =>
	settle({ flags: {}, env: {}, config: {}, configPath: '/c.json', ...layers });

describe('precedence', () => {
	it.each([
		['default', {}, [2000, 5000, 30_000, 1, 'auto', 'auto', false, false]],
		[
			'file',
			{ config: { ...config, profile: 'plain' } },
			[3000, 3001, 3002, 3, 'mono', 'always', false, true],
		],
		['profile', { config }, [4000, 4001, 4002, 5, 'light', 'never', true, false]],
		['environment', { config, env }, [5000, 5001, 5002, 6, 'colorblind', 'auto', false, true]],
		['flag', { config, env, flags }, [60_000, 600, 6000, 7, 'dark', 'never', true, false]],
	])('of the %s', (origin, layers, values) => {
		const { profile: _profile, ...choices } = settleWith(layers);
		expect(Object.values(choices).map(({ value }) => value)).toEqual(values);
		expect(new Set(Object.values(choices).map((choice) => choice.origin))).toEqual(
			new Set([origin]),
		);
	});

	it('is each key’s own', () => {
		const choices = settleWith({
			config: { theme: 'mono', profile: 'p', profiles: { p: { timeoutMs: 900 } } },
			env: { NODETOP_FPS: '9' },
			flags: { interval: '250' },
		});
		expect(choices).toEqual({
			profile: { value: 'p', origin: 'file', where: 'profile in /c.json' },
			intervalMs: { value: 250, origin: 'flag', where: '--interval' },
			timeoutMs: { value: 900, origin: 'profile', where: 'profiles.p.timeoutMs in /c.json' },
			healthIntervalMs: { value: 30_000, origin: 'default', where: 'built in' },
			framesPerSecond: { value: 9, origin: 'environment', where: 'NODETOP_FPS' },
			theme: { value: 'mono', origin: 'file', where: 'theme in /c.json' },
			color: { value: 'auto', origin: 'default', where: 'built in' },
			ascii: { value: false, origin: 'default', where: 'built in' },
			readOnly: { value: false, origin: 'default', where: 'built in' },
		});
	});

	it('takes an empty variable as not set', () => {
		const empty = Object.fromEntries(Object.keys(env).map((name) => [name, '']));
		expect(settleWith({ env: { ...empty, NODETOP_PROFILE: '' } })).toEqual(settleWith({}));
	});

	it('lets --no-ascii beat the profile', () => {
		expect(settleWith({ config, flags: { ascii: false } }).ascii).toMatchObject({
			value: false,
			origin: 'flag',
		});
	});
});

describe('what characters are drawn with', () => {
	it.each([
		[{ LC_ALL: 'C' }, true, 'LC_ALL'],
		[{ LC_ALL: 'de_DE.ISO-8859-1', LANG: 'C.UTF-8' }, true, 'LC_ALL'],
		[{ LC_CTYPE: 'POSIX', LANG: 'en_US.UTF-8' }, true, 'LC_CTYPE'],
		[{ LANG: 'ja_JP.eucJP' }, true, 'LANG'],
		[{ LANG: 'en_US.UTF-8', TERM: 'linux' }, true, 'TERM'],
		[{ LC_ALL: '', LANG: 'de_DE.utf8', TERM: 'xterm-256color' }, false, 'built in'],
		[{}, false, 'built in'],
		[{ LC_ALL: 'C', NODETOP_ASCII: 'false' }, false, 'NODETOP_ASCII'],
	])('follows %j: ASCII is %s, from %s', (env, value, where) => {
		expect(settleWith({ env }).ascii).toMatchObject({ value, where });
	});

	it('lets a flag and the configuration beat the locale', () => {
		const env = { LC_ALL: 'C' };
		expect(settleWith({ env, flags: { ascii: false } }).ascii.value).toBe(false);
		expect(settleWith({ env, config: { ascii: false } }).ascii.value).toBe(false);
	});
});

describe('colour', () => {
	it.each([
		[{ NO_COLOR: '1' }, {}, 'never', 'NO_COLOR'],
		[{ NO_COLOR: '0' }, {}, 'never', 'NO_COLOR'],
		[{ NO_COLOR: '' }, {}, 'always', 'color in /c.json'],
		[{ NO_COLOR: '1', FORCE_COLOR: '1' }, {}, 'never', 'NO_COLOR'],
		[{ NO_COLOR: '1', NODETOP_COLOR: 'auto' }, {}, 'auto', 'NODETOP_COLOR'],
		[{ NO_COLOR: '1' }, { color: 'always' }, 'always', '--color'],
		[{ FORCE_COLOR: '3' }, {}, 'always', 'FORCE_COLOR'],
		[{ FORCE_COLOR: '0' }, {}, 'never', 'FORCE_COLOR'],
		[{ FORCE_COLOR: '1', CLICOLOR_FORCE: '0' }, { color: 'never' }, 'never', '--color'],
		[{ CLICOLOR_FORCE: '1' }, {}, 'always', 'CLICOLOR_FORCE'],
		[{ CLICOLOR_FORCE: '0' }, {}, 'always', 'color in /c.json'],
	])('with %j and %j is %s, from %s', (env, flags, value, where) => {
		const { color } = settleWith({ config: { color: 'always' }, env, flags });
		expect(color).toMatchObject({ value, where });
	});
});

describe('the profile', () => {
	it.each([
		[{}, {}, 'home', 'file'],
		[{}, { NODETOP_PROFILE: 'plain' }, 'plain', 'environment'],
		[{ profile: 'default' }, { NODETOP_PROFILE: 'plain' }, 'default', 'flag'],
	])('with %j and %j is %s, from %s', (flags, env, value, origin) => {
		expect(settleWith({ config, flags, env }).profile).toMatchObject({ value, origin });
	});

	it.each([
		[
			{ flags: { profile: 'hoem' }, config },
			'--profile: there is no profile "hoem" in /c.json',
			64,
		],
		[
			{ env: { NODETOP_PROFILE: 'hoem' }, config },
			'NODETOP_PROFILE: there is no profile "hoem"',
			64,
		],
		[
			{ config: { profile: 'hoem', profiles: { home: {} } } },
			'profile in /c.json: there is no',
			78,
		],
		[{ flags: { profile: 'constructor' } }, 'there is no profile "constructor"', 64],
	])('that does not exist is refused: %j', (layers, message, exitCode) => {
		expect(() => settleWith(layers)).toThrow(
			expect.objectContaining({ message: expect.stringContaining(message), exitCode }),
		);
	});

	it('that was meant is suggested', () => {
		expect(() => settleWith({ flags: { profile: 'hoem' }, config })).toThrow(
			expect.objectContaining({ nextSteps: ['did you mean home?', 'profiles: home, plain'] }),
		);
	});
});

describe('a value that cannot be read', () => {
	it.each([
		[{ flags: { interval: 'abc' } }, '--interval: "abc" is not a duration; use 500ms, 2s or 1m'],
		[{ flags: { interval: '-5' } }, '--interval: "-5" is not a duration; use 500ms, 2s or 1m'],
		[{ flags: { interval: 'Infinity' } }, '--interval: "Infinity" is not a duration'],
		[{ flags: { interval: '1e3' } }, '--interval: "1e3" is not a duration'],
		[{ flags: { interval: '99' } }, '--interval: 99 is out of range; use 100ms to 1h'],
		[{ flags: { interval: '0s' } }, '--interval: 0s is out of range'],
		[{ flags: { timeout: '61m' } }, '--timeout: 61m is out of range'],
		[{ env: { NODETOP_INTERVAL: '2 parsecs' } }, 'NODETOP_INTERVAL: "2 parsecs" is not a duration'],
		[{ env: { NODETOP_TIMEOUT: 'x\u001B[2J' } }, 'NODETOP_TIMEOUT: "x" is not a duration'],
		[{ flags: { fps: '0' } }, '--fps: "0" is not a whole number from 1 to 60'],
		[{ flags: { fps: '61' } }, '--fps: "61" is not a whole number from 1 to 60'],
		[{ flags: { fps: '2.5' } }, '--fps: "2.5" is not a whole number'],
		[{ env: { NODETOP_FPS: 'many' } }, 'NODETOP_FPS: "many" is not a whole number'],
		[
			{ flags: { theme: 'drak' } },
			'--theme: "drak" is none of auto, dark, light, contrast, colorblind, mono',
		],
		[{ env: { NODETOP_COLOR: 'yes' } }, 'NODETOP_COLOR: "yes" is none of auto, always, never'],
		[{ env: { NODETOP_ASCII: 'perhaps' } }, 'NODETOP_ASCII: "perhaps" is neither 1 nor 0'],
		[{ env: { NODETOP_ASCII: 'constructor' } }, 'is neither 1 nor 0'],
	])('%j', (layers, message) => {
		expect(() => settleWith(layers)).toThrow(
			expect.objectContaining({ name: 'UserError', message: expect.stringContaining(message) }),
		);
	});

	it.each([
		['500ms', 500],
		['2s', 2000],
		['1.5s', 1500],
		['1m', 60_000],
		['1h', 3_600_000],
		['100', 100],
		[' 2s ', 2000],
	])('but %j is', (interval, value) => {
		expect(settleWith({ flags: { interval } }).intervalMs.value).toBe(value);
	});
});
