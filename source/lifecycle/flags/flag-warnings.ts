import { isAbsolute, resolve } from 'node:path';
import { clean } from '../../domain/clean.ts';
import { endpointOf, isGeth } from './endpoint.ts';
import { categoryOf, isKnownSwitch, knownFlag, standingOf } from './geth-version.ts';
import { isOn, readNodeFlags, valueOf } from './node-flags.ts';
import type { NodeFlag } from './node-flags.ts';

/** What is known of the machine and the binary when a command is looked at. */
export interface CommandFacts {
	/** As the binary prints it; absent where it was not asked or does not say. */
	readonly version?: string | undefined;
	readonly cwd: string;
	readonly home: string;
	/** TCP ports of this machine that another process listens at. */
	readonly usedPorts?: ReadonlySet<number>;
	/** Data directories of other supervised nodes, with the node's name. */
	readonly usedDirectories?: ReadonlyMap<string, string>;
	/** Where health is checked, if it is not found from the arguments. */
	readonly rpcUrl?: string | undefined;
}

/** The data directory that a command names, complete; geth's own default for geth without one. */
export function dataDirectoryOf(
	command: readonly string[],
	{ cwd, home }: Pick<CommandFacts, 'cwd' | 'home'>,
): string | undefined {
	const [program = '', ...args] = command;
	const named = valueOf(
		readNodeFlags(args, switchesOf(program)),
		'datadir',
		'data-dir',
		'data-path',
	);
	if (named === undefined || named === '')
		return isGeth(program) ? resolve(home, '.ethereum') : undefined;
	// geth itself expands a leading tilde.
	const expanded = /^~(?:\/|$)/.test(named) ? `${home}${named.slice(1)}` : named;
	return isAbsolute(expanded) ? resolve(expanded) : resolve(cwd, expanded);
}

/**
 * What may go wrong with a command, one sentence each. It is passed on as it is whatever stands here: a
 * flag that this version of nodetop does not know may be newer.
 */
export function flagWarnings(command: readonly string[], facts: CommandFacts): readonly string[] {
	const [program = '', ...args] = command;
	const flags = readNodeFlags(args, switchesOf(program));
	return [
		...(isGeth(program) ? gethWarnings(flags, facts.version) : []),
		...portWarnings(program, flags, facts.usedPorts ?? new Set()),
		...directoryWarnings(command, facts),
		...apiWarnings(command, facts),
	];
}

function switchesOf(program: string): (name: string) => boolean {
	return isGeth(program) ? isKnownSwitch : () => false;
}

function gethWarnings(flags: readonly NodeFlag[], version: string | undefined): readonly string[] {
	const names = [...new Set(flags.map(({ name }) => name))];
	return [
		...names.flatMap((name) => standingWarning(name, version)),
		...flags.flatMap(valueWarning),
		...clashWarnings(flags),
	];
}

/** Without a version only what every release of today refuses is worth a word. */
function standingWarning(name: string, version: string | undefined): readonly string[] {
	const flag = knownFlag(name);
	if (flag === undefined || version === undefined) return [];
	const standing = standingOf(name, version);
	const shown = `--${name} (${categoryOf(name)})`;
	if (standing === 'removed')
		return [
			`${shown} was removed in geth ${flag.removedIn ?? ''}: geth ${version} will not start with it`,
		];
	if (standing === 'notYet')
		return [`${shown} came with geth ${flag.since ?? ''}: geth ${version} does not know it`];
	return [];
}

const wholeNumbers = new Set(['networkid', 'port', 'maxpeers', 'http.port', 'ws.port', 'cache']);
const percents = new Set(['cache.database', 'cache.trie', 'cache.gc', 'cache.snapshot']);

