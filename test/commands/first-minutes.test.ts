import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { demoPlaces, noteDemo } from '../../source/commands/demo-places.ts';
import { alerts } from '../../source/commands/alerts/alerts.ts';
import { discover } from '../../source/commands/discover/discover.ts';
import { findCommand } from '../../source/commands/find-command.ts';
import { network } from '../../source/commands/network/network.ts';
import { profile } from '../../source/commands/profile/profile.ts';
import { status } from '../../source/commands/status/status.ts';
import { builtInRules } from '../../source/sections/findings.ts';
import { startMetricNode } from '../helpers/metric-node.ts';
import { runCommand } from './command-run.ts';

const emptyEnv = async () => {
	const home = await mkdtemp(path.join(tmpdir(), 'nodetop-first-'));
	return { HOME: home, XDG_CONFIG_HOME: home, XDG_STATE_HOME: home };
};

describe('help', () => {
	it.each([
		['help', 'status'],
		['status', '--help'],
	])('%s %s is that of the command', async (...argv) => {
		const { load, argv: rest } = findCommand(argv);
		expect((await load()).help).toBe(status.help);
		expect(rest).toContain('--help');
	});

	it('of a word that is no command is an error with the nearest one', () => {
		expect(() => findCommand(['frobnicate', '--help'])).toThrow('"frobnicate" is no command');
		expect(() => findCommand(['help', 'alrets'])).toThrow('"alrets" is no command');
		const thrown = (() => {
			try {
				return findCommand(['help', 'alrets']);
			} catch (error) {
				return error;
			}
		})();
		expect(thrown).toMatchObject({
			nextSteps: expect.arrayContaining([expect.stringMatching(/nodetop alerts/)]) as unknown,
		});
	});

	it('alone is that of nodetop, and a bare word without it may be a node', async () => {
		expect((await findCommand(['help']).load()).help).toContain('Usage\n  nodetop [NODE…]');
		expect(findCommand(['validator']).argv).toEqual(['validator']);
	});
});

it.each([
	[network, ['stast'], 'did you mean nodetop network stats?'],
	[profile, ['usse'], 'did you mean nodetop profile use?'],
	[alerts, ['rule'], 'did you mean nodetop alerts rules?'],
] as const)('a mistyped word after a command gets the nearest one', async (command, argv, hint) => {
	const { error } = await runCommand(command, argv);
	expect(error).toMatchObject({
		exitCode: 64,
		nextSteps: expect.arrayContaining([hint]) as unknown,
	});
});

it('`alerts rules` lists every rule with its severity, and the profile’s own', async () => {
	const env = await emptyEnv();
	await mkdir(path.join(env.HOME, 'nodetop'));
	const rule = {
		condition: { value: { field: 'network.peers' }, below: 3 },
		severity: 'warning',
		message: 'few',
	};
	const config = {
		profiles: { default: { rules: { 'few-friends': rule, 'cpu-busy': { enabled: false } } } },
	};
	await writeFile(path.join(env.HOME, 'nodetop', 'config.json'), JSON.stringify(config), {
		mode: 0o600,
	});
	const { stdout } = await runCommand(alerts, ['rules'], { env });
	expect(stdout).toMatch(/^RULE +SEVERITY +LASTS +OF +MEANS$/m);
	expect(stdout).toMatch(/^few-friends +warning +1m 00s +node +few$/m);
	expect(stdout).toMatch(/^node-down +by level +10 s +node +The node does not answer/m);
	expect(stdout).not.toContain('cpu-busy');
	const { stdout: json } = await runCommand(alerts, ['rules', '--json'], { env });
	// The document that the command just printed.
	const { rules } = JSON.parse(json) as { rules: { name: string }[] };
	expect(rules).toHaveLength(Object.keys(builtInRules).length);
});

it('`profile remove` and `profile rm` are the same', async () => {
	const env = await emptyEnv();
	for (const verb of ['remove', 'rm']) {
		await runCommand(profile, ['save', 'home', 'http://127.0.0.1:9'], { env });
		const { stdout, error } = await runCommand(profile, [verb, 'home', '--yes'], { env });
		expect([stdout, error]).toEqual([expect.stringContaining('removed'), undefined]);
	}
});

describe('discover', () => {
	it('asks at a port that is given, and finds what a running demo noted', async () => {
		const env = await emptyEnv();
		const node = await startMetricNode();
		try {
			const at = new URL(node.url).host;
			const given = await runCommand(discover, [at, '--json'], { env });
			expect(JSON.parse(given.stdout)).toMatchObject({ found: [{ url: `http://${at}` }] });
			const forget = await noteDemo([node.url], { env });
			const noted = await runCommand(discover, ['--json', '--timeout', '500ms'], { env });
			expect(JSON.parse(noted.stdout)).toMatchObject({
				found: expect.arrayContaining([expect.objectContaining({ url: node.url })]) as unknown,
			});
			await forget();
			expect(await demoPlaces({ env })).toEqual([]);
		} finally {
			await node.close();
		}
	});

	it('takes no note that makes no sense', async () => {
		const env = await emptyEnv();
		const forget = await noteDemo(['http://127.0.0.1:1'], { env });
		const file = path.join(env.HOME, 'nodetop', 'demo.json');
		expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ urls: ['http://127.0.0.1:1'] });
		await writeFile(file, '{"urls":["not a url"]}');
		expect(await demoPlaces({ env })).toEqual([]);
		await forget();
	});
});
