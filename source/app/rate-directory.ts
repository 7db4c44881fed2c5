import { stateDirectory } from '../config/paths.ts';

/** Where the tests of each address are counted, over all runs of nodetop. */
export function rateDirectory(env: NodeJS.ProcessEnv): string {
	return `${stateDirectory({ env })}/nettest`;
}
