import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	buildCommand,
	commandDifference,
	shownCommand,
} from '../../source/lifecycle/build-command.ts';
import { endpointOf } from '../../source/lifecycle/flags/endpoint.ts';
import { flagWarnings } from '../../source/lifecycle/flags/flag-warnings.ts';
import { gethFlagGroups } from '../../source/lifecycle/flags/geth-flags.ts';
import {
	categoryOf,
	isAtLeast,
	isKnownSwitch,
	standingOf,
	versionIn,
} from '../../source/lifecycle/flags/geth-version.ts';
import { readNodeFlags } from '../../source/lifecycle/flags/node-flags.ts';
import {
	refuseLostBytes,
	separateFlags,
	withoutSwitchValues,
} from '../../source/lifecycle/separate-flags.ts';

const takesValue = (flag: string) => ['--name', '--max-restarts'].includes(flag);
const facts = { cwd: '/srv', home: '/home/op' };

/** The four unit tests of the pass-through that the plan of the supervisor names. */
describe('TestPassThrough', () => {
	it('TestPassThrough_ParseArgs: reads --key=value, --key value, one dash, switches and what is quoted', () => {
		const args = [
			'--datadir=/data',
			'--networkid',
			'1001',
			'-http.port',
			'8600',
			'--http',
			'--ws=false',
			'--identity',
			'a b "c"',
			'--',
			'--no',
		];
		expect(readNodeFlags(args, isKnownSwitch)).toEqual([
			{ name: 'datadir', value: '/data' },
			{ name: 'networkid', value: '1001' },
			{ name: 'http.port', value: '8600' },
			{ name: 'http', value: undefined },
			{ name: 'ws', value: 'false' },
			{ name: 'identity', value: 'a b "c"' },
		]);
		expect(readNodeFlags(['--empty=', '--eq=a=b=c', '-1', '-'])).toEqual([
			{ name: 'empty', value: '' },
			{ name: 'eq', value: 'a=b=c' },
		]);
	});

	it('TestPassThrough_SeparateFlags: own flags stand before --, everything behind it is the node’s', () => {
		expect(
			separateFlags(['--name', 'a', '--', 'geth', '--name', 'b', '--', '--x'], takesValue),
		).toEqual({
			own: ['--name', 'a'],
			command: ['geth', '--name', 'b', '--', '--x'],
		});
		expect(separateFlags(['--max-restarts=3', 'geth', 'console'], takesValue)).toEqual({
			own: ['--max-restarts=3'],
			command: ['geth', 'console'],
		});
		expect(separateFlags([], takesValue)).toEqual({ own: [], command: [] });
		expect(() => separateFlags(['geth', '--http'], takesValue)).toThrow('whose flags are these');
		expect(() => separateFlags(['stray', '--', 'geth'], takesValue)).toThrow(
			'stands in front of --',
		);
		expect(withoutSwitchValues(['--auto-restart=false', '--name=x'], ['auto-restart'])).toEqual([
			'--no-auto-restart',
			'--name=x',
		]);
		expect(withoutSwitchValues(['--auto-restart=true'], ['auto-restart'])).toEqual([
			'--auto-restart',
		]);
		expect(() => withoutSwitchValues(['--auto-restart=often'], ['auto-restart'])).toThrow(
			'true or false',
		);
		expect(() => {
			refuseLostBytes(['geth', 'a\uFFFD']);
		}).toThrow('argument 1');
	});

	it('TestPassThrough_ValidateGethFlags: warns by version, and never forbids', () => {
		const removed = [
			'geth',
			'--mine',
			'--miner.etherbase=0x00000000000000000000000000000000000000aa',
			'--http',
		];
		expect(flagWarnings(removed, { ...facts, version: '1.17.4' })).toEqual([
			'--mine (mining) was removed in geth 1.17.4: geth 1.17.4 will not start with it',
			'--miner.etherbase (mining) was removed in geth 1.17.4: geth 1.17.4 will not start with it',
		]);
		expect(flagWarnings(removed, { ...facts, version: '1.17.3' })).toEqual([]);
		expect(flagWarnings(['geth', '--http', '--gogc=50'], { ...facts, version: '1.16.0' })).toEqual([
			'--gogc (performance) came with geth 1.17.5: geth 1.16.0 does not know it',
		]);
		expect(
			flagWarnings(['geth', '--http', '--flag.of.tomorrow', 'x'], { ...facts, version: '1.17.4' }),
		).toEqual([]);
		const all = gethFlagGroups
			.filter(({ removedIn }) => removedIn === '1.17.4')
			.flatMap(({ switches = '', values = '' }) => `${switches} ${values}`.trim().split(' '));
		expect(all).toHaveLength(15);
		expect(
			all.every(
				(name) =>
					standingOf(name, '1.17.4') === 'removed' && standingOf(name, '1.17.3') === 'known',
			),
		).toBe(true);
		const seed = [
			'networkid',
			'port',
			'bootnodes',
			'maxpeers',
			'http',
			'http.port',
			'ws',
			'graphql',
			'datadir',
			'keystore',
			'cache',
			'miner.etherbase',
			'miner.gasprice',
			'cache.database',
			'cache.trie',
		];
		expect(seed.map((name) => [name, standingOf(name, '1.10.26')])).toEqual(
			seed.map((name) => [name, 'known']),
		);
		expect(seed.map(categoryOf).join(' ')).toBe(
			'network network network network API API API API storage storage storage mining mining performance performance',
		);
	});

	it('TestPassThrough_BuildCommand: every argument reaches the node byte for byte', () => {
		const received = (args: readonly string[]): unknown => {
			const { file, args: words } = buildCommand('/usr/bin/printf', [
				String.raw`%s\0`,
				'first',
				...args,
			]);
			const gate = execFileSync(
				'/bin/sh',
				['-c', String.raw`printf 'open\n' | "$0" "$@" 3<&0`, file, ...words],
				{ encoding: 'utf8' },
			);
			return gate.split('\0').slice(1, -1);
		};
		const odd = [
			'a b',
			'"quoted"',
			"it's",
			'--x=1=2',
			'--x',
			'--x',
			'--',
			'$HOME `id` $(id)',
			'*',
			'',
			'\\n',
			'ä✓😀',
			'\t\n',
			'-e',
			'%s',
		];
		expect(received(odd)).toEqual(odd);
		fc.assert(
			fc.property(
				fc.array(
					fc.string({ unit: 'grapheme', maxLength: 30 }).filter((text) => !text.includes('\0')),
					{ maxLength: 12 },
				),
				(args) => {
					expect(received(args)).toEqual(args);
				},
			),
			{ numRuns: 40 },
		);
	});
});

