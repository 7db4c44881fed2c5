import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadAlertRules, configJsonSchema } from '../../source/app/configuration.ts';
import { alertDirectory } from '../../source/config/paths.ts';
import { config } from '../../source/commands/config/config.ts';
import { UserError } from '../../source/domain/errors.ts';
import { runCommand } from '../commands/command-run.ts';
import { temporaryDirectory, writeWithMode } from './temporary-directory.ts';

let file = '';

beforeEach(async () => {
	file = path.join(await temporaryDirectory(), 'config.json');
});

async function write(profile: object): Promise<void> {
	await writeWithMode(file, JSON.stringify({ profiles: { default: profile } }));
}

const load = () => loadAlertRules({ flags: { config: file }, env: {} });
const validate = () => runCommand(config, ['validate', file]);

const own = {
	condition: { value: { field: 'resources.cpuRatio' }, above: 0.5 },
	message: '{node} is busy: {value}',
};

describe('rules, silences and maintenance of a profile', () => {
	it('are read as written', async () => {
		const profile = {
			rules: { 'node-down': { forMs: 30_000 }, busy: own },
			silences: [{ match: { node: 'old-*' }, endsAt: '2027-01-01T00:00:00Z' }],
			maintenance: { backup: { from: '02:00', to: '03:00', timeZone: 'Europe/Berlin' } },
		};
		await write(profile);
		expect(await load()).toEqual({
			profile: 'default',
			where: `${file}: profiles.default.rules`,
			...profile,
		});
		expect((await validate()).stdout).toMatch(/is right/);
	});

	it('are none where the profile has none', async () => {
		await write({});
		expect(await load()).toMatchObject({ rules: {}, silences: [], maintenance: {} });
	});

	it.each([
		[
			{ rules: { busy: { ...own, forSeconds: 1 } } },
			'profiles.default.rules.busy.forSeconds: unknown key',
		],
		[
			{ rules: { busy: { ...own, condition: { value: { field: 'a' }, above: 1, below: 0 } } } },
			'profiles.default.rules.busy.condition: needs exactly one of above',
		],
		[{ rules: { Busy: own } }, 'profiles.default.rules.Busy: the name must be lower-case'],
		[
			{ rules: { busy: { ...own, severity: 'fatal' } } },
			'profiles.default.rules.busy.severity: expected',
		],
		[{ silences: [{ match: {} }] }, 'profiles.default.silences[0].endsAt: expected'],
		[
			{
				silences: [{ match: {}, startsAt: '2027-01-02T00:00:00Z', endsAt: '2027-01-01T00:00:00Z' }],
			},
			'profiles.default.silences[0]: endsAt must be after startsAt',
		],
		[
			{ maintenance: { backup: { from: '02:00' } } },
			'profiles.default.maintenance.backup: needs startsAt',
		],
		[
			{ maintenance: { backup: { from: '2:00', to: '03:00' } } },
			'profiles.default.maintenance.backup.from: is not a time such as 22:30',
		],
	])('are refused by name: %j', async (profile, message) => {
		await write(profile);
		const { error } = await validate();
		expect(error).toBeInstanceOf(UserError);
		expect(error).toMatchObject({ exitCode: 78 });
		expect(String(error)).toContain(`${file}: ${message}`);
		await expect(load()).rejects.toThrow(message);
	});

	it.each([
		[{ busy: { forMs: 5 } }, 'profiles.default.rules.busy: has no condition'],
		[
			{ busy: { ...own, mutes: { rules: ['nobody'], by: 'node' } } },
			'mutes "nobody", which is no rule',
		],
	])('are checked against the built-in rules: %j', async (rules, message) => {
		await write({ rules });
		expect(String((await validate()).error)).toContain(`${file}: profiles.default.rules.busy: `);
		expect(String((await validate()).error)).toContain(message);
	});

	it('stand in the schema', () => {
		const text = JSON.stringify(configJsonSchema());
		for (const key of ['"rules"', '"silences"', '"maintenance"', '"keepFiringForMs"']) {
			expect(text).toContain(key);
		}
	});

	it('have a directory of the profile for what outlives the run', () => {
		const surroundings = { env: { XDG_STATE_HOME: '/var/lib' }, homeDir: '/home/a' };
		expect(alertDirectory('main', surroundings)).toBe('/var/lib/nodetop/alerts/main');
		expect(alertDirectory('main', { env: {}, homeDir: '/home/a', platform: 'linux' })).toBe(
			'/home/a/.local/state/nodetop/alerts/main',
		);
	});
});
