import { userInfo } from 'node:os';
import { cleanText } from '../domain/clean.ts';

/** Who speaks first is believed: behind `sudo` the user is the service’s, and the person is another. */
const namesOfPerson = ['SUDO_USER', 'USER', 'LOGNAME'];

/**
 * In whose name something is done to alerts, on the screen and by commands alike: the person who called
 * `sudo`, else the user of the environment, else of the system; `undefined` where none of them has a name.
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