function valueWarning({ name, value }: NodeFlag): readonly string[] {
	const isSwitch = knownFlag(name)?.isSwitch === true;
	if (isSwitch && value !== undefined && !/^(?:true|false|t|f|1|0)$/i.test(value))
		return [`--${name} is a switch: "${clean(value, 40)}" is no value for it`];
	if (wholeNumbers.has(name) && !/^\d+$/.test(value ?? ''))
		return [`--${name} needs a whole number, not "${clean(value ?? '', 40)}"`];
	if (percents.has(name) && !(Number(value) >= 0 && Number(value) <= 100))
		return [`--${name} is a percentage of --cache: "${clean(value ?? '', 40)}" is none`];
	if (name === 'miner.etherbase' && !/^(?:0x)?[\da-fA-F]{40}$/.test(value ?? ''))
		return [`--miner.etherbase needs an address, not "${clean(value ?? '', 50)}"`];
	return [];
}

const networks = ['mainnet', 'sepolia', 'holesky', 'hoodi', 'goerli', 'rinkeby', 'ropsten', 'dev'];

function clashWarnings(flags: readonly NodeFlag[]): readonly string[] {
	const chosen = networks.filter((name) => isOn(flags, name));
	const shares = ['cache.database', 'cache.trie', 'cache.gc', 'cache.snapshot'];
	const total = shares.reduce((sum, name) => sum + Number(valueOf(flags, name) ?? 0), 0);
	return [
		...(chosen.length > 1
			? [`${chosen.map((name) => `--${name}`).join(' and ')} exclude each other`]
			: []),
		...(chosen.length === 1 && chosen[0] !== 'dev' && valueOf(flags, 'networkid') !== undefined
			? [`--networkid overrides the network of --${chosen[0] ?? ''}: peers may refuse the node`]
			: []),
		...(isOn(flags, 'graphql') && !isOn(flags, 'http') ? ['--graphql needs --http'] : []),
		...(total > 100 ? [`the shares of --cache add up to ${total} %`] : []),
	];
}

const portFlags = [
	'port',
	'http.port',
	'ws.port',
	'authrpc.port',
	'metrics.port',
	'discovery.port',
];
const switchOfPort: Readonly<Record<string, string>> = { 'http.port': 'http', 'ws.port': 'ws' };
const gethPorts: Readonly<Record<string, number>> = {
	port: 30_303,
	'http.port': 8545,
	'ws.port': 8546,
	'authrpc.port': 8551,
};

function portWarnings(
	program: string,
	flags: readonly NodeFlag[],
	used: ReadonlySet<number>,
): readonly string[] {
	return portsOf(program, flags).flatMap(([name, port]) =>
		used.has(port) ? [`port ${port} (--${name}) is in use by another process`] : [],
	);
}

/** The TCP ports that a command opens, as far as its flags say it. */
export function commandPorts([program = '', ...args]: readonly string[]): readonly number[] {
	return portsOf(program, readNodeFlags(args, switchesOf(program))).map(([, port]) => port);
}

function portsOf(
	program: string,
	flags: readonly NodeFlag[],
): readonly (readonly [string, number])[] {
	const isOfGeth = isGeth(program);
	return portFlags.flatMap((name): (readonly [string, number])[] => {
		const given = valueOf(flags, name);
		const needed = switchOfPort[name];
		if (given === undefined && (!isOfGeth || (needed !== undefined && !isOn(flags, needed))))
			return [];
		const port = Number(given ?? gethPorts[name]);
		return Number.isInteger(port) ? [[name, port]] : [];
	});
}

function directoryWarnings(command: readonly string[], facts: CommandFacts): readonly string[] {
	const directory = dataDirectoryOf(command, facts);
	const user = directory === undefined ? undefined : facts.usedDirectories?.get(directory);
	return user === undefined
		? []
		: [`${directory ?? ''} is the data directory of the node "${user}" too`];
}

function apiWarnings(command: readonly string[], { rpcUrl }: CommandFacts): readonly string[] {
	const { url, problem } = endpointOf(command);
	if (rpcUrl !== undefined || url !== undefined) return [];
	return [`its health cannot be checked: ${problem ?? 'no HTTP API was found'}`];
}
