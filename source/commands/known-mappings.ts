import { readConfigFile } from '../app/configuration.ts';
import { activeProfile } from '../config/profiles.ts';
import { mappingsOf } from '../config/settle.ts';
import { UserError } from '../domain/errors.ts';
import type { MetricMappings } from '../domain/metric-mapping.ts';
import type { CommandContext } from './command.ts';

/**
 * The mappings of the profile in use, by which what answers somewhere is recognised. `undefined` where
 * the file cannot be read: a caller that needs more of it reports the reason.
 */
export async function knownMappings(
	path: string,
	flags: { readonly profile?: string | undefined },
	{ env }: Pick<CommandContext, 'env'>,
): Promise<MetricMappings | undefined> {
	try {
		const config = (await readConfigFile(path, () => undefined)) ?? {};
		return mappingsOf(config, activeProfile(config, { flags, env }));
	} catch (error) {
		if (error instanceof UserError) return undefined;
		throw error;
	}
}
