import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createScreenSetup } from '../../source/commands/screen/setup.ts';
import { systemClock } from '../../source/domain/clock.ts';
import { settingsWith } from '../helpers/settings.ts';

const waiting = { timeout: 40_000, interval: 10 };
const directories: string[] = [];

afterEach(async () => {
	for (const directory of directories.splice(0)) await rm(directory, { recursive: true });
});

const node = { name: 'geth', kind: 'evm', url: 'http://127.0.0.1:8545', what: 'Geth 1.16' };

async function setup(config: object) {
	const directory = await mkdtemp(join(tmpdir(), 'nodetop-setup-'));
	directories.push(directory);
	const path = join(directory, 'config.json');
	await writeFile(path, JSON.stringify(config));
	const opened: string[] = [];
	const bugs: unknown[] = [];
	const own = await createScreenSetup({
		context: { env: {}, clock: systemClock, signal: new AbortController().signal },
		settings: settingsWith({ profile: 'default' }),
		flags: { config: path },
		reopen: (profile) => opened.push(profile),
		reportBug: (error) => bugs.push(error),
	});
	return { own, path, opened, bugs, notice: () => own.state.getSnapshot().notice?.text };
}

describe('what the screen may change of the configuration', () => {
	it('adds a node to the profile, and begins the screen anew with it', async () => {
		const { own, path, opened } = await setup({ profiles: { default: {} } });
		own.addNode(node);
		await expect.poll(() => opened, waiting).toEqual(['default']);
		expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
			profiles: { default: { nodes: [{ name: 'geth', kind: 'evm', url: node.url }] } },
		});
	});

	it('says why a node cannot be added, stays where it is, and forgets it when told', async () => {
		const nodes = [{ name: 'geth', url: 'http://10.0.0.1:8545' }];
		const { own, opened, notice } = await setup({ profiles: { default: { nodes } } });
		own.addNode(node);
		await expect.poll(notice, waiting).toMatch(/already has a node "geth"/);
		own.dismiss();
		expect(notice()).toBeUndefined();
		expect(opened).toEqual([]);
	});

	it('goes to another profile, but not to one that cannot be loaded', async () => {
		const tokenFile = '/nowhere/token';
		const { own, opened, notice, bugs } = await setup({
			profiles: {
				default: {},
				fine: { nodes: [{ name: 'a', url: 'http://10.0.0.1:1' }] },
				broken: { nodes: [{ name: 'a', url: 'http://10.0.0.1:1', tokenFile }] },
			},
		});
		expect(own.profiles).toEqual(['default', 'fine', 'broken']);
		own.switchProfile('broken');
		await expect.poll(notice, waiting).toMatch(/token/);
		expect(opened).toEqual([]);
		own.switchProfile('fine');
		await expect.poll(() => opened, waiting).toEqual(['fine']);
		expect(bugs).toEqual([]);
	});

	it('searches once at a time, and ends with what it found', async () => {
		const { own } = await setup({ profiles: { default: {} } });
		own.search();
		own.search();
		expect(own.state.getSnapshot().isSearching).toBe(true);
		await expect.poll(() => own.state.getSnapshot().isSearching, waiting).toBe(false);
		expect(own.state.getSnapshot().found).toBeInstanceOf(Array);
	});

	it('shows what a line changes before it is written, and writes nothing else', async () => {
		const nodes = [{ name: 'a', url: 'http://u:hunter2@10.0.0.1:1', token: 'hunter2' }];
		const { own, path, opened } = await setup({ profiles: { default: { nodes } } });
		const shown = () => own.state.getSnapshot().config;
		own.readConfig();
		await expect.poll(() => shown()?.rows.length, waiting).toBe(3);
		expect(JSON.stringify(shown())).not.toContain('hunter2');
		const before = await readFile(path, 'utf8');
		own.proposeConfig('profiles.default.intervalMs = 5');
		expect(shown()?.proposal?.problem).toMatch(/intervalMs: expected 100 or more/);
		own.writeConfig();
		own.proposeConfig('profiles.default.rules.peers-few.severity = critical');
		expect(shown()?.proposal?.diff.join('\n')).toMatch(
			/\+ .*"peers-few"[^]*\+ .*"severity": "critical"/,
		);
		expect(await readFile(path, 'utf8')).toBe(before);
		own.writeConfig();
		await expect.poll(() => opened, waiting).toEqual(['default']);
		const written = JSON.parse(await readFile(path, 'utf8')) as unknown;
		expect(written).toMatchObject({
			profiles: { default: { nodes, rules: { 'peers-few': { severity: 'critical' } } } },
		});
	});

	it('does not write over what another program wrote in the meantime', async () => {
		const { own, path, opened, notice } = await setup({ profiles: { default: {} } });
		own.readConfig();
		await expect.poll(() => own.state.getSnapshot().config, waiting).toBeDefined();
		own.proposeConfig('theme = light');
		await writeFile(path, '{"theme":"mono"}');
		own.writeConfig();
		await expect.poll(notice, waiting).toMatch(/changed in the meantime/);
		expect(await readFile(path, 'utf8')).toBe('{"theme":"mono"}');
		expect(opened).toEqual([]);
	});
});
