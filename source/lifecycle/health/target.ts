import { dataDirectoryOf } from '../flags/flag-warnings.ts';
import { endpointOf } from '../flags/endpoint.ts';
import type { Spec } from '../spec.ts';

export interface HealthTarget {
	readonly url: string | undefined;
	readonly dataDirectory: string | undefined;
}

/** What is checked, from what the node was started with. */
export function targetOf({ command, cwd, health }: Spec, home: string): HealthTarget {
	return {
		url: health.rpcUrl ?? endpointOf(command).url,
		dataDirectory: dataDirectoryOf(command, { cwd, home }),
	};
}
