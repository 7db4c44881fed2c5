import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { addressProblem, isBareIPv6 } from './address.ts';
import { nameProblem } from './names.ts';
import { hasReference } from './references.ts';

/** A storage node with its log. */
export interface StorjSpec {
	readonly name: string;
	readonly kind: 'storj';
	/** Of its console. */
	readonly url: string;
	readonly fallbackUrls?: string[];
	readonly log: string;
}

export const storjForms =
	'a storage node with its log is written NAME:/path/node.log or NAME:HOST:PORT, each with :http://HOST:PORT of its console behind it if that is elsewhere; IPv6 in brackets';

const consolePort = 14_002;
/** The port that satellites and customers use; it answers a health request too. */
const publicPort = 28_967;

/** What has one of these in front of its first colon is an address. */
const schemes = /^(?:https?|wss?|tcp|unix|host|file|ftp)$/i;
/** A path: from the root, from here, from the home directory, or with a drive letter. */
const pathStart = String.raw`(?:\.{1,2}[\\/]|~?/|[a-z]:[\\/])`;
const form = new RegExp(
	String.raw`^(?<name>[^:=/@[\]$?#]*)(?::(?<path>${pathStart}.*?)|=(?<assigned>${pathStart}.*?)|:(?<host>\[[^\]]*\]|[^:/@[\]]*):(?<port>[^:/@]*))(?::(?<api>https?:\/\/.*))?$`,
	'is',
);

/**
 * Reads `Name:/log`, `Name:./log`, `Name:~/log`, `Name=/log` and `Name:host:port`, each with an optional
 * `:http://host:port` behind it. Without that address, the console is looked for at its usual port on the
 * log's host, and after it the health answer at the node's public port. `undefined` for other forms;
 * `{problem}` repeats no part of the spec.
 */
export function readStorjSpec(spec: string): StorjSpec | { readonly problem: string } | undefined {
	if (isBareIPv6(spec)) return undefined;
	const { name, path, assigned, host, port, api } = form.exec(spec)?.groups ?? {};
	if (name === undefined || schemes.test(name)) return unreadable(spec);
	const file = path ?? assigned;
	if (file === undefined && (host === undefined || port === undefined)) return undefined;
	const problem =
		(nameProblem(name) === undefined ? undefined : `the name ${nameProblem(name) ?? ''}`) ??
		(file === undefined ? forwarderProblem(host ?? '', port ?? '') : pathProblem(file)) ??
		(api === undefined || hasReference(api) ? undefined : addressProblem(api));
	if (problem !== undefined) return { problem };
	const log = file === undefined ? `tcp://${host ?? ''}:${port ?? ''}` : absolute(file);
	return { name, kind: 'storj', ...consoleOf(api, host), log };
}

/** Forms that look like one of a log, and would be misread or refused with a confusing reason. */
function unreadable(spec: string): { readonly problem: string } | undefined {
	if (/^[^:/=@[\]]+:[\da-f]{0,4}:[\da-f:.]*:[\da-f:.]*:\d+$/i.test(spec))
		return { problem: 'write IPv6 in brackets: NAME:[fd00::7]:9999' };
	return /^(?!https?:|wss?:|tcp:|unix:|host:)[^:/=@[\]]+:[^:/@[\]]+\.log(?::https?:.*)?$/i.test(
		spec,
	)
		? { problem: 'a log beside you is written with ./ in front: NAME:./node.log' }
		: undefined;
}

function consoleOf(api: string | undefined, host: string | undefined) {
	if (api !== undefined) return { url: api };
	const at = (name: string, port: number) => `http://${name}:${port}`;
	if (host !== undefined)
		return { url: at(host, consolePort), fallbackUrls: [at(host, publicPort)] };
	return {
		url: at('localhost', consolePort),
		fallbackUrls: [at('127.0.0.1', consolePort), at('localhost', publicPort)],
	};
}

function forwarderProblem(host: string, port: string): string | undefined {
	if (host === '') return 'the host of the log is missing';
	if (/^\d+$/.test(host)) return 'two ports follow the name, and no host';
	if (!/^\d+$/.test(port)) return 'the port of the log must be a number from 1 to 65535';
	return addressProblem(`tcp://${host}:${port}`);
}

function pathProblem(path: string): string | undefined {
	if (/\p{Cc}/u.test(path)) return 'the path of the log holds control characters';
	if (/[\\/]$/.test(path)) return 'the path of the log is a directory; give the file in it';
	if (/^[a-z]:[\\/]/i.test(path) && process.platform !== 'win32')
		return 'a path with a drive letter exists only on Windows';
	return undefined;
}

function absolute(path: string): string {
	return resolve(path.startsWith('~/') ? `${homedir()}${path.slice(1)}` : path);
}
