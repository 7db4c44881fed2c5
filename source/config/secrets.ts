import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { exitCodes, UserError } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';
import type { TlsMaterial } from '../domain/connection.ts';
import { codeOf, fileError, warnIfOpenToOthers } from './file-errors.ts';
import type { Warn } from './file-errors.ts';
import { expandHome } from './paths.ts';
import { expandReferences } from './references.ts';

/** The keys of a node's entry that hold secrets. */
interface NodeSecrets {
	readonly token?: string | undefined;
	readonly tokenFile?: string | undefined;
	readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface SecretSources {
	readonly env: NodeJS.ProcessEnv;
	/** The configuration file: a relative `tokenFile` is beside it. */
	readonly configPath: string;
	readonly homeDir?: string | undefined;
	readonly warn: Warn;
}

/** A longer file holds no token: it is the wrong file. */
const maxTokenFileBytes = 64 * 1024;
/** Characters that Node allows in the value of a header (RFC 9110 section 5.5). */
const headerValue = /^[\t\u0020-\u007E\u0080-\u00FF]*$/;

/**
 * The token and headers of a node, with `${NAME}` filled in and `tokenFile` read (its last line end
 * dropped). Throws `UserError` naming the key (`where` plus its name) and what is missing, never a
 * value.
 */
export async function readSecrets(
	entry: NodeSecrets,
	where: string,
	sources: SecretSources,
): Promise<{ token?: Secret; headers?: Readonly<Record<string, Secret>> }> {
	const token = await readToken(entry, where, sources);
	const headers = readHeaders(entry.headers, where, sources);
	return {
		...(token !== undefined && { token }),
		...(headers !== undefined && { headers }),
	};
}

/** Header values with `${NAME}` filled in, frozen; `undefined` when there is none. */
export function readHeaders(
	headers: Readonly<Record<string, string>> | undefined,
	where: string,
	sources: Pick<SecretSources, 'env'>,
): Readonly<Record<string, Secret>> | undefined {
	const read = Object.entries(headers ?? {}).map(([name, value]): [string, Secret] => {
		const key = `${where}.headers.${name}`;
		return [name, sendable(expandReferences(value, sources.env, key), key)];
	});
	return read.length === 0 ? undefined : Object.freeze(Object.fromEntries(read));
}

async function readToken(
	{ token, tokenFile }: NodeSecrets,
	where: string,
	sources: SecretSources,
): Promise<Secret | undefined> {
	return readSecret({ text: token, file: tokenFile }, `${where}.token`, sources);
}

/**
 * One secret, from its text with `${NAME}` filled in or from its file; `undefined` when neither is
 * given. `key` is the text's key, and the file's is `keyFile`. Throws `UserError` as `readSecrets` does.
 */
export async function readSecret(
	{ text, file }: { readonly text: string | undefined; readonly file: string | undefined },
	key: string,
	sources: SecretSources,
): Promise<Secret | undefined> {
	if (text !== undefined) return sendable(expandReferences(text, sources.env, key), key);
	if (file === undefined) return undefined;
	const fileKey = `${key}File`;
	const path = resolve(dirname(sources.configPath), expandHome(file, sources.homeDir));
	const content = await readTokenFile(path, fileKey);
	await warnIfOpenToOthers(path, sources.warn);
	const value = content.replace(/\r?\n$/, '');
	if (value !== '') return sendable(value, fileKey);
	throw new UserError(`${fileKey}: ${path} is empty`, {
		nextSteps: [`write the ${nounOf(fileKey)} into it, as its only line`],
		exitCode: exitCodes.config,
	});
}

/** What a file holds, for messages: `token` for `nodes.a.tokenFile`. */
function nounOf(fileKey: string): string {
	return fileKey.slice(fileKey.lastIndexOf('.') + 1).replace(/File$/, '');
}

interface TlsFiles {
	readonly certFile?: string | undefined;
	readonly keyFile?: string | undefined;
	readonly caFile?: string | undefined;
}

/** The PEM files of a node, read. Throws `UserError` naming the key and the file. */
export async function readTlsFiles(
	{ certFile, keyFile, caFile }: TlsFiles,
	where: string,
	sources: SecretSources,
): Promise<{ tls?: TlsMaterial }> {
	const [certificate, key, authority] = await Promise.all([
		readPem(certFile, { key: `${where}.certFile`, holds: 'CERTIFICATE' }, sources),
		readPem(keyFile, { key: `${where}.keyFile`, holds: 'PRIVATE KEY' }, sources),
		readPem(caFile, { key: `${where}.caFile`, holds: 'CERTIFICATE' }, sources),
	]);
	if (certificate === undefined && authority === undefined) return {};
	return {
		tls: Object.freeze({
			...(certificate !== undefined && { certificate }),
			...(key !== undefined && { key: new Secret(key) }),
			...(authority !== undefined && { authority }),
		}),
	};
}

async function readPem(
	file: string | undefined,
	{ key, holds }: { readonly key: string; readonly holds: 'CERTIFICATE' | 'PRIVATE KEY' },
	{ configPath, homeDir, warn }: SecretSources,
): Promise<string | undefined> {
	if (file === undefined) return undefined;
	const path = resolve(dirname(configPath), expandHome(file, homeDir));
	const content = await readTokenFile(path, key);
	if (holds === 'PRIVATE KEY') await warnIfOpenToOthers(path, warn);
	if (/-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(content)) {
		throw new UserError(`${key}: the key in ${path} is encrypted`, {
			nextSteps: ['give a key without a passphrase, in a file of mode 600'],
			exitCode: exitCodes.config,
		});
	}
	if (new RegExp(`-----BEGIN (?:[A-Z]+ )?${holds}-----`).test(content)) return content;
	throw new UserError(`${key}: ${path} holds no ${holds.toLowerCase()} in PEM form`, {
		nextSteps: [`it must hold a block -----BEGIN ${holds}-----`],
		exitCode: exitCodes.config,
	});
}

async function readTokenFile(path: string, key: string): Promise<string> {
	try {
		const { size } = await stat(path);
		if (size <= maxTokenFileBytes) return await readFile(path, 'utf8');
	} catch (error) {
		if (codeOf(error) !== 'ENOENT') throw fileError(error, path, 'read', exitCodes.config);
		throw new UserError(`${key}: there is no file ${path}`, {
			nextSteps: ['create it with mode 600, or correct the path'],
			exitCode: exitCodes.config,
			cause: error,
		});
	}
	throw new UserError(`${key}: ${path} is too large for a ${nounOf(key)}`, {
		nextSteps: ['give a file that contains only the secret'],
		exitCode: exitCodes.config,
	});
}

function sendable(value: string, key: string): Secret {
	if (headerValue.test(value)) return new Secret(value);
	throw new UserError(
		`${key}: the value has line breaks or characters that a header must not contain`,
		{
			nextSteps: ['it must be one line; check the variable or the file'],
			exitCode: exitCodes.config,
		},
	);
}