describe('warnings about a command', () => {
	it.each([
		[
			['geth', '--http', '--http.port', '8545', '--port=30303'],
			'port 30303 (--port) is in use by another process',
		],
		[
			['geth', '--http', '--datadir', '/data/a'],
			'/data/a is the data directory of the node "other" too',
		],
		[
			['geth', '--http', '--datadir', '../data/a'],
			'/data/a is the data directory of the node "other" too',
		],
		[['geth', '--datadir=/x'], 'its health cannot be checked: it offers no HTTP API: add --http'],
		[['geth', '--http', '--mainnet', '--sepolia'], '--mainnet and --sepolia exclude each other'],
		[
			['geth', '--http', '--cache.database=60', '--cache.trie=50'],
			'the shares of --cache add up to 110 %',
		],
		[['geth', '--http', '--maxpeers', 'many'], '--maxpeers needs a whole number, not "many"'],
		[['geth', '--http=perhaps'], '--http is a switch: "perhaps" is no value for it'],
		[['geth', '--http', '--graphql', '--http=false'], '--graphql needs --http'],
		[
			['some-node', '--weird'],
			'its health cannot be checked: its arguments name no HTTP API: give its address with --rpc URL',
		],
	])('%j', (command, warning) => {
		const known = {
			...facts,
			usedPorts: new Set([30_303]),
			usedDirectories: new Map([['/data/a', 'other']]),
		};
		expect(flagWarnings(command, known)).toContain(warning);
	});

	it('says nothing about a command that is well', () => {
		expect(
			flagWarnings(['/usr/bin/geth', '--datadir', '/data/b', '--http', '--networkid', '1001'], {
				...facts,
				version: '1.17.4',
			}),
		).toEqual([]);
	});
});

describe('where health is asked', () => {
	it.each([
		[['geth', '--http'], 'http://127.0.0.1:8545'],
		[['geth', '--http', '--http.port=8600', '--http.addr', '0.0.0.0'], 'http://127.0.0.1:8600'],
		[['geth', '--http', 'true', '--http.addr', '10.0.0.4'], 'http://10.0.0.4:8545'],
		[['geth', '--http', '--http.addr', '::1'], 'http://[::1]:8545'],
		[['./bin/gwemix', '--http'], 'http://127.0.0.1:8588'],
		[['anvil', '-p', '9000'], 'http://127.0.0.1:9000'],
		[['geth', '--http.port', '9000'], undefined],
		[['geth', '--http', '--http.port', '99999'], undefined],
		[['wrapper.sh', '--http', '--http.port', '9001'], 'http://127.0.0.1:9001'],
		[['wrapper.sh'], undefined],
	])('%j', (command, url) => {
		expect(endpointOf(command).url).toBe(url);
	});
});

describe('versions', () => {
	it.each([
		['Geth\nVersion: 1.17.4-stable\nGit Commit: ab', '1.17.4-stable'],
		['anvil 1.7.1-v1.7.1\nCommit', '1.7.1-v1.7.1'],
		['no version', undefined],
	])('%j', (text, version) => {
		expect(versionIn(/Version:\s*(\S+)/.exec(text)?.[1] ?? text)).toBe(version);
	});

	it('are compared by numbers', () => {
		expect(isAtLeast('1.17.10', '1.17.4')).toBe(true);
		expect(isAtLeast('1.17.4-unstable', '1.17.4')).toBe(true);
		expect(isAtLeast('1.9.25', '1.10.0')).toBe(false);
	});
});

describe('what is shown of a command', () => {
	it('is quoted for a shell, and compared flag by flag', () => {
		expect(shownCommand(['geth', '--identity', "o'neil node"])).toBe(
			String.raw`geth --identity 'o'\''neil node'`,
		);
		expect(
			commandDifference(
				['geth', '--cache', '1024', '--http'],
				['geth', '--cache', '2048', '--http', '--ws'],
			),
		).toEqual(['- --cache 1024', '+ --cache 2048', '+ --ws']);
		expect(commandDifference(['geth', '--a', '--b'], ['geth', '--b', '--a'])).toEqual([
			'the order of the arguments',
		]);
		expect(commandDifference(['geth', '--a'], ['geth', '--a'])).toEqual([]);
	});
});
