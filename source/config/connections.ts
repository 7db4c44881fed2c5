import { isIP } from 'node:net';
import { exitCodes, UserError } from '../domain/errors.ts';
import { readProxy } from '../domain/tunnel/proxy.ts';
import type { Proxy } from '../domain/tunnel/proxy.ts';
import { expandReferences, hasReference } from './references.ts';
import { template, withCheck } from './text-schemas.ts';

/** The address of a proxy; it may hold credentials, and come from the environment. */
export const proxyAddress = withCheck(template, (text) => {
	if (hasReference(text)) return undefined;
	const read = readProxy(text);
	return 'problem' in read ? read.problem : undefined;
});

/** Reads a proxy with `${NAME}` filled in. Throws `UserError` naming the key, without the value. */
export function settleProxy(text: string, key: string, env: NodeJS.ProcessEnv): Proxy {
	const read = readProxy(expandReferences(text, env, key));
	if (!('problem' in read)) return read;
	throw new UserError(`${key}: ${read.problem}`, {
		nextSteps: ['check the variable that it comes from'],
		exitCode: exitCodes.config,
	});
}

const variablesOf: Readonly<Record<string, readonly string[]>> = {
	'https:': ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'],
	'wss:': ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'],
	'http:': ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy', 'HTTPS_PROXY', 'https_proxy'],
};

/**
 * The variable by which other programs would reach this address through a proxy; `undefined` where they
 * would not, by NO_PROXY or because it is on this machine.
 */
export function unusedProxyOf(address: string, env: NodeJS.ProcessEnv): string | undefined {
	const url = URL.parse(address);
	const host = (url?.hostname ?? '').replace(/\.$/, '');
	if (!url || host === '' || /^(?:localhost|127\..*|\[::1\])$/.test(host)) return undefined;
	const names = variablesOf[url.protocol] ?? ['ALL_PROXY', 'all_proxy'];
	const name = names.find((each) => (env[each] ?? '') !== '');
	if (name === undefined) return undefined;
	const exempt = (env['NO_PROXY'] ?? env['no_proxy'] ?? '').split(/[\s,]+/);
	return exempt.some((entry) => covers(entry, host, url.port)) ? undefined : name;
}

/** `*`, a host, a domain with or without a leading dot, each perhaps with a port. */
function covers(entry: string, host: string, port: string): boolean {
	if (entry === '*') return true;
	const [, name = entry, ownPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
	const domain = name.replace(/^\*?\./, '').toLowerCase();
	if (domain === '' || (ownPort !== undefined && ownPort !== port)) return false;
	return host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`));
}
