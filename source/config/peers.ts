import { exitCodes, UserError } from '../domain/errors.ts';
import type { Secret } from '../domain/secret.ts';
import { readHttpAddress } from './http-address.ts';
import { gather, warnOnStderr } from './load.ts';
import type { LoadOptions } from './load.ts';
import type { ConfigFormat } from './schema.ts';
import { readSecret } from './secrets.ts';
import { profileOf } from './settle.ts';

/** The other watch of a pair. */
export interface Peer {
	readonly url: Secret;
	readonly token: Secret | undefined;
	/** How many of the two have to see an alert before it is told. */
	readonly quorum: 1 | 2;
}

/** The peer of the profile in use, its token read; `undefined` when it has none. Throws `UserError`. */
export async function loadPeer(
	format: ConfigFormat,
	options: Omit<LoadOptions, 'nodeSpecs'>,
): Promise<Peer | undefined> {
	const { env, homeDir, warn = warnOnStderr } = options;
	const { file, config, choices } = await gather(format, { ...options, nodeSpecs: [] });
	const profile = choices.profile.value;
	const { peers: [entry] = [], quorum = 1 } = profileOf(config ?? {}, profile) ?? {};
	if (!entry) {
		if (quorum === 1) return undefined;
		throw new UserError(`profiles.${profile}.quorum is 2, but the profile has no peers`, {
			nextSteps: ['name the other watch in peers, or remove quorum'],
			exitCode: exitCodes.config,
		});
	}
	const sources = { env, homeDir, warn, configPath: file.path };
	const where = `profiles.${profile}.peers[0]`;
	const { url, token, tokenFile } = entry;
	return Object.freeze({
		url: await readHttpAddress({ text: url, file: undefined }, `${where}.url`, sources),
		token: await readSecret({ text: token, file: tokenFile }, `${where}.token`, sources),
		quorum,
	});
}
