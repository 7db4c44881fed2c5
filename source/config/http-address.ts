import { exitCodes, UserError } from '../domain/errors.ts';
import type { Secret } from '../domain/secret.ts';
import { hasReference } from './references.ts';
import { readSecret } from './secrets.ts';
import type { SecretSources } from './secrets.ts';
import { template, withCheck } from './text-schemas.ts';

/** An address of a service that nodetop sends to, such as a channel's; it may come from the environment. */
export const httpAddress = withCheck(template, (text) => {
	if (hasReference(text)) return undefined;
	return isHttp(text) ? undefined : 'must be an address with http:// or https://';
});

/**
 * Reads such an address from its text or its file. Throws `UserError` naming the key (`where`) when it is
 * no HTTP address after all.
 */
export async function readHttpAddress(
	given: { readonly text: string | undefined; readonly file: string | undefined },
	where: string,
	sources: SecretSources,
): Promise<Secret> {
	const address = await readSecret(given, where, sources);
	if (address !== undefined && isHttp(address.reveal().trim())) return address;
	throw new UserError(`${where}: this is not an http:// or https:// address`, {
		nextSteps: ['check the variable or the file that it comes from'],
		exitCode: exitCodes.config,
	});
}

function isHttp(text: string): boolean {
	const protocol = URL.parse(text)?.protocol;
	return protocol === 'http:' || protocol === 'https:';
}
