import { userInfo } from 'node:os';
import { cleanText } from '../domain/clean.ts';

/** The user of this machine who acts; `undefined` where the system has no name for him. */
export function actingPerson(): string | undefined {
	try {
		return cleanText(userInfo().username, 100);
	} catch {
		// A user id without an entry, as in containers, throws.
		return undefined;
	}
}
