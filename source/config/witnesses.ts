import * as z from 'zod';
import { readAddress } from './address.ts';
import { withCheck } from './text-schemas.ts';

/**
 * Hosts to which nodetop connects when several nodes fail at once, to see whether our own connection works:
 * each a URL or host:port. Nothing is sent to them.
 */
export const witnessesSchema = z.array(withCheck(z.string(), witnessProblem));

/** The addresses as URLs; only host and port are used. */
export function witnessUrls(witnesses: readonly string[]): readonly string[] {
	return witnesses.flatMap((text) => {
		const address = readAddress(text);
		return 'problem' in address ? [] : [address.url];
	});
}

function witnessProblem(text: string): string | undefined {
	const address = readAddress(text);
	if ('problem' in address) return address.problem;
	const url = URL.parse(address.url);
	if (url === null || url.host === '') return 'a witness is a URL with a host, or host:port';
	if (url.username !== '' || url.password !== '') return 'a witness takes no credential';
	const hasUsualPort = /^(?:https?|wss?):\/\//i.test(text);
	return url.port === '' && !hasUsualPort ? 'add the port of the witness' : undefined;
}
