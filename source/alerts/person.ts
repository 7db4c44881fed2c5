import { userInfo } from 'node:os';
import { cleanText } from '../domain/clean.ts';

/** The first that is set counts: behind `sudo`, `USER` is the service's user and not the person. */
const namesOfPerson = ['SUDO_USER', 'USER', 'LOGNAME'];

/**
 * The person in whose name alerts are acknowledged, by the screen and by commands: the user who called
 * `sudo`, else the user of the environment, else of the system; `undefined` when no name is known.
 */
export function actingPerson(env: NodeJS.ProcessEnv): string | undefined {
	for (const name of namesOfPerson) {
		const person = cleanText(env[name], 100);
		if (person !== undefined) return person;
	}
	try {
		return cleanText(userInfo().username, 100);
	} catch {
		// A user id without an entry, as in containers, throws.
		return undefined;
	}
}
