import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where annotations wait for the process that writes the history in this directory. */
export function annotationInbox(directory: string): string {
	return join(directory, 'annotations');
}

/** The files of annotations that wait there: nearly always none. */
export function waitingAnnotations(directory: string): string[] {
	try {
		return readdirSync(annotationInbox(directory)).filter((name) => name.endsWith('.json'));
	} catch {
		// Nobody has left any.
		return [];
	}
}
