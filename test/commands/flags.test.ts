import { describe, expect, it } from 'vitest';
import { parseFlags } from '../../source/commands/flags.ts';
import { UserError } from '../../source/domain/errors.ts';

const specs = {
	interval: { type: 'string', shortFlag: 'i' },
	metricsUrl: { type: 'string' },
	json: { type: 'boolean' },
	probe: { type: 'boolean' },
	tag: { type: 'string', isMultiple: true },
} as const;

const nothing = {
	interval: undefined,
	metricsUrl: undefined,
	json: undefined,
	probe: undefined,
	tag: [],
};

describe('parseFlags', () => {
	it.each([
		{ argv: [], flags: {}, input: [] },
		{ argv: ['--interval', 'abc', 'node'], flags: { interval: 'abc' }, input: ['node'] },
		{ argv: ['-i', '2s'], flags: { interval: '2s' }, input: [] },
		{ argv: ['--interval=a=b'], flags: { interval: 'a=b' }, input: [] },
		{ argv: ['--interval', '-5'], flags: { interval: '-5' }, input: [] },
		{ argv: ['--interval', '-'], flags: { interval: '-' }, input: [] },
		{ argv: ['--interval', '"2s"'], flags: { interval: '"2s"' }, input: [] },
		{ argv: ['--tag=--odd', '--tag', 'b'], flags: { tag: ['--odd', 'b'] }, input: [] },
		{ argv: ['--json', 'http://h:1'], flags: { json: true }, input: ['http://h:1'] },
		{ argv: ['--json', '--json'], flags: { json: true }, input: [] },
		{ argv: ['--no-probe'], flags: { probe: false }, input: [] },
		{ argv: ['--metrics-url', 'u'], flags: { metricsUrl: 'u' }, input: [] },
		{ argv: ['0x10', '007'], flags: {}, input: ['0x10', '007'] },
		{ argv: ['a', '--', '--json', '-x'], flags: {}, input: ['a', '--json', '-x'] },
		{ argv: ['n=http://u:p@h/?a=b&c', '='], flags: {}, input: ['n=http://u:p@h/?a=b&c', '='] },
	])('reads $argv', async ({ argv, flags, input }) => {
		expect(await parseFlags(argv, specs)).toEqual({ flags: { ...nothing, ...flags }, input });
	});

	it.each([
		{ argv: ['--intervall', '2s'], message: 'unknown flag --intervall', step: '--interval?' },
		{ argv: ['--INTERVAL', '2s'], message: 'unknown flag --INTERVAL', step: '--interval?' },
		{ argv: ['--metrics_url', 'u'], message: 'unknown flag --metrics_url', step: '--metrics-url?' },
		{ argv: ['--metricsUrl', 'u'], message: 'unknown flag --metricsUrl', step: '--metrics-url?' },
		{ argv: ['--no-interval'], message: 'unknown flag --no-interval', step: '--interval?' },
		{ argv: ['--foo.bar', 'x'], message: 'unknown flag --foo.bar', step: 'known flags: ' },
		{ argv: ['--__proto__', 'x'], message: 'unknown flag --__proto__', step: 'known flags: ' },
		{ argv: ['--constructor'], message: 'unknown flag --constructor', step: 'known flags: ' },
		{ argv: ['-i2s'], message: 'unknown flag -i2s', step: 'known flags: ' },
		{ argv: ['-z'], message: 'unknown flag -z', step: 'known flags: ' },
		{ argv: ['--help'], message: 'unknown flag --help', step: 'known flags: ' },
		{ argv: ['--bad\u001B[2Jflag'], message: 'unknown flag --badflag', step: 'known flags: ' },
		{ argv: ['--interval'], message: '--interval needs a value', step: '--interval VALUE' },
		{ argv: ['--interval', '--json'], message: '--interval needs a value', step: 'VALUE' },
		{ argv: ['--interval='], message: '--interval needs a value', step: 'VALUE' },
		{ argv: ['--json=yes'], message: '--json takes no value', step: '--no-json' },
		{ argv: ['-i', '1s', '--interval', '2s'], message: '--interval is given twice', step: 'leave' },
	])('refuses $argv', async ({ argv, message, step }) => {
		let error: unknown;
		try {
			await parseFlags(argv, specs);
		} catch (thrown) {
			error = thrown;
		}
		expect(error).toBeInstanceOf(UserError);
		expect(error).toMatchObject({ message, exitCode: 64 });
		expect(error).toHaveProperty(
			'nextSteps',
			expect.arrayContaining([expect.stringContaining(step)]),
		);
	});

	it('says so where a command takes no flags', async () => {
		await expect(parseFlags(['--json'], {})).rejects.toThrow(
			expect.objectContaining({ nextSteps: ['this command takes no flags'] }),
		);
	});
});
