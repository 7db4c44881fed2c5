import { basename } from 'node:path';
import { isOn, readNodeFlags, valueOf } from './node-flags.ts';
import type { NodeFlag } from './node-flags.ts';
import { isKnownSwitch } from './geth-version.ts';

/** Where a node will answer JSON-RPC by its arguments. */
export interface Endpoint {
	/** Absent where it offers no HTTP API. */
	readonly url: string | undefined;
	/** Why there is none, and how to have one. */
	readonly problem?: string;
}

interface Dialect {
	/** What switches the API on; absent where it is always on. */
	readonly switch?: string;
	readonly host: readonly string[];
	readonly port: readonly string[];
	readonly defaultPort: number;
}

const geth: Dialect = {
	switch: 'http',
	host: ['http.addr'],
	port: ['http.port'],
	defaultPort: 8545,
};

/** By the name of the program; what is not listed is read like geth. */
const dialects: Readonly<Record<string, Dialect>> = {
	geth,
	gwemix: { switch: 'http', host: ['http.addr'], port: ['http.port'], defaultPort: 8588 },
	reth: geth,
	erigon: { host: ['http.addr'], port: ['http.port'], defaultPort: 8545 },
	anvil: { host: ['host'], port: ['port', 'p'], defaultPort: 8545 },
	ganache: {
		host: ['server.host', 'host', 'h'],
		port: ['server.port', 'port', 'p'],
		defaultPort: 8545,
	},
	besu: {
		switch: 'rpc-http-enabled',
		host: ['rpc-http-host'],
		port: ['rpc-http-port'],
		defaultPort: 8545,
	},
	nethermind: { host: ['JsonRpc.Host'], port: ['JsonRpc.Port'], defaultPort: 8545 },
};

/** Programs whose flags are geth's. */
const gethLike = new Set(['geth', 'gwemix']);

export function isGeth(program: string): boolean {
	return gethLike.has(programName(program));
}

export function programName(program: string): string {
	return basename(program).replace(/\.exe$/, '');
}

/** Pure. `command` is the program and its arguments. */
export function endpointOf(command: readonly string[]): Endpoint {
	const [program = '', ...args] = command;
	const name = programName(program);
	const flags = readNodeFlags(args, isGeth(program) ? isKnownSwitch : switchOf(name));
	const dialect = dialects[name];
	if (dialect === undefined) return endpointOfUnknown(flags);
	if (dialect.switch !== undefined && !isOn(flags, dialect.switch))
		return { url: undefined, problem: `it offers no HTTP API: add --${dialect.switch}` };
	return { url: urlOf(flags, dialect) };
}

/** A node that is not known: only what is unmistakable counts. */
function endpointOfUnknown(flags: readonly NodeFlag[]): Endpoint {
	const hasGethHttp = isOn(flags, 'http') || valueOf(flags, 'http.port') !== undefined;
	if (hasGethHttp) return { url: urlOf(flags, geth) };
	return {
		url: undefined,
		problem: 'its arguments name no HTTP API: give its address with --rpc URL',
	};
}

function switchOf(program: string): (name: string) => boolean {
	const name = dialects[program]?.switch;
	return (flag) => flag === name;
}

function urlOf(
	flags: readonly NodeFlag[],
	{ host, port, defaultPort }: Dialect,
): string | undefined {
	const number = Number(valueOf(flags, ...port) ?? defaultPort);
	if (!Number.isInteger(number) || number < 1 || number > 65_535) return undefined;
	return `http://${loopbackOf(valueOf(flags, ...host))}:${number}`;
}

/** An address that means every interface answers on loopback too. */
function loopbackOf(host = '127.0.0.1'): string {
	if (host === '' || host === '0.0.0.0' || host === '::' || host === 'localhost')
		return '127.0.0.1';
	return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
