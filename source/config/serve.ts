import { UserError } from '../domain/errors.ts';
import type { Secret } from '../domain/secret.ts';
import { gather, warnOnStderr } from './load.ts';
import type { LoadOptions } from './load.ts';
import type { ConfigFormat } from './schema.ts';
import { readSecret } from './secrets.ts';
import type { SecretSources } from './secrets.ts';
import { serveRoles } from './serve-schema.ts';
import type { ServeEntry, ServeRole } from './serve-schema.ts';
import { profileOf } from './settle.ts';

export interface ServeToken {
	/** Under which its holder acknowledges alerts. */
	readonly name: string;
	readonly role: ServeRole;
	readonly token: Secret;
}

/** How the server is reached. Frozen. */
export interface ServeSettings {
	readonly listen: { readonly host: string; readonly port: number };
	readonly hosts: readonly string[];
	readonly tokens: readonly ServeToken[];
}

export interface ServeFlags {
	readonly listen?: string | undefined;
	/** `ROLE=FILE` each. */
	readonly tokenFile?: readonly string[] | undefined;
}

const usual = { host: '127.0.0.1', port: 7070 };
/** Shorter ones can be guessed. */
const leastTokenLength = 16;

/** The `serve` key of the profile in use and the flags, tokens read. Throws `UserError`, never with a token. */
export async function loadServeSettings(
	format: ConfigFormat,
	options: Omit<LoadOptions, 'nodeSpecs'>,
	flags: ServeFlags,
): Promise<ServeSettings> {
	const { env, homeDir, warn = warnOnStderr } = options;
	const { file, config, choices } = await gather(format, { ...options, nodeSpecs: [] });
	const profile = choices.profile.value;
	const { listen, hosts = [], tokens = {} } = profileOf(config ?? {}, profile)?.serve ?? {};
	const sources: SecretSources = { env, homeDir, warn, configPath: file.path };
	const configured = Object.entries(tokens).map(([name, entry]) =>
		readToken(name, entry, `profiles.${profile}.serve.tokens.${name}`, sources),
	);
	const given = (flags.tokenFile ?? []).map((text) => readTokenFlag(text, sources));
	return Object.freeze({
		listen: readListen(
			flags.listen ?? listen,
			flags.listen === undefined ? 'serve.listen' : '--listen',
		),
		hosts: Object.freeze([...hosts]),
		tokens: Object.freeze(await Promise.all([...configured, ...given])),
	});
}

async function readToken(
	name: string,
	{ role, token, tokenFile }: NonNullable<ServeEntry['tokens']>[string],
	where: string,
	sources: SecretSources,
): Promise<ServeToken> {
	const secret = await readSecret({ text: token, file: tokenFile }, `${where}.token`, sources);
	return { name, role, token: longEnough(secret, where) };
}

async function readTokenFlag(text: string, sources: SecretSources): Promise<ServeToken> {
	const [, word, file = ''] = /^([a-z]+)=(.+)$/.exec(text) ?? [];
	const role = serveRoles.find((each) => each === word);
	if (role === undefined) {
		throw new UserError('--token-file needs a role and a file', {
			nextSteps: [
				`for example --token-file read=/run/secrets/nodetop; roles: ${serveRoles.join(', ')}`,
			],
		});
	}
	// A file named on the command line is relative to where that is typed.
	const here = { ...sources, configPath: `${process.cwd()}/-` };
	const secret = await readSecret({ text: undefined, file }, '--token', here);
	return { name: role, role, token: longEnough(secret, `--token-file ${role}`) };
}

function longEnough(secret: Secret | undefined, where: string): Secret {
	if (secret !== undefined && secret.reveal().length >= leastTokenLength) return secret;
	throw new UserError(`${where}: the token is shorter than ${leastTokenLength} characters`, {
		nextSteps: ['make one with: openssl rand -hex 32'],
	});
}

function readListen(text: string | undefined, where: string): ServeSettings['listen'] {
	if (text === undefined) return usual;
	const [, host, port] = /^(?:(\[[\da-f:.]+\]|[\w.-]+):)?(\d{1,5})$/i.exec(text) ?? [];
	if (port !== undefined && Number(port) <= 65_535) {
		return { host: host?.replace(/^\[|\]$/g, '') ?? usual.host, port: Number(port) };
	}
	throw new UserError(`${where}: this is not HOST:PORT`, {
		nextSteps: ['for example 127.0.0.1:7070, [::1]:7070 or 0.0.0.0:7070; port 0 takes a free one'],
	});
}
